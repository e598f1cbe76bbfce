/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Scenarios as text: what golden files and vectors are written in.
 *
 *	avs ...					a line of the configuration
 *	learned PREFIX SEGMENT NAME [unusable|away|as REPRESENTATION|site SITE]
 *						NAME: route server, "overlay@" with
 *						the address of a neighbour, or "none"
 *	local PREFIX				a network or redistribute line
 *	holds PREFIX				when-present PREFIX is true
 *	closed REASON				nothing may be announced
 *	at SECONDS				what the clock shows
 *	list NAME PREFIX			a prefix list permits it and what is inside
 *	unlatch [PREFIX]			clear bgp avs latch
 *	filtered NAME WHAT			something may hide routes of a route server
 *	untold NAME ADDRESS			a neighbour of it has not told its routes yet
 *	mute NAME				and cannot be asked for them
 *	remembered NAME				it delivered on-premises routes before
 *	! ...					a remark
 *
 * It is a parser for tests: what it does not understand aborts, so that a
 * typing error does not become a test of something else.
 */
#ifndef _AVS_INPUT_H
#define _AVS_INPUT_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "avs_plan.h"

#define INPUT_MAX 64
#define INPUT_WORDS 12

struct input {
	struct avs_arena *arena;
	struct avs_config *config;
	struct avs_table *table;
	enum avs_reason closed;
	bool conditions[INPUT_MAX];
	struct avs_prefix holds[INPUT_MAX];
	size_t hold_count;
	uint64_t now;
	bool unlatch_wanted;
	struct avs_prefix unlatch;
	struct {
		const char *name;
		struct avs_prefix prefix;
	} list[INPUT_MAX];
	size_t list_count;
	struct avs_unseen unseen[INPUT_MAX];
};

/* the line at hand */
struct input_line {
	struct input *in;
	char *word[INPUT_WORDS + 1]; /* NULL after the last one */
	const char *text;
};

static inline void input_bad(const struct input_line *l)
{
	fprintf(stderr, "not understood: %s\n", l->text);
	abort();
}

static inline bool input_is(const struct input_line *l, int i, const char *word)
{
	return l->word[i] && !strcmp(l->word[i], word);
}

static inline const char *input_word(const struct input_line *l, int i)
{
	if (!l->word[i])
		input_bad(l);
	return avs_arena_strdup(l->in->arena, l->word[i]);
}

static inline struct avs_prefix input_prefix(const struct input_line *l, int i)
{
	struct avs_prefix p = {0};

	if (!l->word[i] || !avs_prefix_parse(l->word[i], &p))
		input_bad(l);
	return p;
}

static inline enum avs_segment input_segment(const struct input_line *l, int i)
{
	enum avs_segment s = AVS_SEGMENT_UNKNOWN;

	if (!avs_segment_parse(l->word[i], &s))
		input_bad(l);
	return s;
}

static inline uint32_t input_number(const struct input_line *l, int i)
{
	return (uint32_t)strtoul(input_word(l, i), NULL, 10);
}

/* of "avs WORD SECONDS" */
static inline struct avs_seconds input_seconds(const struct input_line *l)
{
	return (struct avs_seconds){.set = true, .value = input_number(l, 2)};
}

static inline const char *input_site(const struct input_line *l, int i)
{
	return input_is(l, i, "site") ? input_word(l, i + 1) : "";
}

static inline struct avs_rs_config *input_rs(const struct input_line *l, const char *name)
{
	struct avs_config *c = l->in->config;
	struct avs_rs_config *rs;
	size_t i;

	for (i = 0; i < c->rs_count; i++)
		if (!strcmp(c->rs[i].name, name))
			return &c->rs[i];
	if (c->rs_count == INPUT_MAX)
		input_bad(l);
	rs = &c->rs[c->rs_count++];
	rs->name = name;
	rs->neighbors = avs_arena_array(l->in->arena, INPUT_MAX, sizeof(*rs->neighbors));
	rs->toward = avs_arena_array(l->in->arena, INPUT_MAX, sizeof(*rs->toward));
	rs->permit = avs_arena_array(l->in->arena, INPUT_MAX, sizeof(*rs->permit));
	return rs;
}

