/* table_find.c - the indexes of a table's uids and keys, and how rows are found by them */
#include <assert.h>
#include <stdlib.h>

#include "base/parallel.h"
#include "model/table_parts.h"

/* Indexes that were given back: each is made anew by the first who asks for it. */
struct table_again {
	struct lock *lock;
	bool is_forgotten[TABLE_INDEXES];
	bool is_made[TABLE_INDEXES];
	struct index made[TABLE_INDEXES];
};

/* The key of a table without a uid is its uid, too. */
static enum table_index
index_of_column(const struct table *t, uint32_t column)
{
	return column == t->uid_column ? TABLE_UIDS : TABLE_KEYS;
}

static const struct index *
index_again(const struct table *t, uint32_t column)
{
	struct table_again *again = t->again;
	enum table_index which = index_of_column(t, column);
	struct index *made = &again->made[which];

	if (__atomic_load_n(&again->is_made[which], __ATOMIC_ACQUIRE))
		return made;
	lock_take(again->lock);
	if (!again->is_made[which]) {
		index_reserve(made, t->row_count);
		for (uint32_t row = 0; row < t->row_count; row++) {
			char room[GUID_LENGTH];
			struct str text = row_identity(t, row, column, room);
			if (text.len != 0)
				index_add(made, (uint64_t)text_tag(text) << 32, row);
		}
		__atomic_store_n(&again->is_made[which], true, __ATOMIC_RELEASE);
	}
	lock_leave(again->lock);
	return made;
}

/* The index of a column, which is that of the uid or the key. */
static inline const struct index *
index_at(const struct table *t, uint32_t column)
{
	enum table_index which = index_of_column(t, column);

	if (__builtin_expect(t->again && t->again->is_forgotten[which], false))
		return index_again(t, column);
	return which == TABLE_UIDS ? &t->uids : &t->keys;
}

void
table_forget_index(struct table *t, enum table_index which)
{
	uint32_t column = which == TABLE_UIDS ? t->uid_column : t->key_column;

	if (!t->def || column == TABLE_NO_COLUMN)
		return;
	if (!t->again) {
		t->again = memory_new(1, sizeof *t->again);
		t->again->lock = lock_make();
	}
	which = index_of_column(t, column);
	if (t->key_column == t->uid_column)
		t->keys = (struct index){ 0 };
	t->again->is_forgotten[which] = true;
	index_release(which == TABLE_UIDS ? &t->uids : &t->keys);
}

void
table_release_again(struct table *t)
{
	if (!t->again)
		return;
	for (enum table_index which = 0; which < TABLE_INDEXES; which++)
		index_release(&t->again->made[which]);
	lock_release(t->again->lock);
	free(t->again);
}

static inline bool
has_text(const struct table *t, uint32_t row, uint32_t column, struct str text)
{
	char room[GUID_LENGTH];

	return str_equal(row_identity(t, row, column, room), text);
}

static uint32_t
find(const struct table *t, const struct index *ix, uint32_t column, struct str text, uint32_t tag)
{
	struct index_walk walk = index_find(ix, (uint64_t)tag << 32);
	uint32_t row;

	while ((row = index_next(&walk)) != INDEX_NONE)
		if (has_text(t, row, column, text))
			return row;
	return TABLE_NO_ROW;
}

uint32_t
table_find_uid(const struct table *t, struct str uid)
{
	return find(t, index_at(t, t->uid_column), t->uid_column, uid, text_tag(uid));
}

void
table_prefetch_find_uid(const struct table *t, struct str uid)
{
	index_prefetch(&t->uids, (uint64_t)text_tag(uid) << 32);
}

void
table_prefetch_find_key(const struct table *t, struct str key)
{
	index_prefetch(&t->keys, (uint64_t)text_tag(key) << 32);
}

/* A batch of look-ups, each step for all of them before the next: slots, rows, texts, and then the
 * comparison. */
