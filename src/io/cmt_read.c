/*
 * cmt_read.c - the records of one entity of a Configuration Migration package (part 5, section 3)
 *
 * entities > entity > records > record > field: names and values are attributes.
 * What the schema beside it declares is the begin of the header; a record that
 * lacks a column has a blank there.
 */
#include <stdlib.h>

#include "base/index.h"
#include "io/cmt_schema.h"
#include "io/cmt_text.h"
#include "io/reader_format.h"
#include "io/record_store.h"
#include "io/shown.h"
#include "io/xml_sax.h"

enum depth { DEPTH_ROOT = 1, DEPTH_ENTITY, DEPTH_RECORDS, DEPTH_RECORD, DEPTH_FIELD, DEPTH_PARTY };
/* m2mrelationships lie beside records. */
enum { DEPTH_M2M = 3, DEPTH_TARGET = 6, SHOWN_ENTITIES = 10 };
#define NO_COLUMN UINT32_MAX

struct cmt_column {
	bool is_datetime;	/* says the schema */
	uint32_t type_column;	/* that tells which table it refers to, or NO_COLUMN */
	uint32_t next;		/* the column that mostly comes next */
};

/* A word of the format, and where it was met: names of a document are equal where their pointers are. */
struct word {
	const char *text;
	const char *met;
};

struct cmt_read {
	struct reader *reader;
	struct xml_sax *sax;
	struct diag diag;	/* of the parser, until the records before the failure were handed out */
	struct record_store store;
	struct cmt_schema schema;
	const struct cmt_entity *entity;	/* of the schema, or NULL */
	struct str primary_id;	/* the column of the records' ids */
	uint32_t primary;	/* it, or NO_COLUMN until a record has one */
	struct cmt_column *columns;	/* by column of the header */
	size_t column_capacity;
	struct index by_name;	/* of columns */
	uint32_t last;		/* the column of the field before */
	uint32_t depth;		/* of open elements */
	bool is_american;	/* dates are written as 4/4/2019 7:22:50 PM */
	bool is_within;		/* the wanted entity */
	bool is_in_records;
	bool is_in_links;
	bool is_found;
	bool has_primary;	/* the record at hand has the column of its id */
	struct buf id;		/* of that record, without braces */
	struct word word_field;
	struct word word_name;
	struct word word_value;
	struct buf value;	/* decoded */
	struct buf names;	/* of the entities that are there, for a message */
	uint32_t name_count;
	struct buf fault;	/* why the record at hand is bad, the first reason; empty: it is good */
	uint64_t fault_line;
	enum xml_step step;
};

static bool
is_word(struct word *word, const char *name)
{
	if (word->met)
		return name == word->met;
	if (strcmp(name, word->text) != 0)
		return false;
	word->met = name;
	return true;
}

static struct str
find_attribute(const struct xml_tag *tag, struct word *name)
{
	for (uint32_t i = 0; i < tag->attribute_count; i++) {
		struct xml_attribute attribute = xml_tag_attribute(tag, i);
		if (is_word(name, attribute.name) && !attribute.space)
			return attribute.value;
	}
	return (struct str){ NULL, 0 };
}

static struct str
attribute_of(const struct xml_tag *tag, const char *name)
{
	struct word word = { name, NULL };

	return find_attribute(tag, &word);
}

/* The record at hand is bad: the first reason is told when it ends. */
static void
blame(struct cmt_read *x, const char *before, struct str text, const char *after)
{
	if (x->fault.len != 0)
		return;
	x->fault_line = xml_sax_tag_line(x->sax);
	buf_add(&x->fault, str_from(before));
	shown_add(text, &x->fault);
	buf_add(&x->fault, str_from(after));
}

static uint32_t
add_column(struct cmt_read *x, struct str name, bool is_datetime)
{
	uint32_t column = x->reader->columns;
	uint64_t line = x->sax ? xml_sax_line(x->sax) : 0;

	if (!reader_add_column(x->reader, line, name))
		return NO_COLUMN;
	x->columns = memory_grow(x->columns, column, &x->column_capacity, sizeof *x->columns);
	x->columns[column] = (struct cmt_column){ is_datetime, NO_COLUMN, column + 1 };
	index_add(&x->by_name, str_hash(name), column);
	if (x->primary == NO_COLUMN && x->primary_id.len && str_equal(name, x->primary_id))
		x->primary = column;
	return column;
}

