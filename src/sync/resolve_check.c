/* resolve_check.c - whether a record is in the state that an answer needs (L6) */
#include "sync/housekeeping.h"
#include "sync/job.h"
#include "sync/resolve.h"

static bool
refuse(struct run *run, const struct target *target, struct diag *diag, const char *what)
{
	return diag_add(diag, STATUS_USAGE, "%.*s: %s: %s", STR_ARG(target_place(run, target)),
		resolve_action_name(target->action), what);
}

static bool
is_deleted(const struct run *run, const struct target *target, enum side side)
{
	const struct coupling *c = target_coupling(run, target);

	return c && c->state == STATE_COUPLED && record_is_gone(run, target->mapping, c, side);
}

/* Where a record is to be created: the side that is not there. */
static enum side
missing_side(const struct run *run, const struct target *target)
{
	const struct coupling *c = target_coupling(run, target);

	if (c->state == STATE_PENDING_ERP)
		return ERP;
	if (c->state == STATE_PENDING_CRM)
		return CRM;
	return is_deleted(run, target, ERP) ? ERP : CRM;
}

enum direction
resolve_direction(const struct run *run, const struct target *target)
{
	const struct coupling *c = target_coupling(run, target);

	if (target->action == RESOLVE_SEND)
		return TO;
	if (target->action == RESOLVE_GET)
		return FROM;
	bool creates = (target->action == RESOLVE_RESTORE && c->state == STATE_COUPLED)
	    || (target->action == RESOLVE_RETRY && c && coupling_is_pending(c)
		&& target->at.row[other_side(missing_side(run, target))] != TABLE_NO_ROW);
	if (!creates)
		return DIRECTION_NONE;
	return missing_side(run, target) == CRM ? TO : FROM;
}

static bool
check_direction(struct run *run, const struct target *target, struct diag *diag)
{
	enum direction direction = resolve_direction(run, target);

	if (direction == DIRECTION_NONE || job_is_possible(target->mapping, direction))
		return true;
	return diag_add(diag, STATUS_USAGE, "%.*s: %s: mapping %.*s moves nothing %s",
		STR_ARG(target_place(run, target)), resolve_action_name(target->action),
		STR_ARG(target->mapping->name), direction_arrow(direction));
}

/* One side wins: both must be there, or the record of a failed create on the winning side. */
static bool
check_winner(struct run *run, const struct target *target, struct diag *diag)
{
	const struct coupling *c = target_coupling(run, target);
	enum side source = target->action == RESOLVE_SEND ? ERP : CRM;

	if (!c)
		return refuse(run, target, diag,
			"the record is not coupled, so there is nothing to answer; sync --record with "
			"--create creates it on the other side");
	if (coupling_is_pending(c))
		return refuse(run, target, diag,
			"the record was created by an earlier run and no export shows it yet; import and "
			"export again, or answer with --retry to create it again");
	if (coupling_is_deleting(c))
		return refuse(run, target, diag,
			"its deletion was written by an earlier run and no export shows it yet; import and "
			"export again, or answer with --uncouple to keep the record");
	if (is_deleted(run, target, ERP) || is_deleted(run, target, CRM))
		return refuse(run, target, diag,
			"one of the two records is deleted; answer with --restore, --delete or --uncouple");
	if (target->at.row[source] == TABLE_NO_ROW)
		return refuse(run, target, diag,
			source == ERP ? "the record that is to win is in no export of the ERP"
				      : "the row that is to win is in no export of the CRM");
	return check_direction(run, target, diag);
}

/* A pending line was restored already: that is told, and nothing else is done (L11). */
static bool
check_restore(struct run *run, const struct target *target, struct diag *diag)
{
	const struct coupling *c = target_coupling(run, target);

	if (c && coupling_is_pending(c))
		return true;
	if (!c || c->state != STATE_COUPLED)
		return refuse(run, target, diag,
			"the record is not coupled, so nobody knows what to restore; sync --record with "
			"--create creates it on the other side");
	if (!is_deleted(run, target, ERP) && !is_deleted(run, target, CRM))
		return refuse(run, target, diag,
			"neither side is deleted; answer with --send or --get to let one side win");
	if (target->at.row[other_side(missing_side(run, target))] == TABLE_NO_ROW)
		return refuse(run, target, diag,
			"the surviving record is in no export, so its values are unknown; export it");
	return check_direction(run, target, diag);
}

static bool
check_delete(struct run *run, const struct target *target, struct diag *diag)
{
	const struct coupling *c = target_coupling(run, target);

	if (c && (c->state == STATE_REMOVED || is_deleted(run, target, ERP) || is_deleted(run, target, CRM)))
		return true;
	return refuse(run, target, diag,
		"deletes the surviving record where the other one is deleted, and here none is; delete one "
		"of the two by hand first, or answer with --uncouple");
}

static bool
check_retry(struct run *run, const struct target *target, struct diag *diag)
{
	const struct coupling *c = target_coupling(run, target);
	bool has_failed = c && coupling_has_failed(c);

	if (!target->answer)
		return true;	/* --retry-all */
	if (!c || !(c->is_skipped || has_failed || coupling_is_pending(c) || c->state == STATE_REMOVED))
		return refuse(run, target, diag,
			"the record is not skipped and has not failed, so there is nothing to retry; sync "
			"--record synchronizes it");
	return check_direction(run, target, diag);
}

bool
resolve_check(struct run *run, const struct targets *targets, struct diag *diag)
{
	bool ok = true;

	for (size_t i = 0; i < targets->count; i++) {
		const struct target *target = &targets->list[i];
		if (target->is_orphan && target->action != RESOLVE_UNCOUPLE && target->answer) {
			ok = refuse(run, target, diag,
				"nothing is left to answer: its records are deleted, and the next run takes "
				"the line out");
			continue;
		}
		switch (target->action) {
		case RESOLVE_SEND:
		case RESOLVE_GET:
			ok &= check_winner(run, target, diag);
			break;
		case RESOLVE_RESTORE:
			ok &= check_restore(run, target, diag);
			break;
		case RESOLVE_DELETE:
			ok &= check_delete(run, target, diag);
			break;
		case RESOLVE_RETRY:
			ok &= check_retry(run, target, diag);
			break;
		case RESOLVE_UNCOUPLE:
		case RESOLVE_ACTIONS:
			break;
		}
	}
	return ok;
}
