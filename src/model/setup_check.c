/* setup_check.c - what a schema cannot say: tables, names of mappings, templates, and what is used */
#include "model/setup_load.h"

/* A role that a table has once. */
static void
take_role(struct load *load, const struct table_def *table, struct field *field, const char *role,
	struct field **place)
{
	if (*place)
		load_error(load, field->line,
			"table %.*s: field \"%.*s\": role %s is taken by field \"%.*s\" in line %u; a table "
			"has one",
			STR_ARG(table->name), STR_ARG(field->name), role, STR_ARG((*place)->name),
			(*place)->line);
	else
		*place = field;
}

static void
check_roles(struct load *load, struct table_def *table)
{
	table->keys = arena_array(&load->setup->arena, struct field *, table->field_count + 1);
	for (size_t i = 0; i < table->field_count; i++) {
		struct field *field = table->fields[i];
		if (field->role == ROLE_KEY)
			table->keys[table->key_count++] = field;
		else if (field->role == ROLE_UID)
			take_role(load, table, field, "uid", &table->uid);
		else if (field->role == ROLE_MODIFIED)
			take_role(load, table, field, "modified", &table->modified);
		else if (field->role == ROLE_MODIFIED_BY)
			take_role(load, table, field, "modified-by", &table->modified_by);
		else if (field->role == ROLE_NAME)
			take_role(load, table, field, "name", &table->name_field);
		/* Its text is needed only where it is mapped or filtered by; the table keeps the stamps. */
		field->is_stamp_only = field->role == ROLE_MODIFIED && !field->is_used;
		if (field->role != ROLE_NONE)
			field->is_used = field->is_mapped = true;
	}
	if (table->key_count == 0 && table->uid)
		table->keys[table->key_count++] = table->uid;
	if (table->modified && table->modified->type != TYPE_DATETIME)
		load_error(load, table->modified->line,
			"table %.*s: field \"%.*s\": role modified needs type DateTime, not %s",
			STR_ARG(table->name), STR_ARG(table->modified->name),
			type_name(table->modified->type));
}

static const struct field *
find_header(const struct table_def *table, size_t count, struct str header)
{
	for (size_t i = 0; i < count; i++)
		for (size_t h = 0; h < table->fields[i]->header_count; h++)
			if (name_equal(table->fields[i]->headers[h], header))
				return table->fields[i];
	return NULL;
}

/* A header that two fields claim would go to one of them unseen. */
static void
check_headers(struct load *load, const struct table_def *table)
{
	for (size_t i = 0; i < table->field_count; i++) {
		const struct field *field = table->fields[i];
		for (size_t h = 0; h < field->header_count; h++) {
			const struct field *other = find_header(table, i, field->headers[h]);
			if (other)
				load_error(load, field->line,
					"table %.*s: field \"%.*s\": header \"%.*s\" is that of "
					"field \"%.*s\" "
					"in line %u, too; a header belongs to one field",
					STR_ARG(table->name), STR_ARG(field->name),
					STR_ARG(field->headers[h]), STR_ARG(other->name), other->line);
		}
	}
}

/* What an enabled mapping needs of its two tables. */
static void
check_identity(struct load *load, const struct mapping *mapping)
{
	for (enum side side = ERP; side < SIDES; side++) {
		const struct table_def *table = mapping->tables[side];
		if (!mapping->is_enabled || table->line == 0)
			continue;
		if (table->key_count == 0)
			load_error(load, table->line,
				"table %.*s: mapping %.*s needs %s; mark it with role=\"%s\"",
				STR_ARG(table->name), STR_ARG(mapping->name),
				side == ERP ? "a field that is the key or the uid"
					    : "a field that is the uid",
				side == ERP ? "key" : "uid");
	}
}

void
check_tables(struct load *load)
{
	const struct setup *setup = load->setup;

	for (size_t i = 0; i < setup->table_count; i++) {
		struct table_def *table = setup->tables[i];
		check_roles(load, table);
		check_headers(load, table);
		if (table->is_used && table->source_count == 0 && !table->option_field)
			load_error(load, table->line,
				"table %.*s: no source; an enabled mapping needs its export",
				STR_ARG(table->name));
	}
	for (size_t i = 0; i < setup->mapping_count; i++)
		check_identity(load, setup->mappings[i]);
}

void
check_references(struct load *load)
{
	const struct setup *setup = load->setup;

	for (size_t m = 0; m < setup->mapping_count; m++) {
		struct mapping *mapping = setup->mappings[m];
		for (size_t i = 0; i < mapping->depends_on_count; i++)
			if (!setup_find_mapping(setup, mapping->depends_on[i]))
				mapping_error(load, mapping, mapping->line,
					"depends-on \"%.*s\": no such mapping%.*s",
					STR_ARG(mapping->depends_on[i]),
					STR_ARG(setup_near_mapping(
						load->setup, mapping->depends_on[i], &load->setup->arena)));
		for (size_t f = 0; f < mapping->field_count; f++)
			for (size_t r = 0; r < mapping->fields[f].reference_count; r++) {
				struct reference *reference = &mapping->fields[f].references[r];
				struct mapping *named = setup_find_mapping(setup, reference->mapping_name);
				if (!named)
					field_error(load, mapping, &mapping->fields[f],
						"reference \"%.*s\": no such mapping%.*s",
						STR_ARG(reference->mapping_name),
						STR_ARG(setup_near_mapping(load->setup,
							reference->mapping_name, &load->setup->arena)));
				reference->mapping = named;
			}
	}
}

