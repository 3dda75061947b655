/*
 * mapping_tables.h - tables 5335 Integration Table Mapping and 5336 Integration Field Mapping (R1, R3)
 */
#ifndef CMD_MAPPING_TABLES_H
#define CMD_MAPPING_TABLES_H

#include "sync/load/known_table.h"

/* OPTION_TYPE: what Int. Table UID Field Type is where the mapping is of options. */
enum { TABLE_MAPPINGS = 5335, FIELD_MAPPINGS = 5336, OPTION_TYPE = 35583 };

enum table_mapping_field {
	TM_NAME,
	TM_TABLE,
	TM_CRM_TABLE,
	TM_UID_FIELD,
	TM_UID_TYPE,
	TM_DIRECTION,
	TM_FILTER,
	TM_CRM_FILTER,
	TM_ONLY_COUPLED,
	TM_PARENT,
	TM_DELETE_AFTER,
	TM_DELETION,
	TM_UPDATE,
	TM_AFTER_COUPLING,
	TM_DEPENDS_ON,
	TM_CREATE_NEW,
	TM_FIELDS,
};

enum field_mapping_field {
	FM_NUMBER,
	FM_MAPPING,
	FM_FIELD,
	FM_CRM_FIELD,
	FM_DIRECTION,
	FM_CONSTANT,
	FM_VALIDATE,
	FM_CRM_VALIDATE,
	FM_CLEAR,
	FM_STATUS,
	FM_NOT_NULL,
	FM_RULE,
	FM_RULE_DIRECTION,
	FM_MATCH,
	FM_MATCH_CASE,
	FM_MATCH_PRIORITY,
	FM_FIELDS,
};

extern const struct known_field table_mapping_fields[TM_FIELDS];
extern const struct known_field field_mapping_fields[FM_FIELDS];

#endif
