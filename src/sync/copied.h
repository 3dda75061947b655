/*
 * copied.h - the values of creates that are nothing but copies of their source
 *
 * Most new records get exactly what the export shows of their source, field by
 * field.  Their values are not kept in the plan but made again for whoever
 * wants them.
 */
#ifndef SYNC_COPIED_H
#define SYNC_COPIED_H

#include "sync/decide.h"

/* A field mapping as one job moves it; is_plain: over, as it is, if copy_fits(). */
struct copied_field {
	uint32_t from;		/* columns; 0 where not plain */
	uint32_t to;
	uint32_t length;	/* of the destination; 0: any */
	bool is_plain;
	bool moves;
};

/* Into fields[], one for each field mapping; whether all that the job moves are plain. */
bool copied_fields_find(const struct sync_job *job, struct copied_field *fields);

/*
 * The values of an insert that is nothing but copies of what the export shows, all
 * at once: what transfer_onto() would make, and outcome_is_copied() tell.  False,
 * with nothing done, where it is any other.
 */
bool copied_insert(struct decider *d, struct outcome *outcome);

/* Whether copied_values() would make the same values as an insert's list `written`. */
bool outcome_is_copied(const struct decider *d, const struct outcome *outcome);

/* Room for the values of one change at a time; one a worker. */
struct copied_room {
	struct cell *cells;
	struct change_value *values;
};

struct copied_room copied_room_make(const struct run *run);
void copied_room_release(struct copied_room *room);

/* The values of any change, value_count of them: in the plan, or in the room until the next call. */
const struct change_value *change_values(
	const struct run *run, const struct change *change, struct copied_room *room);

/*
 * Changes are printed one after the other, but what they name lies anywhere in
 * memory: it is fetched while others are printed, first the coupling and the
 * row's place, and some changes later the texts.
 */
void change_fetch(const struct run *run, const struct change *change);
void change_fetch_texts(const struct run *run, const struct change *change);

#endif
