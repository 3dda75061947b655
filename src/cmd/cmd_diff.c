/* cmd_diff.c - two output folders compared by decision, not by byte (L10) */
#include <stdio.h>
#include <stdlib.h>

#include "base/buf.h"
#include "base/json.h"
#include "cmd/command.h"
#include "cmd/show.h"
#include "sync/undo/past.h"

/* What tells a decision from others; its action is a finding's code where it is one of errors.csv. */
enum identity {
	BY_MAPPING,
	BY_DIRECTION,
	BY_KEY,
	BY_ERP_ID,
	BY_CRM_ID,
	BY_ACTION,
	BY_FIELD,
	IDENTITIES,
};

static const char *const identity_names[IDENTITIES] = { "mapping", "direction", "erp_key", "erp_id", "crm_id",
	"action", "field" };

/* One field of a change, a change without fields, or a finding. */
struct decision {
	struct str identity[IDENTITIES];
	struct str old;
	struct str new;
	struct str rule;
	bool is_finding;	/* `new` is its severity */
};

struct decisions {
	struct past past;
	struct decision *list;
	size_t count;
};

struct comparison {
	const struct options *options;
	struct decisions sides[2];
	size_t only[2];
	size_t differing;
	struct buf out;
};

static struct decision
change_decision(const struct past_change *change, const struct past_value *value)
{
	static const struct past_value none;
	const struct past_value *v = value ? value : &none;

	return (struct decision){
		.identity = { change->mapping, change->direction, change->erp_key, change->id[ERP],
			change->id[CRM], change->action, v->field },
		.old = v->old,
		.new = v->new,
		.rule = change->rule,
	};
}

static struct decision
finding_decision(const struct past_finding *finding)
{
	return (struct decision){
		.identity = { finding->mapping, finding->direction, finding->erp_key, finding->id[ERP],
			finding->id[CRM], finding->code, finding->field },
		.new = finding->severity,
		.rule = finding->rule,
		.is_finding = true,
	};
}

static int
compare_identity(const struct decision *a, const struct decision *b)
{
	int order = 0;

	for (size_t i = 0; i < IDENTITIES && order == 0; i++)
		order = str_compare(a->identity[i], b->identity[i]);
	return order;
}

static int
compare_decisions(const void *left, const void *right)
{
	const struct decision *a = left;
	const struct decision *b = right;
	int order = compare_identity(a, b);

	if (order == 0)
		order = str_compare(a->old, b->old);
	return order != 0 ? order : str_compare(a->new, b->new);
}

static bool
decisions_read(struct decisions *decisions, const char *folder, struct diag *diag)
{
	struct past *past = &decisions->past;

	if (!past_read(past, folder, diag))
		return false;
	decisions->list = memory_new(
		past->change_count + past->value_count + past->finding_count, sizeof *decisions->list);
	for (size_t i = 0; i < past->change_count; i++) {
		const struct past_change *change = &past->changes[i];
		if (change->value_count == 0)
			decisions->list[decisions->count++] = change_decision(change, NULL);
		for (size_t v = 0; v < change->value_count; v++)
			decisions->list[decisions->count++] =
				change_decision(change, &past->values[change->first_value + v]);
	}
	for (size_t i = 0; i < past->finding_count; i++)
		decisions->list[decisions->count++] = finding_decision(&past->findings[i]);
	qsort(decisions->list, decisions->count, sizeof *decisions->list, compare_decisions);
	return true;
}

/* `CUSTOMER ERP->CRM 10000: update name`: 1.4's way to name a record. */
static void
add_subject(struct buf *out, const struct decision *d)
{
	struct str id = d->identity[BY_ERP_ID].len ? d->identity[BY_ERP_ID] : d->identity[BY_CRM_ID];
	struct str key = d->identity[BY_KEY].len ? d->identity[BY_KEY] : id;

	buf_add(out, d->identity[BY_MAPPING]);
	for (enum direction direction = TO; direction <= FROM; direction++)
		if (str_equal(d->identity[BY_DIRECTION], str_from(direction_name(direction))))
			buf_printf(out, " %s", direction_arrow(direction));
	if (key.len)
		buf_printf(out, " %.*s", STR_ARG(key));
	buf_add(out, STR(": "));
	buf_add(out, d->identity[BY_ACTION]);
	if (d->identity[BY_FIELD].len)
		buf_printf(out, " %.*s", STR_ARG(d->identity[BY_FIELD]));
}

/* ` "old" -> "new" (E14)` */
static void
add_content(struct buf *out, const struct decision *d)
{
	if (!d->is_finding && d->identity[BY_FIELD].len) {
		buf_add_char(out, ' ');
		show_quoted(out, d->old);
		buf_add(out, STR(" -> "));
		show_quoted(out, d->new);
	} else if (d->new.len) {
		buf_printf(out, " %.*s", STR_ARG(d->new));
	}
	if (d->rule.len)
		buf_printf(out, " (%.*s)", STR_ARG(d->rule));
}

static void
add_text_difference(struct comparison *c, const struct decision *const pair[2])
{
	add_subject(&c->out, pair[0] ? pair[0] : pair[1]);
	for (size_t i = 0; i < 2; i++) {
		if (!pair[i])
			continue;
		buf_add(&c->out, pair[0] && pair[1] ? i == 0 ? STR(":") : STR(",") : STR(": only"));
		buf_printf(&c->out, " in %s", options_argument(c->options, i));
		add_content(&c->out, pair[i]);
	}
	buf_add_char(&c->out, '\n');
}

