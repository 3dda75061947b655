/* setup.c - the life of a setup, look-ups by name, and the names of its values */
#include "model/setup.h"

#include "base/buf.h"
#include "model/setup_load.h"

const char *const setup_type_names[TYPES] = {
	"Text",
	"Code",
	"Integer",
	"BigInteger",
	"Decimal",
	"Boolean",
	"Date",
	"Time",
	"DateTime",
	"Duration",
	"DateFormula",
	"Guid",
	"Option",
	"Blob",
};
const char *const setup_direction_names[4] = { "", "ToIntegrationTable", "FromIntegrationTable",
	"Bidirectional" };
static const char *const side_names[] = { "erp", "crm", "" };
static const char *const guard_names[GUARDS] = { "max-creates", "max-updates", "max-deletes", "max-blanked",
	"max-missing", "both-sided-full", "max-all-changed" };

/* 2.6 */
static const struct guard_limit default_guards[GUARDS] = {
	[GUARD_CREATES] = { LIMIT_NONE, 0, { "none", 4 } },
	[GUARD_UPDATES] = { LIMIT_NONE, 0, { "none", 4 } },
	[GUARD_DELETES] = { LIMIT_COUNT, 0, { "0", 1 } },
	[GUARD_BLANKED] = { LIMIT_PERCENT, 10000, { "10%", 3 } },
	[GUARD_MISSING] = { LIMIT_PERCENT, 10000, { "10%", 3 } },
	[GUARD_BOTH_FULL] = { LIMIT_COUNT, 0, { "refuse", 6 } },
	[GUARD_ALL_CHANGED] = { LIMIT_PERCENT, 90000, { "90%", 3 } },
};

const char *
direction_name(enum direction direction)
{
	return (unsigned)direction < ARRAY_LEN(setup_direction_names) ? setup_direction_names[direction] : "";
}

const char *
direction_arrow(enum direction direction)
{
	static const char *const arrows[] = { "", "ERP->CRM", "CRM->ERP", "ERP<->CRM" };

	return (unsigned)direction < ARRAY_LEN(arrows) ? arrows[direction] : "";
}

bool
field_refers_to(const struct field_mapping *fm, const struct mapping *mapping)
{
	for (size_t i = 0; i < fm->reference_count; i++)
		if (fm->references[i].mapping == mapping)
			return true;
	return false;
}

const char *
side_name(enum side side)
{
	return (unsigned)side < ARRAY_LEN(side_names) ? side_names[side] : "";
}

const char *
type_name(enum type type)
{
	return (unsigned)type < TYPES ? setup_type_names[type] : "";
}

const char *
guard_name(enum guard guard)
{
	return (unsigned)guard < GUARDS ? guard_names[guard] : "";
}

struct mapping *
setup_find_mapping(const struct setup *setup, struct str name)
{
	for (size_t i = 0; i < setup->mapping_count; i++)
		if (name_equal(setup->mappings[i]->name, name))
			return setup->mappings[i];
	return NULL;
}

struct str
setup_near_mapping(const struct setup *setup, struct str name, struct arena *arena)
{
	struct nearest nearest = { .wanted = str_trim(name) };

	for (size_t i = 0; i < setup->mapping_count; i++)
		nearest_offer(&nearest, setup->mappings[i]->name);
	return nearest_text(arena, &nearest);
}

struct str
setup_near_field(const struct mapping *mapping, struct str name, struct arena *arena)
{
	struct nearest nearest = { .wanted = str_trim(name) };

	for (size_t i = 0; i < mapping->field_count; i++)
		for (enum side side = ERP; side < SIDES; side++)
			if (mapping->fields[i].fields[side])
				nearest_offer(&nearest, mapping->fields[i].fields[side]->name);
	return nearest_text(arena, &nearest);
}

struct table_def *
setup_find_table(const struct setup *setup, enum side side, struct str name)
{
	const struct system *system = &setup->systems[side];

	for (size_t i = 0; i < system->table_count; i++)
		if (name_equal(system->tables[i]->name, name))
			return system->tables[i];
	return NULL;
}

struct field *
table_def_find_field(const struct table_def *table, struct str name)
{
	for (size_t i = 0; i < table->field_count; i++)
		if (name_equal(table->fields[i]->name, name))
			return table->fields[i];
	return NULL;
}

/* The folder part of a path; "." when it has none. */
static struct str
folder_of(struct str path)
{
	size_t len = path.len;

	while (len > 0 && path.ptr[len - 1] != '/')
		len--;
	if (len == 0)
		return STR(".");
	while (len > 1 && path.ptr[len - 1] == '/')
		len--;
	return (struct str){ path.ptr, len };
}

static void
read_ledger(struct load *load, const xmlNode *root)
{
	struct setup *setup = load->setup;
	const xmlNode *node = node_first(root, "ledger");

	if (!node)
		return;
	if (node_next(node, "ledger"))
		load_error(load, node_line(node_next(node, "ledger")), "a second ledger; a setup has one");
	struct str path = node_attribute(load, node, "path");
	struct buf joined = { 0 };
	if (path.ptr[0] != '/' && !str_equal(setup->folder, STR("."))) {
		buf_add(&joined, setup->folder);
		if (!str_equal(setup->folder, STR("/")))
			buf_add_char(&joined, '/');
	}
	buf_add(&joined, path);
	setup->ledger_path = arena_copy(&setup->arena, buf_str(&joined));
	buf_release(&joined);
}

static void
read_document(struct load *load, const xmlNode *root)
{
	read_ledger(load, root);
	memcpy(load->setup->guards, default_guards, sizeof default_guards);
	read_guards(load, root, load->setup->guards);
	read_systems(load, root);
	read_rules(load, root);
	read_value_maps(load, root);
	read_mappings(load, root);
}

/* Each step needs the ones before it. */
static void
check_document(struct load *load)
{
	check_rules(load);
	check_references(load);
	check_templates(load);
	check_mappings(load);
	use_rules(load);
	mark_used(load);
	check_tables(load);
	check_option_mappings(load);
	check_blank_keys(load);
	order_mappings(load);
	check_packages(load);
	check_cmt(load);
	sign_field_mappings(load);
}

bool
setup_load(struct setup *setup, const char *path, struct diag *diag)
{
	*setup = (struct setup){ 0 };
	setup->path = arena_copy(&setup->arena, str_from(path));
	setup->folder = arena_copy(&setup->arena, folder_of(setup->path));
	struct load load = { .setup = setup };
	xmlDoc *doc = document_read(&load);
	if (doc) {
		read_document(&load, xmlDocGetRootElement(doc));
		check_document(&load);
		xmlFreeDoc(doc);
	}
	return load_finish(&load, diag);
}

void
setup_release(struct setup *setup)
{
	arena_release(&setup->arena);
	*setup = (struct setup){ 0 };
}
