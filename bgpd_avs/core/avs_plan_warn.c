// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What the plan itself notices.
 *
 * Most plans that announce nothing, or not what their author had in mind, are
 * plans of an incomplete configuration or of a network that is not as the
 * configuration says.  Each of these has a warning; the sentence is made in
 * avs_warning.c.  Facts of bgpd (sessions, timers, settings of neighbours) are
 * not known here; their warnings are added by the bgpd side.
 *
 * Order: those of the instance, then those of each route server in the order
 * of the configuration, each in the order of the functions below.
 */
#include <stdio.h>
#include <string.h>

#include "avs_plan_int.h"

/* of gateway-limit: from where it is worth a word */
#define AVS_GATEWAY_WARN 80
/* counted at most: a network that has more is not understood by one line */
#define AVS_UNACCOMPANIED_MAX 1000
/* most warnings that one route server can get, conflicts not counted */
#define AVS_WARN_PER_RS 32
/* of them at most so many name a sibling */
#define AVS_WARN_SIBLINGS 3

struct avs_warner {
	const struct avs_input *input;
	struct avs_arena *arena;
	struct avs_plan *plan;
	const struct avs_rs_plan *rs; /* at hand; NULL: the instance */
	unsigned int index;	      /* of rs */
	/* default-equivalents that are learned, in prefix order */
	struct avs_prefix defaults[AVS_DEFAULT_EQUIVALENTS];
	size_t default_count;
	bool failed;
};

static struct avs_warning *avs_warn(struct avs_warner *w, enum avs_warning_code code,
				    enum avs_severity severity)
{
	struct avs_warning *warning = &w->plan->warnings[w->plan->warning_count++];

	warning->code = code;
	warning->severity = severity;
	warning->rs = w->rs ? w->rs->config->name : NULL;
	return warning;
}

/* A host prefix as an address; NULL: no memory, which is noted. */
static const char *avs_warn_address(struct avs_warner *w, const struct avs_prefix *host)
{
	char text[AVS_PREFIX_STRLEN], *slash;
	const char *copy;

	avs_prefix_str(host, text, sizeof(text));
	slash = strchr(text, '/');
	if (slash)
		*slash = '\0';
	copy = avs_arena_strdup(w->arena, text);
	if (!copy)
		w->failed = true;
	return copy;
}

/* A neighbour that two route servers claim, told at the first of them. */
static void avs_warn_conflicts(struct avs_warner *w)
{
	const struct avs_rs_config *rs = w->rs->config;
	struct avs_warning *warning;
	bool conflict;
	size_t i;

	for (i = 0; i < rs->neighbor_count; i++) {
		if (avs_config_role(w->plan->config, &rs->neighbors[i], &conflict) != w->index ||
		    !conflict)
			continue;
		warning = avs_warn(w, AVS_WARN_NEIGHBOR_CONFLICT, AVS_SEV_ALARM);
		warning->prefix = rs->neighbors[i];
		warning->subject = avs_warn_address(w, &rs->neighbors[i]);
	}
}

static void avs_warn_incomplete(struct avs_warner *w)
{
	const struct avs_rs_config *rs = w->rs->config;

	if (rs->overlay)
		return;
	if (!rs->neighbor_count)
		avs_warn(w, AVS_WARN_NO_NEIGHBOR, AVS_SEV_WARNING);
	if (rs->neighbor_count == 1)
		avs_warn(w, AVS_WARN_ONE_NEIGHBOR, AVS_SEV_WARNING);
	if (!rs->toward_count)
		avs_warn(w, AVS_WARN_NO_TOWARD, AVS_SEV_WARNING);
	if (rs->guard == AVS_GUARD_MONITOR)
		avs_warn(w, AVS_WARN_MONITOR, AVS_SEV_WARNING);
	if (rs->guard == AVS_GUARD_SHADOW)
		avs_warn(w, AVS_WARN_SHADOW, AVS_SEV_WARNING)->number = rs->leaving;
}

