/* ledger_read.c - the ledger file, read and checked as a whole (part 3, 3.1) */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "model/ledger_parts.h"
#include "model/value.h"

static void
find_columns(struct ledger_load *load, const struct str *header, uint32_t count)
{
	struct ledger *ledger = load->ledger;

	ledger->column_count = count;
	ledger->columns = arena_array(&ledger->arena, struct str, count);
	ledger->extra = arena_array(&ledger->arena, struct str, count);
	load->extra_at = arena_array(&ledger->arena, uint32_t, count);
	for (uint32_t i = 0; i < count; i++) {
		bool is_standard = false;
		for (unsigned c = 0; c < LEDGER_COLUMNS; c++)
			is_standard |= str_equal_nocase(header[i], ledger_column_names[c]);
		ledger->columns[i] = arena_copy(&ledger->arena, header[i]);
		if (is_standard)
			continue;
		load->extra_at[ledger->extra_count] = i;
		ledger->extra[ledger->extra_count++] = ledger->columns[i];
	}
	ledger_find_columns(ledger->columns, count, load->at);
}

/* The 15 columns of part 3, each once; others are kept, whatever they are. */
static bool
check_columns(struct ledger_load *load)
{
	const struct ledger *ledger = load->ledger;
	bool is_good = true;

	if (ledger->extra_count == ledger->column_count)
		return diag_add(load->diag, STATUS_INVALID,
			"%.*s:1: this is no ledger: it has none of the columns mapping, erp_id, crm_id and "
			"so on, separated by commas; name the right file",
			STR_ARG(ledger->path));
	for (unsigned c = 0; c < LEDGER_COLUMNS; c++) {
		const char *name = ledger_column_names[c].ptr;
		if (load->at[c] == UINT32_MAX)
			is_good = diag_add(load->diag, STATUS_INVALID,
				"%.*s:1: column \"%s\" is missing; add it", STR_ARG(ledger->path), name);
		for (size_t i = load->at[c]; i != UINT32_MAX && ++i < ledger->column_count;)
			if (str_equal_nocase(ledger->columns[i], ledger_column_names[c]))
				is_good = diag_add(load->diag, STATUS_INVALID,
					"%.*s:1: columns %u and %zu are both \"%s\"; take one of them out",
					STR_ARG(ledger->path), load->at[c] + 1, i + 1, name);
	}
	return is_good;
}

/*
 * Whether the line could be the beginning of a longer one: it ends before the
 * base, which is written last and tells by itself when it is cut, and holds a
 * job's result or follows a line with a base, so that it was not people who
 * wrote it.
 */
static bool
may_be_cut(const struct ledger_load *load)
{
	if (load->at[COLUMN_BASE] + 1 != load->ledger->column_count)
		return true;
	bool has_job = load->cells[load->at[COLUMN_ERP_JOB]].len != 0
		|| load->cells[load->at[COLUMN_CRM_JOB]].len != 0;
	return (has_job || load->has_base) && load->cells[load->at[COLUMN_BASE]].len == 0;
}

/*
 * A file that was cut within its last line may still hold as many values as it
 * should, the last one short or blank.  Where that is possible a plain file
 * must end with a line end; a compressed one tells by itself.
 */
static bool
check_end(const struct ledger_load *load)
{
	int descriptor = open(load->ledger->path.ptr, O_RDONLY | O_CLOEXEC);
	unsigned char magic[2] = { 0 };
	char last = '\n';
	struct stat info;

	if (descriptor < 0)
		return true;	/* the reader has told already */
	if (fstat(descriptor, &info) == 0 && S_ISREG(info.st_mode) && info.st_size > 0 &&
		pread(descriptor, magic, sizeof magic, 0) > 0 && !(magic[0] == 0x1f && magic[1] == 0x8b) &&
		pread(descriptor, &last, 1, info.st_size - 1) != 1)
		last = '\n';
	close(descriptor);
	if (last == '\n' || last == '\r' || !load->may_be_cut)
		return true;
	return diag_add(load->diag, STATUS_INVALID,
		"%.*s: the last line has no line end, so the file may have been cut short; take the whole "
		"file, or add the line end if nothing is missing",
		STR_ARG(load->ledger->path));
}