/* "avs overlay ...": the neighbour line comes first, or it is none */
static inline void input_overlay(const struct input_line *l)
{
	struct avs_config *c = l->in->config;
	char name[AVS_NAME_MAX + 1];
	struct avs_rs_config *rs;
	size_t i;

	snprintf(name, sizeof(name), AVS_OVERLAY_NAME "%s", input_word(l, 3));
	for (i = 0; i < c->rs_count && strcmp(c->rs[i].name, name); i++)
		;
	if (i == c->rs_count && !input_is(l, 2, "neighbor")) {
		c->loose[c->loose_count++] = input_prefix(l, 3);
		return;
	}
	rs = input_rs(l, avs_arena_strdup(l->in->arena, name));
	if (input_is(l, 2, "neighbor")) {
		rs->overlay = true;
		rs->neighbors[rs->neighbor_count++] = input_prefix(l, 3);
		if (input_is(l, 4, "interface"))
			rs->interface = input_word(l, 5);
	} else if (input_is(l, 2, "default")) {
		rs->gets_default = true;
	} else if (input_is(l, 2, "route-map")) {
		if (input_is(l, 5, "in"))
			rs->map_in = input_word(l, 4);
		else
			rs->map_out = input_word(l, 4);
	} else {
		input_bad(l);
	}
}

/* "avs advertise segment SEGMENT [site S] toward SEGMENT [site S] [prefix-list NAME]" */
static inline void input_exact(const struct input_line *l)
{
	struct avs_exact *exact = &l->in->config->exact[l->in->config->exact_count++];
	int i = 4;

	exact->segment = input_segment(l, 3);
	exact->site = input_site(l, i);
	i += *exact->site ? 2 : 0;
	if (!input_is(l, i, "toward"))
		input_bad(l);
	exact->toward = input_segment(l, i + 1);
	i += 2;
	exact->toward_site = input_site(l, i);
	i += *exact->toward_site ? 2 : 0;
	if (input_is(l, i, "prefix-list"))
		exact->list = input_word(l, i + 1);
}

static inline void input_route_server(const struct input_line *l)
{
	struct avs_rs_config *rs = input_rs(l, input_word(l, 2));
	struct avs_toward *toward;

	if (input_is(l, 3, "neighbor")) {
		rs->neighbors[rs->neighbor_count++] = input_prefix(l, 4);
	} else if (input_is(l, 3, "toward")) {
		toward = &rs->toward[rs->toward_count++];
		toward->segment = input_segment(l, 4);
		toward->site = input_site(l, 5);
	} else if (input_is(l, 3, "global-reach")) {
		rs->global_reach = true;
	} else if (input_is(l, 3, "accept-leak")) {
		rs->accept_leak = true;
	} else if (input_is(l, 3, "guard")) {
		rs->guard = input_is(l, 4, "monitor")  ? AVS_GUARD_MONITOR
			    : input_is(l, 4, "shadow") ? AVS_GUARD_SHADOW
						       : AVS_GUARD_ENFORCE;
	} else if (input_is(l, 3, "route-map")) {
		*(input_is(l, 5, "in") ? &rs->map_in : &rs->map_out) = input_word(l, 4);
	} else if (input_is(l, 3, "permit")) {
		rs->permit[rs->permit_count++] = input_word(l, 5);
	} else if (input_is(l, 3, "next-hop")) {
		rs->next_hop = input_prefix(l, 4);
	} else if (input_is(l, 3, "interface")) {
		rs->interface = input_word(l, 4);
	} else if (input_is(l, 3, "route-limit")) {
		rs->route_limit = input_number(l, 4);
	} else if (input_is(l, 3, "usable")) {
		rs->usable = input_number(l, 4);
	} else if (input_is(l, 3, "gateway-limit")) {
		rs->gateway_limit = input_number(l, 4);
	} else if (input_is(l, 3, "maintenance")) {
		rs->maintenance = true;
	} else if (input_is(l, 3, "prepend")) {
		rs->prepend = input_number(l, 4);
	} else {
		input_bad(l);
	}
}

static inline void input_segment_line(const struct input_line *l)
{
	struct avs_segment_rule *rule = &l->in->config->rules[l->in->config->rule_count++];
	char *dash;

	rule->segment = input_segment(l, 2);
	rule->site = input_site(l, 5);
	if (input_is(l, 3, "prefix") || input_is(l, 3, "neighbor")) {
		rule->type = input_is(l, 3, "prefix") ? AVS_RULE_PREFIX : AVS_RULE_NEIGHBOR;
		rule->prefix = input_prefix(l, 4);
	} else if (input_is(l, 3, "prefix-list") || input_is(l, 3, "as-path-list")) {
		rule->type = input_is(l, 3, "prefix-list") ? AVS_RULE_PREFIX_LIST
							   : AVS_RULE_AS_PATH_LIST;
		rule->list = input_word(l, 4);
	} else if (input_is(l, 3, "origin-as")) {
		rule->type = AVS_RULE_ORIGIN_AS;
		rule->as_low = rule->as_high = input_number(l, 4);
		dash = strchr(l->word[4], '-');
		if (dash)
			rule->as_high = (uint32_t)strtoul(dash + 1, NULL, 10);
	} else {
		input_bad(l);
	}
}

