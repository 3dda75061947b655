/*
 * test_case.h - one regression case, run and compared (1.5)
 */
#ifndef CMD_TEST_CASE_H
#define CMD_TEST_CASE_H

#include "base/buf.h"
#include "base/memory.h"

/* A case is one thread's while it runs; afterwards its results are read. */
struct test_case {
	const char *folder;		/* as named on the command line */
	bool is_updating;		/* --update: expectations become what came out */
	struct arena arena;
	const char **args;		/* of the program, from its name on, NULL at the end */
	const char *output;		/* the folder that -o in args names, seen from here; NULL = none */
	int status;			/* of the program */
	struct buf stdout_text;
	struct buf stderr_text;
	struct buf diagnosis;		/* whole lines; empty = passed */
};

/* Reads args, runs the program, compares, and removes the output folder of a case that passed. */
void test_case_run(struct test_case *test);

void test_case_release(struct test_case *test);

/*
 * Compares what came out with the expectations, or with is_updating rewrites
 * them (test_compare.c); differences go to the diagnosis.
 */
void test_case_compare(struct test_case *test);
void test_case_update(struct test_case *test);

/* Appends a file's bytes; false when it cannot be read, with errno. */
bool test_read_file(const char *path, struct buf *out);

#endif
