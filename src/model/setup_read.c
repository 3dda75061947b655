/* setup_read.c - systems and tables of the setup document */
#include <errno.h>
#include <iconv.h>

#include "io/xml_path.h"
#include "model/locale.h"
#include "model/setup_load.h"
#include "model/timezone.h"

static const char *const kinds[] = { "business-central", "dataverse", "generic" };
static const char *const roles[] = { "", "key", "uid", "modified", "modified-by", "name" };
static const char *const formats[] = { "auto", "csv", "xml", "rapidstart", "cmt", "spreadsheet" };

/*
 * Room for fields is a power of two, at least 16, so that a table needs no
 * capacity: an array is full when its count is such a number.
 */
static void
add_field(struct arena *arena, struct table_def *table, struct field *field)
{
	size_t count = table->field_count;

	if (count == 0 || (count >= 16 && (count & (count - 1)) == 0)) {
		struct field **fields = arena_array(arena, struct field *, count == 0 ? 16 : count * 2);
		if (count > 0)
			memcpy(fields, table->fields, count * sizeof *fields);
		table->fields = fields;
	}
	table->fields[table->field_count++] = field;
}

/* The first of an option's names that another one has too; a null pointer when there is none. */
static struct str
shared_name(const struct option *a, const struct option *b)
{
	for (size_t i = 0; i <= a->caption_count; i++)
		for (size_t k = 0; k <= b->caption_count; k++) {
			struct str name = i == 0 ? a->name : a->captions[i - 1];
			if (name_equal(name, k == 0 ? b->name : b->captions[k - 1]))
				return name;
		}
	return (struct str){ NULL, 0 };
}

/* Options are read and written by their names, so that no two may share one. */
static void
check_option(struct load *load, const struct field *field, const struct option *option, unsigned line)
{
	for (size_t i = 0; i < field->option_count; i++) {
		const struct option *other = &field->options[i];
		struct str name = shared_name(option, other);
		if (str_equal(other->ordinal, option->ordinal))
			load_error(load, line,
				"field \"%.*s\": option %.*s is declared twice; give each option "
				"its own value",
				STR_ARG(field->name), STR_ARG(option->ordinal));
		else if (name.ptr)
			load_error(load, line,
				"field \"%.*s\": option %.*s is called \"%.*s\" as option %.*s is; give each "
				"option its own name",
				STR_ARG(field->name), STR_ARG(option->ordinal), STR_ARG(name),
				STR_ARG(other->ordinal));
	}
}

static void
read_options(struct load *load, const xmlNode *node, struct field *field)
{
	size_t count = node_count(node, "option");

	field->options = arena_array(&load->setup->arena, struct option, count);
	for (const xmlNode *at = node_first(node, "option"); at; at = node_next(at, "option")) {
		struct option *option = &field->options[field->option_count];
		struct str text = str_trim(node_attribute(load, at, "value"));
		bool is_negative = text.len > 0 && text.ptr[0] == '-';
		uint64_t digits = 0;

		if (text.len > 0 && (text.ptr[0] == '-' || text.ptr[0] == '+'))
			text = (struct str){ text.ptr + 1, text.len - 1 };
		while (text.len > 1 && text.ptr[0] == '0')
			text = (struct str){ text.ptr + 1, text.len - 1 };
		str_to_u64(text, &digits);
		option->ordinal = arena_printf(
			&load->setup->arena, "%s%.*s", is_negative && digits ? "-" : "", STR_ARG(text));
		option->name = node_attribute(load, at, "name");
		option->captions =
			split_names(load, node_attribute(load, at, "caption"), &option->caption_count);
		check_option(load, field, option, node_line(at));
		field->option_count++;
	}
}

