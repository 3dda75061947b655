/*
 * ledger_parts.h - what the parts of the ledger share; nobody else's
 */
#ifndef MODEL_LEDGER_PARTS_H
#define MODEL_LEDGER_PARTS_H

#include "base/buf.h"
#include "model/ledger.h"

/* The columns of part 3, in the order in which they are written; those of the CRM side follow the ERP's. */
enum ledger_column {
	COLUMN_MAPPING,
	COLUMN_ERP_ID,
	COLUMN_CRM_ID,
	COLUMN_ERP_KEY,
	COLUMN_STATE,
	COLUMN_ERP_TIME,
	COLUMN_CRM_TIME,
	COLUMN_ERP_RESULT,
	COLUMN_CRM_RESULT,
	COLUMN_SKIPPED,
	COLUMN_ERP_FAILURE,
	COLUMN_CRM_FAILURE,
	COLUMN_ERP_JOB,
	COLUMN_CRM_JOB,
	COLUMN_BASE,
	LEDGER_COLUMNS,
};

/* The states of lines that are no couplings, behind those of enum coupling_state. */
enum { STATE_WATERMARK = STATE_REMOVED + 1, STATE_SERIES, LEDGER_STATES };

extern const struct str ledger_column_names[LEDGER_COLUMNS];
extern const struct str ledger_state_names[LEDGER_STATES];
extern const struct str ledger_result_names[];

/* Under what ledger.ids knows a uid; a mapping's uids are its own. */
static inline uint64_t
ledger_hash(uint32_t mapping_order, struct str uid)
{
	return str_hash_here(uid) ^ (mapping_order + UINT64_C(1)) * UINT64_C(0x9e3779b97f4a7c15);
}

/* Where each column of part 3 stands among columns, UINT32_MAX where it is missing. */
void ledger_find_columns(const struct str *columns, size_t count, uint32_t at[LEDGER_COLUMNS]);

/* The field that is the uid of a mapping's side; NULL when it is a key of several fields. */
const struct field *ledger_uid_field(const struct mapping *mapping, enum side side);

/* One spelling of a mapping's name in the file. */
struct ledger_name {
	struct str text;
	const struct mapping *mapping;	/* NULL when the setup does not have it */
	const struct field *uids[SIDES];	/* NULL where it is a key of several fields */
	uint64_t kept;			/* lines that are kept as they are */
};

/* A ledger being read, and the line at hand. */
struct ledger_load {
	struct ledger *ledger;
	const struct setup *setup;
	struct diag *diag;
	bool is_bad;			/* something was found: the ledger is refused */
	uint32_t at[LEDGER_COLUMNS];	/* place of each column in a line, from 0 */
	uint32_t *extra_at;
	struct ledger_name *names;
	size_t name_count;
	size_t name_capacity;
	struct index names_index;	/* by text without ASCII case */
	uint32_t name;			/* of the last line, or INDEX_NONE */
	uint32_t *watermark_lines;	/* for each mapping, by order; 0 = none */
	uint32_t jobs[SIDES];		/* of the last coupling: most lines have the same */
	struct index_entry *ids[SIDES];	/* the uids of all couplings, for the indexes */
	size_t id_count[SIDES];
	size_t id_capacity[SIDES];
	struct buf scratch;
	const struct str *cells;
	uint32_t line;
	size_t bad_told;	/* bad records of the reader that have been told */
	bool has_base;		/* a line read so far has one */
	bool may_be_cut;	/* the last line read could be the beginning of a longer one */
};

static inline struct str
ledger_cell(const struct ledger_load *load, enum ledger_column column)
{
	return load->cells[load->at[column]];
}

/* Tells what is wrong with the line at hand: status 3, with file, line and column (1.4). */
void ledger_finding(struct ledger_load *load, enum ledger_column column, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

/* Reads and checks the line at hand. */
void ledger_read_line(struct ledger_load *load);


#endif