static inline void input_condition(const struct input_line *l)
{
	struct avs_condition *c = &l->in->config->conditions[l->in->config->condition_count++];

	c->prefix = input_prefix(l, 4);
	if (!l->word[5])
		return;
	if (input_is(l, 6, "zebra")) {
		c->from = AVS_FROM_ZEBRA;
	} else if (input_is(l, 6, "overlay")) {
		c->from = AVS_FROM_OVERLAY;
	} else if (input_is(l, 6, "route-server")) {
		c->from = AVS_FROM_ROUTE_SERVER;
		c->route_server = input_word(l, 7);
	} else {
		c->from = AVS_FROM_NEIGHBOR;
		c->neighbor = input_prefix(l, 6);
	}
}

static inline void input_supernet(const struct input_line *l)
{
	struct avs_supernet_config *s = &l->in->config->supernets[l->in->config->supernet_count++];
	int i = 4;

	s->prefix = input_prefix(l, 3);
	if (input_is(l, i, "unconditional")) {
		s->unconditional = true;
		i++;
	}
	if (input_is(l, i, "toward"))
		s->toward = input_segment(l, i + 1);
	else if (l->word[i])
		input_bad(l);
}

static inline void input_advertise(const struct input_line *l)
{
	struct avs_config *c = l->in->config;

	if (input_is(l, 2, "companions"))
		c->companions = true;
	else if (input_is(l, 2, "companion"))
		c->companion[c->companion_count++] = input_prefix(l, 3);
	else if (input_is(l, 2, "segment"))
		input_exact(l);
	else if (input_is(l, 2, "supernet") && input_is(l, 3, "auto"))
		c->supernet_auto = true;
	else if (input_is(l, 2, "supernet"))
		input_supernet(l);
	else if (!input_is(l, 2, "default"))
		input_bad(l);
	else if (input_is(l, 3, "toward"))
		c->default_toward |= AVS_SEG_BIT(input_segment(l, 4));
	else if (input_is(l, 3, "next-hop"))
		c->default_next_hop = input_prefix(l, 4);
	else if (input_is(l, 3, "vnet-only"))
		c->default_vnet_only = true;
	else if (input_is(l, 3, "form") && avs_form_parse(input_word(l, 4), &c->default_form))
		return;
	else if (input_is(l, 3, "when-present"))
		input_condition(l);
	else
		input_bad(l);
}

static inline void input_auto(const struct input_line *l)
{
	struct avs_auto_config *a = &l->in->config->automatic;

	if (input_is(l, 2, "toward"))
		a->toward |= AVS_SEG_BIT(input_segment(l, 3));
	else if (input_is(l, 2, "max-prefixes"))
		a->max_prefixes = input_number(l, 3);
	else if (input_is(l, 2, "shortest"))
		a->shortest = input_number(l, 3);
	else if (input_is(l, 2, "max-attract"))
		a->max_attract = input_number(l, 3);
	else if (input_is(l, 2, "within"))
		a->within[a->within_count++] = input_prefix(l, 3);
	else
		input_bad(l);
}

static inline void input_udr(const struct input_line *l)
{
	struct avs_udr_config *udr = &l->in->config->udr;

	if (input_is(l, 2, "next-hop"))
		udr->next_hop = input_prefix(l, 3);
	else if (input_is(l, 2, "route-limit"))
		udr->route_limit = input_number(l, 3);
	else if (input_is(l, 2, "reserved"))
		udr->reserved = input_number(l, 3);
	else
		input_bad(l);
}

/* "avs azure-edge neighbor A" and "avs azure-edge route-map A NAME in" */
static inline void input_edge(const struct input_line *l)
{
	struct avs_config *c = l->in->config;
	struct avs_prefix address = input_prefix(l, 3);
	struct avs_edge_config *edge;
	size_t i;

	if (!c->edges)
		c->edges = avs_arena_array(l->in->arena, 32, sizeof(*c->edges));
	for (i = 0; i < c->edge_count && !avs_prefix_equal(&c->edges[i].neighbor, &address); i++)
		;
	edge = &c->edges[i];
	if (i == c->edge_count)
		c->edge_count++;
	edge->neighbor = address;
	if (input_is(l, 2, "neighbor"))
		edge->role = true;
	else
		edge->map_in = input_word(l, 4);
}

