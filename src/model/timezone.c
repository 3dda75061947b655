/*
 * timezone.c - zone files, and the way between wall clocks and UTC
 *
 * A zone file (TZif, RFC 8536 and 9636) lists the times at which the offset
 * from UTC changes, and ends with a rule for all later times.
 */
#include "model/timezone.h"

#include <errno.h>

#include "base/buf.h"
#include "io/whole_file.h"
#include "model/timezone_rule.h"
#include "model/value_date.h"

#define ZONE_FOLDER "/usr/share/zoneinfo/"

enum { ZONE_NAME_LIMIT = 128, ZONE_FILE_LIMIT = 1 << 20, HEADER_LENGTH = 44, OFFSET_LIMIT = 26 * 3600 };

struct timezone_rules {
	const int64_t *times;		/* of the transitions, ascending, in seconds */
	const int32_t *offsets;	/* count + 1: offsets[i] holds before times[i], the last one after all */
	size_t count;
	bool has_rule;			/* for times after the last transition */
	struct timezone_rule rule;
};

static const int32_t utc_offsets[1] = { 0 };
static const struct timezone_rules utc_rules = { .offsets = utc_offsets };

/* The header of a data block: how many there are of each thing. */
struct block {
	const unsigned char *data;
	size_t size;	/* of the data */
	size_t times;
	size_t types;
	size_t leaps;
	unsigned version;
};

static uint64_t
big_endian(const unsigned char *p, size_t bytes)
{
	uint64_t value = 0;

	for (size_t i = 0; i < bytes; i++)
		value = value << 8 | p[i];
	return value;
}

/* Reads the header at the start of `file`; times take `width` bytes in this block. */
static bool
read_header(const unsigned char *file, size_t len, size_t width, struct block *block)
{
	size_t counts[6];

	if (len < HEADER_LENGTH || memcmp(file, "TZif", 4) != 0)
		return false;
	for (size_t i = 0; i < 6; i++) {
		counts[i] = (size_t)big_endian(file + 20 + 4 * i, 4);
		if (counts[i] > len)
			return false;
	}
	*block = (struct block){
		.data = file + HEADER_LENGTH,
		.size = counts[3] * (width + 1) + counts[4] * 6 + counts[5] + counts[2] * (width + 4) +
			counts[1] + counts[0],
		.times = counts[3],
		.types = counts[4],
		.leaps = counts[2],
		.version = file[4],
	};
	return block->size <= len - HEADER_LENGTH && block->types > 0;
}

/* Zones that count leap seconds ("right/...") are not times of day as anybody writes them: refused. */
static bool
read_block(struct arena *arena, const struct block *block, size_t width, struct timezone_rules *zone)
{
	const unsigned char *kinds = block->data + block->times * width;
	const unsigned char *types = kinds + block->times;
	int64_t *times = arena_array(arena, int64_t, block->times + 1);
	int32_t *offsets = arena_array(arena, int32_t, block->times + 1);

	if (block->leaps > 0)
		return false;
	for (size_t i = 0; i <= block->times; i++) {
		size_t kind = i == 0 ? 0 : kinds[i - 1];
		if (kind >= block->types)
			return false;
		offsets[i] = (int32_t)(uint32_t)big_endian(types + 6 * kind, 4);
		if (offsets[i] < -OFFSET_LIMIT || offsets[i] > OFFSET_LIMIT)
			return false;
	}
	for (size_t i = 0; i < block->times; i++) {
		uint64_t bits = big_endian(block->data + i * width, width);
		times[i] = width == 4 ? (int32_t)(uint32_t)bits : (int64_t)bits;
		if (i > 0 && times[i] <= times[i - 1])
			return false;
	}
	zone->times = times;
	zone->offsets = offsets;
	zone->count = block->times;
	return true;
}

/* The rule is a line of its own behind the second block; an empty one means that nothing is known. */
static bool
read_footer(struct str text, struct timezone_rules *zone)
{
	struct str rest;

	if (text.len < 2 || *text.ptr != '\n')
		return false;
	struct str rule = str_cut((struct str){ text.ptr + 1, text.len - 1 }, '\n', &rest);
	zone->has_rule = rule.len > 0;
	return !zone->has_rule || timezone_rule_parse(rule, &zone->rule);
}

