/*
 * emit_package.c - the one package that holds all CRM tables (6.5; part 5, section 3)
 *
 * Creates and updates stand together, one entity a table, in the order in which
 * the jobs ran: parents before children.
 */
#include <stdlib.h>

#include "io/zip_write.h"
#include "sync/emit/emit_cmt.h"
#include "sync/emit/emit_import.h"
#include "sync/state.h"

/* One record: a change of an import; a row that several mappings write is one record, too. */
struct package_record {
	uint32_t import;
	uint32_t item;
	uint32_t next;		/* the next change of the same row plus 1, or 0 */
};

struct package_table {
	const struct table_def *def;
	struct package_record *records;
	size_t count;		/* with those that others go on with */
	uint32_t *heads;	/* numbers of the records that begin a row */
	size_t head_count;
};

struct packing {
	struct emit *emit;
	struct import *imports;
	size_t import_count;
	struct package_table *tables;	/* in import order */
	size_t table_count;
	struct package_table *at;	/* the table that is being written */
	struct zip_writer *zip;
	struct index unseen;		/* couplings whose row no export shows, by its id */
	uint64_t records;
};

bool
pile_is_packaged(const struct run *run, const struct import_piles *piles, size_t at)
{
	struct import import = import_of_pile(run, piles, piles->order[at]);

	return !pile_is_options(run, piles, at) && import.side == CRM && import.shape.format->is_package;
}

/* What no export of the CRM shows has a name in the ERP alone. */
static bool
find_unseen(const struct packing *p, struct str id, struct import_lookup *found)
{
	const struct run *run = p->emit->run;
	struct index_walk walk = index_find(&p->unseen, str_hash(id));

	for (uint32_t i; (i = index_next(&walk)) != INDEX_NONE;) {
		const struct coupling *c = &run->ledger.couplings[i];
		const struct mapping *mapping = run->setup.mappings[c->mapping];
		struct str name = coupling_key(c);
		if (!str_equal(ledger_id(&p->emit->run->ledger, c, CRM), id))
			continue;
		if (c->row[ERP] != TABLE_NO_ROW && table_name(run_table(run, mapping, ERP), c->row[ERP]).len)
			name = table_name(run_table(run, mapping, ERP), c->row[ERP]);
		*found = (struct import_lookup){ mapping->tables[CRM]->name, name.len ? name : id };
		return true;
	}
	return false;
}

static bool
find_row(const struct run *run, const struct table_def *def, struct str id, struct import_lookup *found)
{
	const struct table *table = &run->tables[def->number];
	uint32_t row = table->def ? table_find_uid(table, id) : TABLE_NO_ROW;

	if (row == TABLE_NO_ROW)
		return false;
	struct str name = table_name(table, row);
	*found = (struct import_lookup){ def->name, name.len ? name : id };
	return true;
}

/* The import_find_lookup of a run: what is in the tables of the references, what is to be, then any row. */
static void
find_lookup(const void *context, const struct import_column *column, struct str id,
	struct import_lookup *found)
{
	const struct packing *p = context;
	const struct run *run = p->emit->run;
	const struct field_mapping *writer = column->writer;
	const struct system *crm = &run->setup.systems[CRM];

	for (size_t i = 0; writer && i < writer->reference_count; i++)
		if (find_row(run, writer->references[i].mapping->tables[CRM], id, found))
			return;
	if (find_unseen(p, id, found))
		return;
	for (size_t i = 0; i < crm->table_count; i++)
		if (crm->tables[i]->is_used && find_row(run, crm->tables[i], id, found))
			return;
}

/* Rows that the run makes, or an earlier one did, and no export shows yet. */
static void
index_unseen(struct packing *p)
{
	const struct ledger *ledger = &p->emit->run->ledger;

	for (uint32_t i = 0; i < ledger->count; i++) {
		const struct coupling *c = &ledger->couplings[i];
		if (!c->is_dropped && c->row[CRM] == TABLE_NO_ROW && coupling_has_id(c, CRM))
			index_add(&p->unseen, str_hash(ledger_id(&p->emit->run->ledger, c, CRM)), i);
	}
}

static struct str
uid_of(const struct import *import, size_t item)
{
	const struct change *change = &import->run->plan.changes[import->changes[item]];

	return ledger_id(&import->run->ledger, emit_coupling(import->run, change), CRM);
}

/* The record of the table that writes the same row already; its last change, as others may go on with it. */
static struct package_record *
find_same(
	const struct packing *p, const struct package_table *table, const struct index *rows, struct str uid)
{
	struct index_walk walk = index_find(rows, str_hash(uid));

	for (uint32_t i; (i = index_next(&walk)) != INDEX_NONE;) {
		struct package_record *record = &table->records[i];
		if (!str_equal(uid_of(&p->imports[record->import], record->item), uid))
			continue;
		while (record->next)
			record = &table->records[record->next - 1];
		return record;
	}
	return NULL;
}

