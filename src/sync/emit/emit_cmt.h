/*
 * emit_cmt.h - the parts of a Configuration Migration package (part 5, section 3)
 *
 * data.xml and data_schema.xml, piece by piece: the caller knows which tables
 * and records there are.  All functions are pure but for their output.
 */
#ifndef SYNC_EMIT_CMT_H
#define SYNC_EMIT_CMT_H

#include "sync/emit/emit_format.h"

/* [Content_Types].xml, byte for byte as the tool has it (3.1). */
extern const struct str cmt_content_types;

/* data.xml (3.2).  A timestamp of STAMP_NONE is left out. */
void cmt_data_begin(int64_t timestamp, struct buf *out);
void cmt_data_end(struct buf *out);
void cmt_entity_begin(const struct table_def *def, struct buf *out);
void cmt_entity_end(struct buf *out);

/* A record, with its id as the first field. */
void cmt_record_begin(const struct table_def *def, struct str id, struct buf *out);
void cmt_record_end(struct buf *out);

/*
 * The fields of a record that are written and not blank, without the id and the
 * columns that are left out (may be NULL).  False, with the fault, when XML
 * cannot carry a value.
 */
bool cmt_add_fields(const struct record_shape *shape, const struct import_value *values,
	const bool *is_left_out, struct buf *scratch, struct buf *out, struct import_fault *fault);

/* data_schema.xml (3.4). */
void cmt_schema_begin(struct buf *out);
void cmt_schema_end(const struct str *entities, size_t count, struct buf *out);	/* in import order */
void cmt_schema_entity_begin(const struct table_def *def, struct buf *out);
void cmt_schema_entity_end(struct buf *out);
void cmt_schema_field(const struct table_def *def, const struct import_column *column, struct buf *out);

/* How the schema has the column. */
enum cmt_type cmt_column_type(const struct import_column *column);

/* Logical names in lower case, appended; as an attribute of that name. */
void cmt_add_name(struct str name, struct buf *out);
void cmt_add_named(const char *attribute, struct str name, struct buf *out);

#endif
