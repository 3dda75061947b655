/* test_csv_split.c - marks, the splitter against libcsv, and delimiter detection */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <csv.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/buf.h"
#include "io/csv_run.h"

/* How many inputs are compared with libcsv; CSV_INPUTS in the environment makes it others (make torture). */
enum { RANDOM_INPUTS = 100000, RANDOM_BLOCKS = 20000, MAX_INPUT = 24, MAX_MUTATED = 192, MAX_CELLS = 256 };
enum { MAX_RUN = 3, RUN_COLUMNS = 5 };

static uint64_t
next_random(uint64_t *state)
{
	*state ^= *state << 13;
	*state ^= *state >> 7;
	*state ^= *state << 17;
	return *state;
}

/* One byte after the other: what the fast ways must find. */
static struct mark_block
marks_by_definition(const struct mark_set *set, const char *p)
{
	struct mark_block block = { 0, 0, false };

	for (unsigned i = 0; i < MARK_BLOCK; i++) {
		unsigned char c = (unsigned char)p[i];
		for (unsigned k = 0; k < MARK_BYTES; k++)
			if (c == set->bytes[k][0]) {
				block.marks |= UINT64_C(1) << i;
				block.others |= (uint64_t)(k > 0) << i;
			}
		block.is_suspect |= c == 0 || c >= 0x80;
	}
	return block;
}

static void
test_marks_agree(void **state)
{
	static const char likely[] = ",;\"\n\r\0ab\x80\xff\x01\x7f";
	uint64_t random = 42;
	char bytes[MARK_BLOCK];

	(void)state;
	for (unsigned n = 0; n < RANDOM_BLOCKS; n++) {
		struct mark_set set = mark_set_of(n % 2 ? ',' : (char)0xe9, '"', '\n', '\r');
		bool is_tame = n % 3 == 0;	/* so that blocks without suspect bytes occur */
		for (unsigned i = 0; i < MARK_BLOCK; i++) {
			uint64_t r = next_random(&random);
			bytes[i] = is_tame ? (char)(1 + r % 127) :
				r & 256 ? likely[r % sizeof likely] : (char)r;
		}
		if (n % 6 == 0)
			bytes[next_random(&random) % MARK_BLOCK] = n % 12 ? '\0' : (char)0x80;
		struct mark_block want = marks_by_definition(&set, bytes);
		struct mark_block plain = mark_block_plain(&set, bytes);
		struct mark_block fast = mark_block(&set, bytes);
		assert_int_equal(plain.marks, want.marks);
		assert_int_equal(plain.others, want.others);
		assert_int_equal(fast.others, want.others);
		assert_int_equal(plain.is_suspect, want.is_suspect);
		assert_int_equal(fast.marks, want.marks);
		assert_int_equal(fast.is_suspect, want.is_suspect);
		assert_int_equal(mark_16_plain(&set, bytes), want.marks & 0xffff);
		assert_int_equal(mark_16(&set, bytes), want.marks & 0xffff);
		uint64_t words[2];
		memcpy(words, bytes, sizeof words);
		assert_int_equal(mark_in_words_plain(&set, words[0], words[1]), (want.marks & 0xffff) != 0);
		assert_int_equal(mark_in_words(&set, words[0], words[1]), (want.marks & 0xffff) != 0);
	}
}

/* Records as [a][b], one a line. */
static void
add_cell(struct buf *out, struct str cell)
{
	buf_add_char(out, '[');
	buf_add(out, cell);
	buf_add_char(out, ']');
}

static void
add_record(struct buf *out, const struct str *cells, uint32_t count, uint64_t line, bool with_line)
{
	for (uint32_t i = 0; i < count; i++)
		add_cell(out, cells[i]);
	if (with_line)
		buf_printf(out, " %llu", (unsigned long long)line);
	buf_add_char(out, '\n');
}

typedef uint32_t take_fn(struct csv_split *split, const struct csv_run *run, uint32_t most);

/* How an input is split: record by record, or by runs of plain ones where there are some. */
struct way {
	take_fn *take;		/* null: record by record */
	uint32_t columns;
	bool with_lines;
};

