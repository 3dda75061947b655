/* locale.c - the table of locales of 2.1 */
#include "model/locale.h"

/*
 * The words are the spreadsheet's, besides what is written and besides true,
 * false, 1 and 0, which are read everywhere.  Kept in the order of 2.1.
 */
static const struct locale locales[] = {
	{ "invariant", '.', 0, DATE_YMD, '-', true, true, false, "true", "false", "", "", false },
	{ "en-US", '.', ',', DATE_MDY, '/', false, false, true, "Yes", "No", "", "", false },
	{ "en-GB", '.', ',', DATE_DMY, '/', true, true, false, "Yes", "No", "", "", false },
	{ "nl-BE", ',', '.', DATE_DMY, '/', false, true, false, "Ja", "Nee", "waar", "onwaar", false },
	{ "nl-NL", ',', '.', DATE_DMY, '-', false, false, false, "Ja", "Nee", "waar", "onwaar", false },
	{ "fr-BE", ',', ' ', DATE_DMY, '/', false, true, false, "Oui", "Non", "vrai", "faux", false },
	{ "fr-FR", ',', ' ', DATE_DMY, '/', true, true, false, "Oui", "Non", "vrai", "faux", false },
	{ "de-DE", ',', '.', DATE_DMY, '.', true, true, false, "Ja", "Nein", "wahr", "falsch", false },
	{ "da-DK", ',', '.', DATE_DMY, '-', true, true, false, "Ja", "Nej", "sand", "falsk", false },
};

static const struct locale package = {
	"invariant", '.', 0, DATE_YMD, '-', true, true, false, "true", "false", "", "", true
};

const struct locale *
locale_of_packages(void)
{
	return &package;
}

const struct locale *
locale_find(struct str name)
{
	if (name.len == 0)
		return &locales[0];
	for (size_t i = 0; i < ARRAY_LEN(locales); i++)
		if (str_equal_nocase(str_from(locales[i].name), name))
			return &locales[i];
	return NULL;
}

const char *
locale_names(void)
{
	return "invariant, en-US, en-GB, nl-BE, nl-NL, fr-BE, fr-FR, de-DE, da-DK";
}
