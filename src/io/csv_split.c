/* csv_split.c - records and values out of CSV text in memory */
#include "io/csv_split.h"

static inline __attribute__((always_inline)) void
load_block_here(const struct mark_set *set, struct csv_scan *scan, const char *block)
{
	struct mark_block found = mark_block(set, block);

	scan->block = block;
	scan->marks = found.marks;
	scan->others = found.others;
	scan->block_is_suspect = found.is_suspect;
	scan->is_suspect |= found.is_suspect;
}

/* The same out of line, where it is not all there is to do. */
static __attribute__((noinline)) void
load_block(const struct mark_set *set, struct csv_scan *scan, const char *block)
{
	load_block_here(set, scan, block);
}

/* The next delimiter, quote or line end; there always is one, at the end of the text. */
static inline const char *
next_mark(const struct mark_set *set, struct csv_scan *scan)
{
	while (scan->marks == 0)
		load_block(set, scan, scan->block + MARK_BLOCK);
	const char *mark = scan->block + (unsigned)__builtin_ctzll(scan->marks);
	scan->marks &= scan->marks - 1;
	scan->others &= scan->marks;
	return mark;
}

static void
seek(struct csv_split *split, const char *at, uint64_t line)
{
	split->at = at;
	split->line = line;
	load_block(&split->set, &split->scan, at);
}

void
csv_split_begin(struct csv_split *split, char delimiter, char quote)
{
	*split = (struct csv_split){ .line = 1, .delimiter = delimiter, .quote = quote };
	split->set = mark_set_of(delimiter, quote, '\n', '\r');
}

void
csv_split_feed(struct csv_split *split, char *text, size_t len, bool is_last)
{
	memset(text + len, '\n', MARK_BLOCK);
	split->text = text;
	split->end = text + len;
	split->is_last = is_last;
	seek(split, text, split->line);
}

/* A value in quotes, as far as it is known. */
struct quoted {
	enum csv_result result;
	const char *mark;	/* the delimiter or line end behind it, or where it went wrong */
	uint64_t lines;		/* line ends within */
	bool has_doubled;
};

static struct quoted
scan_quoted(const struct csv_split *split, struct csv_scan *scan)
{
	struct quoted value = { CSV_RECORD, next_mark(&split->set, scan), 0, false };
	const char *open = value.mark;

	for (;;) {
		const char *mark = next_mark(&split->set, scan);
		if (*mark == split->quote) {
			value.mark = mark + 1;
			if (mark[1] == split->quote) {
				value.has_doubled = true;
				next_mark(&split->set, scan);
				continue;
			}
			if (mark[1] == split->delimiter || mark[1] == '\n' || mark[1] == '\r')
				next_mark(&split->set, scan);
			else
				value.result = CSV_TEXT_AFTER_QUOTE;
			return value;
		}
		if (mark == split->end) {
			value.result = split->is_last ? CSV_OPEN_QUOTE : CSV_MORE;
			value.mark = open;
			return value;
		}
		if (*mark == '\r' || (*mark == '\n' && mark[-1] != '\r'))
			value.lines++;
	}
}

/* The begin of the line behind the line end at mark; null if that cannot be told yet. */
static const char *
behind_line_end(const struct csv_split *split, const char *mark)
{
	if (mark == split->end)
		return split->is_last ? mark : NULL;
	if (*mark == '\n')
		return mark + 1;
	if (mark + 1 == split->end)
		return split->is_last ? mark + 1 : NULL;
	return mark + 1 + (mark[1] == '\n');
}

static enum csv_result
skip_empty_lines(struct csv_split *split)
{
	const char *at = split->at;
	uint64_t lines = 0;

	while (at < split->end && (*at == '\n' || *at == '\r')) {
		const char *next = behind_line_end(split, at);
		if (!next)
			break;
		at = next;
		lines++;
	}
	if (lines != 0) {
		split->empty_lines += lines;
		seek(split, at, split->line + lines);
	}
	if (at == split->end)
		return split->is_last ? CSV_NONE : CSV_MORE;
	return *at == '\n' || *at == '\r' ? CSV_MORE : CSV_RECORD;
}

/* Leaves the walk where the record begins, with what is known of the fault in it. */
static enum csv_result
stop(struct csv_split *split, struct csv_record *record, const char *value, const char *fault,
	enum csv_result result)
{
	record->value = value;
	record->fault = fault;
	record->end = fault;
	seek(split, split->at, split->line);
	return result;
}

static enum csv_result
finish(struct csv_split *split, struct csv_record *record, const struct csv_scan *scan, const char *mark)
{
	const char *next = behind_line_end(split, mark);

	if (!next) {
		record->count--;	/* its last value may go on */
		return stop(split, record, record->value, mark, CSV_MORE);
	}
	record->end = mark;
	record->is_suspect = scan->is_suspect;
	split->scan = *scan;
	split->at = next;
	split->line = record->fault_line + 1;
	if (next == mark + 2)	/* the LF of CRLF is a mark too */
		next_mark(&split->set, &split->scan);
	return CSV_RECORD;
}

/* One value and the mark behind it; else *mark is where it went wrong. */
static inline enum csv_result
take_value(const struct csv_split *split, struct csv_scan *scan, const char *value, struct csv_record *record,
	struct str *cell, const char **mark)
{
	if (*value != split->quote) {
		*mark = next_mark(&split->set, scan);
		*cell = (struct str){ value, (size_t)(*mark - value) };
		return **mark == split->quote ? CSV_STRAY_QUOTE : CSV_RECORD;
	}
	struct quoted quoted = scan_quoted(split, scan);
	*mark = quoted.mark;
	/* An open quote is told where it opens, all else where it was noticed. */
	if (quoted.result == CSV_RECORD || quoted.result == CSV_TEXT_AFTER_QUOTE)
		record->fault_line += quoted.lines;
	record->has_doubled |= quoted.has_doubled;
	*cell = (struct str){ value + 1, (size_t)(quoted.mark - value) - 2 };
	return quoted.result;
}

