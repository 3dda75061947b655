/* setup_schema.h - the schema of setup files, schemas/setup.xsd, which is part of the program (2) */
#ifndef COUPLET_SETUP_SCHEMA_H
#define COUPLET_SETUP_SCHEMA_H

#include <libxml/parser.h>
#include <libxml/xmlschemas.h>
#include <stdbool.h>

struct setup_schema {
	xmlDoc *doc;
	xmlSchema *compiled; /* refers to doc */
};

/*
 * Reads the schema and compiles it for validation.  False when libxml2 cannot;
 * nothing is to be closed then.
 */
bool schema_open(struct setup_schema *schema);

/* Releases both. */
void schema_close(struct setup_schema *schema);

#endif