static void avs_warn_drain(struct avs_warner *w)
{
	const struct avs_drain *drain = &w->rs->drain;
	uint64_t end = drain->since + AVS_DRAIN_MSEC;

	if (!drain->active)
		return;
	avs_warn(w, AVS_WARN_MAINTENANCE, AVS_SEV_WARNING)->number =
		drain->done ? 0 : (uint32_t)((end - w->input->now + 999) / 1000);
	if (w->rs->config->next_hop.family)
		avs_warn(w, AVS_WARN_DRAIN_SHARED, AVS_SEV_WARNING)->prefix =
			w->rs->config->next_hop;
}

/* A default is looked for in every shape, once for all route servers. */
static void avs_warn_defaults(struct avs_warner *w)
{
	struct avs_prefix p;
	uint32_t i, len;

	/* shorter ones with the same address come first: prefix order */
	for (i = 0; i < 128; i++)
		for (len = 0; len < 8; len++) {
			p = avs_prefix_v4(i << 25, (uint8_t)len);
			if (avs_prefix_v4_addr(&p) == i << 25 &&
			    avs_table_find(w->input->table, &p))
				w->defaults[w->default_count++] = p;
		}
}

/* Routes of an overlay neighbour that nobody can place; a default needs no segment. */
static void avs_warn_untagged(struct avs_warner *w)
{
	uint32_t count = avs_table_count(w->input->table, w->index, AVS_SEGMENT_UNKNOWN);
	const struct avs_fact *fact;
	size_t i;

	for (i = 0; i < w->default_count; i++) {
		fact = avs_table_find(w->input->table, &w->defaults[i]);
		if (fact && (fact->from[AVS_SEGMENT_UNKNOWN] >> w->index & 1))
			count--;
	}
	if (count)
		avs_warn(w, AVS_WARN_UNTAGGED, AVS_SEV_WARNING)->number = count;
}

/* AS numbers that seem to be siblings', at one route server */
struct avs_suspects {
	uint32_t as[AVS_WARN_SIBLINGS];
	unsigned int count;
	uint32_t unknown; /* unclassified routes of theirs */
};

static void avs_warn_sibling(struct avs_warner *w, struct avs_suspects *suspects, uint32_t as,
			     const struct avs_prefix *prefix)
{
	struct avs_warning *warning;
	char text[16];
	unsigned int i;

	for (i = 0; i < suspects->count; i++)
		if (suspects->as[i] == as)
			return;
	if (!as || i == AVS_WARN_SIBLINGS ||
	    (w->input->elsewhere && w->input->elsewhere(as, w->input->elsewhere_arg)))
		return;
	suspects->as[suspects->count++] = as;
	suspects->unknown += avs_table_unknown_of(w->input->table, w->index, as);
	warning = avs_warn(w, AVS_WARN_SIBLING, AVS_SEV_ALARM);
	warning->prefix = *prefix;
	snprintf(text, sizeof(text), "%u", as);
	warning->subject = avs_arena_strdup(w->arena, text);
	if (!warning->subject)
		w->failed = true;
}

/* AS of the appliance that alone delivers it, to this route server; 0: not so */
static uint32_t avs_warn_appliance(const struct avs_warner *w, const struct avs_prefix *prefix)
{
	const struct avs_fact *fact = avs_table_find(w->input->table, prefix);
	unsigned int i;

	for (i = 0; fact && fact->appliance && i < AVS_SEGMENT_COUNT; i++)
		if (fact->from[i] >> w->index & 1)
			return fact->appliance_as;
	return 0;
}

/*
 * Appliances that announce what this router would: what is planned here, or what is around
 * contributors.  Returns how many unclassified routes are theirs.
 */
static uint32_t avs_warn_siblings(struct avs_warner *w)
{
	const struct avs_auto_plan *automatic = &w->plan->automatic;
	const struct avs_entry *entry = &w->plan->entries[w->rs->first];
	struct avs_suspects suspects = {.count = 0};
	size_t i;

	if (!avs_table_appliances(w->input->table))
		return 0;
	if (automatic->sibling_as &&
	    avs_warn_appliance(w, &automatic->sibling_prefix) == automatic->sibling_as)
		avs_warn_sibling(w, &suspects, automatic->sibling_as, &automatic->sibling_prefix);
	for (i = 0; i < w->rs->count && suspects.count < AVS_WARN_SIBLINGS; i++)
		avs_warn_sibling(w, &suspects, avs_warn_appliance(w, &entry[i].prefix),
				 &entry[i].prefix);
	return suspects.unknown;
}

