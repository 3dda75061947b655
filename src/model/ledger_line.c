/* ledger_line.c - one line of the ledger, checked and read (part 3) */
#include <stdarg.h>
#include <stdio.h>

#include "model/ledger_parts.h"
#include "model/value.h"
#include "model/value_plain.h"

enum { SHOWN_CHARACTERS = 60, MESSAGE_SIZE = 1024 };

/* Columns that a line without a coupling has, as bits. */
#define WATERMARK_COLUMNS                                                                                    \
	(1u << COLUMN_MAPPING | 1u << COLUMN_STATE | 1u << COLUMN_ERP_TIME | 1u << COLUMN_CRM_TIME)
#define SERIES_COLUMNS (1u << COLUMN_STATE | 1u << COLUMN_ERP_ID | 1u << COLUMN_ERP_KEY)

/* The column of a side, given that of the ERP side. */
static enum ledger_column
of_side(enum ledger_column column, enum side side)
{
	return column + (side == CRM);
}

void
ledger_finding(struct ledger_load *load, enum ledger_column column, const char *format, ...)
{
	char text[MESSAGE_SIZE];
	va_list args;

	va_start(args, format);
	vsnprintf(text, sizeof text, format, args);
	va_end(args);
	load->is_bad = true;
	diag_add(load->diag, STATUS_INVALID, "%.*s:%u: column %u \"%s\": %s", STR_ARG(load->ledger->path),
		load->line, load->at[column] + 1, ledger_column_names[column].ptr, text);
}

/* So much of a value as a message shows. */
static struct str
shown(struct str value)
{
	return utf8_cut(value, SHOWN_CHARACTERS);
}

/* Text that outlives the batch; without a NUL, as there are millions. */
static struct str
keep(struct ledger_load *load, struct str text)
{
	if (text.len == 0)
		return (struct str){ NULL, 0 };
	char *p = arena_bytes(&load->ledger->arena, text.len);
	memcpy(p, text.ptr, text.len);
	return (struct str){ p, text.len };
}

/* The number of a name in a list, or count. */
static unsigned
find_name(const struct str *names, unsigned count, struct str name)
{
	for (unsigned i = 0; i < count; i++)
		if (str_equal_word(names[i], name))
			return i;
	return count;
}

/* The values of unknown columns; NULL when all are blank. */
static struct str *
read_extra(struct ledger_load *load)
{
	size_t count = load->ledger->extra_count;
	struct str *extra = NULL;

	for (size_t i = 0; i < count; i++) {
		struct str value = load->cells[load->extra_at[i]];
		if (value.len == 0)
			continue;
		if (!extra)
			extra = arena_array(&load->ledger->arena, struct str, count);
		extra[i] = keep(load, value);
	}
	return extra;
}

static int64_t
read_time(struct ledger_load *load, enum ledger_column column)
{
	struct str text = ledger_cell(load, column);
	int64_t stamp;

	if (text.len == 0)
		return STAMP_NONE;
	/* Canonical ones are read faster. */
	stamp = stamp_read(text);
	if (stamp != STAMP_NONE || stamp_parse(text, &stamp))
		return stamp;
	ledger_finding(load, column,
		"\"%.*s\" is no time; write it as 2026-03-01T09:30:00Z, or leave it blank",
		STR_ARG(shown(text)));
	return STAMP_NONE;
}

static uint8_t
read_result(struct ledger_load *load, enum ledger_column column)
{
	struct str text = ledger_cell(load, column);
	unsigned result = find_name(ledger_result_names, RESULT_FAILURE + 1, text);

	if (result <= RESULT_FAILURE)
		return (uint8_t)result;
	ledger_finding(load, column, "\"%.*s\" is no result; write Success or Failure, or leave it blank",
		STR_ARG(shown(text)));
	return RESULT_NONE;
}

static bool
read_skipped(struct ledger_load *load)
{
	struct str text = ledger_cell(load, COLUMN_SKIPPED);

	if (text.len != 0 && !str_equal(text, STR("true")))
		ledger_finding(load, COLUMN_SKIPPED, "\"%.*s\" is neither true nor blank; write one of these",
			STR_ARG(shown(text)));
	return text.len != 0;
}

static bool
read_as(struct ledger_load *load, enum ledger_column column, const struct field *field, struct str text)
{
	if (value_read(field, locale_find(STR("invariant")), timezone_utc(), text, &load->scratch))
		return true;
	ledger_finding(load, column, "\"%.*s\" is no %s, as %.*s is; correct it or take the line out",
		STR_ARG(shown(text)), type_name(field->type), STR_ARG(field->name));
	return false;
}

/*
 * A key of several fields, joined by commas: each part as its field's type has
 * it.  A part that holds a comma itself makes the parts uncertain, then the text
 * is taken as it is.
 */
