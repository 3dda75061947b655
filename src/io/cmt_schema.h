/*
 * cmt_schema.h - data_schema.xml of a Configuration Migration package (part 5, 3.4)
 *
 * It says which columns the entities of the data.xml beside it have, and of
 * which types.  It is read whole: it grows with the number of columns, not of
 * records.
 */
#ifndef IO_CMT_SCHEMA_H
#define IO_CMT_SCHEMA_H

#include "base/diag.h"
#include "base/memory.h"

enum cmt_type {
	CMT_UNKNOWN = 0,
	CMT_STRING,
	CMT_NUMBER,
	CMT_BIGINT,
	CMT_DECIMAL,
	CMT_MONEY,
	CMT_FLOAT,
	CMT_BOOL,
	CMT_DATETIME,
	CMT_GUID,
	CMT_ENTITYREFERENCE,
	CMT_OWNER,
	CMT_OPTIONSETVALUE,
	CMT_OPTIONSETVALUECOLLECTION,
	CMT_STATE,
	CMT_STATUS,
	CMT_PARTYLIST,
	CMT_IMAGEDATA,
	CMT_FILEDATA,
	CMT_TYPES,
};

/* As the schema writes them; empty for CMT_UNKNOWN. */
extern const char *const cmt_type_names[CMT_TYPES];

struct cmt_field {
	struct str name;
	struct str display_name;
	struct str lookup;	/* lookupType, "account|contact"; or empty */
	enum cmt_type type;
	bool is_custom;
};

struct cmt_entity {
	struct str name;
	struct str display_name;
	struct str code;	/* etc */
	struct str primary_id;
	struct str primary_name;
	struct cmt_field *fields;
	size_t field_count;
	size_t field_capacity;
};

struct cmt_schema {
	struct arena arena;	/* of texts; the lists are the schema's own */
	struct cmt_entity *entities;
	size_t entity_count;
	size_t entity_capacity;
};

/* Where the data.xml is: a file, or a member of a zip archive. */
struct cmt_place {
	const char *path;
	struct str shown_path;	/* with the member's name, if any */
	struct str member;	/* or empty */
};

/*
 * Reads the data_schema.xml beside the data; one that is not there is an empty
 * schema.  False with messages in diag.  To be released in any case.
 */
bool cmt_schema_read(struct cmt_schema *schema, const struct cmt_place *data, struct diag *diag);

/* By name, without case; NULL when there is none. */
const struct cmt_entity *cmt_schema_find(const struct cmt_schema *schema, struct str name);
const struct cmt_field *cmt_entity_find(const struct cmt_entity *entity, struct str name);

void cmt_schema_release(struct cmt_schema *schema);

#endif
