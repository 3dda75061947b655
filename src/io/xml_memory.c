/* xml_memory.c - libxml2 takes its memory as the rest of the program does */
#include "io/xml_memory.h"

#include <stdlib.h>

#include <libxml/globals.h>
#include <libxml/xmlmemory.h>

#include "base/memory.h"

static void *
take(size_t size)
{
	return memory_resize(NULL, size, 1);
}

static void *
resize(void *old, size_t size)
{
	return memory_resize(old, size, 1);
}

static char *
copy(const char *text)
{
	size_t size = strlen(text) + 1;

	return memcpy(memory_resize(NULL, size, 1), text, size);
}

void
xml_memory_prepare(void)
{
	xmlMemSetup(free, take, resize, copy);
	/*
	 * One lock is made past these functions, and libxml2 goes on where that fails:
	 * then threads would each make one.  The first parser tries again what fails here.
	 */
	xmlInitGlobals();
}