/* The values that were taken so far; those that found no room are counted alone. */
struct taken {
	struct str *next;
	struct str *end;
	uint32_t beyond;
};

static inline void
keep_value(struct taken *taken, const char *value, size_t len)
{
	if (taken->next < taken->end)
		*taken->next++ = (struct str){ value, len };
	else
		taken->beyond++;
}

/*
 * Takes values that end with a delimiter, up to a value with quotes or the last
 * of the line: nearly all that there is to do.  What comes before the first mark
 * that is none can only be delimiters, so that no byte of the text is looked at.
 */
static inline const char *
take_plain(const struct csv_split *split, struct csv_scan *scan, const char *value, struct taken *taken)
{
	for (;;) {
		uint64_t first_other = scan->others & -scan->others;
		uint64_t plain = scan->marks & (first_other - 1);
		scan->marks ^= plain;
		for (; plain != 0; plain &= plain - 1) {
			const char *mark = scan->block + (unsigned)__builtin_ctzll(plain);
			keep_value(taken, value, (size_t)(mark - value));
			value = mark + 1;
		}
		if (first_other != 0)
			return value;
		load_block_here(&split->set, scan, scan->block + MARK_BLOCK);
	}
}

enum csv_result
csv_split_next(struct csv_split *split, struct str *cells, uint32_t room, struct csv_record *record)
{
	enum csv_result result = CSV_RECORD;

	if (split->at == split->end || *split->at == '\n' || *split->at == '\r')
		result = skip_empty_lines(split);
	*record = (struct csv_record){ .begin = split->at, .end = split->at, .value = split->at,
		.fault = split->at, .line = split->line, .fault_line = split->line };
	if (result != CSV_RECORD)
		return result;

	struct csv_scan scan = split->scan;
	struct taken taken = { cells, cells + room, 0 };
	const char *value = split->at;
	scan.is_suspect = scan.block_is_suspect;
	for (;;) {
		struct str cell;
		const char *mark;
		value = take_plain(split, &scan, value, &taken);
		result = take_value(split, &scan, value, record, &cell, &mark);
		record->count = (uint32_t)(taken.next - cells) + taken.beyond;
		if (result != CSV_RECORD)
			return stop(split, record, value, mark, result);
		keep_value(&taken, cell.ptr, cell.len);
		record->count++;
		if (*mark != split->delimiter) {
			record->value = value;
			return finish(split, record, &scan, mark);
		}
		value = mark + 1;
	}
}

/* Only quoted values that hold doubled quotes hold a quote at all. */
static void
unquote(char *text, struct str *cell, char quote)
{
	const char *from = cell->len ? memchr(cell->ptr, quote, cell->len) : NULL;
	const char *end = cell->ptr + cell->len;

	if (!from)
		return;
	char *to = text + (from - text);
	while (from < end) {
		/* `from` is at a pair: the second stays, with all up to the next pair. */
		const char *keep = from + 1;
		const char *next = keep + 1 < end ? memchr(keep + 1, quote, (size_t)(end - keep - 1)) : NULL;
		from = next ? next : end;
		memmove(to, keep, (size_t)(from - keep));
		to += from - keep;
	}
	cell->len = (size_t)(to - cell->ptr);
}

void
csv_split_unquote(const struct csv_split *split, struct str *cells, uint32_t count)
{
	for (uint32_t i = 0; i < count; i++)
		unquote(split->text, &cells[i], split->quote);
}

void
csv_split_rewind(struct csv_split *split, const struct csv_record *record)
{
	seek(split, record->begin, record->line);
}

bool
csv_split_skip_line(struct csv_split *split)
{
	const char *at = split->at;

	while (*at != '\n' && *at != '\r')	/* a line end follows the text */
		at++;
	const char *next = behind_line_end(split, at);
	if (!next)
		return false;
	seek(split, next, split->line + 1);
	return true;
}

uint64_t
csv_count_lines(const char *begin, const char *end)
{
	uint64_t lines = 0;

	for (const char *at = begin; at < end; at++)
		lines += *at == '\r' || (*at == '\n' && (at == begin || at[-1] != '\r'));
	return lines;
}

char
csv_detect_delimiter(struct str text, char quote, bool is_last)
{
	static const char candidates[] = { ',', ';', '\t', '|' };
	size_t counts[ARRAY_LEN(candidates)] = { 0 };
	bool is_quoted = false;
	bool is_whole = false;
	size_t at = 0;
	size_t best = 0;

	while (at < text.len && (text.ptr[at] == '\n' || text.ptr[at] == '\r'))
		at++;
	for (; at < text.len && !is_whole; at++) {
		char c = text.ptr[at];
		is_quoted ^= c == quote;
		is_whole = !is_quoted && (c == '\n' || c == '\r');
		for (size_t i = 0; i < ARRAY_LEN(candidates); i++)
			counts[i] += !is_quoted && c == candidates[i] && c != quote;
	}
	if (!is_whole && !is_last)
		return 0;
	for (size_t i = 1; i < ARRAY_LEN(candidates); i++)
		if (counts[i] > counts[best])
			best = i;
	return candidates[best];
}
