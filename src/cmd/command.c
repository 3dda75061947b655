/* command.c - the list of commands, and finding one by its name */
#include "cmd/command.h"

const struct command *const commands[] = {
	&command_init,
	&command_check,
	&command_preview,
	&command_sync,
	&command_couple,
	&command_uncouple,
	&command_resolve,
	&command_commit,
	&command_jobs,
	&command_errors,
	&command_explain,
	&command_verify,
	&command_simulate,
	&command_undo,
	&command_diff,
	&command_ledger,
	&command_convert,
	&command_test,
	&command_help,
	NULL,
};

const struct command *
command_find(struct str name)
{
	for (size_t i = 0; commands[i]; i++)
		if (str_equal(str_from(commands[i]->name), name))
			return commands[i];
	return NULL;
}

void
near_offer(struct near_name *near, struct str candidate)
{
	/* The begin of a name is near to it, however short. */
	bool is_begin = near->wanted.len > 1 && str_starts(candidate, near->wanted);
	unsigned distance = is_begin ? 1 : str_distance(near->wanted, candidate);

	if (!near->best.ptr || distance < near->distance) {
		near->best = candidate;
		near->distance = distance;
	}
}

struct str
near_text(const struct near_name *near, const char *prefix, struct arena *arena)
{
	size_t longest = near->wanted.len > near->best.len ? near->wanted.len : near->best.len;

	if (!near->best.ptr || near->distance > 3 || near->distance > (longest + 2) / 3)
		return STR("");
	return arena_printf(arena, " (did you mean \"%s%.*s\"?)", prefix, STR_ARG(near->best));
}

struct str
command_nearest(struct str name, struct diag *diag)
{
	struct near_name near = { .wanted = name };

	for (size_t i = 0; commands[i]; i++)
		near_offer(&near, str_from(commands[i]->name));
	return near_text(&near, "", &diag->arena);
}
