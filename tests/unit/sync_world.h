/*
 * sync_world.h - a small world for tests of the engine: setup, exports and ledger in a temporary folder
 *
 * Customers of the ERP and accounts of the CRM, a mapping CUSTOMER with fields of
 * all three groups, and what a test adds.  A test writes exports and a ledger,
 * loads them with run_load(), and asks the engine; world_keep() makes what a run
 * leaves the ledger of the next.  To be included once by a test; what a test does
 * not use is marked as such.
 */
#ifndef UNIT_SYNC_WORLD_H
#define UNIT_SYNC_WORLD_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "model/value.h"
#include "sync/decide.h"
#include "sync/housekeeping.h"

#define MAYBE_UNUSED __attribute__((unused))

#define E(n) "e0000000-0000-4000-8000-00000000000" #n
#define C(n) "c0000000-0000-4000-8000-00000000000" #n

/* Three moments; ledgers and exports of the tests use no others but near ones. */
#define T0 "2026-01-01T09:00:00Z"
#define T1 "2026-02-01T09:00:00Z"
#define T2 "2026-03-01T09:00:00Z"

#define HEAD \
	"mapping,erp_id,crm_id,erp_key,state,erp_modified_on,crm_modified_on,erp_result,crm_result,skipped," \
	"erp_failure,crm_failure,erp_job,crm_job,base\n"
/* A line of the ledger that knows no result and no base. */
#define LINE(erp, crm, key, state, times) "CUSTOMER," erp "," crm "," key "," state "," times ",,,,,,,,\n"

/* The mapping's fields of all groups: key to number, two-way name and phone, credit To, home From. */
#define KEY_FIELD "<field table-field='No.' integration-field='number' direction='ToIntegrationTable'/>"
#define TWO_WAY_FIELDS \
	"<field table-field='Name' integration-field='name'/>" \
	"<field table-field='Phone' integration-field='phone'/>"
#define TO_FIELD "<field table-field='Credit' integration-field='credit' direction='ToIntegrationTable'/>"
#define FROM_FIELD "<field table-field='Home' integration-field='home' direction='FromIntegrationTable'/>"

/* What a test adds to the setup, or says otherwise; all may be NULL. */
struct world_spec {
	const char *mapping;		/* attributes of CUSTOMER; else direction='Bidirectional' */
	const char *fields;		/* its content; else fields of all groups */
	const char *erp_fields;		/* further content of table Customer, and the columns `,A,B` of it */
	const char *erp_columns;
	const char *crm_fields;
	const char *crm_columns;
	const char *erp_tables;		/* further tables */
	const char *crm_tables;
	const char *more;		/* further mappings, value maps */
	const char *erp_export;		/* else full */
	const char *crm_export;
};

struct sync_world {
	char folder[64];
	char setup[80];
	struct world_spec spec;
	struct run_options options;
	struct run run;
	struct diag diag;
	struct buf text;
	bool is_loaded;
	unsigned failures;		/* differences told so far; world_end() fails for them */
};

static void MAYBE_UNUSED
world_write(const struct sync_world *w, const char *name, struct str text)
{
	char path[200];

	snprintf(path, sizeof path, "%s/%s", w->folder, name);
	FILE *file = fopen(path, "wb");
	assert_non_null(file);
	assert_int_equal(fwrite(text.len ? text.ptr : "", 1, text.len, file), text.len);
	assert_int_equal(fclose(file), 0);
}

static const char *
or_else(const char *text, const char *otherwise)
{
	return text ? text : otherwise;
}

