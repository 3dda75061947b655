/* sort.c - numbers of things into the bytewise order of the things' texts */
#include "base/sort.h"

#include <stdlib.h>

#include "base/memory.h"
#include "base/parallel.h"

enum {
	PIECE = 7,	/* bytes of text in a key; its last byte counts what the text has there, and one */
	MORE = PIECE + 2,	/* last byte of a key: the text goes on behind the piece */
	PREFIX_ROOM = 64,
	SAMPLES = 32,	/* of which the prefix is learnt */
	FEW = 16,	/* so many are sorted by inserting */
	BUCKET_BITS = 12,
	BUCKETS = 1 << BUCKET_BITS,
	BUCKET_GRAIN = 16,
	KEY_GRAIN = 8192,
	AHEAD = 16,
};

/* Keys of texts that do not begin with the prefix, and come before or behind all that do. */
#define KEY_BELOW UINT64_C(0)
#define KEY_ABOVE UINT64_MAX

struct entry {
	uint64_t key;
	uint32_t number;
};

struct sorter {
	sort_text_fn *text;
	const void *context;
	uint32_t *numbers;
	struct entry *entries;
	struct entry *scratch;
	size_t prefix_length;
	char prefix[PREFIX_ROOM];	/* that most texts begin with */
	uint32_t starts[BUCKETS + 1];
};

static struct str
rest_of(struct str text, size_t offset)
{
	if (text.len <= offset)
		return (struct str){ NULL, 0 };
	return (struct str){ text.ptr + offset, text.len - offset };
}

/* What is left of a number's text from an offset; it may lie in `room`. */
static struct str
tail(const struct sorter *s, uint32_t number, size_t offset, char *room)
{
	return rest_of(s->text(s->context, number, room), offset);
}

/*
 * Keys compare as the texts do, as far as they go: equal keys whose last byte
 * is below MORE belong to equal texts.
 */
static uint64_t
make_key(struct str text)
{
	uint64_t key = 0;

	if (text.len >= sizeof key) {
		memcpy(&key, text.ptr, sizeof key);
#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
		key = __builtin_bswap64(key);
#endif
		return (key & ~UINT64_C(0xff)) | MORE;
	}
	for (size_t i = 0; i < PIECE; i++)
		key = key << 8 | (i < text.len ? (unsigned char)text.ptr[i] : 0);
	return key << 8 | (text.len + 1);
}

/* The key of a whole text: of what is behind the prefix. */
static uint64_t
make_first_key(const struct sorter *s, struct str text)
{
	struct str prefix = { s->prefix, s->prefix_length };

	if (!str_starts(text, prefix))
		return str_compare(text, prefix) < 0 ? KEY_BELOW : KEY_ABOVE;
	return make_key(rest_of(text, prefix.len));
}

/* By key alone; stable. */
static void
insert_by_key(struct entry *entries, size_t count)
{
	for (size_t i = 1; i < count; i++) {
		struct entry e = entries[i];
		size_t at = i;
		for (; at > 0 && entries[at - 1].key > e.key; at--)
			entries[at] = entries[at - 1];
		entries[at] = e;
	}
}

/* By the texts from an offset on; stable. */
static void
insert_by_text(const struct sorter *s, struct entry *entries, size_t count, size_t offset)
{
	char rooms[2][SORT_ROOM];

	for (size_t i = 1; i < count; i++) {
		struct entry e = entries[i];
		struct str text = tail(s, e.number, offset, rooms[0]);
		size_t at = i;
		for (; at > 0 && str_compare(tail(s, entries[at - 1].number, offset, rooms[1]), text) > 0;
			at--)
			entries[at] = entries[at - 1];
		entries[at] = e;
	}
}

static bool
is_ordered(const struct entry *entries, size_t count)
{
	for (size_t i = 1; i < count; i++)
		if (entries[i - 1].key > entries[i].key)
			return false;
	return true;
}

/* The bits in which the keys differ. */
static uint64_t
varying_bits(const struct entry *entries, size_t count)
{
	uint64_t bits = 0;

	for (size_t i = 1; i < count; i++)
		bits |= entries[i].key ^ entries[0].key;
	return bits;
}

/* Sorts by one byte of the key, stably, into another array. */
static void
radix_pass(const struct entry *from, struct entry *to, size_t count, unsigned shift)
{
	size_t starts[256] = { 0 };
	size_t sum = 0;

	for (size_t i = 0; i < count; i++)
		starts[from[i].key >> shift & 0xff]++;
	for (size_t i = 0; i < 256; i++) {
		size_t n = starts[i];
		starts[i] = sum;
		sum += n;
	}
	for (size_t i = 0; i < count; i++)
		to[starts[from[i].key >> shift & 0xff]++] = from[i];
}

/* By key alone; stable. */
static void
sort_keys(struct entry *entries, struct entry *scratch, size_t count)
{
	struct entry *from = entries;
	struct entry *to = scratch;

	if (count <= FEW) {
		insert_by_key(entries, count);
		return;
	}
	if (is_ordered(entries, count))
		return;
	uint64_t bits = varying_bits(entries, count);
	for (unsigned shift = 0; shift < 64; shift += 8) {
		if ((bits >> shift & 0xff) == 0)
			continue;
		radix_pass(from, to, count, shift);
		struct entry *other = from;
		from = to;
		to = other;
	}
	if (from != entries)
		memcpy(entries, from, count * sizeof *entries);
}

static void sort_ties(
	const struct sorter *s, struct entry *entries, struct entry *scratch, size_t count, size_t offset);