static bool
read_joined(
	struct ledger_load *load, enum ledger_column column, const struct table_def *table, struct str text)
{
	size_t commas = 0;

	for (size_t i = 0; i < text.len; i++)
		commas += text.ptr[i] == ',';
	if (table->key_count == 0 || commas >= table->key_count) {
		buf_add(&load->scratch, text);
		return true;
	}
	if (commas + 1 < table->key_count) {
		ledger_finding(load, column,
			"\"%.*s\" has %zu of the %zu parts of the key of table %.*s; join all by commas",
			STR_ARG(shown(text)), commas + 1, table->key_count, STR_ARG(table->name));
		return false;
	}
	for (size_t i = 0; i < table->key_count; i++) {
		if (i > 0)
			buf_add_char(&load->scratch, ',');
		if (!read_as(load, column, table->keys[i], str_cut(text, ',', &text)))
			return false;
	}
	return true;
}

/* A Guid, by far the most frequent uid, goes straight to where it stays. */
static inline bool
read_guid(struct ledger_load *load, enum ledger_column column, struct str text, const unsigned char **id)
{
	char *packed = arena_bytes(&load->ledger->id_texts, 1 + GUID_LENGTH);
	char *guid = (char *)put_number((unsigned char *)packed, GUID_LENGTH << 1);

	if (value_is_plain(TYPE_GUID, text)) {
		memcpy(guid, text.ptr, GUID_LENGTH);
		*id = (const unsigned char *)packed;
		return true;
	}
	if (!guid_read(text.len == GUID_LENGTH ? text : str_trim(text), guid)) {
		ledger_finding(load, column, "\"%.*s\" is no Guid; correct it or take the line out",
			STR_ARG(shown(text)));
		return false;
	}
	/* All zeros is the blank Guid (E21). */
	if (!guid_is_blank(guid))
		*id = (const unsigned char *)packed;
	return true;
}

/* For the index of a side's uids, while the uid's text is at hand. */
static inline void
enter_id(struct ledger_load *load, uint32_t number, enum side side)
{
	const struct coupling *c = &load->ledger->couplings[number];

	if (!c->id[side])
		return;
	load->ids[side] = memory_grow(load->ids[side], load->id_count[side], &load->id_capacity[side],
		sizeof *load->ids[side]);
	load->ids[side][load->id_count[side]++] = (struct index_entry){
		(uint32_t)(ledger_hash(c->mapping, packed_str(c->id[side])) >> 32), number };
}

/* The canonical uid of one side; false when it is none. */
static inline bool
read_id(struct ledger_load *load, const struct ledger_name *name, enum side side, const unsigned char **id)
{
	const struct mapping *mapping = name->mapping;
	enum ledger_column column = of_side(COLUMN_ERP_ID, side);
	struct str text = ledger_cell(load, column);
	const struct field *field = name->uids[side];
	bool is_good = true;

	*id = NULL;
	if (text.len == 0)
		return true;
	if (field && field->type == TYPE_GUID)
		return read_guid(load, column, text, id);
	buf_reset(&load->scratch);
	if (field)
		is_good = read_as(load, column, field, text);
	else if (mapping->tables[side])
		is_good = read_joined(load, column, mapping->tables[side], text);
	else
		buf_add(&load->scratch, text);
	if (is_good)
		*id = packed_copy(&load->ledger->id_texts, buf_str(&load->scratch));
	return is_good;
}

/* Which ids a state goes with (part 3). */
static void
check_ids(struct ledger_load *load, const struct coupling *c)
{
	static const bool needs[STATE_REMOVED + 1][SIDES] = {
		[STATE_COUPLED] = { true, true },
		[STATE_PENDING_ERP] = { false, true },
		[STATE_PENDING_CRM] = { true, true },
	};
	const char *state = ledger_state_names[c->state].ptr;

	for (enum side side = ERP; side <= CRM; side++)
		if (needs[c->state][side] && !coupling_has_id(c, side))
			ledger_finding(load, of_side(COLUMN_ERP_ID, side),
				"is blank, but a line with state %s needs it; give it or take the line out",
				state);
	if (c->state != STATE_FAILED_CREATE && c->state != STATE_REMOVED)
		return;
	if (coupling_has_id(c, ERP) == coupling_has_id(c, CRM))
		ledger_finding(load, COLUMN_STATE,
			"%s needs exactly one of erp_id and crm_id, but %s; correct the ids or the state",
			state, coupling_has_id(c, ERP) ? "both are given" : "both are blank");
}

static uint32_t
enter_job(struct ledger_load *load, enum side side)
{
	struct str job = ledger_cell(load, of_side(COLUMN_ERP_JOB, side));
	uint32_t *last = &load->jobs[side];

	if (*last == 0 || !str_equal(job, load->ledger->jobs[*last - 1]))
		*last = job.len ? ledger_enter_job(load->ledger, job) : 0;
	return *last;
}

