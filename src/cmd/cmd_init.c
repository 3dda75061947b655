/* cmd_init.c - a folder to begin with: the default setup, an empty ledger, a README (1.2) */
#include <errno.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cmd/command.h"
#include "cmd/init_from.h"
#include "io/folder.h"
#include "io/new_file.h"
#include "io/whole_file.h"
#include "model/ledger.h"

static const struct option_row init_rows[] = {
	{ "ownership", 0, "person|team",
		"who owns the records of the CRM (default person;\nwith --from as the mappings tell)",
		TAKE_CHOICE, offsetof(struct options, ownership) },
	{ "from", 0, "FILE",
		"with the mappings of Business Central's tables 5335 and 5336: a RapidStart package,\n"
		"or a CSV file of each (given twice)",
		TAKE_LIST, offsetof(struct options, from_files) },
	{ "reset", 0, "MAPPING", "write nothing; print this mapping as the default setup has it", TAKE_TEXT,
		offsetof(struct options, reset) },
};

static const struct option_table init_options = { "Options", init_rows, ARRAY_LEN(init_rows) };

static const char readme_text[] =
	"# A synchronization between Business Central and Dataverse\n"
	"\n"
	"- `couplet.xml`: the setup: tables, mappings, guards. Its first lines tell what to adapt.\n"
	"- `ledger.csv`: what is coupled and agreed on; the only memory between runs. Keep it safe.\n"
	"- `erp/`, `crm/`: put the exports here, under the names that the setup gives.\n"
	"\n"
	"Then, each time:\n"
	"\n"
	"    couplet check            reads everything, tells what is wrong\n"
	"    couplet preview          shows what would be done\n"
	"    couplet sync -o out      writes import files and the new ledger into out/\n"
	"                             (import the files as out/README.txt says)\n"
	"    couplet commit out       makes out/ledger.csv the current ledger\n"
	"\n"
	"`couplet help COMMAND` and `man couplet` tell more.\n";

static enum ownership
ownership_of(const struct options *options)
{
	return options->ownership == OWNER_TEAM ? OWNED_BY_TEAM : OWNED_BY_PERSON;
}

/* The ledger_sink of a ledger in memory. */
static bool
take_text(void *context, struct str text)
{
	buf_add(context, text);
	return true;
}

/* A ledger without couplings: its header line. */
static void
empty_ledger(struct buf *out)
{
	struct ledger ledger = { 0 };
	struct setup setup = { 0 };
	uint64_t records;

	ledger_write(&ledger, &setup, 1, take_text, out, &records);
}

struct begin_file {
	struct str path;
	struct str text;
	bool is_there;		/* as it would be written: an init that was killed left it */
	bool is_written;
};

static bool
is_same_text(const struct begin_file *file)
{
	struct buf found = { 0 };
	bool is_same = whole_file_read(file->path.ptr, file->text.len, &found)
	    && str_equal(buf_str(&found), file->text);

	buf_release(&found);
	return is_same;
}

/* All are looked at before the first is written; what an init that was killed left is completed. */
static bool
check_files(struct begin_file *files, size_t count, struct diag *diag)
{
	size_t there = 0;
	size_t same = 0;

	for (size_t i = 0; i < count; i++) {
		if (access(files[i].path.ptr, F_OK) != 0)
			continue;
		there++;
		files[i].is_there = is_same_text(&files[i]);
		same += files[i].is_there;
	}
	if (there == 0 || (there == same && same < count))
		return true;
	for (size_t i = 0; i < count; i++)
		if (access(files[i].path.ptr, F_OK) == 0)
			diag_add(diag, STATUS_USAGE,
				"%s: exists already; init overwrites nothing, name another folder",
				files[i].path.ptr);
	return false;
}

/* All or none. */
static bool
write_files(struct begin_file *files, size_t count, struct diag *diag)
{
	bool ok = check_files(files, count, diag);

	for (size_t i = 0; ok && i < count; i++) {
		if (files[i].is_there)
			continue;
		ok = new_file_write(files[i].path.ptr, files[i].text, diag);
		files[i].is_written = ok;
	}
	for (size_t i = 0; !ok && i < count; i++)
		if (files[i].is_written)
			unlink(files[i].path.ptr);
	return ok;
}

/* *made is the length of the first folder on the path that was not there, or 0. */
static bool
make_folder(struct str path, size_t *made, struct arena *arena, struct diag *diag)
{
	for (size_t len = 1; len <= path.len; len++) {
		if (len < path.len && path.ptr[len] != '/')
			continue;
		struct str parent = arena_copy(arena, (struct str){ path.ptr, len });
		if (mkdir(parent.ptr, 0777) == 0)
			*made = *made ? *made : len;
		else if (errno != EEXIST && errno != EISDIR)
			return diag_add(diag, STATUS_IO, "%s: cannot be made: %s; check the path, its "
				"permissions and the disk", parent.ptr, strerror(errno));
	}
	return true;
}

