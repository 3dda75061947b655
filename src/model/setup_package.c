/*
 * setup_package.c - what a configuration package cannot carry, or Business Central not import (part 5, 1)
 *
 * All of it can be told from the setup, before any package is written.
 */
#include "io/element_name.h"
#include "model/setup_load.h"
#include "model/value.h"

enum { CODE = 20, LARGEST_ID = 2000000000 };

struct importable {
	uint32_t id;
	const char *name;
};

/* Above LARGEST_ID, but importable: the tables of permissions. */
static const struct importable permissions[] = {
	{ 2000000004, "Permission Set" },
	{ 2000000005, "Permission" },
	{ 2000000165, "Tenant Permission Set" },
	{ 2000000166, "Tenant Permission" },
};

/* Tables of the standard application that an import refuses, and posted entries (1.3). */
static const struct importable forbidden[] = {
	{ 17, "G/L Entry" },
	{ 21, "Cust. Ledger Entry" },
	{ 25, "Vendor Ledger Entry" },
	{ 32, "Item Ledger Entry" },
	{ 45, "G/L Register" },
	{ 110, "Sales Shipment Header" },
	{ 111, "Sales Shipment Line" },
	{ 112, "Sales Invoice Header" },
	{ 113, "Sales Invoice Line" },
	{ 114, "Sales Cr.Memo Header" },
	{ 115, "Sales Cr.Memo Line" },
	{ 120, "Purch. Rcpt. Header" },
	{ 121, "Purch. Rcpt. Line" },
	{ 122, "Purch. Inv. Header" },
	{ 123, "Purch. Inv. Line" },
	{ 124, "Purch. Cr. Memo Hdr." },
	{ 125, "Purch. Cr. Memo Line" },
	{ 169, "Job Ledger Entry" },
	{ 203, "Res. Ledger Entry" },
	{ 254, "VAT Entry" },
	{ 271, "Bank Account Ledger Entry" },
	{ 379, "Detailed Cust. Ledg. Entry" },
	{ 380, "Detailed Vendor Ledg. Entry" },
	{ 5335, "Integration Table Mapping" },
	{ 5336, "Integration Field Mapping" },
	{ 5601, "FA Ledger Entry" },
	{ 5802, "Value Entry" },
};

/* They are of every table, and packages leave them out (1.5). */
static const char *const system_fields[] = { "SystemId", "SystemCreatedAt", "SystemCreatedBy",
	"SystemModifiedAt", "SystemModifiedBy" };

bool
field_is_system(const struct field *field)
{
	for (size_t i = 0; i < ARRAY_LEN(system_fields); i++)
		if (name_equal(field->name, str_from(system_fields[i])))
			return true;
	return false;
}

static const struct importable *
find_table(const struct importable *list, size_t count, uint32_t id)
{
	for (size_t i = 0; i < count; i++)
		if (list[i].id == id)
			return &list[i];
	return NULL;
}

bool
table_is_refused_in_packages(uint32_t id)
{
	return find_table(forbidden, ARRAY_LEN(forbidden), id)
	    || (id > LARGEST_ID && !find_table(permissions, ARRAY_LEN(permissions), id));
}

static void
check_id(struct load *load, const struct table_def *table)
{
	const struct importable *found = find_table(forbidden, ARRAY_LEN(forbidden), table->id);

	if (table->id == 0)
		load_error(load, table->line,
			"table %.*s: import format rapidstart needs the number that the table has in "
			"Business Central; add id=\"...\"", STR_ARG(table->name));
	else if (found)
		load_error(load, table->line,
			"table %.*s: Business Central does not import table %u (%s) from a configuration "
			"package; use another import format", STR_ARG(table->name), table->id, found->name);
	else if (table->id > LARGEST_ID && !find_table(permissions, ARRAY_LEN(permissions), table->id))
		load_error(load, table->line,
			"table %.*s: Business Central does not import table %u from a configuration package, "
			"as numbers above %u are its own; use another import format", STR_ARG(table->name),
			table->id, (unsigned)LARGEST_ID);
}

static void
check_code(struct load *load, const struct table_def *table)
{
	struct str code = str_trim(table->import.package);
	struct buf upper = { 0 };

	text_upper(code, &upper);
	if (utf8_count(buf_str(&upper)) > CODE)
		load_error(load, table->import.line,
			"table %.*s: import package \"%.*s\" is longer than the %d characters of a package's "
			"code", STR_ARG(table->name), STR_ARG(code), CODE);
	buf_release(&upper);
}

