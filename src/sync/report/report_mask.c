/* report_mask.c - values of people, replaced by tokens (--mask) */
#include "sync/report/report_mask.h"

#include "io/digest.h"

/* Base 32 without letters and digits that look alike. */
static const char token_letters[] = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789";

/*
 * The run's id will not do: it stands in the report, and its 32 bits are soon
 * tried out.  The digests of all inputs are known to those only who have them.
 */
static void
add_inputs(const struct run *run, struct buf *text)
{
	buf_add(text, run->plan.run_id);
	digest_write(digest_bytes(run->setup.bytes), text);
	digest_write(run->ledger.digest, text);
	for (size_t i = 0; i < run->setup.table_count; i++) {
		const struct table *table = &run->tables[run->setup.tables[i]->number];
		for (size_t k = 0; k < table->file_count; k++) {
			const struct table_file *file = &table->files[k];
			struct file_digest digest = { file->size, { file->hash[0], file->hash[1] } };
			digest_write(digest, text);
		}
	}
}

struct mask
mask_of(const struct run *run)
{
	const struct report_options *options = &run->options->report;
	struct mask mask = { .is_on = options->is_masked };
	struct buf text = { 0 };

	if (!mask.is_on)
		return mask;
	if (options->mask_key.len)
		buf_add(&text, options->mask_key);
	else
		add_inputs(run, &text);
	sha256(buf_str(&text), mask.key);
	buf_release(&text);
	return mask;
}

bool
mask_covers(const struct mask *mask, const struct field *field)
{
	return mask->is_on && field->type != TYPE_OPTION && field->type != TYPE_BOOLEAN;
}

void
mask_add(const struct mask *mask, struct str value, struct buf *out)
{
	struct str key = { (const char *)mask->key, sizeof mask->key };
	unsigned char hash[SHA256_BYTES];
	uint64_t bits = 0;

	sha256_keyed(key, value, hash);
	for (unsigned i = 0; i < sizeof bits; i++)
		bits = bits << 8 | hash[i];
	for (unsigned i = 0; i < MASK_TOKEN; i++)
		buf_add_char(out, token_letters[bits >> (59 - i * 5) & 31]);
}