static void
fill_table(struct packing *p, struct package_table *table)
{
	struct index rows = { 0 };
	size_t imports = 0;

	for (size_t i = 0; i < p->import_count; i++)
		if (p->imports[i].table->def == table->def) {
			table->count += p->imports[i].change_count;
			imports++;
		}
	table->records = memory_new(table->count, sizeof *table->records);
	table->heads = memory_new(table->count, sizeof *table->heads);
	table->count = 0;
	for (uint32_t i = 0; i < p->import_count; i++) {
		const struct import *import = &p->imports[i];
		for (uint32_t k = 0; import->table->def == table->def && k < import->change_count; k++) {
			uint32_t number = (uint32_t)table->count++;
			table->records[number] = (struct package_record){ i, k, 0 };
			struct package_record *same =
				imports > 1 ? find_same(p, table, &rows, uid_of(import, k)) : NULL;
			if (same) {
				same->next = number + 1;
				continue;
			}
			table->heads[table->head_count++] = number;
			if (imports > 1)
				index_add(&rows, str_hash(uid_of(import, k)), number);
		}
	}
	index_release(&rows);
}

static void
add_table(struct packing *p, const struct table_def *def)
{
	for (size_t i = 0; i < p->table_count; i++)
		if (p->tables[i].def == def)
			return;
	p->tables[p->table_count++] = (struct package_table){ .def = def };
}

static bool
gather(struct packing *p, const struct import_piles *piles)
{
	struct emit *emit = p->emit;
	bool ok = true;

	index_unseen(p);
	p->imports = memory_new(piles->order_count, sizeof *p->imports);
	p->tables = memory_new(piles->order_count, sizeof *p->tables);
	for (size_t i = 0; ok && i < piles->order_count; i++) {
		if (!pile_is_packaged(emit->run, piles, i))
			continue;
		struct import *import = &p->imports[p->import_count++];
		*import = import_of_pile(emit->run, piles, piles->order[i]);
		import->shape.find_lookup = find_lookup;
		import->shape.lookups = p;
		ok = import_choose_columns(import, &emit->arena, emit->diag);
		if (!ok)
			break;
		import_sort(import);
		add_table(p, import->table->def);
		ok = import_make_workers(import, emit_workers(emit->run), emit->diag);
	}
	for (size_t i = 0; ok && i < p->table_count; i++)
		fill_table(p, &p->tables[i]);
	return ok;
}

/* Columns of one change that a later change of the same row writes as well: that one counts. */
static void
leave_out(const struct packing *p, const struct package_record *record, unsigned worker, bool *is_left_out)
{
	const struct import *import = &p->imports[record->import];

	memset(is_left_out, 0, import->shape.column_count * sizeof *is_left_out);
	for (uint32_t next = record->next; next; next = p->at->records[next - 1].next) {
		const struct import *other = &p->imports[p->at->records[next - 1].import];
		for (uint32_t i = 0; i < import->shape.column_count; i++) {
			uint32_t slot = other->slots[import->shape.columns[i].column];
			is_left_out[i] |= slot != TABLE_NO_COLUMN &&
				other->workers[worker].row[slot].is_written;
		}
	}
}

static uint32_t
format_record(void *context, size_t item, unsigned worker_number, struct buf *out)
{
	const struct packing *p = context;
	const struct package_record *head = &p->at->records[p->at->heads[item]];
	bool *is_left_out = NULL;
	bool ok = true;

	for (const struct package_record *r = head; r; r = r->next ? &p->at->records[r->next - 1] : NULL)
		import_build_row(
			&p->imports[r->import], r->item, &p->imports[r->import].workers[worker_number]);
	if (head->next)
		is_left_out = memory_new(run_widest(p->emit->run), sizeof *is_left_out);
	cmt_record_begin(p->at->def, uid_of(&p->imports[head->import], head->item), out);
	for (const struct package_record *r = head; ok && r;
		r = r->next ? &p->at->records[r->next - 1] : NULL) {
		const struct import *import = &p->imports[r->import];
		struct import_worker *worker = &import->workers[worker_number];
		struct import_fault fault = { 0 };
		if (is_left_out)
			leave_out(p, r, worker_number, is_left_out);
		ok = cmt_add_fields(
			&import->shape, worker->row, is_left_out, &worker->writer.value, out, &fault);
		if (!ok)
			import_fail(worker, r->item, &import->shape.columns[fault.column], &fault);
	}
	cmt_record_end(out);
	free(is_left_out);
	return 1;
}

