/*
 * assess_parts.h - what assess.c, flight.c, altered.c and adopt.c share
 */
#ifndef SYNC_ASSESS_PARTS_H
#define SYNC_ASSESS_PARTS_H

#include "sync/agreement.h"
#include "sync/transfer.h"

/* How a group was told to have changed or not (E10). */
enum group_test {
	TEST_NONE,	/* the side's record is not in its export */
	TEST_EMPTY,	/* the group has no fields */
	TEST_DIGEST,	/* its values against the base */
	TEST_FIELDS,	/* field by field against the base */
	TEST_FIELDS_STAMP,	/* the same, and the stamp for fields that the base does not know */
	TEST_STAMP,	/* the stamp alone: the base does not know the group */
};

/* What a side's stamp tells where the base does not; from STAMP_NO_TIME on: changed. */
enum stamp_test {
	STAMP_OLD,	/* not newer than the ledger time */
	STAMP_LANDED,	/* E11: in the export that shows what was written it tells nothing */
	STAMP_ECHO,	/* E13 */
	STAMP_NO_TIME,	/* the ledger has no time */
	STAMP_ABSENT,	/* the export has no stamp */
	STAMP_NEWER,
};

/* How a coupling was assessed, for explain (L7). */
struct assess_tests {
	enum group_test group[GROUPS];
	enum stamp_test stamp[SIDES];	/* where a test is by stamp */
	bool is_unclear[SIDES];	/* E11: written, the stamp moved and the old value shown: nobody can tell */
};

/* One coupling under assessment; one a worker, used again and again. */
struct assessment {
	struct run *run;
	const struct coupling *coupling;
	const struct mapping_state *ms;
	struct coupling_base base;
	struct cell *cells[SIDES];
	struct arena arena;		/* reset for every coupling */
	struct arena *lasting;
	struct buf scratch;
	uint32_t number;
	uint32_t track;
	struct assess_tests tests;
	bool is_effective;		/* cells hold what is in flight, too (E11) */
	bool is_same;			/* pair_is_same() */
	bool has_same_digest;
	uint64_t same_digest;		/* then that of both bidirectional groups */
};

struct transfer_context assessment_context(struct assessment *a);

/* E3: the key that people know the record by now. */
void assess_erp_key(struct assessment *a, struct coupling *c);

/* The cell of a field mapping on a side, as the export shows it. */
struct cell assessed_cell(const struct assessment *a, size_t field, enum side side);

/* The digest of a group as the export shows it. */
uint64_t assessed_digest(struct assessment *a, enum group group);

/* The stamp of the side's record. */
int64_t side_stamp(const struct assessment *a, enum side side);

/* E10 where the base does not know: what the stamp says. */
enum stamp_test stamp_says(const struct assessment *a, enum side side);

static inline bool
changed_by_stamp(const struct assessment *a, enum side side)
{
	return stamp_says(a, side) >= STAMP_NO_TIME;
}

/* E11: a field that was written and not seen yet; with a moved stamp only fields of one direction can be. */
bool is_in_flight(struct assessment *a, enum side side, size_t field);

/* E11: sets LANDED, IN_FLIGHT, or both bidirectional groups as changed where nobody can tell. */
void assess_flight(struct assessment *a, enum side side);

/*
 * E11: lays what was written over what the export of the side still shows.  Where
 * the source changed too, it must be written anew: the cell is marked as bad,
 * which equals nothing.
 */
void lay_in_flight(struct assessment *a, enum side side);

/* E12: sets ALTERED instead of the change of the side's bidirectional group. */
void assess_altered(struct assessment *a, enum side side);

/* E27: sets ADOPT, and enters the base; or UNBASED, where the sides differ and no stamp tells. */
void assess_adoption(struct assessment *a);

#endif
