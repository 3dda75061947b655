/* emit_report.c - report.html into an output folder, or into a file of its own for preview (6.4, L1) */
#include <stdlib.h>

#include "io/new_file.h"
#include "sync/emit/emit.h"
#include "sync/emit/emit_import.h"
#include "sync/report/report.h"

static bool
take_folder(void *context, struct buf *text)
{
	struct emit *emit = context;

	return output_add(emit->out, buf_str(text), emit->diag);
}

bool
emit_report(struct emit *emit)
{
	struct report_files files = { true, emit->imports, emit->import_count };

	return output_file_begin(emit->out, STR("report.html"), emit->diag)
	    && report_write(emit->run, files, take_folder, emit)
	    && output_file_end(emit->out, 0, emit->diag);
}

/* The import files that sync would write; how they are split and named is seen there. */
static struct emit_import *
list_imports(const struct run *run, size_t *count)
{
	struct import_piles piles = import_piles_make(run);
	struct emit_import *imports = memory_new(piles.order_count, sizeof *imports);
	size_t options = SIZE_MAX;

	*count = 0;
	for (size_t i = 0; i < piles.order_count; i++) {
		struct import import = import_of_pile(run, &piles, piles.order[i]);
		if (pile_is_options(run, &piles, i) && options != SIZE_MAX) {
			imports[options].records += import.change_count;
			continue;
		}
		if (pile_is_options(run, &piles, i))
			options = *count;
		imports[(*count)++] = (struct emit_import){
			.table = import.table->def,
			.action = import.action,
			.records = import.change_count,
			.renames = import.mapping->is_option_mapping && import.action == ACTION_UPDATE
				&& !import.table->def->option_field,
		};
	}
	import_piles_release(&piles);
	return imports;
}

/* What report_write() hands through to a file of its own. */
struct lone_file {
	struct new_file file;
	struct diag *diag;
};

static bool
take_file(void *context, struct buf *text)
{
	struct lone_file *lone = context;

	return new_file_add(&lone->file, buf_str(text), lone->diag);
}

bool
emit_report_file(const struct run *run, const char *path, struct diag *diag)
{
	struct report_files files = { 0 };
	struct lone_file lone = { .diag = diag };
	struct emit_import *imports = list_imports(run, &files.import_count);

	files.imports = imports;
	bool ok = new_file_begin(&lone.file, path, diag) && report_write(run, files, take_file, &lone)
	    && new_file_publish(&lone.file, diag);
	new_file_release(&lone.file);
	free(imports);
	return ok;
}
