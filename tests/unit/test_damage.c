/*
 * test_damage.c - a ledger and a manifest cut at every byte and with every bit flipped (part 8)
 *
 * Each variant is refused, or means the same, or differs in a value that nothing else in the file tells
 * anything about: a ledger carries no checksum, so that people can edit and merge it.  The table below names
 * the columns where that can be, and why; everywhere else no variant may be accepted with another meaning.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cmocka.h>

#include "cmd/manifest.h"
#include "io/gzip_write.h"
#include "io/whole_file.h"
#include "model/coupling_base.h"
#include "model/ledger.h"

#define PLACE SOURCE_ROOT "/tests/robust/"

enum outcome { REFUSED, SAME, OTHER, OUTCOMES };

/* Where a byte of the ledger is: in a column, in the header line, or what separates values and lines. */
enum { COLUMNS = 15, IN_HEADER = COLUMNS, SEPARATOR, PLACES };

static const struct {
	const char *name;
	const char *why;	/* a variant may have another meaning; null: none may */
} places[PLACES] = {
	{ "mapping", "the line of a mapping that the setup does not know is kept, with a notice (3.1)" },
	{ "erp_id", "another Guid or key is as good as this one" },
	{ "crm_id", "another Guid or number is as good as this one" },
	{ "erp_key", "any text is a key; it is brought up to date in every run (E3)" },
	{ "state", NULL },
	{ "erp_modified_on", "another digit is another time" },
	{ "crm_modified_on", "another digit is another time" },
	{ "erp_result", NULL },
	{ "crm_result", NULL },
	{ "skipped", NULL },
	{ "erp_failure", "any text is a reason" },
	{ "crm_failure", "any text is a reason" },
	{ "erp_job", "another digit is another job" },
	{ "crm_job", "another digit is another job" },
	{ "base", NULL },
	{ "header", NULL },
	{ "separators", NULL },
};

struct damage {
	struct arena arena;
	struct setup setup;
	struct base_scheme *schemes;	/* by order of the mapping */
	int descriptor;			/* of the file that is damaged, without a name */
	char path[64];
	size_t counts[PLACES][OUTCOMES];
	size_t notices;			/* of variants that are accepted with another meaning */
};

static bool
take(void *context, struct str text)
{
	buf_add(context, text);
	return true;
}

static void
put(struct damage *d, struct str text)
{
	assert_int_equal(ftruncate(d->descriptor, 0), 0);
	assert_int_equal(pwrite(d->descriptor, text.ptr, text.len, 0), text.len);
}

static bool
bases_are_good(struct damage *d, const struct ledger *ledger)
{
	bool ok = true;

	for (size_t i = 0; ok && i < ledger->count; i++) {
		const struct coupling *c = &ledger->couplings[i];
		struct coupling_base base;
		ok = base_decode(coupling_base_text(c), &d->schemes[c->mapping], &d->arena, &base);
	}
	arena_reset(&d->arena);
	return ok;
}

/* What the ledger means: its lines as they are written again.  False when it is refused. */
static bool
read_ledger(struct damage *d, struct str text, struct buf *meaning, bool *is_noticed)
{
	struct ledger ledger;
	struct diag diag = { 0 };
	uint64_t records = 0;

	put(d, text);
	bool ok = ledger_load(&ledger, &d->setup, str_from(d->path), false, &diag)
	    && bases_are_good(d, &ledger);
	if (ok)
		assert_true(ledger_write(&ledger, &d->setup, 1, take, meaning, &records));
	*is_noticed = diag.count > 0;
	ledger_release(&ledger);
	diag_release(&diag);
	return ok;
}

static enum outcome
try_ledger(struct damage *d, struct str text, struct str whole)
{
	struct buf meaning = { 0 };
	bool is_noticed;
	enum outcome outcome = REFUSED;

	if (read_ledger(d, text, &meaning, &is_noticed))
		outcome = str_equal(buf_str(&meaning), whole) ? SAME : OTHER;
	d->notices += outcome == OTHER && is_noticed;
	buf_release(&meaning);
	return outcome;
}

/* The place of each byte; the ledger has quoted values but no line ends in them. */
static unsigned char *
find_places(struct str text)
{
	unsigned char *found = calloc(text.len, 1);
	unsigned column = 0;
	bool is_header = true;
	bool is_quoted = false;

	for (size_t i = 0; i < text.len; i++) {
		char c = text.ptr[i];
		bool separates = c == '\n' || (c == ',' && !is_quoted) || c == '"';
		is_quoted ^= c == '"';
		found[i] = (unsigned char)(is_header ? IN_HEADER : separates ? SEPARATOR : column);
		column = c == '\n' ? 0 : column + (c == ',' && !is_quoted);
		is_header &= c != '\n';
	}
	return found;
}

