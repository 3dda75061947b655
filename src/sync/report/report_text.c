/* report_text.c - the fixed words of report.html, in every language (6.4) */
#include "sync/report/report_text.h"

static const char *const texts[TEXTS][LANGUAGES] = {
	[TEXT_TITLE] = { "Couplet report", "Couplet-rapport" },
	[TEXT_HEADING_PREVIEW] = {
		"What a synchronization would change",
		"Wat een synchronisatie zou wijzigen"
	},
	[TEXT_HEADING_FOLDER] = { "What this run changes", "Wat deze run wijzigt" },
	[TEXT_SKIP_LINK] = { "Skip to the content", "Naar de inhoud" },
	[TEXT_CONTENTS] = { "Contents", "Inhoud" },
	[TEXT_COMMAND] = { "Command", "Opdracht" },
	[TEXT_METHOD] = { "Method", "Methode" },
	[TEXT_RUN] = { "Run", "Run" },
	[TEXT_TIME] = { "Time of the run", "Tijdstip van de run" },
	[TEXT_SETUP] = { "Setup", "Instelling" },
	[TEXT_SYSTEMS] = { "Systems", "Systemen" },
	[TEXT_RECORDS_READ] = { "Records read", "Gelezen records" },
	[TEXT_IN_FLIGHT] = {
		"Written and not yet seen in an export",
		"Geschreven en nog niet in een export gezien"
	},
	[TEXT_CONFIRMED] = { "Found in an export and confirmed", "In een export gevonden en bevestigd" },
	[TEXT_MASKED] = { "Personal data", "Persoonsgegevens" },
	[TEXT_MASKED_NOTE] = {
		"Values from data are replaced by tokens, but for options, Booleans and blanks; "
		"equal values have equal tokens. Messages are left out, since they quote values.",
		"Waarden uit de gegevens zijn vervangen door tokens, behalve opties, Booleaanse "
		"waarden en lege waarden; gelijke waarden hebben gelijke tokens. Meldingen zijn "
		"weggelaten, omdat ze waarden aanhalen."
	},
	[TEXT_STATE_GOOD] = { "Nothing needs a person.", "Niets vraagt om een mens." },
	[TEXT_STATE_PERSON_ONE] = { "1 finding needs a person.", "1 bevinding vraagt om een mens." },
	[TEXT_STATE_PERSONS] = { "# findings need a person.", "# bevindingen vragen om een mens." },
	[TEXT_STATE_REFUSED] = {
		"A guard refuses this run: nothing is written.",
		"Een bewaker weigert deze run: er wordt niets geschreven."
	},
	[TEXT_SEARCH] = { "Search the records shown", "Zoek in de getoonde records" },
	[TEXT_FOUND] = { "# records found", "# records gevonden" },
	[TEXT_FOUND_ONE] = { "1 record found", "1 record gevonden" },
	[TEXT_TOTALS] = { "Jobs and totals", "Taken en totalen" },
	[TEXT_TOTALS_CAPTION] = {
		"What each job does, in the order of the run; the bar shows the shares of its "
		"records",
		"Wat elke taak doet, in de volgorde van de run; de balk toont de aandelen van "
		"haar records"
	},
	[TEXT_NO_JOBS] = { "There is nothing to do: no job ran.", "Er is niets te doen: er liep geen taak." },
	[TEXT_MAPPING] = { "Mapping", "Tabeltoewijzing" },
	[TEXT_JOB] = { "Job", "Taak" },
	[TEXT_SHARES] = { "Shares", "Aandelen" },
	[TEXT_TOTAL] = { "Total", "Totaal" },
	[TEXT_NOTHING] = { "nothing to do", "niets te doen" },
	[TEXT_CREATED] = { "Created", "Gemaakt" },
	[TEXT_UPDATED] = { "Updated", "Bijgewerkt" },
	[TEXT_DELETED] = { "Deleted", "Verwijderd" },
	[TEXT_UNCHANGED] = { "Unchanged", "Ongewijzigd" },
	[TEXT_SKIPPED] = { "Skipped", "Overgeslagen" },
	[TEXT_FAILED] = { "Failed", "Mislukt" },
	[TEXT_COUPLED] = { "Coupled", "Gekoppeld" },
	[TEXT_UNCOUPLED] = { "Uncoupled", "Ontkoppeld" },
	[TEXT_JOB_CONFIRMATION] = { "Housekeeping", "Bevestiging" },
	[TEXT_JOB_SYNCHRONIZATION] = { "Synchronization", "Synchronisatie" },
	[TEXT_JOB_COUPLING] = { "Coupling", "Koppeling" },
	[TEXT_JOB_UNCOUPLING] = { "Uncoupling", "Ontkoppeling" },
	[TEXT_JOB_DELETION] = { "Deletion", "Verwijdering" },
	[TEXT_TO] = { "ERP → CRM", "ERP → CRM" },
	[TEXT_FROM] = { "CRM → ERP", "CRM → ERP" },
	[TEXT_BOTH_WAYS] = { "both directions", "beide richtingen" },
	[TEXT_GUARDS] = { "Guards", "Bewakers" },
	[TEXT_GUARDS_CAPTION] = {
		"Guards that found more than their limit",
		"Bewakers die meer vonden dan hun limiet"
	},
	[TEXT_GUARD] = { "Guard", "Bewaker" },
	[TEXT_GUARD_VALUE] = { "Found", "Gevonden" },
	[TEXT_GUARD_LIMIT] = { "Limit", "Limiet" },
	[TEXT_GUARD_OUTCOME] = { "Outcome", "Uitkomst" },
	[TEXT_GUARD_LIFTED] = { "lifted for this run", "voor deze run opgeheven" },
	[TEXT_GUARD_REFUSED] = { "refuses the run", "weigert de run" },
	[TEXT_GUARD_MESSAGE] = { "What it says", "Wat hij zegt" },
	[TEXT_GUARD_ADVICE] = {
		"Make sure that so much is meant; then lift the guard for one run with --allow, "
		"or change its limit in the setup.",
		"Ga na of zo veel bedoeld is; hef de bewaker dan met --allow voor één run op, of "
		"wijzig zijn limiet in de instelling."
	},
	[TEXT_GUARD_LIFTED_ADVICE] = { "Look twice before you import.", "Kijk tweemaal voor u importeert." },
	[TEXT_REVIEW] = { "Review of the mappings", "Overzicht van de tabeltoewijzingen" },
	[TEXT_REVIEW_CAPTION] = {
		"What each side holds that passes the filters, before this run",
		"Wat elke kant bevat dat door de filters komt, vóór deze run"
	},
	[TEXT_REVIEW_ERP] = { "ERP records", "ERP-records" },
	[TEXT_REVIEW_ERP_FREE] = { "of these uncoupled", "waarvan niet gekoppeld" },
	[TEXT_REVIEW_CRM] = { "CRM records", "CRM-records" },
	[TEXT_REVIEW_CRM_FREE] = { "of these uncoupled", "waarvan niet gekoppeld" },
	[TEXT_REVIEW_DEPENDS] = { "Depends on", "Hangt af van" },
	[TEXT_REVIEW_ACTION] = { "Recommended", "Aanbevolen" },
	[TEXT_REVIEW_COUPLE] = { "Couple Records", "Records koppelen" },
	[TEXT_REVIEW_FULL] = { "Full Synchronization", "Volledige synchronisatie" },
	[TEXT_REVIEW_NONE] = { "No Records Found", "Geen records gevonden" },
	[TEXT_ELSEWHERE] = { "Exports", "Exports" },
	[TEXT_SECTION_CREATE] = { "Creates", "Nieuwe records" },
	[TEXT_SECTION_UPDATE] = { "Updates", "Wijzigingen" },
	[TEXT_SECTION_DELETE] = { "Deletions", "Verwijderingen" },
	[TEXT_SECTION_COUPLE] = { "Coupled", "Gekoppeld" },
	[TEXT_SECTION_UNCOUPLE] = { "Uncoupled", "Ontkoppeld" },
	[TEXT_SECTION_CONFIRM] = { "Confirmed", "Bevestigd" },
	[TEXT_SECTION_LINK] = { "Links", "Verwijzingen" },
	[TEXT_SECTION_LOST] = { "Lost edits", "Verloren bewerkingen" },
	[TEXT_SECTION_SHORTENED] = { "Shortened texts", "Ingekorte teksten" },
	[TEXT_SECTION_CONFLICTS] = { "Conflicts", "Conflicten" },
	[TEXT_SECTION_AMBIGUOUS] = { "Ambiguous and unmatched", "Meerduidig of zonder overeenkomst" },
	[TEXT_SECTION_FAILED] = { "Skipped and failed", "Overgeslagen en mislukt" },
	[TEXT_SECTION_NOTICES] = { "Warnings and notices", "Waarschuwingen en mededelingen" },
	[TEXT_ABOUT_CREATE] = {
		"Records that are made on the other side, with every value that is not blank.",
		"Records die aan de andere kant gemaakt worden, met elke waarde die niet leeg is."
	},
	[TEXT_ABOUT_UPDATE] = {
		"Values that change; what differs is marked.",
		"Waarden die wijzigen; wat verschilt is gemarkeerd."
	},
	[TEXT_ABOUT_DELETE] = { "Records that are deleted.", "Records die verwijderd worden." },
	[TEXT_ABOUT_COUPLE] = {
		"Records that are coupled from now on.",
		"Records die voortaan gekoppeld zijn."
	},
	[TEXT_ABOUT_UNCOUPLE] = {
		"Couplings that are taken out of the ledger.",
		"Koppelingen die uit het register gaan."
	},
	[TEXT_ABOUT_CONFIRM] = {
		"Records of an earlier run that an export now shows.",
		"Records van een eerdere run die een export nu toont."
	},
	[TEXT_ABOUT_LINK] = {
		"References that are set after the records they refer to are made.",
		"Verwijzingen die gezet worden nadat gemaakt is waarnaar ze verwijzen."
	},
	[TEXT_ABOUT_LOST] = {
		"Edits of the losing side that are overwritten.",
		"Bewerkingen van de verliezende kant die overschreven worden."
	},
	[TEXT_ABOUT_SHORTENED] = {
		"Texts that are longer than their field on the other side.",
		"Teksten die langer zijn dan hun veld aan de andere kant."
	},
	[TEXT_ABOUT_CONFLICTS] = {
		"Records that both sides edited; nothing of them is written.",
		"Records die aan beide kanten bewerkt zijn; er wordt niets van geschreven."
	},
	[TEXT_ABOUT_AMBIGUOUS] = {
		"Records that are not coupled, with the rows they could be and the values that "
		"are compared.",
		"Records die niet gekoppeld zijn, met de rijen die ze kunnen zijn en de "
		"vergeleken waarden."
	},
	[TEXT_ABOUT_FAILED] = { "Records that are left as they are.", "Records die blijven zoals ze zijn." },
	[TEXT_ABOUT_NOTICES] = { "What is worth knowing.", "Wat goed is om te weten." },
	[TEXT_SHOWN_ONE] = { "1 record.", "1 record." },
	[TEXT_SHOWN_ALL] = { "# records.", "# records." },
	[TEXT_SHOWN_FIRST] = { "The first % of # records;", "De eerste % van # records;" },
	[TEXT_REST_IN] = { " all of them are in ", " ze staan allemaal in " },
	[TEXT_REST_WRITTEN] = { " sync writes all of them into ", " sync schrijft ze allemaal in " },
	[TEXT_RECORD] = { "Record", "Record" },
	[TEXT_FIELD] = { "Field", "Veld" },
	[TEXT_VALUE] = { "Value", "Waarde" },
	[TEXT_OLD] = { "Old", "Oud" },
	[TEXT_NEW] = { "New", "Nieuw" },
	[TEXT_LOST_VALUE] = { "Overwritten value", "Overschreven waarde" },
	[TEXT_LONG_VALUE] = { "Whole text", "Hele tekst" },
	[TEXT_BASE] = { "Against the base", "Tegenover de basis" },
	[TEXT_BASE_SAME] = { "as agreed", "zoals overeengekomen" },
	[TEXT_BASE_CHANGED] = { "changed since", "sindsdien gewijzigd" },
	[TEXT_BASE_UNKNOWN] = { "base not known", "basis niet bekend" },
	[TEXT_ERP_ID] = { "ERP uid", "ERP-uid" },
	[TEXT_CRM_ID] = { "CRM uid", "CRM-uid" },
	[TEXT_CODE] = { "Code", "Code" },
	[TEXT_MESSAGE] = { "What is wrong", "Wat er mis is" },
	[TEXT_NOTICE] = { "What it is", "Wat het is" },
	[TEXT_ADVICE] = { "What to do", "Wat te doen" },
	[TEXT_CANDIDATE] = { "Candidate", "Kandidaat" },
	[TEXT_CANDIDATE_NONE] = { "none", "geen" },
	[TEXT_REASON] = { "Why not", "Waarom niet" },
	[TEXT_COMPARED] = { "ERP value", "ERP-waarde" },
	[TEXT_COMPARED_CRM] = { "CRM value", "CRM-waarde" },
	[TEXT_MORE_CANDIDATES] = { "and # more in", "en # meer in" },
	[TEXT_PRIORITY] = { "priority", "prioriteit" },
	[TEXT_BLANK] = { "blank", "leeg" },
	[TEXT_AWAITED] = { "set last", "als laatste gezet" },
	[TEXT_CHARACTERS] = { "(# characters)", "(# tekens)" },
	[TEXT_KEY_LATER] = { "key not known yet", "sleutel nog niet bekend" },
	[TEXT_LEFT_OUT] = { "left out by --mask", "weggelaten door --mask" },
	[TEXT_CARD] = { "What to do next", "Wat nu te doen" },
	[TEXT_CARD_REFUSED] = {
		"Nothing is written. Look into what the guards say; then lift one for one run "
		"with",
		"Er wordt niets geschreven. Bekijk wat de bewakers zeggen; hef er dan een voor "
		"één run op met"
	},
	[TEXT_CARD_LIMIT] = {
		"or change its limit in the setup.",
		"of wijzig zijn limiet in de instelling."
	},
	[TEXT_CARD_SYNC] = {
		"Write the import files: the same options with",
		"Schrijf de importbestanden: dezelfde opties met"
	},
	[TEXT_CARD_IMPORT] = {
		"Import these files, in this order:",
		"Importeer deze bestanden, in deze volgorde:"
	},
	[TEXT_CARD_WOULD] = {
		"Then there are these files to import, in this order:",
		"Dan zijn er deze bestanden te importeren, in deze volgorde:"
	},
	[TEXT_CARD_NOTHING] = { "Nothing is to be imported.", "Er is niets te importeren." },
	[TEXT_CARD_COUNTS] = {
		"After each file compare the number of records that the system reports with the "
		"number given here.",
		"Vergelijk na elk bestand het aantal records dat het systeem meldt met het aantal "
		"dat hier staat."
	},
	[TEXT_CARD_OPTIONS] = {
		"Options are entered by hand: add the numbers that are new, change the labels of "
		"the others, remove what has no label; publish; then declare the field's options "
		"so in the setup.",
		"Opties voert u met de hand in: voeg de nieuwe nummers toe, wijzig de labels van "
		"de andere, verwijder wat geen label heeft; publiceer; declareer de opties van "
		"het veld dan zo in de instelling."
	},
	[TEXT_CARD_RENAMES] = {
		"The records get another key: the uid tells which. What imports by key would make "
		"new records of them; rename them by hand instead.",
		"De records krijgen een andere sleutel: de uid zegt welke. Wat op sleutel "
		"importeert, zou er nieuwe records van maken; hernoem ze dan met de hand."
	},
	[TEXT_CARD_COMMIT] = {
		"Commit: this makes the new ledger the current one.",
		"Bevestig: zo wordt het nieuwe register (ledger.csv) het huidige."
	},
	[TEXT_CARD_PROVE] = {
		"Prove it: export the tables again and run",
		"Bewijs het: exporteer de tabellen opnieuw en voer uit"
	},
	[TEXT_CARD_PROVED] = {
		"The first tells of each value whether it landed. The second confirms what landed; "
		"what did not is still pending, and nothing else is left.",
		"Het eerste zegt van elke waarde of ze aankwam. Het tweede bevestigt wat aankwam; wat "
		"niet aankwam staat nog open, en verder blijft er niets over."
	},
	[TEXT_CARD_PENDING] = {
		"Records written by this run or an earlier one and not yet seen in an export:",
		"Records die deze run of een eerdere schreef en die nog geen export toont:"
	},
	[TEXT_CARD_PENDING_2] = {
		"An export made after the import settles that; until then nothing of it is "
		"written again.",
		"Een export van na de import maakt dat af; tot dan wordt er niets van opnieuw "
		"geschreven."
	},
	[TEXT_CARD_PERSONS] = { "Needs a person, by code:", "Vraagt om een mens, per code:" },
	[TEXT_CARD_AMBIGUOUS] = {
		"Write couple beside the right candidates in ambiguous.csv, in its column "
		"decision; once the ledger is committed, couple them with",
		"Schrijf couple bij de juiste kandidaten in ambiguous.csv, in de kolom decision; "
		"koppel ze, als het register bevestigd is, met"
	},
	[TEXT_FILE] = { "File", "Bestand" },
	[TEXT_RECORDS] = { "Records", "Records" },
	[TEXT_ACTION] = { "Action", "Actie" },
	[TEXT_TABLE] = { "Table", "Tabel" },
	[TEXT_SYSTEM] = { "System", "Systeem" },
	[TEXT_ACTION_CREATE] = { "create", "maken" },
	[TEXT_ACTION_UPDATE] = { "update", "bijwerken" },
	[TEXT_ACTION_DELETE] = { "delete", "verwijderen" },
	[TEXT_ACTION_LINK] = { "set references", "verwijzingen zetten" },
	[TEXT_ACTION_OPTIONS] = { "enter options by hand", "opties met de hand invoeren" },
	[TEXT_FOOT] = {
		"Made by Couplet. This file needs no network, and its script only searches and "
		"sorts.",
		"Gemaakt door Couplet. Dit bestand heeft geen netwerk nodig; zijn script zoekt en "
		"sorteert alleen."
	},
	[TEXT_TO_TOP] = { "Back to the contents", "Terug naar de inhoud" },
	[TEXT_ERP_VALUE] = { "ERP", "ERP" },
	[TEXT_CRM_VALUE] = { "CRM", "CRM" },
};

