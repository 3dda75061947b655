/* fuzz_base.c - any text as the base of a coupling; what is read is written and read the same (3.2) */
#include "fuzz_help.h"
#include "model/coupling_base.h"

enum { FIELDS = 8, TEXT_LIMIT = 400 };

static const char digits[] = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
	".-:+=^!/*?&<>()[]{}@%$#";

/* Two bidirectional ones, two To, one From, a constant in each direction, and one that is disabled. */
static struct base_scheme
make_scheme(struct arena *arena)
{
	static const enum direction directions[FIELDS] = { BIDIRECTIONAL, TO, FROM, BIDIRECTIONAL, TO, TO,
		FROM, TO };
	struct mapping *mapping = arena_new(arena, struct mapping);

	mapping->fields = arena_array(arena, struct field_mapping, FIELDS);
	mapping->field_count = FIELDS;
	for (unsigned i = 0; i < FIELDS; i++)
		mapping->fields[i] = (struct field_mapping){
			.direction = directions[i],
			.has_constant = i == 5 || i == 6,
			.is_enabled = i != 7,
			.signature = i * UINT64_C(0x9e3779b97f4a7c15),
		};
	return base_scheme_make(mapping, arena);
}

/* Inputs seldom have the right last digit, which checks all the others: it is put right. */
static bool
decode_any(struct str text, const struct base_scheme *scheme, struct arena *arena, struct coupling_base *base)
{
	char *copy = arena_bytes(arena, text.len + 1);

	if (base_decode(text, scheme, arena, base))
		return true;
	memcpy(copy, text.ptr, text.len);
	for (size_t i = 0; i < sizeof digits - 1; i++) {
		copy[text.len - 1] = digits[i];
		if (base_decode((struct str){ copy, text.len }, scheme, arena, base))
			return true;
	}
	return false;
}

static void
expect_same(const struct coupling_base *a, const struct coupling_base *b)
{
	for (unsigned g = 0; g < GROUPS; g++)
		expect(a->known[g] == b->known[g] && a->digest[g] == b->digest[g], "groups stay");
	expect(a->field_count == b->field_count, "fields stay");
	for (size_t i = 0; i < a->field_count; i++)
		expect(memcmp(&a->fields[i].digest, &b->fields[i].digest, sizeof a->fields[i].digest) == 0 &&
			a->fields[i].field == b->fields[i].field &&
			a->fields[i].has[ERP] == b->fields[i].has[ERP] &&
			a->fields[i].has[CRM] == b->fields[i].has[CRM], "digests of fields stay");
	for (enum side side = ERP; side < SIDES; side++) {
		const struct base_replaced *left = &a->replaced[side];
		const struct base_replaced *right = &b->replaced[side];
		/* What had fields of mappings that are gone alone is not written again. */
		if (left->is_forgotten) {
			expect(!right->is_present, "what is forgotten goes");
			continue;
		}
		expect(left->is_present == right->is_present && left->stamp == right->stamp &&
			left->count == right->count, "what was replaced stays");
		for (size_t i = 0; i < left->count; i++)
			expect(left->fields[i].field == right->fields[i].field &&
				left->fields[i].digest == right->fields[i].digest, "replaced digests stay");
	}
	expect(a->has_pending == b->has_pending && a->pending == b->pending, "pending stays");
}

/* Any changed character and any cut but to nothing is found. */
static void
check_damage(struct buf *text, unsigned seed, const struct base_scheme *scheme, struct arena *arena)
{
	struct coupling_base base;

	for (size_t len = 1; len < text->len; len++)
		expect(!base_decode((struct str){ text->ptr, len }, scheme, arena, &base), "cuts are found");
	for (size_t i = 0; i < text->len; i++) {
		char before = text->ptr[i];
		text->ptr[i] = (char)((unsigned char)before + 1 + seed % 255);
		expect(!base_decode(buf_str(text), scheme, arena, &base), "changed characters are found");
		text->ptr[i] = before;
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arena arena = { 0 };
	struct buf text = { 0 };
	struct buf again = { 0 };
	struct coupling_base base;
	struct coupling_base back;

	if (size < 2 || size > TEXT_LIMIT)
		return 0;
	struct base_scheme scheme = make_scheme(&arena);
	if (decode_any((struct str){ (const char *)data + 1, size - 1 }, &scheme, &arena, &base)) {
		base_encode(&base, &scheme, &text);
		expect(text.len < size, "what is written is no longer than what was read");
		expect(base_decode(buf_str(&text), &scheme, &arena, &back), "what was written is read");
		expect_same(&base, &back);
		base_encode(&back, &scheme, &again);
		expect(str_equal(buf_str(&text), buf_str(&again)), "what was written is written again");
		check_damage(&text, data[0], &scheme, &arena);
	}
	buf_release(&text);
	buf_release(&again);
	arena_release(&arena);
	return 0;
}
