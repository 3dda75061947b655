/*
 * bare.c - what a run costs that leaves a trace, for `make bench` alone (8.1)
 *
 * Linked with --wrap for each function here, this makes a program that writes no
 * base digests into the ledger, no change list and no report.  The digests by which
 * records at rest are told stay: without them all values would have to be compared.
 */
#include "model/coupling_base.h"
#include "sync/emit/emit_import.h"
#include "sync/emit/emit_parts.h"

/* As the functions that they stand for: a change of those does not compile. */
__typeof__(base_encode) __wrap_base_encode;
__typeof__(emit_changes) __wrap_emit_changes;
__typeof__(emit_report) __wrap_emit_report;

void
__wrap_base_encode(const struct coupling_base *base, const struct base_scheme *scheme, struct buf *out)
{
	(void)base;
	(void)scheme;
	(void)out;
}

bool
__wrap_emit_changes(struct emit *emit)
{
	(void)emit;
	return true;
}

bool
__wrap_emit_report(struct emit *emit)
{
	(void)emit;
	return true;
}
