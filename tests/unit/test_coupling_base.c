/* test_coupling_base.c - base texts: round trips, changed definitions, damage (3.2) */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "model/coupling_base.h"
#include "model/value.h"

enum { FIELDS = 8, MANY_FIELDS = 2000 };

struct world {
	struct field_mapping fields[FIELDS];
	struct mapping mapping;
	struct arena arena;
};

/* Two bidirectional ones, two To, one From, a constant in each direction, and one that is disabled. */
static void
world_init(struct world *w)
{
	static const enum direction directions[FIELDS] = { BIDIRECTIONAL, TO, FROM, BIDIRECTIONAL, TO, TO,
		FROM, TO };

	*w = (struct world){ 0 };
	for (unsigned i = 0; i < FIELDS; i++)
		w->fields[i] = (struct field_mapping){
			.direction = directions[i],
			.has_constant = i == 5 || i == 6,
			.is_enabled = i != 7,
			.signature = str_hash((struct str){ (const char *)&i, 1 }),
		};
	w->mapping = (struct mapping){ .fields = w->fields, .field_count = FIELDS };
}

static void
encode(const struct coupling_base *base, const struct base_scheme *scheme, struct buf *out)
{
	buf_reset(out);
	base_encode(base, scheme, out);
}

static struct coupling_base
all_groups(void)
{
	return (struct coupling_base){
		.known = { true, true, true, true },
		.digest = { UINT64_MAX, 0, UINT64_C(0x0123456789abcdef), 1 },
	};
}

/* Whether the text is fit for an unquoted CSV cell that no spreadsheet takes for a formula or number. */
static void
expect_plain(struct str text)
{
	assert_true(text.len == 0 || (text.ptr[0] >= 'A' && text.ptr[0] <= 'P'));
	for (size_t i = 0; i < text.len; i++)
		assert_true(text.ptr[i] > ' ' && text.ptr[i] < 127 && !strchr(",\"'\\;", text.ptr[i]));
}

static void
test_groups(void **state)
{
	struct world w;
	struct buf text = { 0 };

	(void)state;
	world_init(&w);
	struct base_scheme scheme = base_scheme_make(&w.mapping, &w.arena);
	for (unsigned mask = 0; mask < 16; mask++) {
		struct coupling_base base = all_groups();
		struct coupling_base back;
		for (unsigned g = 0; g < GROUPS; g++)
			base.known[g] = mask >> g & 1;
		encode(&base, &scheme, &text);
		expect_plain(buf_str(&text));
		assert_true(text.len <= 48);
		assert_int_equal(text.len == 0, mask == 0);
		assert_true(base_decode(buf_str(&text), &scheme, &w.arena, &back));
		for (unsigned g = 0; g < GROUPS; g++) {
			assert_int_equal(back.known[g], base.known[g]);
			assert_true(!back.known[g] || back.digest[g] == base.digest[g]);
		}
		assert_false(back.has_pending || back.replaced[ERP].is_present || back.field_count);
	}
	buf_release(&text);
	arena_release(&w.arena);
}

/* A base with everything in it; the digests of fields are not wider than is kept. */
static struct coupling_base
full_base(struct arena *arena)
{
	struct coupling_base base = all_groups();

	base.fields = arena_array(arena, struct base_field, 3);
	base.fields[0] = (struct base_field){ 0, { true, true }, { 1, (UINT64_C(1) << 48) - 1 } };
	base.fields[1] = (struct base_field){ 1, { true, false }, { 42, 0 } };
	base.fields[2] = (struct base_field){ 2, { false, true }, { 0, 43 } };
	base.field_count = 3;
	for (enum side side = ERP; side <= CRM; side++) {
		base.replaced[side].is_present = true;
		base.replaced[side].fields = arena_array(arena, struct base_replaced_field, 2);
		base.replaced[side].fields[0] = (struct base_replaced_field){ 3, 99 + side };
		base.replaced[side].fields[1] = (struct base_replaced_field){ 5, 0 };
		base.replaced[side].count = 2;
	}
	base.replaced[ERP].stamp = INT64_C(1772357400123);
	base.replaced[CRM].stamp = STAMP_NONE;
	base.has_pending = true;
	base.pending = UINT64_MAX - 1;
	return base;
}

