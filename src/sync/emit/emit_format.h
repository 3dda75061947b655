/*
 * emit_format.h - what a format gives to be written as import files (6.5)
 *
 * A format is one file that defines a `struct import_format` and one row in
 * emit_format.c.  What all import files share - which columns and records they
 * have, their order, encoding, parts and names - is in emit_import.h.  All
 * functions are pure but for their output, as records are formatted side by
 * side; what they write is UTF-8, which is encoded afterwards.
 */
#ifndef SYNC_EMIT_FORMAT_H
#define SYNC_EMIT_FORMAT_H

#include "base/buf.h"
#include "sync/emit/value_style.h"

enum import_part { IMPORT_KEY, IMPORT_UID, IMPORT_FIELD };

struct import_column {
	const struct field *field;
	struct str name;	/* its heading, or the name of its elements */
	uint32_t column;	/* of the table */
	enum import_part part;
	uint32_t key_number;	/* which of the table's keys; for IMPORT_KEY */
	bool is_validated;	/* 2.3: as the field mapping says that writes the field */
	const struct field_mapping *writer;	/* that field mapping; or NULL */
	bool is_lookup_type;	/* CMT: it goes with the look-up that it belongs to */
};

/* What a CMT package says of a row that a look-up refers to (part 5, 3.3). */
struct import_lookup {
	struct str entity;	/* its table; never empty */
	struct str name;	/* what people call it; never empty */
};
/* Changes *found, which holds a guess, where the row is known. */
typedef void import_find_lookup(const void *context, const struct import_column *column, struct str id,
	struct import_lookup *found);

/* What a configuration package is called (part 5, 1.2). */
struct package {
	struct str code;
	struct str name;
};

/*
 * What a format must know of the file that it writes: nothing of a plan, as
 * records are also written that no plan made (convert, ledger export).
 */
struct record_shape {
	const struct table_def *def;
	const struct import_format *format;
	struct str encoding;		/* of the file */
	struct value_style style;
	struct import_column *columns;
	uint32_t column_count;
	struct package package;		/* RapidStart only */
	bool is_new;			/* no record exists yet: a blank takes no value's place */
	/* CMT only: who knows the rows that look-ups refer to; NULL: what the schema says must do. */
	import_find_lookup *find_lookup;
	const void *lookups;
};

/* One value of a record; the columns are those of the shape. */
struct import_value {
	struct cell cell;	/* canonical; of a bad one the text as the export has it */
	/* Part of the identity, or set by the change; else the present value (6.5: CMT leaves it out). */
	bool is_written;
};

/* What cannot be written: which column, and the first character that the format does not have, or why. */
struct import_fault {
	uint32_t column;	/* of the shape */
	struct str character;	/* borrowed from the value */
	const char *reason;	/* instead of a character: what is the matter; what to do */
};

struct import_format {
	const char *word;	/* as the setup declares it */
	const char *what;	/* as messages speak of it: "an XML spreadsheet" */
	const char *extension;	/* without point */
	const char *encoding;	/* null: as declared in the setup, else UTF-8 */
	size_t part_limit;	/* for Dataverse, a part stays below so many bytes (section 4); 0 = any */
	/*
	 * Columns are element names of at most so many characters, of the fields' own
	 * names, and two that come to the same are refused (6.5); 0: they are headers.
	 */
	size_t name_limit;
	bool is_packed;		/* the file is one gzip member */
	bool is_for_wizard;	/* parts are members of zip archives, headings what people see (section 4) */
	bool is_package; /* one file holds all tables of the side, and what is created and updated (6.5) */
	bool lacks_blanks;	/* what is absent stays as it is, so that a value cannot be cleared (3.2) */
	bool lacks_uid;		/* it cannot carry the uid of the ERP: the key alone names a record (1.5) */
	bool is_invariant;	/* values are written in the invariant locale, whatever is declared (2.1) */
	bool drops_blanks;	/* a text of nothing but blanks is lost on its way (part 5, 1.6) */
	bool has_ordinals;	/* options are written by number, whatever is declared (6.5) */
	/*
	 * Appends the text of a value that is neither blank nor bad, as the file and
	 * changes.csv have it, not yet escaped.  Not called for Text and Code, which
	 * are written as they are.
	 */
	void (*value)(const struct value_style *style, const struct field *field, struct str canonical,
		struct buf *out);
	/*
	 * The text of a blank that takes the place of a value, where an empty one might
	 * leave it; may be null: empty.
	 */
	struct str (*cleared)(const struct field *field);
	/* What comes before the records of a part, and behind them; end may be null. */
	void (*begin)(const struct record_shape *shape, struct buf *out);
	void (*end)(const struct record_shape *shape, struct buf *out);
	/*
	 * Appends one record of shape->column_count values, using scratch; number 0 is
	 * the first of the file.  False when the format cannot carry one of them:
	 * nothing is written wrongly.
	 */
	bool (*record)(const struct record_shape *shape, size_t number, const struct import_value *values,
		struct buf *scratch, struct buf *out, struct import_fault *fault);
};

/* NULL for one that this version does not write. */
const struct import_format *import_format_find(enum format format);

/* How import files of a table are written; deletes are CSV in every format (6.5). */
const struct import_format *import_format_of(const struct table_def *table);
extern const struct import_format import_csv;
extern const struct import_format import_xml;
extern const struct import_format import_rapidstart;
extern const struct import_format import_spreadsheet;
extern const struct import_format import_cmt;
extern const struct import_format import_wizard;

/*
 * Names a configuration package: the declared code, else one of the name and
 * what is done that is the same in every run, as a package of the same code is
 * replaced by the next one (1.2).  Texts are the arena's.
 */
void package_make(struct package *package, struct str declared, struct str name, const char *what,
	struct arena *arena);

#endif
