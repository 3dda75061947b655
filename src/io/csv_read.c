/*
 * csv_read.c - CSV behind reader.h (rule 5.0.1)
 *
 * The text lies in one buffer that always holds at least one whole record; a
 * batch is what lies there whole.  Its values are borrowed from the buffer,
 * which is refilled only by the next call.
 */
#include <stdlib.h>

#include "io/csv_fault.h"
#include "io/csv_run.h"
#include "io/reader_format.h"

/*
 * A batch of very wide records is shorter, so that its cells stay in the cache.
 * MAX_HEADER: bytes of a header line, four KiB for each of as many columns as may be.
 */
enum { BATCH_CELLS = 64 * 1024, MAX_HEADER = 16 * 1024 * 1024 };

/* What csv_split_feed() asks for is behind every cell. */
_Static_assert((int)READER_AHEAD <= (int)MARK_BLOCK, "so many bytes behind the text can be read");

struct csv_reader {
	struct csv_split split;
	struct csv_record record;	/* the one at hand */
	struct buf text;
	bool text_ended;	/* the source has no more */
	struct str *cells;	/* CSV_RUN_SLACK more than a batch needs, for values that are too many */
	uint64_t *lines;
	uint64_t *places;	/* on disk; null unless the text is as it is there */
	uint64_t text_place;	/* of the text's begin */
	uint32_t batch_records;
	uint32_t count;		/* records in the batch */
};

enum refill { REFILLED, REFILL_FAILED, REFILL_TOO_LONG };

/*
 * Moves what is left to the front and reads on behind it: at least as much
 * again, so that a long record is not walked over once for every piece.
 */
static enum refill
refill(struct reader *reader)
{
	struct csv_reader *c = reader->state;
	size_t left = (size_t)(c->split.end - c->split.at);
	size_t wanted = left * 2 < reader->text_limit ? left * 2 : reader->text_limit;
	enum source_status status = SOURCE_TEXT;

	if (left >= reader->text_limit)
		return REFILL_TOO_LONG;
	c->text_place += c->text.len - left;
	if (left)
		memmove(c->text.ptr, c->split.at, left);
	c->text.len = left;
	while (status == SOURCE_TEXT && (c->text.len == left || c->text.len < wanted))
		status = source_read(reader->source, &c->text);
	if (status == SOURCE_ERROR)
		return REFILL_FAILED;
	c->text_ended = status == SOURCE_END;
	buf_reserve(&c->text, MARK_BLOCK);
	csv_split_feed(&c->split, c->text.ptr, c->text.len, c->text_ended);
	return REFILLED;
}

/* The column, counted from 1, in which a place of the record at hand lies. */
static uint32_t
column_of(const struct csv_record *record, const struct str *cells, uint32_t room, const char *place,
	bool is_whole)
{
	uint32_t column = record->count < room ? record->count : room;

	if (place >= record->value)
		return is_whole ? record->count : record->count + 1;
	while (column > 1 && cells[column - 1].ptr > place)
		column--;
	return column;
}

/* From a place to the end of its line. */
static const char *
line_end(const struct csv_split *split, const char *place)
{
	while (place < split->end && *place != '\n' && *place != '\r')
		place++;
	return place;
}

/*
 * The first byte that no text may hold in the record at hand, if any.  It goes
 * before other faults: UTF-16 read as UTF-8 has both, and this one says why.
 */
static const char *
find_bad_byte(const struct csv_reader *c, enum csv_result result)
{
	const struct csv_record *record = &c->record;
	const char *end = result == CSV_RECORD ? record->end : line_end(&c->split, record->fault);
	size_t len = (size_t)(end - record->begin);
	const char *nul = len ? memchr(record->begin, '\0', len) : NULL;

	if (nul)
		len = (size_t)(nul - record->begin);
	size_t valid = utf8_check((struct str){ record->begin, len });
	if (valid < len)
		return record->begin + valid;
	return nul;
}