static void
read_field(struct load *load, const xmlNode *node, struct table_def *table)
{
	struct field *field = arena_new(&load->setup->arena, struct field);
	const struct field *old;

	field->name = node_attribute(load, node, "name");
	field->line = node_line(node);
	field->headers = split_names(load, node_attribute(load, node, "header"), &field->header_count);
	field->display_name = node_attribute(load, node, "display-name");
	field->type = node_choice(load, node, "type", setup_type_names, TYPES, TYPE_TEXT);
	field->length = (uint32_t)node_number(load, node, "length", 0);
	field->schema_type = node_choice(load, node, "schema-type", cmt_type_names, CMT_TYPES, CMT_UNKNOWN);
	field->role = node_choice(load, node, "role", roles, ARRAY_LEN(roles), ROLE_NONE);
	field->is_declared = true;
	read_options(load, node, field);
	if (field->length > 0 && field->type != TYPE_TEXT && field->type != TYPE_CODE)
		load_error(load, field->line,
			"table %.*s: field \"%.*s\": length is for Code and Text only, not for %s",
			STR_ARG(table->name), STR_ARG(field->name), type_name(field->type));
	if (field->option_count > 0 && field->type != TYPE_OPTION)
		load_error(load, field->line,
			"table %.*s: field \"%.*s\": options are for type Option only, not for %s",
			STR_ARG(table->name), STR_ARG(field->name), type_name(field->type));
	old = table_def_find_field(table, field->name);
	if (old)
		load_error(load, field->line,
			"table %.*s: field \"%.*s\" is declared twice, first in line %u",
			STR_ARG(table->name), STR_ARG(field->name), old->line);
	else
		add_field(&load->setup->arena, table, field);
}

/* The system's locale with the file's own marks (2.1). */
static const struct locale *
read_marks(struct load *load, const xmlNode *node, const struct locale *base)
{
	struct str decimal = node_attribute(load, node, "decimal");
	struct str thousands = node_attribute(load, node, "thousands");

	if (!decimal.ptr && !thousands.ptr)
		return base;
	struct locale *own = arena_new(&load->setup->arena, struct locale);
	*own = *base;
	if (decimal.len > 0)
		own->decimal = decimal.ptr[0];
	if (thousands.ptr)
		/* A no-break space is a blank like any other. */
		own->thousands = thousands.len == 0			   ? 0
				 : (unsigned char)thousands.ptr[0] >= 0x80 ? ' '
									   : thousands.ptr[0];
	if (own->decimal == own->thousands && thousands.ptr)
		load_error(load, node_line(node),
			"decimal and thousands are both \"%c\"; numbers could not be told apart",
			own->decimal);
	else if (own->decimal == own->thousands)
		own->thousands = 0;
	return own;
}

/* False with errno: EINVAL when one of them is not known. */
static bool
can_convert(const char *to, const char *from)
{
	iconv_t converter = iconv_open(to, from);

	return converter != (iconv_t)-1 && iconv_close(converter) == 0;
}

static void
check_encoding(struct load *load, const xmlNode *node, struct str encoding)
{
	if (encoding.len == 0 || (can_convert("UTF-8", encoding.ptr) && can_convert(encoding.ptr, "UTF-8")))
		return;
	if (errno != EINVAL)
		load_fail(load, node_line(node), "the encoding cannot be opened", errno);
	else
		load_error(load, node_line(node),
			"encoding \"%.*s\" is not known; write a name such as UTF-8, UTF-16LE, windows-1252 "
			"or ISO-8859-15",
			STR_ARG(encoding));
}

static void
check_format(struct load *load, const xmlNode *node, const struct file_format *format)
{
	bool is_csv = format->format == FORMAT_CSV || format->format == FORMAT_AUTO;
	struct xml_path path;

	if (!is_csv && (xmlHasProp(node, (const xmlChar *)"delimiter") ||
			       xmlHasProp(node, (const xmlChar *)"quote")))
		load_error(load, node_line(node), "delimiter and quote are for format csv, not for %s",
			formats[format->format]);
	if (format->record.len > 0 && format->format != FORMAT_XML && format->format != FORMAT_AUTO)
		load_error(load, node_line(node), "record is for format xml, not for %s",
			formats[format->format]);
	if (!xml_path_parse(format->record, &load->setup->arena, &path))
		load_error(load, node_line(node),
			"record \"%.*s\" is no path of element names; write it as "
			"record=\"Customers/Customer\", from the root to the records",
			STR_ARG(format->record));
	if (format->delimiter != 0 && format->delimiter == format->quote)
		load_error(load, node_line(node), "delimiter and quote are the same character");
}

