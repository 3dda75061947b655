/*
 * ledger_deal.c - couplings dealt out into the order of 3.1
 *
 * A sort of a million couplings would hold all their texts' beginnings twice.  So
 * they are dealt out into blocks of a thousand or so, each of which follows the one
 * before in the order; a block is sorted by the thread that is about to print it,
 * within what its cache holds.  Where blocks end is learnt from a sample of the
 * couplings.  An erp_id decides, or a crm_id where there is none: each is unique in
 * its mapping.  Texts are compared by the eight bytes in which those of a part begin
 * to differ, as an integer; within a block its 32 bits that tell most are kept, and
 * the few whose bits are the same are sorted by their texts.
 */
#include <stdlib.h>

#include "base/parallel.h"
#include "base/sort.h"
#include "model/ledger_sheet.h"

enum {
	BLOCK_SAMPLES = 8,	/* in a block */
	SAMPLE_LINES = 128,	/* of which one is in the sample */
	MOST_BLOCKS = 32768,
	CHUNKS = 32,	/* of couplings, which threads look at side by side */
	FEW = 16,	/* so many are sorted by inserting */
};

#define NO_BLOCK UINT32_MAX	/* of a dropped coupling */

/* The couplings of a mapping that have an erp_id, or those that have none. */
struct part {
	struct str prefix;	/* that all of the sample have */
	char room[GUID_LENGTH];	/* of the prefix of Guids */
	uint32_t first_block;
	uint32_t blocks;
};

/* Where a coupling goes. */
struct dealt {
	uint32_t block;
	uint32_t bits;	/* of its key, within the block */
};

struct dealing {
	struct sheet *sheet;
	struct part *parts;
	size_t part_count;
	uint32_t *sample;
	size_t *starts;		/* of each part in the sample, and its end */
	uint64_t *lowest;	/* for each block: no key of it is lower; 0 for a part's first */
	uint64_t *from;		/* for each block: the key whose bits are 0, */
	uint8_t *shift;		/* and how many bits are left out */
	uint32_t block_count;
	struct dealt *dealt;	/* for each coupling */
	uint32_t *places;	/* for each chunk and block: how many, then where the next one goes */
};

/* Couplings without erp_id come before those with one. */
static size_t
part_of(const struct coupling *c)
{
	return (size_t)c->mapping * 2 + coupling_has_id(c, ERP);
}

/* `room` is that of packed_text(). */
static inline struct str
sorting_id(const struct coupling *c, char *room)
{
	return packed_text(c->id[coupling_has_id(c, ERP) ? ERP : CRM], room);
}

/* A sort_text_fn. */
static struct str
id_text(const void *ledger, uint32_t coupling, char *room)
{
	return sorting_id(&((const struct ledger *)ledger)->couplings[coupling], room);
}

static void
sort_by_id(const struct ledger *ledger, uint32_t *couplings, size_t count, unsigned threads)
{
	_Static_assert((int)GUID_LENGTH <= (int)SORT_ROOM, "a Guid has room");
	sort_by_text(couplings, count, id_text, ledger, threads);
}

/* Keys are in the order of the texts, as far as they tell them apart. */
static uint64_t
key_of(const struct part *part, struct str text)
{
	size_t skip = part->prefix.len;
	uint64_t key = 0;

	if (text.len < skip || (skip != 0 && memcmp(text.ptr, part->prefix.ptr, skip) != 0))
		return str_compare(text, part->prefix) < 0 ? 0 : UINT64_MAX;
	if (text.len - skip >= sizeof key) {
		memcpy(&key, text.ptr + skip, sizeof key);
#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
		key = __builtin_bswap64(key);
#endif
		return key;
	}
	for (size_t i = 0; i < sizeof key; i++)
		key = key << 8 | (skip + i < text.len ? (unsigned char)text.ptr[skip + i] : 0);
	return key;
}

/* The same of a coupling: the beginning of a Guid is enough. */
static inline uint64_t
key_of_coupling(const struct part *part, const struct coupling *c)
{
	const unsigned char *id = c->id[coupling_has_id(c, ERP) ? ERP : CRM];
	char room[GUID_LENGTH];

	if (!packed_is_guid(id) || part->prefix.len != 0)
		return key_of(part, packed_text(id, room));
	guid_put_first(room, id + GUID_HEAD);
	return key_of(part, (struct str){ room, GUID_FIRST_DIGITS });
}

/* The last block of the part whose lowest key is not above this one. */
static uint32_t
find_block(const struct dealing *d, const struct part *part, uint64_t key)
{
	const uint64_t *at = d->lowest + part->first_block;

	for (uint32_t count = part->blocks; count > 1;) {
		uint32_t half = count / 2;
		at += at[half] <= key ? half : 0;
		count -= half;
	}
	return (uint32_t)(at - d->lowest);
}

/* --- where blocks end --- */

