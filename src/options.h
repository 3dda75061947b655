/*
 * options.h - the command line as data (part 1)
 *
 * Tables of options say what there is; parsing and the usage texts both come
 * from them.  Common options may stand anywhere, a command's own after its
 * name.  A zeroed options is valid to release; texts are borrowed from argv.
 */
#ifndef OPTIONS_H
#define OPTIONS_H

#include "base/diag.h"
#include "base/str.h"
#include "model/setup.h"
#include "sync/run.h"

struct command;

/* What an option takes, and what kind of member of struct options it fills. */
enum option_take {
	TAKE_FLAG,	/* nothing: a bool becomes true */
	TAKE_TEXT,	/* const char * */
	TAKE_THREADS,	/* unsigned, 1 .. PARALLEL_MAX_THREADS */
	TAKE_NUMBER,	/* size_t */
	TAKE_CHOICE,	/* unsigned: 1 + the value's place among those that the argument names */
	TAKE_STAMP,	/* int64_t, and has_now */
	TAKE_LIST,	/* struct text_list, appended */
	TAKE_RECORD,	/* struct record_list, appended */
	TAKE_GUARD,	/* bool[GUARDS]: that of the guard becomes true */
};

struct option_row {
	const char *name;	/* long, without dashes */
	char letter;		/* short, or 0 */
	const char *argument;	/* "FILE", "text|json", or NULL */
	const char *help;	/* one line, or several separated by \n */
	enum option_take take;
	size_t where;		/* offset in struct options */
};

struct option_table {
	const char *title;
	const struct option_row *rows;
	size_t count;
};

struct text_list {
	struct str *items;
	size_t count;
	size_t capacity;
};

struct record_list {
	struct record_name *items;
	size_t count;
	size_t capacity;
};

/* Values of TAKE_CHOICE members; 0 = not given. */
enum { OUTPUT_TEXT = 1, OUTPUT_JSON };
enum { WHEN_AUTO = 1, WHEN_ALWAYS, WHEN_NEVER };
enum { ANSWER_YES = 1, ANSWER_NO };
enum { OWNER_PERSON = 1, OWNER_TEAM };

struct options {
	const struct command *command;	/* NULL: none was named */
	struct text_list arguments;	/* each followed by a NUL */

	/* common */
	const char *setup;
	const char *ledger;
	bool new_ledger;
	unsigned jobs;			/* 0 = processors online */
	bool has_now;
	int64_t now;
	unsigned format;
	bool quiet;
	bool verbose;
	size_t max_errors;
	unsigned progress;
	unsigned color;
	bool help;
	bool version;

	/* preview, sync */
	bool modified;
	bool full;
	unsigned keep_creating;
	struct text_list mappings;	/* jobs and errors, too */
	struct record_list records;
	unsigned direction;		/* enum direction: TO or FROM */
	bool create;
	bool allowed[GUARDS];
	const char *report;
	unsigned language;		/* 1 + enum language */
	bool mask;
	const char *mask_key;
	bool exit_code;
	const char *output;
	bool commit;

	/* couple, uncouple, resolve */
	const char *from;
	bool create_unmatched;
	bool synch_after;
	bool all;
	bool deleted;
	bool retry_all;
	bool actions[RESOLVE_ACTIONS];

	/* convert */
	const char *table;
	unsigned to_format;	/* enum format */
	unsigned from_format;
	const char *delimiter;
	const char *encoding;
	const char *record_path;

	/* others */
	unsigned ownership;
	const char *reset;
	struct text_list from_files;
	bool update;
	const char *status;
	const char *since;
	bool delete_created;
	bool match;
};

/*
 * Reads the command line.  False with status 2 and a message when it is wrong;
 * then, too, options tell what was read so far.  After --help and --version
 * the rest is not looked at.
 */
bool options_parse(struct options *options, int count, char **args, struct diag *diag);

/* The options that every command has. */
extern const struct option_table common_options;

/* --jobs, else the number of processors online. */
unsigned options_threads(const struct options *options);

/* An argument as text for system calls. */
const char *options_argument(const struct options *options, size_t number);

void options_release(struct options *options);

#endif