static void
read_rest(struct ledger_load *load, uint32_t number)
{
	struct str *extra = read_extra(load);

	if (extra)
		ledger_rest(load->ledger, number)->extra = extra;
	for (enum side side = ERP; side <= CRM; side++) {
		struct str failure = ledger_cell(load, of_side(COLUMN_ERP_FAILURE, side));
		if (failure.len)
			ledger_rest(load->ledger, number)->failure[side] = keep(load, failure);
	}
}

static void
read_coupling(struct ledger_load *load, const struct ledger_name *name, enum coupling_state state)
{
	uint32_t number = ledger_add(load->ledger, name->mapping->order);
	struct coupling *c = &load->ledger->couplings[number];
	unsigned results = 0;
	bool has_ids = true;

	c->line = load->line;
	c->state = state & 7;
	for (enum side side = ERP; side <= CRM; side++) {
		has_ids &= read_id(load, name, side, &c->id[side]);
		enter_id(load, number, side);
		c->time[side] = read_time(load, of_side(COLUMN_ERP_TIME, side));
		results |= (unsigned)read_result(load, of_side(COLUMN_ERP_RESULT, side)) << side * 2;
		c->job[side] = enter_job(load, side);
	}
	if (has_ids)
		check_ids(load, c);
	c->results = results & 15;
	c->is_skipped = read_skipped(load);
	c->key = packed_copy(&load->ledger->key_texts, ledger_cell(load, COLUMN_ERP_KEY));
	coupling_set_base(c, packed_copy(&load->ledger->arena, ledger_cell(load, COLUMN_BASE)));
	read_rest(load, number);
}

/* Lines that are no couplings have few columns; a value in another one would be lost. */
static void
refuse_others(struct ledger_load *load, unsigned columns, const char *state)
{
	for (enum ledger_column c = 0; c < LEDGER_COLUMNS; c++)
		if (!(columns & 1u << c) && ledger_cell(load, c).len != 0)
			ledger_finding(load, c, "must be blank on a %s line, but holds \"%.*s\"; clear it",
				state, STR_ARG(shown(ledger_cell(load, c))));
}

static void
read_watermark(struct ledger_load *load, const struct mapping *mapping)
{
	struct ledger_watermark *watermark = &load->ledger->watermarks[mapping->order];

	refuse_others(load, WATERMARK_COLUMNS, "watermark");
	if (watermark->is_present) {
		ledger_finding(load, COLUMN_STATE,
			"mapping %.*s has a watermark on line %u already; take one of the two lines out",
			STR_ARG(mapping->name), load->watermark_lines[mapping->order]);
		return;
	}
	load->watermark_lines[mapping->order] = load->line;
	watermark->is_present = true;
	watermark->time[ERP] = read_time(load, COLUMN_ERP_TIME);
	watermark->time[CRM] = read_time(load, COLUMN_CRM_TIME);
	watermark->extra = read_extra(load);
}

static void
keep_line(struct ledger_load *load, const struct mapping *mapping)
{
	struct ledger *ledger = load->ledger;

	ledger->kept =
		memory_grow(ledger->kept, ledger->kept_count, &ledger->kept_capacity, sizeof *ledger->kept);
	struct ledger_kept *kept = &ledger->kept[ledger->kept_count++];
	kept->values = arena_array(&ledger->arena, struct str, ledger->column_count);
	for (size_t i = 0; i < ledger->column_count; i++)
		kept->values[i] = keep(load, load->cells[i]);
	kept->mapping = kept->values[load->at[COLUMN_MAPPING]];
	kept->order = mapping ? mapping->order : UINT32_MAX;
}

/* The series of a table that the ledger has already, or NULL. */
static const struct ledger_series *
find_series(const struct ledger_load *load, const struct table_def *table)
{
	for (size_t i = 0; i < load->ledger->series_count; i++)
		if (setup_find_table(load->setup, ERP, load->ledger->series[i].table) == table)
			return &load->ledger->series[i];
	return NULL;
}

