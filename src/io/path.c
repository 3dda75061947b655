/* path.c - whether one path lies inside another, links resolved (L2); names that are safe in one */
#include <limits.h>
#include <stdlib.h>
#include <unistd.h>

#include "io/output.h"

enum { MOST_LINKS = 40 };

/* Takes the last part off an absolute path, which may become empty (the root). */
static void
drop_last(struct buf *path)
{
	while (path->len > 0 && path->ptr[--path->len] != '/')
		;
}

/* Appends parts that do not exist, so that . and .. have no other meaning than their own. */
static void
append_parts(struct buf *path, struct str parts)
{
	while (parts.len > 0) {
		struct str rest;
		struct str part = str_cut(parts, '/', &rest);
		if (str_equal(part, STR(".."))) {
			drop_last(path);
		} else if (part.len > 0 && !str_equal(part, STR("."))) {
			buf_add_char(path, '/');
			buf_add(path, part);
		}
		parts = rest;
	}
}

/* realpath() says nothing of a link that leads nowhere yet; what is written there is written at its end. */
static void
follow_links(struct buf *path)
{
	char target[PATH_MAX];

	for (unsigned links = 0; links < MOST_LINKS; links++) {
		buf_add_char(path, '\0');
		ssize_t len = readlink(path->ptr, target, sizeof target);
		path->len--;
		if (len <= 0 || (size_t)len == sizeof target)
			return;
		while (path->len > 0 && (target[0] == '/' || path->ptr[path->len - 1] != '/'))
			path->len--;
		buf_add(path, (struct str){ target, (size_t)len });
	}
}

/* The real path, without a slash at its end: that of the nearest existing parent, then the rest. */
static void
resolve(const char *given, struct buf *out)
{
	struct buf followed = { 0 };
	struct buf head = { 0 };
	char *real = NULL;

	buf_add(&followed, str_from(given));
	follow_links(&followed);
	const char *path = followed.ptr ? followed.ptr : given;
	size_t len = followed.len;
	for (;;) {
		buf_reset(&head);
		buf_add(&head, (struct str){ path, len });
		if (len == 0)
			buf_add(&head, *path == '/' ? STR("/") : STR("."));
		buf_add_char(&head, '\0');
		real = realpath(head.ptr, NULL);
		if (real || len == 0)
			break;
		while (len > 0 && path[len - 1] == '/')
			len--;
		while (len > 0 && path[len - 1] != '/')
			len--;
	}
	if (real && strcmp(real, "/") != 0)
		buf_add(out, str_from(real));
	append_parts(out, (struct str){ path + len, followed.len - len });
	free(real);
	buf_release(&followed);
	buf_release(&head);
}

bool
path_is_inside(const char *path, const char *folder)
{
	struct buf inner = { 0 };
	struct buf outer = { 0 };

	resolve(path, &inner);
	resolve(folder, &outer);
	bool is_inside = str_starts(buf_str(&inner), buf_str(&outer)) &&
		(inner.len == outer.len || inner.ptr[outer.len] == '/');
	buf_release(&inner);
	buf_release(&outer);
	return is_inside;
}

void
path_add_safe_name(struct str name, struct buf *out)
{
	for (size_t i = 0; i < name.len;) {
		struct str rest = { name.ptr + i, name.len - i };
		char c = name.ptr[i];
		bool is_safe = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9')
		    || c == '-';
		size_t length = utf8_length(rest);
		buf_add_char(out, is_safe ? c : '_');
		i += length ? length : 1;
	}
}
