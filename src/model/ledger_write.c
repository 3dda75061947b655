/* ledger_write.c - the ledger, sorted and printed (part 3, 3.1) */
#include <stdlib.h>

#include "base/parallel.h"
#include "base/sort.h"
#include "io/csv_write.h"
#include "model/ledger_parts.h"
#include "model/value.h"

enum {
	BLOCK_LINES = 1024,	/* that one thread prints at a time */
	COUPLING_ROOM = 1024,	/* for commas, words, stamps, and csv_put() */
};

/*
 * What to print.  A line is a number: couplings come first, then the kept
 * lines, the watermarks by mapping, the series.
 */
struct sheet {
	const struct ledger *ledger;
	const struct setup *setup;
	unsigned threads;
	struct arena arena;
	uint32_t at[LEDGER_COLUMNS];	/* where kept lines have each column */
	uint32_t *extra_at;
	uint32_t first_kept;
	uint32_t first_watermark;
	uint32_t first_series;
	struct str *names;	/* of mappings, quoted where need be */
	struct str *kept_keys;	/* for each kept line, what it is sorted by */
	uint32_t *lines;	/* in the order of 3.1 */
	size_t count;
	ledger_sink *sink;
	void *context;
	struct buf *slots;	/* printed blocks, until they are handed on */
};

static void
add_line(struct sheet *s, uint32_t line)
{
	s->lines[s->count++] = line;
}

/* --- order: kept lines --- */

/*
 * Mappings of the setup by run order, then the others by name; within one its
 * watermark, then by erp_id and crm_id; what is still equal by all values, so
 * that the order in the file does not count.
 */
static struct str
kept_key(struct sheet *s, const struct ledger_kept *kept, struct buf *scratch)
{
	bool is_watermark = str_equal(kept->values[s->at[COLUMN_STATE]], ledger_state_names[STATE_WATERMARK]);

	buf_reset(scratch);
	for (unsigned shift = 32; shift > 0; shift -= 8)
		buf_add_char(scratch, (char)(kept->order >> (shift - 8) & 0xff));
	if (kept->order == UINT32_MAX)
		buf_add(scratch, kept->mapping);
	buf_add_char(scratch, '\0');
	buf_add_char(scratch, is_watermark ? '0' : '1');
	buf_add(scratch, kept->values[s->at[COLUMN_ERP_ID]]);
	buf_add_char(scratch, '\0');
	buf_add(scratch, kept->values[s->at[COLUMN_CRM_ID]]);
	for (size_t i = 0; i < s->ledger->column_count; i++) {
		buf_add_char(scratch, '\0');
		buf_add(scratch, kept->values[i]);
	}
	return arena_copy(&s->arena, buf_str(scratch));
}

static struct str
kept_text(const void *context, uint32_t kept)
{
	const struct sheet *s = context;

	return s->kept_keys[kept];
}

/* The kept lines of mappings, sorted; those of series are not among them. */
static uint32_t *
sort_kept(struct sheet *s, size_t *count)
{
	const struct ledger *ledger = s->ledger;
	uint32_t *sorted = memory_new(ledger->kept_count, sizeof *sorted);
	struct buf scratch = { 0 };

	*count = 0;
	s->kept_keys = arena_array(&s->arena, struct str, ledger->kept_count);
	for (size_t i = 0; i < ledger->kept_count; i++) {
		if (ledger->kept[i].mapping.len == 0)
			continue;
		s->kept_keys[i] = kept_key(s, &ledger->kept[i], &scratch);
		sorted[(*count)++] = (uint32_t)i;
	}
	sort_by_text(sorted, *count, kept_text, s, s->threads);
	buf_release(&scratch);
	return sorted;
}

/* --- order: number series --- */

static struct str
series_text(const void *context, uint32_t line)
{
	const struct sheet *s = context;

	if (line >= s->first_series)
		return s->ledger->series[line - s->first_series].table;
	return s->ledger->kept[line - s->first_kept].values[s->at[COLUMN_ERP_ID]];
}

/* 3.4: they come first in the file. */
static void
add_series(struct sheet *s)
{
	const struct ledger *ledger = s->ledger;

	for (size_t i = 0; i < ledger->series_count; i++)
		add_line(s, s->first_series + (uint32_t)i);
	for (size_t i = 0; i < ledger->kept_count; i++)
		if (ledger->kept[i].mapping.len == 0)
			add_line(s, s->first_kept + (uint32_t)i);
	sort_by_text(s->lines, s->count, series_text, s, s->threads);
}

