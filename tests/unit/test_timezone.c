/* test_timezone.c - wall clocks of the world and UTC */
#include "value_help.h"

#include "model/timezone_rule.h"

struct zone_case {
	const char *zone;
	const char *utc;
	const char *wall;	/* written like a stamp, as if the clock were UTC */
};

/* In both directions. */
static const struct zone_case cases[] = {
	{ "UTC", "2026-03-01T09:30:00.123Z", "2026-03-01T09:30:00.123Z" },
	{ "etc/utc", "2026-03-01T09:30:00Z", "2026-03-01T09:30:00Z" },
	{ "Etc/GMT+5", "2026-03-01T09:30:00Z", "2026-03-01T04:30:00Z" },
	{ "Europe/Brussels", "2026-01-15T12:00:00Z", "2026-01-15T13:00:00Z" },
	{ "Europe/Brussels", "2026-07-15T12:00:00.999Z", "2026-07-15T14:00:00.999Z" },
	{ "Europe/Brussels", "2026-03-29T00:59:59.999Z", "2026-03-29T01:59:59.999Z" },
	{ "Europe/Brussels", "2026-03-29T01:00:00Z", "2026-03-29T03:00:00Z" },
	{ "Europe/Brussels", "2026-10-25T00:30:00Z", "2026-10-25T02:30:00Z" },
	{ "Europe/Brussels", "2026-10-25T02:00:00Z", "2026-10-25T03:00:00Z" },
	{ "Europe/Brussels", "2100-07-01T00:00:00Z", "2100-07-01T02:00:00Z" },
	{ "Europe/Brussels", "2500-12-01T00:00:00Z", "2500-12-01T01:00:00Z" },
	{ "Europe/Brussels", "9999-12-31T22:59:59Z", "9999-12-31T23:59:59Z" },
	{ "America/New_York", "2026-03-08T06:59:59Z", "2026-03-08T01:59:59Z" },
	{ "America/New_York", "2026-03-08T07:00:00Z", "2026-03-08T03:00:00Z" },
	{ "America/New_York", "2077-11-07T07:00:00Z", "2077-11-07T02:00:00Z" },
	{ "Asia/Kolkata", "2026-01-15T12:00:00Z", "2026-01-15T17:30:00Z" },
	{ "Australia/Lord_Howe", "2026-01-15T12:00:00Z", "2026-01-15T23:00:00Z" },
	{ "Australia/Lord_Howe", "2026-07-15T12:00:00Z", "2026-07-15T22:30:00Z" },
	{ "Australia/Sydney", "2090-01-15T12:00:00Z", "2090-01-15T23:00:00Z" },
	{ "Australia/Sydney", "2090-07-15T12:00:00Z", "2090-07-15T22:00:00Z" },
	{ "Europe/Dublin", "2050-07-15T12:00:00Z", "2050-07-15T13:00:00Z" },
	{ "America/Nuuk", "2050-03-26T23:00:00Z", "2050-03-26T21:00:00Z" },
	{ "America/Nuuk", "2050-03-27T01:00:00Z", "2050-03-27T00:00:00Z" },
	{ "Pacific/Apia", "2011-12-30T09:59:59Z", "2011-12-29T23:59:59Z" },
	{ "Pacific/Apia", "2011-12-30T10:00:00Z", "2011-12-31T00:00:00Z" },
};

/* From the wall to UTC only: times that the clock skips or shows twice. */
static const struct zone_case wall_cases[] = {
	{ "Europe/Brussels", "2026-03-29T01:30:00Z", "2026-03-29T02:30:00Z" },
	{ "Europe/Brussels", "2026-03-29T01:00:00Z", "2026-03-29T02:00:00Z" },
	{ "Europe/Brussels", "2026-10-25T00:00:00Z", "2026-10-25T02:00:00Z" },
	{ "Europe/Brussels", "2026-10-25T00:59:59.999Z", "2026-10-25T02:59:59.999Z" },
	{ "Europe/Brussels", "2060-10-31T00:30:00Z", "2060-10-31T02:30:00Z" },
	{ "Europe/Brussels", "2060-03-28T01:30:00Z", "2060-03-28T02:30:00Z" },
	{ "America/New_York", "2026-11-01T05:30:00Z", "2026-11-01T01:30:00Z" },
	{ "Australia/Lord_Howe", "2026-10-03T15:45:00Z", "2026-10-04T02:15:00Z" },
	{ "Pacific/Apia", "2011-12-30T22:00:00Z", "2011-12-30T12:00:00Z" },
};

static const struct timezone_rules *
load(struct arena *arena, const char *name)
{
	const struct timezone_rules *zone = timezone_load(arena, str_from(name));

	if (!zone)
		fail_msg("no zone %s", name);
	return zone;
}

static void
check_time(const char *zone, const char *input, int64_t got, const char *expected)
{
	if (got != stamp_read(str_from(expected)))
		fail_msg("%s, %s: %lld, expected %s", zone, input, (long long)got, expected);
}

static void
test_both_ways(void **state)
{
	struct arena arena = { 0 };

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		const struct zone_case *c = &cases[i];
		const struct timezone_rules *zone = load(&arena, c->zone);
		check_time(c->zone, c->utc, timezone_from_utc(zone, stamp_read(str_from(c->utc))), c->wall);
		check_time(c->zone, c->wall, timezone_to_utc(zone, stamp_read(str_from(c->wall))), c->utc);
	}
	for (size_t i = 0; i < ARRAY_LEN(wall_cases); i++) {
		const struct zone_case *c = &wall_cases[i];
		const struct timezone_rules *zone = load(&arena, c->zone);
		check_time(c->zone, c->wall, timezone_to_utc(zone, stamp_read(str_from(c->wall))), c->utc);
	}
	arena_release(&arena);
}