/* What the route server delivers, against what it is said to reach. */
static void avs_warn_reach(struct avs_warner *w)
{
	avs_segset unsaid = w->rs->observed & (avs_segset)~w->rs->declared;
	uint32_t count[AVS_SEGMENT_COUNT], unclassified;
	struct avs_warning *warning;
	unsigned int i;

	for (i = 0; i < AVS_SEGMENT_COUNT; i++)
		count[i] = avs_table_count(w->input->table, w->index, (enum avs_segment)i);
	for (i = 0; i < AVS_SEGMENT_COUNT && w->rs->config->toward_count; i++) {
		if (!(unsaid & AVS_SEG_BIT(i)))
			continue;
		/* on-premises: rule 2 refuses because of it */
		warning = avs_warn(w, AVS_WARN_REACH_OBSERVED,
				   i == AVS_SEGMENT_ON_PREMISES ? AVS_SEV_ALARM : AVS_SEV_WARNING);
		warning->subject = avs_segment_name((enum avs_segment)i);
		warning->number = count[i];
	}
	if (w->rs->linked & AVS_SEG_BIT(AVS_SEGMENT_ON_PREMISES) && !w->rs->config->global_reach)
		avs_warn(w, AVS_WARN_GLOBAL_REACH, AVS_SEV_WARNING)->number =
			avs_table_linked(w->input->table, w->index, AVS_SEGMENT_ON_PREMISES);
	/* who seems to be a sibling must not be called on-premises */
	unclassified = count[AVS_SEGMENT_UNKNOWN] - avs_warn_siblings(w);
	if (unclassified)
		avs_warn(w, AVS_WARN_UNCLASSIFIED, AVS_SEV_ALARM)->number = unclassified;
	if ((count[AVS_SEGMENT_UNKNOWN] || count[AVS_SEGMENT_VIRTUAL_NETWORK]) &&
	    !count[AVS_SEGMENT_PRIVATE_CLOUD] && !count[AVS_SEGMENT_ON_PREMISES])
		avs_warn(w, AVS_WARN_NO_EXPRESSROUTE, AVS_SEV_WARNING);
}

/* Is anything at the route server at hand refused for this reason? */
static bool avs_refuses(const struct avs_warner *w, enum avs_reason reason)
{
	size_t i;

	for (i = 0; i < w->rs->count; i++)
		if (w->plan->entries[w->rs->first + i].reason == reason)
			return true;
	return false;
}

/* Rule 2 takes on-premises for reached, because something is not known. */
static void avs_warn_unseen(struct avs_warner *w)
{
	const struct avs_unseen *unseen = w->input->unseen ? &w->input->unseen[w->index] : NULL;
	avs_segset seen = w->rs->declared | w->rs->observed;
	struct avs_warning *warning;

	if (!unseen || (seen & AVS_SEG_BIT(AVS_SEGMENT_ON_PREMISES)))
		return;
	if (unseen->remembered)
		avs_warn(w, AVS_WARN_REACH_REMEMBERED,
			 avs_refuses(w, AVS_REASON_LEAK_REMEMBERED) ? AVS_SEV_ALARM
								    : AVS_SEV_WARNING);
	if (unseen->filter) {
		warning = avs_warn(w, AVS_WARN_REACH_FILTERED,
				   avs_refuses(w, AVS_REASON_LEAK_FILTERED) ? AVS_SEV_ALARM
									    : AVS_SEV_WARNING);
		warning->subject = unseen->filter;
	}
	/* for a moment; worth a word where something waits for it, or it does not end by itself */
	if (unseen->untold && (unseen->mute || avs_refuses(w, AVS_REASON_LEAK_UNTOLD))) {
		warning = avs_warn(w, AVS_WARN_REACH_UNTOLD, AVS_SEV_WARNING);
		warning->subject = unseen->untold;
		warning->number = unseen->mute;
	}
}

static bool avs_delivers(const struct avs_warner *w, const struct avs_prefix *prefix)
{
	const struct avs_fact *fact = avs_table_find(w->input->table, prefix);
	unsigned int i;

	for (i = 0; fact && i < AVS_SEGMENT_COUNT; i++)
		if (fact->from[i] >> w->index & 1)
			return true;
	return false;
}

