/* match_key.c - what of a record and a row is compared in a match (E36) */
#include "sync/match/match_key.h"

#include <stdlib.h>

#include "io/digest.h"
#include "model/value.h"

struct match_worker *
match_workers_make(const struct run *run)
{
	struct match_worker *workers = memory_new(run->options->threads, sizeof *workers);

	for (unsigned i = 0; i < run->options->threads; i++)
		workers[i].cells = memory_new(run_widest(run), sizeof(struct cell));
	return workers;
}

void
match_workers_release(const struct run *run, struct match_worker *workers)
{
	for (unsigned i = 0; i < run->options->threads; i++) {
		arena_release(&workers[i].arena);
		buf_release(&workers[i].scratch);
		buf_release(&workers[i].text);
		free(workers[i].cells);
	}
	free(workers);
}

static bool
is_textual(const struct field *field)
{
	return field->type == TYPE_TEXT || field->type == TYPE_CODE;
}

/* Whole values are compared as they are, also one that is too long for the CRM field. */
static bool
is_compared_raw(const struct field_mapping *fm)
{
	const struct field *to = fm->fields[CRM];

	return is_textual(fm->fields[ERP]) && (to->type == TYPE_TEXT || to->type == fm->fields[ERP]->type)
	    && !fm->value_map && fm->reference_count == 0;
}

enum criterion
match_criterion(const struct transfer_context *tc, const struct field_mapping *fm, struct cell cell,
	struct transfer *t)
{
	*t = (struct transfer){ .status = TRANSFER_VALUE, .value = cell_str(cell) };
	if (cell.is_bad)
		return CRITERION_BAD_VALUE;
	if (is_textual(fm->fields[ERP]) && str_trim(t->value).len == 0)
		return CRITERION_UNUSABLE;
	if (is_compared_raw(fm))
		return CRITERION_USABLE;
	/* Transformation rules are for what is transferred; compared is what stands there. */
	struct field_mapping plain = *fm;
	plain.rule_count[ERP] = 0;
	*t = transfer_field(tc, &plain, TO, cell);
	/* A blank that is not transferred (not-null) is still a blank to be compared. */
	if (t->status == TRANSFER_NOT_CARRIED && cell.len == 0)
		*t = (struct transfer){ .status = TRANSFER_VALUE, .value = field_blank(fm->fields[CRM]) };
	if (t->status != TRANSFER_VALUE || t->is_cleared || t->is_shortened)
		return CRITERION_IMPOSSIBLE;
	return is_textual(fm->fields[CRM]) && str_trim(t->value).len == 0 ? CRITERION_UNUSABLE
									  : CRITERION_USABLE;
}

/* Texts without case unless it counts; all else by canonical value (E21). */
static void
add_value(struct match_worker *worker, const struct field_mapping *fm, struct str value)
{
	enum type type = fm->fields[CRM]->type;
	size_t at = worker->text.len;
	uint32_t length = 0;

	/* Its length goes before it, so that no two sequences of values look the same. */
	buf_add(&worker->text, (struct str){ (const char *)&length, sizeof length });
	if (is_textual(fm->fields[CRM]) && !fm->match_case_sensitive)
		text_fold(value, false, &worker->text);
	else
		buf_add(&worker->text, value_comparable(type, value));
	length = (uint32_t)(worker->text.len - at - sizeof length);
	memcpy(worker->text.ptr + at, &length, sizeof length);
}

static void
make_key(const struct match_worker *worker, struct match_key *key)
{
	struct file_digest digest = digest_bytes(buf_str(&worker->text));

	key->hash = digest.hash[0];
	key->tag = (uint32_t)digest.hash[1];
}

enum criterion
match_record_key(const struct matches *m, const struct match_group *group, uint32_t erp_row,
	struct match_worker *worker, uint64_t *mask, struct match_key *key)
{
	struct transfer_context tc = { .run = m->run, .mapping = m->mapping,
		.arena = &worker->arena, .scratch = &worker->scratch };
	enum criterion worst = CRITERION_UNUSABLE;

	*mask = 0;
	arena_reset(&worker->arena);
	buf_reset(&worker->text);
	state_unpack(m->run, m->tables[ERP], erp_row, worker->cells);
	for (uint32_t i = 0; i < group->criterion_count; i++) {
		const struct field_mapping *fm = group->criteria[i];
		struct transfer t;
		enum criterion is = match_criterion(&tc, fm, field_cell(fm, ERP, worker->cells), &t);
		if (is > worst)
			worst = is;
		if (is != CRITERION_USABLE)
			continue;
		*mask |= UINT64_C(1) << i;
		add_value(worker, fm, t.value);
	}
	make_key(worker, key);
	return worst;
}

bool
match_row_key(const struct matches *m, const struct match_group *group, uint64_t mask, uint32_t crm_row,
	struct match_worker *worker, struct match_key *key)
{
	buf_reset(&worker->text);
	state_unpack(m->run, m->tables[CRM], crm_row, worker->cells);
	for (uint32_t i = 0; i < group->criterion_count; i++) {
		const struct field_mapping *fm = group->criteria[i];
		struct cell cell = field_cell(fm, CRM, worker->cells);
		if (!(mask >> i & 1))
			continue;
		if (cell.is_bad || (is_textual(fm->fields[CRM]) && cell.len == 0))
			return false;
		add_value(worker, fm, cell_str(cell));
	}
	make_key(worker, key);
	return true;
}
