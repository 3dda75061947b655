/* cmd_init.c - a folder to begin with: the default setup, an empty ledger, a README (1.2) */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cmd/command.h"
#include "cmd/standard.h"
#include "io/folder.h"
#include "model/ledger.h"

static const struct option_row init_rows[] = {
	{ "ownership", 0, "person|team", "who owns the records of the CRM (default person)", TAKE_CHOICE,
		offsetof(struct options, ownership) },
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

/* Never overwrites: a file that is there is left as it is. */
static bool
write_file(const char *path, struct str text, struct diag *diag)
{
	int descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
	bool ok = descriptor >= 0;

	if (!ok && errno == EEXIST)
		return diag_add(diag, STATUS_USAGE, "%s: exists already; it was not changed", path);
	while (ok && text.len > 0) {
		ssize_t done = write(descriptor, text.ptr, text.len);
		ok = done >= 0 || errno == EINTR;
		if (done > 0)
			text = (struct str){ text.ptr + done, text.len - (size_t)done };
	}
	int error = errno;
	if (descriptor >= 0 && close(descriptor) != 0 && ok) {
		ok = false;
		error = errno;
	}
	return ok || diag_add(diag, STATUS_IO, "%s: cannot be written: %s", path, strerror(error));
}

struct new_file {
	struct str path;
	struct str text;
};

static bool
write_files(const struct new_file *files, size_t count, struct diag *diag)
{
	bool ok = true;

	/* All are looked at before the first is written. */
	for (size_t i = 0; i < count; i++)
		if (access(files[i].path.ptr, F_OK) == 0)
			ok = diag_add(diag, STATUS_USAGE,
				"%s: exists already; init overwrites nothing, name another folder",
				files[i].path.ptr);
	for (size_t i = 0; ok && i < count; i++)
		ok = write_file(files[i].path.ptr, files[i].text, diag);
	return ok;
}

static bool
make_folder(struct arena *arena, const char *folder, struct diag *diag)
{
	struct str path = arena_printf(arena, "%s/", folder);
	struct stat info;

	if (stat(folder, &info) == 0 && S_ISDIR(info.st_mode))
		return true;
	for (size_t len = 1; len < path.len; len++) {
		if (path.ptr[len] != '/')
			continue;
		struct str parent = arena_copy(arena, (struct str){ path.ptr, len });
		if (mkdir(parent.ptr, 0777) != 0 && errno != EEXIST)
			return diag_add(
				diag, STATUS_IO, "%s: cannot be made: %s", parent.ptr, strerror(errno));
	}
	return true;
}

static bool
write_all_files(const char *folder, enum ownership ownership, bool is_quiet, struct diag *diag)
{
	struct arena arena = { 0 };
	struct buf setup = { 0 };
	struct buf ledger = { 0 };

	standard_setup(ownership, &setup);
	empty_ledger(&ledger);
	const struct new_file files[] = {
		{ arena_printf(&arena, "%s/couplet.xml", folder), buf_str(&setup) },
		{ arena_printf(&arena, "%s/ledger.csv", folder), buf_str(&ledger) },
		{ arena_printf(&arena, "%s/README.md", folder), str_from(readme_text) },
	};
	bool ok = make_folder(&arena, folder, diag) && write_files(files, ARRAY_LEN(files), diag);
	if (ok && !is_quiet)
		fprintf(stderr,
			"couplet: wrote %s, ledger.csv and README.md; begin with the first lines of "
			"couplet.xml\n",
			files[0].path.ptr);
	buf_release(&setup);
	buf_release(&ledger);
	arena_release(&arena);
	return ok;
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
	else if (options->reset)
		print_mapping(options->reset, ownership_of(options), diag);
	else
		write_all_files(folder, ownership_of(options), options->quiet, diag);
	return STATUS_OK;
}

const struct command command_init = {
	.name = "init",
	.synopsis = "[DIR]",
	.summary = "writes a setup, an empty ledger and a README to begin with",
	.example = "  couplet init migration\n"
		   "  couplet init --reset CUSTOMER\n",
	.text = "Writes the default synchronization setup (couplet.xml, with comments), an empty ledger.csv\n"
		"and a README.md into DIR (default: the working folder). Overwrites nothing.\n",
	.tables = { &init_options },
	.max_arguments = 1,
	.run = run_init,
};
