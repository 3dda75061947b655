/* test_cmt_read.c - the data of CMT packages (part 5, 3.2): what is read of it, bare and in an archive */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "io/cmt_schema.h"
#include "io/zip_write.h"
#include "xml_help.h"

#define A1 "a1000000-0000-4000-8000-000000000001"
#define A2 "a2000000-0000-4000-8000-000000000002"
#define F(name, value) "<field name='" name "' value='" value "'/>"
#define LOOKUP(name, value, to) \
	"<field name='" name "' value='" value "' lookupentity='" to "' lookupentityname='x'/>"
#define RECORD(id, fields) "<record id='" id "'>" fields "</record>\n"
#define ENTITY(name, records) \
	"<entity name='" name "' displayname='X'><records>\n" records "</records><m2mrelationships/></entity>\n"
#define DATA(entities) "<entities timestamp='2026-03-01T09:00:00.0000000Z'>\n" entities "</entities>"

#define SCHEMA \
	"<entities >\n<entity name='account' displayname='Account' etc='1' primaryidfield='accountid' " \
	"primarynamefield='name' disableplugins='false'><fields>" \
	"<field displayname='Name' name='name' type='string'/>" \
	"<field displayname='Account' name='accountid' type='guid' primaryKey='true'/>" \
	"<field displayname='Called' name='called' type='datetime'/>" \
	"<field displayname='Owner' name='ownerid' type='owner'/>" \
	"<field displayname='Limit' name='limit' type='money' customfield='true'/>" \
	"<field displayname='Parent' name='parentid' type='entityreference' lookupType='account|contact'/>" \
	"</fields></entity></entities>"
#define HEADER "name|accountid|called|ownerid|limit|parentid"

struct read_case {
	const char *data;
	const char *expected;
	const char *schema;	/* null: none */
	const char *table;	/* null: account */
	bool tells_lookup_types;
};

