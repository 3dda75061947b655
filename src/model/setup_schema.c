/*
 * setup_schema.c - the schema of setup files, as part of the program
 *
 * The assembler includes the file itself, so that what the program validates
 * against is byte for byte what is documented in schemas/.
 */
#include <stdint.h>

#include "model/setup_schema.h"

/* The build says where the source tree is; by default it is the working folder. */
#ifndef SOURCE_ROOT
#define SOURCE_ROOT "."
#endif

__asm__(".pushsection .rodata\n"
	".global couplet_setup_schema\n"
	"couplet_setup_schema:\n"
	".incbin \"" SOURCE_ROOT "/schemas/setup.xsd\"\n"
	"couplet_setup_schema_end:\n"
	".byte 0\n"
	".balign 8\n"
	".global couplet_setup_schema_size\n"
	"couplet_setup_schema_size:\n"
	".quad couplet_setup_schema_end - couplet_setup_schema\n"
	".popsection\n");

extern const char couplet_setup_schema[];
extern const uint64_t couplet_setup_schema_size;

static xmlSchema *
compile(xmlDoc *doc)
{
	xmlSchemaParserCtxt *parser = doc ? xmlSchemaNewDocParserCtxt(doc) : NULL;
	xmlSchema *schema = parser ? xmlSchemaParse(parser) : NULL;

	xmlSchemaFreeParserCtxt(parser);
	return schema;
}

bool
schema_open(struct setup_schema *schema)
{
	schema->doc = xmlReadMemory(couplet_setup_schema, (int)couplet_setup_schema_size, NULL, NULL,
		XML_PARSE_NONET);
	schema->compiled = compile(schema->doc);
	if (!schema->compiled)
		xmlFreeDoc(schema->doc);
	return schema->compiled != NULL;
}

void
schema_close(struct setup_schema *schema)
{
	xmlSchemaFree(schema->compiled);
	xmlFreeDoc(schema->doc);
}