/* Some couplings of each part, evenly spread over the ledger, in the order of their ids. */
static void
take_sample(struct dealing *d)
{
	const struct ledger *ledger = d->sheet->ledger;
	size_t stride = SAMPLE_LINES + ledger->count / (MOST_BLOCKS / 2 * BLOCK_SAMPLES);

	d->sample = memory_new(ledger->count / stride + 1, sizeof *d->sample);
	d->starts = memory_new(d->part_count + 2, sizeof *d->starts);
	for (size_t i = 0; i < ledger->count; i += stride)
		d->starts[part_of(&ledger->couplings[i]) + 2]++;
	for (size_t i = 2; i < d->part_count + 2; i++)
		d->starts[i] += d->starts[i - 1];
	for (size_t i = 0; i < ledger->count; i += stride)
		d->sample[d->starts[part_of(&ledger->couplings[i]) + 1]++] = (uint32_t)i;
	for (size_t i = 0; i < d->part_count; i++)
		sort_by_id(ledger, d->sample + d->starts[i], d->starts[i + 1] - d->starts[i],
			d->sheet->threads);
}

static struct str
common_prefix(struct str a, struct str b)
{
	size_t len = 0;

	while (len < a.len && len < b.len && a.ptr[len] == b.ptr[len])
		len++;
	return (struct str){ a.ptr, len };
}

/* Adds a block from this key of the sample to another one. */
static void
add_block(struct dealing *d, uint64_t from, uint64_t to)
{
	uint64_t range = to - from;
	unsigned bits = range ? 64 - (unsigned)__builtin_clzll(range) : 0;

	d->lowest[d->block_count] = from;
	d->from[d->block_count] = from;
	d->shift[d->block_count++] = (uint8_t)(bits > 32 ? bits - 32 : 0);
}

/* A part has at least one block, also where none of the sample is of it. */
static void
cut_part(struct dealing *d, size_t number)
{
	const struct ledger *ledger = d->sheet->ledger;
	struct part *part = &d->parts[number];
	const uint32_t *sample = d->sample + d->starts[number];
	size_t count = d->starts[number + 1] - d->starts[number];
	uint64_t last = 0;
	uint64_t key = 0;
	char room[GUID_LENGTH];

	part->first_block = d->block_count;
	if (count != 0) {
		struct str least = id_text(ledger, sample[0], part->room);
		struct str most = id_text(ledger, sample[count - 1], room);
		part->prefix = common_prefix(least, most);
		key = key_of(part, least);
		last = key_of(part, most);
	}
	for (size_t i = BLOCK_SAMPLES; i + BLOCK_SAMPLES <= count; i += BLOCK_SAMPLES) {
		uint64_t next = key_of(part, id_text(ledger, sample[i], room));
		if (next == key)
			continue;
		add_block(d, key, next);
		key = next;
	}
	add_block(d, key, last);
	d->lowest[part->first_block] = 0;
	part->blocks = d->block_count - part->first_block;
}

static void
cut_parts(struct dealing *d)
{
	size_t room = d->starts[d->part_count] / BLOCK_SAMPLES + d->part_count;

	d->parts = memory_new(d->part_count, sizeof *d->parts);
	d->lowest = memory_new(room, sizeof *d->lowest);
	d->from = memory_new(room, sizeof *d->from);
	d->shift = memory_new(room, sizeof *d->shift);
	for (size_t i = 0; i < d->part_count; i++)
		cut_part(d, i);
}

/* --- dealing --- */

static size_t
chunk_begin(const struct dealing *d, size_t chunk)
{
	return d->sheet->ledger->count * chunk / CHUNKS;
}

static uint32_t
bits_in_block(const struct dealing *d, uint32_t block, uint64_t key)
{
	uint64_t bits = key <= d->from[block] ? 0 : (key - d->from[block]) >> d->shift[block];

	return bits < UINT32_MAX ? (uint32_t)bits : UINT32_MAX;
}

/* A parallel_fn: the block of each coupling. */
static void
find_blocks(void *shared, uint32_t begin, uint32_t end, unsigned worker)
{
	enum { AHEAD = 16 };
	struct dealing *d = shared;
	const struct ledger *ledger = d->sheet->ledger;

	(void)worker;
	for (uint32_t chunk = begin; chunk < end; chunk++) {
		uint32_t *counts = d->places + (size_t)chunk * d->block_count;
		for (size_t i = chunk_begin(d, chunk); i < chunk_begin(d, chunk + 1); i++) {
			const struct coupling *c = &ledger->couplings[i];
			if (i + AHEAD < ledger->count)	/* most have one of the ERP */
				memory_prefetch(ledger->couplings[i + AHEAD].id[ERP]);
			const struct part *part = &d->parts[part_of(c)];
			d->dealt[i].block = NO_BLOCK;
			if (c->is_dropped)
				continue;
			uint64_t key = key_of_coupling(part, c);
			uint32_t block = find_block(d, part, key);
			d->dealt[i] = (struct dealt){ block, bits_in_block(d, block, key) };
			counts[block]++;
		}
	}
}