/* Those before a line, so that findings come in the order of lines. */
static void
tell_bad_records(struct ledger_load *load, const struct reader *reader, uint64_t before)
{
	size_t count;
	const struct bad_record *bad = reader_bad_records(reader, &count);

	for (; load->bad_told < count && bad[load->bad_told].line < before; load->bad_told++) {
		load->is_bad = true;
		diag_add(load->diag, STATUS_INVALID, "%.*s:%llu: %.*s", STR_ARG(load->ledger->path),
			(unsigned long long)bad[load->bad_told].line, STR_ARG(bad[load->bad_told].message));
	}
}

static bool
read_batches(struct ledger_load *load, struct reader *reader)
{
	struct ledger *ledger = load->ledger;
	enum read_status status;
	struct batch batch;

	while ((status = reader_next(reader, &batch)) == READ_BATCH) {
		if (ledger->records + batch.count >= INDEX_NONE)
			return diag_add(load->diag, STATUS_INVALID,
				"%.*s: has more than %u lines; split the ledger", STR_ARG(ledger->path),
				INDEX_NONE - 1);
		size_t bad_count;
		(void)reader_bad_records(reader, &bad_count);
		for (uint32_t i = 0; i < batch.count; i++) {
			load->cells = batch.cells + (size_t)i * ledger->column_count;
			load->line = (uint32_t)batch.lines[i];
			if (bad_count > load->bad_told)
				tell_bad_records(load, reader, load->line);
			ledger_read_line(load);
			load->has_base |= load->cells[load->at[COLUMN_BASE]].len != 0;
		}
		load->may_be_cut = batch.count != 0 && may_be_cut(load);
		ledger->records += batch.count;
	}
	tell_bad_records(load, reader, UINT64_MAX);
	return status == READ_END && load->bad_told == 0;
}

static bool
read_file(struct ledger_load *load)
{
	struct ledger *ledger = load->ledger;
	struct reader_options options = {
		.path = ledger->path.ptr,
		.shown_path = ledger->path,
		.delimiter = ',',
		.quote = '"',
		.encoding = STR("UTF-8"),
		.report_bad_records = true,
		.is_own = true,
	};
	struct reader *reader = reader_open(&options, load->diag);
	uint32_t count;

	if (!reader)
		return false;
	const struct str *header = reader_header(reader, &count);
	find_columns(load, header, count);
	bool is_good = check_columns(load);
	/* The header itself may be cut within the name of a column of others. */
	load->may_be_cut = is_good && load->at[COLUMN_BASE] + 1 != ledger->column_count;
	is_good = is_good && read_batches(load, reader);
	if (is_good)
		ledger->digest = reader_digest(reader);
	reader_close(reader);
	return is_good && check_end(load);
}

/* Tells that the uids of a coupling are those of another one on the given lines (INDEX_NONE = not). */
static void
refuse_twins(struct ledger_load *load, const struct coupling *c, const uint32_t twins[SIDES])
{
	static const char *const whose[SIDES] = { "record", "row" };
	const struct ledger *ledger = load->ledger;
	struct str name = load->setup->mappings[c->mapping]->name;

	load->line = c->line;
	if (twins[ERP] != INDEX_NONE && twins[ERP] == twins[CRM]) {
		ledger_finding(load, COLUMN_ERP_ID,
			"the pair \"%.*s\" and \"%.*s\" of mapping %.*s is on line %u already; take one of "
			"the two lines out",
			STR_ARG(packed_str(c->id[ERP])), STR_ARG(packed_str(c->id[CRM])), STR_ARG(name),
			ledger->couplings[twins[ERP]].line);
		return;
	}
	for (enum side side = ERP; side <= CRM; side++)
		if (twins[side] != INDEX_NONE)
			ledger_finding(load, side == ERP ? COLUMN_ERP_ID : COLUMN_CRM_ID,
				"\"%.*s\" of mapping %.*s is on line %u already, and a %s is coupled only "
				"once; take one of the two lines out",
				STR_ARG(packed_str(c->id[side])), STR_ARG(name),
				ledger->couplings[twins[side]].line,
				whose[side]);
}

/* The uids of one side of a ledger. */
struct ids {
	const struct ledger *ledger;
	enum side side;
};

/* An index_same_fn. */
static bool
is_same_id(const void *context, uint32_t first, uint32_t number)
{
	const struct ids *ids = context;
	const struct coupling *a = &ids->ledger->couplings[first];
	const struct coupling *b = &ids->ledger->couplings[number];

	return a->mapping == b->mapping
		&& str_equal(packed_str(a->id[ids->side]), packed_str(b->id[ids->side]));
}

