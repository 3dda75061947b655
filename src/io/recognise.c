/* recognise.c - what a file holds, told by its content and not by its name (5.0) */
#include "io/reader_format.h"
#include "io/xml_head.h"

/* Text before the root element, declarations and comments, that is looked through to find it. */
enum { MAX_HEAD = 1024 * 1024 };

#define SPREADSHEET_SPACE "urn:schemas-microsoft-com:office:spreadsheet"

/* How a kind is known and spoken of.  A kind without a format is not read yet. */
struct kind {
	const char *word;	/* as a setup declares it */
	const char *what;	/* as messages speak of it */
	const char *root;	/* its root element, and the namespace of that where it must have one */
	const char *space;
	const struct reader_format *format;
};

static const struct kind kinds[READER_KINDS] = {
	[READER_CSV] = { "csv", "CSV", NULL, NULL, &csv_format },
	[READER_XML] = { "xml", "XML", NULL, NULL, &xml_format },
	[READER_RAPIDSTART] = { "rapidstart", "a RapidStart configuration package", "DataList", NULL,
		&rapidstart_format },
	[READER_CMT] = { "cmt", "the data of a Configuration Migration (CMT) package", "entities", NULL,
		&cmt_format },
	[READER_SPREADSHEET] = { "spreadsheet", "an XML spreadsheet", "Workbook", SPREADSHEET_SPACE,
		&spreadsheet_format },
};

/* The first byte of the text that is no blank; 0 when there is none. */
static char
first_byte(struct str text)
{
	text = str_trim(text);
	return text.len ? text.ptr[0] : '\0';
}

/* Whether more must be read before what the file holds can be told. */
static bool
needs_more(struct str head)
{
	struct xml_root root;

	if (first_byte(head) == '<')
		return xml_head_root(head, &root) == XML_ROOT_MORE;
	return str_trim(head).len == 0;
}

/* A root element that cannot be told is one of XML, whose reader will say what is wrong. */
static enum reader_kind
kind_of(struct str head)
{
	struct xml_root root;

	if (first_byte(head) != '<')
		return READER_CSV;
	if (xml_head_root(head, &root) != XML_ROOT_FOUND)
		return READER_XML;
	for (enum reader_kind kind = READER_CSV; kind < READER_KINDS; kind++) {
		const struct kind *k = &kinds[kind];
		if (k->root && str_equal(root.local, str_from(k->root)) &&
		    (!k->space || str_equal(root.space, str_from(k->space))))
			return kind;
	}
	return READER_XML;
}

/* A declared format wins where the content can be that; the path of a record is that of XML. */
static bool
choose(struct reader *reader, enum reader_kind content)
{
	enum reader_kind declared = reader->options.kind;
	struct buf message = { 0 };
	bool is_xml = content != READER_CSV;

	if (declared == READER_AUTO)
		declared = is_xml && reader->options.record.len ? READER_XML : content;
	if (declared == content || (declared == READER_XML && is_xml)) {
		reader->format = kinds[declared].format;
		if (reader->format)
			return true;
		buf_printf(&message, "holds %s, which is not read yet; export the records as CSV",
			kinds[declared].what);
	} else {
		buf_printf(&message,
			"is declared as format \"%s\", but holds %s; export it in that format, or "
			"declare format=\"%s\"",
			kinds[declared].word, content == READER_CSV ? "no XML" : kinds[content].what,
			kinds[content].word);
	}
	reader_fail(reader, 0, buf_str(&message));
	buf_release(&message);
	return false;
}

/* XML in two bytes a character that says so nowhere: nothing is guessed (5.0.1). */
static bool
is_unmarked_utf16(struct str head)
{
	return str_starts(head, (struct str){ "<\0", 2 }) || str_starts(head, (struct str){ "\0<", 2 });
}

bool
reader_recognise(struct reader *reader)
{
	enum source_status status = SOURCE_TEXT;

	/* Looked at again when it is twice as long, not with every small piece. */
	for (size_t looked_at = 0; status == SOURCE_TEXT && reader->head.len < MAX_HEAD;) {
		if (reader->head.len >= 2 * looked_at) {
			looked_at = reader->head.len;
			if (!needs_more(buf_str(&reader->head)))
				break;
		}
		status = source_read(reader->source, &reader->head);
	}
	if (status == SOURCE_ERROR)
		return false;
	struct str head = buf_str(&reader->head);
	enum reader_kind kind = kind_of(head);
	if (is_unmarked_utf16(head))
		return reader_fail(reader, 0,
			STR("looks like XML in UTF-16 without a byte order mark; declare "
			    "encoding=\"UTF-16LE\" (or UTF-16BE), or export it with a mark"));
	if (kind != READER_CSV && reader->options.is_own)
		return reader_fail(reader, 0, STR("holds XML, not what Couplet wrote; name the right file"));
	return choose(reader, kind);
}
