/*
 * setup_order.c - the order in which mappings run (2.2)
 *
 * A mapping comes after every mapping in its depends-on; a cycle of these is a
 * finding.  Beyond that it comes after the mappings that its fields reference,
 * but for references that lie on a cycle: those do not order.  Among mappings
 * that could come next, the first in the document does.  Disabled mappings
 * have their place too.
 */
#include "model/setup_load.h"

/* `to` lists what comes before each mapping; from[m] .. from[m + 1] are those of mapping m. */
struct graph {
	size_t count;
	size_t *from;
	size_t *to;
	bool *is_hard; /* depends-on, not a reference */
};

/* Strongly connected parts: group[m] is the same for mappings that lead to each other. */
struct groups {
	const struct graph *graph;
	bool only_hard;
	size_t *group; /* 0 = not yet */
	size_t *visited; /* order of the first visit, from 1 */
	size_t *low;
	size_t *edge; /* where the walk of each mapping's edges stands */
	size_t *open; /* mappings of no group yet, as visited */
	size_t open_count;
	size_t *path;
	size_t depth;
	size_t clock;
	size_t group_count;
};

static size_t
mapping_number(const struct setup *setup, struct str name)
{
	for (size_t i = 0; i < setup->mapping_count; i++)
		if (name_equal(setup->mappings[i]->name, name))
			return i;
	return SIZE_MAX;
}

static void
add_edge(struct graph *graph, size_t *used, size_t to, bool is_hard)
{
	if (to == SIZE_MAX)
		return;
	graph->to[*used] = to;
	graph->is_hard[(*used)++] = is_hard;
}

static struct graph
build_graph(struct load *load)
{
	const struct setup *setup = load->setup;
	struct arena *arena = &load->setup->arena;
	struct graph graph = { .count = setup->mapping_count };
	size_t most = 0;
	size_t used = 0;

	for (size_t m = 0; m < graph.count; m++) {
		most += setup->mappings[m]->depends_on_count;
		for (size_t f = 0; f < setup->mappings[m]->field_count; f++)
			most += setup->mappings[m]->fields[f].reference_count;
	}
	graph.from = arena_array(arena, size_t, graph.count + 1);
	graph.to = arena_array(arena, size_t, most);
	graph.is_hard = arena_array(arena, bool, most);
	for (size_t m = 0; m < graph.count; m++) {
		const struct mapping *mapping = setup->mappings[m];
		graph.from[m] = used;
		for (size_t i = 0; i < mapping->depends_on_count; i++)
			add_edge(&graph, &used, mapping_number(setup, mapping->depends_on[i]), true);
		for (size_t f = 0; f < mapping->field_count; f++)
			for (size_t r = 0; r < mapping->fields[f].reference_count; r++)
				add_edge(&graph, &used,
					mapping_number(setup, mapping->fields[f].references[r].mapping_name),
					false);
	}
	graph.from[graph.count] = used;
	return graph;
}

static void
visit(struct groups *g, size_t mapping)
{
	g->visited[mapping] = g->low[mapping] = ++g->clock;
	g->edge[mapping] = g->graph->from[mapping];
	g->open[g->open_count++] = mapping;
	g->path[g->depth++] = mapping;
}

static void
close_group(struct groups *g, size_t mapping)
{
	size_t member;

	g->group_count++;
	do {
		member = g->open[--g->open_count];
		g->group[member] = g->group_count;
	} while (member != mapping);
}

