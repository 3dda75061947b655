/* setup_cmt.c - what the schemas of CMT exports say; what CMT packages cannot carry (part 5, section 3) */
#include "model/setup_cmt.h"

#include <glob.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "io/source.h"
#include "io/xml_head.h"
#include "io/zip_file.h"
#include "model/setup_load.h"

enum type
cmt_model_type(enum cmt_type type)
{
	static const enum type types[CMT_TYPES] = {
		[CMT_NUMBER] = TYPE_INTEGER,
		[CMT_BIGINT] = TYPE_BIGINTEGER,
		[CMT_DECIMAL] = TYPE_DECIMAL,
		[CMT_MONEY] = TYPE_DECIMAL,
		[CMT_FLOAT] = TYPE_DECIMAL,
		[CMT_BOOL] = TYPE_BOOLEAN,
		[CMT_DATETIME] = TYPE_DATETIME,
		[CMT_GUID] = TYPE_GUID,
		[CMT_ENTITYREFERENCE] = TYPE_GUID,
		[CMT_OWNER] = TYPE_GUID,
		[CMT_OPTIONSETVALUE] = TYPE_OPTION,
		[CMT_STATE] = TYPE_OPTION,
		[CMT_STATUS] = TYPE_OPTION,
		[CMT_IMAGEDATA] = TYPE_BLOB,
	};

	return types[type];
}

bool
cmt_logical_name(struct str name, struct buf *out)
{
	static const struct str ending = { "_value", 6 };
	size_t begin = out->len;

	name = str_trim(name);
	bool is_odata = name.len > ending.len + 1 && *name.ptr == '_' &&
		str_equal_nocase((struct str){ name.ptr + name.len - ending.len, ending.len }, ending);
	if (is_odata)
		name = (struct str){ name.ptr + 1, name.len - ending.len - 1 };
	for (size_t i = 0; i < name.len; i++) {
		char c = name.ptr[i];
		bool is_upper = c >= 'A' && c <= 'Z';
		bool is_plain = (c >= 'a' && c <= 'z') || (i > 0 && ((c >= '0' && c <= '9') || c == '_'));
		if (!is_upper && !is_plain) {
			out->len = begin;
			return false;
		}
		buf_add_char(out, is_upper ? (char)(c + 'a' - 'A') : c);
	}
	return name.len > 0;
}

const struct field *
cmt_lookup_of(const struct table_def *def, const struct field *field)
{
	static const struct str ending = { "type", 4 };
	struct buf name = { 0 };
	struct buf other = { 0 };
	const struct field *found = NULL;

	struct str own = str_trim(field->name);
	if (own.len <= ending.len ||
	    !str_equal_nocase((struct str){ own.ptr + own.len - ending.len, ending.len }, ending))
		return NULL;
	struct str begin = { NULL, 0 };
	if (cmt_logical_name(own, &name))
		begin = (struct str){ name.ptr, name.len - ending.len };
	if (begin.len)
		for (size_t i = 0; i < def->field_count && !found; i++) {
			buf_reset(&other);
			if (def->fields[i]->type == TYPE_GUID
				&& cmt_logical_name(def->fields[i]->name, &other)
				&& str_equal(buf_str(&other), begin))
				found = def->fields[i];
		}
	buf_release(&name);
	buf_release(&other);
	return found;
}

/* Columns whose type every table of Dataverse gives them. */
static enum cmt_type
type_by_name(struct str name)
{
	if (str_equal_nocase(name, STR("statecode")))
		return CMT_STATE;
	if (str_equal_nocase(name, STR("statuscode")))
		return CMT_STATUS;
	if (str_equal_nocase(name, STR("ownerid")) || str_equal_nocase(name, STR("_ownerid_value")))
		return CMT_OWNER;
	return CMT_UNKNOWN;
}

enum cmt_type
cmt_type_of(const struct field *field, bool is_reference)
{
	static const enum cmt_type types[TYPES] = {
		[TYPE_TEXT] = CMT_STRING,
		[TYPE_CODE] = CMT_STRING,
		[TYPE_INTEGER] = CMT_NUMBER,
		[TYPE_BIGINTEGER] = CMT_BIGINT,
		[TYPE_DECIMAL] = CMT_DECIMAL,
		[TYPE_BOOLEAN] = CMT_BOOL,
		[TYPE_DATE] = CMT_DATETIME,
		[TYPE_TIME] = CMT_STRING,
		[TYPE_DATETIME] = CMT_DATETIME,
		[TYPE_DURATION] = CMT_NUMBER,
		[TYPE_DATEFORMULA] = CMT_STRING,
		[TYPE_GUID] = CMT_GUID,
		[TYPE_OPTION] = CMT_OPTIONSETVALUE,
		[TYPE_BLOB] = CMT_IMAGEDATA,
	};
	enum cmt_type by_name = type_by_name(field->name);

	if (field->schema_type != CMT_UNKNOWN)
		return field->schema_type;
	if (by_name != CMT_UNKNOWN)
		return by_name;
	return is_reference ? CMT_ENTITYREFERENCE : types[field->type];
}

