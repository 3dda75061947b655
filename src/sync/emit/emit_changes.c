/* emit_changes.c - changes.csv: every change, one line a field (6.3) */
#include <stdlib.h>

#include "io/csv_write.h"
#include "sync/copied.h"
#include "sync/emit/emit_parts.h"
#include "sync/state.h"

/* Text that a worker builds before it is quoted, and the beginning of a change's lines. */
struct changes_scratch {
	struct buf old;
	struct buf new;
	struct buf head;
	struct buf tail;
	struct copied_room room;
};

struct changes {
	const struct run *run;
	struct str *prefixes;	/* by job: "id,mapping,direction," */
	struct value_style *styles;	/* by table number */
	struct str **labels;	/* by table number and column: "field,", quoted if need be */
	struct changes_scratch *scratch;	/* by worker */
};

static const struct str base_words[] = {
	[BASE_SAME] = { "same,", 5 },
	[BASE_CHANGED] = { "changed,", 8 },
	[BASE_UNKNOWN] = { "unknown,", 8 },
};

/* What all lines of a change begin with, up to the comma before `field`. */
static void
build_head(const struct changes *changes, const struct change *change, struct buf *head)
{
	const struct coupling *coupling = emit_coupling(changes->run, change);
	struct str key = coupling_key(coupling).len ? coupling_key(coupling) : packed_str(change->key);
	char room[GUID_LENGTH];

	buf_reset(head);
	buf_add(head, changes->prefixes[change->job]);
	buf_add(head, str_from(action_name(change->action)));
	buf_add_char(head, ',');
	buf_add(head, emit_side(change->side));
	buf_add_char(head, ',');
	csv_add(head, ',', key);
	buf_add_char(head, ',');
	csv_add(head, ',', packed_text(coupling->id[ERP], room));
	buf_add_char(head, ',');
	csv_add(head, ',', packed_text(coupling->id[CRM], room));
	buf_add_char(head, ',');
}

/* What they end with, from the comma before `rule` on. */
static void
build_tail(const struct change *change, struct buf *tail)
{
	buf_reset(tail);
	buf_add_char(tail, ',');
	emit_rule(change->rule, tail);
	buf_add_char(tail, '\n');
}

/* A blank in the place of a value, as the import file has it. */
static struct str
cleared_text(const struct value_style *style, const struct field *field, enum action action)
{
	return action == ACTION_CREATE ? STR("") : value_style_cleared(style, field);
}

/* The table that a change writes to: its columns, and what its values look like. */
struct changed_table {
	struct field **columns;
	const struct str *labels;
	const struct value_style *style;
	enum action action;
};

/* One line: all room that it may need is reserved at once. */
static void
add_line(const struct changed_table *table, const struct change_value *value, struct changes_scratch *scratch,
	struct buf *out)
{
	const struct field *field = table->columns[value->column];
	struct str label = table->labels[value->column];
	struct str new = value->new.len == 0 ? cleared_text(table->style, field, table->action)
		: value_style_text(table->style, field, cell_str(value->new), false, &scratch->new);
	struct str old = value_style_text(table->style, field, cell_str(value->old), value->old.is_bad,
		&scratch->old);
	char *to = buf_reserve(out, scratch->head.len + label.len + base_words[value->base].len +
		(old.len + new.len + CSV_ROOM) * 2 + scratch->tail.len);

	to = str_put(to, buf_str(&scratch->head));
	to = str_put(to, label);
	to = str_put(to, base_words[value->base]);
	to = csv_put(to, ',', old);
	*to++ = ',';
	to = csv_put(to, ',', new);
	to = str_put(to, buf_str(&scratch->tail));
	out->len = (size_t)(to - out->ptr);
}

static struct changed_table
table_of(const struct changes *changes, const struct change *change)
{
	const struct run *run = changes->run;
	const struct table *table = run_table(run, run->plan.jobs[change->job].mapping, change->side);
	unsigned number = table->def->number;

	return (struct changed_table){ table->columns, changes->labels[number], &changes->styles[number],
		change->action };
}

/* The lines of a change that has a side; returns how many. */
static uint32_t
add_lines(const struct changes *changes, const struct change *change, struct changes_scratch *scratch,
	struct buf *out)
{
	uint32_t lines = 0;

