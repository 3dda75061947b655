/*
 * setup_refuse.c - what a setup may say but this version does not act on
 *
 * Nothing of a setup is ever ignored: where an enabled mapping uses one of
 * these, the setup is refused with the line.  A version that acts on one of
 * them deletes its row.
 */
#include "model/setup_load.h"

static const struct {
	enum format format;
	const char *feature;
} format_features[] = {
	{ FORMAT_CMT, "cmt" },
};

static void
refuse_format(struct load *load, const struct table_def *table, enum format format, const char *element,
	unsigned line)
{
	for (size_t i = 0; i < ARRAY_LEN(format_features); i++)
		if (format_features[i].format == format)
			load_error(load, line,
				"table %.*s: %s format %s is not acted on by this version; use csv, or "
				"disable the mappings of the table (enabled=\"false\")",
				STR_ARG(table->name), element, format_features[i].feature);
}

void
refuse_unsupported(struct load *load)
{
	const struct setup *setup = load->setup;

	for (size_t m = 0; m < setup->mapping_count; m++) {
		const struct mapping *mapping = setup->mappings[m];
		if (!mapping->is_enabled)
			continue;
		/* Only the sides that the mapping writes have import files. */
		for (enum side side = ERP; side < SIDES; side++)
			if ((mapping->direction & (side == ERP ? FROM : TO)) != 0)
				refuse_format(load, mapping->tables[side],
					mapping->tables[side]->import.format.format, "import",
					mapping->tables[side]->import.line);
	}
	for (size_t t = 0; t < setup->table_count; t++)
		for (size_t i = 0; setup->tables[t]->is_used && i < setup->tables[t]->source_count; i++)
			refuse_format(load, setup->tables[t], setup->tables[t]->sources[i].format.format,
				"source", setup->tables[t]->sources[i].line);
}
