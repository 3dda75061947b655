/*
 * standard.c - the default synchronization setup, which is part of the program
 *
 * The assembler includes the file itself, so that what init writes is what can
 * be read in src/cmd/standard/.  In it, `<!--person-->` at the end of a line
 * keeps the line for records owned by persons, `<!--person:begin-->` and
 * `<!--person:end-->`, each on a line of its own, keep what is between them;
 * `team` likewise.  fields.csv has the numbers of the fields that it names, and
 * of those that Business Central's field mappings name; rows.csv has the field
 * mappings that Business Central creates.
 */
#include "cmd/standard.h"

/* The build says where the source tree is; by default it is the working folder. */
#ifndef SOURCE_ROOT
#define SOURCE_ROOT "."
#endif

__asm__(".pushsection .rodata\n"
	".global couplet_standard_setup\n"
	"couplet_standard_setup:\n"
	".incbin \"" SOURCE_ROOT "/src/cmd/standard/couplet.xml\"\n"
	".global couplet_standard_setup_end\n"
	"couplet_standard_setup_end:\n"
	".byte 0\n"
	".global couplet_standard_fields\n"
	"couplet_standard_fields:\n"
	".incbin \"" SOURCE_ROOT "/src/cmd/standard/fields.csv\"\n"
	".byte 0\n"
	".global couplet_standard_rows\n"
	"couplet_standard_rows:\n"
	".incbin \"" SOURCE_ROOT "/src/cmd/standard/rows.csv\"\n"
	".byte 0\n"
	".popsection\n");

extern const char couplet_standard_setup[];
extern const char couplet_standard_setup_end[];
extern const char couplet_standard_fields[];
extern const char couplet_standard_rows[];

/* Indexed by enum ownership. */
static const struct {
	struct str line;
	struct str begin;
	struct str end;
} marks[] = {
	{ { "<!--person-->", 13 }, { "<!--person:begin-->", 19 }, { "<!--person:end-->", 17 } },
	{ { "<!--team-->", 11 }, { "<!--team:begin-->", 17 }, { "<!--team:end-->", 15 } },
};

static bool
ends_with(struct str text, struct str end)
{
	return text.len >= end.len && memcmp(text.ptr + text.len - end.len, end.ptr, end.len) == 0;
}

static void
add_line(struct str line, struct buf *out)
{
	buf_add(out, line);
	buf_add_char(out, '\n');
}

/* The line without the mark that its bare text ends with, and the blanks before it. */
static struct str
without_mark(struct str line, struct str bare, struct str mark)
{
	line.len = (size_t)(bare.ptr + bare.len - line.ptr) - mark.len;
	while (line.len > 0 && line.ptr[line.len - 1] == ' ')
		line.len--;
	return line;
}

void
standard_setup(enum ownership ownership, struct buf *out)
{
	enum ownership other = ownership == OWNED_BY_PERSON ? OWNED_BY_TEAM : OWNED_BY_PERSON;
	struct str text = { couplet_standard_setup,
		(size_t)(couplet_standard_setup_end - couplet_standard_setup) };
	bool is_left_out = false;

	while (text.len > 0) {
		struct str line = str_cut(text, '\n', &text);
		struct str bare = str_trim(line);
		if (str_equal(bare, marks[other].begin) || str_equal(bare, marks[other].end))
			is_left_out = str_equal(bare, marks[other].begin);
		else if (is_left_out || str_equal(bare, marks[ownership].begin)
			|| str_equal(bare, marks[ownership].end) || ends_with(bare, marks[other].line))
			continue;
		else if (ends_with(bare, marks[ownership].line))
			add_line(without_mark(line, bare, marks[ownership].line), out);
		else
			add_line(line, out);
	}
}

/* A line that begins the element of a mapping, and its name. */
static struct str
mapping_name(struct str line)
{
	struct str bare = str_trim(line);
	struct str rest;

	if (!str_starts(bare, STR("<mapping ")) && !str_starts(bare, STR("<option-mapping ")))
		return STR("");
	const char *name = memmem(bare.ptr, bare.len, " name=\"", 7);
	if (!name)
		return STR("");
	return str_cut((struct str){ name + 7, (size_t)(bare.ptr + bare.len - name) - 7 }, '"', &rest);
}

struct str
standard_next_mapping(struct str setup, size_t *at)
{
	while (*at < setup.len) {
		struct str rest = { setup.ptr + *at, setup.len - *at };
		struct str line = str_cut(rest, '\n', &rest);
		*at += line.len + 1;
		struct str name = mapping_name(line);
		if (name.len > 0)
			return name;
	}
	return STR("");
}

/* Where the comment begins that ends right before `at`; `at` when there is none. */
static size_t
comment_begin(struct str setup, size_t at)
{
	struct str before = str_trim((struct str){ setup.ptr, at });
	size_t begin = before.len;

	if (!ends_with(before, STR("-->")))
		return at;
	while (begin > 0 && !str_starts((struct str){ setup.ptr + begin, before.len - begin }, STR("<!--")))
		begin--;
	while (begin > 0 && setup.ptr[begin - 1] != '\n')
		begin--;
	return begin;
}

struct str
standard_find_mapping(struct str setup, struct str name)
{
	size_t at = 0;

	while (at < setup.len) {
		struct str rest = { setup.ptr + at, setup.len - at };
		struct str line = str_cut(rest, '\n', &rest);
		if (!str_equal_nocase(mapping_name(line), name)) {
			at += line.len + 1;
			continue;
		}
		bool is_mapping = str_starts(str_trim(line), STR("<mapping"));
		struct str end = is_mapping ? STR("</mapping>\n") : STR("</option-mapping>\n");
		const char *found = memmem(line.ptr, setup.len - at, end.ptr, end.len);
		size_t begin = comment_begin(setup, at);
		size_t len = found ? (size_t)(found - setup.ptr) + end.len - begin : 0;
		return (struct str){ setup.ptr + begin, len };
	}
	return STR("");
}

/* The next line that is no header, cut at its commas: the files have no quotes. */
static bool
next_line(const char *text, size_t *at, struct str *cells, size_t count)
{
	struct str rest = str_from(text + *at);
	struct str line = str_cut(rest, '\n', &rest);

	if (*at == 0) {
		*at = line.len + 1;
		line = str_cut(rest, '\n', &rest);
	}
	if (line.len == 0)
		return false;
	*at += line.len + 1;
	for (size_t i = 0; i < count; i++)
		cells[i] = str_cut(line, ',', &line);
	return true;
}

bool
standard_next_field(size_t *at, struct standard_field *field)
{
	struct str cells[5];
	uint64_t table_id = 0;
	uint64_t number = 0;

	if (!next_line(couplet_standard_fields, at, cells, ARRAY_LEN(cells)))
		return false;
	str_to_u64(cells[1], &table_id);
	str_to_u64(cells[3], &number);
	*field = (struct standard_field){
		.side = str_equal(cells[0], STR("erp")) ? ERP : CRM,
		.table_id = (uint32_t)table_id,
		.table = cells[2],
		.number = (uint32_t)number,
		.name = cells[4],
	};
	return true;
}

bool
standard_next_row(size_t *at, struct default_row *row)
{
	struct str cells[3];

	if (!next_line(couplet_standard_rows, at, cells, ARRAY_LEN(cells)))
		return false;
	*row = (struct default_row){ cells[0], { cells[1], cells[2] } };
	return true;
}
