/* shown.c - a piece of an export's text that is fit for one line of a message */
#include "io/shown.h"

enum { SHOWN_CHARACTERS = 40 };

void
shown_add(struct str text, struct buf *out)
{
	struct str piece = utf8_cut(text, SHOWN_CHARACTERS);

	for (size_t i = 0; i < piece.len; i++)
		buf_add_char(out, (unsigned char)piece.ptr[i] < ' ' ? ' ' : piece.ptr[i]);
	if (piece.len < text.len)
		buf_add(out, STR("..."));
}
