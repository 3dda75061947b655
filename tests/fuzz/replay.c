/* replay.c - the main() of a fuzzer without libFuzzer: gives it every file of a folder, by name */
#include <dirent.h>
#include <string.h>

#include "fuzz_help.h"

static int
is_visible(const struct dirent *entry)
{
	return entry->d_name[0] != '.';
}

/* In memory of just its size, so that the sanitizer sees a read behind its end. */
static bool
run_file(const char *folder, const char *name)
{
	char path[4096];
	struct buf bytes = { 0 };
	size_t got = 1;

	snprintf(path, sizeof path, "%s/%s", folder, name);
	FILE *file = fopen(path, "rbe");
	while (file && got > 0) {
		got = fread(buf_reserve(&bytes, 4096), 1, 4096, file);
		bytes.len += got;
	}
	bool is_good = file && !ferror(file);
	if (file)
		fclose(file);
	uint8_t *exact = malloc(bytes.len ? bytes.len : 1);
	is_good &= exact != NULL;
	if (is_good && bytes.len > 0)
		memcpy(exact, bytes.ptr, bytes.len);
	/* Said before, so that it is there when the input ends the program. */
	fprintf(stderr, "%s\n", is_good ? path : "cannot be read");
	if (is_good)
		LLVMFuzzerTestOneInput(exact, bytes.len);
	free(exact);
	buf_release(&bytes);
	return is_good;
}

int
main(int count, char **args)
{
	struct dirent **entries;
	int found = count == 2 ? scandir(args[1], &entries, is_visible, alphasort) : -1;
	bool is_good = found > 0;

	if (found < 0) {
		fprintf(stderr, "usage: %s FOLDER, with inputs in it\n", args[0]);
		return 2;
	}
	for (int i = 0; i < found; i++) {
		is_good &= run_file(args[1], entries[i]->d_name);
		free(entries[i]);
	}
	free(entries);
	if (is_good)
		printf("%d inputs\n", found);
	return is_good ? 0 : 1;
}
