/* mapping_tables.c - tables 5335 Integration Table Mapping and 5336 Integration Field Mapping */
#include "cmd/mapping_tables.h"

#define DIRECTIONS                                                                                           \
	"Bidirectional|ToIntegrationTable=To Integration Table|FromIntegrationTable=From Integration Table"
#define DELETIONS "None= |Restore Records|Remove Coupling=Delete coupling"
#define UPDATES "None= |Send Update to Integration=Send data update to integration table|" \
	"Get Update from Integration=Get data update from integration table"

const struct known_field table_mapping_fields[TM_FIELDS] = {
	[TM_NAME] = { "Name", TYPE_CODE, true, true, NULL },
	[TM_TABLE] = { "Table ID", TYPE_INTEGER, false, true, NULL },
	[TM_CRM_TABLE] = { "Integration Table ID", TYPE_INTEGER, false, true, NULL },
	[TM_UID_FIELD] = { "Integration Table UID Fld. No.", TYPE_INTEGER, false, false, NULL },
	[TM_UID_TYPE] = { "Int. Table UID Field Type", TYPE_INTEGER, false, false, NULL },
	[TM_DIRECTION] = { "Direction", TYPE_OPTION, false, true, DIRECTIONS },
	[TM_FILTER] = { "Table Filter", TYPE_BLOB, false, false, NULL },
	[TM_CRM_FILTER] = { "Integration Table Filter", TYPE_BLOB, false, false, NULL },
	[TM_ONLY_COUPLED] = { "Synch. Only Coupled Records", TYPE_BOOLEAN, false, false, NULL },
	[TM_PARENT] = { "Parent Name", TYPE_CODE, false, false, NULL },
	[TM_DELETE_AFTER] = { "Delete After Synchronization", TYPE_BOOLEAN, false, false, NULL },
	[TM_DELETION] = { "Deletion-Conflict Resolution", TYPE_OPTION, false, false, DELETIONS },
	[TM_UPDATE] = { "Update-Conflict Resolution", TYPE_OPTION, false, false, UPDATES },
	[TM_AFTER_COUPLING] = { "Synch. After Bulk Coupling", TYPE_BOOLEAN, false, false, NULL },
	[TM_DEPENDS_ON] = { "Dependency Filter", TYPE_TEXT, false, false, NULL },
	[TM_CREATE_NEW] = { "Create New in Case of No Match", TYPE_BOOLEAN, false, false, NULL },
};

const struct known_field field_mapping_fields[FM_FIELDS] = {
	[FM_NUMBER] = { "No.", TYPE_INTEGER, true, true, NULL },
	[FM_MAPPING] = { "Integration Table Mapping Name", TYPE_CODE, false, true, NULL },
	[FM_FIELD] = { "Field No.", TYPE_INTEGER, false, true, NULL },
	[FM_CRM_FIELD] = { "Integration Table Field No.", TYPE_INTEGER, false, true, NULL },
	[FM_DIRECTION] = { "Direction", TYPE_OPTION, false, false, DIRECTIONS },
	[FM_CONSTANT] = { "Constant Value", TYPE_TEXT, false, false, NULL },
	[FM_VALIDATE] = { "Validate Field", TYPE_BOOLEAN, false, false, NULL },
	[FM_CRM_VALIDATE] = { "Validate Integration Table Fld", TYPE_BOOLEAN, false, false, NULL },
	[FM_CLEAR] = { "Clear Value on Failed Sync", TYPE_BOOLEAN, false, false, NULL },
	[FM_STATUS] = { "Status", TYPE_OPTION, false, false, "Enabled|Disabled" },
	[FM_NOT_NULL] = { "Not Null", TYPE_BOOLEAN, false, false, NULL },
	[FM_RULE] = { "Transformation Rule", TYPE_CODE, false, false, NULL },
	[FM_RULE_DIRECTION] = { "Transformation Direction", TYPE_OPTION, false, false,
		"ToIntegrationTable=To Integration Table|FromIntegrationTable=From Integration Table" },
	[FM_MATCH] = { "Use For Match-Based Coupling", TYPE_BOOLEAN, false, false, NULL },
	[FM_MATCH_CASE] = { "Case-Sensitive Matching", TYPE_BOOLEAN, false, false, NULL },
	[FM_MATCH_PRIORITY] = { "Match Priority", TYPE_INTEGER, false, false, NULL },
};
