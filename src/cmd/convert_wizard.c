/* convert_wizard.c - archives for Dataverse's import wizard */
#include "cmd/convert_wizard.h"

#include <stdlib.h>

#include "base/memory.h"
#include "io/zip_write.h"

/* Bytes of the members of an archive, before they are packed: right however the wizard counts. */
enum { ARCHIVE_LIMIT = 32000000 };

struct convert_wizard {
	wizard_sink *sink;
	void *context;
	struct zip_writer *zip;	/* the archive at hand, or null */
	size_t size;		/* of its members */
	struct buf held;	/* the one before: whether it is the only one is not known yet */
	unsigned count;		/* archives that are finished */
	struct buf file_name;	/* of the table's parts */
	unsigned table;		/* counted from 1 */
	unsigned table_in_zip;	/* the last one that the archive holds a part of */
};

struct convert_wizard *
wizard_open(wizard_sink *sink, void *context)
{
	struct convert_wizard *wizard = memory_new(1, sizeof *wizard);

	wizard->sink = sink;
	wizard->context = context;
	return wizard;
}

void
wizard_begin_table(struct convert_wizard *wizard, struct str name)
{
	buf_reset(&wizard->file_name);
	for (size_t i = 0; i < name.len; i++) {
		char c = name.ptr[i];
		bool is_bad = (unsigned char)c < ' ' || strchr("/\\:*?\"<>|", c);
		buf_add_char(&wizard->file_name, is_bad ? '_' : c);
	}
	buf_add(&wizard->file_name, STR(".csv"));
	wizard->table++;
}

/* Finishes the archive at hand; the one before it has a number then. */
static bool
finish_archive(struct convert_wizard *wizard, struct diag *diag)
{
	struct str archive;

	if (!wizard->zip)
		return true;
	bool ok = wizard->held.len == 0
	    || wizard->sink(wizard->context, wizard->count, buf_str(&wizard->held), diag);
	zip_writer_finish(wizard->zip, &archive);	/* far below its limits */
	buf_reset(&wizard->held);
	buf_add(&wizard->held, archive);
	zip_writer_close(wizard->zip);
	wizard->zip = NULL;
	wizard->size = 0;
	wizard->table_in_zip = 0;
	wizard->count++;
	return ok;
}

bool
wizard_add(void *context, struct str part, struct diag *diag)
{
	struct convert_wizard *wizard = context;
	bool is_full = wizard->table_in_zip == wizard->table || wizard->size + part.len >= ARCHIVE_LIMIT;

	if (is_full && !finish_archive(wizard, diag))
		return false;
	if (!wizard->zip)
		wizard->zip = zip_writer_open();
	zip_writer_begin(wizard->zip, buf_str(&wizard->file_name));
	zip_writer_add(wizard->zip, part);
	zip_writer_end(wizard->zip);
	wizard->size += part.len;
	wizard->table_in_zip = wizard->table;
	return true;
}

bool
wizard_finish(struct convert_wizard *wizard, struct diag *diag)
{
	return finish_archive(wizard, diag)
	    && (wizard->held.len == 0
		|| wizard->sink(wizard->context, wizard->count == 1 ? 0 : wizard->count,
			buf_str(&wizard->held), diag));
}

void
wizard_close(struct convert_wizard *wizard)
{
	if (!wizard)
		return;
	zip_writer_close(wizard->zip);
	buf_release(&wizard->held);
	buf_release(&wizard->file_name);
	free(wizard);
}