static void
split_run(struct csv_split *split, const struct way *way, struct buf *out)
{
	/* As above: what is overwritten is no more than promised. */
	struct csv_run run = { .cells = malloc((MAX_RUN * way->columns + CSV_RUN_SLACK) * sizeof(struct str)),
		.text_place = 1000, .columns = way->columns };
	uint64_t lines[MAX_RUN];
	uint64_t places[MAX_RUN];
	const char *at = split->at;

	run.lines = lines;
	run.places = places;
	uint32_t count = way->take(split, &run, MAX_RUN);
	assert_true(count <= MAX_RUN && (count == 0 || places[0] == 1000 + (uint64_t)(at - split->text)));
	for (uint32_t i = 0; i < count; i++)
		add_record(out, run.cells + (size_t)i * way->columns, way->columns, lines[i], way->with_lines);
	free(run.cells);
}

/* Splits it whole; false when the splitter refuses it. */
static bool
split_all(struct str input, const struct way *way, struct buf *out)
{
	/* Exactly as much memory as is promised to be there, so that reading further is noticed. */
	char *text = malloc(input.len + MARK_BLOCK);
	struct csv_split split;
	struct csv_record record;
	struct str cells[MAX_CELLS];
	enum csv_result result = CSV_RECORD;

	memcpy(text, input.ptr, input.len);
	csv_split_begin(&split, ',', '"');
	csv_split_feed(&split, text, input.len, true);
	while (result == CSV_RECORD) {
		if (way->take)
			split_run(&split, way, out);
		result = csv_split_next(&split, cells, MAX_CELLS, &record);
		if (result != CSV_RECORD)
			break;
		if (record.has_doubled)
			csv_split_unquote(&split, cells, record.count);
		add_record(out, cells, record.count, record.line, way->with_lines);
	}
	free(text);
	return result == CSV_NONE;
}

static int
never_blank(unsigned char c)
{
	(void)c;
	return 0;
}

static void
oracle_cell(void *text, size_t len, void *out)
{
	add_cell(out, (struct str){ text, len });
}

static void
oracle_end(int c, void *out)
{
	(void)c;
	buf_add_char(out, '\n');
}

static bool
oracle_all(struct str input, struct buf *out)
{
	struct csv_parser parser;

	assert_int_equal(csv_init(&parser, CSV_STRICT | CSV_STRICT_FINI | CSV_EMPTY_IS_NULL), 0);
	csv_set_space_func(&parser, never_blank);
	bool ok = csv_parse(&parser, input.ptr, input.len, oracle_cell, oracle_end, out) == input.len &&
		csv_fini(&parser, oracle_cell, oracle_end, out) == 0;
	csv_free(&parser);
	return ok;
}

static struct str
random_input(uint64_t *random, char text[MAX_INPUT])
{
	static const char alphabet[] = { 'a', 'b', ',', '"', '\n', '\r', ' ' };
	/* Quotes at random seldom fit: half of the inputs have fewer. */
	bool has_fewer_quotes = next_random(random) & 1;
	size_t len = next_random(random) % MAX_INPUT;

	for (size_t i = 0; i < len; i++) {
		text[i] = alphabet[next_random(random) % sizeof alphabet];
		if (has_fewer_quotes && text[i] == '"' && next_random(random) % 2)
			text[i] = ',';
	}
	return (struct str){ text, len };
}

