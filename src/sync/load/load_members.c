/* load_members.c - which members of a zip archive hold a table */
#include "sync/load/load_members.h"

#include <stdlib.h>

#include "sync/load/load_paths.h"

enum { SHOWN_MEMBERS = 10 };

static const struct str package_data = { "data.xml", 8 };
static const struct str package_schema = { "data_schema.xml", 15 };

/* Behind the last slash. */
static struct str
last_part(struct str name)
{
	for (size_t at = name.len; at > 0; at--)
		if (name.ptr[at - 1] == '/')
			return (struct str){ name.ptr + at, name.len - at };
	return name;
}

static bool
ends_with(struct str name, struct str end)
{
	return name.len > end.len &&
	       str_equal_nocase((struct str){ name.ptr + name.len - end.len, end.len }, end);
}

/* Files that can be read, by their names: archives hold manifests and pictures, too. */
static bool
is_data(struct str name)
{
	static const struct str endings[] = { { ".csv", 4 }, { ".txt", 4 }, { ".tsv", 4 }, { ".xml", 4 },
		{ ".rapidstart", 11 } };
	struct str part = last_part(name);

	/* Hidden files, and what macOS packs beside every file. */
	if (part.len == 0 || *part.ptr == '.' || str_starts(name, STR("__MACOSX/")) ||
	    str_equal(part, STR("[Content_Types].xml")))
		return false;
	if (ends_with(part, STR(".gz")))
		part.len -= 3;
	for (size_t i = 0; i < ARRAY_LEN(endings); i++)
		if (ends_with(part, endings[i]))
			return true;
	return false;
}

/* "Accounts/account.2.csv" is called account. */
static bool
is_called(struct str member, struct str name)
{
	struct str part = last_part(member);
	struct str rest = { part.ptr + name.len, part.len - name.len };

	if (name.len == 0 || part.len <= name.len || *rest.ptr != '.')
		return false;
	return str_equal_nocase((struct str){ part.ptr, name.len }, name);
}

static bool
is_wanted(const struct members *m, struct str member)
{
	struct str pattern = m->source->member;

	if (pattern.len)
		return load_match_name(pattern, member) || load_match_name(pattern, last_part(member));
	return is_data(member) &&
	       (is_called(member, m->def->name) || is_called(member, m->def->display_name));
}

static void
add(struct members *m, struct str name)
{
	m->names[m->count++] = arena_copy(m->arena, name);
}

/* The members are listed, so that a person sees what could be meant. */
static struct str
explain(const struct members *m, const struct zip_file *zip)
{
	struct buf text = { 0 };

	if (m->source->member.len)
		buf_printf(&text, "no member of the archive matches \"%.*s\"", STR_ARG(m->source->member));
	else
		buf_add(&text, STR("no member of the archive is called as the table"));
	for (size_t i = 0; i < zip->member_count && i < SHOWN_MEMBERS; i++)
		buf_printf(&text, "%s\"%.*s\"", i == 0 ? "; it holds " : ", ", STR_ARG(zip->members[i].name));
	if (zip->member_count > SHOWN_MEMBERS)
		buf_add(&text, STR(", ..."));
	buf_printf(&text, "; %s", zip->member_count ? m->advice : "it is empty: export it again");
	struct str why = arena_copy(m->arena, buf_str(&text));
	buf_release(&text);
	return why;
}

static int
compare_names(const void *a, const void *b)
{
	return str_compare(*(const struct str *)a, *(const struct str *)b);
}

/* 1.8: a workbook is an archive as well. */
static bool
is_workbook(const struct zip_file *zip)
{
	for (size_t i = 0; i < zip->member_count; i++)
		if (str_starts(zip->members[i].name, STR("xl/work")))
			return true;
	return false;
}

static void
choose(struct members *m, const struct zip_file *zip)
{
	size_t data_count = 0;
	struct str data = { NULL, 0 };

	m->names = arena_array(m->arena, struct str, zip->member_count + 1);
	if (m->source->member.len == 0 && zip_find(zip, package_data) &&
	    (zip_find(zip, package_schema) || m->source->format.format == FORMAT_CMT)) {
		add(m, package_data);
		return;
	}
	for (size_t i = 0; i < zip->member_count; i++) {
		struct str name = zip->members[i].name;
		if (is_wanted(m, name))
			add(m, name);
		data_count += is_data(name);
		data = is_data(name) ? name : data;
	}
	if (m->count == 0 && m->source->member.len == 0 && data_count == 1)
		add(m, data);
	if (m->count)
		qsort(m->names, m->count, sizeof *m->names, compare_names);
}

bool
members_choose(struct members *m, struct str path, struct str shown_path, struct diag *diag)
{
	struct zip_file zip;
	bool ok = zip_open(&zip, path.ptr, shown_path, diag);

	if (ok && is_workbook(&zip))
		ok = zip_fail(&zip, STR(""), STATUS_INVALID,
			"is a workbook (xlsx), which is not read; export a RapidStart configuration package "
			"instead, or save the sheet as CSV");
	if (ok) {
		choose(m, &zip);
		if (m->count == 0)
			m->why = explain(m, &zip);
	}
	zip_close(&zip);
	return ok && m->count > 0;
}
