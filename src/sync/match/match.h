/*
 * match.h - which uncoupled ERP record is which CRM row (4.12: E36 to E38)
 *
 * A pure function of a const run: couple.c makes couplings of what it finds.
 * Neither the order of rows nor the number of threads changes the result.
 *
 * Records are compared by digests of their criteria (96 bits), so that every
 * group of criteria is one join; a group in which records have different usable
 * criteria is one join for each such subset.
 *
 * Limits: MATCH_CRITERIA match fields in one group; setup_check refuses more.
 */
#ifndef SYNC_MATCH_H
#define SYNC_MATCH_H

#include "sync/match/match_join.h"
#include "sync/state.h"

enum { MATCH_CRITERIA = 64 };

#define MATCH_NO_GROUP UINT32_MAX

/* An uncoupled ERP record that passes the table filter, and what became of it. */
struct match_record {
	uint32_t erp_row;
	uint32_t crm_row;	/* it is to be coupled with, or TABLE_NO_ROW */
	uint32_t group;		/* that coupled it, or that gives `reason`; or MATCH_NO_GROUP */
	enum code reason;	/* why it is not coupled */
};

/* What a record found in a group; rows of list. */
struct match_hit {
	uint32_t list;		/* of the group, or one of MATCH_UNUSABLE and so on */
	struct match_found found;
};

#define MATCH_UNUSABLE UINT32_MAX	/* no criterion of the group is usable */
#define MATCH_IMPOSSIBLE (UINT32_MAX - 1)	/* a value has no form in the CRM: no row can have it */
#define MATCH_BAD_VALUE (UINT32_MAX - 2)	/* a value is not of its field's type (E22) */

/* Match fields of one priority. */
struct match_group {
	uint32_t priority;
	const struct field_mapping *criteria[MATCH_CRITERIA];
	uint32_t criterion_count;
	uint32_t *records;	/* numbers of those that came to this group, ascending */
	struct match_hit *hits;	/* of each of them */
	uint32_t record_count;
	uint32_t **lists;	/* rows of the CRM table, those with equal values side by side */
	size_t list_count;
	size_t list_capacity;
};

struct matches {
	const struct run *run;
	const struct mapping *mapping;
	const struct table *tables[SIDES];
	struct match_record *records;	/* in the order of ERP keys, bytewise (E9) */
	uint32_t record_count;
	uint32_t *rows;			/* of the CRM that pass the integration table filter */
	uint32_t row_count;
	struct match_group *groups;	/* by priority, ascending */
	size_t group_count;
	uint64_t *taken;	/* CRM rows, a bit each, that are coupled or waited for in any mapping */
};

/* Whether the mapping has match fields at all. */
bool match_has_fields(const struct mapping *mapping);

/* Finds all matches of a mapping.  To be released. */
void match_find(struct matches *m, struct run *run, const struct mapping *mapping);

/* What a record found in a group, or NULL where it was coupled before. */
const struct match_hit *match_hit_of(const struct match_group *group, uint32_t record);

void match_release(struct matches *m);

#endif
