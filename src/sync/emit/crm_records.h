/*
 * crm_records.h - table 5331 CRM Integration Record: Business Central's own couplings (3.5, R4)
 */
#ifndef SYNC_CRM_RECORDS_H
#define SYNC_CRM_RECORDS_H

#include "sync/load/known_table.h"

enum crm_record_field {
	CRM_RECORD_CRM_ID,
	CRM_RECORD_ERP_ID,
	CRM_RECORD_ERP_TIME,
	CRM_RECORD_CRM_TIME,
	CRM_RECORD_TABLE_ID,
	CRM_RECORD_ERP_RESULT,
	CRM_RECORD_CRM_RESULT,
	CRM_RECORD_ERP_JOB,
	CRM_RECORD_CRM_JOB,
	CRM_RECORD_SKIPPED,
	CRM_RECORD_STATISTICS, /* this and the next ones are no matter of synchronizing, and kept beside it */
	CRM_RECORD_ARCHIVED,
	CRM_RECORD_ARCHIVED_UPDATED,
	CRM_RECORD_FIELDS,
};

enum { CRM_RECORD_FIRST_EXTRA = CRM_RECORD_STATISTICS };

extern const struct known_field crm_record_fields[CRM_RECORD_FIELDS];

/* The table, as exports of the setup's ERP system have it. */
void crm_records_make(struct known_table *table, struct setup *setup);

#endif