	if (change->value_count == 0)
		return 0;
	const struct change_value *values = change_values(changes->run, change, &scratch->room);
	const struct changed_table table = table_of(changes, change);
	for (uint32_t i = 0; i < change->value_count; i++) {
		if (change->action == ACTION_CREATE && values[i].new.len == 0)
			continue;
		add_line(&table, &values[i], scratch, out);
		lines++;
	}
	return lines;
}

enum { TEXTS_AHEAD = 8, PLACES_AHEAD = 16 };

static uint32_t
format_change(void *context, size_t item, unsigned worker, struct buf *out)
{
	const struct changes *changes = context;
	const struct plan *plan = &changes->run->plan;
	const struct change *change = &plan->changes[item];
	struct changes_scratch *scratch = &changes->scratch[worker];
	uint32_t lines = 0;

	if (item + PLACES_AHEAD < plan->change_count)
		change_fetch(changes->run, &change[PLACES_AHEAD]);
	if (item + TEXTS_AHEAD < plan->change_count)
		change_fetch_texts(changes->run, &change[TEXTS_AHEAD]);
	build_head(changes, change, &scratch->head);
	build_tail(change, &scratch->tail);
	if (change->side != NO_SIDE)
		lines = add_lines(changes, change, scratch, out);
	if (lines > 0)
		return lines;
	buf_add(out, buf_str(&scratch->head));
	buf_add(out, STR(",,,"));
	buf_add(out, buf_str(&scratch->tail));
	return 1;
}

static void
make_labels(struct emit *emit, struct changes *changes)
{
	const struct setup *setup = &emit->run->setup;
	struct buf text = { 0 };

	changes->labels = arena_array(&emit->arena, struct str *, setup->table_count);
	for (size_t i = 0; i < setup->table_count; i++) {
		const struct table *table = &emit->run->tables[setup->tables[i]->number];
		struct str *labels = arena_array(&emit->arena, struct str, table->column_count);
		for (uint32_t c = 0; c < table->column_count; c++) {
			buf_reset(&text);
			if (table->columns[c])
				csv_add(&text, ',', table->columns[c]->name);
			buf_add_char(&text, ',');
			labels[c] = arena_copy(&emit->arena, buf_str(&text));
		}
		changes->labels[setup->tables[i]->number] = labels;
	}
	buf_release(&text);
}

static void
make_prefixes(struct emit *emit, struct changes *changes)
{
	const struct plan *plan = &emit->run->plan;
	struct buf text = { 0 };

	changes->prefixes = arena_array(&emit->arena, struct str, plan->job_count);
	for (size_t i = 0; i < plan->job_count; i++) {
		const struct job *job = &plan->jobs[i];
		buf_reset(&text);
		csv_add(&text, ',', emit->job_ids[i]);
		buf_add_char(&text, ',');
		csv_add(&text, ',', job->mapping->name);
		buf_add_char(&text, ',');
		buf_add(&text, emit_direction(job->direction));
		buf_add_char(&text, ',');
		changes->prefixes[i] = arena_copy(&emit->arena, buf_str(&text));
	}
	buf_release(&text);
}

bool
emit_changes(struct emit *emit)
{
	const struct setup *setup = &emit->run->setup;
	unsigned workers = emit_workers(emit->run);
	struct changes changes = { .run = emit->run };

	make_prefixes(emit, &changes);
	make_labels(emit, &changes);
	changes.styles = arena_array(&emit->arena, struct value_style, setup->table_count);
	for (size_t i = 0; i < setup->table_count; i++)
		changes.styles[i] = value_style_of(setup->tables[i]);
	changes.scratch = memory_new(workers, sizeof *changes.scratch);
	for (unsigned i = 0; i < workers; i++)
		changes.scratch[i].room = copied_room_make(emit->run);
	bool ok = emit_csv(emit, STR("changes.csv"),
		STR("job_id,mapping,direction,action,side,erp_key,erp_id,crm_id,field,base,old,new,rule"),
		emit->run->plan.change_count, format_change, &changes);
	for (unsigned i = 0; i < workers; i++) {
		buf_release(&changes.scratch[i].old);
		buf_release(&changes.scratch[i].new);
		buf_release(&changes.scratch[i].head);
		buf_release(&changes.scratch[i].tail);
		copied_room_release(&changes.scratch[i].room);
	}
	free(changes.scratch);
	return ok;
}