/* Tarjan's algorithm with a path of its own, as a setup may have many mappings. */
static void
walk_from(struct groups *g, size_t start)
{
	visit(g, start);
	while (g->depth > 0) {
		size_t mapping = g->path[g->depth - 1];
		if (g->edge[mapping] < g->graph->from[mapping + 1]) {
			size_t edge = g->edge[mapping]++;
			size_t to = g->graph->to[edge];
			if (g->only_hard && !g->graph->is_hard[edge])
				continue;
			if (g->visited[to] == 0)
				visit(g, to);
			else if (g->group[to] == 0 && g->visited[to] < g->low[mapping])
				g->low[mapping] = g->visited[to];
			continue;
		}
		g->depth--;
		if (g->depth > 0 && g->low[mapping] < g->low[g->path[g->depth - 1]])
			g->low[g->path[g->depth - 1]] = g->low[mapping];
		if (g->low[mapping] == g->visited[mapping])
			close_group(g, mapping);
	}
}

static size_t *
find_groups(struct load *load, const struct graph *graph, bool only_hard)
{
	struct arena *arena = &load->setup->arena;
	struct groups g = { .graph = graph, .only_hard = only_hard };

	g.group = arena_array(arena, size_t, graph->count);
	g.visited = arena_array(arena, size_t, graph->count);
	g.low = arena_array(arena, size_t, graph->count);
	g.edge = arena_array(arena, size_t, graph->count);
	g.open = arena_array(arena, size_t, graph->count);
	g.path = arena_array(arena, size_t, graph->count);
	for (size_t m = 0; m < graph->count; m++)
		if (g.visited[m] == 0)
			walk_from(&g, m);
	return g.group;
}

static bool
depends_on_itself(const struct graph *graph, size_t mapping)
{
	for (size_t e = graph->from[mapping]; e < graph->from[mapping + 1]; e++)
		if (graph->is_hard[e] && graph->to[e] == mapping)
			return true;
	return false;
}

static bool
is_first_of_group(const size_t *group, size_t mapping)
{
	for (size_t i = 0; i < mapping; i++)
		if (group[i] == group[mapping])
			return false;
	return true;
}

/* One finding for each cycle, at its first member; false when there is any. */
static bool
check_cycles(struct load *load, const struct graph *graph, const size_t *group)
{
	const struct setup *setup = load->setup;
	bool is_good = true;

	for (size_t m = 0; m < graph->count; m++) {
		struct str members = str_trim(setup->mappings[m]->name);
		size_t count = 1;
		if (!is_first_of_group(group, m))
			continue;
		for (size_t i = m + 1; i < graph->count; i++) {
			if (group[i] != group[m])
				continue;
			members = arena_printf(&load->setup->arena, "%.*s, %.*s", STR_ARG(members),
				STR_ARG(str_trim(setup->mappings[i]->name)));
			count++;
		}
		if (count == 1 && !depends_on_itself(graph, m))
			continue;
		is_good = false;
		mapping_error(load, setup->mappings[m], setup->mappings[m]->line,
			"depends-on goes in a circle: %.*s; take one of them out", STR_ARG(members));
	}
	return is_good;
}

static bool
may_come(const struct graph *graph, const size_t *group, const bool *is_placed, size_t mapping)
{
	for (size_t e = graph->from[mapping]; e < graph->from[mapping + 1]; e++) {
		size_t to = graph->to[e];
		if (!is_placed[to] && (graph->is_hard[e] || group[to] != group[mapping]))
			return false;
	}
	return true;
}

void
order_mappings(struct load *load)
{
	struct setup *setup = load->setup;
	struct arena *arena = &setup->arena;
	struct graph graph = build_graph(load);

	if (!check_cycles(load, &graph, find_groups(load, &graph, true)))
		return;
	const size_t *group = find_groups(load, &graph, false);
	struct mapping **ordered = arena_array(arena, struct mapping *, graph.count);
	bool *is_placed = arena_array(arena, bool, graph.count);
	for (size_t placed = 0; placed < graph.count; placed++) {
		size_t next = 0;
		while (is_placed[next] || !may_come(&graph, group, is_placed, next))
			next++;
		is_placed[next] = true;
		ordered[placed] = setup->mappings[next];
		ordered[placed]->order = (uint32_t)placed;
	}
	setup->mappings = ordered;
}
