/*
 * setup.h - the setup file as data (part 2 of the specification)
 *
 * A setup owns everything reachable from it through its arena; all pointers
 * and strs live until setup_release().  After setup_load() it changes in one
 * way only: binding to the exports (sync/load/) may find that a field that was
 * named but not declared does not exist.  After that it is const.
 *
 * The structure mirrors the document: two systems with tables of fields, then
 * mappings of field mappings.  Names are kept as written; they are compared
 * without case and outer blanks.
 */
#ifndef MODEL_SETUP_H
#define MODEL_SETUP_H

#include "base/diag.h"
#include "base/memory.h"
#include "base/str.h"
#include "io/cmt_schema.h"

enum side { ERP = 0, CRM = 1, SIDES = 2, NO_SIDE = 2 };

/* A set of directions: To = ERP to CRM, From = CRM to ERP. */
enum direction { DIRECTION_NONE = 0, TO = 1, FROM = 2, BIDIRECTIONAL = 3 };

static inline enum side
source_side(enum direction direction)
{
	return direction == TO ? ERP : CRM;
}

static inline enum side
other_side(enum side side)
{
	return side == ERP ? CRM : ERP;
}

enum type {
	TYPE_TEXT = 0,
	TYPE_CODE,
	TYPE_INTEGER,
	TYPE_BIGINTEGER,
	TYPE_DECIMAL,
	TYPE_BOOLEAN,
	TYPE_DATE,
	TYPE_TIME,
	TYPE_DATETIME,
	TYPE_DURATION,
	TYPE_DATEFORMULA,
	TYPE_GUID,
	TYPE_OPTION,
	TYPE_BLOB,
	TYPES,
};

enum role { ROLE_NONE = 0, ROLE_KEY, ROLE_UID, ROLE_MODIFIED, ROLE_MODIFIED_BY, ROLE_NAME };

enum format { FORMAT_AUTO = 0, FORMAT_CSV, FORMAT_XML, FORMAT_RAPIDSTART, FORMAT_CMT, FORMAT_SPREADSHEET,
	FORMAT_WIZARD /* written by convert alone */ };

enum system_kind { KIND_BUSINESS_CENTRAL, KIND_DATAVERSE, KIND_GENERIC };

/* How numbers, dates and booleans are written (2.1); one constant for each name, see model/locale. */
struct locale;
/* A time zone's rules, loaded; see model/timezone. */
struct timezone_rules;

struct option {
	struct str ordinal;	/* canonical integer */
	struct str name;	/* as declared; one of blanks only is the blank option */
	struct str *captions;	/* further names, from @caption, separated by | */
	size_t caption_count;
};

struct field {
	struct str name;
	struct str *headers;	/* further headers */
	size_t header_count;
	struct str display_name;	/* @display-name, for import wizards; or empty */
	enum type type;
	enum cmt_type schema_type;	/* in CMT packages: @schema-type, else of the exports' schema */
	uint32_t length;	/* characters; 0 = not limited; Code and Text only */
	enum role role;
	struct option *options;
	size_t option_count;
	bool is_declared;	/* else named only in a mapping or filter: Text, must be in the export */
	bool is_used;		/* an enabled mapping, a role or a filter needs its values */
	bool is_mapped;		/* has a role or is in an enabled field mapping: must be in the export */
	bool is_stamp_only; /* role modified and no other use: only its stamp is loaded, and it has no column
			     */
	unsigned line;		/* in the setup file, where it is declared or first named */
	struct str first_use;	/* for an undeclared field: "mapping CUSTOMER", for messages */
	uint32_t column;	/* its column in the loaded table; set by loading */
};

/* Attributes shared by <source> and <import>. */
struct file_format {
	enum format format;
	char delimiter;		/* 0 = detected (source), comma (import) */
	char quote;		/* '"' unless declared */
	struct str encoding;	/* empty = byte order mark, else UTF-8 */
	const struct locale *locale;	/* the system's, with decimal and thousands overridden */
	struct str record;	/* xml: path of element names, or empty */
};

struct source {
	struct str path; /* as written, relative to the setup file's folder, * and ? in the last part */
	struct str member;	/* of zip archives: a name with * and ?, or empty */
	struct file_format format;
	bool report_bad_records;	/* on-bad-record="report" */
	unsigned line;
};

struct import_file {
	struct file_format format;
	bool options_as_ordinal;	/* import/@options="ordinal" */
	struct str package;		/* import/@package */
	unsigned line;			/* 0 = no import element: the defaults */
};

struct number_series {
	struct field *field;	/* NULL = none */
	struct str start;
	uint64_t increment;
};

