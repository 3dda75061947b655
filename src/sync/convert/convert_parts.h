/*
 * convert_parts.h - what the parts of a conversion share; for convert*.c alone
 */
#ifndef SYNC_CONVERT_PARTS_H
#define SYNC_CONVERT_PARTS_H

#include "sync/convert/convert.h"
#include "sync/load/load_bind.h"

struct conversion {
	const struct convert_options *options;
	struct diag *diag;
	struct arena arena;
	struct system system;		/* of a def that is made up */
	struct table_def def;		/* made up: every field is text */
	struct str *headers;		/* of the file, whole */
	uint32_t header_count;
	bool has_element_names;
	bool is_invariant;		/* whatever the locale */
	const struct locale *invariant;
	struct record_file file;	/* its shape has the columns that are written */
	uint32_t *from;			/* by column of the shape: that of the file */
	struct import_value *values;	/* the record at hand */
	struct buf scratch;		/* its canonical texts */
	bool has_bad_value;
};

/* Which fields the file has and which are written; false with findings. */
bool convert_choose_columns(struct conversion *c);

#endif
