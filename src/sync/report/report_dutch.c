/* report_dutch.c - what findings say, in Dutch (6.4) */
#include "sync/report/report_text.h"

/*
 * A sentence as findings have it, and in Dutch.  A star stands for what comes
 * from data or setup, in the same order in both; a plus for the rest of the
 * sentence, which is looked up in turn.  The first that fits counts.
 */
static const struct {
	const char *english;
	const char *dutch;
} sentences[] = {
	{ "both sides were edited: left to the job *",
		  "beide kanten zijn bewerkt: overgelaten aan de taak *" },
	{ "both sides were edited: +",
		  "beide kanten zijn bewerkt: +" },
	{ "the sides differ and nothing tells which one changed; +",
		  "de kanten verschillen en niets zegt welke er gewijzigd is; +" },
	{ "the import kept a value otherwise than it was written; the base adopts it; +",
		  "de import bewaarde een waarde anders dan ze geschreven was; de basis neemt dat over; "
		  "+" },
	{ "coupled to a record of * that is deleted",
		  "gekoppeld aan een record van * dat verwijderd is" },
	{ "coupled to a row of * that is deleted",
		  "gekoppeld aan een rij van * die verwijderd is" },
	{ "coupled to an option of * that is deleted",
		  "gekoppeld aan een optie van * die verwijderd is" },
	{ "both sides are deleted; the coupling is removed",
		  "beide kanten zijn verwijderd; de koppeling is weggehaald" },
	{ "the source is deleted and nothing is synchronized back",
		  "de bron is verwijderd en er wordt niets teruggesynchroniseerd" },
	{ "not coupled, and the mapping synchronizes only coupled records; --create creates it",
		  "niet gekoppeld, en de toewijzing synchroniseert alleen gekoppelde records; --create "
		  "maakt het" },
	{ "the record does not pass the filters of the mapping",
		  "het record komt niet door de filters van de toewijzing" },
	{ "key field \"*\" is blank and the table has no number series for it",
		  "sleutelveld \"*\" is leeg en de tabel heeft er geen nummerreeks voor" },
	{ "\"*\" would go over as \"*\" and come back as \"*\", and so on with every run: rule "
		  "* applies both ways",
		  "\"*\" zou overgaan als \"*\" en terugkomen als \"*\", en zo verder in elke run: "
		  "regel * geldt in beide richtingen" },
	{ "another option of * is called \"*\"",
		  "een andere optie van * heet \"*\"" },
	{ "key \"*\" is in use in table *",
		  "sleutel \"*\" is in gebruik in tabel *" },
	{ "row *, which the new row would be, is coupled to another record",
		  "rij *, die de nieuwe rij zou zijn, is aan een ander record gekoppeld" },
	{ "the row was there already and not coupled: coupled and updated instead of created",
		  "de rij was er al en was niet gekoppeld: gekoppeld en bijgewerkt in plaats van "
		  "gemaakt" },
	{ "possibly edited to \"*\" in the *, overwritten with \"*\"",
		  "mogelijk bewerkt tot \"*\" in de *, overschreven met \"*\"" },
	{ "edited to \"*\" in the *, overwritten with \"*\"",
		  "bewerkt tot \"*\" in de *, overschreven met \"*\"" },
	{ "the one row of * with * is taken by record \"*\" in mapping *",
		  "de enige rij van * met * is bezet door record \"*\" in toewijzing *" },
	{ "the one row of * with * is taken by a record of a mapping that is disabled",
		  "de enige rij van * met * is bezet door een record van een toewijzing die uit staat" },
	{ "the one row of * with * is the one match of other records, too",
		  "de enige rij van * met * is ook de enige van andere records" },
	{ "no row of * has *; it is not created, as its coupling was removed on purpose",
		  "geen rij van * heeft *; er wordt geen gemaakt, want de koppeling is met opzet "
		  "weggehaald" },
	{ "no row of * has *; it is not created, as the mapping has no direction ERP->CRM",
		  "geen rij van * heeft *; er wordt geen gemaakt, want de toewijzing heeft geen "
		  "richting ERP->CRM" },
	{ "no row of * has *",
		  "geen rij van * heeft *" },
	{ "* rows of * have *",
		  "* rijen van * hebben *" },
	{ "all its match fields are blank",
		  "al zijn vergelijkingsvelden zijn leeg" },
	{ "the mapping has no match fields, so nothing can be matched",
		  "de toewijzing heeft geen vergelijkingsvelden, dus valt er niets te vergelijken" },
	{ "\"*\" is not written: it identifies the record",
		  "\"*\" wordt niet geschreven: het is waaraan het record herkend wordt" },
	{ "\"*\" is to be cleared, which a Configuration Migration package cannot do: left as "
		  "it is, and tried in every run",
		  "\"*\" moet leeg worden, wat een pakket van Configuration Migration niet kan: het "
		  "blijft zoals het is, en elke run probeert het weer" },
	{ "*: column * \"*\": \"*\" is no *, so the filter cannot be told",
		  "*: kolom * \"*\": \"*\" is geen *, dus is niets te zeggen van het filter" },
	{ "*: column * \"*\": \"*\" is no *, so it cannot be matched",
		  "*: kolom * \"*\": \"*\" is geen *, dus valt er niets mee te vergelijken" },
	{ "*: column * \"*\": \"*\" is no *",
		  "*: kolom * \"*\": \"*\" is geen *" },
	{ "\"*\", which rule * makes of \"*\", has more than the * characters of field \"*\"",
		  "\"*\", wat regel * maakt van \"*\", heeft meer dan de * tekens van veld \"*\"" },
	{ "\"*\", which rule * makes of \"*\", is no *, which field \"*\" is",
		  "\"*\", wat regel * maakt van \"*\", is geen *, wat veld \"*\" wel is" },
	{ "\"*\" has no form as * for field \"*\"",
		  "\"*\" heeft geen vorm als * voor veld \"*\"" },
	{ "\"*\" is no option of field \"*\"",
		  "\"*\" is geen optie van veld \"*\"" },
	{ "\"*\" is no *, which field \"*\" is",
		  "\"*\" is geen *, wat veld \"*\" wel is" },
	{ "\"*\" has more than the * characters of field \"*\"",
		  "\"*\" heeft meer dan de * tekens van veld \"*\"" },
	{ "transformation rule *: \"*\" is no number",
		  "transformatieregel *: \"*\" is geen getal" },
	{ "transformation rule *: \"*\" is no date",
		  "transformatieregel *: \"*\" is geen datum" },
	{ "value map * has no entry for \"*\"",
		  "waardentabel * heeft niets voor \"*\"" },
	{ "the number series of * has no number left",
		  "de nummerreeks van * heeft geen nummer meer" },
	{ "created in an earlier run and not seen in an export yet; not created again",
		  "gemaakt in een eerdere run en nog door geen export getoond; niet opnieuw gemaakt" },
	{ "created in an earlier run and not seen since, and its source is gone: nothing is "
		  "created again, and the line is taken out of the ledger",
		  "gemaakt in een eerdere run en sindsdien niet getoond, en de bron is weg: er wordt "
		  "niets opnieuw gemaakt, en de regel gaat uit het register" },
	{ "created in an earlier run and not seen since: if its create file is imported after "
		  "all, couple the two by hand, else a later run may create it twice",
		  "gemaakt in een eerdere run en sindsdien niet getoond: als het bestand toch nog "
		  "geïmporteerd wordt, koppel de twee dan met de hand, anders maakt een latere run het "
		  "misschien nog eens" },
	{ "created in an earlier run, and a record that several pending lines fit in this "
		  "export could be it; couple the right one by hand",
		  "gemaakt in een eerdere run, en een record in deze export waar verschillende "
		  "openstaande regels op passen kan het zijn; koppel het juiste met de hand" },
	{ "its deletion was written by an earlier run and no export shows it yet; not written "
		  "again",
		  "een eerdere run schreef dat het verwijderd wordt, wat nog geen export toont; niet "
		  "opnieuw geschreven" },
	{ "refers to mapping *, * coupling of which is uncoupled: what refers to them is not "
		  "resolved until they are coupled again",
		  "verwijst naar toewijzing *, waarvan * koppeling ontkoppeld is: wat ernaar verwijst, "
		  "is pas weer te vinden als ze opnieuw gekoppeld zijn" },
	{ "refers to mapping *, * couplings of which are uncoupled: what refers to them is not "
		  "resolved until they are coupled again",
		  "verwijst naar toewijzing *, waarvan * koppelingen ontkoppeld zijn: wat ernaar "
		  "verwijst, is pas weer te vinden als ze opnieuw gekoppeld zijn" },
	{ "link table * leads from * \"*\" to several values of *: \"*\" and \"*\"; or +",
		  "verwijzingstabel * leidt van * \"*\" naar verschillende waarden van *: \"*\" en "
		  "\"*\"; of +" },
	{ "link table * leads from * \"*\" to no * for mapping *; or +",
		  "verwijzingstabel * leidt van * \"*\" naar geen * voor toewijzing *; of +" },
	{ "link table * leads from * \"*\" to no * for mapping *",
		  "verwijzingstabel * leidt van * \"*\" naar geen * voor toewijzing *" },
	{ "transformation rule *: \"*\" would take the pattern too long",
		  "transformatieregel *: \"*\" zou het patroon te lang bezighouden" },
	{ "created in an earlier run and not seen since, and its source is gone",
		  "gemaakt in een eerdere run en sindsdien niet getoond, en de bron is weg" },
	{ "created in an earlier run, and several records in this export could be it; couple "
		  "the right one by hand",
		  "gemaakt in een eerdere run, en verschillende records in deze export kunnen het zijn; "
		  "koppel het juiste met de hand" },
	{ "deleted in an earlier run, and this export still shows it; not created again",
		  "verwijderd in een eerdere run, en deze export toont het nog; niet opnieuw gemaakt" },
	{ "failed again in the same way: now skipped until it is retried or coupled anew",
		  "opnieuw op dezelfde manier mislukt: nu overgeslagen tot het opnieuw geprobeerd of "
		  "gekoppeld wordt" },
	{ "skipped: it failed repeatedly and is left out until it is retried or coupled anew",
		  "overgeslagen: het mislukte herhaaldelijk en blijft weg tot het opnieuw geprobeerd of "
		  "gekoppeld wordt" },
	{ "no longer skipped: the next run tries again",
		  "niet langer overgeslagen: de volgende run probeert het weer" },
	{ "record * \"*\" must be coupled in mapping * first; or +",
		  "record * \"*\" moet eerst gekoppeld zijn in toewijzing *; of +" },
	{ "row * \"*\" must be coupled in mapping * first; or +",
		  "rij * \"*\" moet eerst gekoppeld zijn in toewijzing *; of +" },
	{ "record * \"*\" must be coupled in mapping * first",
		  "record * \"*\" moet eerst gekoppeld zijn in toewijzing *" },
	{ "row * \"*\" must be coupled in mapping * first",
		  "rij * \"*\" moet eerst gekoppeld zijn in toewijzing *" },
	{ "option * \"*\" must be coupled in mapping * first",
		  "optie * \"*\" moet eerst gekoppeld zijn in toewijzing *" },
	{ "mapping *, which is to translate it, is disabled; enable it, or disable the field "
		  "mapping",
		  "toewijzing *, die het vertalen moet, staat uit; zet ze aan, of zet de veldtoewijzing "
		  "uit" },
	{ "\"*\" is cut to the * characters of the field",
		  "\"*\" is ingekort tot de * tekens van het veld" },
	{ "edited since; left as it is",
		  "sindsdien bewerkt; blijft zoals het is" },
	{ "written again since, which no export shows yet; left as it is",
		  "sindsdien opnieuw geschreven, wat nog geen export toont; blijft zoals het is" },
	{ "created and left where it is; --delete-created deletes it",
		  "gemaakt en blijft waar het is; --delete-created verwijdert het" },
	{ "created and edited since; left where it is",
		  "gemaakt en sindsdien bewerkt; blijft waar het is" },
	{ "* is \"*\" in the ERP and \"*\" in the CRM; +",
		  "* is \"*\" in de ERP en \"*\" in de CRM; +" },
	{ "* is \"*\" in the ERP and \"*\" in the CRM",
		  "* is \"*\" in de ERP en \"*\" in de CRM" },
};

