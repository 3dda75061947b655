/*
 * ledger.h - the coupling ledger: the only memory between runs (part 3)
 *
 * Loaded whole; couplings stay where they are in the array, so their numbers
 * are stable.  The engine changes couplings in place and appends new ones;
 * ledger_write() sorts and prints.  Text lives in the ledger's arena or in
 * whatever arena the engine put it (which must live as long).
 */
#ifndef MODEL_LEDGER_H
#define MODEL_LEDGER_H

#include "base/diag.h"
#include "base/index.h"
#include "io/reader.h"
#include "model/packed.h"
#include "model/setup.h"

enum coupling_state {
	STATE_COUPLED,
	STATE_PENDING_ERP,
	STATE_PENDING_CRM,
	STATE_FAILED_CREATE,
	STATE_REMOVED,
};
enum result { RESULT_NONE, RESULT_SUCCESS, RESULT_FAILURE };

/* What few couplings have; then their base is here, too. */
struct coupling_rest {
	const unsigned char *base;
	struct str failure[SIDES];
	struct str *extra;	/* values of unknown columns, ledger.extra_count of them, or NULL */
};

enum { COUPLING_MAPPING_BITS = 22 };

/*
 * There are millions of them: 72 bytes each.  The texts are packed ones, which
 * are read by ledger_id(), coupling_key() and coupling_base_text(); those of a
 * row are where the row has them, and a uid may be a Guid there (model/packed.h).
 */
struct coupling {
	const unsigned char *id[SIDES];	/* canonical uids; empty while unknown */
	const unsigned char *key;	/* erp_key */
	union {
		const unsigned char *base;	/* text form, see model/coupling_base */
		struct coupling_rest *rest;	/* where has_rest */
	} more;
	int64_t time[SIDES];		/* stamps; STAMP_NONE = blank */
	uint32_t job[SIDES];		/* erp_job, crm_job: see ledger_job(); 0 = blank */
	uint32_t row[SIDES];		/* in the loaded tables; TABLE_NO_ROW; set by the engine */
	uint32_t line;			/* in the ledger file; 0 for a new coupling */
	uint32_t mapping : COUPLING_MAPPING_BITS;	/* mapping.order */
	uint32_t state : 3;		/* enum coupling_state */
	uint32_t results : 4;		/* enum result of each side: see coupling_result() */
	bool is_skipped : 1;
	bool is_dropped : 1;		/* by this run: not written any more */
	bool has_rest : 1;
};

/* Whether the uid of one side is known. */
static inline bool
coupling_has_id(const struct coupling *c, enum side side)
{
	return c->id[side];
}

/* erp_key; and the base's text (model/coupling_base). */
static inline struct str
coupling_key(const struct coupling *c)
{
	return packed_str(c->key);
}

static inline struct str
coupling_base_text(const struct coupling *c)
{
	return packed_str(c->has_rest ? c->more.rest->base : c->more.base);
}

/* The base is a packed text. */
static inline void
coupling_set_base(struct coupling *c, const unsigned char *base)
{
	if (c->has_rest)
		c->more.rest->base = base;
	else
		c->more.base = base;
}

/* NULL when the coupling has none; ledger_rest() makes it. */
static inline struct coupling_rest *
coupling_find_rest(const struct coupling *c)
{
	return c->has_rest ? c->more.rest : NULL;
}

/* Why a job to that side failed the last time, or empty. */
static inline struct str
coupling_failure(const struct coupling *c, enum side side)
{
	return c->has_rest ? c->more.rest->failure[side] : (struct str){ NULL, 0 };
}

/* Of synchronizing *to* that side. */
static inline enum result
coupling_result(const struct coupling *c, enum side side)
{
	return (enum result)(c->results >> side * 2 & 3);
}

static inline void
coupling_set_result(struct coupling *c, enum side side, enum result result)
{
	c->results = ((c->results & ~(3u << side * 2)) | (uint32_t)result << side * 2) & 15;
}

/*
 * The base of most couplings can be made anew whenever it is asked for, and hardly
 * is before it is printed: such a coupling has this empty text as its base.  Its
 * text is ledger_base()'s to tell.
 */
extern const unsigned char coupling_base_left[];

