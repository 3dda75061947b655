/*
 * decide_format.h - what the format of the import files has a say in (6.5)
 *
 * A CMT package cannot clear a value, and says with a look-up to which table it
 * refers: two things that a decision must know, so that nothing counts as written
 * that is not.
 */
#ifndef SYNC_DECIDE_FORMAT_H
#define SYNC_DECIDE_FORMAT_H

#include "sync/decide.h"

/* Whether a value is a blank that the import files of the table cannot put in another value's place. */
bool format_cannot_clear(const struct table_def *def, const struct field *field, struct str value);

/* Whether a field is written with the look-up that it belongs to, and never by itself. */
bool format_tells_elsewhere(const struct table_def *def, const struct field *field);

/* The field stays as it is, with a warning, and does not count as written: see sync/held.h. */
void outcome_hold(struct decider *d, struct outcome *outcome, size_t field, struct cell old);

/* Takes out of a new record what is written with a look-up that the record does not have. */
void outcome_drop_untold(struct decider *d, struct outcome *outcome);

#endif
