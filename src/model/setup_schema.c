/*
 * setup_schema.c - the schema of setup files, as part of the program
 *
 * The assembler includes the file itself, so that what the program validates
 * against is byte for byte what is documented in schemas/.
 */
#include "model/setup_load.h"

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

struct str
schema_text(void)
{
	return (struct str){ couplet_setup_schema, (size_t)couplet_setup_schema_size };
}
