/*
 * simulate_parts.h - what the files of simulate share; for simulate*.c alone
 */
#ifndef SYNC_SIMULATE_PARTS_H
#define SYNC_SIMULATE_PARTS_H

#include "sync/convert/copy.h"
#include "sync/prove/simulate.h"

/* A line of an options file (4.13): an option that the CRM has from now on. */
struct new_option {
	struct str table;
	struct str field;
	struct str value;
	struct str label;
};

struct world {
	const struct simulation *simulation;
	struct arena arena;
	struct copy *copies;	/* by table number; zeroed where the table has none */
	struct new_option *options;
	size_t option_count;
	size_t option_capacity;
	uint64_t applied;
	struct diag *diag;
};

/* Whether a run reads exports of the table: options (4.13) are of the setup and have none. */
bool simulate_is_needed(const struct table_def *def);

/* "erp/03-Customer.csv": where the copy of an export file lies in the new folder. */
struct str simulate_file_name(struct arena *arena, const struct table_def *def, size_t file);

/* Applies one import file; its path is relative to the folder. */
bool simulate_apply(struct world *world, struct str path);

/* The setup that reads the copies and declares the new options, as text in the world's arena. */
bool simulate_setup(struct world *world, struct str *text);

#endif