static void
expect_same(const struct coupling_base *a, const struct coupling_base *b)
{
	for (unsigned g = 0; g < GROUPS; g++)
		assert_true(a->known[g] == b->known[g] && a->digest[g] == b->digest[g]);
	assert_int_equal(a->field_count, b->field_count);
	for (size_t i = 0; i < a->field_count; i++) {
		assert_int_equal(a->fields[i].field, b->fields[i].field);
		for (enum side side = ERP; side <= CRM; side++) {
			assert_int_equal(a->fields[i].has[side], b->fields[i].has[side]);
			assert_true(a->fields[i].digest[side] == b->fields[i].digest[side]);
		}
	}
	for (enum side side = ERP; side <= CRM; side++) {
		assert_int_equal(a->replaced[side].is_present, b->replaced[side].is_present);
		assert_true(a->replaced[side].stamp == b->replaced[side].stamp);
		assert_int_equal(a->replaced[side].count, b->replaced[side].count);
		for (size_t i = 0; i < a->replaced[side].count; i++) {
			assert_int_equal(
				a->replaced[side].fields[i].field, b->replaced[side].fields[i].field);
			assert_true(a->replaced[side].fields[i].digest == b->replaced[side].fields[i].digest);
		}
	}
	assert_int_equal(a->has_pending, b->has_pending);
	assert_true(a->pending == b->pending);
}

static void
test_everything(void **state)
{
	struct world w;
	struct buf text = { 0 };
	struct coupling_base back;

	(void)state;
	world_init(&w);
	struct base_scheme scheme = base_scheme_make(&w.mapping, &w.arena);
	struct coupling_base base = full_base(&w.arena);
	encode(&base, &scheme, &text);
	expect_plain(buf_str(&text));
	assert_true(base_decode(buf_str(&text), &scheme, &w.arena, &back));
	expect_same(&back, &base);

	/* Fields take at most 10 bytes a side. */
	base.replaced[ERP].is_present = base.replaced[CRM].is_present = base.has_pending = false;
	encode(&base, &scheme, &text);
	assert_true(text.len <= 48 + 10 * 4);
	/* 3.2: a line without identity keeps a digest alone. */
	struct coupling_base pending = { .has_pending = true, .pending = 7 };
	encode(&pending, &scheme, &text);
	assert_int_equal(text.len, 14);
	assert_true(base_decode(buf_str(&text), &scheme, &w.arena, &back));
	assert_true(back.has_pending && back.pending == 7 && !back.known[GROUP_E_BI]);
	buf_release(&text);
	arena_release(&w.arena);
}

/* Only 48 bits of a field's digest are kept. */
static void
test_wide_digests(void **state)
{
	struct world w;
	struct buf text = { 0 };
	struct coupling_base back;

	(void)state;
	world_init(&w);
	struct base_scheme scheme = base_scheme_make(&w.mapping, &w.arena);
	uint64_t digest = base_value_digest(TYPE_TEXT, STR("Adatum"));
	struct base_field field = { 0, { true, false }, { digest, 0 } };
	struct coupling_base base = { .fields = &field, .field_count = 1 };
	encode(&base, &scheme, &text);
	assert_true(base_decode(buf_str(&text), &scheme, &w.arena, &back));
	assert_int_equal(back.field_count, 1);
	assert_true(base_digest_equal(back.fields[0].digest[ERP], digest));
	assert_false(base_digest_equal(back.fields[0].digest[ERP], digest ^ 1));
	buf_release(&text);
	arena_release(&w.arena);
}

static void
test_empty_groups(void **state)
{
	struct world w;
	struct buf text = { 0 };
	struct coupling_base back;

	(void)state;
	world_init(&w);
	w.mapping.field_count = 1;	/* bidirectional */
	struct base_scheme scheme = base_scheme_make(&w.mapping, &w.arena);
	assert_true(base_decode(STR(""), &scheme, &w.arena, &back));
	assert_false(back.known[GROUP_E_BI] || back.known[GROUP_C_BI]);
	assert_true(back.known[GROUP_E_TO] && back.known[GROUP_C_FROM]);
	encode(&back, &scheme, &text);
	assert_int_equal(text.len, 0);
	back.known[GROUP_C_BI] = true;
	back.digest[GROUP_C_BI] = 5;
	encode(&back, &scheme, &text);
	assert_int_equal(text.len, 1 + 2 + 10 + 1);
	assert_true(base_decode(buf_str(&text), &scheme, &w.arena, &back));
	assert_true(back.known[GROUP_C_BI] && back.digest[GROUP_C_BI] == 5 && back.digest[GROUP_E_TO] == 0);

	/* A constant alone makes a group that is not known without being stored. */
	w.fields[0] = (struct field_mapping){ .direction = TO, .has_constant = true, .is_enabled = true };
	scheme = base_scheme_make(&w.mapping, &w.arena);
	assert_true(scheme.is_empty[GROUP_E_BI] && !scheme.is_empty[GROUP_E_TO]);
	buf_release(&text);
	arena_release(&w.arena);
}

