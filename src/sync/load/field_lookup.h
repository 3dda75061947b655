/*
 * field_lookup.h - the records that rules of type FieldLookup find (R84)
 *
 * An index a lookup, over the exports as they are: what a run decides is seen
 * by lookups when it was imported.  Const after field_lookups_make().
 */
#ifndef SYNC_FIELD_LOOKUP_H
#define SYNC_FIELD_LOOKUP_H

#include "model/rule.h"
#include "sync/run.h"

struct field_lookup;

/* Indexes all lookups that the setup uses; the run's tables are loaded. */
void field_lookups_make(struct run *run);
void field_lookups_release(struct run *run);

/*
 * A rule_lookup_fn; the context is the run.  The value is read as the source
 * field's type; of several records with it the first by key is taken, which is
 * the same in whatever order the export has them.
 */
enum lookup_result field_lookup_find(const void *context, const struct lookup_def *def, struct str value,
	struct buf *scratch, struct str *result);

#endif
