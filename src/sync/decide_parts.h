/*
 * decide_parts.h - what decide.c and conflict.c share
 */
#ifndef SYNC_DECIDE_PARTS_H
#define SYNC_DECIDE_PARTS_H

#include "sync/decide.h"

struct transfer_context decider_context(struct decider *d);

/* The same for a field mapping that is transferred: its reference may wait (E34). */
struct transfer_context decider_field_context(struct decider *d, uint32_t source_row, size_t field);

/* What the run that wrote a side replaced in a field, while the export still shows it (E11). */
bool shows_replaced(const struct decider *d, size_t field, enum side side);

/* E11: the same where it is no edit: in flight, whatever the job before this one laid over it. */
bool field_in_flight(const struct decider *d, size_t field, enum side side);

/*
 * E11: the side was written, its stamp has moved, and the field still shows what
 * was there before: an edit before the import, or one after it?  Both sides
 * count as having changed it.
 */
bool field_is_stuck(const struct decider *d, size_t field, enum side side);

/* Adds a note at the end of the outcome's list. */
void outcome_note(struct decider *d, struct outcome *outcome, struct note note);

/* Whether a field mapping's value is wanted in this decision. */
typedef bool wanted_fn(const struct decider *d, size_t field);

/*
 * Transfers the wanted field mappings onto the destination row: what differs
 * becomes the outcome's values, and the outcome Modify or Unchanged; Fail, or
 * left alone, where a value cannot be transferred (D9, E33).  With is_override,
 * values that only the losing side had edited are listed as lost (E16).
 */
void transfer_onto(struct decider *d, struct outcome *outcome, wanted_fn *wanted, bool is_override);

/* Forgets the values of a record that is not written after all, and what was noted about them. */
void transfer_drop(struct outcome *outcome);

bool want_all(const struct decider *d, size_t field);
bool want_changed(const struct decider *d, size_t field);

/* Makes the outcome a failure of one code; `failure` is for the ledger, and must not tell places in files. */
void outcome_fail(struct decider *d, struct outcome *outcome, struct note note);

/* E22: the last note is about a bad value of the source's field: tells where it stands in its file. */
void outcome_place(struct decider *d, struct outcome *outcome, const struct field *field);

/* The change_value of one written field, with old value and base mark. */
struct change_value written_value(struct decider *d, size_t field, struct str value);

/* Room for the values of any outcome; value_list_add() asks for it by itself. */
void value_list_begin(struct decider *d, struct value_list *list);
void value_list_add(struct decider *d, struct value_list *list, struct change_value value);

/* The same, but the new value replaces one that the column already has. */
void value_list_set(struct decider *d, struct value_list *list, struct change_value value);

/* Takes the value of a column out, if there is one. */
void value_list_remove(struct value_list *list, uint32_t column);

#endif
