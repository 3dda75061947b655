/*
 * xml_fault.c - what makes an export no XML, in words for a person
 *
 * Exports are written by programs: what is wrong with one is mostly that it was
 * cut, or that something was put into its text as it is.  The rest is left in
 * the words of libxml2.
 */
#include "io/xml_fault.h"

/* A sentence in which %1 is the name that the error is about. */
struct wording {
	int code;
	const char *sentence;
};

static const struct wording wordings[] = {
	{ XML_ERR_DOCUMENT_EMPTY, "the file holds no element; export it again" },
	{ XML_ERR_DOCUMENT_END,
		"the file ends too early, or something stands behind its end; it is not whole, "
		"copy or export it again" },
	{ XML_ERR_TAG_NOT_FINISHED,
		"the file ends within element \"%1\"; it is not whole, copy or export it "
		"again" },
	{ XML_ERR_TAG_NAME_MISMATCH, "element \"%1\" is closed by another name; export the file again" },
	{ XML_ERR_ATTRIBUTE_REDEFINED, "attribute \"%1\" is given twice; export it once" },
	{ XML_ERR_LT_IN_ATTRIBUTE, "a < within a value; it must be written &lt;" },
	{ XML_ERR_NAME_REQUIRED, "an & or < that belongs to the text; it must be written &amp; or &lt;" },
	{ XML_ERR_ENTITYREF_SEMICOL_MISSING, "an & that belongs to the text; it must be written &amp;" },
	{ XML_ERR_UNDECLARED_ENTITY, "entity &%1; is not known; the character itself must be written" },
	{ XML_WAR_UNDECLARED_ENTITY, "entity &%1; is not known; the character itself must be written" },
	{ XML_ERR_INVALID_CHAR, "a character that XML does not allow; take it out of the record" },
	{ XML_ERR_INVALID_CHARREF, "a character that XML does not allow; take it out of the record" },
	{ XML_ERR_INVALID_ENCODING,
		"bytes that are not of the file's encoding; declare encoding=\"...\" as the "
		"file was written" },
	{ XML_ERR_RESERVED_XML_NAME,
		"the XML declaration is not at the begin of the file; take out what stands "
		"before it" },
};

static void
fill_in(const char *sentence, const char *name, struct buf *out)
{
	const char *at;

	while ((at = strstr(sentence, "%1")) != NULL) {
		buf_add(out, (struct str){ sentence, (size_t)(at - sentence) });
		buf_printf(out, "%.100s", name ? name : "");
		sentence = at + 2;
	}
	buf_add(out, str_from(sentence));
}

void
xml_fault_write(const xmlError *error, struct buf *out)
{
	const char *said = error->message ? error->message : "cannot be read";
	int code = error->code;

	if (error->int2 > 0)
		buf_printf(out, "column %d: ", error->int2);
	buf_add(out, STR("not well-formed XML: "));
	/* Before 2.12 the library says both with one code. */
	if (code == XML_ERR_INVALID_CHAR && strstr(said, "not proper UTF-8"))
		code = XML_ERR_INVALID_ENCODING;
	for (size_t i = 0; i < ARRAY_LEN(wordings); i++)
		if (wordings[i].code == code) {
			fill_in(wordings[i].sentence, error->str1, out);
			return;
		}
	struct str text = str_trim(str_from(said));
	text.len = text.len < 200 ? text.len : 200;
	buf_add(out, text);
	buf_add(out, STR("; export the file again"));
}