/* Twins stay out of the index. */
static size_t
index_side(struct ledger_load *load, enum side side, struct index_twin **twins)
{
	const struct ids ids = { load->ledger, side };

	return index_fill(&load->ledger->ids[side], load->ids[side], (uint32_t)load->id_count[side],
		is_same_id, &ids, twins);
}

/* 3.1: makes the indexes, and refuses couplings that share a uid, in the order of their numbers. */
static void
index_couplings(struct ledger_load *load)
{
	struct index_twin *twins[SIDES];
	size_t counts[SIDES];
	size_t at[SIDES] = { 0, 0 };

	for (enum side side = ERP; side < SIDES; side++)
		counts[side] = index_side(load, side, &twins[side]);
	while (at[ERP] < counts[ERP] || at[CRM] < counts[CRM]) {
		uint32_t shared[SIDES] = { INDEX_NONE, INDEX_NONE };
		uint32_t number = INDEX_NONE;
		for (enum side side = ERP; side < SIDES; side++)
			if (at[side] < counts[side] && twins[side][at[side]].number < number)
				number = twins[side][at[side]].number;
		for (enum side side = ERP; side < SIDES; side++)
			if (at[side] < counts[side] && twins[side][at[side]].number == number)
				shared[side] = twins[side][at[side]++].first;
		refuse_twins(load, &load->ledger->couplings[number], shared);
	}
	free(twins[ERP]);
	free(twins[CRM]);
}

static void
tell_kept(const struct ledger_load *load)
{
	for (size_t i = 0; i < load->name_count; i++) {
		const struct ledger_name *name = &load->names[i];
		if (name->kept != 0)
			diag_notice(load->diag,
				"%.*s: mapping \"%.*s\" %s; its lines (%llu) are kept as they are",
				STR_ARG(load->ledger->path), STR_ARG(utf8_cut(name->text, 60)),
				name->mapping ? "is disabled in the setup" : "is not in the setup",
				(unsigned long long)name->kept);
	}
}

enum ledger_presence { LEDGER_THERE, LEDGER_MISSING, LEDGER_REFUSED };

/* A missing file is an empty ledger only when the command is told so (3.1). */
static enum ledger_presence
look_for_file(const struct ledger_load *load, bool allow_missing)
{
	struct str path = load->ledger->path;
	struct stat info;

	if (path.len == 0) {
		diag_add(load->diag, STATUS_USAGE,
			"%.*s: names no ledger; add <ledger path=\"ledger.csv\"/> or name one with --ledger",
			STR_ARG(load->setup->path));
		return LEDGER_REFUSED;
	}
	if (stat(path.ptr, &info) != 0) {
		/* What else is in the way, the reader tells. */
		if (errno != ENOENT)
			return LEDGER_THERE;
		if (allow_missing)
			return LEDGER_MISSING;
		diag_add(load->diag, STATUS_INVALID,
			"%.*s: there is no such ledger; give --new-ledger if this is the first run, "
			"else name the "
			"right file",
			STR_ARG(path));
		return LEDGER_REFUSED;
	}
	if (S_ISREG(info.st_mode))
		return LEDGER_THERE;
	diag_add(load->diag, STATUS_INVALID, "%.*s: this is %s; name the ledger, which is a plain file",
		STR_ARG(path), S_ISDIR(info.st_mode) ? "a folder" : "not a file");
	return LEDGER_REFUSED;
}

bool
ledger_load(struct ledger *ledger, const struct setup *setup, struct str path, bool allow_missing,
	struct diag *diag)
{
	struct ledger_load load = { .ledger = ledger, .setup = setup, .diag = diag, .name = INDEX_NONE };

	ledger_make(ledger, setup, path);
	enum ledger_presence presence = look_for_file(&load, allow_missing);
	if (presence != LEDGER_THERE) {
		find_columns(&load, ledger_column_names, LEDGER_COLUMNS);
		ledger->is_new = presence == LEDGER_MISSING;
		return ledger->is_new;
	}
	load.watermark_lines = arena_array(&ledger->arena, uint32_t, setup->mapping_count);
	bool is_good = read_file(&load);
	index_couplings(&load);
	tell_kept(&load);
	free(load.names);
	index_release(&load.names_index);
	buf_release(&load.scratch);
	return is_good && !load.is_bad;
}