/* Covers that cannot be hairpinned: no strict supernet of them is permissible. */
static void avs_warn_learned(struct avs_warner *w)
{
	unsigned int i;

	for (i = 0; i < w->default_count; i++) {
		if (!avs_delivers(w, &w->defaults[i]))
			continue;
		avs_warn(w, AVS_WARN_LEARNED_DEFAULT, AVS_SEV_ALARM)->prefix = w->defaults[i];
		break;
	}
	for (i = 0; i < 3; i++)
		if (avs_delivers(w, &avs_rfc1918[i]))
			avs_warn(w, AVS_WARN_LEARNED_RFC1918, AVS_SEV_ALARM)->prefix =
				avs_rfc1918[i];
}

/* Does the private cloud get a default, in whatever shape? */
static bool avs_gets_default(const struct avs_warner *w)
{
	const struct avs_entry *entry = &w->plan->entries[w->rs->first];
	size_t i;

	if (!(w->rs->declared & AVS_SEG_BIT(AVS_SEGMENT_PRIVATE_CLOUD)))
		return false;
	for (i = 0; i < w->rs->count; i++)
		if (avs_prefix_is_default_equivalent(&entry[i].prefix) &&
		    avs_reason_permits(entry[i].reason) && !entry[i].no_advertise)
			return true;
	return false;
}

/* Is this prefix asked for as a companion, or a wider one? */
static bool avs_is_accompanied(const struct avs_config *config, const struct avs_prefix *prefix)
{
	size_t i;

	for (i = 0; config->companions && i < 3; i++)
		if (avs_prefix_contains(&avs_rfc1918[i], prefix))
			return true;
	for (i = 0; i < config->companion_count; i++)
		if (avs_prefix_contains(&config->companion[i], prefix))
			return true;
	return false;
}

static void avs_warn_companions(struct avs_warner *w)
{
	unsigned int i;

	for (i = 0; i < 3; i++)
		if (!avs_is_accompanied(w->plan->config, &avs_rfc1918[i])) {
			avs_warn(w, AVS_WARN_NO_COMPANIONS, AVS_SEV_WARNING);
			return;
		}
}

/* what of on-premises the private cloud's management does not find */
struct avs_unaccompanied {
	const struct avs_warner *w;
	struct avs_prefix first;
	uint32_t count;
};

/* Is the prefix, or a wider one that is no default, announced to the route server at hand? */
static bool avs_is_announced(const struct avs_warner *w, const struct avs_prefix *prefix)
{
	const struct avs_entry *entry;
	struct avs_prefix p = *prefix;

	for (; !avs_prefix_is_default_equivalent(&p); p = avs_prefix_wider(&p)) {
		entry = avs_plan_find(w->plan, w->index, &p);
		if (entry && avs_reason_permits(entry->reason))
			return true;
	}
	return false;
}

/* inside the blocks of RFC 1918 the other warning says what is missing */
static bool avs_skip_accompanied(const struct avs_prefix *prefix, void *arg)
{
	const struct avs_unaccompanied *u = arg;
	unsigned int i;

	for (i = 0; i < 3; i++)
		if (avs_prefix_contains(&avs_rfc1918[i], prefix))
			return true;
	return avs_is_accompanied(u->w->plan->config, prefix);
}

static bool avs_look_unaccompanied(const struct avs_prefix *prefix, const struct avs_fact *fact,
				   void *arg)
{
	struct avs_unaccompanied *u = arg;

	(void)fact;
	if (avs_is_announced(u->w, prefix))
		return true;
	if (!u->count++)
		u->first = *prefix;
	return u->count < AVS_UNACCOMPANIED_MAX;
}

/* The narrowest companion for this prefix that nobody delivers here; family 0: there is none. */
static struct avs_prefix avs_companion_for(const struct avs_warner *w,
					   const struct avs_prefix *prefix)
{
	struct avs_prefix p = *prefix;

	while (!avs_prefix_is_default_equivalent(&p) && avs_delivers(w, &p))
		p = avs_prefix_wider(&p);
	return avs_prefix_is_default_equivalent(&p) ? (struct avs_prefix){0} : p;
}

