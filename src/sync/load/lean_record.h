/*
 * lean_record.h - a record of a CSV file as a lean row: its identity and the digests of its values
 *
 * Most records are looked at once, and what is kept of them are uid, key and
 * digests.  These are made straight of the record's text: a value that is its own
 * canonical form - nearly all are - goes into the text of a digest without being
 * a cell before.
 */
#ifndef SYNC_LEAN_RECORD_H
#define SYNC_LEAN_RECORD_H

#include "sync/load/lean.h"

/* How a value is looked at first. */
enum lean_look {
	LOOK_TEXT,		/* any text is its own canonical form */
	LOOK_CODE,
	LOOK_GUID,
	LOOK_CLOSELY,		/* it may be absent, or of another type */
};

/* A value to be read: where it is, and of which field. */
struct lean_value {
	uint32_t at;		/* in the record, or CELL_ABSENT */
	enum lean_look look;
	enum type type;
	uint32_t wanted;	/* its field among the wanted ones */
};

struct lean_group {
	const struct lean_digest *digest;
	struct lean_value *values;	/* in the order of the digest */
	uint32_t count;
};

/* How the records of one file become lean rows; zeroed: not at all. */
struct lean_form {
	const struct record_form *form;
	struct lean_value *identity;
	uint32_t identity_count;
	bool has_joined_key;
	struct lean_group groups[LEAN_DIGESTS];
	uint32_t group_count;
	struct lean_value *others;	/* in no digest, and they may be not of their type */
	uint32_t other_count;
};

/* Where a record's values are made; one a thread. */
struct lean_room {
	struct record_room *record;	/* whose cells become those of the identity */
	struct buf text;		/* of a digest */
	struct buf made;		/* values that had to be made canonical */
};

/* To be done when `form` knows where fields are; all memory is the arena's. */
void lean_form_bind(struct lean_form *lean, const struct lean_table *table, const struct record_form *form,
	struct arena *arena);

/*
 * Makes the cells of the record's identity in room->record, and its digests.  From
 * the begin of each of its texts on READER_AHEAD bytes can be read.  False when a
 * value is not of its field's type: then the record is to be read whole.
 */
bool lean_record_read(const struct lean_form *lean, struct lean_room *room, const struct raw_record *record,
	uint64_t *digests);

void lean_room_release(struct lean_room *room);

#endif
