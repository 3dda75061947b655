/* ledger_print.c - the lines of the ledger, printed in blocks side by side (part 3) */
#include <stdlib.h>

#include "base/parallel.h"
#include "io/csv_write.h"
#include "model/ledger_sheet.h"
#include "model/value.h"

enum {
	COUPLING_ROOM = 1024,	/* for commas, words, stamps, a base that is made, and csv_put() */
};

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

static inline char *
put_id(const struct sheet *s, const struct coupling *c, enum side side, char *at)
{
	if (packed_is_guid(c->id[side])) {
		*at++ = ',';
		return guid_put(at, c->id[side] + GUID_HEAD);
	}
	struct str id = packed_str(c->id[side]);
	return s->has_plain_ids[c->mapping * SIDES + side] ? put_plain(at, id) : put_next(at, id);
}

static size_t
coupling_room(const struct sheet *s, const struct coupling *c, const struct coupling_rest *rest)
{
	size_t quoted = s->names[c->mapping].len + packed_length(c->id[ERP]) + packed_length(c->id[CRM])
		+ coupling_key(c).len + rest->failure[ERP].len + rest->failure[CRM].len
		+ SIDES * s->longest_job;

	return quoted * 2 + coupling_base_text(c).len + COUPLING_ROOM;
}

/* The columns from erp_result to crm_job. */
static char *
put_results(const struct sheet *s, const struct coupling *c, const struct coupling_rest *rest, char *at)
{
	at = put_plain(at, ledger_result_names[coupling_result(c, ERP)]);
	at = put_plain(at, ledger_result_names[coupling_result(c, CRM)]);
	at = put_plain(at, c->is_skipped ? STR("true") : STR(""));
	at = put_next(at, rest->failure[ERP]);
	at = put_next(at, rest->failure[CRM]);
	at = put_next(at, ledger_job(s->ledger, c, ERP));
	return put_next(at, ledger_job(s->ledger, c, CRM));
}

/* They are one of a few texts on most lines: the last ones are kept. */
enum { KEPT_RESULTS = 8, KEPT_ROOM = 64 };
struct kept_results {
	uint32_t job[SIDES];
	uint32_t results;	/* and is_skipped */
	uint32_t length;	/* 0: none is kept */
	char text[KEPT_ROOM];
};

static inline char *
put_kept_results(const struct sheet *s, const struct coupling *c, struct kept_results *all, char *at)
{
	static const struct coupling_rest no_rest = { .extra = NULL };
	uint32_t results = c->results | (uint32_t)c->is_skipped << 4;
	struct kept_results *kept = &all[(c->job[ERP] + c->job[CRM] * 3 + results) % KEPT_RESULTS];

	if (kept->length != 0 && kept->results == results && kept->job[ERP] == c->job[ERP]
		&& kept->job[CRM] == c->job[CRM]) {
		memcpy(at, kept->text, KEPT_ROOM);
		return at + kept->length;
	}
	char *end = put_results(s, c, &no_rest, at);
	size_t length = (size_t)(end - at);
	kept->length = 0;
	if (length <= KEPT_ROOM) {
		*kept = (struct kept_results){ .job = { c->job[ERP], c->job[CRM] },
			.results = results, .length = (uint32_t)length };
		memcpy(kept->text, at, length);
	}
	return end;
}