/* --- order: couplings --- */

static struct str
erp_text(const void *context, uint32_t coupling)
{
	const struct sheet *s = context;

	return s->ledger->couplings[coupling].id[ERP];
}

static struct str
crm_text(const void *context, uint32_t coupling)
{
	const struct sheet *s = context;

	return s->ledger->couplings[coupling].id[CRM];
}

/*
 * Couplings are dealt out by mapping, those without erp_id before those with
 * one.  As an erp_id is unique in a mapping, the ones are sorted by crm_id alone
 * and the others by erp_id alone.
 */
static uint32_t
part_of(const struct coupling *c)
{
	return c->mapping * 2 + (c->id[ERP].len != 0);
}

/*
 * The couplings that are still there, sorted; starts[] has the first of each part, and
 * the end.  The dropped ones make a part of their own behind all others.
 */
static uint32_t *
sort_couplings(struct sheet *s, size_t *starts, size_t parts)
{
	const struct ledger *ledger = s->ledger;
	uint32_t *sorted = memory_new(ledger->count, sizeof *sorted);
	uint32_t *part = memory_new(ledger->count, sizeof *part);

	for (size_t i = 0; i < ledger->count; i++) {
		const struct coupling *c = &ledger->couplings[i];
		part[i] = c->is_dropped ? (uint32_t)parts : part_of(c);
		starts[part[i] + 2]++;
	}
	for (size_t i = 2; i < parts + 2; i++)
		starts[i] += starts[i - 1];
	for (size_t i = 0; i < ledger->count; i++)
		if (part[i] < parts)
			sorted[starts[part[i] + 1]++] = (uint32_t)i;
	free(part);
	for (size_t i = 0; i < parts; i++)
		sort_by_text(sorted + starts[i], starts[i + 1] - starts[i], i % 2 ? erp_text : crm_text, s,
			s->threads);
	return sorted;
}

/* --- order: all --- */

/* 3.1: the mappings in run order, each with its watermark first. */
static void
add_mappings(struct sheet *s)
{
	const struct ledger *ledger = s->ledger;
	size_t mappings = s->setup->mapping_count;
	size_t *starts = memory_new(mappings * 2 + 3, sizeof *starts);
	uint32_t *couplings = sort_couplings(s, starts, mappings * 2);
	size_t kept_count;
	uint32_t *kept = sort_kept(s, &kept_count);
	size_t next = 0;

	for (size_t m = 0; m < mappings; m++) {
		if (ledger->watermarks[m].is_present)
			add_line(s, s->first_watermark + (uint32_t)m);
		for (size_t i = starts[m * 2]; i < starts[m * 2 + 2]; i++)
			add_line(s, couplings[i]);
		for (; next < kept_count && ledger->kept[kept[next]].order == m; next++)
			add_line(s, s->first_kept + kept[next]);
	}
	for (; next < kept_count; next++)
		add_line(s, s->first_kept + kept[next]);
	free(kept);
	free(couplings);
	free(starts);
}

static void
quote_names(struct sheet *s)
{
	struct buf name = { 0 };

	s->names = arena_array(&s->arena, struct str, s->setup->mapping_count);
	for (size_t i = 0; i < s->setup->mapping_count; i++) {
		buf_reset(&name);
		csv_add(&name, ',', s->setup->mappings[i]->name);
		s->names[i] = arena_copy(&s->arena, buf_str(&name));
	}
	buf_release(&name);
}

static void
arrange(struct sheet *s)
{
	const struct ledger *ledger = s->ledger;
	size_t extra = 0;

	ledger_find_columns(ledger->columns, ledger->column_count, s->at);
	s->extra_at = arena_array(&s->arena, uint32_t, ledger->extra_count);
	for (uint32_t i = 0; i < ledger->column_count && extra < ledger->extra_count; i++)
		if (ledger->columns[i].ptr == ledger->extra[extra].ptr)
			s->extra_at[extra++] = i;
	s->first_kept = (uint32_t)ledger->count;
	s->first_watermark = s->first_kept + (uint32_t)ledger->kept_count;
	s->first_series = s->first_watermark + (uint32_t)s->setup->mapping_count;
	s->lines = memory_new(s->first_series + ledger->series_count, sizeof *s->lines);
	quote_names(s);
	add_series(s);
	add_mappings(s);
}

/* --- printing --- */

static void
print_next(struct buf *out, struct str value)
{
	buf_add_char(out, ',');
	csv_add(out, ',', value);
}