static uint32_t
find_named(const struct cmt_read *x, struct str name)
{
	struct index_walk walk = index_find(&x->by_name, str_hash(name));
	uint32_t column = index_next(&walk);

	while (column != INDEX_NONE && !str_equal(x->reader->header[column], name))
		column = index_next(&walk);
	return column == INDEX_NONE ? NO_COLUMN : column;
}

/* The column of a name; fields mostly come in the same order as in the record before. */
static uint32_t
find_column(struct cmt_read *x, struct str name)
{
	uint32_t guess = x->last == NO_COLUMN ? 0 : x->columns[x->last].next;

	if (guess < x->reader->columns && str_equal(x->reader->header[guess], name))
		return x->last = guess;
	uint32_t column = find_named(x, name);
	/* Without a schema nothing tells what a column is but the way in which dates are written. */
	if (column == NO_COLUMN)
		column = add_column(x, name, !x->entity);
	if (column == NO_COLUMN)
		xml_sax_stop(x->sax);
	else if (x->last != NO_COLUMN)
		x->columns[x->last].next = column;
	return x->last = column;
}

static void
add_field(struct cmt_read *x, uint32_t column, struct str value)
{
	bool is_date = x->columns[column].is_datetime && (x->entity || x->is_american);

	if (!store_begin_field(&x->store, column)) {
		blame(x, "field \"", x->reader->header[column],
			"\": given twice in one record; export it once");
		return;
	}
	buf_reset(&x->value);
	if (is_date && cmt_date_read(str_trim(value), &x->value))
		value = buf_str(&x->value);
	if (value.len && memchr(value.ptr, '&', value.len)) {
		cmt_text_decode(value, &x->value);
		value = buf_str(&x->value);
	}
	store_add_text(&x->store, value);
	store_end_field(&x->store, store_field_text(&x->store).len, false);
	if (column != x->primary)
		return;
	x->has_primary = true;
	struct str bare;
	if (str_equal(value, buf_str(&x->id)) && x->fault.len == 0)
		return;
	if (!cmt_guid_read(str_trim(value), &bare) || !str_equal_nocase(bare, buf_str(&x->id)))
		blame(x, "the id of the record is not the \"", value,
			"\" of its primary id field, so that nobody can tell which row "
			"is meant; export it again");
}

static void
begin_field(struct cmt_read *x, const struct xml_tag *tag)
{
	struct str name = str_trim(find_attribute(tag, &x->word_name));

	if (name.len == 0) {
		blame(x, "a field without a name", STR(""), "; export the package again");
		return;
	}
	uint32_t column = find_column(x, name);
	if (column == NO_COLUMN)
		return;
	add_field(x, column, find_attribute(tag, &x->word_value));
	if (x->columns[column].type_column != NO_COLUMN)
		add_field(x, x->columns[column].type_column, attribute_of(tag, "lookupentity"));
}

static void
begin_record(struct cmt_read *x, const struct xml_tag *tag)
{
	struct str id = str_trim(attribute_of(tag, "id"));
	struct str bare;

	store_begin_record(&x->store, xml_sax_tag_line(x->sax));
	buf_reset(&x->fault);
	buf_reset(&x->id);
	x->last = NO_COLUMN;
	x->has_primary = false;
	if (!cmt_guid_read(id, &bare))
		blame(x, "the id \"", id, "\" of the record is no GUID; export the package again");
	buf_add(&x->id, bare);
}

/* As Dataverse calls it: accountid. */
static struct str
guess_primary_id(struct cmt_read *x, struct str entity)
{
	struct str guess = arena_printf(&x->reader->arena, "%.*sid", STR_ARG(entity));
	char *name = arena_bytes(&x->reader->arena, guess.len);

	for (size_t i = 0; i < guess.len; i++) {
		bool is_capital = guess.ptr[i] >= 'A' && guess.ptr[i] <= 'Z';
		name[i] = is_capital ? (char)(guess.ptr[i] | ' ') : guess.ptr[i];
	}
	return (struct str){ name, guess.len };
}

