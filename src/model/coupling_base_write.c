/* coupling_base_write.c - the text of a base, put together (3.2); see coupling_base.c */
#include "model/coupling_base_pairs.h"

static const enum group first_group_of[DEFINITIONS] = { GROUP_E_BI, GROUP_E_TO, GROUP_C_FROM };
static const unsigned groups_of[DEFINITIONS] = { 1u << GROUP_E_BI | 1u << GROUP_C_BI, 1u << GROUP_E_TO,
	1u << GROUP_C_FROM };

/*
 * A text in the making; there is room for all of it.  It is most of what is done
 * for a coupling at rest, and much for one with values in flight, so digits are made
 * two at a time, by divisions by constants of 32 bits, which compilers make
 * multiplications of, and their part of the sum with them: modulo BASE a pair's
 * number is its low digit, and need not be taken apart for it.
 * The weights of check_sum() repeat after 8 symbols, and 2^8 is 1 modulo BASE: so
 * the part of some digits is made as if they were the text's first ones, and then
 * weighed by where they begin.
 */
struct writer {
	const struct base_scheme *scheme;
	char *start;
	char *at;
	uint64_t sum;
};

#define BASE_2 ((uint32_t)BASE * BASE)
#define BASE_4 (BASE_2 * BASE_2)

static inline uint32_t
make_two(char *at, uint32_t value)
{
	memcpy(at, (const char *)pairs + value * 2, 2);
	return value / BASE + 2 * value;
}

static inline uint32_t
make_four(char *at, uint32_t value)
{
	uint32_t high = value / BASE_2;

	return make_two(at, high) + 4 * make_two(at + 2, value - high * BASE_2);
}

static inline uint32_t
make_eight(char *at, uint64_t value)
{
	uint64_t high = value / BASE_4;

	return make_four(at, (uint32_t)high) + 16 * make_four(at + 4, (uint32_t)(value - high * BASE_4));
}

/* Enters symbols that were made at w->at. */
static inline void
enter(struct writer *w, unsigned count, uint64_t part)
{
	w->sum += part << ((w->at - w->start) & 7);
	w->at += count;
}

static inline void
put_short(struct writer *w, uint16_t value)
{
	enter(w, ID_DIGITS, make_two(w->at, value));
}

static inline void
put_field(struct writer *w, uint64_t value)
{
	enter(w, FIELD_DIGITS, make_eight(w->at, value));
}

static inline uint32_t
make_group(char *at, uint64_t value)
{
	uint64_t high = value / BASE_4;
	uint32_t low = make_four(at + 6, (uint32_t)(value - high * BASE_4));
	uint64_t top = high / BASE_4;
	uint32_t middle = make_four(at + 2, (uint32_t)(high - top * BASE_4));

	return make_two(at, (uint32_t)top) + 4 * middle + 64 * low;
}

static void
put_symbol(struct writer *w, char symbol, unsigned value)
{
	*w->at = symbol;
	enter(w, 1, value);
}

static void
put_mark(struct writer *w, enum mark mark)
{
	put_symbol(w, marks[mark], mark);
}

/* Equal values of both sides, which most are, have one digest, and are made once. */
static void
put_digests(struct writer *w, const uint64_t digests_of[GROUPS], unsigned mask)
{
	const char *last = NULL;
	uint64_t last_digest = 0;
	uint32_t part = 0;

	for (unsigned g = 0; g < GROUPS; g++) {
		if (!(mask & 1u << g))
			continue;
		if (last && digests_of[g] == last_digest)
			memcpy(w->at, last, GROUP_DIGITS);
		else
			part = make_group(w->at, digests_of[g]);
		last = w->at;
		last_digest = digests_of[g];
		enter(w, GROUP_DIGITS, part);
	}
}

/* Which groups are known, and what defines them. */
static void
put_head(struct writer *w, unsigned mask)
{
	put_symbol(w, digits[VERSION_DIGIT + mask], VERSION_DIGIT + mask);
	for (unsigned d = 0; d < DEFINITIONS; d++)
		if (mask & groups_of[d])
			put_short(w, w->scheme->signature[first_group_of[d]]);
}

