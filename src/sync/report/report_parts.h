/*
 * report_parts.h - what the parts of report.html share; for report*.c alone (6.4)
 *
 * report_plan.c tells which sections there are; report.c writes the document
 * around them, report_sections.c has them written side by side, and every kind
 * of section has a writer of its own.
 */
#ifndef SYNC_REPORT_PARTS_H
#define SYNC_REPORT_PARTS_H

#include "sync/copied.h"
#include "sync/report/report.h"
#include "sync/report/report_diff.h"
#include "sync/report/report_html.h"
#include "sync/report/report_mask.h"
#include "sync/report/report_text.h"

/* The kinds of sections, in the order in which a table mapping has them (6.4). */
enum section_kind {
	SECTION_CREATE,
	SECTION_UPDATE,
	SECTION_LINK,
	SECTION_CONFLICTS,
	SECTION_DELETE,
	SECTION_AMBIGUOUS,
	SECTION_LOST,
	SECTION_SHORTENED,
	SECTION_COUPLE,
	SECTION_UNCOUPLE,
	SECTION_CONFIRM,
	SECTION_FAILED,
	SECTION_NOTICES,
	SECTIONS,
};

/* One list of records: of one kind and one job, or of one mapping (conflicts, ambiguous). */
struct section {
	enum section_kind kind;
	const struct mapping *mapping;	/* NULL: findings that belong to none */
	uint32_t job;			/* of plan.jobs, or PLAN_NO_JOB */
	size_t first;			/* in plan.changes, findings or candidates */
	uint64_t count;			/* records */
};

struct section_list {
	struct section *items;	/* by mapping in run order, then in the order of kinds, then by job */
	size_t count;
	size_t capacity;
};

struct report {
	const struct run *run;
	struct report_files files;
	report_sink *sink;		/* or NULL: all that is written stays in `out` */
	void *context;
	bool has_failed;		/* the sink stopped */
	struct buf out;
	enum language language;
	struct mask mask;
	struct section_list sections;
	struct value_style *styles;	/* by table number */
	struct arena arena;		/* as long as the report */
	struct arena record;		/* until the next record */
	struct buf scratch;		/* a value as import files have it */
	struct buf scratch_2;
	struct cell *cells[SIDES];
	struct copied_room room;	/* for the values of a change */
};

/* What people know a record by; empty where they do not. */
struct record_label {
	struct str key;
	struct str name;
	struct str id;		/* CRM uid, or the ERP's where there is no key */
	int rule;
};

/* A value as it is shown, of a field or of a key, a name, an id. */
struct shown {
	struct str text;	/* lives until the scratch it is made in changes */
	struct str secret;	/* what its token is made of */
	bool is_masked;
	bool is_awaited;	/* E34: a reference that is set last */
};

/* report_plan.c: all sections that are not empty; the list is the caller's to free. */
struct section_list report_plan(const struct run *run);

/* The kind of section that a change or a finding is listed in; SECTIONS: in none. */
enum section_kind section_of_change(const struct change *change);
enum section_kind section_of_finding(const struct run *run, const struct finding *finding);

/* The records of one mapping whose conflict was met: both of its jobs report it. */
struct conflicts_seen {
	const struct mapping *mapping;
	uint64_t *rows;		/* of the ERP table, a bit each; the caller's to free */
};
bool conflict_is_first(const struct run *run, struct conflicts_seen *seen, const struct finding *finding);

/* Whether a line of ambiguous.csv is the first one of its record. */
bool candidate_is_first(const struct plan *plan, size_t line);

/* report.c: what one thread writes with, all zero before; not the arena that lasts. */
void report_make_room(struct report *r);
void report_release_room(struct report *r);

/* report_sections.c: links to all sections, and these themselves, in order. */
void report_contents(struct report *r);
void report_sections(struct report *r);

/* report_value.c: texts and values. */
static inline void
report_add(struct report *r, const char *html)	/* as it stands */
{
	buf_add(&r->out, str_from(html));
}
void report_add_text(struct report *r, enum text text);
void report_add_number(struct report *r, uint64_t number);
/* A text in which `#` and `%` become numbers. */
void report_add_counted(struct report *r, enum text text, uint64_t number, uint64_t second);
void report_add_str(struct report *r, struct str text);	/* escaped; not from data: never masked */
void report_add_datum(struct report *r, struct str datum);	/* from data: a key, a name, a uid */
struct shown shown_of(struct report *r, const struct table_def *table, const struct field *field,
	struct cell cell, struct buf *scratch);
void report_add_value(struct report *r, struct shown value);
/* One of two values that stand side by side, what differs in a <tag>; `which` is 0 or 1. */
void report_add_marked(struct report *r, const struct shown values[2], unsigned which, const char *tag);

/* report_record.c: records and tables of them. */
struct record_label label_of_change(const struct report *r, const struct change *change);
struct record_label label_of_finding(const struct report *r, const struct finding *finding);
/* `<tbody><tr><th ...>`: a record of `lines` lines, and the heading of its first one. */
void report_begin_record(struct report *r, const struct record_label *label, uint64_t lines);
void report_end_record(struct report *r);
/* A section's heading and what it is about, then the table's head. */
void report_begin_section(struct report *r, const struct section *section, const enum text *columns,
	size_t column_count);
void report_end_section(struct report *r);
/* A table that lists no records, up to the cells of its head; each body holds one row. */
void report_begin_table(struct report *r, const char *title_id, enum text caption);
void report_end_table(struct report *r);
/* The class "n" is for numbers, "x" for what cannot be sorted by. */
void report_add_head(struct report *r, enum text text, const char *class_name);
/* What a job is: its direction, and its type where that is no synchronization. */
void report_add_job(struct report *r, const struct job *job);
/* "Updates ERP -> CRM" */
void report_add_title(struct report *r, const struct section *section);
void report_add_direction(struct report *r, enum direction direction);
size_t section_number(const struct report *r, const struct section *section);
/* Hands over what is written, when there is enough of it. */
void report_flush(struct report *r);

/* What the base says of a value: "as agreed" ... */
enum text report_base_text(enum base_mark mark);

/* One writer for each kind of section, and for the parts around them. */
void report_changes(struct report *r, const struct section *section);
void report_conflicts(struct report *r, const struct section *section);
void report_findings(struct report *r, const struct section *section);
void report_ambiguous(struct report *r, const struct section *section);
void report_totals(struct report *r);
void report_guards(struct report *r);
void report_review(struct report *r);
void report_card(struct report *r);

/* The style and the script, as files are in src/sync/report/, and a hash of each for the policy. */
struct str report_style(void);
struct str report_script(void);
void report_add_hash(struct str text, struct buf *out);

#endif