/* The key is all that tells which record is meant. */
static void
check_key(struct load *load, const struct table_def *table)
{
	for (size_t i = 0; i < table->key_count; i++)
		if (field_is_system(table->keys[i]))
			load_error(load, table->line,
				"table %.*s: a configuration package cannot carry \"%.*s\"; mark the fields "
				"of the primary key with role=\"key\"", STR_ARG(table->name),
				STR_ARG(table->keys[i]->name));
}

static struct str
element_of(struct load *load, const struct field *field)
{
	struct buf name = { 0 };
	struct buf folded = { 0 };

	element_name_add(str_trim(field->name), ELEMENT_NAME_FIELD_MAX, &name);
	text_fold(buf_str(&name), false, &folded);
	struct str result = arena_copy(&load->setup->arena, buf_str(&folded));
	buf_release(&name);
	buf_release(&folded);
	return result;
}

/* Business Central finds a field by its element's name among all of the table, written or not (1.4). */
static void
check_names(struct load *load, const struct table_def *table)
{
	struct str *names = arena_array(&load->setup->arena, struct str, table->field_count);

	for (size_t i = 0; i < table->field_count; i++) {
		names[i] = element_of(load, table->fields[i]);
		for (size_t k = 0; k < i; k++)
			if (str_equal(names[i], names[k]))
				load_error(load, table->fields[i]->line,
					"table %.*s: fields \"%.*s\" and \"%.*s\" have the same element name "
					"in configuration packages; use another import format",
					STR_ARG(table->name), STR_ARG(table->fields[k]->name),
					STR_ARG(table->fields[i]->name));
	}
}

static void
check_written(struct load *load, const struct mapping *mapping)
{
	for (size_t i = 0; i < mapping->field_count; i++) {
		const struct field_mapping *field = &mapping->fields[i];
		bool is_written = field->is_enabled && (field->direction & FROM) && field->fields[ERP];
		if (is_written && field_is_system(field->fields[ERP]))
			field_error(load, mapping, field,
				"a configuration package cannot carry \"%.*s\"; leave it to Business "
				"Central, or use another import format", STR_ARG(field->fields[ERP]->name));
	}
}

static bool
is_written_by(const struct mapping *mapping, const struct table_def *table)
{
	enum direction direction = table->side == ERP ? FROM : TO;

	return mapping->is_enabled && mapping->tables[table->side] == table
	    && (mapping->direction & direction);
}

static void
check_import(struct load *load, const struct table_def *table)
{
	const struct setup *setup = load->setup;
	bool is_written = false;

	for (size_t m = 0; m < setup->mapping_count; m++) {
		if (!is_written_by(setup->mappings[m], table))
			continue;
		is_written = true;
		if (table->side == ERP)
			check_written(load, setup->mappings[m]);
	}
	if (!is_written)
		return;
	if (table->side == CRM) {
		load_error(load, table->import.line,
			"table %.*s: import format rapidstart is for Business Central, the erp; use csv, "
			"cmt or spreadsheet", STR_ARG(table->name));
		return;
	}
	check_id(load, table);
	check_code(load, table);
	check_key(load, table);
	check_names(load, table);
}

/* A field that says of what export it comes: no package has it. */
static void
check_source(struct load *load, const struct table_def *table)
{
	const struct source *source = table->sources;
	const struct source *end = source + table->source_count;

	while (source < end && source->format.format != FORMAT_RAPIDSTART)
		source++;
	for (size_t i = 0; source < end && i < table->field_count; i++)
		if (table->fields[i]->role != ROLE_NONE && field_is_system(table->fields[i]))
			load_error(load, table->fields[i]->line,
				"table %.*s: a configuration package does not hold \"%.*s\"; take the field "
				"out (without a uid the key is it), or export the table in another format",
				STR_ARG(table->name), STR_ARG(table->fields[i]->name));
}

void
check_packages(struct load *load)
{
	const struct setup *setup = load->setup;

	for (size_t i = 0; i < setup->table_count; i++) {
		const struct table_def *table = setup->tables[i];
		if (!table->is_used || table->line == 0)
			continue;
		check_source(load, table);
		if (table->import.format.format == FORMAT_RAPIDSTART)
			check_import(load, table);
	}
}