struct table_def {
	struct str name;
	struct str display_name;	/* @display-name, for import wizards; or empty */
	enum side side;
	uint32_t id;		/* Business Central table number, or 0 */
	bool is_full;		/* export="full" */
	struct source *sources;
	size_t source_count;
	struct field **fields;	/* declared in document order, then undeclared ones as they were named */
	size_t field_count;
	struct field **
		keys; /* role key, in order; never empty for a table in an enabled mapping: the uid if none */
	size_t key_count;
	struct field *uid;	/* role uid, else NULL: then the key is the uid */
	struct field *modified;	/* or NULL */
	struct field *modified_by;
	struct field *name_field;	/* role name; or NULL */
	struct number_series series;
	struct import_file import;
	struct system *system;
	bool is_used;		/* by an enabled mapping */
	unsigned line;
	uint32_t number;	/* among all tables of both systems */
	const struct cmt_entity *entity;	/* of the schema of exports that are packages; or NULL */
	/*
	 * An option set (E41): the CRM field whose declared options are the rows, and
	 * the table that declares it.  NULL for every table that has exports.
	 */
	const struct field *option_field;
	const struct table_def *option_owner;
};

struct system {
	enum side side;
	struct str name;
	enum system_kind kind;
	const struct locale *locale;
	struct str time_zone;
	const struct timezone_rules *zone;
	struct table_def **tables;
	size_t table_count;
};

struct value_map_entry {
	struct str erp;
	struct str crm;		/* as written; "*" = any, the default */
	unsigned line;
};

struct value_map {
	struct str code;
	struct value_map_entry *entries;
	size_t entry_count;
	unsigned line;
};

struct rule_attribute {
	const char *name;
	struct str value;
};

struct rule_program;	/* model/rule.h */

/* What a FieldLookup reads: a table of either system, perhaps one without a mapping. */
struct lookup_def {
	struct table_def *table;
	struct field *source_field;	/* in which the value is looked for */
	struct field *target_field;	/* whose text is the result */
	bool is_used;			/* by an enabled field mapping */
	uint32_t number;		/* among the setup's lookups */
};

struct transformation_rule {
	struct str code;
	struct str type;	/* as written; one of the names of 2.5 */
	struct str next;	/* a declared or predefined code, or empty */
	struct rule_attribute *attributes;	/* those given, sorted by name; not code, type and next */
	size_t attribute_count;
	struct rule_program *program;	/* compiled; NULL while the setup has findings */
	struct lookup_def *lookup;	/* type FieldLookup; else NULL */
	unsigned line;		/* 0 = predefined (R86) */
};

/*
 * One step of a source value on its way to a field (E20, R83): the rule of an
 * earlier field mapping that reads the same source field, whose result stands in
 * its place from then on, or the field mapping's own rule.
 */
struct rule_use {
	const struct rule_program *program;
	const struct field_mapping *owner;
};

struct reference {
	struct str mapping_name;
	struct mapping *mapping;	/* resolved; may be an option mapping */
	struct table_def *link_table;	/* or NULL */
	struct field *link_from;
	struct field *link_to;
	struct field_filter *filters;
	size_t filter_count;
	uint32_t link_number;	/* among all references with a link table; see setup.link_count */
	struct str blank_key;	/* blank-as, canonical, as a key of the mapping's ERP table; or empty */
	unsigned line;
};

struct filter;	/* model/filter.h */

struct field_filter {
	struct field *field;
	struct str expression;
	struct filter *filter;
	unsigned line;
};

struct field_mapping {
	struct field *fields[SIDES];	/* table-field, integration-field; one may be NULL with a constant */
	enum direction direction;	/* resolved: never DIRECTION_NONE; a constant's is that of its side */
	bool has_constant;
	struct str constant;		/* as written */
	struct str constant_value;	/* canonical, in the type of the side that is set */
	struct reference *references;
	size_t reference_count;
	struct value_map *value_map;	/* or NULL */
	struct str blank_as;		/* or empty */
	struct transformation_rule *rule;	/* or NULL */
	enum direction rule_direction;
	struct rule_use *rules[SIDES];	/* by side of the source, in order; for enabled field mappings */
	size_t rule_count[SIDES];
	bool not_null;
	bool clear_value_on_failed_sync;
	bool ignore_record_when_unresolved;
	bool match;
	uint32_t match_priority;
	bool match_case_sensitive;
	bool is_label;		/* of an option mapping: an ERP key, and the label of an option */
	bool renames;		/* E41, From: it changes the key of a record that its uid tells */
	bool is_enabled;
	bool validate[SIDES];
	unsigned line;
	/*
	 * Identity in the ledger's base (3.2): a hash of everything that gives it its
	 * meaning (fields, direction, reference, value map, rules, flags, constant).
	 */
	uint64_t signature;
};

struct template_set {
	struct field *field;
	struct str value;		/* as written */
	struct str canonical;		/* in the field's type */
	unsigned line;
};

struct config_template {
	struct str code;
	enum side side;			/* of the new record */
	uint32_t priority;
	struct field_filter *filters;	/* on the source record */
	size_t filter_count;
	struct template_set *sets;	/* those of included templates first */
	size_t set_count;
	struct str include;
	unsigned line;
};

