/* show.c - values from data on one line for people */
#include "cmd/show.h"

void
show_quoted(struct buf *out, struct str text)
{
	buf_add_char(out, '"');
	for (size_t i = 0; i < text.len; i++)
		buf_add_char(out, (unsigned char)text.ptr[i] < ' ' ? ' ' : text.ptr[i]);
	buf_add_char(out, '"');
}
