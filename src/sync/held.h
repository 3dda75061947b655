/*
 * held.h - values that a job wants to write and the destination's format cannot carry (6.5)
 *
 * A CMT package cannot clear a value.  Such a field is told and left as it is;
 * it does not count as written: the base goes on to say that its source has
 * changed, so that every run tries it again until both sides agree.
 */
#ifndef SYNC_HELD_H
#define SYNC_HELD_H

#include "base/index.h"
#include "model/setup.h"

struct run;

struct held_field {
	uint32_t coupling;
	uint32_t field;		/* of mapping.fields */
};

/* A zeroed one is empty. */
struct held {
	struct held_field *list;	/* in the order of commits */
	size_t count;
	size_t capacity;
	struct index couplings;	/* of list, by coupling */
};

/* Enters a field that a committed record holds back. */
void held_add(struct run *run, uint32_t coupling, uint32_t field);

/* Whether a job of this run held the field back. */
bool held_has(const struct run *run, uint32_t coupling, size_t field);

/* Whether it held back any field of its own direction, or any in both directions. */
bool held_has_any(const struct run *run, uint32_t coupling, const struct mapping *mapping,
	enum direction direction);

/* Forgets all: the jobs are run once more (E34). */
void held_reset(struct held *held);
void held_release(struct held *held);

#endif