enum update_strategy { UPDATE_NONE = 0, UPDATE_SEND, UPDATE_GET, UPDATE_MERGE };
enum deletion_strategy { DELETION_NONE = 0, DELETION_RESTORE, DELETION_REMOVE };
enum guard {
	GUARD_CREATES,
	GUARD_UPDATES,
	GUARD_DELETES,
	GUARD_BLANKED,
	GUARD_MISSING,
	GUARD_BOTH_FULL,
	GUARD_ALL_CHANGED,
	GUARDS
};

struct guard_limit {
	enum {
		LIMIT_NONE,
		LIMIT_COUNT,
		LIMIT_PERCENT
	} kind;			/* GUARD_BOTH_FULL: LIMIT_NONE = allow, LIMIT_COUNT 0 = refuse */
	uint64_t value;		/* a count, or percent in thousandths (10% = 10000) */
	struct str text;	/* as it is shown: "10%" */
};

struct mapping {
	struct str name;
	struct table_def *tables[SIDES];
	enum direction direction;
	bool synch_only_coupled_records;
	enum update_strategy resolve_update_conflicts;
	enum deletion_strategy resolve_deletion_conflicts;
	struct str *depends_on;
	size_t depends_on_count;
	bool base_by_field;	/* base="fields", or MergeFields */
	bool synch_after_coupling;
	bool create_new_on_no_match;
	struct str integration_user;	/* canonical Guid, or empty */
	bool is_enabled;
	struct field_filter *filters[SIDES];
	size_t filter_count[SIDES];
	struct field_mapping *fields;	/* all, also disabled ones, in document order */
	size_t field_count;
	struct config_template *templates;	/* sorted by priority, stable */
	size_t template_count;
	struct guard_limit guards[GUARDS];	/* own, else the general ones */
	bool is_option_mapping;		/* tables[CRM] is an option set, its one field mapping is_label */
	unsigned line;
	uint32_t order;		/* position in run order, among all mappings */
};

struct setup {
	struct arena arena;
	struct str path;	/* as given on the command line */
	struct str folder;	/* of the setup file: what relative paths are relative to; "." or "a/b" */
	struct str ledger_path;	/* relative paths already joined to folder; empty when the setup names none */
	struct system systems[SIDES];
	struct table_def **tables;	/* of both systems, by number */
	size_t table_count;
	struct mapping **mappings;	/* in run order (2.2), enabled or not */
	size_t mapping_count;
	struct value_map *value_maps;
	size_t value_map_count;
	struct transformation_rule *rules;
	size_t rule_count;
	struct lookup_def *lookups;	/* of rules of type FieldLookup */
	size_t lookup_count;
	uint32_t link_count;	/* references with a link table */
	struct guard_limit guards[GUARDS];
	struct str bytes;	/* the document itself, for digests and for setup.xml */
};

/*
 * Reads, validates against the schema and checks the setup file: everything of
 * part 2 that can be told without the exports.  All findings go to diag as
 * `file:line: mapping CUSTOMER: ...; ...` with status 3 (an unreadable file
 * too).  False when there was any error; setup is then only good to release.
 */
bool setup_load(struct setup *setup, const char *path, struct diag *diag);

/* Whether the field refers to records of this mapping (E32). */
bool field_refers_to(const struct field_mapping *fm, const struct mapping *mapping);

/* By name, without case; NULL when there is none. */
struct mapping *setup_find_mapping(const struct setup *setup, struct str name);
/* ` (did you mean "CUSTOMER"?)` in the arena, or empty when no mapping's name is near. */
struct str setup_near_mapping(const struct setup *setup, struct str name, struct arena *arena);
/* The same for the fields of either side that a mapping's field mappings name. */
struct str setup_near_field(const struct mapping *mapping, struct str name, struct arena *arena);
struct table_def *setup_find_table(const struct setup *setup, enum side side, struct str name);
struct field *table_def_find_field(const struct table_def *table, struct str name);

/* SystemId, SystemModifiedAt and so on, which every table of Business Central has (part 5, 1.5). */
bool field_is_system(const struct field *field);

/* Whether Business Central does not import that table from a configuration package (part 5, 1.3). */
bool table_is_refused_in_packages(uint32_t id);

/* Whether a transformation rule of that code exists without being declared (R86). */
bool rule_is_predefined(struct str code);

/* The names of the values, as they are written in files and messages. */
const char *direction_name(enum direction direction);	/* "ToIntegrationTable" ... */
const char *direction_arrow(enum direction direction);	/* "ERP->CRM", "CRM->ERP" */
const char *side_name(enum side side);			/* "erp", "crm", "" */
const char *type_name(enum type type);
const char *guard_name(enum guard guard);		/* "max-creates" ... */

void setup_release(struct setup *setup);

#endif
