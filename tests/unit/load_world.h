/*
 * load_world.h - a setup made by hand and a temporary folder of exports, for tests of loading
 *
 * To be included once by a test; begin() and end() bracket a world, and forget()
 * drops what one load() gave, so that another can follow.
 */
#ifndef UNIT_LOAD_WORLD_H
#define UNIT_LOAD_WORLD_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "model/locale.h"
#include "model/timezone.h"
#include "model/value.h"
#include "sync/load/load.h"

enum { MAX_PARTS = 16 };

#define GUID_1 "11111111-aaaa-4aaa-8aaa-111111111111"
#define GUID_2 "22222222-aaaa-4aaa-8aaa-222222222222"

/* A setup made by hand, a folder of exports, and what loading them gives. */
struct world {
	char folder[64];
	struct setup setup;
	struct table tables[MAX_PARTS];
	struct load_report report;
	struct diag diag;
};

static void
begin(struct world *w)
{
	const char *root = getenv("TMPDIR");

	*w = (struct world){ 0 };
	snprintf(w->folder, sizeof w->folder, "%.40s/couplet-XXXXXX", root && *root ? root : "/tmp");
	assert_non_null(mkdtemp(w->folder));
	w->setup.path = STR("couplet.xml");
	w->setup.folder = str_from(w->folder);
	w->setup.tables = arena_array(&w->setup.arena, struct table_def *, MAX_PARTS);
	for (int side = ERP; side < SIDES; side++)
		w->setup.systems[side].zone = timezone_utc();
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
forget(struct world *w)
{
	for (size_t i = 0; i < w->setup.table_count; i++)
		table_release(&w->tables[i]);
	load_report_release(&w->report);
	diag_release(&w->diag);
}

static void
end(struct world *w)
{
	forget(w);
	nftw(w->folder, remove_one, 8, FTW_DEPTH | FTW_PHYS);
	arena_release(&w->setup.arena);
}

static void
write_file(const struct world *w, const char *name, const char *text)
{
	char path[200];

	snprintf(path, sizeof path, "%s/%s", w->folder, name);
	FILE *file = fopen(path, "wb");
	assert_non_null(file);
	fputs(text, file);
	assert_int_equal(fclose(file), 0);
}

static struct table_def *
add_table(struct world *w, const char *name)
{
	struct table_def *def = arena_new(&w->setup.arena, struct table_def);

	def->name = str_from(name);
	def->is_full = true;
	def->is_used = true;
	def->line = 5;
	def->number = (uint32_t)w->setup.table_count;
	def->system = &w->setup.systems[ERP];
	def->sources = arena_array(&w->setup.arena, struct source, MAX_PARTS);
	def->fields = arena_array(&w->setup.arena, struct field *, MAX_PARTS);
	def->keys = arena_array(&w->setup.arena, struct field *, MAX_PARTS);
	w->setup.tables[w->setup.table_count++] = def;
	return def;
}

static struct source *
add_source(struct table_def *def, const char *path)
{
	struct source *source = &def->sources[def->source_count++];

	source->path = str_from(path);
	source->line = 10 + (unsigned)def->source_count;
	source->format.quote = '"';
	source->format.locale = locale_find(STR("invariant"));
	return source;
}

static struct field *
add_field(struct world *w, struct table_def *def, const char *name, enum type type, enum role role)
{
	struct field *field = arena_new(&w->setup.arena, struct field);

	*field = (struct field){
		.name = str_from(name), .type = type, .role = role, .is_declared = true, .is_used = true,
		.is_mapped = true, .line = 20 + (unsigned)def->field_count, .column = 99,
	};
	def->fields[def->field_count++] = field;
	if (role == ROLE_KEY)
		def->keys[def->key_count++] = field;
	if (role == ROLE_UID)
		def->uid = field;
	if (role == ROLE_MODIFIED)
		def->modified = field;
	if (role == ROLE_NAME)
		def->name_field = field;
	return field;
}

/* No. and Name, read from one file. */
static struct table_def *
add_customer(struct world *w, const char *path)
{
	struct table_def *def = add_table(w, "Customer");

	add_source(def, path);
	add_field(w, def, "No.", TYPE_CODE, ROLE_KEY);
	add_field(w, def, "Name", TYPE_TEXT, ROLE_NAME);
	return def;
}

/* account: accountid, name, and modifiedon for its stamp only; read from one file. */
static struct table_def *
add_account(struct world *w, const char *path)
{
	struct table_def *def = add_table(w, "account");

	add_source(def, path);
	add_field(w, def, "accountid", TYPE_GUID, ROLE_UID);
	def->keys[def->key_count++] = def->uid;
	add_field(w, def, "name", TYPE_TEXT, ROLE_NAME);
	add_field(w, def, "modifiedon", TYPE_DATETIME, ROLE_MODIFIED)->is_stamp_only = true;
	return def;
}

static bool
load(struct world *w, unsigned threads)
{
	return load_tables(&w->setup, w->tables, NULL, threads, &w->report, &w->diag);
}

static void
assert_text(struct str actual, const char *expected)
{
	if (!str_equal(actual, str_from(expected)))
		fail_msg("\"%.*s\" is not \"%s\"", STR_ARG(actual), expected);
}

/* All messages, one a line. */
static void
assert_messages(const struct world *w, const char *expected)
{
	struct buf all = { 0 };

	for (size_t i = 0; i < w->diag.count; i++) {
		buf_add(&all, w->diag.lines[i].text);
		buf_add_char(&all, '\n');
	}
	if (!str_equal(buf_str(&all), str_from(expected)))
		print_error("\n%.*s", STR_ARG(buf_str(&all)));
	bool equal = str_equal(buf_str(&all), str_from(expected));
	buf_release(&all);
	assert_true(equal);
}

/* All cells of a table: a row a line, cells between bars, ! after a bad one, @stamp, and the line. */
static void
assert_rows(const struct world *w, const struct table_def *def, const char *expected)
{
	const struct table *t = &w->tables[def->number];
	struct buf all = { 0 };

	for (uint32_t row = 0; row < t->row_count; row++) {
		struct cell cells[MAX_PARTS];
		table_unpack(t, row, cells);
		for (uint32_t i = 0; i < t->column_count; i++) {
			buf_add(&all, cell_str(cells[i]));
			buf_add(&all, cells[i].is_bad ? STR("!|") : STR("|"));
		}
		if (table_stamp(t, row) != STAMP_NONE)
			buf_printf(&all, "@%lld", (long long)table_stamp(t, row));
		buf_printf(&all, " %u\n", t->lines[row]);
	}
	if (!str_equal(buf_str(&all), str_from(expected)))
		print_error("\n%.*s", STR_ARG(buf_str(&all)));
	bool equal = str_equal(buf_str(&all), str_from(expected));
	buf_release(&all);
	assert_true(equal);
}

#endif
