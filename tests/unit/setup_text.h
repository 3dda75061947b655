/*
 * setup_text.h - pieces of setup documents for tests
 *
 * HEAD SYSTEMS text TAIL is a sound document; the text stands in line 3.
 */
#ifndef TESTS_SETUP_TEXT_H
#define TESTS_SETUP_TEXT_H

#define HEAD "<setup xmlns='urn:couplet:setup:1'>\n"
#define CUSTOMER_FIELDS                                                                                      \
	"<field name='No.' type='Code' length='20' role='key'/><field name='Name' length='10'/>"             \
	"<field name='Amount' type='Decimal'/><field name='Open' type='Boolean'/>"                           \
	"<field name='Blocked' type='Option'><option value='0' name=' '/><option value='3' "                 \
	"name='All'/></field>"                                                                               \
	"<field name='SystemId' type='Guid' role='uid'/>"                                                    \
	"<field name='SystemModifiedAt' type='DateTime' role='modified'/>"
#define CUSTOMER_TABLE "<table name='Customer'><source path='c.csv'/>" CUSTOMER_FIELDS "</table>"
#define ACCOUNT_TABLE                                                                                        \
	"<table name='account'><source path='a.csv'/><field name='accountid' type='Guid' role='uid'/>"       \
	"<field name='name' length='160' role='name'/><field name='value' type='Decimal'/>"                  \
	"<field name='state' type='Option'><option value='0' name='Active'/><option value='1' "              \
	"name='Inactive'/>"                                                                                  \
	"</field><field name='owner' type='Guid'/></table>"
#define ERP_START "<erp name='E' locale='nl-BE'>"
#define CRM_START "<crm name='C'>"
#define SYSTEMS ERP_START CUSTOMER_TABLE "</erp>" CRM_START ACCOUNT_TABLE "</crm>\n"
#define TAIL "\n</setup>\n"

#define MAPPING(name, direction, attributes)                                                                 \
	"<mapping name='" name "' table='Customer' integration-table='account' direction='" direction        \
	"' " attributes ">"
#define NAME_FIELD "<field table-field='Name' integration-field='name'/>"
#define SOUND(name, attributes) MAPPING(name, "Bidirectional", attributes) NAME_FIELD "</mapping>"
/* A sound mapping with more in it. */
#define WITH(direction, more) MAPPING("M", direction, "") NAME_FIELD more "</mapping>"
#define BOTH(more) WITH("Bidirectional", more)
#define ERP_TABLE(attributes, contents)                                                                      \
	HEAD ERP_START "\n<table name='T' " attributes ">" contents "</table></erp>" CRM_START "</crm>" TAIL

#endif
