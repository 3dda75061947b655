/* reread.c - records of a CSV file once more, by their place on disk */
#include "io/reread.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "io/reader_format.h"

struct reread {
	int descriptor;
	struct stat before;
	struct str shown_path;
	struct arena arena;
	uint32_t columns;
	char delimiter;
	char quote;
};

struct reread *
reread_open(const struct reader *reader)
{
	uint64_t begin;

	if (reader->format != &csv_format || !source_is_plain(reader->source, &begin))
		return NULL;
	struct reread *file = memory_new(1, sizeof *file);
	file->descriptor = source_keep(reader->source, &file->before);
	if (file->descriptor < 0) {
		free(file);
		return NULL;
	}
	csv_delimiters(reader, &file->delimiter, &file->quote);
	file->columns = reader->columns;
	file->shown_path = arena_copy(&file->arena, reader->options.shown_path);
	return file;
}

void
reread_close(struct reread *file)
{
	if (!file)
		return;
	close(file->descriptor);
	arena_release(&file->arena);
	free(file);
}

/* All bytes, or fewer at the end of the file; -1 with errno. */
static ssize_t
read_at(int descriptor, char *to, size_t size, uint64_t place)
{
	size_t done = 0;

	while (done < size) {
		ssize_t len = pread(descriptor, to + done, size - done, (off_t)(place + done));
		if (len < 0 && errno == EINTR)
			continue;
		if (len < 0)
			return -1;
		if (len == 0)
			break;
		done += (size_t)len;
	}
	return (ssize_t)done;
}

bool
reread_take(struct reread_piece *piece, const struct reread *file, uint64_t begin, uint64_t end,
	bool is_whole, struct diag *diag)
{
	struct stat now;
	uint64_t size = (uint64_t)file->before.st_size;
	size_t len = (size_t)((end < size ? end : size) - begin);

	buf_reset(&piece->text);
	ssize_t got = read_at(file->descriptor, buf_reserve(&piece->text, len + MARK_BLOCK), len, begin);
	if (got < 0 || fstat(file->descriptor, &now) != 0)
		return diag_add(diag, STATUS_IO, "%.*s: cannot be read: %s; check the path, its "
			"permissions and the disk", STR_ARG(file->shown_path),
			strerror(errno));
	if ((size_t)got != len || !file_is_unchanged(&file->before, &now))
		return diag_add(diag, STATUS_IO,
			"%.*s: changed while it was read; see that nothing writes it "
			"any more, then run again: nothing was published",
			STR_ARG(file->shown_path));
	if (piece->room < file->columns) {
		piece->cells = memory_resize(piece->cells, file->columns, sizeof *piece->cells);
		piece->room = file->columns;
	}
	piece->file = file;
	piece->begin = begin;
	piece->text.len = len;
	csv_split_begin(&piece->split, file->delimiter, file->quote);
	csv_split_feed(&piece->split, piece->text.ptr, len, is_whole || end >= size);
	return true;
}

const struct str *
reread_record(struct reread_piece *piece, uint64_t place)
{
	struct csv_record record = { .begin = piece->text.ptr + (place - piece->begin), .line = 1 };

	/* It was a good record when it was read, and the file is the same. */
	csv_split_rewind(&piece->split, &record);
	if (csv_split_next(&piece->split, piece->cells, piece->file->columns, &record) != CSV_RECORD)
		return NULL;
	if (record.has_doubled)
		csv_split_unquote(&piece->split, piece->cells, piece->file->columns);
	return piece->cells;
}

void
reread_release(struct reread_piece *piece)
{
	buf_release(&piece->text);
	free(piece->cells);
	*piece = (struct reread_piece){ 0 };
}
