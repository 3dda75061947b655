/*
 * served.c - the program, loaded once, for tests that start it a hundred thousand times
 *
 * Links every object of the program under a main() of its own, which reads
 * requests and lets a child process play each as if it had just been started:
 * most of the time of a small run goes into loading the libraries and compiling
 * the schema of setup files, which both are done before.  started.py is the
 * other end.
 *
 * A request is the length of its body in decimal digits, a line feed, and the
 * body: words that end with a NUL each, the folder to start in, the files for
 * what is said on standard output and standard error, what the environment has
 * more, as NAME=VALUE, and the arguments from the program's name on.  The answer
 * is a line with the status, as waitpid() gives it.
 */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "io/xml_memory.h"
#include "model/setup_schema.h"

/* Words of a request, and seconds that a run may take before SIGALRM ends it. */
enum { MOST_WORDS = 100, MOST_SECONDS = 600 };
enum { FOLDER, OUTPUT, ERRORS, MORE };

/* What the linker calls the program's functions, and ours in their place (--wrap). */
int __real_main(int argc, char **argv);
int __wrap_main(int argc, char **argv);
bool __real_schema_open(struct setup_schema *schema);
bool __wrap_schema_open(struct setup_schema *schema);
void __real_schema_close(struct setup_schema *schema);
void __wrap_schema_close(struct setup_schema *schema);

/* Loaded with fail.c, which lets calls of a child fail as its environment says; those for the schema, too. */
void fail_begin(void) __attribute__((weak));

static struct setup_schema compiled;

bool
__wrap_schema_open(struct setup_schema *schema)
{
	if (fail_begin)
		return __real_schema_open(schema);
	*schema = compiled;
	return true;
}

void
__wrap_schema_close(struct setup_schema *schema)
{
	if (fail_begin)
		__real_schema_close(schema);
}

static void
redirect(int descriptor, const char *path, int flags)
{
	int file = open(path, flags, 0600);

	if (file < 0 || dup2(file, descriptor) < 0)
		_exit(127);
	close(file);
}

static _Noreturn void
play(char **words, int count)
{
	int first = MORE;

	redirect(STDIN_FILENO, "/dev/null", O_RDONLY);
	redirect(STDOUT_FILENO, words[OUTPUT], O_WRONLY | O_CREAT | O_TRUNC);
	redirect(STDERR_FILENO, words[ERRORS], O_WRONLY | O_CREAT | O_TRUNC);
	while (words[first] && strchr(words[first], '='))
		putenv(words[first++]);
	if (chdir(words[FOLDER]) != 0 || first == count)
		_exit(127);
	alarm(MOST_SECONDS);
	if (fail_begin)
		fail_begin();
	exit(__real_main(count - first, words + first));
}

/* The words of a body, and NULL behind them; how many, 0 when they are too many. */
static int
split(char *body, size_t length, char **words)
{
	int count = 0;

	for (char *at = body; at < body + length; at += strlen(at) + 1) {
		if (count == MOST_WORDS)
			return 0;
		words[count++] = at;
	}
	words[count] = NULL;
	return count;
}

int
__wrap_main(int argc, char **argv)
{
	size_t length;

	(void)argc;
	(void)argv;
	xml_memory_prepare();
	if (!fail_begin && !__real_schema_open(&compiled))
		return 1;
	setvbuf(stdin, NULL, _IONBF, 0); /* a child finds nothing in it */
	while (scanf("%zu%*1[\n]", &length) == 1) {
		char *words[MOST_WORDS + 1];
		char *body = calloc(1, length + 1);
		int count, status = 0;
		pid_t child;

		if (body == NULL || fread(body, 1, length, stdin) != length
		    || (count = split(body, length, words)) <= MORE)
			return 1;
		child = fork();
		if (child == 0)
			play(words, count);
		if (child < 0 || waitpid(child, &status, 0) != child)
			return 1;
		printf("%d\n", status);
		fflush(stdout);
		free(body);
	}
	return 0;
}
