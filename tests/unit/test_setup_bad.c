/*
 * test_setup_bad.c - setups that are refused, and every word of why
 *
 * A row's text stands in line 3 of a sound document; the findings expected are
 * all of them, without the file's name, one a line; a line that ends in * is
 * compared as far as that.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/buf.h"
#include "model/setup.h"
#include "setup_text.h"

#define LIMITS " is not possible; write none, a number such as 100, or a percentage such as 10%"
#define LOCALES "invariant, en-US, en-GB, nl-BE, nl-NL, fr-BE, fr-FR, de-DE, da-DK"

struct bad_case {
	const char *name;
	const char *text; /* a whole document when it begins with "<setup" or "<?" */
	const char *findings;
};

static const struct bad_case cases[] = {
	/* The document */
	{ "not well formed", HEAD "<erp></crm>" TAIL,
		"2: column 12: not well-formed XML: *" },
	{ "empty file", "<?", "1: column 3: not well-formed XML: *" },
	{ "doctype", "<?xml version='1.0'?>\n<!DOCTYPE setup [<!ENTITY a 'b'>]>\n" HEAD "&a;" TAIL,
		"2: a document type (<!DOCTYPE setup>) is refused; remove it, and entities with it" },
	{ "entity", HEAD "<ledger path='&who;'/>" TAIL,
		"2: column 20: not well-formed XML: *" },
	{ "other root", "<setup/>",
		"1: the root element is \"setup\" without a namespace; a setup file begins with <setup "
		"xmlns=\"urn:couplet:setup:1\">" },
	{ "undeclared prefix", HEAD "<x:erp/>" TAIL,
		"2: not well-formed XML: *" },

	/* The schema */
	{ "unknown element", "<maping name='A'/><guard/>",
		"3: unknown element \"maping\" in \"setup\" (did you mean \"mapping\"?)\n"
		"3: unknown element \"guard\" in \"setup\" (did you mean \"guards\"?)" },
	{ "element of another namespace", "<mapping xmlns='urn:x'/>",
		"3: element \"mapping\" is not in the namespace urn:couplet:setup:1; give it no prefix or "
		"one of that namespace" },
	{ "XInclude is not processed",
		"<xi:include xmlns:xi='http://www.w3.org/2001/XInclude' href='/etc/passwd'/>",
		"3: unknown element \"include\" in \"setup\"" },
	{ "unknown attribute", BOTH("<field tabel-field='Name' integration-field='name' xml:lang='en'/>"),
		"3: element \"field\": unknown attribute \"tabel-field\" (did you mean \"table-field\"?)\n"
		"3: element \"field\": unknown attribute \"xml:lang\"" },
	{ "missing attributes", "<mapping name='A' table='Customer'/>",
		"3: element \"mapping\": attribute \"integration-table\" is missing\n"
		"3: element \"mapping\": attribute \"direction\" is missing" },
	{ "value of an enumeration", SOUND("A", "base='field' resolve-update-conflicts='Merge'"),
		"3: element \"mapping\": base=\"field\" is not possible; write groups or fields (did you "
		"mean \"fields\"?)\n"
		"3: element \"mapping\": resolve-update-conflicts=\"Merge\" is not possible; write None, "
		"SendUpdateToIntegration, GetUpdateFromIntegration or MergeFields" },
	{ "boolean", SOUND("A", "enabled='yes'"),
		"3: element \"mapping\": enabled=\"yes\" is not possible; write true or false" },
	{ "stray text", MAPPING("A", "Bidirectional", "") "Name" NAME_FIELD "</mapping>",
		"3: element \"mapping\": text \"Name\" does not belong here; values are attributes" },
	{ "guards", "<guards max-deletes='many' max-missing='10.1234%' both-sided-full='none'/>",
		"3: element \"guards\": max-deletes=\"many\"" LIMITS "\n"
		"3: element \"guards\": max-missing=\"10.1234%\"" LIMITS "\n"
		"3: element \"guards\": both-sided-full=\"none\" is not possible; write refuse or allow" },
	{ "lines of elements", "\n\n<mapping\n\n name='A'\n>\n<feld/></mapping>",
		"5: element \"mapping\": attribute \"table\" is missing\n"
		"5: element \"mapping\": attribute \"integration-table\" is missing\n"
		"5: element \"mapping\": attribute \"direction\" is missing\n"
		"9: unknown element \"feld\" in \"mapping\" (did you mean \"field\"?)" },

	/* Systems and tables */
	{ "systems missing", HEAD TAIL,
		"1: element \"erp\" is missing; a setup has one erp and one crm\n"
		"1: element \"crm\" is missing; a setup has one erp and one crm" },
	{ "second system", "<erp/>", "3: a second \"erp\"; a setup has one erp and one crm" },
	{ "second ledger", "<ledger path='a'/><ledger path='b'/>", "3: a second ledger; a setup has one" },
	{ "second guards", "<guards/>\n<guards/>",
		"4: a second guards element in one place; join it with the one in line 3" },
	{ "locale", HEAD "<erp locale='nl-BG'/><crm time-zone='Mars/Base'/>" TAIL,
		"2: erp: locale \"nl-BG\" is not known; write one of " LOCALES "\n"
		"2: crm: time-zone \"Mars/Base\" is not known; write an IANA name such as Europe/Brussels or "
		"UTC" },
	{ "table twice", HEAD "<erp><table name='T'/>\n<table name=' t'/></erp><crm/>" TAIL,
		"3: erp: table  t is declared twice, first in line 2" },
	{ "field twice", ERP_TABLE("", "<field name='A'/>\n<field name='a'/>"),
		"4: table T: field \"a\" is declared twice, first in line 3" },
	{ "length", ERP_TABLE("", "<field name='A' type='Date' length='5'/>"),
		"3: table T: field \"A\": length is for Code and Text only, not for Date" },
	{ "options", ERP_TABLE("", "<field name='A'><option value='1' name='x'/></field>"),
		"3: table T: field \"A\": options are for type Option only, not for Text" },
	{ "option twice",
		ERP_TABLE("", "<field name='A' type='Option'><option value='1' name='x'/>"
			      "<option value='+01' name='y'/></field>"),
		"3: field \"A\": option 1 is declared twice; give each option its own value" },
	{ "roles",
		ERP_TABLE("", "<field name='A' role='uid'/><field name='B' role='uid'/>"
			      "<field name='C' role='modified'/>"),
		"3: table T: field \"B\": role uid is taken by field \"A\" in line 3; a table has one\n"
		"3: table T: field \"C\": role modified needs type DateTime, not Text" },
	{ "encoding", ERP_TABLE("", "<source path='a' encoding='latin-nine'/>"),
		"3: encoding \"latin-nine\" is not known; write a name such as UTF-8, UTF-16LE, windows-1252 "
		"or ISO-8859-15" },
	{ "marks", ERP_TABLE("", "<source path='a' decimal=',' thousands=','/>"),
		"3: decimal and thousands are both \",\"; numbers could not be told apart" },
	{ "delimiter", ERP_TABLE("", "<source path='a' delimiter=';;'/>"),
		"3: element \"source\": delimiter=\";;\" is not possible; write one character (a tab as "
		"&#9;)" },
	{ "delimiter and quote", ERP_TABLE("", "<source path='a' delimiter='|' quote='|'/>"),
		"3: delimiter and quote are the same character" },
	{ "attributes of other formats",
		ERP_TABLE("", "<source path='a' format='cmt' delimiter=';'/>"
			      "<source path='b' format='csv' record='a/b'/>"),
		"3: delimiter and quote are for format csv, not for cmt\n"
		"3: record is for format xml, not for csv" },
	{ "wildcard in a folder", ERP_TABLE("", "<source path='*/a.csv'/>"),
		"3: table T: source \"*/a.csv\": * and ? may stand in the last part of a path only" },
	{ "second import", ERP_TABLE("", "<import/><import/>"),
		"3: table T: import is given twice, first in line 3" },
	{ "number series",
		ERP_TABLE("", "<field name='No.' role='key'/><number-series field='No' start='C'/>"),
		"3: table T: number-series: start \"C\" holds no digit to count up\n"
		"3: table T: number-series: field \"No\": no such field in table T (did you mean \"No.\"?)" },
	{ "number series of no key",
		ERP_TABLE("", "<field name='No.'/><number-series field='No.' start='1'/>"),
		"3: table T: number-series: field \"No.\" is no key; give it role=\"key\"" },
	{ "table without source and key",
		HEAD "<erp>\n<table name='Customer'/></erp><crm>" ACCOUNT_TABLE "</crm>\n" SOUND("A", "")
			TAIL,
		"3: table Customer: no source; an enabled mapping needs its export\n"
		"3: table Customer: mapping A needs a field that is the key or the uid; mark it with "
		"role=\"key\"" },

	/* Table mappings */
	{ "unknown tables",
		"<mapping name='A' table='Customers' integration-table='xyz' "
		"direction='Bidirectional'>" NAME_FIELD "</mapping>",
		"3: mapping A: no such table in erp: \"Customers\" (did you mean \"Customer\"?)\n"
		"3: mapping A: no such table in crm: \"xyz\"" },
	{ "mapping twice", SOUND("CUSTOMER", "") "\n" SOUND(" Customer", ""),
		"4: mapping Customer: a second mapping of this name, first in line 3" },
	{ "long name", SOUND("ABCDEFGHIJKLMNOPQRST\xc3\xa9", ""),
		"3: mapping ABCDEFGHIJKLMNOPQRST\xc3\xa9: the name has 21 characters; at most 20 are "
		"allowed" },
	{ "integration user", SOUND("A", "integration-user='me'"),
		"3: mapping A: integration-user \"me\" is no Guid" },
	{ "unknown dependency", SOUND("CURRENCY", "") SOUND("B", "depends-on='currency|CURENCY|X'"),
		"3: mapping B: depends-on \"CURENCY\": no such mapping (did you mean \"CURRENCY\"?)\n"
		"3: mapping B: depends-on \"X\": no such mapping" },
	{ "dependency cycle",
		SOUND("A", "depends-on='C'") "\n" SOUND("B", "") SOUND("C", "depends-on='D|B'")
			SOUND("D", "depends-on='a' enabled='false'"),
		"3: mapping A: depends-on goes in a circle: A, C, D; take one of them out" },
	{ "dependency on itself", SOUND("A", "depends-on='A'"),
		"3: mapping A: depends-on goes in a circle: A; take one of them out" },
	{ "nothing moves",
		MAPPING("A", "ToIntegrationTable", "") "<field table-field='Name' integration-field='name' "
						       "status='Disabled'/></mapping>",
		"3: mapping A: no enabled field mapping can move data ToIntegrationTable; add one, or "
		"disable the mapping (enabled=\"false\")" },

	/* Filters */
	{ "filter", BOTH("<table-filter field='Amount'>1..x</table-filter>"),
		"3: mapping M: table-filter field \"Amount\": position 4: *" },
	{ "filter twice",
		BOTH("<integration-table-filter field='name'>a</integration-table-filter>\n"
		     "<integration-table-filter field='NAME'>b</integration-table-filter>"),
		"4: mapping M: integration-table-filter field \"name\": a second filter for this field, "
		"first in line 3; join them with &" },
	{ "empty filter", BOTH("<table-filter field='Name'/>"),
		"3: mapping M: table-filter field \"Name\": position 1: *" },

	/* Field mappings */
	{ "no field", BOTH("<field/>"),
		"3: mapping M: a field mapping names table-field, integration-field, or both" },
	{ "one field without constant", BOTH("<field table-field='No.'/><field integration-field='value'/>"),
		"3: mapping M: field \"No.\": integration-field is missing; only a field mapping with a "
		"constant has one side\n"
		"3: mapping M: field \"value\": table-field is missing; only a field mapping with a constant "
		"has one side" },
	{ "direction of the mapping",
		WITH("FromIntegrationTable",
			"<field table-field='Amount' integration-field='value' "
			"direction='ToIntegrationTable'/><field table-field='Blocked' "
			"integration-field='state' direction='Bidirectional'/>"),
		"3: mapping M: field \"Amount\": direction ToIntegrationTable is not possible; the mapping "
		"is FromIntegrationTable\n"
		"3: mapping M: field \"Blocked\": direction Bidirectional is not possible; the mapping is "
		"FromIntegrationTable" },
	{ "constant with both fields",
		BOTH("<field table-field='Amount' integration-field='value' constant='1'/>"),
		"3: mapping M: field \"Amount\": a constant is for one side; leave table-field or "
		"integration-field away" },
	{ "constant with a direction",
		BOTH("<field integration-field='value' constant='1' direction='Bidirectional'/>"
		     "<field table-field='Amount' constant='1' direction='ToIntegrationTable'/>"),
		"3: mapping M: field \"value\": a constant of the crm side moves ToIntegrationTable only; "
		"direction=\"Bidirectional\" is not possible\n"
		"3: mapping M: field \"Amount\": a constant of the erp side moves FromIntegrationTable only; "
		"direction=\"ToIntegrationTable\" is not possible" },
	{ "constant against the mapping",
		WITH("FromIntegrationTable", "<field integration-field='value' constant='1'/>"),
		"3: mapping M: field \"value\": a constant of the crm side moves ToIntegrationTable; the "
		"mapping is FromIntegrationTable" },
	{ "constant with a reference", BOTH("<field integration-field='owner' constant='' reference='M' />"),
		"3: mapping M: field \"owner\": reference, value-map, rule and match mean nothing with a "
		"constant" },
	{ "constants of other types",
		BOTH("<field integration-field='value' constant='much'/>"
		     "<field integration-field='state' constant='Activ'/><field table-field='No.' "
		     "constant='123456789012345678901'/>"),
		"3: mapping M: field \"value\": constant \"much\" is no Decimal, which field \"value\" is\n"
		"3: mapping M: field \"state\": constant \"Activ\" is no option of field \"state\" (did you "
		"mean \"Active\"?)\n"
		"3: mapping M: field \"No.\": constant \"123456789012345678901\" is longer than the 20 "
		"characters of field \"No.\"" },
	{ "not-null of no Guid",
		BOTH("<field table-field='Amount' integration-field='value' not-null='true'/>"),
		"3: mapping M: field \"Amount\": not-null is for Guid fields; neither field is declared with "
		"type=\"Guid\"" },
	{ "not-null and clear",
		BOTH("<field table-field='Rep' integration-field='owner' not-null='1' "
		     "clear-value-on-failed-sync='1'/>"),
		"3: mapping M: field \"Rep\": not-null and clear-value-on-failed-sync exclude each other" },
	{ "one field written twice",
		BOTH("\n<field table-field='No.' integration-field='name' "
		     "direction='ToIntegrationTable'/><field integration-field='Name' constant='x'/>"),
		"4: mapping M: field \"No.\": crm field \"name\" is written ToIntegrationTable by the field "
		"mapping in line 3 too; disable one (status=\"Disabled\")\n"
		"4: mapping M: field \"name\": crm field \"name\" is written ToIntegrationTable by the field "
		"mapping in line 3 too; disable one (status=\"Disabled\")" },
	{ "rule-direction",
		BOTH("<field table-field='A' integration-field='a' rule='TRIM' status='Disabled'/>"
		     "<field table-field='B' integration-field='b' rule-direction='Bidirectional'/><field "
		     "table-field='C' integration-field='c' rule='trim' status='Disabled' "
		     "direction='ToIntegrationTable' rule-direction='FromIntegrationTable'/>"),
		"3: mapping M: field \"A\": rule \"TRIM\" needs rule-direction, as the field mapping is "
		"Bidirectional\n"
		"3: mapping M: field \"B\": rule-direction without rule; name a transformation rule\n"
		"3: mapping M: field \"C\": rule-direction FromIntegrationTable never applies; the field "
		"mapping is ToIntegrationTable" },
	{ "unknown codes",
		"<value-map code='STATES'><value erp='' crm=''/></value-map>" BOTH(
			"<field table-field='A' integration-field='a' rule='TRIMM' value-map='STATE' "
			"status='Disabled' rule-direction='Bidirectional'/>"),
		"3: mapping M: field \"A\": rule \"TRIMM\": no such transformation rule (did you mean "
		"\"TRIM\"?)\n"
		"3: mapping M: field \"A\": value-map \"STATE\": no such value map (did you mean "
		"\"STATES\"?)" },
	{ "flags of references",
		BOTH("<field table-field='A' integration-field='a' ignore-record-when-unresolved='1'/>"
		     "<field table-field='B' integration-field='b' blank-as='EUR' status='Disabled'/>"),
		"3: mapping M: field \"A\": ignore-record-when-unresolved needs a reference\n"
		"3: mapping M: field \"B\": blank-as needs a reference" },
	{ "blank-as is a key of the table",
		BOTH("<field table-field='A' integration-field='owner' blank-as='A number too long to be one' "
		     "reference='M'/>"),
		"3: mapping M: field \"A\": blank-as \"A number too long to be one\" is longer than the 20 "
		"characters of field \"No.\" of table Customer" },
	{ "unknown reference",
		BOTH("<field table-field='A' integration-field='owner' reference='N'/>") SOUND("VENDOR", "")
			MAPPING("B", "Bidirectional", "") "<field table-field='A' integration-field='owner' "
							  "reference='VENDORS'/></mapping>",
		"3: mapping M: field \"A\": reference \"N\": no such mapping\n"
		"3: mapping B: field \"A\": reference \"VENDORS\": no such mapping (did you mean "
		"\"VENDOR\"?)" },
	{ "reference twice",
		BOTH("<field table-field='A' integration-field='owner' reference='M'>"
		     "<reference mapping='M'/></field>"),
		"3: mapping M: field \"A\": attribute \"reference\" and reference elements exclude each "
		"other; keep the elements" },
	{ "links",
		BOTH("<field table-field='A' integration-field='owner' status='Disabled'>"
		     "<reference mapping='M' link-from='No.'/><reference mapping='M' "
		     "link-table='Customer'/><reference mapping='M' link-table='Costumer' link-from='a' "
		     "link-to='b'/></field>"),
		"3: mapping M: field \"A\": reference M: link-from, link-to and filters need a link-table\n"
		"3: mapping M: field \"A\": reference M: link-table \"Customer\" needs link-from and "
		"link-to\n"
		"3: mapping M: no such table in erp: \"Costumer\" (did you mean \"Customer\"?)" },

	/* Value maps */
	{ "value map twice",
		"<value-map code='A'><value erp='*' crm='*'/></value-map>\n<value-map code='a'/>",
		"3: value-map A: \"*\" on both sides says nothing; give the default of one side\n"
		"4: value-map a is declared twice, first in line 3\n"
		"4: value-map a holds no value" },
	{ "values of other types",
		"<value-map code='V'>\n<value erp='ja' crm='Active'/>\n"
		"<value erp='maybe' crm='Inactiv'/><value erp='*' crm='1'/></value-map>" BOTH(
			"<field table-field='Open' integration-field='state' value-map='V'/>"),
		"5: value-map V: erp=\"maybe\" is no Boolean, which field \"Open\" is (used by mapping M in "
		"line 5)\n"
		"5: value-map V: crm=\"Inactiv\" is no option of field \"state\" (did you mean "
		"\"Inactive\"?) (used by mapping M in line 5)" },

	/* Transformation rules */
	{ "rule twice",
		"<transformation-rule code='A' type='Trim'/>\n<transformation-rule code='a' type='Trim'/>",
		"4: transformation rule a is declared twice, first in line 3" },
	{ "rule type", "<transformation-rule code='A' type='Upcase'/>",
		"3: element \"transformation-rule\": type=\"Upcase\" is not possible; write Uppercase, "
		"Lowercase, TitleCase, Trim, Substring, Replace, RegularExpressionReplace, "
		"RegularExpressionMatch, RemoveNonAlphanumeric, DateFormatting, DateTimeFormatting, "
		"DecimalFormatting, FieldLookup, Round, ExtractFromDate, Unixtimestamp, Prefix or Suffix "
		"(did you mean \"Uppercase\"?)" },
	{ "rule attributes",
		"<transformation-rule code='A' type='Round' precision='0.01' find='x'/><transformation-rule "
		"code='B' type='DateFormatting' format=''/><transformation-rule code='C' type='Substring' "
		"start-position='2' starting-text='x'/>",
		"3: transformation rule A: type Round needs attribute \"round\"\n"
		"3: transformation rule A: attribute \"find\" means nothing for type Round\n"
		"3: transformation rule B: type DateFormatting needs attribute \"format\" or \"culture\"\n"
		"3: transformation rule C: start-position excludes starting-text, and length ending-text; "
		"keep one of each" },
	{ "rule pattern", "<transformation-rule code='A' type='RegularExpressionMatch' find='\xc3\xa9(a'/>",
		"3: transformation rule A: find \"\xc3\xa9(a\": position 4: missing closing parenthesis" },
	{ "rule culture", "<transformation-rule code='A' type='DecimalFormatting' culture='xx-YY'/>",
		"3: transformation rule A: culture \"xx-YY\" is not known; write one of " LOCALES },
	{ "rule chain",
		"<transformation-rule code='A' type='Trim' next='B'/><transformation-rule code='B' "
		"type='Trim' next='C'/><transformation-rule code='C' type='Trim' "
		"next='b'/><transformation-rule code='D' type='Trim' next='UPERCASE'/>",
		"3: transformation rule D: next \"UPERCASE\": no such transformation rule (did you mean "
		"\"UPPERCASE\"?)\n"
		"3: transformation rules follow each other in a cycle: B, C; take one \"next\" away" },
	{ "rule lookup",
		"<transformation-rule code='A' type='FieldLookup' table='X' source-field='a' "
		"target-field='b'/>",
		"3: transformation rule A: no such table in erp: \"X\"" },

	/* Templates */
	{ "template values",
		BOTH("<config-template side='crm' code='T'><set field='value' value='x'/>"
		     "<set field='value' value='2'/></config-template><config-template side='crm' "
		     "code='t'/>"),
		"3: mapping M: config-template sets field \"value\" twice, first in line 3\n"
		"3: mapping M: config-template sets field \"value\": \"x\" is no Decimal, which field "
		"\"value\" is\n"
		"3: mapping M: config-template code \"t\" is given twice" },
	{ "template include",
		BOTH("<config-template side='crm' code='TOP' include='BASIS'/>"
		     "<config-template side='crm' code='BASE'/><config-template side='erp' include='base'/>"),
		"3: mapping M: config-template: include \"BASIS\": no template has that code (did you mean "
		"\"BASE\"?)\n"
		"3: mapping M: config-template: include \"base\" is a template for table account, not for "
		"Customer" },
	{ "template cycle", BOTH("<config-template side='crm' code='A' include='A'/>"),
		"3: mapping M: config-template: include \"A\": templates include each other in a cycle, or "
		"more than 64 deep" },
	{ "template filter",
		BOTH("<config-template side='crm'><filter field='Amount'>a</filter></config-template>"),
		"3: mapping M: config-template filter field \"Amount\": position 1: *" },

	/* Option mappings */
	{ "option mapping",
		"<option-mapping name='A' table='Customer' direction='Bidirectional' "
		"enabled='false'/><option-mapping name='B' table='Customer' direction='ToIntegrationTable' "
		"enabled='false'><integration-option table='account' field='owner'/></option-mapping>",
		"3: option mapping A: an option mapping cannot be Bidirectional; write ToIntegrationTable or "
		"FromIntegrationTable\n"
		"3: option mapping A: element \"integration-option\" is missing; it names the option field\n"
		"3: option mapping B: field \"owner\" is no Option; declare it with its options" },

	/* What a format does not have */
	{ "a record path is names",
		HEAD ERP_START "<table name='Customer'><source path='c.xml' format='xml' record='r//x'/>"
		CUSTOMER_FIELDS "</table></erp>" CRM_START ACCOUNT_TABLE "</crm>" WITH("ToIntegrationTable", "") TAIL,
		"2: record \"r//x\" is no path of element names; write it as record=\"Customers/Customer\", from the "
		"root to the records" },
	{ "packages of the CRM are not for the ERP",
		HEAD ERP_START
		"<table name='Customer'><source path='c'/><import format='cmt'/>" CUSTOMER_FIELDS
		"</table></erp>" CRM_START ACCOUNT_TABLE "</crm>" WITH("FromIntegrationTable", "") TAIL,
		"2: table Customer: import format cmt is for the CRM side; use csv or rapidstart" },
	{ "packages name rows by their GUID",
		HEAD ERP_START "<table name='Customer'><source path='c'/>" CUSTOMER_FIELDS "</table></erp>" CRM_START
		"<table name='account'><source path='a'/><import format='cmt' encoding='UTF-8' decimal=','/>"
		"<field name='accountid' type='Text' role='uid'/></table></crm>" WITH("ToIntegrationTable", "") TAIL,
		"2: import: encoding is not for format cmt, which is always UTF-8 with elements of its own; take it out\n"
		"2: import: decimal is not for format cmt, where numbers have one form; take it out\n"
		"2: table account: import format cmt names rows by their GUID; declare the primary id "
		"column with type=\"Guid\" role=\"uid\"" },
};

