/* test_rule_number.c - DecimalFormatting and Round: exact numbers (R84, E46) */
#include "rule_help.h"

#define NINES "99999999999999999999999999999999999999"

static void
decimal_formatting(void **state)
{
	static const struct rule_case cases[] = {
		{ "culture=da-DK", "1.234,56", "1234.56" },
		{ "culture=da-DK", "1234,56", "1234.56" },
		{ "culture=da-DK", "-1.234.567", "-1234567" },
		{ "culture=da-DK", "0,50", "0.5" },
		{ "culture=da-DK", ",5", "0.5" },
		{ "culture=da-DK", "5,", "5" },
		{ "culture=da-DK", "007", "7" },
		{ "culture=da-DK", "-0", "0" },
		{ "culture=da-DK", "abc", FAILS "is no number" },
		{ "culture=da-DK", "1,2,3", FAILS "is no number" },
		{ "culture=da-DK", "1.25", FAILS "is no number" },
		{ "culture=da-DK", "12.34,5", FAILS "is no number" },
		{ "culture=da-DK", "1e5", FAILS "is no number" },
		{ "culture=da-DK", "--1", FAILS "is no number" },
		{ "culture=da-DK", "-", FAILS "is no number" },
		{ "culture=da-DK", "", "" },
		{ "culture=da-DK", "  ", "" },
		{ "culture=da-DK", " 1,5 ", "1.5" },
		{ "culture=da-DK", "kr. 7,50", "7.5" },
		{ "culture=da-DK", "7,50 kr.", "7.5" },
		{ "culture=da-DK", "-kr. 7,50", "-7.5" },
		{ "culture=da-DK", "kr. -7,50", "-7.5" },
		{ "culture=da-DK", "kr.", FAILS "is no number" },
		{ "culture=da-DK", "(1,50)", "-1.5" },
		{ "culture=da-DK", "(0)", "0" },
		{ "culture=da-DK", "(-1)", FAILS "is no number" },
		{ "culture=da-DK", "1,50-", "-1.5" },
		{ "culture=da-DK", "+1,50", "1.5" },
		{ "culture=da-DK", "1,50+", "1.5" },
		{ "culture=da-DK", "-1-", FAILS "is no number" },
		{ "culture=da-DK", "()", FAILS "is no number" },
		{ "culture=en-US", "1,234.56", "1234.56" },
		{ "culture=en-US", "$1,234.56", "1234.56" },
		{ "culture=en-US", "($1,234.56)", "-1234.56" },
		{ "culture=en-US", "1.234,56", FAILS "is no number" },
		{ "culture=en-US", "€5", FAILS "is no number" },
		{ "culture=en-GB", "£5.10", "5.1" },
		{ "culture=nl-BE", "€ 1.000,00", "1000" },
		{ "culture=de-DE", "1.000,00 €", "1000" },
		{ "culture=fr-FR", "1 234,56", "1234.56" },
		{ "culture=fr-FR", "1\xc2\xa0" "234,56\xc2\xa0€", "1234.56" },
		{ "culture=fr-BE", "1\xe2\x80\xaf" "234,56", "1234.56" },
		{ "", "1,234.56", "1234.56" },
		{ "", "1234.56", "1234.56" },
		{ "", "1 234.56", FAILS "is no number" },
		{ "", "¤5", "5" },
		{ "", NINES, NINES },
		{ "", NINES "9", FAILS "is no number" },
		{ "", "0." NINES, "0." NINES },
		{ "", "0.0000000000000000000000000000000000000001", FAILS "is no number" },
		{ "format=0.00", "1234.5", "1234.50" },
		{ "format=0.00", "1234.565", "1234.57" },
		{ "format=0.00", "-1234.565", "-1234.57" },
		{ "format=0.00", "0", "0.00" },
		{ "format=0.00", "-0.001", "0.00" },
		{ "format=0.00", ".999", "1.00" },
		{ "format=0.##", "1.5", "1.5" },
		{ "format=0.##", "1", "1" },
		{ "format=0.0#", "1.256", "1.26" },
		{ "format=#.##", "0.5", ".5" },
		{ "format=#", "0", "" },
		{ "format=#,##0.00", "1234567.891", "1,234,567.89" },
		{ "format=#,##0", "999", "999" },
		{ "format=#,##0", "999.5", "1,000" },
		{ "format=000", "7", "007" },
		{ "format=000.0", "-7", "-007.0" },
		{ "format=F", "1.005", "1.01" },
		{ "format=F0", "1.5", "2" },
		{ "format=F3", "1.5", "1.500" },
		{ "format=N", "1234.5", "1,234.50" },
		{ "format=n0", "-1234567", "-1,234,567" },
		{ "format=G", "1.50", "1.5" },
		{ "format=G", "-0.05", "-0.05" },
		{ "format=0.00|culture=da-DK", "1.234,5", "1234.50" },
		{ "format=0", NINES, NINES },
		{ "format=0.00", NINES, NINES ".00" },
	};

	(void)state;
	CHECK("DecimalFormatting", cases);
}