static void
print_counts(const struct damage *d)
{
	for (unsigned i = 0; i < PLACES; i++)
		if (d->counts[i][REFUSED] + d->counts[i][SAME] + d->counts[i][OTHER] > 0)
			printf("# %-16s refused %5zu  same %5zu  other %5zu%s%s\n", places[i].name,
				d->counts[i][REFUSED], d->counts[i][SAME], d->counts[i][OTHER],
				d->counts[i][OTHER] ? ": " : "", d->counts[i][OTHER] ? places[i].why : "");
	printf("# with a notice: %zu\n", d->notices);
}

static void
flip_every_bit(struct damage *d, struct str text, struct str whole)
{
	unsigned char *at = find_places(text);
	char *copy = malloc(text.len);
	size_t wrong = 0;

	memcpy(copy, text.ptr, text.len);
	for (size_t i = 0; i < text.len; i++)
		for (unsigned bit = 0; bit < 8; bit++) {
			copy[i] = (char)(copy[i] ^ 1 << bit);
			enum outcome outcome = try_ledger(d, (struct str){ copy, text.len }, whole);
			copy[i] = (char)(copy[i] ^ 1 << bit);
			d->counts[at[i]][outcome]++;
			if (outcome != OTHER || places[at[i]].why)
				continue;
			wrong++;
			printf("# byte %zu, bit %u, in %s: accepted with another meaning\n", i, bit,
				places[at[i]].name);
		}
	print_counts(d);
	free(copy);
	free(at);
	assert_int_equal(wrong, 0);
}

static void
cut_at_every_byte(struct damage *d, struct str text, struct str whole)
{
	size_t counts[OUTCOMES] = { 0 };

	for (size_t len = 0; len < text.len; len++) {
		enum outcome outcome = try_ledger(d, (struct str){ text.ptr, len }, whole);
		counts[outcome]++;
		/* A ledger that ends with a whole line is as good as one that never had more. */
		bool is_line = len > 0 && (text.ptr[len] == '\n' || text.ptr[len - 1] == '\n');
		if (outcome == OTHER && !is_line)
			printf("# cut after byte %zu: accepted with another meaning\n", len);
		assert_true(outcome != OTHER || is_line);
	}
	printf("# cuts: refused %zu  same %zu  other %zu\n", counts[REFUSED], counts[SAME], counts[OTHER]);
}

static void
read_sample(const char *name, struct buf *text)
{
	assert_true(whole_file_read(name, 1 << 20, text));
}

static void
a_damaged_ledger_is_noticed(void **state)
{
	struct damage *d = *state;
	struct buf text = { 0 };
	struct buf whole = { 0 };
	bool is_noticed;

	read_sample(PLACE "ledger.csv", &text);
	assert_true(read_ledger(d, buf_str(&text), &whole, &is_noticed));
	assert_true(str_equal(buf_str(&text), buf_str(&whole)));
	cut_at_every_byte(d, buf_str(&text), buf_str(&whole));
	flip_every_bit(d, buf_str(&text), buf_str(&whole));
	buf_release(&text);
	buf_release(&whole);
}

/* zlib checks what was packed: nothing is accepted but what does not concern it, such as the time. */
static void
a_damaged_packed_ledger_is_refused(void **state)
{
	struct damage *d = *state;
	struct buf text = { 0 };
	struct buf whole = { 0 };
	struct buf packed = { 0 };
	bool is_noticed;

	read_sample(PLACE "ledger.csv", &text);
	struct gzip_writer *writer = gzip_writer_open();
	gzip_writer_add(writer, buf_str(&text), &packed);
	gzip_writer_end(writer, &packed);
	gzip_writer_close(writer);
	assert_true(read_ledger(d, buf_str(&packed), &whole, &is_noticed));
	for (size_t len = 0; len < packed.len; len++)
		assert_int_equal(try_ledger(d, (struct str){ packed.ptr, len }, buf_str(&whole)), REFUSED);
	for (size_t i = 0; i < packed.len * 8; i++) {
		packed.ptr[i / 8] = (char)(packed.ptr[i / 8] ^ 1 << i % 8);
		assert_int_not_equal(try_ledger(d, buf_str(&packed), buf_str(&whole)), OTHER);
		packed.ptr[i / 8] = (char)(packed.ptr[i / 8] ^ 1 << i % 8);
	}
	buf_release(&text);
	buf_release(&whole);
	buf_release(&packed);
}