static bool
read_zone(struct arena *arena, const unsigned char *file, size_t len, struct timezone_rules *zone)
{
	struct block block;

	if (!read_header(file, len, 4, &block))
		return false;
	if (block.version < '2')
		return read_block(arena, &block, 4, zone);
	const unsigned char *second = block.data + block.size;
	len -= (size_t)(second - file);
	if (!read_header(second, len, 8, &block) || !read_block(arena, &block, 8, zone))
		return false;
	const unsigned char *footer = block.data + block.size;
	return read_footer((struct str){ (const char *)footer, len - (size_t)(footer - second) }, zone);
}

/* Names come from the setup file: nothing but a file below the folder may be reached. */
static bool
is_zone_name(struct str name)
{
	char before = '/';

	if (name.len == 0 || name.len > ZONE_NAME_LIMIT)
		return false;
	for (size_t i = 0; i < name.len; i++) {
		char c = name.ptr[i];
		bool is_word = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
			       c == '_' || c == '+' || c == '-';
		if (!is_word && (c != '/' || before == '/'))
			return false;
		before = c;
	}
	return before != '/';
}

const struct timezone_rules *
timezone_load(struct arena *arena, struct str name)
{
	char path[sizeof ZONE_FOLDER + ZONE_NAME_LIMIT] = ZONE_FOLDER;
	struct timezone_rules *zone = NULL;

	if (str_equal_nocase(name, STR("UTC")) || str_equal_nocase(name, STR("Etc/UTC")))
		return &utc_rules;
	errno = 0;
	if (!is_zone_name(name))
		return NULL;
	memcpy(path + sizeof ZONE_FOLDER - 1, name.ptr, name.len);
	struct buf bytes = { 0 };
	bool is_read = whole_file_read(path, ZONE_FILE_LIMIT, &bytes);
	/* What is there but is no file of this name is no zone, either. */
	int error = is_read || errno == ENOENT || errno == ENOTDIR || errno == EISDIR ? 0 : errno;
	if (is_read && bytes.len <= ZONE_FILE_LIMIT) {
		zone = arena_new(arena, struct timezone_rules);
		if (!read_zone(arena, (const unsigned char *)bytes.ptr, bytes.len, zone))
			zone = NULL;
	}
	buf_release(&bytes);
	errno = error;
	return zone;
}

const struct timezone_rules *
timezone_utc(void)
{
	return &utc_rules;
}

static struct zone_interval
interval_at(const struct timezone_rules *zone, int64_t utc)
{
	size_t low = 0;
	size_t high = zone->count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;
		if (zone->times[middle] <= utc)
			low = middle + 1;
		else
			high = middle;
	}
	struct zone_interval found = {
		.begin = low > 0 ? zone->times[low - 1] : INT64_MIN,
		.end = low < zone->count ? zone->times[low] : INT64_MAX,
		.offset = zone->offsets[low],
	};
	if (low == zone->count && zone->has_rule) {
		int64_t last = found.begin;
		found = timezone_rule_at(&zone->rule, utc);
		if (found.begin < last)
			found.begin = last;
	}
	return found;
}

int64_t
timezone_from_utc(const struct timezone_rules *zone, int64_t utc_ms)
{
	if (zone == &utc_rules)
		return utc_ms;
	return utc_ms + interval_at(zone, floor_div(utc_ms, 1000)).offset * 1000;
}

/*
 * Walks the intervals from the first that can show this time.  The first one
 * that does, wins; where the clock jumped over the time, the offset before the
 * jump counts, which moves the time on by the length of the gap.
 */
int64_t
timezone_to_utc(const struct timezone_rules *zone, int64_t wall_ms)
{
	int64_t wall = floor_div(wall_ms, 1000);

	if (zone == &utc_rules)
		return wall_ms;
	struct zone_interval interval = interval_at(zone, wall - OFFSET_LIMIT);
	while (wall - interval.offset >= interval.end) {
		struct zone_interval next = interval_at(zone, interval.end);
		if (wall - next.offset < next.begin)
			break;
		interval = next;
	}
	return wall_ms - interval.offset * 1000;
}