static struct csv_fault
bad_byte_fault(const struct reader *reader, const struct str *cells, uint32_t room, const char *place,
	bool is_whole)
{
	const struct csv_reader *c = reader->state;
	const struct csv_record *record = &c->record;
	uint32_t column = column_of(record, cells, room, place, is_whole);
	const char *begin = place >= record->value ? record->value : cells[column - 1].ptr;

	return (struct csv_fault){
		.kind = *place == '\0' ? FAULT_NUL : FAULT_NOT_UTF8,
		.line = record->line + csv_count_lines(record->begin, place),
		.column = column,
		.text = { begin, (size_t)(line_end(&c->split, place) - begin) },
		.at = (size_t)(place - begin),
		.encoding = source_is_decoded(reader->source) ? source_encoding(reader->source) : NULL,
	};
}

static struct csv_fault
count_fault(const struct csv_record *record, const struct str *cells, uint32_t columns)
{
	struct csv_fault fault = { .line = record->line, .found = record->count, .expected = columns };

	if (record->count < columns) {
		fault.kind = FAULT_TOO_FEW;
		fault.column = record->count + 1;
		fault.text = (struct str){ record->begin, (size_t)(record->end - record->begin) };
	} else {
		fault.kind = FAULT_TOO_MANY;
		fault.column = columns + 1;
		fault.text = cells[columns];
		fault.line += csv_count_lines(record->begin, cells[columns].ptr);
	}
	return fault;
}

static struct csv_fault
quote_fault(const struct csv_reader *c, enum csv_result result)
{
	const struct csv_record *record = &c->record;

	return (struct csv_fault){
		.kind = result == CSV_STRAY_QUOTE ? FAULT_STRAY_QUOTE :
			result == CSV_TEXT_AFTER_QUOTE ? FAULT_TEXT_AFTER_QUOTE :
			result == CSV_OPEN_QUOTE ? FAULT_OPEN_QUOTE : FAULT_TOO_LONG,
		.line = record->fault_line,
		.column = record->count + 1,
		.text = { record->value, (size_t)(line_end(&c->split, record->fault) - record->value) },
		.at = result == CSV_MORE ? 0 : (size_t)(record->fault - record->value),
	};
}

/* The sentence for what is wrong with the record at hand; its line is set. */
static void
describe(const struct reader *reader, const struct str *cells, uint32_t room, enum csv_result result,
	struct csv_fault *fault, struct buf *message)
{
	const struct csv_reader *c = reader->state;
	const char *bad = find_bad_byte(c, result);

	if (bad)
		*fault = bad_byte_fault(reader, cells, room, bad, result == CSV_RECORD);
	else if (result != CSV_RECORD)
		*fault = quote_fault(c, result);
	else
		*fault = count_fault(&c->record, cells, reader->columns);
	fault->record_line = c->record.line;
	fault->is_own = reader->options.is_own;
	if (fault->column <= reader->columns)
		fault->header = reader->header[fault->column - 1];
	csv_fault_write(fault, message);
}

/* Tells that the record at hand is bad; whether reading goes on. */
static bool
reject(struct reader *reader, const struct str *cells, enum csv_result result)
{
	struct csv_fault fault;
	struct buf message = { 0 };

	describe(reader, cells, reader->columns + 1, result, &fault, &message);
	bool goes_on = reader_reject(reader, fault.line, buf_str(&message));
	buf_release(&message);
	return goes_on;
}

static bool
is_good(const struct csv_record *record, uint32_t columns)
{
	return record->count == columns &&
		(!record->is_suspect || csv_is_clean(record->begin, record->end));
}

enum step { STEP_BATCH, STEP_MORE, STEP_END, STEP_FAILED };

/* Takes what is plainly good. */
static void
take_run(struct csv_reader *c, uint32_t columns)
{
	const struct csv_run run = {
		.cells = c->cells + (size_t)c->count * columns,
		.lines = c->lines + c->count,
		.places = c->places ? c->places + c->count : NULL,
		.text_place = c->text_place,
		.columns = columns,
	};

	c->count += csv_run_take(&c->split, &run, c->batch_records - c->count);
}

