/*
 * setup_cmt.h - names and types of tables and fields in CMT packages (part 5, section 3)
 */
#ifndef MODEL_SETUP_CMT_H
#define MODEL_SETUP_CMT_H

#include "base/buf.h"
#include "model/setup.h"

/*
 * Appends the logical name of a table or field: in lower case, and
 * `_ownerid_value`, as OData calls a look-up, is ownerid.  False when nothing of
 * that name can be in Dataverse.
 */
bool cmt_logical_name(struct str name, struct buf *out);

/* How a package declares a field: what the schema says, else what its name or type tells. */
enum cmt_type cmt_type_of(const struct field *field, bool is_reference);

/* Why a package cannot hold a field, "is set by Dataverse itself...; what to do"; or NULL. */
const char *cmt_find_obstacle(const struct field *field, bool is_reference);

/*
 * The look-up of which a field only says to which table it refers, as owneridtype
 * does of ownerid; NULL for all others.  A package says that with the look-up itself.
 */
const struct field *cmt_lookup_of(const struct table_def *def, const struct field *field);

/* The type of a field that only a schema declares. */
enum type cmt_model_type(enum cmt_type type);

/* What Dataverse sets by itself (3.3): a package that holds it is taken, and the value dropped. */
bool cmt_is_set_by_system(const struct field *field, struct str name);

/* Whether the CRM's value of a field mapping is the id of a row; that of an option mapping is a number (E35).
 */
static inline bool
field_mapping_is_lookup(const struct field_mapping *field)
{
	return field->reference_count > 0 && field->references[0].mapping &&
	       !field->references[0].mapping->is_option_mapping;
}

/* Whether a mapping writes import files of its CRM table as a CMT package. */
static inline bool
mapping_writes_package(const struct mapping *mapping)
{
	return mapping->is_enabled && (mapping->direction & TO) != 0 &&
	       mapping->tables[CRM]->import.format.format == FORMAT_CMT;
}

#endif