/* The template of that code in the same mapping, else in another one. */
static const struct config_template *
find_template(
	const struct setup *setup, const struct mapping *own, struct str code, const struct mapping **owner)
{
	for (size_t m = 0; m <= setup->mapping_count; m++) {
		*owner = m == 0 ? own : setup->mappings[m - 1];
		for (size_t i = 0; i < (*owner)->template_count; i++)
			if ((*owner)->templates[i].code.ptr && name_equal((*owner)->templates[i].code, code))
				return &(*owner)->templates[i];
	}
	return NULL;
}

static const struct config_template *
resolve_include(struct load *load, const struct mapping *mapping, const struct config_template *template)
{
	const struct setup *setup = load->setup;
	const struct mapping *owner = NULL;
	const struct config_template *found = find_template(setup, mapping, template->include, &owner);
	struct nearest nearest = { .wanted = str_trim(template->include) };

	if (found && (found->side != template->side ||
			     owner->tables[found->side] != mapping->tables[template->side])) {
		mapping_error(load, mapping, template->line,
			"config-template: include \"%.*s\" is a template for table %.*s, not for %.*s",
			STR_ARG(template->include), STR_ARG(owner->tables[found->side]->name),
			STR_ARG(mapping->tables[template->side]->name));
		return NULL;
	}
	if (found)
		return found;
	for (size_t m = 0; m < setup->mapping_count; m++)
		for (size_t i = 0; i < setup->mappings[m]->template_count; i++)
			if (setup->mappings[m]->templates[i].code.ptr)
				nearest_offer(&nearest, setup->mappings[m]->templates[i].code);
	mapping_error(load, mapping, template->line,
		"config-template: include \"%.*s\": no template has that code%.*s",
		STR_ARG(template->include), STR_ARG(nearest_text(&load->setup->arena, &nearest)));
	return NULL;
}

enum { LONGEST_CHAIN = 64 };

/* The values of included templates first, overwritten by those of the template itself. */
static void
merge_sets(struct load *load, const struct mapping *mapping, const struct config_template *template,
	struct template_set **sets, size_t *count)
{
	const struct config_template *chain[LONGEST_CHAIN] = { template };
	size_t length = 1;
	size_t room = template->set_count;

	while (chain[length - 1] && chain[length - 1]->include.len > 0) {
		if (length == LONGEST_CHAIN) {
			mapping_error(load, mapping, template->line,
				"config-template: include \"%.*s\": templates include each other in a cycle, "
				"or more than %d deep",
				STR_ARG(template->include), (int)LONGEST_CHAIN);
			break;
		}
		chain[length] = resolve_include(load, mapping, chain[length - 1]);
		if (!chain[length])
			break;
		room += chain[length++]->set_count;
	}
	*sets = arena_array(&load->setup->arena, struct template_set, room);
	*count = 0;
	while (length-- > 0)
		for (size_t i = 0; i < chain[length]->set_count; i++) {
			size_t at = 0;
			while (at < *count && (*sets)[at].field != chain[length]->sets[i].field)
				at++;
			(*sets)[at] = chain[length]->sets[i];
			*count += at == *count;
		}
}

static void
check_template(struct load *load, const struct mapping *mapping, const struct config_template *template)
{
	const struct config_template *first = mapping->templates;

	for (; template->code.ptr && first < template; first++)
		if (first->code.ptr && name_equal(first->code, template->code))
			mapping_error(load, mapping,
				template->line > first->line ? template->line : first->line,
				"config-template code \"%.*s\" is given twice", STR_ARG(template->code));
	for (size_t i = 0; i < template->set_count; i++) {
		struct template_set *set = &template->sets[i];
		const struct table_def *table = mapping->tables[template->side];
		struct str why;
		if (set->field->role == ROLE_UID)
			mapping_error(load, mapping, set->line,
				"config-template sets field \"%.*s\", the uid; every new record has its own",
				STR_ARG(set->field->name));
		if (!read_value(load, set->field, table->system, set->value, &set->canonical, &why))
			mapping_error(load, mapping, set->line,
				"config-template sets field \"%.*s\": \"%.*s\" %.*s",
				STR_ARG(set->field->name), STR_ARG(set->value), STR_ARG(why));
	}
}

/* Included values are put in last, all at once, so that no template is read half merged. */
void
check_templates(struct load *load)
{
	const struct setup *setup = load->setup;

	for (size_t m = 0; m < setup->mapping_count; m++)
		for (size_t i = 0; i < setup->mappings[m]->template_count; i++)
			check_template(load, setup->mappings[m], &setup->mappings[m]->templates[i]);
	struct template_set ***merged =
		arena_array(&load->setup->arena, struct template_set **, setup->mapping_count);
	size_t **counts = arena_array(&load->setup->arena, size_t *, setup->mapping_count);
	for (size_t m = 0; m < setup->mapping_count; m++) {
		const struct mapping *mapping = setup->mappings[m];
		merged[m] = arena_array(&load->setup->arena, struct template_set *, mapping->template_count);
		counts[m] = arena_array(&load->setup->arena, size_t, mapping->template_count);
		for (size_t i = 0; i < mapping->template_count; i++)
			merge_sets(load, mapping, &mapping->templates[i], &merged[m][i], &counts[m][i]);
	}
	for (size_t m = 0; m < setup->mapping_count; m++)
		for (size_t i = 0; i < setup->mappings[m]->template_count; i++) {
			setup->mappings[m]->templates[i].sets = merged[m][i];
			setup->mappings[m]->templates[i].set_count = counts[m][i];
		}
}