static inline void input_avs(const struct input_line *l)
{
	struct avs_config *c = l->in->config;

	if (input_is(l, 1, "route-server")) {
		input_route_server(l);
	} else if (input_is(l, 1, "overlay")) {
		input_overlay(l);
	} else if (input_is(l, 1, "azure-edge")) {
		input_edge(l);
	} else if (input_is(l, 1, "segment")) {
		input_segment_line(l);
	} else if (input_is(l, 1, "advertise")) {
		input_advertise(l);
	} else if (input_is(l, 1, "protect")) {
		c->protect[c->protect_count++] = input_prefix(l, 2);
	} else if (input_is(l, 1, "auto")) {
		input_auto(l);
	} else if (input_is(l, 1, "hold-down")) {
		c->hold_down = input_seconds(l);
	} else if (input_is(l, 1, "tighten-delay")) {
		c->tighten_delay = input_seconds(l);
	} else if (input_is(l, 1, "quiet-period")) {
		c->quiet_period = input_seconds(l);
	} else if (input_is(l, 1, "startup-delay")) {
		c->startup_delay = input_seconds(l);
	} else if (input_is(l, 1, "segment-memory")) {
		c->segment_memory = input_seconds(l);
	} else if (input_is(l, 1, "policy")) {
		c->policy = input_word(l, 3);
	} else if (input_is(l, 1, "discard")) {
		c->no_discard = true;
	} else if (input_is(l, 1, "udr")) {
		input_udr(l);
	} else if (input_is(l, 1, "sibling")) {
		c->siblings[c->sibling_count++] = input_number(l, 3);
	} else if (input_is(l, 1, "keep")) {
		c->keep_communities = true;
	} else if (input_is(l, 1, "freeze")) {
		c->freeze = true;
	} else if (input_is(l, 1, "shutdown")) {
		c->shutdown = true;
	} else {
		input_bad(l);
	}
}

static inline void input_learn(const struct input_line *l)
{
	struct avs_prefix p = input_prefix(l, 1);
	const struct avs_fact *old = avs_table_find(l->in->table, &p);
	struct avs_fact fact = {0};
	unsigned int rs = AVS_RS_NONE;
	struct avs_claim claim = {.returned = input_is(l, 4, "returned"),
				  .global_reach = input_is(l, 4, "global-reach"),
				  .appliance = input_is(l, 4, "appliance")};

	if (claim.appliance)
		claim.appliance_as = input_number(l, 5);
	if (old)
		fact = *old;
	if (input_is(l, 0, "local")) {
		fact.usable = fact.local = true;
	} else {
		if (!input_is(l, 3, "none"))
			rs = avs_config_find_rs(l->in->config, input_word(l, 3));
		if (rs == AVS_RS_NONE && !input_is(l, 3, "none"))
			input_bad(l);
		avs_fact_add(&fact, input_segment(l, 2), rs, avs_site_id(input_site(l, 4)), &claim);
		if (input_is(l, 4, "away"))
			fact.away = true;
		else if (!input_is(l, 4, "unusable"))
			fact.usable = true;
		if (input_is(l, 4, "as") && !avs_represent_parse(input_word(l, 5), &fact.represent))
			input_bad(l);
	}
	if (avs_table_set(l->in->table, &p, &fact))
		abort();
}

static inline struct avs_unseen *input_unseen(const struct input_line *l)
{
	unsigned int rs = avs_config_find_rs(l->in->config, input_word(l, 1));

	if (rs == AVS_RS_NONE)
		input_bad(l);
	return &l->in->unseen[rs];
}

/* of a route server, so that it needs the sealed configuration; false: it is another line */
static inline bool input_seen(const struct input_line *l, bool routes)
{
	if (input_is(l, 0, "learned") || input_is(l, 0, "local")) {
		if (routes)
			input_learn(l);
	} else if (input_is(l, 0, "filtered")) {
		if (routes)
			input_unseen(l)->filter = input_word(l, 2);
	} else if (input_is(l, 0, "untold")) {
		if (routes)
			input_unseen(l)->untold = input_word(l, 2);
	} else if (input_is(l, 0, "mute")) {
		if (routes)
			input_unseen(l)->mute = true;
	} else if (input_is(l, 0, "remembered")) {
		if (routes)
			input_unseen(l)->remembered = true;
	} else {
		return false;
	}
	return true;
}

static inline enum avs_reason input_reason(const struct input_line *l, int i)
{
	int r;

	for (r = 0; r < 256; r++)
		if (input_is(l, i, avs_reason_name((enum avs_reason)r)))
			return (enum avs_reason)r;
	input_bad(l);
	return AVS_REASON_UNSPEC;
}