static void
rounding(void **state)
{
	static const struct rule_case cases[] = {
#define CENT "precision=0.01|round="
		{ CENT "Nearest", "1.255", "1.26" },
		{ CENT "Up", "1.255", "1.26" },
		{ CENT "Down", "1.255", "1.25" },
		{ CENT "Nearest", "1.2549999999999999999999999999999999999", "1.25" },
		{ CENT "Nearest", "1.254", "1.25" },
		{ CENT "Up", "1.251", "1.26" },
		{ CENT "Up", "1.25", "1.25" },
		{ CENT "Up", "1.2500000000000000000000000000000000001", "1.26" },
		{ CENT "Down", "1.259", "1.25" },
		/* As AL's Round: away from zero and towards it. */
		{ CENT "Nearest", "-1.255", "-1.26" },
		{ CENT "Up", "-1.251", "-1.26" },
		{ CENT "Down", "-1.259", "-1.25" },
		{ CENT "Down", "-0.001", "0" },
		{ CENT "Nearest", "-0.004", "0" },
		{ CENT "Up", "0", "0" },
		{ CENT "Nearest", "0", "0" },
		{ CENT "Nearest", "5", "5" },
		{ CENT "Nearest", "", "" },
		{ CENT "Nearest", "  ", "" },
		{ CENT "Nearest", " 1.255 ", "1.26" },
		{ CENT "Nearest", "abc", FAILS "is no number" },
		{ CENT "Nearest", "1,255", FAILS "is no number" },
		{ CENT "Nearest", "9.995", "10" },
		{ CENT "Nearest", "99.995", "100" },
		{ CENT "Nearest", "0.005", "0.01" },
		{ CENT "Nearest", "0.0049999", "0" },
		{ CENT "Nearest", NINES, NINES },
		{ CENT "Nearest", "999999999999999999999999999999999999.995",
			FAILS "is no number" },
		{ CENT "Nearest", "99999999999999999999999999999999999.995", "100000000000000000000000000000000000" },
		{ "precision=1|round=Nearest", "0.5", "1" },
		{ "precision=1|round=Nearest", "1.5", "2" },
		{ "precision=1|round=Nearest", "2.5", "3" },
		{ "precision=1|round=Nearest", "-2.5", "-3" },
		{ "precision=1|round=Nearest", "2.4999", "2" },
		{ "precision=10|round=Nearest", "14", "10" },
		{ "precision=10|round=Nearest", "15", "20" },
		{ "precision=10|round=Nearest", "14.99", "10" },
		{ "precision=10|round=Up", "11", "20" },
		{ "precision=10|round=Up", "10.01", "20" },
		{ "precision=10|round=Down", "19.99", "10" },
		{ "precision=10|round=Down", "9", "0" },
		{ "precision=1000|round=Nearest", "1500", "2000" },
		{ "precision=0.05|round=Nearest", "1.275", "1.3" },
		{ "precision=0.05|round=Nearest", "1.27", "1.25" },
		{ "precision=0.05|round=Up", "1.26", "1.3" },
		{ "precision=0.05|round=Down", "1.29", "1.25" },
		{ "precision=0.25|round=Nearest", "0.375", "0.5" },
		{ "precision=0.25|round=Nearest", "0.3749", "0.25" },
		{ "precision=3|round=Nearest", "4", "3" },
		{ "precision=3|round=Nearest", "4.5", "6" },
		{ "precision=3|round=Nearest", "4.49", "3" },
		{ "precision=7|round=Up", "1", "7" },
		{ "precision=0.001|round=Nearest", "1234.56789", "1234.568" },
		{ "precision=0.001|round=Down", "-1234.56789", "-1234.567" },
		{ "precision=0.001|round=Up", "-1234.56789", "-1234.568" },
		{ "precision=0.000000000000000001|round=Down", "1.1234567890123456789", "1.123456789012345678" },
		{ "precision=999999999999999999|round=Up", "1", "999999999999999999" },
		{ "precision=0.0000000001|round=Nearest", "0.00000000005", "0.0000000001" },
	};
	static const struct rule_case in_dutch[] = {
		{ CENT "Nearest", "1,255", "1.26" },
		{ CENT "Nearest", "1.255", "1.26" },
		{ CENT "Nearest", "1.234,567", "1234.57" },
	};

	(void)state;
	CHECK("Round", cases);
	check_cases("Round", in_dutch, ARRAY_LEN(in_dutch), "nl-BE", "UTC");
}

static void
refused(void **state)
{
#define FORMAT(text) "format \"" text "\" is no number format; write one such as F2, N2, 0.00 or #,##0.00"
	static const struct refused_case cases[] = {
		{ "DecimalFormatting", "format=X8", FORMAT("X8") },
		{ "DecimalFormatting", "format=C", FORMAT("C") },
		{ "DecimalFormatting", "format=F29", FORMAT("F29") },
		{ "DecimalFormatting", "format=F-1", FORMAT("F-1") },
		{ "DecimalFormatting", "format=G5", FORMAT("G5") },
		{ "DecimalFormatting", "format=0.0.0", FORMAT("0.0.0") },
		{ "DecimalFormatting", "format=0#", FORMAT("0#") },
		{ "DecimalFormatting", "format=,0", FORMAT(",0") },
		{ "DecimalFormatting", "format=0,", FORMAT("0,") },
		{ "DecimalFormatting", "format=0,.0", FORMAT("0,.0") },
		{ "DecimalFormatting", "format=0 kr", FORMAT("0 kr") },
		{ "DecimalFormatting", "format=0;-0", FORMAT("0;-0") },
		{ "Round", "precision=0|round=Up", "precision \"0\" is no positive number of at most 18 digits" },
		{ "Round", "precision=-1|round=Up", "precision \"-1\" is no positive number of at most 18 digits" },
		{ "Round", "precision=x|round=Up", "precision \"x\" is no positive number of at most 18 digits" },
		{ "Round", "precision=1.234567890123456789|round=Up",
			"precision \"1.234567890123456789\" is no positive number of at most 18 digits" },
	};

	(void)state;
	check_refused(cases, ARRAY_LEN(cases));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(decimal_formatting),
		cmocka_unit_test(rounding),
		cmocka_unit_test(refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