enum { MOST_HOLES = 8 };

/* The literal text before the next star or plus. */
static struct str
literal_of(struct str pattern)
{
	size_t len = 0;

	while (len < pattern.len && pattern.ptr[len] != '*' && pattern.ptr[len] != '+')
		len++;
	return (struct str){ pattern.ptr, len };
}

static bool
find_text(struct str text, struct str part, size_t *at)
{
	const char *found = part.len ? memmem(text.ptr, text.len, part.ptr, part.len) : text.ptr;

	*at = found ? (size_t)(found - text.ptr) : 0;
	return found != NULL;
}

/* What stands for the stars; false when the text is no such sentence. */
static bool
fits(struct str pattern, struct str text, struct str *holes)
{
	for (size_t count = 0;; count++) {
		struct str literal = literal_of(pattern);
		if (!str_starts(text, literal))
			return false;
		pattern = (struct str){ pattern.ptr + literal.len, pattern.len - literal.len };
		text = (struct str){ text.ptr + literal.len, text.len - literal.len };
		if (pattern.len == 0 || count == MOST_HOLES)
			return text.len == 0 && pattern.len == 0;
		pattern = (struct str){ pattern.ptr + 1, pattern.len - 1 };
		struct str next = literal_of(pattern);
		size_t at = text.len;
		if (next.len == pattern.len && next.len != 0) {	/* the end of the sentence */
			if (text.len < next.len)
				return false;
			at = text.len - next.len;
		} else if (next.len != 0 && !find_text(text, next, &at)) {
			return false;
		}
		holes[count] = (struct str){ text.ptr, at };
		text = (struct str){ text.ptr + at, text.len - at };
	}
}

static bool
translate(struct str message, struct buf *out)
{
	struct str holes[MOST_HOLES + 1];
	size_t i = 0;

	while (i < ARRAY_LEN(sentences) && !fits(str_from(sentences[i].english), message, holes))
		i++;
	if (i == ARRAY_LEN(sentences))
		return false;
	const struct str *hole = holes;
	for (const char *c = sentences[i].dutch; *c; c++) {
		if (*c == '*')
			buf_add(out, *hole++);
		else if (*c != '+')
			buf_add_char(out, *c);
		else if (!translate(*hole, out))
			buf_add(out, *hole);
	}
	return true;
}

bool
report_message(enum language language, struct str message, struct buf *out)
{
	buf_reset(out);
	return language == DUTCH && translate(message, out);
}
