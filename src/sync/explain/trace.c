/* trace.c - the steps of one value on its way to the other side, for explain (L7) */
#include "sync/explain/trace.h"

void
trace_step(struct trace *trace, struct step step)
{
	if (!trace)
		return;
	struct step *copy = arena_new(trace->arena, struct step);
	*copy = (struct step){
		.kind = step.kind,
		.name = arena_copy(trace->arena, step.name),
		.from = arena_copy(trace->arena, step.from),
		.to = arena_copy(trace->arena, step.to),
		.place = arena_copy(trace->arena, step.place),
		.how = step.how,
	};
	if (trace->last)
		trace->last->next = copy;
	else
		trace->first = copy;
	trace->last = copy;
}