/* Those that were made for nothing. */
static void
remove_folders(struct str path, size_t made, struct arena *arena)
{
	for (size_t len = path.len; made > 0 && len >= made; len--)
		if (len == path.len || path.ptr[len] == '/')
			rmdir(arena_copy(arena, (struct str){ path.ptr, len }).ptr);
}

static bool
write_all_files(const char *folder, struct str setup, bool is_quiet, struct diag *diag)
{
	struct arena arena = { 0 };
	struct buf ledger = { 0 };
	size_t made = 0;

	empty_ledger(&ledger);
	struct begin_file files[] = {
		{ .path = arena_printf(&arena, "%s/couplet.xml", folder), .text = setup },
		{ .path = arena_printf(&arena, "%s/ledger.csv", folder), .text = buf_str(&ledger) },
		{ .path = arena_printf(&arena, "%s/README.md", folder), .text = str_from(readme_text) },
	};
	bool ok = make_folder(str_from(folder), &made, &arena, diag)
	    && write_files(files, ARRAY_LEN(files), diag);
	if (!ok)
		remove_folders(str_from(folder), made, &arena);
	if (ok && !is_quiet)
		fprintf(stderr,
			"couplet: wrote %s, ledger.csv and README.md; begin with the first lines of "
			"couplet.xml\n",
			files[0].path.ptr);
	buf_release(&ledger);
	arena_release(&arena);
	return ok;
}

/* What a setup out of other people's mappings still needs is told at once, and stops nothing. */
static void
tell_what_is_left(const char *folder, struct diag *diag)
{
	struct arena arena = { 0 };
	struct setup setup;
	struct diag findings = { 0 };

	setup_load(&setup, arena_printf(&arena, "%s/couplet.xml", folder).ptr, &findings);
	for (size_t i = 0; i < findings.count; i++)
		diag_notice(diag, "%.*s", STR_ARG(findings.lines[i].text));
	setup_release(&setup);
	diag_release(&findings);
	arena_release(&arena);
}

static void
write_setup(const struct options *options, const char *folder, struct diag *diag)
{
	bool is_from = options->from_files.count > 0;
	struct buf setup = { 0 };

	if (!is_from)
		standard_setup(ownership_of(options), &setup);
	if ((!is_from || init_from_files(&options->from_files, options->ownership, &setup, diag))
		&& write_all_files(folder, buf_str(&setup), options->quiet, diag) && is_from)
		tell_what_is_left(folder, diag);
	buf_release(&setup);
}

static bool
print_mapping(const char *wanted, enum ownership ownership, struct diag *diag)
{
	struct buf setup = { 0 };
	struct near_name near = { .wanted = str_from(wanted) };
	struct str name;
	size_t at = 0;

	standard_setup(ownership, &setup);
	struct str mapping = standard_find_mapping(buf_str(&setup), near.wanted);
	bool ok = mapping.len > 0;
	while (!ok && (name = standard_next_mapping(buf_str(&setup), &at)).len > 0)
		near_offer(&near, name);
	if (ok)
		fwrite(mapping.ptr, 1, mapping.len, stdout);
	else
		diag_add(diag, STATUS_USAGE, "init: --reset %s: the default setup has no such mapping%.*s",
			wanted, STR_ARG(near_text(&near, "", &diag->arena)));
	buf_release(&setup);
	return ok;
}

static enum status
run_init(const struct options *options, struct diag *diag)
{
	const char *folder = options->arguments.count > 0 ? options_argument(options, 0) : ".";

	if (options->reset && options->arguments.count > 0)
		diag_add(diag, STATUS_USAGE,
			"init: --reset prints a mapping and writes nothing; leave out %s", folder);
	else if (options->reset && options->from_files.count > 0)
		diag_add(diag, STATUS_USAGE, "init: --reset and --from contradict each other; give one");
	else if (options->reset)
		print_mapping(options->reset, ownership_of(options), diag);
	else
		write_setup(options, folder, diag);
	return STATUS_OK;
}

const struct command command_init = {
	.name = "init",
	.synopsis = "[--from FILE] [DIR]",
	.summary = "writes a setup, an empty ledger and a README to begin with",
	.example = "  couplet init migration\n"
		   "  couplet init --from mappings.rapidstart migration\n"
		   "  couplet init --reset CUSTOMER\n",
	.text = "Writes the default synchronization setup (couplet.xml, with comments), an empty ledger.csv\n"
		"and a README.md into DIR (default: the working folder). Overwrites nothing.\n"
		"With --from the mappings are those of Business Central, tables 5335 Integration Table\n"
		"Mapping and 5336 Integration Field Mapping; what the default setup does not know by its\n"
		"number is kept as a comment, and told.\n",
	.tables = { &init_options },
	.max_arguments = 1,
	.run = run_init,
};
