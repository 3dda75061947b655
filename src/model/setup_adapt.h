/*
 * setup_adapt.h - the default setup, changed to what Business Central's own mappings say
 *
 * What the default setup knows beyond Business Central's field mappings - tables
 * and their types, references, templates, comments - stays.  A mapping that is
 * not given is disabled; so are field mappings that Business Central creates by
 * default and that are not given, and those that only refer to what is disabled.
 */
#ifndef MODEL_SETUP_ADAPT_H
#define MODEL_SETUP_ADAPT_H

#include "model/setup.h"

struct adapted_filter {
	struct str field;
	struct str expression;
};

struct adapted_field {
	struct str names[SIDES];	/* empty: none, the constant is set instead */
	struct str constant;
	enum direction direction;
	bool validate[SIDES];
	bool clear_value_on_failed_sync;
	bool not_null;
	bool is_disabled;
	bool match;
	bool match_case_sensitive;
	uint64_t match_priority;
	struct str rule;	/* a code, or empty */
	enum direction rule_direction;
};

struct adapted_mapping {
	struct str name;
	struct str tables[SIDES];
	struct str option_field;	/* of an option mapping; else empty */
	enum direction direction;
	bool synch_only_coupled_records;
	bool synch_after_coupling;
	bool create_new_on_no_match;
	bool is_disabled;
	enum update_strategy resolve_update_conflicts;
	enum deletion_strategy resolve_deletion_conflicts;
	struct str depends_on;		/* names, separated by | */
	struct adapted_filter *filters[SIDES];
	size_t filter_count[SIDES];
	size_t filter_capacity[SIDES];
	struct adapted_field *fields;
	size_t field_count;
	size_t field_capacity;
	struct str *comments;		/* what could not be taken over */
	size_t comment_count;
	size_t comment_capacity;
};

/* A field mapping that Business Central creates by default. */
struct default_row {
	struct str mapping;
	struct str names[SIDES];
};

struct adaptation {
	struct str setup;		/* the default setup */
	const struct adapted_mapping *mappings;
	size_t mapping_count;
	const struct default_row *rows;
	size_t row_count;
	const struct str *comments;	/* about all of it, for the end of the document */
	size_t comment_count;
};

/* The document, in the arena. */
struct str setup_adapt(const struct adaptation *adaptation, struct arena *arena);

#endif
