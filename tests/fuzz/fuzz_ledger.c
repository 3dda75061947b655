/* fuzz_ledger.c - any bytes as a ledger; what is read is written, and then read and written the same (part 3)
 */
#include "fuzz_help.h"
#include "model/ledger.h"

/* Mappings by Guids, by a Code, by a key of two fields and a number, and one that is disabled. */
static const char setup_text[] =
	"<setup xmlns='urn:couplet:setup:1'>"
	"<erp name='E'><table name='Customer'><source path='a.csv'/>"
	"<field name='SystemId' type='Guid' role='uid'/>"
	"<field name='No.' type='Code' length='20' role='key'/><field name='Name'/>"
	"<number-series field='No.' start='C1'/></table>"
	"<table name='Currency'><source path='b.csv'/><field name='Code' type='Code' length='10' role='key'/>"
	"<field name='Name'/></table>"
	"<table name='Price'><source path='c.csv'/><field name='Code' type='Code' length='10' role='key'/>"
	"<field name='Line' type='Integer' role='key'/><field name='Name'/></table></erp>"
	"<crm name='C'><table name='account'><source path='d.csv'/><field name='id' type='Guid' role='uid'/>"
	"<field name='name'/></table>"
	"<table name='row'><source path='e.csv'/><field name='id' type='Integer' role='uid'/>"
	"<field name='name'/>"
	"</table></crm>"
	"<mapping name='CUSTOMER' table='Customer' integration-table='account' direction='Bidirectional'>"
	"<field table-field='Name' integration-field='name'/></mapping>"
	"<mapping name='CURRENCY' table='Currency' integration-table='account' "
	"direction='ToIntegrationTable'>"
	"<field table-field='Name' integration-field='name'/></mapping>"
	"<mapping name='PRICES' table='Price' integration-table='row' direction='Bidirectional'>"
	"<field table-field='Name' integration-field='name'/></mapping>"
	"<mapping name='OFF' table='Currency' integration-table='row' direction='Bidirectional' "
	"enabled='false'>"
	"<field table-field='Name' integration-field='name'/></mapping></setup>";

static const struct setup *
the_setup(void)
{
	static struct setup setup;
	struct diag diag = { 0 };

	if (setup.mapping_count > 0)
		return &setup;
	struct fuzz_file file = fuzz_file_make(str_from(setup_text));
	if (!setup_load(&setup, file.path, &diag))
		diag_print(&diag, 20, false);
	expect(diag.status == STATUS_OK, "the setup of this fuzzer is sound");
	diag_release(&diag);
	close(file.descriptor);
	return &setup;
}

static bool
add_text(void *context, struct str text)
{
	buf_add(context, text);
	return true;
}

/* Every coupling is found by its uids. */
static void
check_couplings(const struct ledger *ledger)
{
	for (uint32_t i = 0; i < ledger->count; i++) {
		const struct coupling *c = &ledger->couplings[i];
		for (enum side side = ERP; side < SIDES; side++)
			expect(!coupling_has_id(c, side)
					|| ledger_find(ledger, c->mapping, side, ledger_id(ledger, c, side)) == i,
				"couplings are found by uid");
	}
}

/* Loads the text and appends what is written of it; false when it is refused. */
static bool
rewrite(struct str text, unsigned threads, struct buf *out)
{
	struct fuzz_file file = fuzz_file_make(text);
	struct ledger ledger;
	struct diag diag = { 0 };
	uint64_t records = 0;

	bool is_good = ledger_load(&ledger, the_setup(), str_from(file.path), false, &diag);
	expect_reason(is_good, &diag);
	if (is_good) {
		check_couplings(&ledger);
		expect(ledger_write(&ledger, the_setup(), threads, add_text, out, &records),
			"a ledger can be written");
		expect(records == ledger.records, "every line is written");
	}
	ledger_release(&ledger);
	diag_release(&diag);
	close(file.descriptor);
	return is_good;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct buf first = { 0 };
	struct buf second = { 0 };

	if (rewrite((struct str){ (const char *)data, size }, 1, &first)) {
		expect(rewrite(buf_str(&first), 2, &second), "what was written is read");
		expect(str_equal(buf_str(&first), buf_str(&second)), "what was written is written again");
	}
	buf_release(&first);
	buf_release(&second);
	return 0;
}