static void
add_json_difference(struct comparison *c, const struct decision *const pair[2])
{
	static const char *const names[2] = { "first", "second" };
	const struct decision *any = pair[0] ? pair[0] : pair[1];
	bool is_first = c->only[0] + c->only[1] + c->differing == 1;

	buf_add(&c->out, is_first ? STR("{") : STR(",{"));
	for (size_t i = 0; i < IDENTITIES; i++) {
		buf_printf(&c->out, "%s\"%s\":", i > 0 ? "," : "", identity_names[i]);
		json_add_string(&c->out, any->identity[i]);
	}
	for (size_t i = 0; i < 2; i++) {
		buf_printf(&c->out, ",\"%s\":", names[i]);
		if (!pair[i]) {
			buf_add(&c->out, STR("null"));
			continue;
		}
		buf_add(&c->out, STR("{\"old\":"));
		json_add_string(&c->out, pair[i]->old);
		buf_add(&c->out, STR(",\"new\":"));
		json_add_string(&c->out, pair[i]->new);
		buf_add(&c->out, STR(",\"rule\":"));
		json_add_string(&c->out, pair[i]->rule);
		buf_add_char(&c->out, '}');
	}
	buf_add_char(&c->out, '}');
}

static void
tell(struct comparison *c, const struct decision *first, const struct decision *second)
{
	const struct decision *const pair[2] = { first, second };

	if (first && second)
		c->differing++;
	else
		c->only[first ? 0 : 1]++;
	if (c->options->format == OUTPUT_JSON)
		add_json_difference(c, pair);
	else if (!c->options->quiet)
		add_text_difference(c, pair);
}

static bool
has_same_content(const struct decision *a, const struct decision *b)
{
	return str_equal(a->old, b->old) && str_equal(a->new, b->new) && str_equal(a->rule, b->rule);
}

/* Both lists are sorted by identity: one walk. */
static void
compare(struct comparison *c)
{
	const struct decisions *first = &c->sides[0];
	const struct decisions *second = &c->sides[1];
	size_t i = 0;
	size_t k = 0;

	while (i < first->count || k < second->count) {
		int order = i == first->count ? 1
		    : k == second->count      ? -1
					      : compare_identity(&first->list[i], &second->list[k]);
		if (order < 0)
			tell(c, &first->list[i++], NULL);
		else if (order > 0)
			tell(c, NULL, &second->list[k++]);
		else if (has_same_content(&first->list[i], &second->list[k]))
			i++, k++;
		else
			tell(c, &first->list[i++], &second->list[k++]);
	}
}

static void
print_text(struct comparison *c)
{
	const char *names[2] = { options_argument(c->options, 0), options_argument(c->options, 1) };

	if (c->only[0] + c->only[1] + c->differing == 0)
		buf_add(&c->out, STR("no decision differs\n"));
	else
		buf_printf(&c->out, "%zu only in %s, %zu only in %s, %zu different\n", c->only[0], names[0],
			c->only[1], names[1], c->differing);
	fwrite(c->out.ptr, 1, c->out.len, stdout);
}

static void
print_json(struct comparison *c)
{
	struct buf head = { 0 };

	buf_add(&head, STR("{\"schema\":\"couplet/diff/1\",\"first\":"));
	json_add_string(&head, str_from(options_argument(c->options, 0)));
	buf_add(&head, STR(",\"second\":"));
	json_add_string(&head, str_from(options_argument(c->options, 1)));
	buf_printf(&head, ",\"only_first\":%zu,\"only_second\":%zu,\"different\":%zu,\"differences\":[",
		c->only[0], c->only[1], c->differing);
	fwrite(head.ptr, 1, head.len, stdout);
	if (c->out.len)
		fwrite(c->out.ptr, 1, c->out.len, stdout);
	fputs("]}\n", stdout);
	buf_release(&head);
}

static enum status
run_diff(const struct options *options, struct diag *diag)
{
	struct comparison c = { .options = options };
	enum status status = STATUS_OK;
	bool ok = decisions_read(&c.sides[0], options_argument(options, 0), diag);

	ok = decisions_read(&c.sides[1], options_argument(options, 1), diag) && ok;
	if (ok) {
		compare(&c);
		if (options->format == OUTPUT_JSON)
			print_json(&c);
		else
			print_text(&c);
		status = c.only[0] + c.only[1] + c.differing > 0 ? STATUS_DIFFERENT : STATUS_OK;
	}
	for (size_t i = 0; i < 2; i++) {
		free(c.sides[i].list);
		past_release(&c.sides[i].past);
	}
	buf_release(&c.out);
	return status;
}

const struct command command_diff = {
	.name = "diff",
	.synopsis = "DIR1 DIR2",
	.summary = "compares two output folders by decision",
	.example = "  couplet diff out-before out-after\n",
	.text = "Shows what a changed setup, ledger or export changes in the plan: changes and findings\n"
		"that only one folder has, and those with other values or rules. Run ids, job numbers and\n"
		"the bytes of import files do not count. Exits with 1 when anything differs.\n",
	.argument = "DIR1 and DIR2, two output folders",
	.min_arguments = 2,
	.max_arguments = 2,
	.run = run_diff,
};
