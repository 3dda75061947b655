/* ledger_write.c - the order of the ledger's lines (part 3, 3.1) */
#include <stdlib.h>

#include "base/sort.h"
#include "io/csv_write.h"
#include "model/ledger_sheet.h"

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

	return coupling_id(&s->ledger->couplings[coupling], ERP);
}

static struct str
crm_text(const void *context, uint32_t coupling)
{
	const struct sheet *s = context;

	return coupling_id(&s->ledger->couplings[coupling], CRM);
}

/*
 * Couplings are dealt out by mapping, those without erp_id before those with
 * one.  As an erp_id is unique in a mapping, the ones are sorted by crm_id alone
 * and the others by erp_id alone.
 */
static uint32_t
part_of(const struct coupling *c)
{
	return c->mapping * 2 + (coupling_id(c, ERP).len != 0);
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
	bool is_whole = ledger_print(&s);
	free(s.lines);
	arena_release(&s.arena);
	return is_whole;
}
