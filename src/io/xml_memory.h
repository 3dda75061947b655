/* xml_memory.h - libxml2 takes its memory as the rest of the program does */
#ifndef IO_XML_MEMORY_H
#define IO_XML_MEMORY_H

/*
 * From now on memory that libxml2 does not get ends the program (memory.h): by
 * itself it would go on with what it has, as if an attribute or an element were
 * not there.  To be called before anything else of libxml2, by one thread.
 */
void xml_memory_prepare(void);

#endif
