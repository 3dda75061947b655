/*
 * emit_world.h - a run made by hand, for tests of what is printed of it
 *
 * One mapping between an ERP table (nl-BE, semicolons) and a Dataverse table
 * (en-US), two rows on each side.  A test adds changes and findings to its plan
 * and compares what comes out.  To be included once by a test.
 */
#ifndef UNIT_EMIT_WORLD_H
#define UNIT_EMIT_WORLD_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "model/locale.h"
#include "model/timezone.h"
#include "sync/emit/emit.h"
#include "sync/state.h"

#define ERP_ID_1 "11111111-aaaa-4aaa-8aaa-111111111111"
#define ERP_ID_2 "22222222-aaaa-4aaa-8aaa-222222222222"
#define CRM_ID_1 "99999999-cccc-4ccc-8ccc-999999999999"
#define CRM_ID_2 "88888888-cccc-4ccc-8ccc-888888888888"
#define CRM_ID_3 "77777777-cccc-4ccc-8ccc-777777777777"
#define CRM_ID_4 "66666666-cccc-4ccc-8ccc-666666666666"

enum { NO, NAME, CREDIT, BLOCKED, GROUP, ERP_ID, ERP_COLUMNS };
enum { CRM_ID, NUMBER, CRM_NAME, LIMIT, SINCE, TYPE_CODE_, CONTACT, CRM_COLUMNS };

struct emit_world {
	char folder[64];
	char target[80];
	struct field fields[SIDES][CRM_COLUMNS];
	struct field *columns[SIDES][CRM_COLUMNS];
	struct table_def defs[SIDES];
	struct table_def *tables[SIDES];
	struct field_mapping mapped[6];
	struct template_set set;
	struct config_template template;
	struct mapping mapping;
	struct mapping *mappings[1];
	struct table data[SIDES];
	struct overlay overlays[SIDES];
	struct run_options options;
	struct run run;
	struct state state;
	struct diag diag;
	struct buf text;
};

static struct option blocked_options[] = { { .ordinal = { "0", 1 }, .name = { " ", 1 } },
	{ .ordinal = { "3", 1 }, .name = { "All", 3 } } };

static void
set_field(struct emit_world *w, enum side side, uint32_t column, const char *name, enum type type,
	enum role role)
{
	struct field *field = &w->fields[side][column];

	*field = (struct field){ .name = str_from(name), .type = type, .role = role, .is_declared = true,
		.is_used = true, .is_mapped = true, .column = column };
	w->columns[side][column] = field;
}

static void
make_tables(struct emit_world *w)
{
	static const char *const names[SIDES] = { "Customer/Kl\xc3\xa4nt", "account" };
	static struct field *keys[SIDES][1];

	set_field(w, ERP, NO, "No.", TYPE_CODE, ROLE_KEY);
	set_field(w, ERP, NAME, "Name", TYPE_TEXT, ROLE_NONE);
	set_field(w, ERP, CREDIT, "Credit Limit", TYPE_DECIMAL, ROLE_NONE);
	set_field(w, ERP, BLOCKED, "Blocked", TYPE_OPTION, ROLE_NONE);
	set_field(w, ERP, GROUP, "Posting Group", TYPE_CODE, ROLE_NONE);
	set_field(w, ERP, ERP_ID, "SystemId", TYPE_GUID, ROLE_UID);
	w->fields[ERP][BLOCKED].options = blocked_options;
	w->fields[ERP][BLOCKED].option_count = ARRAY_LEN(blocked_options);
	set_field(w, CRM, CRM_ID, "accountid", TYPE_GUID, ROLE_UID);
	set_field(w, CRM, NUMBER, "accountnumber", TYPE_TEXT, ROLE_NONE);
	set_field(w, CRM, CRM_NAME, "name", TYPE_TEXT, ROLE_NONE);
	set_field(w, CRM, LIMIT, "creditlimit", TYPE_DECIMAL, ROLE_NONE);
	set_field(w, CRM, SINCE, "since", TYPE_DATE, ROLE_NONE);
	set_field(w, CRM, TYPE_CODE_, "customertypecode", TYPE_INTEGER, ROLE_NONE);
	set_field(w, CRM, CONTACT, "primarycontactid", TYPE_GUID, ROLE_NONE);
	keys[ERP][0] = w->columns[ERP][NO];
	keys[CRM][0] = w->columns[CRM][CRM_ID];
	for (int side = ERP; side < SIDES; side++) {
		w->defs[side] = (struct table_def){ .name = str_from(names[side]), .side = side,
			.is_full = true,
			.keys = keys[side], .key_count = 1,
			.uid = w->columns[side][side == ERP ? ERP_ID : CRM_ID],
			.system = &w->run.setup.systems[side], .is_used = true, .number = side };
		w->tables[side] = &w->defs[side];
		w->data[side] = (struct table){ .def = &w->defs[side], .columns = w->columns[side],
			.column_count = side == ERP ? ERP_COLUMNS : CRM_COLUMNS, .is_full = true,
			.uid_column = side == ERP ? ERP_ID : CRM_ID,
			.key_column = side == ERP ? NO : CRM_ID };
	}
	w->defs[ERP].import.format.delimiter = ';';
}

