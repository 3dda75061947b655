/* test_value_plain.c - the fast ways of model/value_plain.h against their definitions */
#include "value_help.h"

#include "model/guid.h"
#include "model/value_plain.h"

enum { RANDOM_TEXTS = 200000, LONGEST = 40 };

static uint64_t
next_random(uint64_t *state)
{
	*state ^= *state << 13;
	*state ^= *state >> 7;
	*state ^= *state << 17;
	return *state;
}

static bool
is_lower_hex(char c)
{
	return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
}

/* The 36 characters, the dashes aside. */
static bool
guid_by_definition(const char *text)
{
	for (size_t i = 0; i < GUID_LENGTH; i++)
		if (i != 8 && i != 13 && i != 18 && i != 23 && !is_lower_hex(text[i]))
			return false;
	return true;
}

/* As 16 bytes and back, in both ways. */
static void
check_packed_guid(const char *text)
{
	unsigned char bytes[2][GUID_BYTES];
	char back[2][GUID_LENGTH];

	guid_pack_plain(text, bytes[0]);
	guid_pack(text, bytes[1]);
	assert_memory_equal(bytes[0], bytes[1], GUID_BYTES);
	assert_ptr_equal(guid_put_plain(back[0], bytes[0]), back[0] + GUID_LENGTH);
	assert_ptr_equal(guid_put(back[1], bytes[0]), back[1] + GUID_LENGTH);
	assert_memory_equal(back[0], text, GUID_LENGTH);
	assert_memory_equal(back[1], text, GUID_LENGTH);
	assert_true(guid_is_text(bytes[0], (struct str){ text, GUID_LENGTH }));
	guid_put_first(back[1], bytes[0]);
	assert_memory_equal(back[1], text, GUID_FIRST_DIGITS);
	back[0][20] ^= 1;
	assert_false(guid_is_text(bytes[0], (struct str){ back[0], GUID_LENGTH }));
}

static void
check_guid(const char *text)
{
	bool want = guid_by_definition(text);

	assert_int_equal(guid_is_lower_plain(text), want);
	assert_int_equal(guid_is_lower(text), want);
	if (want && guid_has_dashes(text))
		check_packed_guid(text);
}

/* Every byte in every place of a Guid, and some in two places. */
static void
test_guids(void **state)
{
	static const char good[] = "0123abcd-4567-89ef-af90-fedcba987654";
	uint64_t random = 42;
	char text[GUID_LENGTH];

	(void)state;
	for (unsigned n = 0; n < GUID_LENGTH * 256; n++) {
		memcpy(text, good, GUID_LENGTH);
		text[n / 256] = (char)(n % 256);
		check_guid(text);
		text[next_random(&random) % GUID_LENGTH] = (char)next_random(&random);
		check_guid(text);
	}
}

static bool
upper_by_definition(struct str s)
{
	for (size_t i = 0; i < s.len; i++)
		if ((unsigned char)s.ptr[i] >= 0x80 || (s.ptr[i] >= 'a' && s.ptr[i] <= 'z'))
			return false;
	return true;
}

/* Texts of every length, most of them good but for one byte; in memory that ends with them. */
static void
test_upper(void **state)
{
	static const char likely[] = "A Z09@[`{~\0\x7f\n";
	uint64_t random = 42;

	(void)state;
	for (unsigned n = 0; n < RANDOM_TEXTS; n++) {
		size_t len = n % LONGEST;
		char *text = malloc(len ? len : 1);
		for (size_t i = 0; i < len; i++)
			text[i] = likely[next_random(&random) % sizeof likely];
		if (len && n % 3)
			text[next_random(&random) % len] = (char)next_random(&random);
		struct str s = { text, len };
		assert_int_equal(plain_is_upper(s), upper_by_definition(s));
		free(text);
	}
}

/* Short Codes: where their text is followed by anything, it is as if it were not. */
static void
test_codes_ahead(void **state)
{
	static const char likely[] = "A Z09@[`{~\0\x7f\n\xc3z!";
	uint64_t random = 43;
	unsigned plain = 0;

	(void)state;
	for (unsigned n = 0; n < RANDOM_TEXTS; n++) {
		char text[LONGEST + PLAIN_AHEAD];
		struct str s = { text, n % (PLAIN_AHEAD + 4) };
		for (size_t i = 0; i < sizeof text; i++)
			text[i] = i >= s.len || n % 3 == 0 ? likely[next_random(&random) % sizeof likely] :
				"A9-"[next_random(&random) % 3];
		if (s.len && n % 2)
			text[next_random(&random) % s.len] = (char)next_random(&random);
		bool is_plain = value_is_plain(TYPE_CODE, s);
		bool has_rare = false;
		for (size_t i = 0; i < s.len; i++)
			has_rare |= s.ptr[i] >= '{';
		assert_int_equal(plain_is_code_ahead(s) || (is_plain && has_rare), is_plain);
		plain += plain_is_code_ahead(s);
	}
	assert_true(plain > RANDOM_TEXTS / 4 && plain < RANDOM_TEXTS / 4 * 3);
}

/* What is told to be plain reads as itself. */
static void
test_plain_reads_as_itself(void **state)
{
	static const char *const texts[] = { "", " ", "A", " A", "A ", "a", "B10", "\xc3\x89", "true", "1",
		"00000000-0000-0000-0000-000000000000", "0123abcd-4567-89ef-af90-fedcba987654",
		"0123ABCD-4567-89ef-af90-fedcba987654", "{0123abcd-4567-89ef-af90-fedcba987654}" };

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(texts); i++)
		for (enum type type = 0; type < TYPES; type++) {
			struct str text = str_from(texts[i]);
			struct field field = { .name = STR("F"), .type = type };
			struct buf out = { 0 };
			if (value_is_plain(type, text)) {
				assert_true(value_read(&field, locale_find(STR("invariant")), timezone_utc(),
					text, &out));
				assert_true(str_equal(buf_str(&out), text));
			}
			buf_release(&out);
		}
	assert_true(value_is_plain(TYPE_GUID, str_from(texts[11])));
	assert_false(value_is_plain(TYPE_GUID, str_from(texts[10])));
	assert_true(value_is_plain(TYPE_CODE, STR("B10")));
	assert_false(value_is_plain(TYPE_OPTION, STR("")));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_guids),
		cmocka_unit_test(test_upper),
		cmocka_unit_test(test_codes_ahead),
		cmocka_unit_test(test_plain_reads_as_itself),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
