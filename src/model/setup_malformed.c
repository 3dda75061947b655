/*
 * setup_malformed.c - what makes a document no XML, in words for a person
 *
 * libxml2 speaks of tokens and references.  What people do wrong in a setup
 * file by hand is said here with what to do about it; the rest is left in the
 * library's words.
 */
#include "model/setup_load.h"

/* A sentence in which %1 is the name that the error is about. */
struct wording {
	int code;
	const char *sentence;
};

static const struct wording wordings[] = {
	{ XML_ERR_DOCUMENT_EMPTY, "no XML begins here; a setup file begins with " SETUP_BEGIN },
	{ XML_ERR_DOCUMENT_END, "something stands behind the end of the document; take it out" },
	{ XML_ERR_ATTRIBUTE_REDEFINED, "attribute \"%1\" is given twice; take one out" },
	{ XML_ERR_ATTRIBUTE_NOT_STARTED, "a value without quotes; write name=\"value\"" },
	{ XML_ERR_ATTRIBUTE_NOT_FINISHED, "a value whose quote is never closed; close it" },
	{ XML_ERR_ATTRIBUTE_WITHOUT_VALUE, "attribute \"%1\" has no value; write %1=\"...\"" },
	{ XML_ERR_LT_IN_ATTRIBUTE, "a < within a value; write &lt; or close the quote before it" },
	{ XML_ERR_SPACE_REQUIRED,
		"no blank between two attributes; put one there, or close the quote before" },
	{ XML_ERR_GT_REQUIRED, "a tag that is not closed; close it with > or />" },
	{ XML_ERR_NAME_REQUIRED, "an & or < without a name behind it; write &amp; or &lt;" },
	{ XML_ERR_ENTITYREF_SEMICOL_MISSING, "an & that belongs to the text; write &amp;" },
	{ XML_ERR_UNDECLARED_ENTITY, "entity &%1; is not known; write the character itself" },
	{ XML_WAR_UNDECLARED_ENTITY, "entity &%1; is not known; write the character itself" },
	{ XML_ERR_INVALID_CHAR, "a character that XML does not allow; take it out" },
	{ XML_ERR_INVALID_CHARREF, "a character that XML does not allow; take it out" },
	{ XML_ERR_INVALID_ENCODING,
		"bytes that are not UTF-8; save the file as UTF-8, or declare its encoding "
		"in the first line" },
	{ XML_ERR_UNSUPPORTED_ENCODING,
		"encoding \"%1\" is not known; save the file as UTF-8 and declare that" },
	{ XML_ERR_COMMENT_NOT_FINISHED, "a comment that is never closed; close it with -->" },
	{ XML_ERR_HYPHEN_IN_COMMENT, "-- within a comment; write one hyphen or a blank between the two" },
	{ XML_ERR_CDATA_NOT_FINISHED, "a CDATA section that is never closed; close it with ]]>" },
	{ XML_ERR_RESERVED_XML_NAME,
		"the XML declaration is not at the begin of the file; take out what stands "
		"before it" },
	{ XML_NS_ERR_UNDEFINED_NAMESPACE,
		"prefix \"%1\" is not declared; take it out, or declare it with "
		"xmlns:%1=\"...\"" },
};

static struct str
fill_in(struct load *load, const char *sentence, const char *name)
{
	struct arena *arena = &load->setup->arena;
	struct str text = { "", 0 };
	const char *at;

	while ((at = strstr(sentence, "%1")) != NULL) {
		text = arena_printf(arena, "%.*s%.*s%s", STR_ARG(text), (int)(at - sentence), sentence, name);
		sentence = at + 2;
	}
	return arena_printf(arena, "%.*s%s", STR_ARG(text), sentence);
}

struct str
malformed_text(struct load *load, const xmlError *error)
{
	struct arena *arena = &load->setup->arena;
	const char *name = error->str1 ? error->str1 : "";

	if (error->code == XML_ERR_TAG_NAME_MISMATCH && error->str2)
		return arena_printf(arena,
			"</%s> where </%s> is wanted, for the element that begins in line %d; "
			"correct the name, or close that element first",
			error->str2, name, error->int1);
	if (error->code == XML_ERR_TAG_NOT_FINISHED)
		return arena_printf(arena,
			"the file ends before </%s>, for the element that begins in line %d; "
			"close it, or restore the file if it was cut",
			name, error->int1);
	int code = error->code;
	/* Before 2.12 the library says both with one code. */
	if (code == XML_ERR_INVALID_CHAR && error->message && strstr(error->message, "not proper UTF-8"))
		code = XML_ERR_INVALID_ENCODING;
	if (error->message && strstr(error->message, "Excessive depth"))
		return STR("elements are more than 256 deep inside each other; a setup needs six");
	for (size_t i = 0; i < ARRAY_LEN(wordings); i++)
		if (wordings[i].code == code)
			return fill_in(load, wordings[i].sentence, name);
	return arena_copy(arena, str_trim(str_from(error->message ? error->message : "cannot be read")));
}
