/*
 * coupling_base.h - what both sides of a coupling agreed on (3.2)
 *
 * The base remembers digests of values, not values.  Four groups (4.3): each
 * side's bidirectional fields (E-bi, C-bi), the ERP side's To-only fields (E-to)
 * and the CRM side's From-only fields (C-from).  Each digest is bound to the
 * field mappings that it covers; where their meaning changed, the group is
 * unknown.  The text form is described in schemas/ledger.md.
 */
#ifndef MODEL_COUPLING_BASE_H
#define MODEL_COUPLING_BASE_H

#include "base/buf.h"
#include "base/memory.h"
#include "model/setup.h"
#include "model/value.h"

enum group { GROUP_E_BI, GROUP_E_TO, GROUP_C_BI, GROUP_C_FROM, GROUPS };

/* The digests of one field mapping's values; a side that is no source of it has none. */
struct base_field {
	uint32_t field;		/* index into mapping.fields */
	bool has[SIDES];
	uint64_t digest[SIDES];
};

/* E11: a side that a run wrote and that no export has shown yet. */
struct base_replaced_field {
	uint32_t field;
	uint64_t digest;	/* of the value that was there before */
};

struct base_replaced {
	bool is_present;
	int64_t stamp;		/* that the side's record had then, or STAMP_NONE */
	struct base_replaced_field *fields;
	size_t count;
	bool is_forgotten;	/* it had fields, all of field mappings that are no longer there (3.2) */
};

struct coupling_base {
	bool known[GROUPS];
	uint64_t digest[GROUPS];
	struct base_field *fields;
	size_t field_count;
	struct base_replaced replaced[SIDES];
	bool has_pending;
	uint64_t pending;	/* L4 c: of the match fields, or of all values written */
};

enum { BASE_NO_ID = UINT16_MAX, BASE_HEAD_ROOM = 8 };

/*
 * How a mapping's field mappings are told apart in base texts; computed once a
 * mapping.  Independent of the order of the field mappings in the document; the
 * signature of a field mapping is what identifies it, its id is only short.
 */
struct base_scheme {
	const struct mapping *mapping;
	uint16_t *ids;			/* for each field mapping, unique within it; disabled: BASE_NO_ID */
	uint16_t signature[GROUPS];	/* of each group's definition; E_BI and C_BI are the same */
	bool is_empty[GROUPS];		/* no enabled field mapping and no constant in it: always known */
	uint64_t definition[GROUPS];	/* the whole hash that signature is short for */
	uint32_t *fields[GROUPS];	/* its field mappings with values, by signature: not constants */
	const struct field **members[GROUPS];	/* their fields on the group's side */
	uint32_t field_count[GROUPS];
	struct str *labels;		/* for each field mapping: its signature in decimal digits, and `=` */
	unsigned filled;		/* the groups that are not empty, a bit each; */
	char head[BASE_HEAD_ROOM];	/* how a text begins that knows all of them, */
	uint32_t head_length;
	uint64_t head_sum;		/* and its part of the text's check sum */
};

struct base_scheme base_scheme_make(const struct mapping *mapping, struct arena *arena);

/* Its last step: how texts begin. */
void base_scheme_head(struct base_scheme *scheme);

/*
 * Reads a base text; lists live in the arena.  An empty text is an empty base.
 * Groups and fields whose definition changed come out as unknown, groups that
 * the scheme has empty as known, with digest 0.  False when the text is damaged
 * (any changed character, any cut but to nothing): a ledger error.
 */
bool base_decode(struct str text, const struct base_scheme *scheme, struct arena *arena,
	struct coupling_base *base);

/*
 * Appends the text; nothing for a base that knows nothing but empty groups.
 * The four groups take at most 48 bytes, a field 10 a side.  The text never
 * needs quotes in CSV and is no formula or number for a spreadsheet.
 */
void base_encode(const struct coupling_base *base, const struct base_scheme *scheme, struct buf *out);

/* E11: the side was written while no export showed it: nothing is known of what it showed before. */
static inline bool
base_was_unseen(const struct base_replaced *replaced)
{
	return replaced->is_present && replaced->count == 0 && !replaced->is_forgotten;
}

/*
 * The text of a base that knows all groups and nothing else, as most do, put where
 * there are BASE_GROUPS_ROOM bytes; returns where it ends.
 */
enum { BASE_GROUPS_ROOM = 48 };
char *base_put_groups(const struct base_scheme *scheme, const uint64_t digests[GROUPS], char *to);

/* XXH3 of the value as it counts in comparisons (value_comparable()). */
uint64_t base_value_digest(enum type type, struct str canonical);

/*
 * A group's digest is XXH3 of its definition and the values of its fields in the
 * order of base_scheme.fields.  base_group_begin() empties `text`, makes room in
 * it (BASE_GROUP_ROOM, and for each value its length and BASE_VALUE_ROOM) and
 * enters the definition; base_group_add() enters one value (is_bad: one that is
 * not of its field's type) and returns where the next one goes; base_group_end()
 * makes the digest.
 */
enum { BASE_GROUP_ROOM = 16, BASE_VALUE_ROOM = 16 };
static inline char *
base_group_begin(const struct base_scheme *scheme, enum group group, size_t room, struct buf *text)
{
	buf_reset(text);
	char *at = buf_reserve(text, room);
	memcpy(at, &scheme->definition[group], sizeof scheme->definition[group]);
	return at + sizeof scheme->definition[group];
}

uint64_t base_group_end(const struct buf *text, const char *end);

/* Each value with its length before it, so that no two lists of values make the same text. */
static inline char *
base_group_add(enum type type, struct str canonical, bool is_bad, char *at)
{
	struct str value = is_bad || canonical.len > 0 ? canonical : value_comparable(type, canonical);
	uint64_t number = (uint64_t)value.len << 1 | is_bad;

	for (; __builtin_expect(number >= 0x80, false); number >>= 7)
		*at++ = (char)(number | 0x80);
	*at++ = (char)number;
	return str_put(at, value);
}

/*
 * The same for a good Text, Code, Blob or Guid of BASE_SHORT bytes at most, of which
 * so many can be read and written anyway: most values are such, and this is without
 * a branch.
 */
enum { BASE_SHORT = 48 };
static inline char *
base_group_add_short(struct str canonical, char *at)
{
	*at++ = (char)(canonical.len << 1);
	memcpy(at, canonical.ptr, BASE_SHORT);
	return at + canonical.len;
}

/*
 * Of a single field's value (fields, replaced) the text keeps 48 bits: compare
 * these digests with this and never with ==.  Groups and `pending` are whole.
 */
static inline bool
base_digest_equal(uint64_t a, uint64_t b)
{
	return ((a ^ b) & ((UINT64_C(1) << 48) - 1)) == 0;
}

#endif