static inline bool
coupling_leaves_base(const struct coupling *c)
{
	return (c->has_rest ? c->more.rest->base : c->more.base) == coupling_base_left;
}

/* Who makes such bases; set by who leaves them. */
enum { LEDGER_BASE_ROOM = 64 };
struct ledger_bases {
	/* Puts the text where there are LEDGER_BASE_ROOM bytes; returns where it ends. */
	char *(*put)(const void *context, const struct coupling *c, char *to);
	/* Tells the processor that it will be asked for soon. */
	void (*prefetch)(const void *context, const struct coupling *c);
	const void *context;
};

/* Who knows the uid of a row, which a coupling has as a Guid, as a text that lasts; set by who joins them. */
struct ledger_uids {
	struct str (*find)(const void *context, const struct coupling *c, enum side side);
	const void *context;
};

/* A created record that no export has shown yet (L4). */
static inline bool
coupling_is_pending(const struct coupling *c)
{
	return c->state == STATE_PENDING_ERP || c->state == STATE_PENDING_CRM;
}

/* A job could not synchronize it the last time, to one of the sides at least. */
static inline bool
coupling_has_failed(const struct coupling *c)
{
	return coupling_result(c, ERP) == RESULT_FAILURE || coupling_result(c, CRM) == RESULT_FAILURE;
}

/*
 * E28: a `removed` line that remembers a deletion which is written and which no
 * export shows yet (L11): the result and job of the surviving side tell it apart.
 */
static inline bool
coupling_is_deleting(const struct coupling *c)
{
	enum side side = coupling_has_id(c, ERP) ? ERP : CRM;

	return c->state == STATE_REMOVED && coupling_result(c, side) == RESULT_SUCCESS && c->job[side] != 0;
}

/* A line that is kept as it is: of a mapping (or a series of a table) that is unknown or disabled. */
struct ledger_kept {
	struct str *values;	/* all columns, in the order of the file */
	struct str mapping;	/* as written; empty for a series */
	uint32_t order;		/* of a disabled mapping; UINT32_MAX when the setup does not have it */
};

struct ledger_watermark {
	bool is_present;
	int64_t time[SIDES];	/* STAMP_NONE while not seen, also where not present */
	struct str *extra;	/* as in struct coupling_rest */
};

struct ledger_series {
	struct str table;	/* the setup's name for it */
	struct str last;	/* the last number used */
	uint32_t line;		/* in the ledger file; 0 for a new one */
	struct str *extra;	/* as in struct coupling_rest */
};

struct ledger {
	struct arena arena;
	struct str path;
	bool is_new;			/* --new-ledger and no file */
	struct coupling *couplings;
	size_t count;
	size_t capacity;
	struct str *jobs;		/* all job ids that couplings name */
	size_t job_count;
	size_t job_capacity;
	struct index jobs_index;
	struct arena id_texts;		/* of couplings' uids, until state_make() has the tables' */
	struct arena key_texts;		/* of their keys, until it has them, too */
	struct ledger_kept *kept;
	size_t kept_count;
	size_t kept_capacity;
	struct ledger_watermark *watermarks;	/* for each mapping of the setup, by order */
	struct ledger_series *series;
	size_t series_count;
	size_t series_capacity;
	struct str *columns;		/* all headers of the file, in order, for kept lines */
	size_t column_count;
	struct str *extra;		/* names of unknown columns */
	size_t extra_count;
	struct index ids[SIDES];	/* couplings by mapping and uid: see ledger_find() */
	bool indexes_rowless;		/* see ledger_index_rowless() */
	struct ledger_bases bases;
	struct ledger_uids uids;
	struct file_digest digest;
	uint64_t records;
};

/*
 * Reads and checks the ledger (3, 3.1) into a ledger that need not be
 * initialised and must be released, also on failure: columns, values,
 * uniqueness (both line numbers are named).  Lines of unknown or disabled
 * mappings are kept, with one notice a mapping.  The base texts are not decoded
 * here.  With allow_missing a file that does not exist is an empty ledger.
 * False with status 3 (or 7).
 */
bool ledger_load(struct ledger *ledger, const struct setup *setup, struct str path, bool allow_missing,
	struct diag *diag);