static struct file_format
read_format(struct load *load, const xmlNode *node, const struct system *system, enum format fallback)
{
	struct str delimiter = node_attribute(load, node, "delimiter");
	struct str quote = node_attribute(load, node, "quote");
	struct file_format format = {
		.format = node_choice(load, node, "format", formats, ARRAY_LEN(formats), fallback),
		.delimiter = delimiter.len > 0 ? delimiter.ptr[0] : 0,
		.quote = quote.len > 0 ? quote.ptr[0] : '"',
		.encoding = node_attribute(load, node, "encoding"),
		.locale = read_marks(load, node, system->locale),
		.record = node_attribute(load, node, "record"),
	};

	check_encoding(load, node, format.encoding);
	check_format(load, node, &format);
	return format;
}

static void
read_source(struct load *load, const xmlNode *node, struct table_def *table)
{
	struct source *source = &table->sources[table->source_count++];
	struct str on_bad_record = node_attribute(load, node, "on-bad-record");
	bool is_wild = false;

	source->path = node_attribute(load, node, "path");
	source->member = node_attribute(load, node, "member");
	source->line = node_line(node);
	source->format = read_format(load, node, table->system, FORMAT_AUTO);
	source->report_bad_records = str_equal(on_bad_record, STR("report"));
	for (size_t i = 0; i < source->path.len; i++) {
		is_wild |= source->path.ptr[i] == '*' || source->path.ptr[i] == '?';
		if (source->path.ptr[i] == '/' && is_wild) {
			load_error(load, source->line,
				"table %.*s: source \"%.*s\": * and ? may stand in the last part of a path "
				"only",
				STR_ARG(table->name), STR_ARG(source->path));
			return;
		}
	}
}

/*
 * Numbers and times of a spreadsheet are typed and the same in every locale;
 * what is left of it are the words for Booleans.
 */
static const struct locale *
spreadsheet_locale(struct load *load, const struct locale *base)
{
	struct locale *own = arena_new(&load->setup->arena, struct locale);

	*own = *locale_find(STR(""));
	own->yes = base->yes;
	own->no = base->no;
	return own;
}

/* A configuration package is written in one way only (part 5, 1.1, 1.6). */
static void
check_package(struct load *load, const xmlNode *node)
{
	static const char *const fixed[] = { "encoding", "record", "decimal", "thousands", "options" };

	for (size_t i = 0; i < ARRAY_LEN(fixed); i++)
		if (xmlHasProp(node, (const xmlChar *)fixed[i]))
			load_error(load, node_line(node),
				"import: %s is not for format rapidstart, whose packages are written as "
				"Business Central writes them; take it out",
				fixed[i]);
}

/* Import files in XML are UTF-8, and their elements are named after the table (5.0.2). */
static void
check_import(struct load *load, const xmlNode *node, const struct file_format *format)
{
	static const char *const csv_only[] = { "encoding", "record" };
	static const char *const marks[] = { "decimal", "thousands" };

	if (format->format == FORMAT_RAPIDSTART)
		check_package(load, node);
	bool is_cmt = format->format == FORMAT_CMT;
	if (format->format != FORMAT_XML && format->format != FORMAT_SPREADSHEET && !is_cmt)
		return;
	for (size_t i = 0; i < ARRAY_LEN(csv_only); i++)
		if (xmlHasProp(node, (const xmlChar *)csv_only[i]))
			load_error(load, node_line(node),
				"import: %s is not for format %s, which is always UTF-8 with "
				"elements of its own; take it out",
				csv_only[i], formats[format->format]);
	for (size_t i = 0; format->format != FORMAT_XML && i < ARRAY_LEN(marks); i++)
		if (xmlHasProp(node, (const xmlChar *)marks[i]))
			load_error(load, node_line(node),
				"import: %s is not for format %s, where numbers %s; take it out", marks[i],
				formats[format->format], is_cmt ? "have one form" : "are typed");
}