static void
map_field(struct emit_world *w, uint32_t number, int erp, int crm, enum direction direction)
{
	w->mapped[number] = (struct field_mapping){ .direction = direction, .is_enabled = true };
	if (erp >= 0)
		w->mapped[number].fields[ERP] = w->columns[ERP][erp];
	if (crm >= 0)
		w->mapped[number].fields[CRM] = w->columns[CRM][crm];
}

static void
make_mapping(struct emit_world *w)
{
	map_field(w, 0, NO, NUMBER, TO);
	map_field(w, 1, NAME, CRM_NAME, BIDIRECTIONAL);
	map_field(w, 2, CREDIT, LIMIT, BIDIRECTIONAL);
	map_field(w, 3, BLOCKED, -1, FROM);
	map_field(w, 4, -1, TYPE_CODE_, TO);
	map_field(w, 5, -1, CONTACT, TO);
	w->set.field = w->columns[ERP][GROUP];
	w->template = (struct config_template){ .side = ERP, .sets = &w->set, .set_count = 1 };
	w->mapping = (struct mapping){ .name = STR("CUSTOMER"), .tables = { w->tables[ERP], w->tables[CRM] },
		.direction = BIDIRECTIONAL, .is_enabled = true, .fields = w->mapped,
		.field_count = ARRAY_LEN(w->mapped), .templates = &w->template, .template_count = 1 };
	w->mappings[0] = &w->mapping;
}

static void
add_row(struct emit_world *w, enum side side, const char *const *values, int bad)
{
	struct cell cells[CRM_COLUMNS];

	for (uint32_t i = 0; i < w->data[side].column_count; i++)
		cells[i] = (struct cell){ values[i], (uint32_t)strlen(values[i]), (int)i == bad };
	table_add(&w->data[side], cells, 0, w->data[side].row_count + 2);
}

static void
make_rows(struct emit_world *w)
{
	add_row(w, ERP, (const char *const[]){ "10000", "Adatum", "1234.5", "3", "LOCAL", ERP_ID_1 }, -1);
	add_row(w, ERP, (const char *const[]){ "20000", "Trey; \"Res\"", "veel", "0", "", ERP_ID_2 }, CREDIT);
	add_row(w, CRM,
		(const char *const[]){ CRM_ID_1, "10000", "Adatum", "1234.5", "2026-03-01", "3", "" }, -1);
	add_row(w, CRM, (const char *const[]){ CRM_ID_2, "20000", "Trey", "", "", "", "" }, -1);
}

static uint32_t
add_coupling(struct emit_world *w, const char *erp_id, const char *crm_id, const char *key)
{
	struct ledger *ledger = &w->run.ledger;

	ledger->couplings = memory_grow(ledger->couplings, ledger->count, &ledger->capacity,
		sizeof *ledger->couplings);
	ledger->couplings[ledger->count] = (struct coupling){
		.id = { packed_copy(&ledger->arena, str_from(erp_id)),
			packed_copy(&ledger->arena, str_from(crm_id)) },
		.key = packed_copy(&ledger->arena, str_from(key)), .time = { INT64_MIN, INT64_MIN },
		.row = { TABLE_NO_ROW, TABLE_NO_ROW } };
	return (uint32_t)ledger->count++;
}