static const char *const dutch_advice[CODES] = {
	[CODE_UPDATE_CONFLICT] =
		"Maak beide kanten gelijk in deze velden, laat één kant winnen met couplet "
		"resolve --send of --get, of kies een strategie met resolve-update-conflicts.",
	[CODE_DELETED_DESTINATION] =
		"Antwoord met couplet resolve --restore, --delete of --uncouple, of kies een "
		"strategie met resolve-deletion-conflicts.",
	[CODE_DELETED_SOURCE] =
		"Zet het verwijderde record terug, of beëindig de koppeling met couplet uncouple "
		"--deleted.",
	[CODE_DELETED_BOTH] = "Niets te doen: beide records zijn weg, en hun koppeling ook.",
	[CODE_UNBASED_DIFFERENCE] =
		"Maak beide kanten gelijk, of noem het record met --record en --direction.",
	[CODE_UNRESOLVED_REFERENCE] =
		"Koppel of maak het record waarnaar verwezen wordt, en voer opnieuw uit.",
	[CODE_SEVERAL_LINKS] =
		"Laat één verwijzing van dit record in de verwijzingstabel staan, of geef de "
		"referentie een filter.",
	[CODE_KEY_IN_USE] =
		"Koppel het record dat deze sleutel heeft, of geef dit record een andere sleutel.",
	[CODE_GROWING_VALUE] =
		"Geef de transformatieregel één richting, of laat hem zijn eigen resultaat "
		"ongewijzigd.",
	[CODE_UNKNOWN_OPTION] =
		"Declareer de optie in de instelling, of verbeter de waarde waar ze vandaan komt.",
	[CODE_NOT_CONVERTIBLE] =
		"Verbeter de waarde waar ze vandaan komt, of het type van het veld in de "
		"instelling.",
	[CODE_TOO_LONG] =
		"Kort de waarde in waar ze vandaan komt, of verbeter de lengte van het veld in de "
		"instelling.",
	[CODE_BLANK_KEY] =
		"Vul de sleutel waar hij vandaan komt, koppel hem, of declareer een nummerreeks "
		"voor de tabel.",
	[CODE_NUMBER_SERIES_FULL] = "Geef de nummerreeks een begin met meer cijfers.",
	[CODE_NOT_MAPPED] = "Voeg de waarde toe aan de waardentabel, of geef die een standaardwaarde.",
	[CODE_NO_MATCH] =
		"Koppel het record met de hand, laat het maken, of verbeter zijn "
		"vergelijkingsvelden.",
	[CODE_SEVERAL_MATCHES] = "Koppel het juiste met de hand: couplet couple MAPPING ERPKEY CRMUID.",
	[CODE_MATCH_TAKEN] =
		"Ontkoppel eerst het andere als dat verkeerd is; koppel anders met de hand een "
		"andere rij.",
	[CODE_SHARED_MATCH] = "Koppel het juiste met de hand: couplet couple MAPPING ERPKEY CRMUID.",
	[CODE_NO_CRITERION] =
		"Vul de vergelijkingsvelden van het record, of kies in de instelling andere "
		"velden om te vergelijken.",
	[CODE_BAD_RECORD] = "Verbeter het record in de export, of exporteer de tabel opnieuw.",
	[CODE_FILTERED_OUT] = "Wijzig het record of het tabelfilter als het gesynchroniseerd moet worden.",
	[CODE_REPEATED_FAILURE] =
		"Neem de oorzaak weg, en haal het record terug met couplet resolve --retry.",
	[CODE_GUARD_LIFTED] = "Ga vóór het importeren na of zo veel wijzigingen bedoeld zijn.",
	[CODE_ALTERED_BY_DESTINATION] =
		"Niets te doen; verbeter de waarde op de bestemming als het verschil ertoe doet.",
	[CODE_NOT_CARRIED] =
		"Wijzig de waarde op de bestemming met de hand als beide kanten gelijk moeten "
		"zijn.",
	[CODE_LOST_EDIT] = "Voer de overschreven waarde opnieuw in als die de juiste was.",
	[CODE_SHORTENED] =
		"Kort de waarde in waar ze vandaan komt, of maak het veld langer, als de rest "
		"ertoe doet.",
	[CODE_PENDING] =
		"Importeer het bestand en exporteer opnieuw; is het verloren, dan schrijft "
		"couplet resolve --retry het opnieuw, en couplet uncouple vergeet het.",
	[CODE_KEPT] = "Niets te doen; herstel de oude toestand met de hand als die toch gewenst is.",
};

const char *
report_text(enum language language, enum text text)
{
	return texts[text][language];
}

const char *
report_advice(enum language language, enum code code)
{
	if (language == DUTCH && dutch_advice[code])
		return dutch_advice[code];
	return code_advice(code);
}

const char *
language_tag(enum language language)
{
	static const char *const tags[LANGUAGES] = { [ENGLISH] = "en", [DUTCH] = "nl" };

	return tags[language];
}
