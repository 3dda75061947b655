/*
 * setup_load.h - what the parts of loading a setup share
 *
 * Private to setup*.c.  Loading goes through these steps, each of which adds
 * its findings and goes on, so that all of them are reported (2.7):
 *
 *   setup_document.c  the file, well formed and valid (nothing else is read before)
 *   setup_read.c      systems and tables
 *   setup_cmt.c       what the schemas of CMT exports say; names that packages cannot have
 *   setup_rules.c     transformation rules
 *   setup_mapping.c   value maps, guards, mappings with filters and templates
 *   setup_field.c     field mappings and references
 *   setup_options.c   option mappings: the options of a field as a table
 *   setup_check*.c    what a schema cannot say
 *   setup_rule_use.c  the rules that each field mapping's values go through
 *   setup_used.c      tables and fields that enabled mappings need
 *   setup_order.c     run order
 *   setup_sign.c      identity of field mappings in the ledger's base
 *
 * Findings are kept with their lines and handed to the diag sorted by line.
 */
#ifndef MODEL_SETUP_LOAD_H
#define MODEL_SETUP_LOAD_H

#include <libxml/tree.h>
#include <libxml/xmlerror.h>

#include "model/setup.h"

#define SETUP_NAMESPACE "urn:couplet:setup:1"
#define SETUP_BEGIN "<setup xmlns=\"" SETUP_NAMESPACE "\">"

struct finding {
	unsigned line;	/* 0 = of the document as a whole */
	struct str text;
};

struct load {
	struct setup *setup;
	struct finding *findings;
	size_t finding_count;
	size_t finding_capacity;
	bool has_failed;	/* the system did: status 7 */
};

/* Findings (setup_finding.c). */
void load_error(struct load *load, unsigned line, const char *format, ...)
	__attribute__((format(printf, 3, 4)));
/* What the system refuses: the setup may be good. */
void load_fail(struct load *load, unsigned line, const char *what, int error);
/* With "mapping CUSTOMER: " before it. */
void mapping_error(struct load *load, const struct mapping *mapping, unsigned line, const char *format, ...)
	__attribute__((format(printf, 4, 5)));
/* With `mapping CUSTOMER: field "Name": ` before it, at the field mapping's line. */
void field_error(struct load *load, const struct mapping *mapping, const struct field_mapping *field,
	const char *format, ...) __attribute__((format(printf, 4, 5)));
/* Hands all findings to the diag and forgets them; true when there were none. */
bool load_finish(struct load *load, struct diag *diag);

/* "mapping CUSTOMER" or "option mapping PAYMENT TERMS". */
struct str mapping_place(struct load *load, const struct mapping *mapping);
/* The name under which messages speak of a field mapping. */
struct str field_mapping_name(const struct field_mapping *field);

/* The nearest of the names offered, for "did you mean". */
struct nearest {
	struct str wanted;
	struct str best;
	unsigned distance;
};

void nearest_offer(struct nearest *nearest, struct str candidate);
/* ` (did you mean "Name"?)`, or nothing when no name is near. */
struct str nearest_text(struct arena *arena, const struct nearest *nearest);

/* Names are compared without case and outer blanks. */
bool name_equal(struct str a, struct str b);

/* The document's nodes (setup_node.c).  Texts are copied into the setup's arena. */
unsigned node_line(const xmlNode *node);
xmlNode *node_first(const xmlNode *parent, const char *name);	/* child element; name NULL = any */
xmlNode *node_next(const xmlNode *node, const char *name);
size_t node_count(const xmlNode *parent, const char *name);
/* Null pointer when there is no such attribute; an empty one has a pointer. */
struct str node_attribute(struct load *load, const xmlNode *node, const char *name);
bool node_flag(struct load *load, const xmlNode *node, const char *name, bool fallback);
uint64_t node_number(struct load *load, const xmlNode *node, const char *name, uint64_t fallback);
/* The index of the attribute's value in names[0 .. count-1], fallback when it is absent. */
unsigned node_choice(struct load *load, const xmlNode *node, const char *name, const char *const *names,
	unsigned count, unsigned fallback);
struct str node_text(struct load *load, const xmlNode *node);
/* The parts of `text` between vertical bars, without outer blanks and empty ones. */
struct str *split_names(struct load *load, struct str text, size_t *count);

/* The document (setup_document.c, setup_valid.c, setup_schema.c). */
xmlDoc *document_read(struct load *load);	/* NULL after findings; else valid */
bool document_validate(struct load *load, xmlDoc *doc);
/* What libxml2 found, in words for a person (setup_malformed.c). */
struct str malformed_text(struct load *load, const xmlError *error);

/* Reading (setup_read.c, setup_rules.c, setup_mapping.c, setup_field.c). */
extern const char *const setup_type_names[TYPES];
extern const char *const setup_direction_names[4];
void read_systems(struct load *load, const xmlNode *root);
/* The table; when there is none a finding and a stand-in with line 0. */
struct table_def *resolve_table(struct load *load, enum side side, struct str name, unsigned line,
	struct str place);
/* What the schema of the table's exports says, if they are CMT packages that can be read (setup_cmt.c). */
void read_entity(struct load *load, struct table_def *table);
/* The schema's type of a field; one that is not declared takes its type from it. */
void take_schema_type(const struct table_def *table, struct field *field);
/* The field; one that is not declared is added (2.1). */
struct field *resolve_field(struct load *load, struct table_def *table, struct str name, unsigned line,
	struct str first_use);
void read_rules(struct load *load, const xmlNode *root);
void read_value_maps(struct load *load, const xmlNode *root);
void read_guards(struct load *load, const xmlNode *parent, struct guard_limit guards[GUARDS]);
void read_mappings(struct load *load, const xmlNode *root);
/* Reads one filter; `place` is `mapping X: table-filter`. */
struct field_filter read_filter(struct load *load, const xmlNode *node, struct table_def *table,
	const struct mapping *mapping, const char *kind);
void read_field_mapping(struct load *load, const xmlNode *node, struct mapping *mapping,
	struct field_mapping *field);
void read_option_mapping(struct load *load, const xmlNode *node, struct mapping *mapping);
/* The filters of one kind, such as "table-filter", of a mapping. */
struct field_filter *read_filters(struct load *load, const xmlNode *parent, const char *name,
	struct table_def *table, const struct mapping *mapping, size_t *count);

/* A value of the setup file in a field's type; false with what is wrong with it in *why. */
bool read_value(struct load *load, const struct field *field, const struct system *system, struct str raw,
	struct str *canonical, struct str *why);

/* Checks, each over the whole setup. */
void check_tables(struct load *load);
void check_references(struct load *load);	/* resolves them, and depends-on */
void check_templates(struct load *load);	/* resolves include */
void check_mappings(struct load *load);
void check_field_mapping(struct load *load, struct mapping *mapping, struct field_mapping *field);
void check_option_mappings(struct load *load);	/* after the tables: makes their field mappings */
void check_rules(struct load *load);
void check_blank_keys(struct load *load);
void mark_used(struct load *load);
void order_mappings(struct load *load);
void check_packages(struct load *load);	/* RapidStart: what a package cannot carry */
void check_cmt(struct load *load);		/* CMT: the same */
void sign_field_mappings(struct load *load);
void use_rules(struct load *load);

/* Transformation rules (setup_rules.c). */
struct transformation_rule *find_rule(const struct setup *setup, struct str code);
struct value_map *find_value_map(const struct setup *setup, struct str code);

#endif