/* What each change of the setup makes unknown: bits of groups, and of the fields 0 to 2 of full_base(). */
struct redefinition {
	const char *what;
	unsigned field;
	bool is_switched;	/* enabled or disabled, else it gets another meaning */
	unsigned groups;
	unsigned lost_fields;
};

static const struct redefinition redefinitions[] = {
	{ "bidirectional changed", 0, false, 1u << GROUP_E_BI | 1u << GROUP_C_BI, 1 },
	{ "bidirectional disabled", 3, true, 1u << GROUP_E_BI | 1u << GROUP_C_BI, 0 },
	{ "To changed", 1, false, 1u << GROUP_E_TO, 2 },
	{ "From changed", 2, false, 1u << GROUP_C_FROM, 4 },
	{ "To constant changed", 5, false, 1u << GROUP_E_TO, 0 },
	{ "From constant disabled", 6, true, 1u << GROUP_C_FROM, 0 },
	{ "disabled one changed", 7, false, 0, 0 },
	{ "To enabled", 7, true, 1u << GROUP_E_TO, 0 },
};

static void
test_redefinitions(void **state)
{
	struct world w;
	struct buf text = { 0 };

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(redefinitions); i++) {
		const struct redefinition *r = &redefinitions[i];
		struct coupling_base back;
		world_init(&w);
		struct base_scheme scheme = base_scheme_make(&w.mapping, &w.arena);
		struct coupling_base base = full_base(&w.arena);
		encode(&base, &scheme, &text);
		if (r->is_switched)
			w.fields[r->field].is_enabled = !w.fields[r->field].is_enabled;
		else
			w.fields[r->field].signature += 12345;
		scheme = base_scheme_make(&w.mapping, &w.arena);
		assert_true(base_decode(buf_str(&text), &scheme, &w.arena, &back));
		for (unsigned g = 0; g < GROUPS; g++)
			assert_int_equal(back.known[g], !(r->groups >> g & 1));
		unsigned found = 0;
		for (size_t f = 0; f < back.field_count; f++)
			found |= 1u << back.fields[f].field;
		assert_int_equal(found, 7 & ~r->lost_fields);
		arena_release(&w.arena);
	}
	buf_release(&text);
}

static void
test_document_order(void **state)
{
	struct world w;
	struct buf text = { 0 };
	struct coupling_base back;

	(void)state;
	world_init(&w);
	struct base_scheme scheme = base_scheme_make(&w.mapping, &w.arena);
	struct coupling_base base = full_base(&w.arena);
	encode(&base, &scheme, &text);
	for (unsigned i = 0; i < FIELDS / 2; i++) {
		struct field_mapping other = w.fields[i];
		w.fields[i] = w.fields[FIELDS - 1 - i];
		w.fields[FIELDS - 1 - i] = other;
	}
	scheme = base_scheme_make(&w.mapping, &w.arena);
	assert_true(base_decode(buf_str(&text), &scheme, &w.arena, &back));
	for (size_t i = 0; i < base.field_count; i++)
		base.fields[i].field = FIELDS - 1 - base.fields[i].field;
	for (enum side side = ERP; side <= CRM; side++)
		for (size_t i = 0; i < base.replaced[side].count; i++)
			base.replaced[side].fields[i].field =
				FIELDS - 1 - base.replaced[side].fields[i].field;
	expect_same(&back, &base);
	buf_release(&text);
	arena_release(&w.arena);
}

/* Ids are unique however many there are; one more field mapping never gets the id that another one had. */
static void
test_many_ids(void **state)
{
	struct field_mapping *fields = calloc(MANY_FIELDS, sizeof *fields);
	struct mapping mapping = { .fields = fields };
	struct arena arena = { 0 };
	char *owned = calloc(UINT16_MAX + 1, 1);

	(void)state;
	for (uint32_t i = 0; i < MANY_FIELDS; i++)
		fields[i] = (struct field_mapping){ .direction = TO,
			.is_enabled = true,
			.signature = str_hash((struct str){ (const char *)&i, sizeof i }) };
	fields[1].signature = fields[0].signature;
	mapping.field_count = MANY_FIELDS;
	struct base_scheme scheme = base_scheme_make(&mapping, &arena);
	for (size_t i = 0; i < MANY_FIELDS; i++) {
		assert_true(scheme.ids[i] < 85 * 85 && !owned[scheme.ids[i]]);
		owned[scheme.ids[i]] = 1;
	}
	mapping.field_count = MANY_FIELDS / 20;
	struct base_scheme before = base_scheme_make(&mapping, &arena);
	mapping.field_count++;
	struct base_scheme after = base_scheme_make(&mapping, &arena);
	for (size_t i = 0; i + 1 < mapping.field_count; i++)
		assert_int_not_equal(after.ids[mapping.field_count - 1], before.ids[i]);
	free(owned);
	free(fields);
	arena_release(&arena);
}

