/* simulate_setup.c - the setup of the simulated world: it reads the copies (L8) */
#include "model/setup_edit.h"
#include "sync/prove/simulate_parts.h"

static void
name_sources(struct world *world, struct setup_edit *edit, const struct copy *copy)
{
	const struct table_def *def = copy->def;

	for (size_t i = 0; i < copy->found.count; i++)
		setup_edit_add_source(edit, def, (size_t)(copy->found.list[i].source - def->sources),
			simulate_file_name(&world->arena, def, i));
	setup_edit_drop_sources(edit, def);
	/* What the schema of a package said of its fields, no copy says. */
	for (size_t i = 0; def->entity && i < def->field_count; i++)
		if (def->fields[i]->schema_type != CMT_UNKNOWN)
			setup_edit_field(edit, def, def->fields[i]);
}

bool
simulate_setup(struct world *world, struct str *text)
{
	const struct setup *setup = world->simulation->setup;
	struct setup_edit *edit = setup_edit_begin(setup);

	if (!edit)
		return diag_add(world->diag, STATUS_IO, "%.*s: cannot be copied: out of memory",
			STR_ARG(setup->path));
	setup_edit_ledger(edit, STR("ledger.csv"));
	for (size_t i = 0; i < setup->table_count; i++)
		if (world->copies[setup->tables[i]->number].def)
			name_sources(world, edit, &world->copies[setup->tables[i]->number]);
	for (size_t i = 0; i < world->option_count; i++) {
		const struct new_option *option = &world->options[i];
		setup_edit_option(edit, option->table, option->field, option->value, option->label);
	}
	*text = setup_edit_end(edit, &world->arena);
	return true;
}
