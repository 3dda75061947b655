/* rule_culture.c - names of months and weekdays, and dates in words (R84) */
#include "model/rule_parts.h"

static const struct culture_names cultures[] = {
	{ "en", "January|February|March|April|May|June|July|August|September|October|November|December",
		"Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec",
		"Sunday|Monday|Tuesday|Wednesday|Thursday|Friday|Saturday", "Sun|Mon|Tue|Wed|Thu|Fri|Sat" },
	{ "nl", "januari|februari|maart|april|mei|juni|juli|augustus|september|oktober|november|december",
		"jan|feb|mrt|apr|mei|jun|jul|aug|sep|okt|nov|dec",
		"zondag|maandag|dinsdag|woensdag|donderdag|vrijdag|zaterdag", "zo|ma|di|wo|do|vr|za" },
	{ "fr",
		"janvier|f\xc3\xa9vrier|mars|avril|mai|juin|juillet|ao\xc3\xbbt|septembre|octobre|novembre|"
		"d\xc3\xa9" "cembre",
		"janv|f\xc3\xa9vr|mars|avr|mai|juin|juil|ao\xc3\xbbt|sept|oct|nov|d\xc3\xa9" "c",
		"dimanche|lundi|mardi|mercredi|jeudi|vendredi|samedi", "dim|lun|mar|mer|jeu|ven|sam" },
	{ "de",
		"Januar|Februar|M\xc3\xa4rz|April|Mai|Juni|Juli|August|September|Oktober|November|Dezember",
		"Jan|Feb|Mrz|Apr|Mai|Jun|Jul|Aug|Sep|Okt|Nov|Dez",
		"Sonntag|Montag|Dienstag|Mittwoch|Donnerstag|Freitag|Samstag", "So|Mo|Di|Mi|Do|Fr|Sa" },
	{ "da", "januar|februar|marts|april|maj|juni|juli|august|september|oktober|november|december",
		"jan|feb|mar|apr|maj|jun|jul|aug|sep|okt|nov|dec",
		"s\xc3\xb8ndag|mandag|tirsdag|onsdag|torsdag|fredag|l\xc3\xb8rdag",
		"s\xc3\xb8n|man|tir|ons|tor|fre|l\xc3\xb8r" },
};

static const struct {
	const char *culture;
	const char *sign;
} currencies[] = {
	{ "en-US", "$" },
	{ "en-GB", "\xc2\xa3" },
	{ "nl-BE", "\xe2\x82\xac" },
	{ "nl-NL", "\xe2\x82\xac" },
	{ "fr-BE", "\xe2\x82\xac" },
	{ "fr-FR", "\xe2\x82\xac" },
	{ "de-DE", "\xe2\x82\xac" },
	{ "da-DK", "kr." },
};

const struct culture_names *
culture_names(const struct locale *culture)
{
	for (size_t i = 0; culture && i < ARRAY_LEN(cultures); i++)
		if (strncmp(cultures[i].language, culture->name, 2) == 0 && culture->name[2] == '-')
			return &cultures[i];
	return &cultures[0];
}

const char *
culture_currency(const struct locale *culture)
{
	for (size_t i = 0; i < ARRAY_LEN(currencies); i++)
		if (strcmp(currencies[i].culture, culture->name) == 0)
			return currencies[i].sign;
	return "\xc2\xa4";
}

/* The longest name counts: `mar` begins `mars`. */
int
culture_take_name(const char *names, struct str *text)
{
	struct str rest = str_from(names);
	size_t longest = 0;
	int found = -1;

	for (int i = 0; rest.len > 0; i++) {
		struct str name = str_cut(rest, '|', &rest);
		/* In either case the letters of these names are of the same length. */
		if (name.len <= longest || name.len > text->len ||
			!text_equal_nocase((struct str){ text->ptr, name.len }, name))
			continue;
		longest = name.len;
		found = i;
	}
	*text = (struct str){ text->ptr + longest, text->len - longest };
	return found;
}

static int
take_either(const char *names, const char *short_names, struct str *text)
{
	int found = culture_take_name(names, text);

	return found >= 0 ? found : culture_take_name(short_names, text);
}

/* Blanks, and the marks that stand between the parts of a date. */
static void
skip_between(struct str *text)
{
	struct str before;

	do {
		before = *text;
		size_t blanks = text->len - str_trim((struct str){ text->ptr, text->len }).len;
		/* The end of the value has no blanks: what is trimmed is at the front. */
		*text = (struct str){ text->ptr + blanks, text->len - blanks };
	} while (text->len < before.len || str_take(text, ',') || str_take(text, '.') ||
		 str_take(text, '-') || str_take(text, '/'));
}

/* Up to four digits; how many there were, 0 also when more. */
static unsigned
take_number(struct str *text, unsigned *number)
{
	unsigned digits = 0;

	for (*number = 0; text->len > 0 && *text->ptr >= '0' && *text->ptr <= '9'; digits++) {
		if (digits == 4)
			return 0;
		*number = *number * 10 + (unsigned)(*text->ptr - '0');
		*text = (struct str){ text->ptr + 1, text->len - 1 };
	}
	return digits;
}

/* Two digits are of the years 1950 to 2049 (E22). */
static int64_t
full_year(unsigned digits, unsigned year)
{
	if (digits == 2)
		year += year < 50 ? 2000 : 1900;
	return digits == 2 || digits == 4 ? year : 0;
}

static bool
take_words(const struct culture_names *names, struct str *text, struct civil *date)
{
	unsigned first;
	unsigned second;
	unsigned third;
	unsigned first_digits = take_number(text, &first);

	if (first_digits > 0)
		skip_between(text);
	date->month = take_either(names->months, names->short_months, text) + 1;
	skip_between(text);
	unsigned second_digits = take_number(text, &second);
	if (date->month == 0 || second_digits == 0)
		return false;
	date->day = (int)(first_digits > 0 && first_digits < 4 ? first : second);
	if (first_digits == 4) {
		date->year = first;
	} else if (first_digits > 0) {
		date->year = full_year(second_digits, second);
	} else if (second_digits == 4) {
		date->year = second;
		date->day = 1;
	} else {
		skip_between(text);
		unsigned third_digits = take_number(text, &third);
		date->year = full_year(third_digits, third);
	}
	return civil_is_valid(*date);
}

/* A weekday before it must be the date's. */
bool
culture_take_date(const struct locale *culture, struct str *text, struct civil *date)
{
	const struct culture_names *names = culture_names(culture);
	int weekday = take_either(names->days, names->short_days, text);

	if (weekday >= 0)
		skip_between(text);
	return take_words(names, text, date) &&
	       (weekday < 0 || weekday == civil_weekday(civil_to_days(*date)));
}
