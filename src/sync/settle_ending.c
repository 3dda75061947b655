/* settle_ending.c - how jobs ended for couplings, entered into the ledger (E2, E30) */
#include <stdlib.h>

#include "sync/settle_parts.h"
#include "sync/state.h"

/* E30: results, job ids and failure texts of one direction. */
static void
enter_ending(struct run *run, const struct kept_ending *ending, uint32_t job_id)
{
	struct str failure = ending->failure ? run->state->failures[ending->failure - 1] : STR("");
	enum side to = ending->direction == TO ? CRM : ERP;
	struct coupling *c = &run->ledger.couplings[ending->coupling];

	coupling_set_result(c, to, ending->is_failure ? RESULT_FAILURE : RESULT_SUCCESS);
	c->job[to] = job_id;
	if (ending->is_failure || coupling_failure(c, to).len != 0)
		ledger_rest(&run->ledger, ending->coupling)->failure[to] = failure;
	if (ending->becomes_skipped)
		c->is_skipped = true;
}

void
settle_endings(struct run *run)
{
	struct state *state = run->state;
	uint32_t *job_ids = arena_array(&state->arena, uint32_t, run->plan.job_count + 1);

	for (uint32_t i = 0; i < run->plan.job_count; i++)
		job_ids[i] = ledger_enter_job(&run->ledger, plan_job_id(&run->plan, i));
	for (size_t i = 0; i < state->ending_count; i++)
		enter_ending(run, &state->endings[i], job_ids[state->endings[i].job]);
	free(state->endings);
	free(state->failures);
	state->endings = NULL;
	state->failures = NULL;
	state->ending_count = state->failure_count = 0;
}