/* A well-formed file of some records: plain, quoted, doubled, with line ends of all kinds, longer than a block. */
static size_t
well_formed(uint64_t *random, char text[MAX_MUTATED])
{
	static const char *const cells[] = {
		"10000", "Adatum Corporation", "\"Contoso, Ltd.\"", "", "\"\"", "\"5\"\" pipe\"", "0.00",
		"\"two\nlines\"", "caf\xc3\xa9", "\"\xc3\xbc\r\n;\"", " ", "2026-03-01T15:22:40Z", "\"\"\"\"",
	};
	static const char *const ends[] = { "\n", "\r\n", "\r" };
	const char *end = ends[next_random(random) % ARRAY_LEN(ends)];
	unsigned columns = 1 + (unsigned)(next_random(random) % 5);
	size_t most = 8 + next_random(random) % (MAX_MUTATED - 40);
	size_t len = 0;

	for (unsigned n = 1; len < most; n++) {
		const char *cell = cells[next_random(random) % ARRAY_LEN(cells)];
		const char *behind = n % columns ? "," : end;
		memcpy(text + len, cell, strlen(cell));
		len += strlen(cell);
		memcpy(text + len, behind, strlen(behind));
		len += strlen(behind);
	}
	return len;
}

/* Flips, inserts, deletes or doubles bytes of it, up to four times; or leaves it as it is. */
static struct str
mutated_input(uint64_t *random, char text[MAX_MUTATED])
{
	static const char likely[] = "\",\n\r a\0\xff";
	size_t len = well_formed(random, text);

	for (uint64_t n = next_random(random) % 5; n > 0 && len > 0; n--) {
		uint64_t r = next_random(random);
		size_t at = (r >> 8) % len;
		size_t some = 1 + (r >> 24) % 8;
		char byte = (r >> 40) % 4 ? likely[(r >> 42) % (sizeof likely - 1)] : (char)(r >> 48);

		some = some < len - at ? some : len - at;
		if (r % 4 == 0) {
			text[at] = byte;
		} else if (r % 4 == 1) {
			memmove(text + at, text + at + some, len - at - some);
			len -= some;
		} else if (len + some < MAX_MUTATED) {
			memmove(text + at + some, text + at, len - at);	/* what is there twice is a copy */
			if (r % 4 == 2)
				memset(text + at, byte, some);
			len += some;
		}
	}
	return (struct str){ text, len };
}

/* Both accept the input or neither, and make the same of it; whether they accept it. */
static bool
compare_with_libcsv(struct str input, unsigned long n, struct buf *ours, struct buf *theirs)
{
	buf_reset(ours);
	buf_reset(theirs);
	bool ok = split_all(input, &(struct way){ 0 }, ours);
	if (ok != oracle_all(input, theirs) || (ok && !str_equal(buf_str(ours), buf_str(theirs))))
		fail_msg("input %lu: '%.*s'\nours: '%.*s'\ntheirs: '%.*s'", n, STR_ARG(input),
			STR_ARG(buf_str(ours)), STR_ARG(buf_str(theirs)));
	return ok;
}

static void
test_agrees_with_libcsv(void **state)
{
	const char *wanted = getenv("CSV_INPUTS");
	unsigned long inputs = wanted ? strtoul(wanted, NULL, 10) : RANDOM_INPUTS;
	unsigned long accepted[2] = { 0, 0 };	/* generated, mutated */
	uint64_t random = 20260801;
	struct buf ours = { 0 };
	struct buf theirs = { 0 };

	(void)state;
	for (unsigned long n = 0; n < inputs; n++) {
		char text[MAX_MUTATED];
		struct str input = n % 2 ? mutated_input(&random, text) : random_input(&random, text);
		accepted[n % 2] += compare_with_libcsv(input, n, &ours, &theirs);
	}
	print_message("# %lu inputs, the same of each; accepted: %lu generated, %lu mutated\n", inputs, accepted[0],
		accepted[1]);
	assert_true(accepted[0] > inputs / 20);
	assert_true(accepted[1] > inputs / 20 && accepted[1] < inputs / 2);
	buf_release(&ours);
	buf_release(&theirs);
}

