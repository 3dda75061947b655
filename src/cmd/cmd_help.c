/* cmd_help.c - help, printed from the tables of commands and options */
#include "cmd/command.h"

static int
cell_width(const struct option_row *row)
{
	return (int)(strlen(row->name) + (row->argument ? strlen(row->argument) + 1 : 0));
}

/* A row's help, its further lines below the first. */
static void
print_lines(const char *text, int indent, FILE *out)
{
	struct str rest = str_from(text);
	struct str line = str_cut(rest, '\n', &rest);

	fprintf(out, "%.*s\n", STR_ARG(line));
	while (rest.len > 0) {
		line = str_cut(rest, '\n', &rest);
		fprintf(out, "%*s%.*s\n", indent, "", STR_ARG(line));
	}
}

static void
print_table(const struct option_table *table, FILE *out)
{
	int width = 0;

	for (size_t i = 0; i < table->count; i++)
		if (cell_width(&table->rows[i]) > width)
			width = cell_width(&table->rows[i]);
	fprintf(out, "\n%s\n", table->title);
	for (size_t i = 0; i < table->count; i++) {
		const struct option_row *row = &table->rows[i];
		if (row->letter)
			fprintf(out, "  -%c, --%s", row->letter, row->name);
		else
			fprintf(out, "      --%s", row->name);
		if (row->argument)
			fprintf(out, " %s", row->argument);
		fprintf(out, "%*s", width - cell_width(row) + 2, "");
		print_lines(row->help, width + 10, out);
	}
}

static void
print_command_help(const struct command *command, FILE *out)
{
	fprintf(out, "Example\n%s\nUsage\n  couplet [common options] %s%s%s\n\n%s", command->example,
		command->name, command->synopsis[0] ? " " : "", command->synopsis, command->text);
	for (size_t i = 0; i < COMMAND_TABLES; i++)
		if (command->tables[i])
			print_table(command->tables[i], out);
	print_table(&common_options, out);
}

static void
print_general_help(FILE *out)
{
	fputs("Example\n"
	      "  couplet init && couplet check && couplet preview && couplet sync -o out\n\n"
	      "Usage\n"
	      "  couplet [common options] COMMAND [options] [arguments]\n\n"
	      "Couplet reads exports of an ERP and a CRM system and a ledger of what is coupled,\n"
	      "and writes import files for both and an updated ledger. It needs no network.\n\n"
	      "Commands\n", out);
	for (size_t i = 0; commands[i]; i++)
		fprintf(out, "  %-9s %s\n", commands[i]->name, commands[i]->summary);
	print_table(&common_options, out);
	fputs("\nExit status\n"
	      "  0 done   1 differences (--exit-code, diff, verify, test)   2 usage   3 invalid input\n"
	      "  4 done, but errors.csv needs a person   5 refused by a guard   6 stale\n"
	      "  7 disk or memory\n\n"
	      "More: couplet help COMMAND, man couplet\n", out);
}

void
print_help(const struct command *command, FILE *out)
{
	if (command)
		print_command_help(command, out);
	else
		print_general_help(out);
}

static enum status
run_help(const struct options *options, struct diag *diag)
{
	if (options->arguments.count == 0) {
		print_help(NULL, stdout);
		return STATUS_OK;
	}
	struct str name = options->arguments.items[0];
	const struct command *command = command_find(name);
	if (command) {
		print_help(command, stdout);
		return STATUS_OK;
	}
	struct str near = command_nearest(name, diag);
	diag_add(diag, STATUS_USAGE, "unknown command \"%.*s\"%.*s; see couplet help", STR_ARG(name),
		STR_ARG(near));
	return STATUS_USAGE;
}

const struct command command_help = {
	.name = "help",
	.synopsis = "[COMMAND]",
	.summary = "tells about a command",
	.example = "  couplet help sync\n",
	.text = "Prints the same text as couplet COMMAND --help.\n",
	.max_arguments = 1,
	.run = run_help,
};
