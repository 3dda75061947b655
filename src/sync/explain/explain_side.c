/* explain_side.c - one side of a record: its row, its stamps, and what changed by which test (4.3) */
#include "model/value.h"
#include "sync/explain/explain_parts.h"

static const enum group groups_of[SIDES][2] = { { GROUP_E_BI, GROUP_E_TO }, { GROUP_C_BI, GROUP_C_FROM } };
static const char *const group_names[GROUPS] = { "E-bi", "E-to", "C-bi", "C-from" };
static const char *const system_names[SIDES] = { "ERP", "CRM" };

/* A rule and a sentence: why a group counts as changed, or not. */
struct verdict {
	const char *rule;
	const char *sentence;
};

static struct verdict
verdict_by_stamp(enum stamp_test stamp)
{
	switch (stamp) {
	case STAMP_LANDED:
		return (struct verdict){ "E11", "what was written is seen, so the stamp tells nothing" };
	case STAMP_ECHO:
		return (struct verdict){ "E13", "the integration user edited it last" };
	case STAMP_NO_TIME:
		return (struct verdict){ "E10", "by stamp: the ledger has no time" };
	case STAMP_ABSENT:
		return (struct verdict){ "E10", "by stamp: the export has none" };
	case STAMP_NEWER:
		return (struct verdict){ "E10", "by stamp: newer than the ledger time" };
	default:
		return (struct verdict){ "E10", "by stamp: not newer than the ledger time" };
	}
}

/* What other tests did to the flag comes first: they come last (E11, E12, E41). */
static struct verdict
verdict_of(const struct explanation *e, enum group group, uint32_t track)
{
	enum side side = group_side(group);
	bool is_bi = group == groups_of[side][0];
	bool is_changed = track & TRACK_CHANGED(group);
	enum group_test test = e->tests.group[group];

	if (is_bi && is_changed && (e->tests.is_unclear[ERP] || e->tests.is_unclear[CRM]))
		return (struct verdict){ "E11",
			"the stamp moved and the old value is shown: nobody can tell who edited when" };
	if (is_bi && (track & TRACK_ALTERED(side)))
		return (struct verdict){ "E12",
			"all that differs is what the destination altered on its way" };
	if (!is_bi && is_changed && e->mapping->is_option_mapping)
		return (struct verdict){ "E41", "the label of the option is not the record's key" };
	switch (test) {
	case TEST_DIGEST:
		return (struct verdict){ "E10", is_changed ? "its values differ from the base"
							   : "its values are as in the base" };
	case TEST_FIELDS:
		return (struct verdict){ "E10",
			is_changed ? "by field: a value differs from the base"
				   : "by field: all values are as in the base, or in flight" };
	case TEST_FIELDS_STAMP:
		return (struct verdict){ "E10",
			is_changed
				? "by field: a value differs, or is not in the base and the stamp is newer"
				: "by field: as in the base, and by stamp where that does not know it" };
	case TEST_STAMP:
		return verdict_by_stamp(e->tests.stamp[side]);
	default:
		return (struct verdict){ "", "it has no fields" };
	}
}

static void
tell_group(struct explanation *e, struct fact *parent, enum group group, uint32_t track)
{
	struct verdict verdict = verdict_of(e, group, track);
	bool is_changed = track & TRACK_CHANGED(group);
	struct fact *fact = fact_add(&e->arena, parent, FACT_OBJECT, group_names[group]);

	fact_flag(&e->arena, fact, "changed", is_changed);
	fact_flag(&e->arena, fact, "known", track & TRACK_KNOWN(group));
	fact_text(&e->arena, fact, "rule", str_from(verdict.rule));
	fact_text(&e->arena, fact, "because", str_from(verdict.sentence));
	if (e->tests.group[group] == TEST_EMPTY)
		return;
	fact_show(&e->arena, fact, group_names[group], "%s: %s (%s)", is_changed ? "changed" : "not changed",
		verdict.sentence, verdict.rule);
}