/* By runs, in either way, with any number of columns: the same records, on the same lines. */
static void
test_runs_agree(void **state)
{
	const unsigned long inputs = RANDOM_INPUTS / 10;
	uint64_t random = 20261121;
	struct buf single = { 0 };
	struct buf runs = { 0 };

	(void)state;
	for (unsigned long n = 0; n < inputs * RUN_COLUMNS; n++) {
		char text[MAX_MUTATED];
		struct str input = n % 2 ? mutated_input(&random, text) : random_input(&random, text);
		const struct way ways[] = { { csv_run_take, 1 + (uint32_t)n % RUN_COLUMNS, true },
			{ csv_run_take_any, 1 + (uint32_t)n % RUN_COLUMNS, true } };
		buf_reset(&single);
		bool ok = split_all(input, &(struct way){ .with_lines = true }, &single);
		for (size_t way = 0; way < ARRAY_LEN(ways); way++) {
			buf_reset(&runs);
			assert_int_equal(split_all(input, &ways[way], &runs), ok);
			if (!str_equal(buf_str(&runs), buf_str(&single)))
				fail_msg("input %lu: '%.*s'\nsingle: '%.*s'\nruns: '%.*s'", n, STR_ARG(input),
					STR_ARG(buf_str(&single)), STR_ARG(buf_str(&runs)));
		}
	}
	buf_release(&single);
	buf_release(&runs);
}

static const struct {
	const char *text;
	char quote;
	bool is_last;
	char expected;
} delimiter_cases[] = {
	{ "a,b;c,d\n", '"', true, ',' },
	{ "a;b;c,d\n", '"', true, ';' },
	{ "a\tb\tc\n", '"', true, '\t' },
	{ "a|b\n", '"', true, '|' },
	{ "No\n1,2\n", '"', true, ',' },
	{ "a,b;c\n", '"', true, ',' },
	{ "a;b\tc\n", '"', true, ';' },
	{ "a\tb|c\n", '"', true, '\t' },
	{ "\"a,b,c\";d\n", '"', true, ';' },
	{ "\"a\n,,,,\";d\n", '"', true, ';' },
	{ "'a,b,c';d\n", '\'', true, ';' },
	{ "\"a\"\"|||\"\";\";b;c\r1,2,3,4,5", '"', true, ';' },
	{ "\r\n\n\ra;b\n", '"', true, ';' },
	{ "a;b", '"', true, ';' },
	{ "a;b", '"', false, 0 },
	{ "a;b\r", '"', false, ';' },
	{ "\"a;b\n", '"', false, 0 },
	{ "", '"', true, ',' },
	{ "", '"', false, 0 },
};

static void
test_detect_delimiter(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(delimiter_cases); i++)
		assert_int_equal(csv_detect_delimiter(str_from(delimiter_cases[i].text),
			delimiter_cases[i].quote, delimiter_cases[i].is_last), delimiter_cases[i].expected);
}

static void
test_count_lines(void **state)
{
	static const char text[] = "a\nb\r\nc\rd\n\ne";

	(void)state;
	assert_int_equal(csv_count_lines(text, text), 0);
	assert_int_equal(csv_count_lines(text, text + 2), 1);
	assert_int_equal(csv_count_lines(text, text + sizeof text - 1), 5);
}

/* Values beyond the room are counted and not kept. */
static void
test_room(void **state)
{
	char text[16 + MARK_BLOCK] = "1,2,3,4,5";
	struct str cells[3] = { { "x", 1 }, { "x", 1 }, { "x", 1 } };
	struct csv_split split;
	struct csv_record record;

	(void)state;
	csv_split_begin(&split, ',', '"');
	csv_split_feed(&split, text, 9, true);
	assert_int_equal(csv_split_next(&split, cells, 2, &record), CSV_RECORD);
	assert_int_equal(record.count, 5);
	assert_true(str_equal(cells[1], STR("2")));
	assert_true(str_equal(cells[2], STR("x")));
	csv_split_rewind(&split, &record);
	assert_int_equal(csv_split_next(&split, cells, 3, &record), CSV_RECORD);
	assert_true(str_equal(cells[2], STR("3")));
	assert_int_equal(csv_split_next(&split, cells, 3, &record), CSV_NONE);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_marks_agree),
		cmocka_unit_test(test_agrees_with_libcsv),
		cmocka_unit_test(test_runs_agree),
		cmocka_unit_test(test_detect_delimiter),
		cmocka_unit_test(test_count_lines),
		cmocka_unit_test(test_room),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