/* The path of a source, or of the first file that it stands for; NULL when there is none. */
static char *
first_path(const struct load *load, const struct source *source)
{
	struct buf path = { 0 };
	glob_t found = { 0 };
	char *first = NULL;

	if (source->path.len && *source->path.ptr != '/') {
		buf_add(&path, load->setup->folder);
		buf_add_char(&path, '/');
	}
	buf_add(&path, source->path);
	buf_add_char(&path, '\0');
	bool is_wild = strpbrk(path.ptr, "*?") != NULL;
	if (is_wild && glob(path.ptr, GLOB_NOSORT, NULL, &found) == 0 && found.gl_pathc > 0) {
		size_t best = 0;
		for (size_t i = 1; i < found.gl_pathc; i++)
			best = strcmp(found.gl_pathv[i], found.gl_pathv[best]) < 0 ? i : best;
		buf_reset(&path);
		buf_add(&path, str_from(found.gl_pathv[best]));
		buf_add_char(&path, '\0');
	}
	if (path.len > 1)
		first = memory_resize(NULL, path.len, 1);
	if (first)
		memcpy(first, path.ptr, path.len);
	globfree(&found);
	buf_release(&path);
	return first;
}

/* Whether a file that is no archive holds the data of a package. */
static bool
is_package_data(const char *path)
{
	const struct source_options options = { .path = path, .piece = 4096 };
	struct diag ignored = { 0 };
	struct source *source = source_open(&options, &ignored);
	struct xml_root root = { { NULL, 0 }, { NULL, 0 }, { NULL, 0 } };
	struct buf head = { 0 };
	enum xml_root_result result = XML_ROOT_MORE;

	/* A read may give as little as one byte. */
	while (result == XML_ROOT_MORE && head.len < options.piece && source &&
	       source_read(source, &head) == SOURCE_TEXT)
		result = xml_head_root(buf_str(&head), &root);
	bool is_data = result != XML_ROOT_NONE && str_equal(root.local, STR("entities"));

	source_close(source);
	buf_release(&head);
	diag_release(&ignored);
	return is_data;
}

static struct str
copy_text(struct load *load, struct str text)
{
	return arena_copy(&load->setup->arena, text);
}

static const struct cmt_entity *
keep_entity(struct load *load, const struct cmt_entity *from)
{
	struct cmt_entity *entity = arena_new(&load->setup->arena, struct cmt_entity);

	entity->name = copy_text(load, from->name);
	entity->display_name = copy_text(load, from->display_name);
	entity->code = copy_text(load, from->code);
	entity->primary_id = copy_text(load, from->primary_id);
	entity->primary_name = copy_text(load, from->primary_name);
	entity->fields = arena_array(&load->setup->arena, struct cmt_field, from->field_count);
	for (; entity->field_count < from->field_count; entity->field_count++) {
		struct cmt_field *field = &entity->fields[entity->field_count];
		*field = from->fields[entity->field_count];
		field->name = copy_text(load, field->name);
		field->display_name = copy_text(load, field->display_name);
		field->lookup = copy_text(load, field->lookup);
	}
	return entity;
}

/* Whatever is wrong with the file is told when it is read as an export. */
static void
read_source_entity(struct load *load, struct table_def *table, const struct source *source, const char *path)
{
	bool is_archive = zip_is_archive(path);
	struct str data = source->member.len ? source->member : STR("data.xml");
	const struct cmt_place place = { path, str_from(path), is_archive ? data : STR("") };
	struct cmt_schema schema = { 0 };
	struct diag ignored = { 0 };

	if ((is_archive || is_package_data(path)) && cmt_schema_read(&schema, &place, &ignored)) {
		const struct cmt_entity *entity = cmt_schema_find(&schema, table->name);
		table->entity = entity ? keep_entity(load, entity) : NULL;
	}
	cmt_schema_release(&schema);
	diag_release(&ignored);
}

void
read_entity(struct load *load, struct table_def *table)
{
	for (size_t i = 0; i < table->source_count && !table->entity; i++) {
		const struct source *source = &table->sources[i];
		char *path = NULL;
		struct stat info;
		if (source->format.format == FORMAT_AUTO || source->format.format == FORMAT_CMT)
			path = first_path(load, source);
		if (path && stat(path, &info) == 0 && S_ISREG(info.st_mode))
			read_source_entity(load, table, source, path);
		free(path);
	}
	for (size_t i = 0; table->entity && i < table->field_count; i++)
		take_schema_type(table, table->fields[i]);
}

void
take_schema_type(const struct table_def *table, struct field *field)
{
	const struct cmt_field *found =
		table->entity ? cmt_entity_find(table->entity, str_trim(field->name)) : NULL;

	if (!found || found->type == CMT_UNKNOWN)
		return;
	if (field->schema_type == CMT_UNKNOWN)
		field->schema_type = found->type;
	if (!field->is_declared)
		field->type = cmt_model_type(found->type);
}

