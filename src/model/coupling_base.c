/*
 * coupling_base.c - what both sides of a coupling agreed on, as text (3.2)
 *
 * The text form is described in schemas/ledger.md.  In short: digits of base
 * 85; first the groups, whose number of digits the first character tells; then
 * sections, each opened by a mark and even in length, and one closing mark;
 * then one digit that checks all.  The even lengths and the closing mark make
 * every cut, and every digit in a mark's place, an error by structure; the
 * check finds every changed digit and mark.
 */
#include "model/coupling_base_parts.h"

/* For each byte its digit plus 1, or MARK_BIT plus its mark, or 0. */
static const uint8_t symbols[256] = {
	['0'] = 1, ['1'] = 2, ['2'] = 3, ['3'] = 4, ['4'] = 5, ['5'] = 6, ['6'] = 7, ['7'] = 8, ['8'] = 9,
	['9'] = 10, ['a'] = 11, ['b'] = 12, ['c'] = 13, ['d'] = 14, ['e'] = 15, ['f'] = 16, ['g'] = 17,
	['h'] = 18, ['i'] = 19, ['j'] = 20, ['k'] = 21, ['l'] = 22, ['m'] = 23, ['n'] = 24, ['o'] = 25,
	['p'] = 26, ['q'] = 27, ['r'] = 28, ['s'] = 29, ['t'] = 30, ['u'] = 31, ['v'] = 32, ['w'] = 33,
	['x'] = 34, ['y'] = 35, ['z'] = 36, ['A'] = 37, ['B'] = 38, ['C'] = 39, ['D'] = 40, ['E'] = 41,
	['F'] = 42, ['G'] = 43, ['H'] = 44, ['I'] = 45, ['J'] = 46, ['K'] = 47, ['L'] = 48, ['M'] = 49,
	['N'] = 50, ['O'] = 51, ['P'] = 52, ['Q'] = 53, ['R'] = 54, ['S'] = 55, ['T'] = 56, ['U'] = 57,
	['V'] = 58, ['W'] = 59, ['X'] = 60, ['Y'] = 61, ['Z'] = 62, ['.'] = 63, ['-'] = 64, [':'] = 65,
	['+'] = 66, ['='] = 67, ['^'] = 68, ['!'] = 69, ['/'] = 70, ['*'] = 71, ['?'] = 72, ['&'] = 73,
	['<'] = 74, ['>'] = 75, ['('] = 76, [')'] = 77, ['['] = 78, [']'] = 79, ['{'] = 80, ['}'] = 81,
	['@'] = 82, ['%'] = 83, ['$'] = 84, ['#'] = 85, ['~'] = MARK_BIT + 0, ['|'] = MARK_BIT + 1,
	['_'] = MARK_BIT + 2, ['`'] = MARK_BIT + 3,
};

static const enum definition definition_of[GROUPS] = { DEFINED_BI, DEFINED_TO, DEFINED_BI, DEFINED_FROM };

/* The field mapping with this id, or SIZE_MAX; looked for from `hint` on, as texts keep the setup's order. */
static size_t
find_field(const struct base_scheme *scheme, uint16_t id, size_t hint)
{
	size_t count = scheme->mapping->field_count;

	for (size_t i = 0; i < count; i++) {
		size_t at = hint + i < count ? hint + i : hint + i - count;
		if (scheme->ids[at] == id)
			return at;
	}
	return SIZE_MAX;
}

struct cursor {
	const char *at;
	const char *end;
};

/*
 * The weights 2^0 to 2^7 are invertible modulo 85, so one changed digit, or
 * mark for mark, always changes the sum; so does a swap of neighbours.  False
 * when a byte is no symbol.
 */
static bool
check_sum(struct str text, unsigned *sum)
{
	uint64_t total = 0;

	for (size_t i = 0; i < text.len; i++) {
		uint8_t symbol = symbols[(unsigned char)text.ptr[i]];
		if (symbol == 0)
			return false;
		uint64_t value = symbol & MARK_BIT ? symbol - MARK_BIT : symbol - 1;
		total += value << (i & 7);
	}
	*sum = (unsigned)(total % BASE);
	return true;
}

static bool
at_digit(const struct cursor *c)
{
	return c->at < c->end && !(symbols[(unsigned char)*c->at] & MARK_BIT);
}

static bool
at_mark(const struct cursor *c, enum mark mark)
{
	return c->at < c->end && *c->at == marks[mark];
}

/* A number of so many digits; false when a mark or the end is met, or it is beyond 64 bits. */
static bool
take(struct cursor *c, unsigned count, uint64_t *value)
{
	uint64_t sum = 0;

	if ((size_t)(c->end - c->at) < count)
		return false;
	for (unsigned i = 0; i < count; i++) {
		uint8_t symbol = symbols[(unsigned char)c->at[i]];
		if (symbol & MARK_BIT || __builtin_mul_overflow(sum, BASE, &sum) ||
			__builtin_add_overflow(sum, (uint64_t)(symbol - 1), &sum))
			return false;
	}
	c->at += count;
	*value = sum;
	return true;
}

