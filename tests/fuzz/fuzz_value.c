/* fuzz_value.c - any text as a value of every type in every locale, and what becomes of it (E21 to E23) */
#include "fuzz_help.h"
#include "model/value.h"

static const char *const locales[] = { "invariant", "en-US", "en-GB", "nl-BE", "nl-NL", "fr-BE", "fr-FR",
	"de-DE", "da-DK" };
static const char *const zones[] = { "UTC", "Europe/Brussels", "America/New_York", "Asia/Kathmandu" };

static struct str captions[] = { { "Verzending", 10 }, { " Exp\xc3\xa9" "dition ", 13 } };
static struct option options[] = {
	{ .ordinal = { "0", 1 }, .name = { " ", 1 } },
	{ .ordinal = { "1", 1 }, .name = { "Ship", 4 }, .captions = captions, .caption_count = 2 },
	{ .ordinal = { "2", 1 }, .name = { " Invoice", 8 } },
	{ .ordinal = { "3", 1 }, .name = { "\xc3\x89t\xc3\xa9", 5 } },
	{ .ordinal = { "4", 1 }, .name = { "ship", 4 } },
	{ .ordinal = { "-1", 2 }, .name = { "None", 4 } },
};

struct world {
	struct arena arena;
	const struct locale *locale;
	const struct timezone_rules *zone;
	struct field fields[TYPES];
	struct str canonical[TYPES];
	bool is_read[TYPES];
};

/* The first byte says which locale and zone. */
static struct world
make_world(uint8_t choice)
{
	struct world w = { .locale = locale_find(str_from(locales[choice % ARRAY_LEN(locales)])) };
	const char *zone = zones[choice / ARRAY_LEN(locales) % ARRAY_LEN(zones)];

	w.zone = timezone_load(&w.arena, str_from(zone));
	if (!w.zone)
		w.zone = timezone_utc();
	for (int type = 0; type < TYPES; type++)
		w.fields[type] = (struct field){ .name = STR("Field"), .type = (enum type)type };
	w.fields[TYPE_CODE].length = 10;
	w.fields[TYPE_TEXT].length = 12;
	w.fields[TYPE_OPTION].options = options;
	w.fields[TYPE_OPTION].option_count = ARRAY_LEN(options);
	return w;
}

/* What is canonical reads as itself in a file that knows no country. */
static void
expect_canonical(const struct world *w, enum type type, struct str value)
{
	struct buf out = { 0 };

	expect(utf8_check(value) == value.len, "canonical values are well-formed");
	expect(value_read(&w->fields[type], locale_find(STR("")), w->zone, value, &out),
		"a canonical value is read");
	expect(str_equal(buf_str(&out), value), "a canonical value reads as itself");
	expect(value_equal(type, value, buf_str(&out)), "a value equals itself");
	expect(value_compare(type, value, value) == 0, "a value is as large as itself");
	expect(value_nearly_equal(type, value, value), "a value nearly equals itself");
	buf_release(&out);
}

/* What is written is read as the same value by the same system. */
static void
expect_written(const struct world *w, enum type type, struct str value)
{
	struct buf text = { 0 };
	struct buf out = { 0 };

	value_write(&w->fields[type], w->locale, w->zone, false, value, &text);
	expect(value_read(&w->fields[type], w->locale, w->zone, buf_str(&text), &out),
		"what is written is read");
	expect(str_equal(buf_str(&out), value), "what is written reads as the same value");
	buf_release(&text);
	buf_release(&out);
}

static void
check_stamp(struct str value)
{
	int64_t stamp = stamp_read(value);
	struct buf out = { 0 };

	expect((stamp == STAMP_NONE) == (value.len == 0), "canonical stamps have a number");
	stamp_write(stamp, &out);
	expect(str_equal(buf_str(&out), value), "stamps are written as they were read");
	buf_release(&out);
}

static void
check_read(struct world *w, struct str text, struct buf *scratch)
{
	for (int type = 0; type < TYPES; type++) {
		size_t start = scratch->len;
		w->is_read[type] = value_read(&w->fields[type], w->locale, w->zone, text, scratch);
		expect(w->is_read[type] || scratch->len == start, "what is not read leaves nothing");
		struct str value = { scratch->len > start ? scratch->ptr + start : NULL,
			scratch->len - start };
		w->canonical[type] = arena_copy(&w->arena, value);
		if (!w->is_read[type])
			continue;
		expect_canonical(w, (enum type)type, w->canonical[type]);
		expect_written(w, (enum type)type, w->canonical[type]);
		if (type == TYPE_DATETIME)
			check_stamp(w->canonical[type]);
	}
}

/* What becomes of a value is a value of the other type, and fits. */
static void
check_convert(const struct world *w, enum type from, enum type to, struct buf *scratch)
{
	struct str result;
	const struct field *field = &w->fields[to];
	enum convert convert =
		value_convert(&w->fields[from], field, w->zone, w->canonical[from], scratch, &result);

	if (convert != CONVERT_OK && convert != CONVERT_SHORTENED) {
		expect(result.len == 0, "what is not converted leaves nothing");
		return;
	}
	expect(convert == CONVERT_OK || to == TYPE_TEXT, "only texts are shortened");
	expect(field->length == 0 || utf8_count(result) <= field->length, "what is converted fits");
	expect_canonical(w, to, result);
}

static void
check_others(struct str text)
{
	struct buf out = { 0 };
	int64_t stamp;
	int64_t again;
	char guid[36];

	if (stamp_parse(text, &stamp)) {
		stamp_write(stamp, &out);
		expect(stamp_parse(buf_str(&out), &again) && stamp == again,
			"stamps are written as they are");
	}
	if (guid_read(text, guid))
		expect(guid_read((struct str){ guid, sizeof guid }, guid), "Guids in their form are Guids");
	buf_release(&out);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct buf scratch = { 0 };

	if (size == 0)
		return 0;
	struct world w = make_world(data[0]);
	struct str text = { (const char *)data + 1, size - 1 };
	text.len = utf8_check(text);
	check_read(&w, text, &scratch);
	for (int from = 0; from < TYPES; from++)
		for (int to = 0; to < TYPES && w.is_read[from]; to++)
			check_convert(&w, (enum type)from, (enum type)to, &scratch);
	check_others(text);
	buf_release(&scratch);
	arena_release(&w.arena);
	return 0;
}
