/* xml_next.c - batches of records out of the formats that are XML */
#include "io/reader_format.h"
#include "io/record_store.h"
#include "io/xml_sax.h"

enum read_status
reader_next_of_xml(struct reader *reader, struct xml_sax *sax, enum xml_step *step,
	struct record_store *store, struct diag *found, struct batch *batch)
{
	while (!store_next(store, reader->columns, batch)) {
		if (*step == XML_STEP_FAILED) {
			diag_join(reader->diag, found);
			return READ_ERROR;
		}
		if (*step == XML_STEP_END)
			return READ_END;
		store_compact(store);
		*step = xml_sax_step(sax);
	}
	return READ_BATCH;
}
