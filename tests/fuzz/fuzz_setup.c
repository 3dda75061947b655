/* fuzz_setup.c - any text as a setup file: refused with a reason, or read twice the same (part 2) */
#include "fuzz_help.h"
#include "model/setup.h"

static bool
load(const char *path, struct setup *setup, struct buf *out)
{
	struct diag diag = { 0 };
	bool is_good = setup_load(setup, path, &diag);

	expect_reason(is_good, &diag);
	expect(is_good || diag.status == STATUS_INVALID, "bad setups end with status 3");
	fuzz_messages(&diag, out);
	diag_release(&diag);
	return is_good;
}

static void
print_mapping(const struct mapping *mapping, struct buf *out)
{
	buf_printf(out, "%.*s %u %s %s\n", STR_ARG(mapping->name), mapping->order,
		direction_name(mapping->direction), mapping->is_enabled ? "on" : "off");
	for (size_t i = 0; i < mapping->field_count; i++)
		buf_printf(out, "%llx %u\n", (unsigned long long)mapping->fields[i].signature,
			mapping->fields[i].direction);
}

/* What later parts rely on without asking. */
static void
check(const struct setup *setup, struct buf *out)
{
	for (size_t i = 0; i < setup->table_count; i++) {
		const struct table_def *table = setup->tables[i];
		expect(table->number == i, "tables are numbered");
		if (table->option_field)	/* an option set has no name of its own */
			continue;
		expect(setup_find_table(setup, table->side, table->name) == table,
			"tables are found by name");
		expect(!table->is_used || table->key_count > 0 || table->fields, "used tables have fields");
		for (size_t f = 0; f < table->field_count; f++)
			expect(table_def_find_field(table, table->fields[f]->name) == table->fields[f],
				"fields are found by name");
	}
	for (size_t i = 0; i < setup->mapping_count; i++) {
		const struct mapping *mapping = setup->mappings[i];
		expect(mapping->order == i, "mappings are in run order");
		expect(setup_find_mapping(setup, mapping->name) == mapping, "mappings are found by name");
		for (enum side side = ERP; side < SIDES; side++)
			expect(!mapping->is_enabled || mapping->tables[side], "enabled mappings have tables");
		print_mapping(mapping, out);
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct fuzz_file file = fuzz_file_make((struct str){ (const char *)data, size });
	struct buf texts[2] = { { 0 } };

	for (unsigned i = 0; i < 2; i++) {
		struct setup setup;
		if (load(file.path, &setup, &texts[i]))
			check(&setup, &texts[i]);
		setup_release(&setup);
	}
	expect(str_equal(buf_str(&texts[0]), buf_str(&texts[1])), "a setup is read the same twice");
	buf_release(&texts[0]);
	buf_release(&texts[1]);
	close(file.descriptor);
	return 0;
}