/* An empty ledger, to be released; the path is what messages call it. */
void ledger_make(struct ledger *ledger, const struct setup *setup, struct str path);

/* The coupling (not dropped) of a mapping that has this uid on a side; INDEX_NONE when there is none. */
uint32_t ledger_find(const struct ledger *ledger, uint32_t mapping_order, enum side side, struct str uid);

/*
 * From here on ledger_find() knows by a side's uid only the couplings without a row
 * on that side, then and later: the others are known by their rows.
 */
void ledger_index_rowless(struct ledger *ledger);

/* Tells the processor that this uid will soon be looked for, or given to a coupling. */
void ledger_prefetch_id(const struct ledger *ledger, uint32_t mapping_order, enum side side, struct str uid);

/* Room for that many couplings in all: none of them moves until there are more. */
void ledger_reserve(struct ledger *ledger, size_t count);

/*
 * Appends a blank coupling of a mapping (state coupled, times STAMP_NONE, rows
 * TABLE_NO_ROW) and returns its number; ids are entered by ledger_set_id().
 */
uint32_t ledger_add(struct ledger *ledger, uint32_t mapping_order);

/* Gives a coupling the uid of one side, a packed text, and enters it in the index. */
void ledger_set_id(struct ledger *ledger, uint32_t coupling, enum side side, const unsigned char *uid);

/*
 * Enters the uids of one side of all couplings from `first` on in the index;
 * they were put into the couplings without ledger_set_id().  The two sides may
 * be entered side by side.
 */
void ledger_enter_ids(struct ledger *ledger, uint32_t first, enum side side);

/*
 * Numbers the couplings anew: number i becomes that of couplings[order[i]].
 * `order` names each of them once; `places` has as many elements and becomes the
 * new number of each.
 */
void ledger_reorder(struct ledger *ledger, const uint32_t *order, uint32_t *places, unsigned threads);

/* The number of a job id, for couplings; 0 for a blank one.  The text is copied when it is new. */
uint32_t ledger_enter_job(struct ledger *ledger, struct str id);

/* erp_job or crm_job of a coupling. */
static inline struct str
ledger_job(const struct ledger *ledger, const struct coupling *c, enum side side)
{
	return c->job[side] ? ledger->jobs[c->job[side] - 1] : (struct str){ NULL, 0 };
}

/* The uid of one side, a text that lasts; empty while unknown. */
static inline struct str
ledger_id(const struct ledger *ledger, const struct coupling *c, enum side side)
{
	if (packed_is_guid(c->id[side]))
		return ledger->uids.find(ledger->uids.context, c, side);
	return packed_str(c->id[side]);
}

/* The base's text, wherever it is; `room` has LEDGER_BASE_ROOM bytes, which it may be put to. */
static inline struct str
ledger_base(const struct ledger *ledger, const struct coupling *c, char *room)
{
	if (!coupling_leaves_base(c))
		return coupling_base_text(c);
	return (struct str){ room, (size_t)(ledger->bases.put(ledger->bases.context, c, room) - room) };
}

/* The coupling's rarely used parts, made if need be. */
struct coupling_rest *ledger_rest(struct ledger *ledger, uint32_t coupling);

/* Sets a table's last number, adding its line if need be; the text is copied. */
void ledger_set_series(struct ledger *ledger, struct str table, struct str last);
/* Empty when the table's series gave out no number yet. */
struct str ledger_find_series(const struct ledger *ledger, struct str table);

/*
 * Prints the whole ledger in the order of 3.1: series lines, then by mapping in
 * run order its watermark and couplings (by erp_id, then crm_id, bytewise), with
 * the kept lines of disabled mappings at their place and those of unknown ones
 * at the end.  The sink is called with pieces of text, in order, one at a time
 * but on any thread; it returns false to stop.  *records counts the lines
 * without the header.
 */
typedef bool ledger_sink(void *context, struct str text);
bool ledger_write(const struct ledger *ledger, const struct setup *setup, unsigned threads, ledger_sink *sink,
	void *context, uint64_t *records);

/* "coupled", "pending-erp" ... */
const char *coupling_state_name(enum coupling_state state);

void ledger_release(struct ledger *ledger);

#endif
