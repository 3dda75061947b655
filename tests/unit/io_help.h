/* io_help.h - temporary files for the tests of the io layer */
#ifndef TESTS_UNIT_IO_HELP_H
#define TESTS_UNIT_IO_HELP_H

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/diag.h"
#include "io/folder.h"

enum { HELP_PATH = 256 };

struct help {
	char folder[HELP_PATH];
	char path[HELP_PATH * 2];
};

static inline int
help_begin(void **state)
{
	struct help *help = calloc(1, sizeof *help);
	const char *parent = getenv("TMPDIR");

	snprintf(help->folder, sizeof help->folder, "%s/couplet-test-XXXXXX", parent ? parent : "/tmp");
	*state = help;
	return mkdtemp(help->folder) ? 0 : -1;
}

static inline int
help_end(void **state)
{
	struct help *help = *state;

	folder_remove(help->folder);
	free(help);
	return 0;
}

/* The path of a name in the temporary folder, until the next call. */
static inline const char *
help_path(struct help *help, const char *name)
{
	snprintf(help->path, sizeof help->path, "%s/%s", help->folder, name);
	return help->path;
}

static inline const char *
help_write(struct help *help, const char *name, struct str bytes)
{
	const char *path = help_path(help, name);
	FILE *file = fopen(path, "wb");

	if (!file || (bytes.len && fwrite(bytes.ptr, 1, bytes.len, file) != bytes.len) || fclose(file) != 0)
		abort();
	return path;
}

static inline void
help_read(const char *path, struct buf *out)
{
	FILE *file = fopen(path, "rb");
	size_t len;

	if (!file)
		abort();
	while ((len = fread(buf_reserve(out, 4096), 1, 4096, file)) > 0)
		out->len += len;
	fclose(file);
}

/* All messages, each with its status before it, as one text. */
static inline void
help_messages(const struct diag *diag, struct buf *out)
{
	for (size_t i = 0; i < diag->count; i++) {
		if (i > 0)
			buf_add_char(out, '\n');
		buf_add(out, diag->lines[i].text);
	}
}

#endif