void
table_find_uids(const struct table *t, const struct str *uids, uint32_t count, uint32_t *rows,
	const unsigned char **packed)
{
	uint32_t tags[TABLE_BATCH];

	assert(count <= TABLE_BATCH);
	if (count == 0)
		return;
	const struct index *ix = index_at(t, t->uid_column);
	for (uint32_t i = 0; i < count; i++) {
		tags[i] = text_tag(uids[i]);
		index_prefetch(ix, (uint64_t)tags[i] << 32);
	}
	for (uint32_t i = 0; i < count; i++) {
		struct index_walk walk = index_find(ix, (uint64_t)tags[i] << 32);
		rows[i] = index_next(&walk);
		if (rows[i] != TABLE_NO_ROW)
			memory_prefetch(&t->rows[rows[i]]);
	}
	for (uint32_t i = 0; i < count; i++)
		table_prefetch_uid(t, rows[i]);
	for (uint32_t i = 0; i < count; i++) {
		const unsigned char *own = NULL;
		if (uids[i].len == 0)
			rows[i] = TABLE_NO_ROW;
		if (rows[i] != TABLE_NO_ROW)
			own = table_packed_uid(t, rows[i]);
		if (rows[i] != TABLE_NO_ROW && !packed_is(own, uids[i])) {
			rows[i] = find(t, ix, t->uid_column, uids[i], tags[i]);
			own = rows[i] == TABLE_NO_ROW ? NULL : table_packed_uid(t, rows[i]);
		}
		if (packed)
			packed[i] = own;
	}
}

uint32_t
table_find_key(const struct table *t, struct str key)
{
	return find(t, index_at(t, t->key_column), t->key_column, key, text_tag(key));
}

/* 5.0.1: duplicate keys or uids are an error that names both lines. */
static void
report_duplicate(const struct table *t, uint32_t column, const char *word, uint32_t first, uint32_t row,
	struct diag *diag)
{
	const struct table_file *first_file = table_file_of(t, first);
	char room[GUID_LENGTH];
	struct str text = row_identity(t, row, column, room);
	struct buf place = { 0 };

	table_file_place(table_file_of(t, row), t->lines[row], column, &place);
	diag_add(diag, STATUS_INVALID,
		"%.*s%s \"%.*s\" occurs twice in table %.*s, first in %.*s:%u; remove one of the two records",
		STR_ARG(buf_str(&place)), word, STR_ARG(text), STR_ARG(t->def->name),
		STR_ARG(first_file->shown_path), t->lines[first]);
	buf_release(&place);
}

/* A column of a table that is indexed. */
struct indexing {
	const struct table *table;
	uint32_t column;
};

/* An index_same_fn. */
static bool
is_same_text(const void *context, uint32_t first, uint32_t row)
{
	const struct indexing *of = context;
	char room[GUID_LENGTH];

	return has_text(of->table, row, of->column, row_identity(of->table, first, of->column, room));
}

/* All rows but those whose text is blank. */
static struct index_entry *
entries_of(const struct indexing *of, const uint32_t *tags, uint32_t *count)
{
	const struct table *t = of->table;
	const uint32_t blank = text_tag((struct str){ 0 });
	char room[GUID_LENGTH];
	struct index_entry *entries = memory_resize(NULL, t->row_count, sizeof *entries);

	*count = 0;
	for (uint32_t row = 0; row < t->row_count; row++)
		if (tags[row] != blank || row_identity(t, row, of->column, room).len != 0)
			entries[(*count)++] = (struct index_entry){ tags[row], row };
	return entries;
}

static bool
build(const struct table *t, struct index *ix, const uint32_t *tags, uint32_t column, const char *word,
	struct diag *diag)
{
	const struct indexing of = { t, column };
	struct index_twin *twins = NULL;
	uint32_t count;
	struct index_entry *entries = entries_of(&of, tags, &count);
	size_t twin_count = index_fill(ix, entries, count, is_same_text, &of, &twins);

	for (size_t i = 0; i < twin_count; i++)
		report_duplicate(t, column, word, twins[i].first, twins[i].number, diag);
	free(twins);
	return twin_count == 0;
}

bool
table_build_uids(struct table *t, struct diag *diag)
{
	if (t->uid_column == TABLE_NO_COLUMN)
		return true;
	bool ok = build(t, &t->uids, t->uid_tags, t->uid_column, t->def->uid ? "uid" : "key", diag);

	free(t->uid_tags);
	t->uid_tags = NULL;
	return ok;
}

bool
table_build_keys(struct table *t, struct diag *diag)
{
	if (t->key_column == t->uid_column)
		return true;
	bool ok = build(t, &t->keys, t->key_tags, t->key_column, "key", diag);
	free(t->key_tags);
	t->key_tags = NULL;
	return ok;
}

void
table_share_index(struct table *t)
{
	if (t->key_column == t->uid_column)
		t->keys = t->uids;
}

bool
table_build_indexes(struct table *t, struct diag *diag)
{
	bool uids_ok = table_build_uids(t, diag);
	bool keys_ok = table_build_keys(t, diag);

	table_share_index(t);
	return uids_ok && keys_ok;
}
