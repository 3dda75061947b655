/* emit_encode.c - import files in the encoding that the setup asks for (2.1, 5.0.1) */
#include "sync/emit/emit_encode.h"

#include <errno.h>
#include <iconv.h>
#include <stdlib.h>

enum { ENCODING_NAME = 64 };

static bool
is_utf8(struct str encoding)
{
	return encoding.len == 0 || str_equal_nocase(encoding, STR("UTF-8"))
	    || str_equal_nocase(encoding, STR("UTF8"));
}

bool
encoding_is_unicode(struct str encoding)
{
	struct str prefix = { encoding.ptr, encoding.len < 3 ? encoding.len : 3 };

	return encoding.len == 0 || str_equal_nocase(prefix, STR("UTF"));
}

bool
encoding_needs_mark(struct str encoding)
{
	return str_equal_nocase(encoding, STR("UTF-16")) || str_equal_nocase(encoding, STR("UTF-32"));
}

bool
encoder_open(struct encoder *encoder, struct str encoding)
{
	char name[ENCODING_NAME + 3] = "";

	*encoder = (struct encoder){ 0 };
	if (is_utf8(encoding))
		return true;
	if (encoding.len > ENCODING_NAME || memchr(encoding.ptr, '/', encoding.len))
		return false;
	memcpy(name, encoding.ptr, encoding.len);
	/* Where the name leaves the order of bytes open, iconv would mark each piece; the mark is ours. */
	if (encoding_needs_mark(encoding))
		memcpy(name + encoding.len, "LE", 3);
	iconv_t handle = iconv_open(name, "UTF-8");
	if (handle == (iconv_t)-1)
		return false;
	encoder->handle = handle;
	return true;
}

size_t
encoder_add(const struct encoder *encoder, struct str text, struct buf *out)
{
	if (!encoder->handle) {
		buf_add(out, text);
		return text.len;
	}
	/* iconv() does not write there, but its type does not say so. */
	char *from = (char *)(uintptr_t)text.ptr;
	size_t left = text.len;
	bool is_flushed = false;
	while (!is_flushed) {
		size_t room = left * 2 + 16;
		char *to = buf_reserve(out, room);
		size_t before = room;
		/* The last call, without input, takes an encoding with shifts back to its first state. */
		size_t result = left > 0 ? iconv(encoder->handle, &from, &left, &to, &room)
		    : iconv(encoder->handle, NULL, NULL, &to, &room);
		is_flushed = left == 0 && result != (size_t)-1 && before - room == 0;
		out->len += before - room;
		if (result == (size_t)-1 && errno != E2BIG)
			break;
	}
	if (left > 0)
		iconv(encoder->handle, NULL, NULL, NULL, NULL);
	return text.len - left;
}

void
encoder_close(struct encoder *encoder)
{
	if (encoder->handle)
		iconv_close(encoder->handle);
	encoder->handle = NULL;
}