static void
expect_damaged(const char *text, size_t len, const struct base_scheme *scheme)
{
	struct arena arena = { 0 };
	struct coupling_base base;

	assert_false(base_decode((struct str){ text, len }, scheme, &arena, &base));
	arena_release(&arena);
}

/* Every character replaced by every other byte, every cut, every swap of neighbours, one character more. */
static void
damage(struct str text, const struct base_scheme *scheme)
{
	char *copy = malloc(text.len + 1);

	memcpy(copy, text.ptr, text.len);
	for (size_t len = 1; len < text.len; len++)
		expect_damaged(copy, len, scheme);
	for (size_t i = 0; i < text.len; i++) {
		for (unsigned c = 0; c < 256; c++) {
			copy[i] = (char)c;
			if (copy[i] != text.ptr[i])
				expect_damaged(copy, text.len, scheme);
		}
		copy[i] = text.ptr[i];
		/* Not the check itself: it is no part of the sum. */
		if (i + 2 < text.len && copy[i] != copy[i + 1]) {
			copy[i] = text.ptr[i + 1];
			copy[i + 1] = text.ptr[i];
			expect_damaged(copy, text.len, scheme);
			copy[i] = text.ptr[i];
			copy[i + 1] = text.ptr[i + 1];
		}
	}
	for (unsigned c = 0; c < 256; c++) {
		copy[text.len] = (char)c;
		expect_damaged(copy, text.len + 1, scheme);
	}
	free(copy);
}

static void
test_damage(void **state)
{
	struct world w;
	struct buf text = { 0 };

	(void)state;
	world_init(&w);
	struct base_scheme scheme = base_scheme_make(&w.mapping, &w.arena);
	/* Each section there or not, and each group. */
	for (unsigned sample = 1; sample < 1 << 8; sample += 3) {
		struct coupling_base base = full_base(&w.arena);
		for (unsigned g = 0; g < GROUPS; g++)
			base.known[g] = sample >> g & 1;
		base.field_count = sample >> 4 & 1 ? 1 + sample % 3 : 0;
		base.replaced[ERP].is_present = sample >> 5 & 1;
		base.replaced[ERP].count = sample % 3;
		base.replaced[CRM].is_present = sample >> 6 & 1;
		base.has_pending = sample >> 7;
		encode(&base, &scheme, &text);
		damage(buf_str(&text), &scheme);
	}
	buf_release(&text);
	arena_release(&w.arena);
}

static uint64_t
digest_of_two(struct str first, struct str second, bool is_bad)
{
	struct base_scheme scheme = { .definition = { 7 } };
	struct buf text = { 0 };

	size_t room = BASE_GROUP_ROOM + first.len + second.len + 2 * BASE_VALUE_ROOM;
	char *at = base_group_begin(&scheme, GROUP_E_BI, room, &text);
	at = base_group_add(TYPE_TEXT, first, is_bad, at);
	at = base_group_add(TYPE_DECIMAL, second, false, at);
	uint64_t digest = base_group_end(&text, at);
	buf_release(&text);
	return digest;
}

static void
test_digests(void **state)
{
	(void)state;
	assert_true(digest_of_two(STR("a"), STR(""), false) == digest_of_two(STR("a"), STR("0"), false));
	assert_true(digest_of_two(STR("a"), STR("1"), false) != digest_of_two(STR("a1"), STR(""), false));
	assert_true(digest_of_two(STR("a"), STR("1"), false) != digest_of_two(STR("a"), STR("1"), true));

	assert_true(base_value_digest(TYPE_DECIMAL, STR("")) == base_value_digest(TYPE_DECIMAL, STR("0")));
	assert_true(
		base_value_digest(TYPE_BOOLEAN, STR("")) == base_value_digest(TYPE_BOOLEAN, STR("false")));
	assert_true(base_value_digest(TYPE_TEXT, STR("")) != base_value_digest(TYPE_TEXT, STR("0")));
	assert_true(base_value_digest(TYPE_TEXT, STR("")) != 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_groups),
		cmocka_unit_test(test_everything),
		cmocka_unit_test(test_wide_digests),
		cmocka_unit_test(test_empty_groups),
		cmocka_unit_test(test_redefinitions),
		cmocka_unit_test(test_document_order),
		cmocka_unit_test(test_many_ids),
		cmocka_unit_test(test_damage),
		cmocka_unit_test(test_digests),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