static bool
take_groups(struct cursor *c, const struct base_scheme *scheme, struct coupling_base *base)
{
	uint64_t first;
	uint64_t stored[DEFINITIONS] = { 0 };

	if (!take(c, 1, &first) || first < VERSION_DIGIT || first >= VERSION_DIGIT + (1 << GROUPS))
		return false;
	unsigned mask = (unsigned)(first - VERSION_DIGIT);
	for (unsigned d = 0; d < DEFINITIONS; d++) {
		unsigned of_it = 0;
		for (unsigned g = 0; g < GROUPS; g++)
			of_it |= definition_of[g] == d ? mask & 1u << g : 0;
		if (of_it && !take(c, SIGNATURE_DIGITS, &stored[d]))
			return false;
	}
	for (unsigned g = 0; g < GROUPS; g++) {
		uint64_t digest;
		if (!(mask & 1u << g))
			continue;
		if (!take(c, GROUP_DIGITS, &digest))
			return false;
		/* An empty group is known already, whatever was stored when it was not empty. */
		if (!scheme->is_empty[g] && stored[definition_of[g]] == scheme->signature[g]) {
			base->known[g] = true;
			base->digest[g] = digest;
		}
	}
	return true;
}

static bool
take_field(struct cursor *c, struct base_field *field, uint16_t *id)
{
	uint64_t number;
	uint64_t value;

	if (!take(c, ID_DIGITS, &number) || !take(c, FIELD_DIGITS, &value) ||
		value >> FIELD_BITS >= SIDES_KINDS)
		return false;
	enum sides sides = (enum sides)(value >> FIELD_BITS);
	enum side side = sides == SIDES_CRM ? CRM : ERP;
	*field = (struct base_field){ 0 };
	field->has[side] = true;
	field->digest[side] = value & FIELD_MASK;
	if (sides == SIDES_BOTH) {
		if (!take(c, FIELD_DIGITS, &value) || value > FIELD_MASK)
			return false;
		field->has[CRM] = true;
		field->digest[CRM] = value;
	}
	*id = (uint16_t)number;
	return true;
}

/* The most fields that what is left of the text can hold. */
static size_t
most_fields(const struct cursor *c)
{
	return (size_t)(c->end - c->at) / (ID_DIGITS + FIELD_DIGITS);
}

static bool
take_fields(
	struct cursor *c, const struct base_scheme *scheme, struct arena *arena, struct coupling_base *base)
{
	size_t hint = 0;

	c->at++;
	if (!at_digit(c))
		return false;
	base->fields = arena_array(arena, struct base_field, most_fields(c));
	while (at_digit(c)) {
		struct base_field field;
		uint16_t id;
		if (!take_field(c, &field, &id))
			return false;
		size_t at = find_field(scheme, id, hint);
		if (at == SIZE_MAX)
			continue;	/* its definition changed */
		hint = at + 1;
		field.field = (uint32_t)at;
		base->fields[base->field_count++] = field;
	}
	return true;
}

static bool
take_replaced(struct cursor *c, const struct base_scheme *scheme, struct arena *arena,
	struct base_replaced *replaced)
{
	uint64_t stamp;
	size_t hint = 0;

	c->at++;
	if (!take(c, STAMP_DIGITS, &stamp) || stamp >= 2 * (uint64_t)STAMP_OFFSET)
		return false;
	replaced->is_present = true;
	replaced->stamp = stamp == 0 ? STAMP_NONE : (int64_t)stamp - STAMP_OFFSET;
	bool has_fields = at_digit(c);
	if (has_fields)
		replaced->fields = arena_array(arena, struct base_replaced_field, most_fields(c));
	while (at_digit(c)) {
		uint64_t id;
		uint64_t digest;
		if (!take(c, ID_DIGITS, &id) || !take(c, FIELD_DIGITS, &digest) || digest > FIELD_MASK)
			return false;
		size_t at = find_field(scheme, (uint16_t)id, hint);
		if (at == SIZE_MAX)
			continue;
		hint = at + 1;
		replaced->fields[replaced->count++] = (struct base_replaced_field){ (uint32_t)at, digest };
	}
	replaced->is_forgotten = has_fields && replaced->count == 0;
	return true;
}

static bool
take_sections(
	struct cursor *c, const struct base_scheme *scheme, struct arena *arena, struct coupling_base *base)
{
	if (c->at == c->end)
		return true;
	if (at_mark(c, MARK_FIELDS) && !take_fields(c, scheme, arena, base))
		return false;
	if (at_mark(c, MARK_ERP) && !take_replaced(c, scheme, arena, &base->replaced[ERP]))
		return false;
	if (at_mark(c, MARK_CRM) && !take_replaced(c, scheme, arena, &base->replaced[CRM]))
		return false;
	if (at_mark(c, MARK_PENDING)) {
		c->at++;
		base->has_pending = true;
		if (!take(c, GROUP_DIGITS, &base->pending))
			return false;
	}
	return c->end - c->at == 1 && at_mark(c, MARK_FIELDS);
}

bool
base_decode(
	struct str text, const struct base_scheme *scheme, struct arena *arena, struct coupling_base *base)
{
	unsigned sum;

	*base = (struct coupling_base){ 0 };
	base->replaced[ERP].stamp = STAMP_NONE;
	base->replaced[CRM].stamp = STAMP_NONE;
	for (unsigned g = 0; g < GROUPS; g++)
		base->known[g] = scheme->is_empty[g];
	if (text.len == 0)
		return true;
	struct str body = { text.ptr, text.len - 1 };
	if (!check_sum(body, &sum) || text.ptr[body.len] != digits[sum])
		return false;
	struct cursor c = { body.ptr, body.ptr + body.len };
	return take_groups(&c, scheme, base) && take_sections(&c, scheme, arena, base);
}
