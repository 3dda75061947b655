/* test_rule_date.c - rules on dates: .NET's formats, cultures, parts and seconds (R84) */
#include "rule_help.h"

/* What cannot be read stays as it is. */
static void
by_format(void **state)
{
	static const struct rule_case cases[] = {
		{ "format=yyyyMMdd", "20260301", "2026-03-01" },
		{ "format=yyyyMMdd", "2026031", "2026031" },
		{ "format=yyyyMMdd", "202603011", "202603011" },
		{ "format=yyyyMMdd", "20261301", "20261301" },
		{ "format=yyyyMMdd", "20260229", "20260229" },
		{ "format=yyyyMMdd", "20240229", "2024-02-29" },
		{ "format=yyyyMMdd", "00010101", "0001-01-01" },
		{ "format=yyyyMMdd", "00000101", "00000101" },
		{ "format=yyyyMMdd", " 20260301", " 20260301" },
		{ "format=yyyyMMdd", "2026-03-01", "2026-03-01" },
		{ "format=yyyyMMdd", "", "" },
		{ "format=yyyyMMdd", "soon", "soon" },
		{ "format=yyMMdd", "260301", "2026-03-01" },
		{ "format=yyMMdd", "490301", "2049-03-01" },
		{ "format=yyMMdd", "500301", "1950-03-01" },
		{ "format=d.M.y", "1.3.26", "2026-03-01" },
		{ "format=d.M.y", "01.03.6", "2006-03-01" },
		{ "format=dd-MM-yyyy", "01-03-2026", "2026-03-01" },
		{ "format=dd-MM-yyyy", "1-03-2026", "1-03-2026" },
		{ "format=dd-MM-yyyy", "01/03/2026", "01/03/2026" },
		{ "format=d/M/yyyy", "1/3/2026", "2026-03-01" },
		{ "format=d/M/yyyy", "11/12/2026", "2026-12-11" },
		{ "format=d/M/yyyy", "111/12/2026", "111/12/2026" },
		{ "format=yyyy", "2026", "2026-01-01" },
		{ "format=yyyyMM", "202603", "2026-03-01" },
		{ "format=MMM yyyy", "Mar 2026", "2026-03-01" },
		{ "format=MMM yyyy", "MAR 2026", "2026-03-01" },
		{ "format=MMM yyyy", "March 2026", "March 2026" },
		{ "format=MMMM d, yyyy", "March 1, 2026", "2026-03-01" },
		{ "format=MMMM d, yyyy", "mars 1, 2026", "mars 1, 2026" },
		{ "format=MMMM d, yyyy", "May 1, 2026", "2026-05-01" },
		{ "format=dddd, dd MMMM yyyy", "Sunday, 01 March 2026", "2026-03-01" },
		{ "format=dddd, dd MMMM yyyy", "Monday, 01 March 2026", "Monday, 01 March 2026" },
		{ "format=ddd d MMM yyyy", "Sun 1 Mar 2026", "2026-03-01" },
		{ "format=yyyy-MM-ddTHH:mm:ss", "2026-03-01T09:30:00", "2026-03-01" },
		{ "format=yyyy-MM-dd HH:mm", "2026-03-01 24:00", "2026-03-01 24:00" },
		{ "format=yyyy-MM-dd HH:mm", "2026-03-01 23:60", "2026-03-01 23:60" },
		{ "format=yyyy-MM-dd h:mm tt", "2026-03-01 9:30 PM", "2026-03-01" },
		{ "format=yyyy-MM-dd hh:mmtt", "2026-03-01 13:00PM", "2026-03-01 13:00PM" },
		{ "format=yyyy'MM'dd", "2026MM15", "2026-01-15" },
		{ "format=yyyy\\yMM", "2026y03", "2026-03-01" },
		{ "format=yyyy\"é\"MM", "2026é03", "2026-03-01" },
		{ "format=yyyyéMM", "2026é03", "2026-03-01" },
		{ "format=yyyyéMM", "2026è03", "2026è03" },
		{ "format=%yMM", "2603", "2026-03-01" },
		{ "format=yyyy MM yyyy", "2026 03 2026", "2026-03-01" },
		{ "format=yyyy MM yyyy", "2026 03 2027", "2026 03 2027" },
		{ "format=yyy", "2026", "2026" },
		{ "format=yyyyy", "02026", "2026-01-01" },
		{ "format=d", "03/01/2026", "2026-03-01" },
		{ "format=d", "3/1/2026", "3/1/2026" },
		{ "format=D", "Sunday, 01 March 2026", "2026-03-01" },
		{ "format=s", "2026-03-01T09:30:00", "2026-03-01" },
		{ "format=r", "Sun, 01 Mar 2026 09:30:00 GMT", "2026-03-01" },
		{ "format=y", "2026 March", "2026-03-01" },
	};

	(void)state;
	CHECK("DateFormatting", cases);
}

