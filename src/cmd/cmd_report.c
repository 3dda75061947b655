/* cmd_report.c - how report.html is shown: language, and masking of what is about people (6.4) */
#include "cmd/cmd_report.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

/* A shorter key is soon tried out; a longer file is something else than a key. */
enum { KEY_LEAST = 16, KEY_MOST = 65536 };

static const struct option_row report_rows[] = {
	{ "lang", 0, "en|nl", "language of report.html: English (default) or Dutch", TAKE_CHOICE,
		offsetof(struct options, language) },
	{ "mask", 0, NULL,
		"replace values in report.html by tokens, all but options and\n"
		"Booleans, and leave out messages; the report only: every other\n"
		"file of an output folder holds the data",
		TAKE_FLAG, offsetof(struct options, mask) },
	{ "mask-key", 0, "FILE",
		"a secret of 16 bytes or more: equal values get equal tokens in\n"
		"all reports made with it (else within reports of the same run)",
		TAKE_TEXT, offsetof(struct options, mask_key) },
};

const struct option_table report_table = { "Report", report_rows, ARRAY_LEN(report_rows) };

/* Up to KEY_MOST + 1 bytes; -1 with errno when the file cannot be read. */
static ssize_t
read_bytes(int descriptor, char *bytes)
{
	size_t len = 0;

	while (len <= KEY_MOST) {
		ssize_t count = read(descriptor, bytes + len, KEY_MOST + 1 - len);
		if (count < 0 && errno == EINTR)
			continue;
		if (count < 0)
			return -1;
		if (count == 0)
			break;
		len += (size_t)count;
	}
	return (ssize_t)len;
}

static bool
read_key(const char *path, struct str *key, struct diag *diag)
{
	int descriptor = open(path, O_RDONLY | O_CLOEXEC);
	char *bytes = arena_bytes(&diag->arena, KEY_MOST + 1);
	ssize_t len = descriptor < 0 ? -1 : read_bytes(descriptor, bytes);
	int error = errno;

	if (descriptor >= 0)
		close(descriptor);
	if (len < 0)
		return diag_add(diag, STATUS_IO, "%s: cannot be read: %s; check path and permissions", path,
			strerror(error));
	if (len < KEY_LEAST || len > KEY_MOST)
		return diag_add(diag, STATUS_USAGE,
			"%s: is no key for --mask-key: it has %s bytes; make one of random bytes, such as "
			"head -c 32 /dev/urandom",
			path, len < KEY_LEAST ? "fewer than 16" : "more than 65,536");
	*key = (struct str){ bytes, (size_t)len };
	return true;
}

bool
report_options_read(struct report_options *report, const struct options *options, struct diag *diag)
{
	*report = (struct report_options){
		.language = options->language ? (enum language)(options->language - 1) : ENGLISH,
		.is_masked = options->mask,
	};
	if (!options->mask_key)
		return true;
	if (!options->mask)
		return diag_add(diag, STATUS_USAGE, "%s: --mask-key belongs to --mask; add --mask",
			options->command->name);
	return read_key(options->mask_key, &report->mask_key, diag);
}
