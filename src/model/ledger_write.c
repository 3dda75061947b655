/* ledger_write.c - the order of the ledger's lines (part 3, 3.1) */
#include <stdlib.h>

#include "base/sort.h"
#include "io/csv_write.h"
#include "model/ledger_sheet.h"

enum { BLOCK_LINES = 1024 };

void
sheet_add_block(struct sheet *s, size_t count, bool is_dealt)
{
	s->blocks = memory_grow(s->blocks, s->block_count, &s->block_capacity, sizeof *s->blocks);
	s->blocks[s->block_count++] = (struct sheet_block){ s->count, (uint32_t)count, is_dealt };
	s->count += count;
}

/* Adds a line that is no coupling: to the last block, if it is of such lines, too. */
static void
add_line(struct sheet *s, uint32_t line)
{
	struct sheet_block *last = s->block_count ? &s->blocks[s->block_count - 1] : NULL;

	s->lines[s->count] = line;
	if (!last || last->is_dealt || last->count == BLOCK_LINES) {
		sheet_add_block(s, 1, false);
		return;
	}
	last->count++;
	s->count++;
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
kept_text(const void *context, uint32_t kept, char *room)
{
	const struct sheet *s = context;

	(void)room;
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
series_text(const void *context, uint32_t line, char *room)
{
	const struct sheet *s = context;

	(void)room;
	if (line >= s->first_series)
		return s->ledger->series[line - s->first_series].table;
	return s->ledger->kept[line - s->first_kept].values[s->at[COLUMN_ERP_ID]];
}

/* 3.4: they come first in the file. */
static void
add_series(struct sheet *s)
{
	const struct ledger *ledger = s->ledger;

	uint32_t *sorted = memory_new(ledger->series_count + ledger->kept_count, sizeof *sorted);
	size_t count = 0;

	for (size_t i = 0; i < ledger->series_count; i++)
		sorted[count++] = s->first_series + (uint32_t)i;
	for (size_t i = 0; i < ledger->kept_count; i++)
		if (ledger->kept[i].mapping.len == 0)
			sorted[count++] = s->first_kept + (uint32_t)i;
	sort_by_text(sorted, count, series_text, s, s->threads);
	for (size_t i = 0; i < count; i++)
		add_line(s, sorted[i]);
	free(sorted);
}

/* --- order: all --- */

/* 3.1: the mappings in run order, each with its watermark first. */
static void
add_mappings(struct sheet *s)
{
	const struct ledger *ledger = s->ledger;
	struct dealing *dealing = ledger_deal(s);
	size_t kept_count;
	uint32_t *kept = sort_kept(s, &kept_count);
	size_t next = 0;

	for (uint32_t m = 0; m < s->setup->mapping_count; m++) {
		if (ledger->watermarks[m].is_present)
			add_line(s, s->first_watermark + m);
		ledger_deal_mapping(dealing, m);
		for (; next < kept_count && ledger->kept[kept[next]].order == m; next++)
			add_line(s, s->first_kept + kept[next]);
	}
	for (; next < kept_count; next++)
		add_line(s, s->first_kept + kept[next]);
	ledger_deal_end(dealing);
	free(kept);
}

/* Guids need no quotes. */
static bool
has_guids(const struct mapping *mapping, enum side side)
{
	/* An option mapping has no CRM table (E41). */
	const struct table_def *def = mapping->tables[side];

	return def && def->uid && def->uid->type == TYPE_GUID;
}

/* What is the same for all lines of a mapping, or of the ledger. */
static void
look_ahead(struct sheet *s)
{
	struct buf name = { 0 };

	s->names = arena_array(&s->arena, struct str, s->setup->mapping_count);
	s->has_plain_ids = arena_array(&s->arena, bool, s->setup->mapping_count * SIDES);
	for (size_t i = 0; i < s->setup->mapping_count; i++) {
		buf_reset(&name);
		csv_add(&name, ',', s->setup->mappings[i]->name);
		s->names[i] = arena_copy(&s->arena, buf_str(&name));
		for (enum side side = ERP; side < SIDES; side++)
			s->has_plain_ids[i * SIDES + side] = has_guids(s->setup->mappings[i], side);
	}
	for (size_t i = 0; i < s->ledger->job_count; i++)
		if (s->ledger->jobs[i].len > s->longest_job)
			s->longest_job = s->ledger->jobs[i].len;
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
	look_ahead(s);
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
	free(s.blocks);
	arena_release(&s.arena);
	return is_whole;
}