static void
times_by_format(void **state)
{
	static const struct rule_case cases[] = {
		{ "format=yyyyMMddHHmmss", "20260301093000", "2026-03-01T08:30:00Z" },
		{ "format=yyyyMMddHHmmss", "20260701093000", "2026-07-01T07:30:00Z" },
		{ "format=yyyyMMddHHmmss", "20260301240000", "20260301240000" },
		{ "format=yyyyMMdd", "20260301", "2026-02-28T23:00:00Z" },
		{ "format=yyyyMMddHHmmssfff", "20260301093000123", "2026-03-01T08:30:00.123Z" },
		{ "format=yyyyMMddHHmmssfffffff", "202603010930001239999", "2026-03-01T08:30:00.123Z" },
		{ "format=yyyyMMddHHmmss.f", "20260301093000.1", "2026-03-01T08:30:00.100Z" },
		{ "format=yyyyMMddHHmmss.FFF", "20260301093000.12", "2026-03-01T08:30:00.120Z" },
		{ "format=yyyyMMddHHmmss.FFF", "20260301093000", "2026-03-01T08:30:00Z" },
		{ "format=yyyyMMddHHmmss.FFF", "20260301093000.", "2026-03-01T08:30:00Z" },
		{ "format=yyyyMMddHHmmss.fff", "20260301093000.12", "20260301093000.12" },
		{ "format=yyyy-MM-dd HH:mmzzz", "2026-03-01 09:30+05:30", "2026-03-01T04:00:00Z" },
		{ "format=yyyy-MM-dd HH:mmzzz", "2026-03-01 09:30-0530", "2026-03-01T15:00:00Z" },
		{ "format=yyyy-MM-dd HH:mm z", "2026-03-01 09:30 +2", "2026-03-01T07:30:00Z" },
		{ "format=yyyy-MM-dd HH:mmK", "2026-03-01 09:30Z", "2026-03-01T09:30:00Z" },
		{ "format=yyyy-MM-dd HH:mmK", "2026-03-01 09:30+01:00", "2026-03-01T08:30:00Z" },
		{ "format=yyyy-MM-dd HH:mmK", "2026-03-01 09:30", "2026-03-01T08:30:00Z" },
		{ "format=yyyy-MM-dd HH:mmzzz", "2026-03-01 09:30+15:00", "2026-03-01 09:30+15:00" },
		{ "format=d/M/yyyy h:mm tt", "1/3/2026 12:00 AM", "2026-02-28T23:00:00Z" },
		{ "format=d/M/yyyy h:mm tt", "1/3/2026 12:30 PM", "2026-03-01T11:30:00Z" },
		{ "format=d/M/yyyy h:mm t", "1/3/2026 9:30 P", "2026-03-01T20:30:00Z" },
		{ "format=d/M/yyyy h:mm tt", "1/3/2026 0:30 AM", "2026-02-28T23:30:00Z" },
		{ "format=d/M/yyyy HH:mm tt", "1/3/2026 21:30 PM", "2026-03-01T20:30:00Z" },
		{ "format=d/M/yyyy HH:mm tt", "1/3/2026 21:30 AM", "1/3/2026 21:30 AM" },
		{ "format=o", "2026-03-01T09:30:00.1234567Z", "2026-03-01T09:30:00.123Z" },
		{ "format=u", "2026-03-01 09:30:00Z", "2026-03-01T09:30:00Z" },
		{ "format=r", "Sun, 01 Mar 2026 09:30:00 GMT", "2026-03-01T09:30:00Z" },
		{ "format=G", "03/01/2026 09:30:00", "2026-03-01T08:30:00Z" },
		{ "format=yyyyMMddHHmmss", "20260329023000", "2026-03-29T01:30:00Z" },
		{ "format=yyyyMMddHHmmss", "00010101000000", "00010101000000" },
		{ "format=yyyyMMddHHmmss", "99991231235959", "9999-12-31T22:59:59Z" },
		{ "format=yyyyMMddHHmmss", "", "" },
		{ "format=yyyyMMddHHmmss", "x", "x" },
	};

	(void)state;
	check_cases("DateTimeFormatting", cases, ARRAY_LEN(cases), "invariant", "Europe/Brussels");
}