static bool
is_whole(const char *text)
{
	return strncmp(text, "<setup", 6) == 0 || strncmp(text, "<?", 2) == 0;
}

static void
write_setup(const char *text)
{
	FILE *file = fopen("couplet.xml", "wb");

	assert_non_null(file);
	fputs(is_whole(text) ? "" : HEAD SYSTEMS, file);
	fputs(text, file);
	fputs(is_whole(text) ? "" : TAIL, file);
	assert_int_equal(fclose(file), 0);
}

static void
check_finding(struct str found, struct str expected)
{
	struct buf want = { 0 };
	bool is_prefix = expected.len > 0 && expected.ptr[expected.len - 1] == '*';

	buf_add(&want, STR("couplet.xml:"));
	buf_add(&want, (struct str){ expected.ptr, expected.len - is_prefix });
	if (is_prefix ? !str_starts(found, buf_str(&want)) : !str_equal(found, buf_str(&want)))
		fail_msg("found    %.*s\nexpected %.*s", STR_ARG(found), STR_ARG(buf_str(&want)));
	buf_release(&want);
}

static void
test_bad(void **state)
{
	const struct bad_case *bad = *state;
	struct str rest = str_from(bad->findings);
	struct setup setup;
	struct diag diag = { 0 };

	write_setup(bad->text);
	assert_false(setup_load(&setup, "couplet.xml", &diag));
	assert_int_equal(diag.status, STATUS_INVALID);
	for (size_t i = 0; i < diag.count; i++)
		check_finding(diag.lines[i].text, str_cut(rest, '\n', &rest));
	assert_int_equal(rest.len, 0);
	setup_release(&setup);
	diag_release(&diag);
}

static void
test_unreadable(void **state)
{
	struct setup setup;
	struct diag diag = { 0 };

	(void)state;
	assert_false(setup_load(&setup, "no/such.xml", &diag));
	assert_int_equal(diag.status, STATUS_INVALID);
	assert_int_equal(diag.count, 1);
	assert_true(str_equal(diag.lines[0].text, STR("no/such.xml: cannot be read: No such file or "
						      "directory; name the setup file with --setup")));
	setup_release(&setup);
	diag_release(&diag);
}

int
main(void)
{
	struct CMUnitTest tests[ARRAY_LEN(cases) + 1];
	char folder[] = "/tmp/test_setup_bad.XXXXXX";

	if (!mkdtemp(folder) || chdir(folder) != 0)
		return 1;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++)
		tests[i] = (struct CMUnitTest){ cases[i].name, test_bad, NULL, NULL,
			(void *)(uintptr_t)&cases[i] };
	tests[ARRAY_LEN(cases)] = (struct CMUnitTest)cmocka_unit_test(test_unreadable);
	int failed = _cmocka_run_group_tests("setup_bad", tests, ARRAY_LEN(tests), NULL, NULL);
	unlink("couplet.xml");
	if (chdir("/") == 0)
		rmdir(folder);
	return failed;
}