static const struct read_case cases[] = {
	/* fields of records are the header, as they come; the id is that of the row */
	{ .data = DATA(ENTITY("account", RECORD(A1, F("accountid", A1) F("name", "x"))
					      RECORD(A2, F("city", "Gent") F("accountid", A2)))),
		.expected = "3:accountid=" A1 "|name=x\n4:accountid=" A2 "|city=Gent\naccountid|name|city\nend" },
	{ .data = DATA(ENTITY("account", RECORD(A1, F("name", "x")))),
		.expected = "3:name=x|accountid=" A1 "\nname|accountid\nend" },
	/* with a schema, its columns come first, and what no record has is blank */
	{ .schema = SCHEMA, .data = DATA(ENTITY("account", RECORD(A1, F("accountid", A1) F("other", "y")))),
		.expected = "3:accountid=" A1 "|other=y\n" HEADER "|other\nend" },
	{ .schema = SCHEMA, .data = DATA(ENTITY("account", "")), .expected = HEADER "\nend" },
	{ .schema = SCHEMA, .data = "<entities/>", .expected = HEADER "\nend" },
	/* other tables are passed over; names go without case */
	{ .data = DATA(ENTITY("contact", RECORD(A1, F("contactid", A1)))
				ENTITY("Account", RECORD(A2, F("accountid", A2)))),
		.expected = "6:accountid=" A2 "\naccountid\nend" },
	{ .data = DATA(ENTITY("contact", RECORD(A1, F("contactid", A1)))), .table = "Contact",
		.expected = "3:contactid=" A1 "\ncontactid\nend" },
	/* values are decoded once; braces and case of an id mean nothing */
	{ .data = DATA(ENTITY("account", RECORD("{A1000000-0000-4000-8000-000000000001}",
			F("accountid", A1) F("name", "A &amp;amp; B &amp;#39;&amp;#216;&amp;#39; &amp;amp;amp; &#xD;&#xA;")))),
		.expected = "3:accountid=" A1 "|name=A & B '\xc3\x98' &amp; \r\n\naccountid|name\nend" },
	/* dates of 2019 are told by the schema, or without one by the stamp of the file */
	{ .schema = SCHEMA,
		.data = DATA(ENTITY("account", RECORD(A1, F("name", "4/4/2019") F("called", "4/4/2019 7:22:50 PM")))),
		.expected = "3:name=4/4/2019|accountid=" A1 "|called=2019-04-04T19:22:50\n" HEADER "\nend" },
	{ .data = "<entities timestamp='3/25/2019 4:24:05 PM'>"
			ENTITY("account", RECORD(A1, F("called", "4/4/2019 7:22:50 PM"))) "</entities>",
		.expected = "2:called=2019-04-04T19:22:50|accountid=" A1 "\ncalled|accountid\nend" },
	{ .data = DATA(ENTITY("account", RECORD(A1, F("called", "4/4/2019 7:22:50 PM")))),
		.expected = "3:called=4/4/2019 7:22:50 PM|accountid=" A1 "\ncalled|accountid\nend" },
	/* to which table a look-up refers */
	{ .schema = SCHEMA, .tells_lookup_types = true,
		.data = DATA(ENTITY("account",
			RECORD(A1, LOOKUP("ownerid", A2, "team") LOOKUP("parentid", A2, "contact") F("limit", "1.0")))),
		.expected = "3:accountid=" A1 "|ownerid=" A2 "|limit=1.0|parentid=" A2
			"|owneridtype=team|parentidtype=contact\n" HEADER "|owneridtype|parentidtype\nend" },
	/* party lists and links between rows hold no values */
	{ .data = DATA(ENTITY("account",
			RECORD(A1, "<field name='to' value=''><activitypointerrecords id='x'>" F("to", "1") F("p", "2")
			"</activitypointerrecords></field>" F("name", "x")))),
		.expected = "3:name=x|accountid=" A1 "\nto|name|accountid\nend" },
	{ .data = "<entities><entity name='account'><records/><m2mrelationships><m2mrelationship sourceid='" A1
			"'><targetids><targetid>" A2 "</targetid></targetids></m2mrelationship></m2mrelationships>"
			"</entity></entities>",
		.expected = "\nend" },
	/* dialects: a line end first, a declaration, a mark */
	{ .data = "\r\n" DATA(""), .schema = SCHEMA, .expected = HEADER "\nend" },
	{ .data = "\xef\xbb\xbf<?xml version='1.0' encoding='utf-8'?>\n" DATA(""), .schema = SCHEMA,
		.expected = HEADER "\nend" },
	/* bad records */
	{ .data = DATA(ENTITY("account", RECORD("x", F("name", "1")) RECORD("", F("name", "2"))
			RECORD(A1, F("accountid", A2)) RECORD(A1, F("name", "3") F("name", "4"))
			RECORD(A1, "<field value='5'/>") RECORD(A2, F("name", "6")))),
		.expected = "8:name=6|accountid=" A2 "\nname|accountid\n"
			"bad 3: the id \"x\" of the record is no GUID; export the package again\n"
			"bad 4: the id \"\" of the record is no GUID; export the package again\n"
			"bad 5: the id of the record is not the \"" A2 "\" of its primary id field, so that nobody can "
			"tell which row is meant; export it again\n"
			"bad 6: field \"name\": given twice in one record; export it once\n"
			"bad 7: a field without a name; export the package again\nend" },
	/* no such table */
	{ .data = DATA(ENTITY("contact", "") ENTITY("lead", "")),
		.expected = "\n3 f.xml: holds no entity \"account\", but contact, lead; export that entity too, or name the "
			    "table as the package does\n" },
	{ .data = "<entities/>",
		.expected = "\n3 f.xml: holds no entity \"account\"; export that entity too, or name the table as the "
			    "package does\n" },
};

static struct reader_options
options_of(const struct read_case *c)
{
	return (struct reader_options){ .table_name = str_from(c->table ? c->table : "account"),
		.tells_lookup_types = c->tells_lookup_types };
}

/* Beside the data lies its schema. */
static void
test_bare(void **state)
{
	struct help *help = *state;

	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		unlink(help_path(help, "data_schema.xml"));
		if (cases[i].schema)
			help_write(help, "data_schema.xml", str_from(cases[i].schema));
		struct buf expected = { 0 };
		const char *message = strstr(cases[i].expected, "\n3 f.xml");
		buf_add(&expected, str_from(cases[i].expected));
		if (message) {	/* how help_messages() writes it is not the point here */
			buf_reset(&expected);
			buf_add(&expected, STR("\nf.xml"));
			buf_add(&expected, str_from(message + 8));
			expected.len--;
		}
		buf_add_char(&expected, '\0');
		assert_reads(help, options_of(&cases[i]), str_from(cases[i].data), expected.ptr);
		buf_release(&expected);
	}
}