/* creditlimit_base is creditlimit in the organization's currency. */
static bool
is_amount_in_base(const struct field *field, struct str name)
{
	static const struct str ending = { "_base", 5 };
	bool is_amount = field->schema_type != CMT_UNKNOWN ? field->schema_type == CMT_MONEY
		: field->type == TYPE_DECIMAL || !field->is_declared;

	return is_amount && name.len > ending.len && memcmp(name.ptr + name.len - ending.len, ending.ptr,
		ending.len) == 0;
}

bool
cmt_is_set_by_system(const struct field *field, struct str name)
{
	static const char *const names[] = { "createdon", "createdby", "modifiedon", "modifiedby",
		"createdonbehalfby", "modifiedonbehalfby", "owninguser", "owningteam", "owningbusinessunit",
		"versionnumber", "exchangerate", "timezoneruleversionnumber", "utcconversiontimezonecode" };

	for (size_t i = 0; i < ARRAY_LEN(names); i++)
		if (str_equal(name, str_from(names[i])))
			return true;
	return is_amount_in_base(field, name);
}

const char *
cmt_find_obstacle(const struct field *field, bool is_reference)
{
	enum cmt_type type = cmt_type_of(field, is_reference);
	struct buf name = { 0 };
	bool is_named = cmt_logical_name(field->name, &name);
	bool is_system = is_named && cmt_is_set_by_system(field, buf_str(&name));

	buf_release(&name);
	if (!is_named)
		return "is no name that a column of Dataverse can have; call the field as Dataverse does, "
		       "with its heading in header=\"...\"";
	if (is_system)
		return "is set by Dataverse itself, and cannot be imported; map it FromIntegrationTable";
	if (type == CMT_BIGINT || type == CMT_PARTYLIST || type == CMT_FILEDATA)
		return "is of a type that CMT packages do not carry; map it FromIntegrationTable, or import "
		       "csv";
	return NULL;
}

static void
check_written(struct load *load, const struct mapping *mapping)
{
	for (size_t i = 0; i < mapping->field_count; i++) {
		const struct field_mapping *fm = &mapping->fields[i];
		const char *obstacle = NULL;
		if (fm->is_enabled && (fm->direction & TO) && fm->fields[CRM])
			obstacle = cmt_find_obstacle(fm->fields[CRM], field_mapping_is_lookup(fm));
		if (obstacle)
			field_error(load, mapping, fm, "import format cmt: field \"%.*s\" %s",
				STR_ARG(fm->fields[CRM]->name), obstacle);
	}
	for (size_t i = 0; i < mapping->template_count; i++)
		for (size_t k = 0; k < mapping->templates[i].set_count; k++) {
			const struct template_set *set = &mapping->templates[i].sets[k];
			const char *obstacle = mapping->templates[i].side == CRM && set->field
				? cmt_find_obstacle(set->field, false)
				: NULL;
			if (obstacle)
				mapping_error(load, mapping, set->line,
					"import format cmt: field \"%.*s\" %s", STR_ARG(set->field->name),
					obstacle);
		}
}

static bool
is_written(const struct setup *setup, const struct table_def *table)
{
	enum direction direction = table->side == ERP ? FROM : TO;

	for (size_t i = 0; i < setup->mapping_count; i++)
		if (setup->mappings[i]->is_enabled && setup->mappings[i]->tables[table->side] == table &&
		    (setup->mappings[i]->direction & direction))
			return true;
	return false;
}

static void
check_table(struct load *load, const struct table_def *table)
{
	unsigned line = table->import.line;
	struct buf name = { 0 };

	if (table->import.format.format != FORMAT_CMT || !is_written(load->setup, table))
		return;
	if (table->side == ERP)
		load_error(load, line,
			"table %.*s: import format cmt is for the CRM side; use csv or rapidstart",
			STR_ARG(table->name));
	else if (!cmt_logical_name(table->name, &name))
		load_error(load, line,
			"table %.*s: import format cmt needs tables that are called as Dataverse calls them, "
			"such as account",
			STR_ARG(table->name));
	else if (!table->uid || table->uid->type != TYPE_GUID || !cmt_logical_name(table->uid->name, &name))
		load_error(load, line,
			"table %.*s: import format cmt names rows by their GUID; declare the primary id "
			"column with type=\"Guid\" role=\"uid\"",
			STR_ARG(table->name));
	buf_release(&name);
}

void
check_cmt(struct load *load)
{
	const struct setup *setup = load->setup;

	for (size_t i = 0; i < setup->table_count; i++)
		check_table(load, setup->tables[i]);
	for (size_t i = 0; i < setup->mapping_count; i++)
		if (mapping_writes_package(setup->mappings[i]) && !setup->mappings[i]->is_option_mapping)
			check_written(load, setup->mappings[i]);
}