/* A parallel_fn: each coupling to its place among the lines. */
static void
place_couplings(void *shared, uint32_t begin, uint32_t end, unsigned worker)
{
	struct dealing *d = shared;

	(void)worker;
	for (uint32_t chunk = begin; chunk < end; chunk++) {
		uint32_t *places = d->places + (size_t)chunk * d->block_count;
		for (size_t i = chunk_begin(d, chunk); i < chunk_begin(d, chunk + 1); i++) {
			struct dealt to = d->dealt[i];
			if (to.block != NO_BLOCK)
				d->sheet->lines[places[to.block]++] = (uint64_t)to.bits << 32 | i;
		}
	}
}

struct dealing *
ledger_deal(struct sheet *sheet)
{
	struct dealing *d = memory_new(1, sizeof *d);

	d->sheet = sheet;
	d->part_count = sheet->setup->mapping_count * 2;
	take_sample(d);
	cut_parts(d);
	d->dealt = memory_resize(NULL, sheet->ledger->count, sizeof *d->dealt);
	d->places = memory_new((size_t)CHUNKS * d->block_count, sizeof *d->places);
	parallel_for(sheet->threads, CHUNKS, 1, find_blocks, d);
	return d;
}

void
ledger_deal_mapping(struct dealing *d, uint32_t order)
{
	const struct part *last = &d->parts[(size_t)order * 2 + 1];

	for (uint32_t block = last[-1].first_block; block < last->first_block + last->blocks; block++) {
		size_t first = d->sheet->count;
		size_t next = first;
		for (size_t chunk = 0; chunk < CHUNKS; chunk++) {
			uint32_t *place = &d->places[chunk * d->block_count + block];
			uint32_t count = *place;
			*place = (uint32_t)next;
			next += count;
		}
		sheet_add_block(d->sheet, next - first, true);
	}
}

void
ledger_deal_end(struct dealing *d)
{
	parallel_for(d->sheet->threads, CHUNKS, 1, place_couplings, d);
	free(d->sample);
	free(d->starts);
	free(d->parts);
	free(d->lowest);
	free(d->from);
	free(d->shift);
	free(d->dealt);
	free(d->places);
	free(d);
}

/* --- the order within a block --- */

/* By the bits in the upper half of each line; stable. */
static void
sort_by_bits(uint64_t *lines, uint64_t *scratch, size_t count)
{
	uint64_t *from = lines;
	uint64_t *to = scratch;
	uint64_t bits = 0;

	for (size_t i = 1; i < count; i++)
		bits |= lines[0] ^ lines[i];
	for (unsigned shift = 32; shift < 64; shift += 8) {
		uint32_t starts[256] = { 0 };
		uint32_t sum = 0;
		if ((bits >> shift & 0xff) == 0)
			continue;
		for (size_t i = 0; i < count; i++)
			starts[from[i] >> shift & 0xff]++;
		for (size_t i = 0; i < ARRAY_LEN(starts); i++) {
			uint32_t n = starts[i];
			starts[i] = sum;
			sum += n;
		}
		for (size_t i = 0; i < count; i++)
			to[starts[from[i] >> shift & 0xff]++] = from[i];
		uint64_t *other = from;
		from = to;
		to = other;
	}
	if (from != lines)
		memcpy(lines, from, count * sizeof *lines);
}

static void
insert_by_text(const struct ledger *ledger, uint64_t *lines, size_t count)
{
	char rooms[2][GUID_LENGTH];

	for (size_t i = 1; i < count; i++) {
		uint64_t line = lines[i];
		struct str text = id_text(ledger, (uint32_t)line, rooms[0]);
		size_t at = i;
		for (; at > 0 && str_compare(id_text(ledger, (uint32_t)lines[at - 1], rooms[1]), text) > 0;
			at--)
			lines[at] = lines[at - 1];
		lines[at] = line;
	}
}

static void
sort_equal_bits(const struct ledger *ledger, uint64_t *lines, size_t count)
{
	if (count <= FEW) {
		insert_by_text(ledger, lines, count);
		return;
	}
	uint32_t *numbers = memory_resize(NULL, count, sizeof *numbers);
	for (size_t i = 0; i < count; i++)
		numbers[i] = (uint32_t)lines[i];
	sort_by_id(ledger, numbers, count, 1);
	for (size_t i = 0; i < count; i++)
		lines[i] = numbers[i];
	free(numbers);
}

void
ledger_sort_block(const struct ledger *ledger, uint64_t *lines, size_t count)
{
	uint64_t *scratch = memory_resize(NULL, count, sizeof *scratch);
	size_t end;

	sort_by_bits(lines, scratch, count);
	free(scratch);
	for (size_t begin = 0; begin < count; begin = end) {
		for (end = begin + 1; end < count && lines[end] >> 32 == lines[begin] >> 32; end++)
			;
		if (end - begin > 1)
			sort_equal_bits(ledger, lines + begin, end - begin);
	}
}