static void
read_import(struct load *load, const xmlNode *node, struct table_def *table)
{
	struct import_file *import = &table->import;

	if (import->line != 0) {
		load_error(load, node_line(node), "table %.*s: import is given twice, first in line %u",
			STR_ARG(table->name), import->line);
		return;
	}
	import->line = node_line(node);
	import->format = read_format(load, node, table->system, FORMAT_CSV);
	check_import(load, node, &import->format);
	if (import->format.format == FORMAT_SPREADSHEET)
		import->format.locale = spreadsheet_locale(load, import->format.locale);
	import->options_as_ordinal = str_equal(node_attribute(load, node, "options"), STR("ordinal"));
	import->package = node_attribute(load, node, "package");
}

/* After the fields, as it names one of them. */
static void
read_series(struct load *load, const xmlNode *node, struct table_def *table)
{
	struct number_series *series = &table->series;
	struct str name = node_attribute(load, node, "field");
	struct nearest nearest = { .wanted = str_trim(name) };

	if (node_next(node, "number-series"))
		load_error(load, node_line(node_next(node, "number-series")),
			"table %.*s: a second number-series; one table has one",
			STR_ARG(table->name));
	series->start = node_attribute(load, node, "start");
	series->increment = node_number(load, node, "increment", 1);
	series->field = table_def_find_field(table, name);
	if (!str_has_digit(series->start))
		load_error(load, node_line(node),
			"table %.*s: number-series: start \"%.*s\" holds no digit to count up",
			STR_ARG(table->name), STR_ARG(series->start));
	if (series->field && series->field->length > 0 && utf8_count(series->start) > series->field->length)
		load_error(load, node_line(node),
			"table %.*s: number-series: start \"%.*s\" is longer than the %u characters of field "
			"\"%.*s\"",
			STR_ARG(table->name), STR_ARG(series->start), series->field->length, STR_ARG(name));
	for (size_t i = 0; i < table->field_count; i++)
		nearest_offer(&nearest, table->fields[i]->name);
	if (!series->field)
		load_error(load, node_line(node),
			"table %.*s: number-series: field \"%.*s\": no such field in table %.*s%.*s",
			STR_ARG(table->name), STR_ARG(name), STR_ARG(table->name),
			STR_ARG(nearest_text(&load->setup->arena, &nearest)));
	else if (series->field->role != ROLE_KEY && series->field->role != ROLE_UID)
		load_error(load, node_line(node),
			"table %.*s: number-series: field \"%.*s\" is no key; give it role=\"key\"",
			STR_ARG(table->name), STR_ARG(name));
}

static struct table_def *
read_table(struct load *load, const xmlNode *node, struct system *system)
{
	struct table_def *table = arena_new(&load->setup->arena, struct table_def);

	table->name = node_attribute(load, node, "name");
	table->display_name = node_attribute(load, node, "display-name");
	table->side = system->side;
	table->system = system;
	table->line = node_line(node);
	table->id = (uint32_t)node_number(load, node, "id", 0);
	table->is_full = !str_equal(node_attribute(load, node, "export"), STR("delta"));
	table->import.format =
		(struct file_format){ .format = FORMAT_CSV, .quote = '"', .locale = system->locale };
	table->sources = arena_array(&load->setup->arena, struct source, node_count(node, "source"));
	for (const xmlNode *at = node_first(node, "field"); at; at = node_next(at, "field"))
		read_field(load, at, table);
	for (const xmlNode *at = node_first(node, "source"); at; at = node_next(at, "source"))
		read_source(load, at, table);
	for (const xmlNode *at = node_first(node, "import"); at; at = node_next(at, "import"))
		read_import(load, at, table);
	if (node_first(node, "number-series"))
		read_series(load, node_first(node, "number-series"), table);
	read_entity(load, table);
	return table;
}

static void
read_locale(struct load *load, const xmlNode *node, struct system *system)
{
	struct str locale = node_attribute(load, node, "locale");
	struct str zone = node_attribute(load, node, "time-zone");

	if (locale.ptr && !locale_find(locale))
		load_error(load, node_line(node), "%s: locale \"%.*s\" is not known; write one of %s",
			side_name(system->side), STR_ARG(locale), locale_names());
	else if (locale.ptr)
		system->locale = locale_find(locale);
	if (!zone.ptr)
		return;
	const struct timezone_rules *rules = timezone_load(&load->setup->arena, zone);
	if (!rules && errno != 0)
		load_fail(load, node_line(node), "the rules of the time zone cannot be read", errno);
	else if (!rules)
		load_error(load, node_line(node),
			"%s: time-zone \"%.*s\" is not known; write an IANA name such as Europe/Brussels or "
			"UTC",
			side_name(system->side), STR_ARG(zone));
	else
		system->zone = rules;
	system->time_zone = zone;
}