/*
 * The management network of the private cloud follows no default for what on-premises has,
 * RFC 1918 or not.  The line to type names what is not delivered here itself: that would be
 * refused by rule 4.
 */
static void avs_warn_unaccompanied(struct avs_warner *w)
{
	struct avs_unaccompanied u = {.w = w};
	char text[AVS_PREFIX_STRLEN];
	struct avs_warning *warning;
	struct avs_prefix line;

	avs_table_walk_on_premises(w->input->table, avs_skip_accompanied, avs_look_unaccompanied,
				   &u);
	if (!u.count)
		return;
	warning = avs_warn(w, AVS_WARN_UNACCOMPANIED, AVS_SEV_WARNING);
	warning->prefix = u.first;
	warning->number = u.count;
	line = avs_companion_for(w, &u.first);
	if (!line.family)
		return;
	warning->subject = avs_arena_strdup(w->arena, avs_prefix_str(&line, text, sizeof(text)));
	if (!warning->subject)
		w->failed = true;
}

/* Does the route server deliver a virtual network around this address? */
static bool avs_in_network(const struct avs_warner *w, const struct avs_prefix *address)
{
	const struct avs_fact *fact;
	struct avs_prefix p;
	uint8_t len;

	/* no network is as wide as a default route */
	for (len = address->len; len >= 8; len--) {
		p = avs_prefix_v4(avs_prefix_v4_addr(address), len);
		fact = avs_table_find(w->input->table, &p);
		if (fact && (fact->from[AVS_SEGMENT_VIRTUAL_NETWORK] >> w->index & 1))
			return true;
	}
	return false;
}

/* Azure uses no next hop outside of the virtual networks. */
static void avs_warn_next_hop(struct avs_warner *w)
{
	const struct avs_prefix *hops[2] = {&w->rs->config->next_hop,
					    &w->plan->config->default_next_hop};
	unsigned int i;

	if (!avs_table_count(w->input->table, w->index, AVS_SEGMENT_VIRTUAL_NETWORK))
		return;
	for (i = 0; i < 2; i++)
		if (hops[i]->family == AVS_IPV4 && !avs_in_network(w, hops[i]))
			avs_warn(w, AVS_WARN_NEXT_HOP, AVS_SEV_WARNING)->subject =
				avs_warn_address(w, hops[i]);
}

static void avs_warn_budget(struct avs_warner *w)
{
	uint32_t limit = avs_rs_gateway_limit(w->rs->config), percent;
	const struct avs_entry *entry = &w->plan->entries[w->rs->first];
	struct avs_warning *warning;
	bool stopped = false;
	size_t i;

	if (w->rs->unserved) {
		warning = avs_warn(w, AVS_WARN_BUDGET, AVS_SEV_ALARM);
		warning->prefix = w->rs->first_unserved;
		warning->number = w->rs->unserved;
	}
	for (i = 0; i < w->rs->count; i++)
		if (entry[i].reason == AVS_REASON_GATEWAY_BUDGET)
			stopped = true;
	percent = (uint32_t)((uint64_t)w->rs->gateway_used * 100 / limit);
	if (stopped || percent >= AVS_GATEWAY_WARN)
		avs_warn(w, AVS_WARN_GATEWAY_BUDGET, stopped ? AVS_SEV_ALARM : AVS_SEV_WARNING)
			->number = percent;
}

/* Why there is no set, and what to type. */
static void avs_warn_fault_text(const struct avs_supernet_set *set, char *buf, size_t size)
{
	char blocker[AVS_PREFIX_STRLEN];

	avs_prefix_str(&set->blocker, blocker, sizeof(blocker));
	buf[0] = '\0';
	switch (set->fault) {
	case AVS_SUPERNET_OK:
		break;
	case AVS_SUPERNET_OUTSIDE:
		snprintf(buf, size,
			 "lies in no range that supernets may use (avs auto within PREFIX)");
		break;
	case AVS_SUPERNET_TOO_SHORT:
		snprintf(buf, size, "has no supernet that is long enough (avs auto shortest N)");
		break;
	case AVS_SUPERNET_PROTECTED:
		snprintf(buf, size, "has no supernet that does not touch %s (no avs protect %s)",
			 blocker, blocker);
		break;
	case AVS_SUPERNET_TAKEN:
		snprintf(buf, size, "has no supernet but %s, which is learned", blocker);
		break;
	case AVS_SUPERNET_CONSENT:
		snprintf(buf, size,
			 "has no supernet but %s, which on-premises would get as well (avs "
			 "route-server NAME accept-leak on-premises)",
			 blocker);
		break;
	case AVS_SUPERNET_MAX_PREFIXES:
		snprintf(buf, size, "is left over (avs auto max-prefixes N)");
		break;
	case AVS_SUPERNET_MAX_ATTRACT:
		snprintf(buf, size, "attracts most of %llu addresses (avs auto max-attract N)",
			 (unsigned long long)set->attracted);
		break;
	}
}