static void
print_time(struct buf *out, int64_t stamp)
{
	buf_add_char(out, ',');
	stamp_write(stamp, out);
}

static void
print_blanks(struct buf *out, size_t count)
{
	for (size_t i = 0; i < count; i++)
		buf_add_char(out, ',');
}

static void
print_extra(const struct sheet *s, const struct str *extra, struct buf *out)
{
	for (size_t i = 0; i < s->ledger->extra_count; i++)
		print_next(out, extra ? extra[i] : (struct str){ NULL, 0 });
	buf_add_char(out, '\n');
}

/* The next functions write to where there is room, and return the place behind. */
static char *
put_next(char *at, struct str value)
{
	*at++ = ',';
	return csv_put(at, ',', value);
}

static char *
put_plain(char *at, struct str value)
{
	*at++ = ',';
	return str_put(at, value);
}

static char *
put_id(const struct sheet *s, const struct coupling *c, enum side side, char *at)
{
	/* An option mapping has no CRM table (E41). */
	const struct table_def *def = s->setup->mappings[c->mapping]->tables[side];
	bool is_guid = def && def->uid && def->uid->type == TYPE_GUID;

	return is_guid ? put_plain(at, c->id[side]) : put_next(at, c->id[side]);
}

static size_t
coupling_room(const struct sheet *s, const struct coupling *c, const struct coupling_rest *rest)
{
	size_t quoted = s->names[c->mapping].len;

	for (enum side side = ERP; side < SIDES; side++)
		quoted += c->id[side].len + rest->failure[side].len + ledger_job(s->ledger, c, side).len;
	return (quoted + c->erp_key.len) * 2 + c->base.len + COUPLING_ROOM;
}

static void
print_coupling(const struct sheet *s, const struct coupling *c, struct buf *out)
{
	static const struct coupling_rest no_rest = { .extra = NULL };
	const struct coupling_rest *rest = c->rest ? c->rest : &no_rest;
	char *at = buf_reserve(out, coupling_room(s, c, rest));

	at = str_put(at, s->names[c->mapping]);
	at = put_id(s, c, ERP, at);
	at = put_id(s, c, CRM, at);
	at = put_next(at, c->erp_key);
	at = put_plain(at, ledger_state_names[c->state]);
	*at++ = ',';
	at = stamp_put(at, c->time[ERP]);
	*at++ = ',';
	at = stamp_put(at, c->time[CRM]);
	at = put_plain(at, ledger_result_names[c->result[ERP]]);
	at = put_plain(at, ledger_result_names[c->result[CRM]]);
	at = put_plain(at, c->is_skipped ? STR("true") : STR(""));
	at = put_next(at, rest->failure[ERP]);
	at = put_next(at, rest->failure[CRM]);
	at = put_next(at, ledger_job(s->ledger, c, ERP));
	at = put_next(at, ledger_job(s->ledger, c, CRM));
	at = put_plain(at, c->base);
	out->len = (size_t)(at - out->ptr);
	print_extra(s, rest->extra, out);
}

static void
print_kept(const struct sheet *s, const struct ledger_kept *kept, struct buf *out)
{
	csv_add(out, ',', kept->values[s->at[COLUMN_MAPPING]]);
	for (unsigned c = COLUMN_MAPPING + 1; c < LEDGER_COLUMNS; c++)
		print_next(out, kept->values[s->at[c]]);
	for (size_t i = 0; i < s->ledger->extra_count; i++)
		print_next(out, kept->values[s->extra_at[i]]);
	buf_add_char(out, '\n');
}

/* 3.3 */
static void
print_watermark(const struct sheet *s, uint32_t order, struct buf *out)
{
	const struct ledger_watermark *watermark = &s->ledger->watermarks[order];

	csv_add(out, ',', s->setup->mappings[order]->name);
	print_blanks(out, COLUMN_STATE - COLUMN_MAPPING);
	buf_add(out, ledger_state_names[STATE_WATERMARK]);
	print_time(out, watermark->time[ERP]);
	print_time(out, watermark->time[CRM]);
	print_blanks(out, COLUMN_BASE - COLUMN_CRM_TIME);
	print_extra(s, watermark->extra, out);
}

/* 3.4 */
static void
print_series(const struct sheet *s, const struct ledger_series *series, struct buf *out)
{
	print_next(out, series->table);
	print_blanks(out, COLUMN_ERP_KEY - COLUMN_ERP_ID - 1);
	print_next(out, series->last);
	print_next(out, ledger_state_names[STATE_SERIES]);
	print_blanks(out, COLUMN_BASE - COLUMN_STATE);
	print_extra(s, series->extra, out);
}