static void
read_system(struct load *load, const xmlNode *root, enum side side)
{
	struct system *system = &load->setup->systems[side];
	const xmlNode *node = node_first(root, side_name(side));

	*system = (struct system){ .side = side,
		.name = str_from(side_name(side)),
		.kind = KIND_GENERIC,
		.locale = locale_find(STR("invariant")),
		.time_zone = STR("UTC"),
		.zone = timezone_utc() };
	if (!node) {
		load_error(load, node_line(root),
			"element \"%s\" is missing; a setup has one erp and one crm", side_name(side));
		return;
	}
	if (node_next(node, side_name(side)))
		load_error(load, node_line(node_next(node, side_name(side))),
			"a second \"%s\"; a setup has one erp and one crm",
			side_name(side));
	if (xmlHasProp(node, (const xmlChar *)"name"))
		system->name = node_attribute(load, node, "name");
	system->kind = node_choice(load, node, "kind", kinds, ARRAY_LEN(kinds), KIND_GENERIC);
	read_locale(load, node, system);
	system->tables = arena_array(&load->setup->arena, struct table_def *, node_count(node, "table"));
	for (const xmlNode *at = node_first(node, "table"); at; at = node_next(at, "table")) {
		struct table_def *table = read_table(load, at, system);
		const struct table_def *old = setup_find_table(load->setup, side, table->name);
		if (old)
			load_error(load, table->line, "%s: table %.*s is declared twice, first in line %u",
				side_name(side), STR_ARG(table->name), old->line);
		system->tables[system->table_count++] = table;
	}
}

void
read_systems(struct load *load, const xmlNode *root)
{
	struct setup *setup = load->setup;

	for (enum side side = ERP; side < SIDES; side++)
		read_system(load, root, side);
	/* Each option mapping may add the option set of its field. */
	size_t count = setup->systems[ERP].table_count + setup->systems[CRM].table_count
		+ node_count(root, "option-mapping");
	setup->tables = arena_array(&setup->arena, struct table_def *, count);
	for (enum side side = ERP; side < SIDES; side++)
		for (size_t i = 0; i < setup->systems[side].table_count; i++) {
			struct table_def *table = setup->systems[side].tables[i];
			table->number = (uint32_t)setup->table_count;
			setup->tables[setup->table_count++] = table;
		}
}

struct table_def *
resolve_table(struct load *load, enum side side, struct str name, unsigned line, struct str place)
{
	const struct system *system = &load->setup->systems[side];
	struct table_def *table = setup_find_table(load->setup, side, name);
	struct nearest nearest = { .wanted = str_trim(name) };

	if (table)
		return table;
	for (size_t i = 0; i < system->table_count; i++)
		nearest_offer(&nearest, system->tables[i]->name);
	/* A system that is missing is one finding already, or every name would be one. */
	if (system->tables)
		load_error(load, line, "%.*s: no such table in %s: \"%.*s\"%.*s", STR_ARG(place),
			side_name(side), STR_ARG(name), STR_ARG(nearest_text(&load->setup->arena, &nearest)));
	table = arena_new(&load->setup->arena, struct table_def);
	table->name = name;
	table->side = side;
	table->system = &load->setup->systems[side];
	return table;
}

struct field *
resolve_field(
	struct load *load, struct table_def *table, struct str name, unsigned line, struct str first_use)
{
	struct field *field = table_def_find_field(table, name);

	if (field)
		return field;
	field = arena_new(&load->setup->arena, struct field);
	field->name = name;
	field->line = line;
	field->first_use = first_use;
	take_schema_type(table, field);
	add_field(&load->setup->arena, table, field);
	return field;
}