/* What commit, verify, undo and simulate take from a manifest. */
static bool
read_manifest(const char *folder, struct buf *meaning)
{
	struct manifest manifest = { 0 };
	struct diag diag = { 0 };
	bool ok = manifest_read(&manifest, folder, &diag);

	if (ok)
		buf_printf(meaning, "%.*s %lld %.*s %.*s\n", STR_ARG(manifest.run), (long long)manifest.now,
			STR_ARG(manifest.ledger_in), STR_ARG(manifest.ledger_out));
	for (size_t i = 0; ok && i < manifest.output_count; i++)
		buf_printf(meaning, "%.*s %.*s\n", STR_ARG(manifest.outputs[i].path),
			STR_ARG(manifest.outputs[i].digest));
	manifest_release(&manifest);
	diag_release(&diag);
	return ok;
}

/* The folder holds manifest.xml, a link to the file that is damaged. */
static enum outcome
try_manifest(struct damage *d, const char *folder, struct str text, struct str whole)
{
	struct buf meaning = { 0 };
	enum outcome outcome = REFUSED;

	put(d, text);
	if (read_manifest(folder, &meaning))
		outcome = str_equal(buf_str(&meaning), whole) ? SAME : OTHER;
	buf_release(&meaning);
	return outcome;
}

/*
 * Digests and the run's id and time may become others: then the folder's files, or the ledger, do not fit
 * and commit refuses it.  But no output may drop out of the list, whose file would not be looked at then.
 */
static void
a_damaged_manifest_is_noticed(void **state)
{
	struct damage *d = *state;
	char folder[] = "/tmp/couplet-damage-XXXXXX";
	char link[64];
	struct buf text = { 0 };
	struct buf whole = { 0 };
	size_t counts[OUTCOMES] = { 0 };

	assert_non_null(mkdtemp(folder));
	snprintf(link, sizeof link, "%s/manifest.xml", folder);
	assert_int_equal(symlink(d->path, link), 0);
	read_sample(PLACE "manifest.xml", &text);
	put(d, buf_str(&text));
	assert_true(read_manifest(folder, &whole));
	for (size_t len = 0; len < text.len; len++) {
		enum outcome outcome = try_manifest(d, folder, (struct str){ text.ptr, len }, buf_str(&whole));
		/* White space behind the last tag. */
		assert_true(outcome == REFUSED || (outcome == SAME && text.len - len <= 1));
	}
	size_t lines = 0;
	for (size_t i = 0; i < whole.len; i++)
		lines += whole.ptr[i] == '\n';
	for (size_t i = 0; i < text.len * 8; i++) {
		struct buf meaning = { 0 };
		text.ptr[i / 8] = (char)(text.ptr[i / 8] ^ 1 << i % 8);
		enum outcome outcome = try_manifest(d, folder, buf_str(&text), buf_str(&whole));
		counts[outcome]++;
		if (outcome == OTHER && read_manifest(folder, &meaning)) {
			size_t found = 0;
			for (size_t k = 0; k < meaning.len; k++)
				found += meaning.ptr[k] == '\n';
			if (found != lines)
				printf("# byte %zu, bit %zu: %zu outputs instead of %zu\n", i / 8, i % 8, found - 1,
					lines - 1);
			assert_int_equal(found, lines);
		}
		buf_release(&meaning);
		text.ptr[i / 8] = (char)(text.ptr[i / 8] ^ 1 << i % 8);
	}
	printf("# manifest: refused %zu  same %zu  other %zu: another digest, path, id or time, which does not "
	       "fit\n", counts[REFUSED], counts[SAME], counts[OTHER]);
	unlink(link);
	rmdir(folder);
	buf_release(&text);
	buf_release(&whole);
}

static int
set_up(void **state)
{
	struct damage *d = memory_new(1, sizeof *d);
	struct diag diag = { 0 };

	*state = d;
	bool ok = setup_load(&d->setup, PLACE "small/couplet.xml", &diag);
	d->schemes = memory_new(d->setup.mapping_count, sizeof *d->schemes);
	for (size_t i = 0; i < d->setup.mapping_count; i++)
		d->schemes[i] = base_scheme_make(d->setup.mappings[i], &d->setup.arena);
	d->descriptor = memfd_create("damage", MFD_CLOEXEC);
	snprintf(d->path, sizeof d->path, "/proc/self/fd/%d", d->descriptor);
	diag_release(&diag);
	return ok && d->descriptor >= 0 ? 0 : -1;
}

static int
tear_down(void **state)
{
	struct damage *d = *state;

	close(d->descriptor);
	free(d->schemes);
	setup_release(&d->setup);
	arena_release(&d->arena);
	free(d);
	return 0;
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(a_damaged_ledger_is_noticed, set_up, tear_down),
		cmocka_unit_test_setup_teardown(a_damaged_packed_ledger_is_refused, set_up, tear_down),
		cmocka_unit_test_setup_teardown(a_damaged_manifest_is_noticed, set_up, tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