static void
begin_entity(struct cmt_read *x, const struct xml_tag *tag)
{
	struct str name = str_trim(attribute_of(tag, "name"));
	struct str wanted = x->reader->options.table_name;

	x->is_within = wanted.len == 0 ? !x->is_found : str_equal_nocase(name, wanted);
	x->is_found |= x->is_within;
	if (x->name_count++ < SHOWN_ENTITIES) {
		buf_add(&x->names, x->names.len ? STR(", ") : STR(""));
		shown_add(name, &x->names);
	}
	if (x->is_within && x->primary_id.len == 0) {
		x->primary_id = guess_primary_id(x, name);
		x->primary = find_named(x, x->primary_id);
	}
}

static void
on_begin(void *context, const struct xml_tag *tag)
{
	struct cmt_read *x = context;
	uint32_t depth = ++x->depth;

	if (depth == DEPTH_ROOT) {
		x->is_american = cmt_is_american(attribute_of(tag, "timestamp"));
	} else if (depth == DEPTH_ENTITY) {
		x->is_within = false;
		if (strcmp(tag->name, "entity") == 0)
			begin_entity(x, tag);
	} else if (!x->is_within) {
		return;
	} else if (depth == DEPTH_RECORDS) {
		x->is_in_records = strcmp(tag->name, "records") == 0;
		x->is_in_links = strcmp(tag->name, "m2mrelationships") == 0;
	} else if (x->is_in_links) {
		x->reader->passed.links += depth == DEPTH_TARGET && strcmp(tag->name, "targetid") == 0;
	} else if (!x->is_in_records) {
		return;
	} else if (depth == DEPTH_RECORD && strcmp(tag->name, "record") == 0) {
		begin_record(x, tag);
	} else if (depth == DEPTH_FIELD && x->store.is_within && is_word(&x->word_field, tag->name)) {
		begin_field(x, tag);
	} else if (depth == DEPTH_PARTY && strcmp(tag->name, "activitypointerrecords") == 0) {
		x->reader->passed.party_lists++;
	}
}

/* The record's id is that of its row, also where the column is not repeated among the fields. */
static void
complete_record(struct cmt_read *x)
{
	if (x->has_primary || x->fault.len != 0)
		return;
	if (x->primary == NO_COLUMN)
		x->primary = find_named(x, x->primary_id);
	if (x->primary == NO_COLUMN)
		x->primary = add_column(x, x->primary_id, false);
	if (x->primary == NO_COLUMN)
		xml_sax_stop(x->sax);
	else
		add_field(x, x->primary, buf_str(&x->id));
}

static void
end_record(struct cmt_read *x)
{
	complete_record(x);
	if (x->store.is_too_long)
		blame(x, "a record that is larger than what can be read", STR(""),
			"; leave fields of that size out of the export");
	store_end_record(&x->store, x->fault.len == 0);
	if (x->fault.len && !reader_reject(x->reader, x->fault_line, buf_str(&x->fault)))
		xml_sax_stop(x->sax);
}

static void
on_end(void *context, const char *name)
{
	struct cmt_read *x = context;
	uint32_t depth = x->depth--;

	(void)name;
	if (depth == DEPTH_RECORD && x->store.is_within)
		end_record(x);
	else if (depth == DEPTH_RECORDS)
		x->is_in_records = x->is_in_links = false;
	else if (depth == DEPTH_ENTITY)
		x->is_within = false;
}

static void
on_text(void *context, struct str piece)
{
	(void)context;
	(void)piece;
}