/* Couplings 0 and 1 are those of the rows. */
static void
emit_begin(struct emit_world *w)
{
	const char *root = getenv("TMPDIR");

	*w = (struct emit_world){ 0 };
	snprintf(w->folder, sizeof w->folder, "%.40s/couplet-XXXXXX", root && *root ? root : "/tmp");
	assert_non_null(mkdtemp(w->folder));
	snprintf(w->target, sizeof w->target, "%s/out", w->folder);
	w->options = (struct run_options){ .command = "sync", .setup_path = "couplet.xml", .threads = 1 };
	w->run.options = &w->options;
	w->run.setup.path = STR("couplet.xml");
	w->run.setup.folder = STR(".");
	w->run.setup.bytes = STR("<setup/>");
	w->run.setup.systems[ERP] = (struct system){ .side = ERP, .name = STR("CRONUS"),
		.kind = KIND_BUSINESS_CENTRAL, .locale = locale_find(STR("nl-BE")), .zone = timezone_utc() };
	w->run.setup.systems[CRM] = (struct system){ .side = CRM, .name = STR("Contoso"),
		.kind = KIND_DATAVERSE, .locale = locale_find(STR("en-US")), .zone = timezone_utc() };
	make_tables(w);
	make_mapping(w);
	make_rows(w);
	w->run.setup.tables = w->tables;
	w->run.setup.table_count = SIDES;
	w->run.setup.mappings = w->mappings;
	w->run.setup.mapping_count = 1;
	w->run.tables = w->data;
	w->state.overlays = w->overlays;
	w->run.state = &w->state;
	w->run.ledger.path = STR("./ledger.csv");
	w->run.ledger.watermarks = memory_new(1, sizeof *w->run.ledger.watermarks);
	w->run.plan.run_id = STR("1a2b3c4d");
	w->run.plan.now = INT64_C(1772355600000);	/* 2026-03-01T09:00:00Z */
	add_coupling(w, ERP_ID_1, CRM_ID_1, "10000");
	add_coupling(w, ERP_ID_2, CRM_ID_2, "20000");
}

static int
remove_one(const char *path, const struct stat *info, int type, struct FTW *ftw)
{
	(void)info;
	(void)type;
	(void)ftw;
	return remove(path);
}

static void
emit_end(struct emit_world *w)
{
	nftw(w->folder, remove_one, 8, FTW_DEPTH | FTW_PHYS);
	for (int side = ERP; side < SIDES; side++) {
		table_release(&w->data[side]);
		overlay_release(&w->overlays[side]);
	}
	free(w->run.ledger.couplings);
	free(w->run.ledger.watermarks);
	arena_release(&w->run.ledger.arena);
	plan_release(&w->run.plan);
	diag_release(&w->diag);
	buf_release(&w->text);
}

static uint32_t
add_job(struct emit_world *w, enum direction direction)
{
	return plan_add_job(&w->run.plan, &w->mapping, JOB_SYNCHRONIZATION, direction);
}

static void
change(struct emit_world *w, uint32_t job, enum action action, enum side side, uint32_t coupling,
	uint32_t row)
{
	plan_add_change(&w->run.plan, (struct change){ .job = job, .action = action, .side = side, .rule = 14,
		.coupling = coupling, .row = row, .source_row = TABLE_NO_ROW });
}

/* The folder is written; what went wrong is told. */
static void
emit_world_write(struct emit_world *w)
{
	bool ok = emit_folder(&w->run, w->target, &w->diag);

	if (!ok)
		diag_print(&w->diag, 100, false);
	assert_true(ok);
}

/* A file of the output folder, as C text in w->text. */
static const char *
output_text(struct emit_world *w, const char *name)
{
	char path[200];
	char piece[4096];
	size_t got;

	snprintf(path, sizeof path, "%s/%s", w->target, name);
	FILE *f = fopen(path, "rb");
	if (!f)
		fail_msg("no file %s", name);
	buf_reset(&w->text);
	while ((got = fread(piece, 1, sizeof piece, f)) > 0)
		buf_add(&w->text, (struct str){ piece, got });
	fclose(f);
	buf_add_char(&w->text, '\0');
	return w->text.ptr;
}

#endif
