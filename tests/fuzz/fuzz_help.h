/*
 * fuzz_help.h - what the fuzzers share: inputs as files, texts of messages, and laws
 *
 * A fuzzer is one function that takes any bytes; it is linked with libFuzzer
 * (`make fuzz`), or with replay.c, which gives it the files of its corpus.
 */
#ifndef TESTS_FUZZ_HELP_H
#define TESTS_FUZZ_HELP_H

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/diag.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* What must hold for every input; else the input is a finding. */
static inline void
expect(bool holds, const char *law)
{
	if (holds)
		return;
	fprintf(stderr, "broken: %s\n", law);
	abort();
}

/* A file without a name, which is opened by its path. */
struct fuzz_file {
	int descriptor;
	char path[32];
};

static inline struct fuzz_file
fuzz_file_make(struct str text)
{
	struct fuzz_file file = { .descriptor = memfd_create("input", MFD_CLOEXEC) };

	expect(file.descriptor >= 0, "a file in memory");
	for (size_t done = 0; done < text.len;) {
		ssize_t len = write(file.descriptor, text.ptr + done, text.len - done);
		expect(len > 0, "room for a file in memory");
		done += (size_t)len;
	}
	snprintf(file.path, sizeof file.path, "/proc/self/fd/%d", file.descriptor);
	return file;
}

/* All messages, a line each. */
static inline void
fuzz_messages(const struct diag *diag, struct buf *out)
{
	for (size_t i = 0; i < diag->count; i++) {
		buf_add(out, diag->lines[i].text);
		buf_add_char(out, '\n');
	}
}

/* What is refused has a status and a reason; what is not has neither. */
static inline void
expect_reason(bool is_good, const struct diag *diag)
{
	size_t reasons = 0;

	for (size_t i = 0; i < diag->count; i++) {
		reasons += !diag->lines[i].is_notice;
		expect(diag->lines[i].text.len > 0, "a message says something");
	}
	expect(is_good == (diag->status == STATUS_OK), "what is refused has a status");
	expect(is_good == (reasons == 0), "what is refused has a reason");
}

#endif
