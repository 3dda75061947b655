/* simulate.c - the world after an import: copies made, imports applied, a folder written (L8) */
#include "sync/prove/simulate.h"

#include <stdlib.h>

#include "io/output.h"
#include "io/source.h"
#include "sync/prove/simulate_parts.h"

struct str
simulate_file_name(struct arena *arena, const struct table_def *def, size_t file)
{
	struct buf safe = { 0 };

	for (size_t i = 0; i < def->name.len; i++) {
		char c = def->name.ptr[i];
		bool is_safe = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9')
		    || c == '-';
		buf_add_char(&safe, is_safe ? c : '_');
	}
	struct str name = file == 0
	    ? arena_printf(arena, "%s/%02u-%.*s.csv", side_name(def->side), def->number + 1,
		    STR_ARG(buf_str(&safe)))
	    : arena_printf(arena, "%s/%02u-%.*s.%zu.csv", side_name(def->side), def->number + 1,
		    STR_ARG(buf_str(&safe)), file + 1);
	buf_release(&safe);
	return name;
}

bool
simulate_is_needed(const struct table_def *def)
{
	return def->is_used && !def->option_field;
}

/* A table that no enabled mapping reads comes along where its exports are there: nothing needs them. */
static void
copy_if_readable(struct copy *copy, const struct setup *setup, const struct table_def *def)
{
	struct diag ignored = { 0 };

	if (!copy_read(copy, setup, def, &ignored))
		copy_release(copy);
	diag_release(&ignored);
}

static bool
read_copies(struct world *world)
{
	const struct setup *setup = world->simulation->setup;
	bool ok = true;

	world->copies = memory_new(setup->table_count, sizeof *world->copies);
	for (size_t i = 0; i < setup->table_count; i++) {
		const struct table_def *def = setup->tables[i];
		if (simulate_is_needed(def))
			ok = copy_read(&world->copies[def->number], setup, def, world->diag) && ok;
		else if (!def->option_field)
			copy_if_readable(&world->copies[def->number], setup, def);
	}
	return ok;
}

static bool
is_import(struct str path)
{
	return str_starts(path, STR("erp/")) || str_starts(path, STR("crm/"));
}

static bool
apply_all(struct world *world)
{
	const struct simulation *simulation = world->simulation;
	bool ok = true;

	for (size_t i = 0; i < simulation->output_count; i++)
		if (is_import(simulation->outputs[i]))
			ok = simulate_apply(world, simulation->outputs[i]) && ok;
	return ok;
}

static bool
write_text(struct output *out, struct str name, struct str text, uint64_t records, struct diag *diag)
{
	if (!output_file_begin(out, name, diag))
		return false;
	buf_add(output_buffer(out), text);
	return output_flush(out, diag) && output_file_end(out, records, diag);
}

static bool
write_copy(struct world *world, const struct copy *copy, struct output *out)
{
	bool ok = true;

	for (size_t i = 0; ok && i < copy->found.count; i++) {
		struct buf text = { 0 };
		uint64_t records;
		copy_write(copy, (uint32_t)i, &text, &records);
		ok = write_text(out, simulate_file_name(&world->arena, copy->def, i), buf_str(&text), records,
			world->diag);
		buf_release(&text);
	}
	return ok;
}

/* The folder's ledger, byte for byte: what commit would have adopted. */
static bool
write_ledger(struct world *world, struct output *out)
{
	struct str path = arena_printf(&world->arena, "%s/ledger.csv", world->simulation->folder);
	struct source_options options = { .path = path.ptr, .shown_path = path };
	struct source *source = source_open(&options, world->diag);
	struct buf text = { 0 };
	enum source_status status = SOURCE_ERROR;

	while (source && (status = source_read(source, &text)) == SOURCE_TEXT)
		;
	bool ok = status == SOURCE_END && write_text(out, STR("ledger.csv"), buf_str(&text), 0, world->diag);
	source_close(source);
	buf_release(&text);
	return ok;
}

/* Tells people, and `couplet test`, what the folder is. */
static bool
write_card(struct world *world, struct output *out)
{
	struct str text = arena_printf(&world->arena,
		"A simulated world: the exports, the ledger and a setup as they would be after the import\n"
		"files of a run. No real system was touched. Look at what a next run would do:\n"
		"\n"
		"   couplet preview -s couplet.xml\n"
		"\n"
		"%llu records were created, updated, linked or deleted. Keys SIM00001 and so on stand for\n"
		"those that the target system assigns.\n", (unsigned long long)world->applied);

	return write_text(out, STR("SIMULATION.txt"), text, 0, world->diag);
}

static bool
write_world(struct world *world, const char *target)
{
	const struct setup *setup = world->simulation->setup;
	struct output out = { .descriptor = -1 };
	struct str text;
	bool ok = simulate_setup(world, &text) && output_begin(&out, target, world->diag);

	for (size_t i = 0; ok && i < setup->table_count; i++)
		if (world->copies[setup->tables[i]->number].def)
			ok = write_copy(world, &world->copies[setup->tables[i]->number], &out);
	ok = ok && write_ledger(world, &out) && write_text(&out, STR("couplet.xml"), text, 0, world->diag)
	    && write_card(world, &out) && output_publish(&out, world->diag);
	output_release(&out);
	return ok;
}

bool
simulate(const struct simulation *simulation, const char *target, uint64_t *applied, struct diag *diag)
{
	struct world world = { .simulation = simulation, .diag = diag };
	bool ok = read_copies(&world) && apply_all(&world) && write_world(&world, target);

	*applied = world.applied;
	for (size_t i = 0; world.copies && i < simulation->setup->table_count; i++)
		copy_release(&world.copies[i]);
	free(world.copies);
	free(world.options);
	arena_release(&world.arena);
	return ok;
}
