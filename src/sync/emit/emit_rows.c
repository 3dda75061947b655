/* emit_rows.c - long files, formatted in blocks side by side; values as import files hold them */
#include <stdlib.h>

#include "base/parallel.h"
#include "io/csv_write.h"
#include "model/locale.h"
#include "sync/emit/emit_parts.h"

/* A long file in the making. */
struct blocks {
	emit_format *format;
	emit_consume *consume;
	void *context;
	struct emit_block *slots;
	size_t count;		/* items of the whole file */
};

static void
format_block(void *shared, uint32_t number, uint32_t slot, unsigned worker)
{
	const struct blocks *blocks = shared;
	struct emit_block *block = &blocks->slots[slot];
	size_t item = (size_t)number * EMIT_BLOCK_ITEMS;

	buf_reset(&block->text);
	block->records = 0;
	block->count = 0;
	for (; block->count < EMIT_BLOCK_ITEMS && item < blocks->count; item++) {
		block->records += blocks->format(blocks->context, item, worker, &block->text);
		block->ends[block->count++] = block->text.len;
	}
}

static bool
consume_block(void *shared, uint32_t number, uint32_t slot)
{
	const struct blocks *blocks = shared;

	(void)number;
	return blocks->consume(blocks->context, &blocks->slots[slot]);
}

bool
emit_blocks(unsigned threads, size_t count, emit_format *format, emit_consume *consume, void *context)
{
	uint32_t block_count = (uint32_t)((count + EMIT_BLOCK_ITEMS - 1) / EMIT_BLOCK_ITEMS);
	uint32_t slots = parallel_slots(threads, block_count);
	struct blocks blocks = { format, consume, context, memory_new(slots, sizeof(struct emit_block)),
		count };

	bool ok = parallel_in_order(threads, block_count, format_block, consume_block, &blocks);
	for (uint32_t i = 0; i < slots; i++)
		buf_release(&blocks.slots[i].text);
	free(blocks.slots);
	return ok;
}

unsigned
emit_workers(const struct run *run)
{
	unsigned threads = run->options->threads;

	if (threads < 1)
		return 1;
	return threads < PARALLEL_MAX_THREADS ? threads : PARALLEL_MAX_THREADS;
}

/* What emit_csv() hands through emit_blocks(). */
struct csv_file {
	struct emit *emit;
	emit_format *format;
	void *context;
	uint64_t records;
};

static uint32_t
csv_format(void *context, size_t item, unsigned worker, struct buf *text)
{
	const struct csv_file *file = context;

	return file->format(file->context, item, worker, text);
}

static bool
csv_consume(void *context, const struct emit_block *block)
{
	struct csv_file *file = context;

	file->records += block->records;
	return output_add(file->emit->out, buf_str(&block->text), file->emit->diag);
}

bool
emit_csv(struct emit *emit, struct str name, struct str header, size_t count, emit_format *format,
	void *context)
{
	struct csv_file file = { .emit = emit, .format = format, .context = context };

	if (!output_file_begin(emit->out, name, emit->diag))
		return false;
	buf_add(output_buffer(emit->out), header);
	buf_add_char(output_buffer(emit->out), '\n');
	return emit_blocks(emit_workers(emit->run), count, csv_format, csv_consume, &file)
	    && output_file_end(emit->out, file.records, emit->diag);
}

bool
emit_text(struct emit *emit, struct str name, struct str text, uint64_t records)
{
	if (!output_file_begin(emit->out, name, emit->diag))
		return false;
	buf_add(output_buffer(emit->out), text);
	return output_file_end(emit->out, records, emit->diag);
}

void
emit_rule(int rule, struct buf *out)
{
	if (rule == 0)
		return;
	buf_add_char(out, rule > 0 ? 'E' : 'L');
	buf_add_u64(out, (uint64_t)(rule > 0 ? rule : -rule));
}

struct str
emit_direction(enum direction direction)
{
	return direction == DIRECTION_NONE ? STR("") : str_from(direction_name(direction));
}

struct str
emit_side(enum side side)
{
	return side == NO_SIDE ? STR("") : str_from(side_name(side));
}

const struct coupling *
emit_coupling(const struct run *run, const struct change *change)
{
	static const struct coupling none = { .row = { TABLE_NO_ROW, TABLE_NO_ROW } };

	return change->coupling < run->ledger.count ? &run->ledger.couplings[change->coupling] : &none;
}

void
emit_count(uint64_t count, const char *one, const char *many, struct buf *out)
{
	buf_add_u64(out, count);
	buf_add_char(out, ' ');
	buf_add(out, str_from(count == 1 ? one : many));
}

bool
action_is_import(enum action action)
{
	return action == ACTION_CREATE || action == ACTION_UPDATE || action == ACTION_DELETE
	    || action == ACTION_LINK;
}

void
emit_totals(const struct plan *plan, uint64_t totals[COUNTERS])
{
	memset(totals, 0, COUNTERS * sizeof *totals);
	for (size_t i = 0; i < plan->job_count; i++)
		for (unsigned c = 0; c < COUNTERS; c++)
			totals[c] += plan->jobs[i].counters[c];
}

size_t
emit_count_persons(const struct plan *plan)
{
	size_t count = 0;

	for (size_t i = 0; i < plan->finding_count; i++)
		count += plan->findings[i].severity <= SEVERITY_CONFLICT;
	return count;
}
