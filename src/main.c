/*
 * main.c - reads the command line, runs the command, prints what there is to say
 *
 * Interruptions (SIGINT, SIGTERM) are blocked in all threads; a thread of their
 * own waits for them, removes the staging folder and ends the program, so that
 * nothing is published.  One that comes too late for that changes nothing.
 */
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <unistd.h>

#include "base/memory.h"
#include "cmd/command.h"
#include "io/output.h"
#include "io/xml_memory.h"
#include "version.h"

enum { STATUS_SIGNAL = 128 };

static void
set_interruptions(sigset_t *signals)
{
	sigemptyset(signals);
	sigaddset(signals, SIGINT);
	sigaddset(signals, SIGTERM);
}

static void *
wait_for_interruption(void *unused)
{
	sigset_t signals;
	int number;

	(void)unused;
	set_interruptions(&signals);
	for (;;) {
		if (sigwait(&signals, &number) == 0 && output_interrupt())
			_exit(STATUS_SIGNAL + number);
	}
	return NULL;
}

/*
 * A closed standard stream would be the next file that is opened, and what is
 * said would go into it.  Writing to the stand-in fails, as to a closed stream.
 */
static void
fill_standard_streams(void)
{
	for (int descriptor = STDIN_FILENO; descriptor <= STDERR_FILENO; descriptor++)
		if (fcntl(descriptor, F_GETFD) < 0 && open("/dev/null", O_RDONLY) < 0)
			return;
}

static bool
watch_interruptions(struct diag *diag)
{
	sigset_t signals;
	pthread_t thread;

	/* A file beyond the size limit is an error like a full disk, not the end (7). */
	signal(SIGXFSZ, SIG_IGN);
	set_interruptions(&signals);
	if (pthread_sigmask(SIG_BLOCK, &signals, NULL) == 0
	    && pthread_create(&thread, NULL, wait_for_interruption, NULL) == 0
	    && pthread_detach(thread) == 0)
		return true;
	return diag_add(diag, STATUS_IO,
		"cannot prepare for interruptions; the system is short of memory or threads");
}

static enum status
run_command(const struct options *options, struct diag *diag)
{
	if (options->help) {
		print_help(options->command, stdout);
		return STATUS_OK;
	}
	if (options->version) {
		printf("couplet %s\n", COUPLET_VERSION);
		return STATUS_OK;
	}
	return options->command->run(options, diag);
}

int
main(int argc, char **argv)
{
	struct options options = { 0 };
	struct diag diag = { 0 };
	enum status status = STATUS_OK;

	memory_begin();
	fill_standard_streams();
	xml_memory_prepare();
	if (watch_interruptions(&diag) && options_parse(&options, argc, argv, &diag))
		status = run_command(&options, &diag);
	if (fflush(stdout) != 0 || ferror(stdout))
		diag_add(&diag, STATUS_IO, "standard output: cannot be written: make room there, or give it "
			"a reader; what -o names was written all the same");
	diag_print(&diag, options.max_errors, options.quiet);
	if (diag.status > status)
		status = diag.status;
	options_release(&options);
	diag_release(&diag);
	return (int)status;
}
