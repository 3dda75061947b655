/*
 * coupling_base_parts.h - the text form of a base; for coupling_base.c and coupling_base_write.c alone
 */
#ifndef MODEL_COUPLING_BASE_PARTS_H
#define MODEL_COUPLING_BASE_PARTS_H

#include "model/coupling_base.h"

enum {
	BASE = 85,
	VERSION_DIGIT = 36,	/* the first digit is this plus the mask of the groups: 'A' to 'P' */
	ID_DIGITS = 2,
	SIGNATURE_DIGITS = 2,
	GROUP_DIGITS = 10,	/* 64 bits */
	FIELD_DIGITS = 8,	/* 48 bits, and above them which sides */
	STAMP_DIGITS = 8,
	MARK_BIT = 128,
};

#define FIELD_BITS 48
#define FIELD_MASK ((UINT64_C(1) << FIELD_BITS) - 1)
#define STAMP_OFFSET (INT64_C(1) << 50)

static const char digits[] = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
	".-:+=^!/*?&<>()[]{}@%$#";

/* Each opens a section, in this order; the first one also closes the last section. */
enum mark { MARK_FIELDS, MARK_ERP, MARK_CRM, MARK_PENDING };
static const char marks[] = "~|_`";

/* Which sides of a field mapping are there. */
enum sides { SIDES_ERP, SIDES_CRM, SIDES_BOTH, SIDES_KINDS };

/* Where a signature is stored: E-bi and C-bi share one. */
enum definition { DEFINED_BI, DEFINED_TO, DEFINED_FROM, DEFINITIONS };

#endif
