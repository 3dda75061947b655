/* ledger_show.c - what `couplet ledger` prints */
#include "cmd/ledger_show.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/json.h"

enum { STATES = STATE_REMOVED + 1 };

/* The lines of one mapping. */
struct tally {
	uint64_t states[STATES];
	uint64_t skipped;
	uint64_t failed;	/* in some direction, at the last time */
	uint64_t kept;		/* as they are: the mapping is disabled */
};

static struct tally *
count_lines(const struct ledger *ledger, const struct setup *setup)
{
	struct tally *tallies = memory_new(setup->mapping_count + 1, sizeof *tallies);

	for (size_t i = 0; i < ledger->count; i++) {
		const struct coupling *c = &ledger->couplings[i];
		struct tally *tally = &tallies[c->mapping];
		tally->states[c->state]++;
		tally->skipped += c->is_skipped;
		tally->failed += coupling_has_failed(c);
	}
	/* The last one counts lines of mappings and series that the setup does not have. */
	for (size_t i = 0; i < ledger->kept_count; i++) {
		uint32_t order = ledger->kept[i].order;
		tallies[order < setup->mapping_count ? order : setup->mapping_count].kept++;
	}
	return tallies;
}

static bool
is_nothing(const struct tally *tally)
{
	uint64_t all = tally->kept;

	for (unsigned state = 0; state < STATES; state++)
		all += tally->states[state];
	return all == 0;
}

static void
add_count(struct buf *out, bool is_json, const char *name, uint64_t count)
{
	if (is_json)
		buf_printf(out, ",\"%s\":%llu", name, (unsigned long long)count);
	else if (count > 0)
		buf_printf(out, "  %s %llu", name, (unsigned long long)count);
}

static void
add_counts(struct buf *out, bool is_json, const struct tally *tally)
{
	for (unsigned state = 0; state < STATES; state++)
		add_count(
			out, is_json, coupling_state_name((enum coupling_state)state), tally->states[state]);
	add_count(out, is_json, "failed", tally->failed);
	add_count(out, is_json, "skipped", tally->skipped);
	add_count(out, is_json, "kept", tally->kept);
}

static void
add_mappings(struct buf *out, bool is_json, const struct tally *tallies, const struct setup *setup)
{
	const char *between = "";

	for (size_t i = 0; i < setup->mapping_count; i++) {
		if (is_nothing(&tallies[i]))
			continue;
		if (is_json) {
			buf_printf(out, "%s{\"mapping\":", between);
			json_add_string(out, setup->mappings[i]->name);
		} else {
			buf_add(out, setup->mappings[i]->name);
		}
		add_counts(out, is_json, &tallies[i]);
		buf_add(out, is_json ? STR("}") : STR("\n"));
		between = ",";
	}
}

void
ledger_show_text(struct buf *out)
{
	if (out->len > 0)
		fwrite(out->ptr, 1, out->len, stdout);
	buf_release(out);
}

void
ledger_show(const struct ledger *ledger, const struct setup *setup, const struct options *options)
{
	struct tally *tallies = count_lines(ledger, setup);
	unsigned long long unknown = tallies[setup->mapping_count].kept;
	unsigned long long records = ledger->records;
	struct buf out = { 0 };

	if (options->format == OUTPUT_JSON) {
		buf_add(&out, STR("{\"schema\":\"couplet/ledger/1\",\"ledger\":"));
		json_add_string(&out, ledger->path);
		buf_printf(&out, ",\"lines\":%llu,\"series\":%zu,\"unknown\":%llu,\"mappings\":[", records,
			ledger->series_count, unknown);
		add_mappings(&out, true, tallies, setup);
		buf_add(&out, STR("],\"status\":0}\n"));
	} else if (!options->quiet) {
		add_mappings(&out, false, tallies, setup);
		if (unknown > 0)
			buf_printf(&out, "lines of mappings that the setup does not have: %llu\n", unknown);
		buf_printf(&out, "no findings: %llu lines, %zu couplings\n", records, ledger->count);
	}
	ledger_show_text(&out);
	free(tallies);
}

static void
add_lost(struct buf *out, uint64_t count, const char *what)
{
	if (count > 0)
		buf_printf(out, "%s%s %llu", out->len ? ", " : "", what, (unsigned long long)count);
}

/* 3.5: nothing is lost silently. */
static void
tell_lost(const struct ledger_exported *result, const char *path, struct diag *diag)
{
	struct buf lines = { 0 };
	struct buf parts = { 0 };

	add_lost(&lines, result->pending, "pending");
	add_lost(&lines, result->removed, "removed");
	add_lost(&lines, result->failed_creates, "failed creates");
	add_lost(&lines, result->without_guid, "of options, or of records without SystemId");
	add_lost(&lines, result->foreign, "of mappings that the setup does not have");
	add_lost(&lines, result->watermarks, "watermarks");
	add_lost(&lines, result->series, "number series");
	if (lines.len > 0)
		diag_notice(diag,
			"%s: lines of the ledger that the table has no place for are left out: %.*s", path,
			STR_ARG(buf_str(&lines)));
	add_lost(&parts, result->bases, "bases");
	add_lost(&parts, result->failures, "texts of failures");
	add_lost(&parts, result->jobs, "ids of Couplet's own jobs");
	if (parts.len > 0)
		diag_notice(diag,
			"%s: parts of couplings that the table has no place for (keep the ledger): %.*s",
			path, STR_ARG(buf_str(&parts)));
	buf_release(&lines);
	buf_release(&parts);
}

struct buf
ledger_exported_text(const struct ledger_exported *result, const char *path, bool to_stdout,
	const struct options *options, struct diag *diag)
{
	struct buf out = { 0 };

	tell_lost(result, to_stdout ? "ledger export" : path, diag);
	if (to_stdout)
		return out;
	if (options->format == OUTPUT_JSON) {
		buf_add(&out, STR("{\"schema\":\"couplet/ledger-export/1\",\"file\":"));
		json_add_string(&out, str_from(path));
		buf_printf(&out, ",\"records\":%llu,\"status\":0}\n", (unsigned long long)result->records);
	} else if (!options->quiet) {
		buf_printf(&out, "%s  %llu couplings\n", path, (unsigned long long)result->records);
	}
	return out;
}

struct buf
ledger_imported_text(const struct ledger_imported *result, enum status status, const struct options *options)
{
	struct buf out = { 0 };

	if (strcmp(options->output, "-") == 0)
		return out;
	if (options->format == OUTPUT_JSON) {
		buf_add(&out, STR("{\"schema\":\"couplet/ledger-import/1\",\"file\":"));
		json_add_string(&out, str_from(options->output));
		buf_printf(&out, ",\"couplings\":%llu,\"left_out\":%llu,\"status\":%d}\n",
			(unsigned long long)result->couplings, (unsigned long long)result->left_out,
			(int)status);
	} else if (!options->quiet) {
		buf_printf(&out, "%s  %llu couplings\n", options->output,
			(unsigned long long)result->couplings);
		if (result->left_out > 0)
			buf_printf(&out, "left out  %llu records\n", (unsigned long long)result->left_out);
	}
	return out;
}