static void
by_culture(void **state)
{
	static const struct rule_case cases[] = {
		{ "culture=en-US", "3/1/2026", "2026-03-01" },
		{ "culture=en-US", "03/01/26", "2026-03-01" },
		{ "culture=en-US", "13/1/2026", "13/1/2026" },
		{ "culture=en-US", "2026-03-01", "2026-03-01" },
		{ "culture=en-US", " 3/1/2026 ", "2026-03-01" },
		{ "culture=en-US", "3/1/2026 9:30 PM", "2026-03-01" },
		{ "culture=en-US", "March 1, 2026", "2026-03-01" },
		{ "culture=en-US", "Mar 1 2026", "2026-03-01" },
		{ "culture=en-US", "Mar. 1, 2026", "2026-03-01" },
		{ "culture=en-US", "1 March 2026", "2026-03-01" },
		{ "culture=en-US", "1-Mar-2026", "2026-03-01" },
		{ "culture=en-US", "01-MAR-26", "2026-03-01" },
		{ "culture=en-US", "2026 March 1", "2026-03-01" },
		{ "culture=en-US", "March 2026", "2026-03-01" },
		{ "culture=en-US", "Sunday, March 1, 2026", "2026-03-01" },
		{ "culture=en-US", "Monday, March 1, 2026", "Monday, March 1, 2026" },
		{ "culture=en-US", "Sun 1 Mar 2026 09:30:00", "2026-03-01" },
		{ "culture=en-US", "March 32, 2026", "March 32, 2026" },
		{ "culture=en-US", "Feb 29, 2026", "Feb 29, 2026" },
		{ "culture=en-US", "March 1", "March 1" },
		{ "culture=en-US", "1 March", "1 March" },
		{ "culture=en-US", "March", "March" },
		{ "culture=en-US", "9:30", "9:30" },
		{ "culture=en-US", "Marvel 1, 2026", "Marvel 1, 2026" },
		{ "culture=en-US", "1 March 2026 soon", "1 March 2026 soon" },
		{ "culture=en-US", "", "" },
		{ "culture=en-US", " ", " " },
		{ "culture=en-GB", "01/03/2026", "2026-03-01" },
		{ "culture=en-GB", "1 Sep 2026", "2026-09-01" },
		{ "culture=nl-BE", "1/03/2026", "2026-03-01" },
		{ "culture=nl-BE", "1 maart 2026", "2026-03-01" },
		{ "culture=nl-NL", "zondag 1 maart 2026", "2026-03-01" },
		{ "culture=nl-NL", "zo 1 mrt. 2026", "2026-03-01" },
		{ "culture=nl-NL", "1 march 2026", "1 march 2026" },
		{ "culture=fr-FR", "1 mars 2026", "2026-03-01" },
		{ "culture=fr-FR", "dimanche 1 mars 2026", "2026-03-01" },
		{ "culture=fr-BE", "3 févr. 1999", "1999-02-03" },
		{ "culture=fr-BE", "3 FÉVRIER 1999", "1999-02-03" },
		{ "culture=fr-FR", "15 août 2026", "2026-08-15" },
		{ "culture=fr-FR", "1 juil. 2026", "2026-07-01" },
		{ "culture=fr-FR", "1 juin 2026", "2026-06-01" },
		{ "culture=de-DE", "1. März 2026", "2026-03-01" },
		{ "culture=de-DE", "Sonntag, 1. März 2026", "2026-03-01" },
		{ "culture=de-DE", "01.03.26", "2026-03-01" },
		{ "culture=de-DE", "1. Dez. 2026", "2026-12-01" },
		{ "culture=da-DK", "1. marts 2026", "2026-03-01" },
		{ "culture=da-DK", "søndag den 1. marts 2026", "søndag den 1. marts 2026" },
		{ "culture=da-DK", "lørdag 28. februar 2026", "2026-02-28" },
		{ "culture=da-DK", "01-03-2026", "2026-03-01" },
		{ "culture=en-US|format=yyyyMMdd", "3/1/2026", "2026-03-01" },
		{ "culture=en-US|format=yyyyMMdd", "20260301", "20260301" },
		{ "culture=invariant", "2026-03-01", "2026-03-01" },
		{ "culture=en-US", "1/1/1753", "1/1/1753" },
	};
	static const struct rule_case times[] = {
		{ "culture=en-US", "3/1/2026 9:30:00 PM", "2026-03-01T20:30:00Z" },
		{ "culture=en-US", "3/1/2026", "2026-02-28T23:00:00Z" },
		{ "culture=en-US", "July 1, 2026 9:30 PM", "2026-07-01T19:30:00Z" },
		{ "culture=en-US", "2026-03-01T09:30:00Z", "2026-03-01T09:30:00Z" },
		{ "culture=en-US", "2026-03-01T09:30:00+05:00", "2026-03-01T04:30:00Z" },
		{ "culture=en-US", "1 March 2026 09:30:00.5", "2026-03-01T08:30:00.500Z" },
		{ "culture=fr-BE", "1 mars 2026 09:30", "2026-03-01T08:30:00Z" },
		{ "culture=de-DE", "01.03.2026 09:30:15", "2026-03-01T08:30:15Z" },
		{ "culture=de-DE", "01.13.2026 09:30:15", "01.13.2026 09:30:15" },
		{ "culture=de-DE", "", "" },
	};

	(void)state;
	CHECK("DateFormatting", cases);
	check_cases("DateTimeFormatting", times, ARRAY_LEN(times), "invariant", "Europe/Brussels");
}