static void
world_write_setup(struct sync_world *w)
{
	const struct world_spec *s = &w->spec;

	buf_reset(&w->text);
	buf_printf(&w->text,
		"<setup xmlns='urn:couplet:setup:1'><ledger path='ledger.csv'/>\n"
		"<erp name='E'><table name='Customer' export='%s'><source path='erp.csv' format='csv'/>"
		"<field name='No.' type='Code' length='20' role='key'/>"
		"<field name='Name' type='Text' length='30' role='name'/><field name='Phone' length='20'/>"
		"<field name='Credit' type='Decimal'/><field name='Home' length='50'/>"
		"<field name='SystemId' type='Guid' role='uid'/>"
		"<field name='Changed' type='DateTime' role='modified'/>%s</table>%s</erp>\n",
		or_else(s->erp_export, "full"), or_else(s->erp_fields, ""), or_else(s->erp_tables, ""));
	buf_printf(&w->text,
		"<crm name='C'><table name='account' export='%s'><source path='crm.csv' format='csv'/>"
		"<field name='accountid' type='Guid' role='uid'/><field name='number' length='20'/>"
		"<field name='name' length='30' role='name'/><field name='phone' length='10'/>"
		"<field name='credit' type='Decimal'/><field name='home' length='50'/>"
		"<field name='modifiedon' type='DateTime' role='modified'/>"
		"<field name='modifiedby' type='Guid' role='modified-by'/>%s</table>%s</crm>\n",
		or_else(s->crm_export, "full"), or_else(s->crm_fields, ""), or_else(s->crm_tables, ""));
	buf_printf(&w->text,
		"<mapping name='CUSTOMER' table='Customer' integration-table='account' %s>%s</mapping>%s</setup>\n",
		or_else(s->mapping, "direction='Bidirectional'"),
		or_else(s->fields, KEY_FIELD TWO_WAY_FIELDS TO_FIELD FROM_FIELD), or_else(s->more, ""));
	world_write(w, "couplet.xml", buf_str(&w->text));
}

/* The export of one side: rows without header. */
static void MAYBE_UNUSED
world_export(struct sync_world *w, enum side side, const char *rows)
{
	buf_reset(&w->text);
	buf_printf(&w->text, "%s%s\n%s",
		side == ERP ? "No.,Name,Phone,Credit,Home,SystemId,Changed"
			    : "accountid,number,name,phone,credit,home,modifiedon,modifiedby",
		or_else(side == ERP ? w->spec.erp_columns : w->spec.crm_columns, ""), rows);
	world_write(w, side == ERP ? "erp.csv" : "crm.csv", buf_str(&w->text));
}

/* The ledger: lines without header. */
static void MAYBE_UNUSED
world_ledger(struct sync_world *w, const char *lines)
{
	buf_reset(&w->text);
	buf_printf(&w->text, "%s%s", HEAD, lines);
	world_write(w, "ledger.csv", buf_str(&w->text));
}

/* A world with these exports and this ledger; nothing is loaded yet. */
static void MAYBE_UNUSED
world_begin(struct sync_world *w, struct world_spec spec, const char *erp, const char *crm, const char *ledger)
{
	const char *root = getenv("TMPDIR");

	*w = (struct sync_world){ .spec = spec };
	snprintf(w->folder, sizeof w->folder, "%.40s/couplet-XXXXXX", root && *root ? root : "/tmp");
	assert_non_null(mkdtemp(w->folder));
	snprintf(w->setup, sizeof w->setup, "%s/couplet.xml", w->folder);
	w->options = (struct run_options){ .command = "sync", .setup_path = w->setup, .threads = 2 };
	world_write_setup(w);
	world_export(w, ERP, erp);
	world_export(w, CRM, crm);
	world_ledger(w, ledger);
}

static void
world_check(const struct sync_world *w, bool ok)
{
	if (!ok)
		diag_print(&w->diag, 10, false);
	assert_true(ok);
}

static void MAYBE_UNUSED
world_load(struct sync_world *w)
{
	w->is_loaded = true;
	world_check(w, run_load(&w->run, &w->options, &w->diag));
}

static void MAYBE_UNUSED
world_unload(struct sync_world *w)
{
	run_release(&w->run);
	diag_release(&w->diag);
	w->diag = (struct diag){ 0 };
	w->is_loaded = false;
}

/* Loads, and decides everything. */
static void MAYBE_UNUSED
world_run(struct sync_world *w)
{
	if (!w->is_loaded)
		world_load(w);
	world_check(w, run_plan(&w->run, &w->diag));
}

/* Loads as far as needed, then what comes before the first job (E3). */
static void MAYBE_UNUSED
world_assess(struct sync_world *w)
{
	if (!w->is_loaded)
		world_load(w);
	state_make(&w->run);
	for (size_t i = 0; i < w->run.setup.mapping_count; i++)
		w->run.state->mappings[i].is_selected = w->run.setup.mappings[i]->is_enabled;
	world_check(w, housekeeping_run(&w->run, &w->diag));
}

static bool
world_sink(void *context, struct str text)
{
	buf_add(context, text);
	return true;
}

