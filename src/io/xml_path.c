/* xml_path.c - the path of element names from the root to a record (5.0.2) */
#include "io/xml_path.h"

static const struct str any = { "*", 1 };

/* One step: a name or *, perhaps with a prefix. */
static bool
take_step(struct str step, struct str *name)
{
	static const char forbidden[] = " \t\r\n[]()@*:<>&\"'";
	struct str local;
	struct str prefix = str_cut(step, ':', &local);

	*name = prefix.len < step.len ? local : step;
	if (str_equal(*name, any))
		return true;
	for (size_t i = 0; i < name->len; i++)
		if (memchr(forbidden, name->ptr[i], sizeof forbidden))
			return false;
	return name->len > 0 && name->ptr[0] != '.';
}

bool
xml_path_parse(struct str text, struct arena *arena, struct xml_path *path)
{
	struct str rest = str_trim(text);
	size_t most = 2;

	if (rest.len == 0)
		rest = STR("*/*");
	str_take(&rest, '/');
	for (size_t i = 0; i < rest.len; i++)
		most += rest.ptr[i] == '/';
	*path = (struct xml_path){ .steps = arena_array(arena, struct str, most) };
	do {
		struct str step = str_cut(rest, '/', &rest);
		if (!take_step(step, &path->steps[path->count++]))
			return false;
	} while (rest.len > 0);
	return path->count <= XML_MAX_DEPTH;
}

bool
xml_path_fits(const struct xml_path *path, uint32_t step, const char *name)
{
	return str_equal(path->steps[step], any) || str_equal(path->steps[step], str_from(name));
}