static struct str
pack(struct zip_writer *writer, const struct read_case *c)
{
	struct str archive;

	zip_writer_begin(writer, STR("data.xml"));
	zip_writer_add(writer, str_from(c->data));
	zip_writer_end(writer);
	if (c->schema) {
		zip_writer_begin(writer, STR("data_schema.xml"));
		zip_writer_add(writer, str_from(c->schema));
		zip_writer_end(writer);
	}
	assert_true(zip_writer_finish(writer, &archive));
	return archive;
}

static void
test_in_an_archive(void **state)
{
	struct buf out = { 0 };

	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct zip_writer *writer = zip_writer_open();
		struct reader_options options = options_of(&cases[i]);
		if (strstr(cases[i].expected, "3 f.xml"))
			goto next;
		options.path = help_write(*state, "crm.zip", pack(writer, &cases[i]));
		options.shown_path = STR("crm.zip/data.xml");
		options.member = STR("data.xml");
		options.report_bad_records = true;
		buf_reset(&out);
		render_records(&options, (struct reader_tuning){ .piece = 5 }, &out);
		buf_add_char(&out, '\0');
		assert_string_equal(out.ptr, cases[i].expected);
	next:
		zip_writer_close(writer);
	}
	buf_release(&out);
}

/* What is passed over is counted. */
static void
test_passed_over(void **state)
{
	struct diag diag = { 0 };
	struct batch batch;
	const char *path = help_write(*state, "data.xml",
		STR("<entities><entity name='a'><records><record id='" A1 "'><field name='to' value=''>"
		    "<activitypointerrecords id='1'/><activitypointerrecords id='2'/></field></record></records>"
		    "<m2mrelationships><m2mrelationship><targetids><targetid>1</targetid><targetid>2</targetid>"
		    "<targetid>3</targetid></targetids></m2mrelationship></m2mrelationships></entity>"
		    "<entity name='b'><records/><m2mrelationships><m2mrelationship><targetids><targetid>1</targetid>"
		    "</targetids></m2mrelationship></m2mrelationships></entity></entities>"));
	const struct reader_options options = { .path = path, .table_name = STR("a") };
	struct reader *reader = reader_open(&options, &diag);

	while (reader_next(reader, &batch) == READ_BATCH)
		assert_int_equal(batch.count, 1);
	assert_int_equal(reader_passed_over(reader).links, 3);
	assert_int_equal(reader_passed_over(reader).party_lists, 2);
	reader_close(reader);
	diag_release(&diag);
}

static void
test_schema(void **state)
{
	struct diag diag = { 0 };
	struct cmt_schema schema;
	const char *path = help_write(*state, "data_schema.xml", STR(SCHEMA));
	char data[HELP_PATH * 2];

	snprintf(data, sizeof data, "%s", path);
	memcpy(strrchr(data, '/') + 1, "x.xml", 6);
	const struct cmt_place place = { data, STR("x.xml"), STR("") };
	assert_true(cmt_schema_read(&schema, &place, &diag));
	const struct cmt_entity *entity = cmt_schema_find(&schema, STR("ACCOUNT"));
	assert_non_null(entity);
	assert_null(cmt_schema_find(&schema, STR("contact")));
	assert_true(str_equal(entity->code, STR("1")) && str_equal(entity->primary_id, STR("accountid")));
	assert_int_equal(entity->field_count, 6);
	const struct cmt_field *field = cmt_entity_find(entity, STR("parentid"));
	assert_int_equal(field->type, CMT_ENTITYREFERENCE);
	assert_true(str_equal(field->lookup, STR("account|contact")) && !field->is_custom);
	assert_true(cmt_entity_find(entity, STR("Limit"))->is_custom);
	assert_null(cmt_entity_find(entity, STR("city")));
	cmt_schema_release(&schema);
	diag_release(&diag);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_bare, help_begin, help_end),
		cmocka_unit_test_setup_teardown(test_in_an_archive, help_begin, help_end),
		cmocka_unit_test_setup_teardown(test_passed_over, help_begin, help_end),
		cmocka_unit_test_setup_teardown(test_schema, help_begin, help_end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