/* Look-ups that may refer to several tables. */
static bool
add_type_columns(struct cmt_read *x)
{
	for (size_t i = 0; i < x->entity->field_count; i++) {
		const struct cmt_field *field = &x->entity->fields[i];
		bool is_mixed = field->lookup.len && memchr(field->lookup.ptr, '|', field->lookup.len);
		uint32_t column = find_named(x, field->name);
		if (field->name.len == 0 || (field->type != CMT_OWNER && !is_mixed) || column == NO_COLUMN)
			continue;
		struct str name = arena_printf(&x->reader->arena, "%.*stype", STR_ARG(field->name));
		if (find_named(x, name) != NO_COLUMN)
			continue;
		uint32_t type_column = add_column(x, name, false);
		if (type_column == NO_COLUMN)
			return false;
		x->columns[column].type_column = type_column;
	}
	return true;
}

/* What the schema says of the entity: its columns are the header's first. */
static bool
read_schema(struct cmt_read *x)
{
	const struct reader_options *options = &x->reader->options;
	const struct cmt_place data = { options->path, options->shown_path, options->member };

	x->primary = NO_COLUMN;
	if (!cmt_schema_read(&x->schema, &data, x->reader->diag))
		return false;
	x->entity = options->table_name.len ? cmt_schema_find(&x->schema, options->table_name) : NULL;
	if (!x->entity)
		return true;
	for (size_t i = 0; i < x->entity->field_count; i++) {
		const struct cmt_field *field = &x->entity->fields[i];
		if (field->name.len == 0 || find_named(x, field->name) != NO_COLUMN)
			continue;
		if (add_column(x, field->name, field->type == CMT_DATETIME) == NO_COLUMN)
			return false;
	}
	if (options->tells_lookup_types && !add_type_columns(x))
		return false;
	x->primary_id = x->entity->primary_id;
	if (x->primary_id.len)
		x->primary = find_named(x, x->primary_id);
	return true;
}

static bool
cmt_open(struct reader *reader)
{
	static const struct xml_handler handler = { on_begin, on_end, on_text };
	struct cmt_read *x = memory_new(1, sizeof *x);

	reader->state = x;
	x->reader = reader;
	x->store.text_limit = reader->text_limit;
	x->step = XML_STEP_MORE;
	x->word_field.text = "field";
	x->word_name.text = "name";
	x->word_value.text = "value";
	if (!read_schema(x))
		return false;
	const struct xml_input input = { .source = reader->source,
		.head = buf_str(&reader->head),
		.shown_path = reader->options.shown_path,
		.diag = &x->diag,
		.slice = reader->piece };
	x->sax = xml_sax_open(&input, &handler, x);
	buf_release(&reader->head);
	return true;
}

/* At the end: an entity that neither data nor schema knows is a wrong table or file. */
static bool
check_found(struct cmt_read *x)
{
	struct buf message = { 0 };

	if (x->is_found || x->entity || x->reader->options.table_name.len == 0)
		return true;
	buf_printf(&message, "holds no entity \"%.*s\"", STR_ARG(x->reader->options.table_name));
	if (x->names.len)
		buf_printf(&message, ", but %.*s%s", STR_ARG(buf_str(&x->names)),
			x->name_count > SHOWN_ENTITIES ? ", ..." : "");
	buf_add(&message, STR("; export that entity too, or name the table as the package does"));
	reader_fail(x->reader, 0, buf_str(&message));
	buf_release(&message);
	return false;
}

static enum read_status
cmt_next(struct reader *reader, struct batch *batch)
{
	struct cmt_read *x = reader->state;
	enum read_status status =
		reader_next_of_xml(reader, x->sax, &x->step, &x->store, &x->diag, batch);

	return status == READ_END && !check_found(x) ? READ_ERROR : status;
}

static void
cmt_close(struct reader *reader)
{
	struct cmt_read *x = reader->state;

	if (!x)
		return;
	xml_sax_close(x->sax);
	store_release(&x->store);
	cmt_schema_release(&x->schema);
	index_release(&x->by_name);
	diag_release(&x->diag);
	buf_release(&x->id);
	buf_release(&x->value);
	buf_release(&x->names);
	buf_release(&x->fault);
	free(x->columns);
	free(x);
	reader->state = NULL;
}

const struct reader_format cmt_format = {
	{ .header_grows = true, .is_invariant = true }, cmt_open, cmt_next, cmt_close
};