static bool
consume_block(void *context, const struct emit_block *block)
{
	struct packing *p = context;
	struct emit *emit = p->emit;

	for (size_t i = 0; i < p->import_count; i++)
		if (!import_check_workers(&p->imports[i], emit_workers(emit->run), emit->diag))
			return false;
	zip_writer_add(p->zip, buf_str(&block->text));
	p->records += block->count;
	return true;
}

static void
flush_text(struct packing *p, struct buf *text)
{
	zip_writer_add(p->zip, buf_str(text));
	buf_reset(text);
}

static bool
write_data(struct packing *p, struct buf *text)
{
	unsigned threads = emit_workers(p->emit->run);
	bool ok = true;

	zip_writer_begin(p->zip, STR("data.xml"));
	cmt_data_begin(p->emit->run->plan.now, text);
	for (size_t i = 0; ok && i < p->table_count; i++) {
		p->at = &p->tables[i];
		cmt_entity_begin(p->at->def, text);
		flush_text(p, text);
		ok = emit_blocks(threads, p->at->head_count, format_record, consume_block, p);
		cmt_entity_end(text);
	}
	cmt_data_end(text);
	flush_text(p, text);
	zip_writer_end(p->zip);
	return ok;
}

/* The columns that any import of the table writes, each once. */
static void
add_schema_fields(const struct packing *p, const struct package_table *table, struct buf *text)
{
	bool *is_told = memory_new(run_widest(p->emit->run), sizeof *is_told);

	for (size_t i = 0; i < p->import_count; i++) {
		const struct record_shape *shape = &p->imports[i].shape;
		for (uint32_t c = 0; p->imports[i].table->def == table->def && c < shape->column_count; c++) {
			const struct import_column *column = &shape->columns[c];
			if (column->field == table->def->uid || column->is_lookup_type
				|| is_told[column->column])
				continue;
			is_told[column->column] = true;
			cmt_schema_field(table->def, column, text);
		}
	}
	free(is_told);
}

static void
write_schema(struct packing *p, struct buf *text)
{
	struct str *names = memory_new(p->table_count, sizeof *names);

	zip_writer_begin(p->zip, STR("data_schema.xml"));
	cmt_schema_begin(text);
	for (size_t i = 0; i < p->table_count; i++) {
		names[i] = p->tables[i].def->name;
		cmt_schema_entity_begin(p->tables[i].def, text);
		add_schema_fields(p, &p->tables[i], text);
		cmt_schema_entity_end(text);
	}
	cmt_schema_end(names, p->table_count, text);
	flush_text(p, text);
	zip_writer_end(p->zip);
	zip_writer_begin(p->zip, STR("[Content_Types].xml"));
	zip_writer_add(p->zip, cmt_content_types);
	zip_writer_end(p->zip);
	free(names);
}

static bool
write_archive(struct packing *p, struct str name)
{
	struct emit *emit = p->emit;
	struct str archive;

	if (!zip_writer_finish(p->zip, &archive))
		return diag_add(emit->diag, STATUS_INVALID,
			"%.*s: the package would be larger than 4 GiB, which a plain zip archive cannot be; "
			"run for some mappings at a time (--mapping)", STR_ARG(name));
	return output_file_begin(emit->out, name, emit->diag) && output_add(emit->out, archive, emit->diag) &&
	       output_file_end(emit->out, p->records, emit->diag);
}

/* The run card names the tables one by one. */
static void
note_parts(const struct packing *p, struct str name)
{
	const struct output *out = p->emit->out;

	for (size_t i = 0; i < p->import_count; i++)
		emit_note_import(p->emit,
			(struct emit_import){
				.name = name,
				.table = p->imports[i].table->def,
				.action = p->imports[i].action,
				.records = p->imports[i].change_count,
				.bytes = out->files[out->file_count - 1].digest.size,
				.format = p->imports[i].shape.format,
				.goes_on = i > 0,
			});
}

bool
emit_package(struct emit *emit, const struct import_piles *piles, struct str name)
{
	struct packing p = { .emit = emit, .zip = zip_writer_open() };
	struct buf text = { 0 };
	bool ok = gather(&p, piles) && write_data(&p, &text);

	if (ok) {
		write_schema(&p, &text);
		ok = write_archive(&p, name);
	}
	if (ok)
		note_parts(&p, name);
	for (size_t i = 0; i < p.import_count; i++)
		if (p.imports[i].workers)
			import_release_workers(&p.imports[i], emit_workers(emit->run));
	for (size_t i = 0; i < p.table_count; i++) {
		free(p.tables[i].records);
		free(p.tables[i].heads);
	}
	index_release(&p.unseen);
	free(p.imports);
	free(p.tables);
	zip_writer_close(p.zip);
	buf_release(&text);
	return ok;
}
