/*
 * xml_fault.h - what makes an export no XML, in words for a person
 */
#ifndef IO_XML_FAULT_H
#define IO_XML_FAULT_H

#include <libxml/xmlerror.h>

#include "base/buf.h"

/* Appends `column 12: not well-formed XML: ...; ...`, without file and line. */
void xml_fault_write(const xmlError *error, struct buf *out);

#endif