static void
print_coupling(const struct sheet *s, const struct coupling *c, struct kept_results *results, struct buf *out)
{
	static const struct coupling_rest no_rest = { .extra = NULL };
	const struct coupling_rest *rest = c->has_rest ? c->more.rest : &no_rest;
	char *at = buf_reserve(out, coupling_room(s, c, rest));

	at = str_put(at, s->names[c->mapping]);
	at = put_id(s, c, ERP, at);
	at = put_id(s, c, CRM, at);
	at = put_next(at, coupling_key(c));
	at = put_plain(at, ledger_state_names[c->state]);
	*at++ = ',';
	at = stamp_put(at, c->time[ERP]);
	*at++ = ',';
	at = stamp_put(at, c->time[CRM]);
	at = c->has_rest ? put_results(s, c, rest, at) : put_kept_results(s, c, results, at);
	*at++ = ',';
	if (coupling_leaves_base(c))
		at = s->ledger->bases.put(s->ledger->bases.context, c, at);
	else
		at = str_put(at, coupling_base_text(c));
	if (s->ledger->extra_count == 0)
		*at++ = '\n';
	out->len = (size_t)(at - out->ptr);
	if (s->ledger->extra_count != 0)
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
print_line(const struct sheet *s, uint32_t line, struct kept_results *results, struct buf *out)
{
	if (line < s->first_kept)
		print_coupling(s, &s->ledger->couplings[line], results, out);
	else if (line < s->first_watermark)
		print_kept(s, &s->ledger->kept[line - s->first_kept], out);
	else if (line < s->first_series)
		print_watermark(s, line - s->first_watermark, out);
	else
		print_series(s, &s->ledger->series[line - s->first_series], out);
}

/* A short one, or none: where it begins, and where a Guid ends. */
static void
prefetch_text(const unsigned char *text)
{
	if (!text)
		return;
	memory_prefetch(text);
	memory_prefetch(text + GUID_LENGTH);
}

enum { TEXT_AHEAD = 24, COUPLING_AHEAD = 64 };

static void
prefetch_coupling(const struct sheet *s, size_t at)
{
	uint32_t line = (uint32_t)s->lines[at];

	if (line >= s->first_kept)
		return;
	const char *coupling = (const char *)&s->ledger->couplings[line];
	memory_prefetch(coupling);
	memory_prefetch(coupling + sizeof(struct coupling) - 1);
}

static void
prefetch_texts(const struct sheet *s, size_t at)
{
	uint32_t line = (uint32_t)s->lines[at];

	if (line >= s->first_kept)
		return;
	const struct coupling *c = &s->ledger->couplings[line];
	prefetch_text(c->id[ERP]);
	prefetch_text(c->id[CRM]);
	prefetch_text(c->key);
	if (coupling_leaves_base(c))
		s->ledger->bases.prefetch(s->ledger->bases.context, c);
	else
		prefetch_text(c->more.base);
}

/* Sorted lines lie anywhere in memory: they are fetched, and then their texts, while others are printed. */
static void
print_block(void *shared, uint32_t number, uint32_t slot, unsigned worker)
{
	const struct sheet *s = shared;
	const struct sheet_block *block = &s->blocks[number];
	size_t first = block->first;
	size_t last = first + block->count;
	struct kept_results results[KEPT_RESULTS] = { 0 };

	(void)worker;
	buf_reset(&s->slots[slot]);
	if (block->is_dealt)
		ledger_sort_block(s->ledger, s->lines + first, block->count);
	for (size_t i = first; i < last && i < first + COUPLING_AHEAD; i++)
		prefetch_coupling(s, i);
	for (size_t i = first; i < last && i < first + TEXT_AHEAD; i++)
		prefetch_texts(s, i);
	for (size_t i = first; i < last; i++) {
		if (i + COUPLING_AHEAD < last)
			prefetch_coupling(s, i + COUPLING_AHEAD);
		if (i + TEXT_AHEAD < last)
			prefetch_texts(s, i + TEXT_AHEAD);
		print_line(s, (uint32_t)s->lines[i], results, &s->slots[slot]);
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
	uint32_t blocks = (uint32_t)s->block_count;
	uint32_t slots = parallel_slots(s->threads, blocks);

	s->slots = memory_new(slots, sizeof *s->slots);
	bool goes_on = parallel_in_order(s->threads, blocks, print_block, hand_on_block, s);
	for (uint32_t i = 0; i < slots; i++)
		buf_release(&s->slots[i]);
	free(s->slots);
	return goes_on;
}

bool
ledger_print(struct sheet *s)
{
	return print_header(s) && print_lines(s);
}
