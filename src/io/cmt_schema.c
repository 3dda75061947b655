/* cmt_schema.c - data_schema.xml of a Configuration Migration package */
#include "io/cmt_schema.h"

#include <stdlib.h>
#include <sys/stat.h>

#include "io/xml_sax.h"
#include "io/zip_file.h"

const char *const cmt_type_names[CMT_TYPES] = {
	[CMT_UNKNOWN] = "",
	[CMT_STRING] = "string",
	[CMT_NUMBER] = "number",
	[CMT_BIGINT] = "bigint",
	[CMT_DECIMAL] = "decimal",
	[CMT_MONEY] = "money",
	[CMT_FLOAT] = "float",
	[CMT_BOOL] = "bool",
	[CMT_DATETIME] = "datetime",
	[CMT_GUID] = "guid",
	[CMT_ENTITYREFERENCE] = "entityreference",
	[CMT_OWNER] = "owner",
	[CMT_OPTIONSETVALUE] = "optionsetvalue",
	[CMT_OPTIONSETVALUECOLLECTION] = "optionsetvaluecollection",
	[CMT_STATE] = "state",
	[CMT_STATUS] = "status",
	[CMT_PARTYLIST] = "partylist",
	[CMT_IMAGEDATA] = "imagedata",
	[CMT_FILEDATA] = "filedata",
};

static const struct str schema_name = { "data_schema.xml", 15 };

/* entities, entity, fields, field. */
enum { DEPTH_ENTITY = 2, DEPTH_FIELD = 4 };

struct parsing {
	struct cmt_schema *schema;
	uint32_t depth;
};

static struct str
attribute_of(struct parsing *p, const struct xml_tag *tag, const char *name)
{
	for (uint32_t i = 0; i < tag->attribute_count; i++) {
		struct xml_attribute attribute = xml_tag_attribute(tag, i);
		if (strcmp(attribute.name, name) == 0)
			return arena_copy(&p->schema->arena, str_trim(attribute.value));
	}
	return STR("");
}

static enum cmt_type
type_of(struct str word)
{
	for (unsigned type = CMT_UNKNOWN + 1; type < CMT_TYPES; type++)
		if (str_equal(word, str_from(cmt_type_names[type])))
			return (enum cmt_type)type;
	return CMT_UNKNOWN;
}

static void
begin_entity(struct parsing *p, const struct xml_tag *tag)
{
	struct cmt_schema *schema = p->schema;

	schema->entities = memory_grow(schema->entities, schema->entity_count, &schema->entity_capacity,
		sizeof *schema->entities);
	schema->entities[schema->entity_count++] = (struct cmt_entity){
		.name = attribute_of(p, tag, "name"),
		.display_name = attribute_of(p, tag, "displayname"),
		.code = attribute_of(p, tag, "etc"),
		.primary_id = attribute_of(p, tag, "primaryidfield"),
		.primary_name = attribute_of(p, tag, "primarynamefield"),
	};
}

static void
add_field(struct parsing *p, const struct xml_tag *tag)
{
	struct cmt_entity *entity = &p->schema->entities[p->schema->entity_count - 1];

	entity->fields = memory_grow(entity->fields, entity->field_count, &entity->field_capacity,
		sizeof *entity->fields);
	entity->fields[entity->field_count++] = (struct cmt_field){
		.name = attribute_of(p, tag, "name"),
		.display_name = attribute_of(p, tag, "displayname"),
		.lookup = attribute_of(p, tag, "lookupType"),
		.type = type_of(attribute_of(p, tag, "type")),
		.is_custom = str_equal_nocase(attribute_of(p, tag, "customfield"), STR("true")),
	};
}

static void
on_begin(void *context, const struct xml_tag *tag)
{
	struct parsing *p = context;
	uint32_t depth = ++p->depth;

	if (depth == DEPTH_ENTITY && strcmp(tag->name, "entity") == 0)
		begin_entity(p, tag);
	else if (depth == DEPTH_FIELD && strcmp(tag->name, "field") == 0 && p->schema->entity_count > 0)
		add_field(p, tag);
}

static void
on_end(void *context, const char *name)
{
	struct parsing *p = context;

	(void)name;
	p->depth--;
}

static void
on_text(void *context, struct str piece)
{
	(void)context;
	(void)piece;
}

static bool
parse(struct cmt_schema *schema, struct source *source, struct str shown_path, struct diag *diag)
{
	static const struct xml_handler handler = { on_begin, on_end, on_text };
	struct parsing p = { .schema = schema };
	const struct xml_input input = { .source = source, .shown_path = shown_path, .diag = diag };
	struct xml_sax *sax = xml_sax_open(&input, &handler, &p);
	enum xml_step step = XML_STEP_MORE;

	while (step == XML_STEP_MORE)
		step = xml_sax_step(sax);
	xml_sax_close(sax);
	return step == XML_STEP_END;
}

/* The same path with another last part. */
static struct str
beside(struct arena *arena, struct str path)
{
	size_t len = path.len;

	while (len > 0 && path.ptr[len - 1] != '/')
		len--;
	return arena_printf(arena, "%.*s%.*s", (int)len, path.ptr, STR_ARG(schema_name));
}

/* Whether the archive has the member; one that cannot be read tells so when the data is. */
static bool
has_member(const char *path, struct str member)
{
	struct diag ignored = { 0 };
	struct zip_file zip;
	bool has = zip_open(&zip, path, STR(""), &ignored) && zip_find(&zip, member);

	zip_close(&zip);
	diag_release(&ignored);
	return has;
}

static bool
is_file(const char *path)
{
	struct stat info;

	return stat(path, &info) == 0 && S_ISREG(info.st_mode);
}

bool
cmt_schema_read(struct cmt_schema *schema, const struct cmt_place *data, struct diag *diag)
{
	*schema = (struct cmt_schema){ 0 };
	bool is_member = data->member.len > 0;
	struct str path = is_member ? str_from(data->path) : beside(&schema->arena, str_from(data->path));
	struct str shown = beside(&schema->arena, data->shown_path);
	struct str member = is_member ? beside(&schema->arena, data->member) : STR("");
	if (is_member ? !has_member(data->path, member) : !is_file(path.ptr))
		return true;
	const struct source_options options = { .path = path.ptr, .shown_path = shown, .member = member };
	struct source *source = source_open(&options, diag);
	bool ok = source && parse(schema, source, shown, diag);
	source_close(source);
	return ok;
}

const struct cmt_entity *
cmt_schema_find(const struct cmt_schema *schema, struct str name)
{
	for (size_t i = 0; i < schema->entity_count; i++)
		if (str_equal_nocase(schema->entities[i].name, name))
			return &schema->entities[i];
	return NULL;
}

const struct cmt_field *
cmt_entity_find(const struct cmt_entity *entity, struct str name)
{
	for (size_t i = 0; i < entity->field_count; i++)
		if (str_equal_nocase(entity->fields[i].name, name))
			return &entity->fields[i];
	return NULL;
}

void
cmt_schema_release(struct cmt_schema *schema)
{
	for (size_t i = 0; i < schema->entity_count; i++)
		free(schema->entities[i].fields);
	free(schema->entities);
	arena_release(&schema->arena);
	*schema = (struct cmt_schema){ 0 };
}