/* Sorts entries whose texts are equal up to the offset. */
static void
sort_from(const struct sorter *s, struct entry *entries, struct entry *scratch, size_t count, size_t offset)
{
	char room[SORT_ROOM];

	if (count <= FEW) {
		insert_by_text(s, entries, count, offset);
		return;
	}
	for (;;) {
		for (size_t i = 0; i < count; i++)
			entries[i].key = make_key(tail(s, entries[i].number, offset, room));
		if (varying_bits(entries, count) != 0)
			break;
		if ((entries[0].key & 0xff) != MORE)
			return;
		offset += PIECE;
	}
	sort_keys(entries, scratch, count);
	sort_ties(s, entries, scratch, count, offset);
}

/*
 * Entries are in the order of their keys, which are those of their texts from the
 * offset; sorts those whose keys are equal by the rest.
 */
static void
sort_ties(const struct sorter *s, struct entry *entries, struct entry *scratch, size_t count, size_t offset)
{
	size_t end;

	for (size_t begin = 0; begin < count; begin = end) {
		uint64_t key = entries[begin].key;
		for (end = begin + 1; end < count && entries[end].key == key; end++)
			;
		bool has_prefix = key != KEY_BELOW && key != KEY_ABOVE;
		if (end - begin > 1 && (!has_prefix || (key & 0xff) == MORE))
			sort_from(s, entries + begin, scratch + begin, end - begin,
				has_prefix ? offset + PIECE : 0);
	}
}

/* What the texts of a sample have in common: keys that tell more are seldom equal. */
static void
find_prefix(struct sorter *s, size_t count)
{
	char room[SORT_ROOM];
	struct str first = s->text(s->context, s->numbers[0], room);

	s->prefix_length = first.len < PREFIX_ROOM ? first.len : PREFIX_ROOM;
	if (s->prefix_length != 0)
		memcpy(s->prefix, first.ptr, s->prefix_length);
	for (size_t i = 1; i <= SAMPLES; i++) {
		struct str text = s->text(s->context, s->numbers[(count - 1) * i / SAMPLES], room);
		size_t len = 0;
		while (len < s->prefix_length && len < text.len && text.ptr[len] == s->prefix[len])
			len++;
		s->prefix_length = len;
	}
}

static void
fill_keys(void *shared, uint32_t begin, uint32_t end, unsigned worker)
{
	struct sorter *s = shared;
	char room[SORT_ROOM];

	(void)worker;
	for (uint32_t i = begin; i < end; i++) {
		/* Texts are anywhere in memory: each is fetched while others are read. */
		if (i + AHEAD < end)
			memory_prefetch(s->text(s->context, s->numbers[i + AHEAD], room).ptr);
		uint64_t key = make_first_key(s, s->text(s->context, s->numbers[i], room));
		s->entries[i] = (struct entry){ key, s->numbers[i] };
	}
}

/*
 * Deals the entries out, stably, into buckets by the highest bits in which they
 * differ: the buckets can be sorted one apart from the other, and fit a cache.
 */
static void
fill_buckets(struct sorter *s, size_t count)
{
	uint64_t bits = varying_bits(s->entries, count);
	unsigned top = bits ? 64 - (unsigned)__builtin_clzll(bits) : BUCKET_BITS;
	unsigned shift = top > BUCKET_BITS ? top - BUCKET_BITS : 0;
	uint32_t sum = 0;

	for (size_t i = 0; i < count; i++)
		s->starts[s->entries[i].key >> shift & (BUCKETS - 1)]++;
	for (size_t i = 0; i < BUCKETS; i++) {
		uint32_t n = s->starts[i];
		s->starts[i] = sum;
		sum += n;
	}
	for (size_t i = 0; i < count; i++)
		s->scratch[s->starts[s->entries[i].key >> shift & (BUCKETS - 1)]++] = s->entries[i];
	/* Each start has moved to its bucket's end, the next one's start. */
	memmove(s->starts + 1, s->starts, BUCKETS * sizeof *s->starts);
	s->starts[0] = 0;
	struct entry *other = s->entries;
	s->entries = s->scratch;
	s->scratch = other;
}

static void
sort_buckets(void *shared, uint32_t begin, uint32_t end, unsigned worker)
{
	struct sorter *s = shared;

	(void)worker;
	for (uint32_t i = begin; i < end; i++) {
		uint32_t at = s->starts[i];
		uint32_t count = s->starts[i + 1] - at;
		if (count < 2)
			continue;
		sort_keys(s->entries + at, s->scratch + at, count);
		sort_ties(s, s->entries + at, s->scratch + at, count, s->prefix_length);
	}
}

void
sort_by_text(uint32_t *numbers, size_t count, sort_text_fn *text, const void *context, unsigned threads)
{
	if (count < 2)
		return;
	struct sorter *s = memory_new(1, sizeof *s);
	s->text = text;
	s->context = context;
	s->numbers = numbers;
	s->entries = memory_new(count, sizeof *s->entries);
	s->scratch = memory_new(count, sizeof *s->scratch);
	find_prefix(s, count);
	parallel_for(threads, (uint32_t)count, KEY_GRAIN, fill_keys, s);
	if (count <= KEY_GRAIN || is_ordered(s->entries, count)) {
		sort_keys(s->entries, s->scratch, count);
		sort_ties(s, s->entries, s->scratch, count, s->prefix_length);
	} else {
		fill_buckets(s, count);
		parallel_for(threads, BUCKETS, BUCKET_GRAIN, sort_buckets, s);
	}
	for (size_t i = 0; i < count; i++)
		numbers[i] = s->entries[i].number;
	free(s->entries);
	free(s->scratch);
	free(s);
}