/* A whole year hour by hour: the wall leads back to the hour, or for hours shown twice to the earlier one. */
static void
test_year(void **state)
{
	static const char *const zones[] = { "Europe/Brussels", "America/New_York", "Australia/Lord_Howe",
		"Africa/Casablanca", "Pacific/Chatham" };
	struct arena arena = { 0 };

	(void)state;
	for (size_t z = 0; z < ARRAY_LEN(zones); z++) {
		const struct timezone_rules *zone = load(&arena, zones[z]);
		int64_t utc = stamp_read(STR("2040-01-01T00:00:00Z"));
		int twice = 0;
		for (int hour = 0; hour < 366 * 24; hour++, utc += 3600000) {
			int64_t back = timezone_to_utc(zone, timezone_from_utc(zone, utc));
			assert_true(back == utc || back == utc - 3600000 || back == utc - 1800000);
			twice += back != utc;
		}
		assert_in_range(twice, 1, 2);
	}
	arena_release(&arena);
}

static void
test_names(void **state)
{
	static const char *const bad[] = { "", "Nowhere/Town", "../../../etc/passwd", "/etc/passwd", "Europe",
		"Europe/", "Europe//Brussels", "Europe/../UTC", "zone.tab", "Europe/Brussels ", "tzdata.zi",
		"right/Europe/Brussels" };
	struct arena arena = { 0 };
	char longest[400];

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(bad); i++)
		if (timezone_load(&arena, str_from(bad[i])))
			fail_msg("\"%s\" was taken for a zone", bad[i]);
	memset(longest, 'a', sizeof longest);
	assert_null(timezone_load(&arena, (struct str){ longest, sizeof longest }));
	assert_null(timezone_load(&arena, (struct str){ "UTC\0x", 5 }));
	assert_ptr_equal(timezone_load(&arena, STR("UTC")), timezone_utc());
	arena_release(&arena);
}

static void
test_rules(void **state)
{
	static const char *const good[] = { "UTC0", "CET-1CEST,M3.5.0,M10.5.0/3",
		"<-02>2<-01>,M3.5.0/-1,M10.5.0/0", "EST5EDT4:30:15,J60/2:30,300",
		"<+1030>-10:30<+11>-11,M10.1.0,M4.1.0", "EET-2EEST,M3.4.4/50,M10.4.4/50" };
	static const char *const bad[] = { "", "CET", "5", "CET-1CEST", "CET-1CEST,M3.5.0",
		"CET-1CEST,M13.5.0,M10.5.0", "CET-1CEST,M3.6.0,M10.5.0", "CET-1CEST,M3.5.7,M10.5.0",
		"CET-1CEST,M3.5.0,M10.5.0/168", "CET-1CEST,M3.5.0,M10.5.0x", "CET-25", "<CET-1", "<>1",
		"CET-1CEST,J0,J1", "CET-1:60", "CET-1CEST,366,1" };
	struct timezone_rule rule;

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(good); i++)
		if (!timezone_rule_parse(str_from(good[i]), &rule))
			fail_msg("\"%s\" was refused", good[i]);
	for (size_t i = 0; i < ARRAY_LEN(bad); i++)
		if (timezone_rule_parse(str_from(bad[i]), &rule))
			fail_msg("\"%s\" was taken for a rule", bad[i]);
}

static void
test_rule_days(void **state)
{
	static const struct {
		const char *rule;
		const char *utc;
		int64_t offset;
	} rows[] = {
		/* Day 60 without leap days is always the first of March. */
		{ "AAA0BBB,J60/0,J300", "2028-02-29T23:59:59Z", 0 },
		{ "AAA0BBB,J60/0,J300", "2028-03-01T00:00:00Z", 3600 },
		{ "AAA0BBB,J60/0,J300", "2026-03-01T00:00:00Z", 3600 },
		/* Day 59 counted from 0 is the 29th of February where there is one. */
		{ "AAA0BBB,59/0,300", "2028-02-29T00:00:00Z", 3600 },
		{ "AAA0BBB,59/0,300", "2026-02-28T23:59:59Z", 0 },
		{ "AAA0BBB,59/0,300", "2026-03-01T00:00:00Z", 3600 },
		/* Summer all year. */
		{ "AAA3BBB4,0/0,J365/23", "2026-01-01T03:00:00Z", -14400 },
		{ "AAA3BBB4,0/0,J365/23", "2026-07-01T03:00:00Z", -14400 },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct timezone_rule rule;
		assert_true(timezone_rule_parse(str_from(rows[i].rule), &rule));
		int64_t offset = timezone_rule_at(&rule, stamp_read(str_from(rows[i].utc)) / 1000).offset;
		if (offset != rows[i].offset)
			fail_msg("%s at %s: %lld", rows[i].rule, rows[i].utc, (long long)offset);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_both_ways),
		cmocka_unit_test(test_year),
		cmocka_unit_test(test_names),
		cmocka_unit_test(test_rules),
		cmocka_unit_test(test_rule_days),
	};

	return cmocka_run_group_tests_name("timezone", tests, NULL, NULL);
}
