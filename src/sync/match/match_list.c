/* match_list.c - the candidates of unmatched records, for ambiguous.csv (E38) */
#include <stdlib.h>

#include "base/sort.h"
#include "sync/match/match_report.h"

static struct str
uid_of(const void *context, uint32_t row, char *room)
{
	(void)room;
	return table_uid(context, row);
}

/* What is listed, and which classes of equal rows are in the order of their uids already. */
struct listing {
	struct matches *m;
	struct run *run;
	uint64_t ***sorted;	/* by group and list: a bit for the begin of each class */
	uint32_t limit;		/* lines of a record */
};

static void
listing_begin(struct listing *l)
{
	l->sorted = memory_new(l->m->group_count, sizeof *l->sorted);
	for (size_t g = 0; g < l->m->group_count; g++) {
		const struct match_group *group = &l->m->groups[g];
		l->sorted[g] = memory_new(group->list_count, sizeof(uint64_t *));
		for (size_t i = 0; i < group->list_count; i++)
			l->sorted[g][i] = memory_new(l->m->row_count / 64 + 1, sizeof(uint64_t));
	}
}

static void
listing_end(struct listing *l)
{
	for (size_t g = 0; g < l->m->group_count; g++) {
		for (size_t i = 0; i < l->m->groups[g].list_count; i++)
			free(l->sorted[g][i]);
		free(l->sorted[g]);
	}
	free(l->sorted);
}

/* The rows that a record found in a group, in the order of their uids. */
static const uint32_t *
candidates_of(struct listing *l, size_t number, uint32_t record, uint32_t *count)
{
	struct match_group *group = &l->m->groups[number];
	const struct match_hit *hit = match_hit_of(group, record);

	*count = hit ? hit->found.count : 0;
	if (*count == 0)
		return NULL;
	uint32_t begin = hit->found.begin;
	uint32_t *rows = group->lists[hit->list] + begin;
	uint64_t *sorted = &l->sorted[number][hit->list][begin / 64];
	if (*count > 1 && !(*sorted >> (begin % 64) & 1)) {
		sort_by_text(rows, *count, uid_of, l->m->tables[CRM], l->run->options->threads);
		*sorted |= UINT64_C(1) << (begin % 64);
	}
	return rows;
}

static bool
holds(const struct listing *l, const uint32_t *rows, uint32_t count, uint32_t row)
{
	struct str uid = table_uid(l->m->tables[CRM], row);
	uint32_t low = 0;

	while (low < count) {
		uint32_t middle = low + (count - low) / 2;
		int order = str_compare(table_uid(l->m->tables[CRM], rows[middle]), uid);
		if (order == 0)
			return true;
		if (order < 0)
			low = middle + 1;
		else
			count = middle;
	}
	return false;
}

/* A candidate is listed once, with the last group that found it: that one gives the reason, too. */
static bool
is_found_again(struct listing *l, size_t number, uint32_t record, uint32_t row)
{
	for (size_t later = number + 1; later < l->m->group_count; later++) {
		uint32_t count;
		const uint32_t *rows = candidates_of(l, later, record, &count);
		if (holds(l, rows, count, row))
			return true;
	}
	return false;
}

enum code
match_reason(const struct matches *m, size_t number, uint32_t record, uint32_t count, uint32_t row)
{
	if (m->records[record].group == number)
		return m->records[record].reason;
	if (count > 1)
		return CODE_SEVERAL_MATCHES;
	return m->taken[row / 64] >> (row % 64) & 1 ? CODE_MATCH_TAKEN : CODE_SHARED_MATCH;
}

/* How many lines a group may have: those of later groups, which tell more, come out of the limit first. */
static uint32_t
room_for(const struct listing *l, size_t number, uint32_t record)
{
	uint64_t later = 0;

	for (size_t g = number + 1; g < l->m->group_count; g++) {
		const struct match_hit *hit = match_hit_of(&l->m->groups[g], record);
		later += hit ? hit->found.count : 0;
	}
	return later < l->limit ? l->limit - (uint32_t)later : 0;
}

static void
list_record(struct listing *l, uint32_t record)
{
	const struct match_record *r = &l->m->records[record];
	struct candidate line = { l->m->mapping, r->erp_row, TABLE_NO_ROW, 0, r->reason };
	bool is_listed = false;

	for (size_t g = 0; g < l->m->group_count; g++) {
		uint32_t count;
		const uint32_t *rows = candidates_of(l, g, record, &count);
		uint32_t room = room_for(l, g, record);
		line.priority = l->m->groups[g].priority;
		for (uint32_t i = 0; i < count && room > 0; i++) {
			if (is_found_again(l, g, record, rows[i]))
				continue;
			line.crm_row = rows[i];
			line.reason = match_reason(l->m, g, record, count, rows[i]);
			plan_add_candidate(&l->run->plan, line);
			is_listed = true;
			room--;
		}
	}
	if (!is_listed)
		plan_add_candidate(&l->run->plan, line);
}

/* How many lines all records would have at most. */
static uint64_t
count_lines(const struct matches *m, const uint32_t *records, uint32_t count)
{
	uint64_t lines = 0;

	for (uint32_t i = 0; i < count; i++) {
		uint64_t own = 0;
		for (size_t g = 0; g < m->group_count; g++) {
			const struct match_hit *hit = match_hit_of(&m->groups[g], records[i]);
			own += hit ? hit->found.count : 0;
		}
		lines += own < MATCH_LINES ? own : MATCH_LINES;
	}
	return lines;
}

void
match_list_candidates(struct matches *m, struct run *run, const uint32_t *records, uint32_t count)
{
	struct listing l = { .m = m, .run = run };

	l.limit = count_lines(m, records, count) > MATCH_MANY_LINES ? MATCH_FEW_LINES : MATCH_LINES;
	listing_begin(&l);
	for (uint32_t i = 0; i < count; i++)
		list_record(&l, records[i]);
	listing_end(&l);
}
