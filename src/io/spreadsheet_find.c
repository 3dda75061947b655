/* spreadsheet_find.c - which worksheet of an XML Spreadsheet 2003 holds a table */
#include "io/spreadsheet_find.h"

enum { NAME_CHARACTERS = 31, WORKSHEET_DEPTH = 2 };

struct finding {
	struct str table;
	uint32_t depth;
	uint32_t sheets;	/* so far */
	uint32_t found;		/* the number of the first that is named so, or 0 */
};

/* What a worksheet's name cannot hold is replaced there, mostly by a blank or _. */
static bool
is_same_character(char a, char b)
{
	bool is_forbidden = b != '\0' && strchr("\\/?*[]:", b);

	return is_forbidden ? a == b || a == '_' || a == ' ' : str_equal_nocase((struct str){ &a, 1 },
		(struct str){ &b, 1 });
}

bool
spreadsheet_is_named(const struct xml_tag *worksheet, struct str table)
{
	struct str wanted = utf8_cut(table, NAME_CHARACTERS);

	for (uint32_t i = 0; i < worksheet->attribute_count; i++) {
		struct xml_attribute attribute = xml_tag_attribute(worksheet, i);
		if (strcmp(attribute.name, "Name") != 0 || attribute.value.len != wanted.len)
			continue;
		size_t same = 0;
		while (same < wanted.len && is_same_character(attribute.value.ptr[same], wanted.ptr[same]))
			same++;
		return wanted.len > 0 && same == wanted.len;
	}
	return false;
}

static void
on_begin(void *context, const struct xml_tag *tag)
{
	struct finding *finding = context;

	if (++finding->depth != WORKSHEET_DEPTH || strcmp(tag->name, "Worksheet") != 0)
		return;
	finding->sheets++;
	if (finding->found == 0 && spreadsheet_is_named(tag, finding->table))
		finding->found = finding->sheets;
}

static void
on_end(void *context, const char *name)
{
	struct finding *finding = context;

	(void)name;
	finding->depth--;
}

static void
on_text(void *context, struct str piece)
{
	(void)context;
	(void)piece;
}

static bool
find_in(struct source *source, const struct reader *reader, struct finding *finding)
{
	static const struct xml_handler handler = { on_begin, on_end, on_text };
	const struct xml_input input = { source, STR(""), reader->options.shown_path, reader->diag,
		reader->piece };
	struct xml_sax *sax = xml_sax_open(&input, &handler, finding);
	enum xml_step step = XML_STEP_MORE;

	while (step == XML_STEP_MORE && finding->found == 0)
		step = xml_sax_step(sax);
	xml_sax_close(sax);
	return step != XML_STEP_FAILED;
}

bool
spreadsheet_find(const struct reader *reader, uint32_t *number)
{
	const struct reader_options *options = &reader->options;
	const struct source_options from = { options->path, options->shown_path, options->encoding,
		options->member, 0 };
	struct finding finding = { .table = options->table_name };
	struct source *source = source_open(&from, reader->diag);

	if (!source)
		return false;
	bool ok = find_in(source, reader, &finding);
	source_close(source);
	*number = finding.found ? finding.found : 1;
	return ok;
}