/* 3.4 */
static void
read_series(struct ledger_load *load)
{
	struct ledger *ledger = load->ledger;
	struct str name = ledger_cell(load, COLUMN_ERP_ID);
	struct str last = ledger_cell(load, COLUMN_ERP_KEY);
	const struct table_def *table = setup_find_table(load->setup, ERP, name);
	const struct ledger_series *old = table ? find_series(load, table) : NULL;

	if (name.len == 0) {
		ledger_finding(load, COLUMN_ERP_ID, "is blank on a series line; give the table's name");
	} else if (!table) {
		keep_line(load, NULL);
		diag_notice(load->diag,
			"%.*s:%u: the number series of table \"%.*s\", which is not in the setup, is kept "
			"as it is",
			STR_ARG(ledger->path), load->line, STR_ARG(shown(name)));
	} else if (old) {
		ledger_finding(load, COLUMN_ERP_ID,
			"the number series of table \"%.*s\" is on line %u already; keep the line with the "
			"later number",
			STR_ARG(shown(name)), old->line);
	} else {
		refuse_others(load, SERIES_COLUMNS, "series");
		if (last.len == 0)
			ledger_finding(
				load, COLUMN_ERP_KEY, "is blank on a series line; give the last number used");
		else if (!str_has_digit(last))
			ledger_finding(load, COLUMN_ERP_KEY,
				"\"%.*s\" holds no digit to count up; give the last number used",
				STR_ARG(shown(last)));
		ledger_set_series(ledger, table->name, last);
		ledger->series[ledger->series_count - 1].line = load->line;
		ledger->series[ledger->series_count - 1].extra = read_extra(load);
	}
}

/* ASCII letters in lower case, in scratch. */
static struct str
fold(struct ledger_load *load, struct str name)
{
	buf_reset(&load->scratch);
	for (size_t i = 0; i < name.len; i++) {
		char c = name.ptr[i];
		buf_add_char(&load->scratch, c >= 'A' && c <= 'Z' ? (char)(c | 32) : c);
	}
	return buf_str(&load->scratch);
}

/* The mapping that the line at hand names; couplings of one mapping mostly stand together. */
static struct ledger_name *
find_mapping(struct ledger_load *load)
{
	struct str text = ledger_cell(load, COLUMN_MAPPING);
	uint32_t number;

	if (load->name != INDEX_NONE && str_equal_word(load->names[load->name].text, text))
		return &load->names[load->name];
	uint64_t hash = str_hash(fold(load, text));
	struct index_walk walk = index_find(&load->names_index, hash);
	while ((number = index_next(&walk)) != INDEX_NONE)
		if (str_equal_nocase(load->names[number].text, text))
			break;
	if (number == INDEX_NONE) {
		load->names =
			memory_grow(load->names, load->name_count, &load->name_capacity, sizeof *load->names);
		number = (uint32_t)load->name_count++;
		const struct mapping *mapping = setup_find_mapping(load->setup, text);
		load->names[number] = (struct ledger_name){ .text = keep(load, text), .mapping = mapping };
		for (enum side side = ERP; mapping && side < SIDES; side++)
			load->names[number].uids[side] = ledger_uid_field(mapping, side);
		index_add(&load->names_index, hash, number);
	}
	load->name = number;
	return &load->names[number];
}

static void
refuse_state(struct ledger_load *load, struct str state)
{
	struct str nearest = { NULL, 0 };
	unsigned best = 3;

	for (unsigned i = 0; i < LEDGER_STATES; i++) {
		unsigned distance = str_distance(ledger_state_names[i], state);
		if (distance < best) {
			best = distance;
			nearest = ledger_state_names[i];
		}
	}
	if (state.len == 0)
		ledger_finding(load, COLUMN_STATE, "is blank; write coupled, or what else the line is");
	else if (nearest.len)
		ledger_finding(load, COLUMN_STATE, "\"%.*s\" is no state (did you mean \"%s\"?)",
			STR_ARG(shown(state)), nearest.ptr);
	else
		ledger_finding(load, COLUMN_STATE,
			"\"%.*s\" is no state; write coupled, pending-erp, pending-crm, failed-create, "
			"removed, watermark or series",
			STR_ARG(shown(state)));
}

void
ledger_read_line(struct ledger_load *load)
{
	struct str text = ledger_cell(load, COLUMN_STATE);
	unsigned state = find_name(ledger_state_names, LEDGER_STATES, text);

	if (ledger_cell(load, COLUMN_MAPPING).len == 0) {
		if (state == STATE_SERIES)
			read_series(load);
		else
			ledger_finding(load, COLUMN_MAPPING,
				"is blank, but only a series line has no mapping; give the name of the "
				"line's mapping");
		return;
	}
	struct ledger_name *name = find_mapping(load);
	const struct mapping *mapping = name->mapping;
	if (!mapping || !mapping->is_enabled) {
		name->kept++;
		keep_line(load, mapping);
	} else if (state == STATE_WATERMARK) {
		read_watermark(load, mapping);
	} else if (state == STATE_SERIES) {
		ledger_finding(load, COLUMN_MAPPING,
			"must be blank on a series line, but holds \"%.*s\"; clear it, or correct the state",
			STR_ARG(shown(ledger_cell(load, COLUMN_MAPPING))));
	} else if (state == LEDGER_STATES) {
		refuse_state(load, text);
	} else {
		read_coupling(load, name, (enum coupling_state)state);
	}
}
