/* crm_records.c - table 5331 CRM Integration Record */
#include "sync/emit/crm_records.h"

#define RESULTS " |Success|Failure"

enum { TABLE_ID = 5331 };

/* In the order of their numbers, as Business Central exports them. */
const struct known_field crm_record_fields[CRM_RECORD_FIELDS] = {
	[CRM_RECORD_CRM_ID] = { "CRM ID", TYPE_GUID, true, true, NULL },
	[CRM_RECORD_ERP_ID] = { "Integration ID", TYPE_GUID, true, true, NULL },
	[CRM_RECORD_ERP_TIME] = { "Last Synch. Modified On", TYPE_DATETIME, false, false, NULL },
	[CRM_RECORD_CRM_TIME] = { "Last Synch. CRM Modified On", TYPE_DATETIME, false, false, NULL },
	[CRM_RECORD_TABLE_ID] = { "Table ID", TYPE_INTEGER, false, true, NULL },
	[CRM_RECORD_ERP_RESULT] = { "Last Synch. Result", TYPE_OPTION, false, false, RESULTS },
	[CRM_RECORD_CRM_RESULT] = { "Last Synch. CRM Result", TYPE_OPTION, false, false, RESULTS },
	[CRM_RECORD_ERP_JOB] = { "Last Synch. Job ID", TYPE_GUID, false, false, NULL },
	[CRM_RECORD_CRM_JOB] = { "Last Synch. CRM Job ID", TYPE_GUID, false, false, NULL },
	[CRM_RECORD_SKIPPED] = { "Skipped", TYPE_BOOLEAN, false, false, NULL },
	[CRM_RECORD_STATISTICS] = { "Statistics Uploaded", TYPE_BOOLEAN, false, false, NULL },
	[CRM_RECORD_ARCHIVED] = { "Archived Sales Order", TYPE_BOOLEAN, false, false, NULL },
	[CRM_RECORD_ARCHIVED_UPDATED] = { "Archived Sales Order Updated", TYPE_BOOLEAN, false, false, NULL },
};

void
crm_records_make(struct known_table *table, struct setup *setup)
{
	known_table_make(table, "CRM Integration Record", TABLE_ID, crm_record_fields, CRM_RECORD_FIELDS,
		&setup->systems[ERP]);
}
