/* finding.c - what a finding says of a coupling, and which rows it is about */
#include "sync/finding.h"

#include "sync/state.h"

struct finding
finding_about(const struct run *run, uint32_t coupling, struct finding finding)
{
	const struct coupling *c = &run->ledger.couplings[coupling];

	finding.erp_key = coupling_key(c);
	finding.erp_id = ledger_id(&run->ledger, c, ERP);
	finding.crm_id = ledger_id(&run->ledger, c, CRM);
	finding.coupling = coupling + 1;
	return finding;
}

uint32_t
finding_row(const struct run *run, const struct finding *finding, enum side side)
{
	struct str id = side == ERP ? finding->erp_id : finding->crm_id;

	if (id.len == 0)
		return TABLE_NO_ROW;
	if (finding->coupling != 0)
		return run->ledger.couplings[finding->coupling - 1].row[side];
	if (finding->source_row != 0 && finding->source_side == side)
		return finding->source_row - 1;
	return table_find_uid(run_table(run, finding->mapping, side), id);
}