/* Takes records until the batch is full or the text used up. */
static enum step
take_records(struct reader *reader)
{
	struct csv_reader *c = reader->state;
	uint32_t columns = reader->columns;

	for (;;) {
		take_run(c, columns);
		if (c->count == c->batch_records)
			return STEP_BATCH;
		struct str *cells = c->cells + (size_t)c->count * columns;
		enum csv_result result = csv_split_next(&c->split, cells, columns + 1, &c->record);
		if (result == CSV_MORE)
			return STEP_MORE;
		if (result == CSV_NONE)
			return STEP_END;
		if (result == CSV_RECORD && is_good(&c->record, columns)) {
			if (c->record.has_doubled)
				csv_split_unquote(&c->split, cells, columns);
			c->lines[c->count] = c->record.line;
			if (c->places)
				c->places[c->count] =
					c->text_place + (uint64_t)(c->record.begin - c->text.ptr);
			c->count++;
			continue;
		}
		if (!reader->options.report_bad_records && c->count > 0) {
			/* The good ones before it go out first; then it is met again. */
			csv_split_rewind(&c->split, &c->record);
			return STEP_BATCH;
		}
		/* Misplaced quotes: on with the next line, so that no good record is swallowed (5.0.1). */
		if (result != CSV_RECORD && !csv_split_skip_line(&c->split))
			return STEP_MORE;
		if (!reject(reader, cells, result))
			return STEP_FAILED;
	}
}

/* A record does not fit: it is bad, and if even its line has no end, so is the file (8.2). */
static bool
pass_too_long(struct reader *reader)
{
	struct csv_reader *c = reader->state;

	if (!csv_split_skip_line(&c->split))
		reader->options.report_bad_records = false;
	return reject(reader, c->cells, CSV_MORE);
}

static enum read_status
csv_next(struct reader *reader, struct batch *batch)
{
	struct csv_reader *c = reader->state;
	enum step step = STEP_MORE;

	c->count = 0;
	for (;;) {
		step = take_records(reader);
		reader->empty_lines = c->split.empty_lines;
		if (step == STEP_FAILED)
			return READ_ERROR;
		if (c->count > 0) {
			*batch = (struct batch){ .cells = c->cells, .lines = c->lines, .places = c->places,
				.count = c->count, .columns = reader->columns };
			return READ_BATCH;
		}
		if (step == STEP_END)
			return READ_END;
		enum refill refilled = refill(reader);
		if (refilled == REFILL_FAILED || (refilled == REFILL_TOO_LONG && !pass_too_long(reader)))
			return READ_ERROR;
	}
}

static bool
refill_header(struct reader *reader)
{
	const struct csv_reader *c = reader->state;
	bool is_endless = c->split.end - c->split.at >= MAX_HEADER;
	enum refill refilled = is_endless ? REFILL_TOO_LONG : refill(reader);

	if (refilled == REFILL_TOO_LONG)
		return reader_fail(reader, 1, STR("the header line has no end; is this a CSV file?"));
	return refilled == REFILLED;
}

static bool
choose_delimiter(struct reader *reader)
{
	struct csv_reader *c = reader->state;
	char quote = reader->options.quote;
	char delimiter = reader->options.delimiter;

	csv_split_begin(&c->split, ',', quote);
	csv_split_feed(&c->split, c->text.ptr, c->text.len, false);
	while (delimiter == '\0') {
		delimiter = csv_detect_delimiter(buf_str(&c->text), quote, c->text_ended);
		if (delimiter == '\0' && !refill_header(reader))
			return false;
	}
	if (delimiter == quote || delimiter == '\n' || delimiter == '\r' || quote == '\n' || quote == '\r')
		return reader_fail(reader, 0,
			STR("delimiter and quote must differ from each other and from line ends"));
	csv_split_begin(&c->split, delimiter, quote);
	csv_split_feed(&c->split, c->text.ptr, c->text.len, c->text_ended);
	return true;
}