/* Lines of a neighbour that has no role: they wait. */
static void avs_warn_loose(struct avs_warner *w)
{
	const struct avs_config *config = w->plan->config;
	size_t i;

	for (i = 0; i < config->loose_count; i++)
		avs_warn(w, AVS_WARN_NO_OVERLAY, AVS_SEV_WARNING)->subject =
			avs_warn_address(w, &config->loose[i]);
	for (i = 0; i < config->edge_count; i++)
		if (!config->edges[i].role)
			avs_warn(w, AVS_WARN_NO_EDGE, AVS_SEV_WARNING)->subject =
				avs_warn_address(w, &config->edges[i].neighbor);
}

static void avs_warn_auto(struct avs_warner *w)
{
	const struct avs_auto_plan *automatic = &w->plan->automatic;
	struct avs_warning *warning;
	char text[192];
	size_t i;

	if (automatic->target.fault) {
		warning = avs_warn(w, AVS_WARN_AUTO_PREVENTED, AVS_SEV_ALARM);
		warning->prefix = automatic->target.about;
		avs_warn_fault_text(&automatic->target, text, sizeof(text));
		warning->subject = avs_arena_strdup(w->arena, text);
		if (!warning->subject)
			w->failed = true;
	}
	if (automatic->echoes) {
		warning = avs_warn(w, AVS_WARN_ECHO, AVS_SEV_WARNING);
		warning->prefix = automatic->first_echo;
		warning->number = automatic->echoes;
	}
	for (i = 0; i < automatic->memory_count; i++)
		if (automatic->memory[i].latched)
			avs_warn(w, AVS_WARN_LATCHED, AVS_SEV_ALARM)->prefix =
				automatic->memory[i].prefix;
}

bool avs_plan_warn(const struct avs_input *input, struct avs_arena *arena, struct avs_plan *plan)
{
	struct avs_warner w = {.input = input, .arena = arena, .plan = plan};
	const struct avs_config *config = plan->config;
	size_t room = 5 + plan->automatic.memory_count + config->loose_count + config->edge_count,
	       i;

	for (i = 0; i < config->rs_count; i++)
		room += AVS_WARN_PER_RS + config->rs[i].neighbor_count;
	plan->warnings = avs_arena_array(arena, room, sizeof(*plan->warnings));
	if (!plan->warnings)
		return false;
	if (config->shutdown)
		avs_warn(&w, AVS_WARN_SHUTDOWN, AVS_SEV_WARNING);
	if (config->freeze)
		avs_warn(&w, AVS_WARN_FREEZE, AVS_SEV_WARNING);
	if (plan->not_permitted)
		avs_warn(&w, AVS_WARN_PERMITTED_MANY, AVS_SEV_WARNING)->number =
			plan->not_permitted;
	avs_warn_loose(&w);
	avs_warn_auto(&w);
	avs_warn_defaults(&w);
	for (w.index = 0; w.index < config->rs_count; w.index++) {
		w.rs = &plan->rs[w.index];
		avs_warn_conflicts(&w);
		avs_warn_incomplete(&w);
		avs_warn_drain(&w);
		if (w.rs->config->overlay) {
			avs_warn_untagged(&w);
			continue;
		}
		avs_warn_reach(&w);
		avs_warn_unseen(&w);
		avs_warn_learned(&w);
		if (avs_gets_default(&w)) {
			avs_warn_companions(&w);
			avs_warn_unaccompanied(&w);
		}
		avs_warn_next_hop(&w);
		avs_warn_budget(&w);
	}
	return !w.failed;
}