/* one line; what is learned needs the sealed configuration, so it comes second */
static inline void input_take(struct input *in, const char *text, bool routes)
{
	struct input_line l = {.in = in, .text = text};
	char buf[512], *save = NULL, *word;
	int n = 0;

	if (text[0] == '!')
		return;
	snprintf(buf, sizeof(buf), "%s", text);
	for (word = strtok_r(buf, " \t", &save); word; word = strtok_r(NULL, " \t", &save)) {
		if (n == INPUT_WORDS)
			input_bad(&l);
		l.word[n++] = word;
	}
	if (!n)
		return;
	if (input_seen(&l, routes) || routes)
		return;
	if (input_is(&l, 0, "avs")) {
		input_avs(&l);
	} else if (input_is(&l, 0, "holds")) {
		in->holds[in->hold_count++] = input_prefix(&l, 1);
	} else if (input_is(&l, 0, "list")) {
		in->list[in->list_count].name = input_word(&l, 1);
		in->list[in->list_count++].prefix = input_prefix(&l, 2);
	} else if (input_is(&l, 0, "at")) {
		in->now = 1000ULL * input_number(&l, 1);
	} else if (input_is(&l, 0, "unlatch")) {
		in->unlatch_wanted = true;
		if (l.word[1])
			in->unlatch = input_prefix(&l, 1);
	} else if (input_is(&l, 0, "closed")) {
		in->closed = input_reason(&l, 1);
	} else {
		input_bad(&l);
	}
}

static inline void input_lines(struct input *in, const char *text, bool routes)
{
	const char *end;
	char line[512];
	size_t n;

	for (; *text; text = *end ? end + 1 : end) {
		end = strchr(text, '\n');
		if (!end)
			end = text + strlen(text);
		n = (size_t)(end - text);
		if (n >= sizeof(line))
			abort();
		memcpy(line, text, n);
		line[n] = '\0';
		input_take(in, line, routes);
	}
}

static inline void input_read(struct input *in, const char *text)
{
	struct avs_config *c;
	size_t i, j;

	memset(in, 0, sizeof(*in));
	in->arena = avs_arena_new();
	in->table = avs_table_new();
	c = in->config = avs_arena_alloc(in->arena, sizeof(*c));
	c->name = "default";
	c->rs = avs_arena_array(in->arena, INPUT_MAX, sizeof(*c->rs));
	c->rules = avs_arena_array(in->arena, INPUT_MAX, sizeof(*c->rules));
	c->siblings = avs_arena_array(in->arena, INPUT_MAX, sizeof(*c->siblings));
	c->loose = avs_arena_array(in->arena, INPUT_MAX, sizeof(*c->loose));
	c->exact = avs_arena_array(in->arena, INPUT_MAX, sizeof(*c->exact));
	c->conditions = avs_arena_array(in->arena, INPUT_MAX, sizeof(*c->conditions));
	c->supernets = avs_arena_array(in->arena, 2 * INPUT_MAX, sizeof(*c->supernets));
	c->automatic.within = avs_arena_array(in->arena, INPUT_MAX, sizeof(*c->automatic.within));
	c->protect = avs_arena_array(in->arena, INPUT_MAX, sizeof(*c->protect));
	c->companion = avs_arena_array(in->arena, INPUT_MAX, sizeof(*c->companion));
	input_lines(in, text, false);
	if (avs_config_seal(c))
		abort();
	input_lines(in, text, true);
	for (i = 0; i < c->condition_count; i++)
		for (j = 0; j < in->hold_count; j++)
			if (avs_prefix_equal(&c->conditions[i].prefix, &in->holds[j]))
				in->conditions[i] = true;
}

static inline bool input_permits(const char *list, const struct avs_prefix *prefix, void *arg)
{
	const struct input *in = arg;
	size_t i;

	for (i = 0; i < in->list_count; i++)
		if (!strcmp(in->list[i].name, list) &&
		    avs_prefix_contains(&in->list[i].prefix, prefix))
			return true;
	return false;
}

static inline struct avs_plan *input_plan(struct input *in, const struct avs_plan *prev)
{
	struct avs_input input = {.config = in->config,
				  .table = in->table,
				  .conditions = in->conditions,
				  .closed = in->closed,
				  .prev = prev,
				  .unseen = in->unseen,
				  .now = in->now,
				  .unlatch = in->unlatch_wanted ? &in->unlatch : NULL,
				  .permits = input_permits,
				  .permits_arg = in};
	struct avs_plan *plan = NULL;

	if (avs_plan_compute(&input, in->arena, &plan))
		abort();
	return plan;
}

static inline void input_free(struct input *in)
{
	avs_table_free(in->table);
	avs_arena_free(in->arena);
}

#endif /* _AVS_INPUT_H */