static void
print_line(const struct sheet *s, uint32_t line, struct buf *out)
{
	if (line < s->first_kept)
		print_coupling(s, &s->ledger->couplings[line], out);
	else if (line < s->first_watermark)
		print_kept(s, &s->ledger->kept[line - s->first_kept], out);
	else if (line < s->first_series)
		print_watermark(s, line - s->first_watermark, out);
	else
		print_series(s, &s->ledger->series[line - s->first_series], out);
}

/* A short one: where it begins and where it ends. */
static void
prefetch_text(struct str text)
{
	memory_prefetch(text.ptr);
	if (text.len != 0)
		memory_prefetch(text.ptr + text.len - 1);
}

enum { TEXT_AHEAD = 24, COUPLING_AHEAD = 64 };

static void
prefetch_coupling(const struct sheet *s, size_t line)
{
	if (s->lines[line] >= s->first_kept)
		return;
	const char *coupling = (const char *)&s->ledger->couplings[s->lines[line]];
	memory_prefetch(coupling);
	memory_prefetch(coupling + 64);
	memory_prefetch(coupling + 128);
}

static void
prefetch_texts(const struct sheet *s, size_t line)
{
	if (s->lines[line] >= s->first_kept)
		return;
	const struct coupling *c = &s->ledger->couplings[s->lines[line]];
	prefetch_text(c->id[ERP]);
	prefetch_text(c->id[CRM]);
	prefetch_text(c->erp_key);
	prefetch_text(c->base);
}

/* Sorted lines lie anywhere in memory: they are fetched, and then their texts, while others are printed. */
static void
print_block(void *shared, uint32_t number, uint32_t slot, unsigned worker)
{
	const struct sheet *s = shared;
	size_t first = (size_t)number * BLOCK_LINES;
	size_t last = first + BLOCK_LINES < s->count ? first + BLOCK_LINES : s->count;

	(void)worker;
	buf_reset(&s->slots[slot]);
	for (size_t i = first; i < last && i < first + COUPLING_AHEAD; i++)
		prefetch_coupling(s, i);
	for (size_t i = first; i < last && i < first + TEXT_AHEAD; i++)
		prefetch_texts(s, i);
	for (size_t i = first; i < last; i++) {
		if (i + COUPLING_AHEAD < last)
			prefetch_coupling(s, i + COUPLING_AHEAD);
		if (i + TEXT_AHEAD < last)
			prefetch_texts(s, i + TEXT_AHEAD);
		print_line(s, s->lines[i], &s->slots[slot]);
	}
}

static bool
hand_on_block(void *shared, uint32_t number, uint32_t slot)
{
	const struct sheet *s = shared;

	(void)number;
	return s->sink(s->context, buf_str(&s->slots[slot]));
}

static bool
print_header(const struct sheet *s)
{
	struct buf out = { 0 };

	buf_add(&out, ledger_column_names[0]);
	for (unsigned c = 1; c < LEDGER_COLUMNS; c++)
		print_next(&out, ledger_column_names[c]);
	print_extra(s, s->ledger->extra, &out);
	bool goes_on = s->sink(s->context, buf_str(&out));
	buf_release(&out);
	return goes_on;
}

/* Blocks are printed side by side and handed on in order: threads never change a byte. */
static bool
print_lines(struct sheet *s)
{
	uint32_t blocks = (uint32_t)((s->count + BLOCK_LINES - 1) / BLOCK_LINES);
	uint32_t slots = parallel_slots(s->threads, blocks);

	s->slots = memory_new(slots, sizeof *s->slots);
	bool goes_on = parallel_in_order(s->threads, blocks, print_block, hand_on_block, s);
	for (uint32_t i = 0; i < slots; i++)
		buf_release(&s->slots[i]);
	free(s->slots);
	return goes_on;
}

bool
ledger_write(const struct ledger *ledger, const struct setup *setup, unsigned threads, ledger_sink *sink,
	void *context, uint64_t *records)
{
	struct sheet s = { .ledger = ledger,
		.setup = setup,
		.threads = threads ? threads : 1,
		.sink = sink,
		.context = context };

	arrange(&s);
	*records = s.count;
	bool is_whole = print_header(&s) && print_lines(&s);
	free(s.lines);
	arena_release(&s.arena);
	return is_whole;
}
