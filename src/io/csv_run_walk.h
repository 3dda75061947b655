/*
 * csv_run_walk.h - the walk over plain records; for csv_run.c and csv_run_wide.c
 *
 * Marks come as bits of a word, 64 bytes at a time (io/mark.h).  All marks before
 * the first that is no delimiter end a value each, so that no byte of the text is
 * looked at for them.  The walk is kept in registers, and the splitter is moved
 * on only behind a whole record: giving up is just to return.
 *
 * Whether a record has too many values is asked only where a block is left and
 * at quotes: hence CSV_RUN_SLACK.
 *
 * No walk leaves the text: behind it there is a whole block of line ends, and any
 * of these that is met ends the walk.
 */
#ifndef IO_CSV_RUN_WALK_H
#define IO_CSV_RUN_WALK_H

#include "io/csv_run.h"

#define WALK static inline __attribute__((always_inline))

struct walk {
	struct mark_set set;
	const char *block;
	uint64_t marks;		/* of the block, still to come */
	uint64_t others;	/* those that are no delimiters */
	bool block_is_suspect;
	bool is_suspect;	/* a block since the record's begin */
	const char *value;	/* where the value at hand begins */
	struct str *next;	/* its cell */
};

WALK void
walk_load(struct walk *w)
{
	w->block += MARK_BLOCK;
	struct mark_block found = mark_block(&w->set, w->block);

	w->marks = found.marks;
	w->others = found.others;
	w->block_is_suspect = found.is_suspect;
	w->is_suspect |= found.is_suspect;
}

/* Takes values that end with a delimiter, up to a mark that is none; false where they are too many. */
WALK bool
walk_plain(struct walk *w, const struct str *row_end)
{
	for (;;) {
		uint64_t other = w->others & -w->others;
		uint64_t plain = w->marks & (other - 1);
		w->marks ^= plain;
		for (; plain != 0; plain &= plain - 1) {
			const char *mark = w->block + (unsigned)__builtin_ctzll(plain);
			*w->next++ = (struct str){ w->value, (size_t)(mark - w->value) };
			w->value = mark + 1;
		}
		if (other != 0)
			return true;
		if (w->next > row_end)
			return false;
		walk_load(w);
	}
}

/* Passes over the mark at hand, the first that there is. */
WALK void
walk_pass(struct walk *w)
{
	w->marks &= w->marks - 1;
	w->others &= w->marks;
}

/*
 * The value begins with the quote at hand.  Takes it, and returns the delimiter or
 * line end behind it, which is at hand then; null where it is not plain.
 */
WALK const char *
walk_quoted(struct walk *w, char quote)
{
	walk_pass(w);
	while (w->others == 0)
		walk_load(w);
	const char *mark = w->block + (unsigned)__builtin_ctzll(w->others);
	w->marks &= -(w->others & -w->others);	/* delimiters before it are text */
	walk_pass(w);
	if (*mark != quote)
		return NULL;
	if (mark == w->block + MARK_BLOCK - 1)
		walk_load(w);
	if (w->marks == 0 || w->block + (unsigned)__builtin_ctzll(w->marks) != mark + 1 || mark[1] == quote)
		return NULL;
	*w->next++ = (struct str){ w->value + 1, (size_t)(mark - w->value) - 1 };
	return mark + 1;
}

/* The begin of the line behind the line end at hand, which is passed over; null where that is not known. */
WALK const char *
walk_line_end(struct walk *w, const char *mark, const char *end)
{
	if (*mark == '\r') {
		walk_pass(w);
		mark++;
		if (w->marks == 0)
			walk_load(w);
	}
	if (*mark != '\n' || mark >= end)
		return NULL;
	walk_pass(w);
	return mark + 1;
}

/* One record; the line end behind it, which is at hand then, or null. */
WALK const char *
walk_record(struct walk *w, const struct csv_split *split, const struct str *row_end)
{
	for (;;) {
		if (!walk_plain(w, row_end))
			return NULL;
		const char *mark = w->block + (unsigned)__builtin_ctzll(w->others);
		if (*mark != split->quote) {
			*w->next++ = (struct str){ w->value, (size_t)(mark - w->value) };
			return mark;
		}
		if (mark != w->value || w->next > row_end)
			return NULL;
		mark = walk_quoted(w, split->quote);
		if (!mark || *mark != split->delimiter)
			return mark;
		walk_pass(w);
		w->value = mark + 1;
	}
}

WALK uint32_t
walk_run(struct csv_split *split, const struct csv_run *run, uint32_t most)
{
	const struct csv_scan *scan = &split->scan;
	struct walk w = { split->set, scan->block, scan->marks, scan->others, scan->block_is_suspect,
		false, split->at, run->cells };
	const struct str *row_end = run->cells;
	uint32_t count = 0;

	/* Whoever took the last record may have taken the line end behind the text. */
	if (split->at == split->end)
		return 0;
	for (; count < most; count++) {
		const char *begin = w.value;
		row_end += run->columns;
		w.is_suspect = w.block_is_suspect;
		const char *mark = walk_record(&w, split, row_end);
		/* An empty line is no record. */
		if (!mark || w.next != row_end || mark == begin)
			break;
		const char *behind = walk_line_end(&w, mark, split->end);
		if (!behind || (w.is_suspect && !csv_is_clean(begin, mark)))
			break;
		run->lines[count] = split->line++;
		if (run->places)
			run->places[count] = run->text_place + (uint64_t)(begin - split->text);
		w.value = behind;
		split->at = behind;
		split->scan = (struct csv_scan){ w.block, w.marks, w.others, w.block_is_suspect, false };
	}
	return count;
}

#endif