/* What the run leaves becomes the ledger of the next. */
static void MAYBE_UNUSED
world_keep(struct sync_world *w)
{
	uint64_t records;

	buf_reset(&w->text);
	assert_true(ledger_write(&w->run.ledger, &w->run.setup, 1, world_sink, &w->text, &records));
	world_write(w, "ledger.csv", buf_str(&w->text));
	world_unload(w);
}

/* A full run over sides that agree: all couplings have a base and times afterwards. */
static void MAYBE_UNUSED
world_agree(struct sync_world *w)
{
	w->options.is_full = true;
	world_run(w);
	assert_int_equal(w->run.plan.change_count, 0);
	world_keep(w);
	w->options.is_full = false;
}

static int
remove_one(const char *path, const struct stat *info, int type, struct FTW *ftw)
{
	(void)info;
	(void)type;
	(void)ftw;
	return remove(path);
}

static void MAYBE_UNUSED
world_end(struct sync_world *w)
{
	world_unload(w);
	nftw(w->folder, remove_one, 8, FTW_DEPTH | FTW_PHYS);
	buf_release(&w->text);
	assert_int_equal(w->failures, 0);
}

static struct mapping *MAYBE_UNUSED
world_mapping(struct sync_world *w, const char *name)
{
	struct mapping *mapping = setup_find_mapping(&w->run.setup, str_from(name));

	assert_non_null(mapping);
	return mapping;
}

/* The CUSTOMER job of a direction over an assessed world; both directions run, nothing is forced. */
static struct sync_job MAYBE_UNUSED
world_job(struct sync_world *w, enum direction direction)
{
	const struct mapping *mapping = world_mapping(w, "CUSTOMER");
	struct mapping_state *ms = &w->run.state->mappings[mapping->order];
	enum side source = source_side(direction);

	return (struct sync_job){ .run = &w->run, .mapping = mapping, .ms = ms, .direction = direction,
		.source = source, .destination = other_side(source),
		.tables = { run_table(&w->run, mapping, ERP), run_table(&w->run, mapping, CRM) },
		.job = plan_add_job(&w->run.plan, mapping, JOB_SYNCHRONIZATION, direction),
		.may_create = !mapping->synch_only_coupled_records,
		.other_runs = mapping->direction == BIDIRECTIONAL };
}

/* The ledger's line of an id, in memory; a run that is over has forgotten its indexes. */
static struct coupling *MAYBE_UNUSED
world_coupling(struct sync_world *w, enum side side, const char *id)
{
	const struct mapping *mapping = world_mapping(w, "CUSTOMER");

	for (uint32_t i = 0; i < w->run.ledger.count; i++) {
		struct coupling *c = &w->run.ledger.couplings[i];
		if (c->mapping == mapping->order && !c->is_dropped
			&& str_equal(ledger_id(&w->run.ledger, c, side), str_from(id)))
			return c;
	}
	return NULL;
}

static uint32_t MAYBE_UNUSED
world_track(struct sync_world *w, enum side side, const char *id)
{
	struct coupling *coupling = world_coupling(w, side, id);

	assert_non_null(coupling);
	return w->run.state->tracks[coupling - w->run.ledger.couplings];
}

/* Compares text that a test made of a result; the row of its table is named when it differs. */
static void MAYBE_UNUSED
expect(struct sync_world *w, const char *name, struct str actual, const char *expected)
{
	if (str_equal(actual, str_from(expected)))
		return;
	print_error("%s:\n is       %.*s\n expected %s\n", name, STR_ARG(actual), expected);
	w->failures++;
}

/* Codes of findings, each once more for each time, with the severity's first letter: "e:too-long". */
static void MAYBE_UNUSED
add_code(struct buf *out, enum severity severity, enum code code, int rule)
{
	buf_printf(out, " %c:%s/%d", severity_name(severity)[0], code_name(code), rule);
}

/* The counters of the CUSTOMER job of a direction that are not zero: "modified 1 skipped 2". */
static void MAYBE_UNUSED
add_counters(struct sync_world *w, enum direction direction, struct buf *out)
{
	const struct mapping *mapping = world_mapping(w, "CUSTOMER");

	for (size_t i = 0; i < w->run.plan.job_count; i++) {
		const struct job *job = &w->run.plan.jobs[i];
		if (job->mapping != mapping || job->direction != direction)
			continue;
		for (enum counter counter = 0; counter < COUNTERS; counter++)
			if (job->counters[counter] != 0)
				buf_printf(out, "%s %lu ", counter_name(counter),
					(unsigned long)job->counters[counter]);
	}
}

#endif