/* A bad header ends the reading, whatever is done about bad records. */
static bool
reject_header(const struct reader *reader, const struct str *cells, enum csv_result result)
{
	const struct csv_reader *c = reader->state;
	struct csv_fault fault;
	struct buf message = { 0 };

	if (result == CSV_RECORD && !find_bad_byte(c, result)) {
		fault = (struct csv_fault){ .kind = FAULT_TOO_MANY_COLUMNS, .line = c->record.line,
			.record_line = c->record.line, .column = READER_MAX_COLUMNS + 1,
			.found = c->record.count, .expected = READER_MAX_COLUMNS,
			.text = cells[READER_MAX_COLUMNS] };
		csv_fault_write(&fault, &message);
	} else {
		describe(reader, cells, READER_MAX_COLUMNS + 1, result, &fault, &message);
	}
	reader_fail(reader, fault.line, buf_str(&message));
	buf_release(&message);
	return false;
}

static void
keep_header(struct reader *reader, struct str *cells)
{
	struct csv_reader *c = reader->state;
	uint32_t columns = c->record.count;
	struct str *header = arena_array(&reader->arena, struct str, columns);

	if (c->record.has_doubled)
		csv_split_unquote(&c->split, cells, columns);
	for (uint32_t i = 0; i < columns; i++)
		header[i] = arena_copy(&reader->arena, str_trim(cells[i]));
	reader->header = header;
	reader->columns = columns;
}

static bool
read_header(struct reader *reader)
{
	struct csv_reader *c = reader->state;
	struct str *cells = arena_array(&reader->arena, struct str, READER_MAX_COLUMNS + 1);
	enum csv_result result;

	while ((result = csv_split_next(&c->split, cells, READER_MAX_COLUMNS + 1, &c->record)) == CSV_MORE)
		if (!refill_header(reader))
			return false;
	if (result == CSV_NONE)
		return reader_fail(reader, 0, reader->options.is_own ?
			STR("the file is empty, not even a header line; restore it") :
			STR("the file is empty, not even a header line; export it with headers"));
	if (result != CSV_RECORD || c->record.count > READER_MAX_COLUMNS ||
	    !is_good(&c->record, c->record.count))
		return reject_header(reader, cells, result);
	keep_header(reader, cells);
	return true;
}

static bool
csv_open(struct reader *reader)
{
	struct csv_reader *c = memory_new(1, sizeof *c);

	reader->state = c;
	c->text = reader->head;
	reader->head = (struct buf){ 0 };
	buf_reserve(&c->text, MARK_BLOCK);
	bool is_plain = source_is_plain(reader->source, &c->text_place);
	if (!choose_delimiter(reader) || !read_header(reader))
		return false;
	uint32_t fitting = BATCH_CELLS / reader->columns;
	c->batch_records = fitting < BATCH_RECORDS ? fitting : BATCH_RECORDS;
	c->cells = memory_new((size_t)c->batch_records * reader->columns + CSV_RUN_SLACK, sizeof *c->cells);
	c->lines = memory_new(c->batch_records, sizeof *c->lines);
	if (is_plain)
		c->places = memory_new(c->batch_records, sizeof *c->places);
	return true;
}

static void
csv_close(struct reader *reader)
{
	struct csv_reader *c = reader->state;

	if (!c)
		return;
	buf_release(&c->text);
	free(c->cells);
	free(c->lines);
	free(c->places);
	free(c);
	reader->state = NULL;
}

void
csv_delimiters(const struct reader *reader, char *delimiter, char *quote)
{
	const struct csv_reader *c = reader->state;

	*delimiter = c->split.delimiter;
	*quote = c->split.quote;
}

const struct reader_format csv_format = { { 0 }, csv_open, csv_next, csv_close };