static void
extract(void **state)
{
	static const struct rule_case cases[] = {
		{ "part=Day", "2026-03-01", "1" },
		{ "part=Month", "2026-03-01", "3" },
		{ "part=Year", "2026-03-01", "2026" },
		{ "part=Day", "1/03/2026", "1" },
		{ "part=Month", "31-12-1999", "12" },
		{ "part=Year", "31.12.49", "2049" },
		{ "part=Day", "2026-02-28T23:30:00Z", "1" },
		{ "part=Month", "2026-02-28T23:30:00Z", "3" },
		{ "part=Year", "2025-12-31T23:30:00.500Z", "2026" },
		{ "part=Day", "2026-02-28T22:30:00Z", "28" },
		{ "part=Day", "2026-02-28 23:30", "28" },
		{ "part=Day", "", "" },
		{ "part=Day", "  ", "" },
		{ "part=Day", "1753-01-01", "" },
		{ "part=Day", "2026-02-29", FAILS "is no date" },
		{ "part=Day", "03/31/2026", FAILS "is no date" },
		{ "part=Day", "soon", FAILS "is no date" },
		{ "part=Day", "1", FAILS "is no date" },
		{ "part=Year", "0001-01-02", "1" },
	};

	(void)state;
	check_cases("ExtractFromDate", cases, ARRAY_LEN(cases), "nl-BE", "Europe/Brussels");
}