void
base_scheme_head(struct base_scheme *scheme)
{
	struct writer w = { .scheme = scheme, .start = scheme->head, .at = scheme->head };

	_Static_assert(1 + DEFINITIONS * SIGNATURE_DIGITS <= BASE_HEAD_ROOM, "a head has room");
	for (unsigned g = 0; g < GROUPS; g++)
		scheme->filled |= (unsigned)!scheme->is_empty[g] << g;
	put_head(&w, scheme->filled);
	scheme->head_length = (uint32_t)(w.at - w.start);
	scheme->head_sum = w.sum;
}

static void
put_groups(struct writer *w, const uint64_t digests_of[GROUPS], unsigned mask)
{
	if (mask != w->scheme->filled) {
		put_head(w, mask);
	} else {
		memcpy(w->at, w->scheme->head, BASE_HEAD_ROOM);
		enter(w, w->scheme->head_length, w->scheme->head_sum);
	}
	put_digests(w, digests_of, mask);
}

static void
put_fields(struct writer *w, const struct coupling_base *base)
{
	const char *start = w->at;

	for (size_t i = 0; i < base->field_count; i++) {
		const struct base_field *field = &base->fields[i];
		uint16_t id = w->scheme->ids[field->field];
		if (id == BASE_NO_ID || (!field->has[ERP] && !field->has[CRM]))
			continue;
		enum side side = field->has[ERP] ? ERP : CRM;
		uint64_t sides = !field->has[ERP] ? SIDES_CRM : field->has[CRM] ? SIDES_BOTH : SIDES_ERP;
		if (w->at == start)
			put_mark(w, MARK_FIELDS);
		put_short(w, id);
		put_field(w, sides << FIELD_BITS | (field->digest[side] & FIELD_MASK));
		if (sides == SIDES_BOTH)
			put_field(w, field->digest[CRM] & FIELD_MASK);
	}
}

static void
put_replaced(struct writer *w, const struct base_replaced *replaced, enum mark mark)
{
	if (!replaced->is_present || replaced->is_forgotten)
		return;
	bool has_stamp = replaced->stamp > -STAMP_OFFSET && replaced->stamp < STAMP_OFFSET;
	put_mark(w, mark);
	put_field(w, has_stamp ? (uint64_t)(replaced->stamp + STAMP_OFFSET) : 0);
	for (size_t i = 0; i < replaced->count; i++) {
		uint16_t id = w->scheme->ids[replaced->fields[i].field];
		if (id == BASE_NO_ID)
			continue;
		put_short(w, id);
		put_field(w, replaced->fields[i].digest & FIELD_MASK);
	}
}

/* At least as many bytes as the text has. */
static size_t
text_room(const struct coupling_base *base)
{
	enum { GROUPS_ROOM = 64, SECTION_ROOM = 16, ENTRY = ID_DIGITS + FIELD_DIGITS };

	return GROUPS_ROOM + SIDES * SECTION_ROOM + base->field_count * (ENTRY + FIELD_DIGITS)
		+ (base->replaced[ERP].count + base->replaced[CRM].count) * ENTRY;
}

void
base_encode(const struct coupling_base *base, const struct base_scheme *scheme, struct buf *out)
{
	char *start = buf_reserve(out, text_room(base));
	struct writer w = { .scheme = scheme, .start = start, .at = start };
	unsigned mask = 0;

	for (unsigned g = 0; g < GROUPS; g++)
		mask |= (unsigned)(base->known[g] && !scheme->is_empty[g]) << g;
	put_groups(&w, base->digest, mask);
	const char *groups_end = w.at;
	put_fields(&w, base);
	put_replaced(&w, &base->replaced[ERP], MARK_ERP);
	put_replaced(&w, &base->replaced[CRM], MARK_CRM);
	if (base->has_pending) {
		put_mark(&w, MARK_PENDING);
		enter(&w, GROUP_DIGITS, make_group(w.at, base->pending));
	}
	bool has_sections = w.at > groups_end;
	if (!has_sections && mask == 0)	/* it knows nothing */
		return;
	if (has_sections)
		put_mark(&w, MARK_FIELDS);
	*w.at++ = digits[w.sum % BASE];
	out->len += (size_t)(w.at - start);
}

char *
base_put_groups(const struct base_scheme *scheme, const uint64_t digests_of[GROUPS], char *to)
{
	struct writer w = { .scheme = scheme, .start = to, .at = to };

	if (scheme->filled == 0)
		return to;
	put_groups(&w, digests_of, scheme->filled);
	*w.at++ = digits[w.sum % BASE];
	return w.at;
}