/* E11: what else the assessment found. */
static void
tell_flight(struct explanation *e, struct fact *parent, enum side side, uint32_t track)
{
	bool in_flight = track & TRACK_IN_FLIGHT(side);

	fact_flag(&e->arena, parent, "in_flight", in_flight);
	if (in_flight)
		fact_show(&e->arena, parent->last, "in flight",
			"written by an earlier run, and not seen yet (E11)");
	fact_flag(&e->arena, parent, "landed", track & TRACK_LANDED(side));
	if ((track & TRACK_LANDED(side)) && e->at.row[side] != TABLE_NO_ROW)
		fact_show(&e->arena, parent->last, "landed", "what an earlier run wrote is seen (E11)");
}

static void
tell_times(struct explanation *e, struct fact *fact, const struct table *table, enum side side)
{
	uint32_t row = e->at.row[side];
	int64_t stamp = row == TABLE_NO_ROW ? STAMP_NONE : table_stamp(table, row);
	int64_t time = e->has_line ? e->line.time[side] : STAMP_NONE;
	bool is_newer = stamp != STAMP_NONE && time != STAMP_NONE && stamp > time;
	struct str text = explain_stamp(e, stamp);

	fact_text(&e->arena, fact, "stamp", text);
	if (row != TABLE_NO_ROW)
		fact_show(&e->arena, fact->last, "stamp", "%.*s%s", STR_ARG(text.len ? text : STR("none")),
			is_newer ? ", newer than the ledger time" : "");
	text = explain_stamp(e, time);
	fact_text(&e->arena, fact, "ledger_time", text);
	if (e->has_line)
		fact_show(&e->arena, fact->last, "ledger", "%.*s", STR_ARG(text.len ? text : STR("no time")));
}

static void
tell_row(struct explanation *e, struct fact *fact, const struct table *table, enum side side)
{
	uint32_t row = e->at.row[side];
	struct str place = { NULL, 0 };
	struct str key = side == ERP && row != TABLE_NO_ROW ? table_key(table, row) : STR("");

	/* The rows of an option set are its declaration's (E41). */
	if (row != TABLE_NO_ROW && !table->def->option_field)
		place = arena_printf(&e->arena, "%.*s:%u", STR_ARG(table_file_of(table, row)->shown_path),
			table->lines[row]);
	fact_text(&e->arena, fact, "table", table->def->name);
	fact_text(&e->arena, fact, "uid", e->id[side]);
	fact_text(&e->arena, fact, "place", place);
	if (row != TABLE_NO_ROW)
		fact_show(&e->arena, fact, system_names[side], "%.*s %.*s%s%.*s", STR_ARG(table->def->name),
			STR_ARG(key), key.len ? " " : "", STR_ARG(e->id[side]));
	else
		fact_show(&e->arena, fact, system_names[side], "%.*s %.*s%snot in %s export",
			STR_ARG(table->def->name), STR_ARG(e->id[side]), e->id[side].len ? ": " : "",
			table->is_full ? "the full" : "the delta");
	if (row != TABLE_NO_ROW && place.len != 0)
		fact_show(&e->arena, fact->last, "place", "%.*s", STR_ARG(place));
}

void
explain_side(struct explanation *e, const struct run *run, enum side side)
{
	const struct table *table = run_table(run, e->mapping, side);
	struct fact *fact = fact_add(&e->arena, e->part, FACT_OBJECT, side_name(side));
	uint32_t track = e->is_assessed ? run->state->tracks[e->at.coupling] : 0;

	/* Nothing is known of a partner that the record has not. */
	if (e->at.row[side] == TABLE_NO_ROW && e->id[side].len == 0) {
		fact_show(&e->arena, fact, system_names[side], e->has_line
				? "no partner: the line has no id of this side"
				: "no partner: the record is not coupled");
		return;
	}
	tell_row(e, fact, table, side);
	tell_times(e, fact, table, side);
	if (!e->is_assessed || e->at.row[side] == TABLE_NO_ROW)
		return;
	tell_flight(e, fact, side, track);
	struct fact *groups = fact_add(&e->arena, fact, FACT_OBJECT, "groups");
	for (unsigned i = 0; i < 2; i++)
		tell_group(e, groups, groups_of[side][i], track);
}