static void
unixtime(void **state)
{
	static const struct rule_case cases[] = {
		{ "", "0", "1970-01-01T00:00:00Z" },
		{ "", "1772355600", "2026-03-01T09:00:00Z" },
		{ "", "-1", "1969-12-31T23:59:59Z" },
		{ "", "+5", "1970-01-01T00:00:05Z" },
		{ "", " 5 ", "1970-01-01T00:00:05Z" },
		{ "", "253402300799", "9999-12-31T23:59:59Z" },
		{ "", "253402300800", "" },
		{ "", "-62135596800", "0001-01-01T00:00:00Z" },
		{ "", "-62135596801", "" },
		{ "", "9223372036854775807", "" },
		{ "", "99999999999999999999999999", "" },
		{ "", "1.5", "" },
		{ "", "1e3", "" },
		{ "", "x", "" },
		{ "", "", "" },
		{ "", "1,000", "" },
		{ "", "2147483648", "2038-01-19T03:14:08Z" },
	};

	(void)state;
	CHECK("Unixtimestamp", cases);
}

static void
refused(void **state)
{
#define FORMAT(text, wrong) \
	"format \"" text "\" has " wrong "; write one such as yyyyMMdd or dd-MM-yyyy HH:mm:ss"
	static const char no_year[] = FORMAT("MMdd", "no year (y), without which it gives no date");
	static const struct refused_case cases[] = {
		{ "DateFormatting", "format=MMdd", no_year },
		{ "DateFormatting", "format=YYYY-MM-DD",
			FORMAT("YYYY-MM-DD", "no year (y), without which it gives no date") },
		{ "DateFormatting", "format=HH:mm", FORMAT("HH:mm", "no year (y), without which it gives no date") },
		{ "DateFormatting", "format=t", FORMAT("t", "no year (y), without which it gives no date") },
		{ "DateFormatting", "format=M", FORMAT("M", "no year (y), without which it gives no date") },
		{ "DateFormatting", "format=q", FORMAT("q", "one letter that is no standard format") },
		{ "DateFormatting", "format=H", FORMAT("H", "one letter that is no standard format") },
		{ "DateFormatting", "format=yyyy'x", FORMAT("yyyy'x", "a quote that does not end") },
		{ "DateFormatting", "format=yyyy\"x'", FORMAT("yyyy\"x'", "a quote that does not end") },
		{ "DateFormatting", "format=yyyy\\", FORMAT("yyyy\\", "a backslash at the end") },
		{ "DateFormatting", "format=yyyy%", FORMAT("yyyy%", "a percent sign without a letter behind it") },
		{ "DateFormatting", "format=yyyy%%d",
			FORMAT("yyyy%%d", "a percent sign without a letter behind it") },
		{ "DateTimeFormatting", "format=yyyyffffffff",
			FORMAT("yyyyffffffff", "a fraction of more than seven digits") },
		{ "DateTimeFormatting", "format=yyyy g", FORMAT("yyyy g", "g, the era, which is not read") },
		{ "DateTimeFormatting", "format=yyyyyy", FORMAT("yyyyyy", "a year of more than five digits") },
	};

	(void)state;
	check_refused(cases, ARRAY_LEN(cases));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(by_format),
		cmocka_unit_test(times_by_format),
		cmocka_unit_test(by_culture),
		cmocka_unit_test(extract),
		cmocka_unit_test(unixtime),
		cmocka_unit_test(refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
