/*
 * match_report.h - what a person is told of records that match nothing, or too much (E38)
 */
#ifndef SYNC_MATCH_REPORT_H
#define SYNC_MATCH_REPORT_H

#include "sync/match/match.h"

/*
 * Candidates listed for one record, and for one record where all of them would
 * be more than MATCH_MANY_LINES: a match field that is the same everywhere must
 * not fill the disk.
 */
enum { MATCH_LINES = 1000, MATCH_FEW_LINES = 10, MATCH_MANY_LINES = 1000000 };

/*
 * Whether the record is created where unmatched ones are (E38): it has no match
 * and nothing else against it, and its coupling was not removed on purpose (E28).
 */
bool match_is_created(const struct matches *m, uint32_t record);

/*
 * One error for each record that stays unmatched, but for those that are created
 * with `creates`, and its lines of ambiguous.csv.  To be called when the
 * couplings of the mapping are made: messages tell who has a row.  Returns how
 * many records that are.
 */
uint32_t match_report(struct matches *m, struct run *run, uint32_t job, bool creates);

/* Why a record was not coupled with a row that it found, among `count`, in a group. */
enum code match_reason(
	const struct matches *m, size_t group, uint32_t record, uint32_t count, uint32_t crm_row);

/* The lines of ambiguous.csv of these records; for match_report(). */
void match_list_candidates(struct matches *m, struct run *run, const uint32_t *records, uint32_t count);

/*
 * Appends the values by which a record is compared in the group of match fields
 * with this priority, for a sentence (`E-Mail "ann@example.com" and Name "Ann"`)
 * or for a list (`E-Mail=ann@example.com; Name=Ann`).
 */
void match_values(const struct mapping *mapping, uint32_t priority, const struct cell *erp_cells,
	bool is_sentence, struct buf *out);

#endif
