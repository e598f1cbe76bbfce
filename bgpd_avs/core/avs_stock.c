// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The present plan as configuration of stock FRR: the way back.
 *
 * For every route server a prefix-list for each set of attributes, and a
 * route-map with an entry for each of these lists, and nothing after them: what
 * the lists do not name is denied.  What the
 * module originates becomes `network` lines, without a look at the routing
 * table; what it announces from learned paths needs no line but the lists.
 * Rule 5 becomes `set as-path exclude`.  The user's own map is called by every entry.
 *
 * There are two sets of attributes: those of the default, which may have a next
 * hop and a community of its own, and those of everything else.
 */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "avs_stock.h"

struct avs_writer {
	const struct avs_plan *plan;
	uint32_t own; /* what is prepended */
	avs_stock_line line;
	void *arg;
};

__attribute__((format(printf, 2, 3))) static void avs_say(const struct avs_writer *w,
							  const char *format, ...)
{
	char text[512];
	va_list ap;

	va_start(ap, format);
	vsnprintf(text, sizeof(text), format, ap);
	va_end(ap);
	w->line(text, w->arg);
}

/* entry of the route-map, and number of the list */
static unsigned int avs_group(const struct avs_entry *entry)
{
	return entry->cls == AVS_CLASS_DEFAULT ? 1 : 2;
}

/* As the module does it: for originated supernets whose next hop is this router. */
static void avs_write_discards(const struct avs_writer *w, const char *instance)
{
	char prefix[AVS_PREFIX_STRLEN];
	size_t i;

	for (i = 0; !*instance && i < w->plan->originate_count; i++)
		if (avs_plan_wants_discard(w->plan, &w->plan->originate[i]))
			avs_say(w, "ip route %s Null0 254",
				avs_prefix_str(&w->plan->originate[i], prefix, sizeof(prefix)));
}

static void avs_write_entry(const struct avs_writer *w, const struct avs_rs_plan *rs,
			    const struct avs_entry *entry, unsigned int group)
{
	char hop[AVS_PREFIX_STRLEN], prepend[128] = "", *slash;
	uint32_t i;

	avs_say(w, "route-map PLAN-%s permit %u", rs->config->name, 10 * group);
	avs_say(w, " match ip address prefix-list PLAN-%s-%u", rs->config->name, group);
	if (rs->config->map_out)
		avs_say(w, " call %s", rs->config->map_out);
	avs_say(w, " set as-path exclude 12076 65515 65516 65517 65518 65519 65520");
	for (i = 0; i < entry->prepend; i++)
		snprintf(prepend + strlen(prepend), sizeof(prepend) - strlen(prepend), " %u",
			 w->own);
	if (entry->prepend)
		avs_say(w, " set as-path prepend%s", prepend);
	if (entry->next_hop.family) {
		avs_prefix_str(&entry->next_hop, hop, sizeof(hop));
		slash = strchr(hop, '/');
		if (slash)
			*slash = '\0';
		avs_say(w, " set ip next-hop %s", hop);
	}
	if (entry->no_advertise)
		avs_say(w, " set community no-advertise additive");
	avs_say(w, "exit");
}

static void avs_write_route_server(const struct avs_writer *w, const struct avs_rs_plan *rs)
{
	const struct avs_entry *entry = &w->plan->entries[rs->first], *end = entry + rs->count;
	const struct avs_entry *sample[3] = {NULL};
	char prefix[AVS_PREFIX_STRLEN];
	unsigned int number = 0, group;

	avs_say(w, "! route server %s", rs->config->name);
	for (; entry < end; entry++) {
		if (!avs_reason_permits(entry->reason))
			continue;
		group = avs_group(entry);
		sample[group] = entry;
		avs_say(w, "ip prefix-list PLAN-%s-%u seq %u permit %s", rs->config->name, group,
			5 * ++number, avs_prefix_str(&entry->prefix, prefix, sizeof(prefix)));
	}
	for (group = 1; group <= 2; group++)
		if (sample[group])
			avs_write_entry(w, rs, sample[group], group);
	if (!number) {
		avs_say(w, "route-map PLAN-%s deny 10", rs->config->name);
		avs_say(w, "exit");
	}
}

static void avs_write_neighbors(const struct avs_writer *w, const struct avs_rs_config *rs)
{
	char address[AVS_PREFIX_STRLEN], *slash;
	size_t i;

	for (i = 0; i < rs->neighbor_count; i++) {
		avs_prefix_str(&rs->neighbors[i], address, sizeof(address));
		slash = strchr(address, '/');
		if (slash)
			*slash = '\0';
		if (rs->map_in)
			avs_say(w, "  neighbor %s route-map %s in", address, rs->map_in);
		else
			avs_say(w, "  neighbor %s route-map PLAN-IN in", address);
		avs_say(w, "  neighbor %s route-map PLAN-%s out", address, rs->name);
		avs_say(w, "  neighbor %s next-hop-self", address);
	}
}

void avs_stock_write(const struct avs_plan *plan, uint32_t as, uint32_t own, const char *instance,
		     avs_stock_line line, void *arg)
{
	const struct avs_writer w = {.plan = plan, .own = own, .line = line, .arg = arg};
	const struct avs_config *config = plan->config;
	char prefix[AVS_PREFIX_STRLEN];
	size_t i;

	avs_say(&w, "! What bgpd_avs announces now, as configuration of stock FRR: a snapshot.");
	avs_say(&w, "! It does not follow the network, and nothing checks it. Without the module:");
	avs_say(&w,
		"! remove the avs lines, AVS-* from the neighbors, and -M avs; then these lines.");
	avs_write_discards(&w, instance);
	avs_say(&w, "route-map PLAN-IN permit 10");
	avs_say(&w, "exit");
	for (i = 0; i < config->rs_count; i++)
		if (!config->rs[i].overlay)
			avs_write_route_server(&w, &plan->rs[i]);
	avs_say(&w, "router bgp %u%s", as, instance);
	avs_say(&w, " no bgp network import-check");
	avs_say(&w, " address-family ipv4 unicast");
	for (i = 0; i < plan->originate_count; i++)
		avs_say(&w, "  network %s",
			avs_prefix_str(&plan->originate[i], prefix, sizeof(prefix)));
	for (i = 0; i < config->rs_count; i++)
		if (config->rs[i].overlay)
			avs_say(&w,
				"! %s: what it gets, and what it says of its routes, needs the module",
				config->rs[i].name);
		else
			avs_write_neighbors(&w, &config->rs[i]);
	avs_say(&w, " exit-address-family");
	avs_say(&w, "exit");
}
