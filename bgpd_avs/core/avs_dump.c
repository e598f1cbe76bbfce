// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Values as text.
 *
 * Golden files and fuzzers compare values; a person who reads their output
 * compares lines.  A configuration is written as the lines that a user would
 * type, so that the input of a test and the dump of what it became look alike.
 *
 * Lines go to a callback one by one.  Nothing is allocated and nothing can
 * fail; a line of more than AVS_LINE_MAX characters (names are at most
 * AVS_NAME_MAX) would be cut.
 */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "avs_dump.h"

#define AVS_LINE_MAX 1024
#define AVS_WORD_MAX 256

/* where lines go */
struct avs_dumper {
	avs_dump_line line;
	void *arg;
};

__attribute__((format(printf, 2, 3))) static void avs_put(const struct avs_dumper *d,
							  const char *format, ...)
{
	char buf[AVS_LINE_MAX];
	va_list ap;

	va_start(ap, format);
	vsnprintf(buf, sizeof(buf), format, ap);
	va_end(ap);
	d->line(buf, d->arg);
}

/* text that a line needs beside its arguments */
struct avs_word {
	char text[AVS_WORD_MAX];
};

static struct avs_word avs_prefix_word(const struct avs_prefix *p)
{
	struct avs_word w;

	avs_prefix_str(p, w.text, sizeof(w.text));
	return w;
}

/* A host prefix without its length. */
static struct avs_word avs_host_word(const struct avs_prefix *p)
{
	struct avs_word w = avs_prefix_word(p);
	char *slash = strchr(w.text, '/');

	if (slash)
		*slash = '\0';
	return w;
}

/* " WORD TEXT", or nothing when there is no text */
static struct avs_word avs_option_word(const char *word, const char *text)
{
	struct avs_word w = {""};

	if (text && *text)
		snprintf(w.text, sizeof(w.text), " %s %.*s", word, AVS_WORD_MAX - 32, text);
	return w;
}

static void avs_put_number(const struct avs_dumper *d, const char *rs, const char *word,
			   uint32_t value)
{
	if (value)
		avs_put(d, "avs route-server %s %s %u", rs, word, value);
}

static void avs_dump_overlay(const struct avs_dumper *d, const struct avs_rs_config *rs)
{
	const char *address = avs_rs_label(rs);

	avs_put(d, "avs overlay neighbor %s%s", address,
		avs_option_word("interface", rs->interface).text);
	if (rs->gets_default)
		avs_put(d, "avs overlay default %s", address);
	if (rs->map_in)
		avs_put(d, "avs overlay route-map %s %s in", address, rs->map_in);
	if (rs->map_out)
		avs_put(d, "avs overlay route-map %s %s out", address, rs->map_out);
}

static void avs_dump_rs(const struct avs_dumper *d, const struct avs_rs_config *rs)
{
	const char *name = rs->name;
	size_t i;

	if (rs->overlay) {
		avs_dump_overlay(d, rs);
		return;
	}
	for (i = 0; i < rs->neighbor_count; i++)
		avs_put(d, "avs route-server %s neighbor %s", name,
			avs_host_word(&rs->neighbors[i]).text);
	for (i = 0; i < rs->toward_count; i++)
		avs_put(d, "avs route-server %s toward %s%s", name,
			avs_segment_name(rs->toward[i].segment),
			avs_option_word("site", rs->toward[i].site).text);
	if (rs->global_reach)
		avs_put(d, "avs route-server %s global-reach on-premises", name);
	if (rs->accept_leak)
		avs_put(d, "avs route-server %s accept-leak on-premises", name);
	/* written always: a route server may have no other line */
	avs_put(d, "avs route-server %s guard %s", name, avs_guard_name(rs->guard));
	if (rs->map_in)
		avs_put(d, "avs route-server %s route-map %s in", name, rs->map_in);
	if (rs->map_out)
		avs_put(d, "avs route-server %s route-map %s out", name, rs->map_out);
	for (i = 0; i < rs->permit_count; i++)
		avs_put(d, "avs route-server %s permit prefix-list %s", name, rs->permit[i]);
	if (rs->next_hop.family)
		avs_put(d, "avs route-server %s next-hop %s", name,
			avs_host_word(&rs->next_hop).text);
	if (rs->interface)
		avs_put(d, "avs route-server %s interface %s", name, rs->interface);
	avs_put_number(d, name, "route-limit", rs->route_limit);
	avs_put_number(d, name, "usable", rs->usable);
	avs_put_number(d, name, "gateway-limit", rs->gateway_limit);
	avs_put_number(d, name, "prepend", rs->prepend);
	if (rs->maintenance)
		avs_put(d, "avs route-server %s maintenance", name);
}

static void avs_dump_rule(const struct avs_dumper *d, const struct avs_segment_rule *rule)
{
	const char *segment = avs_segment_name(rule->segment);
	struct avs_word site = avs_option_word("site", rule->site);

	switch (rule->type) {
	case AVS_RULE_PREFIX:
		avs_put(d, "avs segment %s prefix %s%s", segment,
			avs_prefix_word(&rule->prefix).text, site.text);
		break;
	case AVS_RULE_PREFIX_LIST:
		avs_put(d, "avs segment %s prefix-list %s%s", segment, rule->list, site.text);
		break;
	case AVS_RULE_NEIGHBOR:
		avs_put(d, "avs segment %s neighbor %s%s", segment,
			avs_host_word(&rule->prefix).text, site.text);
		break;
	case AVS_RULE_AS_PATH_LIST:
		avs_put(d, "avs segment %s as-path-list %s%s", segment, rule->list, site.text);
		break;
	case AVS_RULE_ORIGIN_AS:
		if (rule->as_low == rule->as_high)
			avs_put(d, "avs segment %s origin-as %u%s", segment, rule->as_low,
				site.text);
		else
			avs_put(d, "avs segment %s origin-as %u-%u%s", segment, rule->as_low,
				rule->as_high, site.text);
		break;
	}
}

static void avs_dump_condition(const struct avs_dumper *d, const struct avs_condition *condition)
{
	struct avs_word from = {""};

	switch (condition->from) {
	case AVS_FROM_ANY:
		break;
	case AVS_FROM_ROUTE_SERVER:
		from = avs_option_word("from route-server", condition->route_server);
		break;
	case AVS_FROM_NEIGHBOR:
		from = avs_option_word("from", avs_host_word(&condition->neighbor).text);
		break;
	case AVS_FROM_ZEBRA:
		from = avs_option_word("from", "zebra");
		break;
	case AVS_FROM_OVERLAY:
		from = avs_option_word("from", "overlay");
		break;
	}
	avs_put(d, "avs advertise default when-present %s%s",
		avs_prefix_word(&condition->prefix).text, from.text);
}

static void avs_dump_advertise(const struct avs_dumper *d, const struct avs_config *config)
{
	const struct avs_supernet_config *supernet;
	const char *toward;
	size_t i;

	for (i = 0; i < AVS_SEGMENT_COUNT; i++)
		if (config->default_toward & AVS_SEG_BIT(i))
			avs_put(d, "avs advertise default toward %s",
				avs_segment_name((enum avs_segment)i));
	if (config->default_next_hop.family)
		avs_put(d, "avs advertise default next-hop %s",
			avs_host_word(&config->default_next_hop).text);
	for (i = 0; i < config->condition_count; i++)
		avs_dump_condition(d, &config->conditions[i]);
	if (config->default_vnet_only)
		avs_put(d, "avs advertise default vnet-only");
	if (config->default_form)
		avs_put(d, "avs advertise default form %s", avs_form_name(config->default_form));
	if (config->companions)
		avs_put(d, "avs advertise companions toward private-cloud");
	for (i = 0; i < config->companion_count; i++)
		avs_put(d, "avs advertise companion %s",
			avs_prefix_word(&config->companion[i]).text);
	for (i = 0; i < config->supernet_count; i++) {
		supernet = &config->supernets[i];
		toward = supernet->toward == AVS_SEGMENT_UNKNOWN
				 ? NULL
				 : avs_segment_name(supernet->toward);
		avs_put(d, "avs advertise supernet %s%s%s", avs_prefix_word(&supernet->prefix).text,
			supernet->unconditional ? " unconditional" : "",
			avs_option_word("toward", toward).text);
	}
}

static void avs_dump_exact(const struct avs_dumper *d, const struct avs_config *config)
{
	const struct avs_exact *exact;
	size_t i;

	for (i = 0; i < config->exact_count; i++) {
		exact = &config->exact[i];
		avs_put(d, "avs advertise segment %s%s toward %s%s%s",
			avs_segment_name(exact->segment), avs_option_word("site", exact->site).text,
			avs_segment_name(exact->toward),
			avs_option_word("site", exact->toward_site).text,
			avs_option_word("prefix-list", exact->list).text);
	}
}

static void avs_dump_auto(const struct avs_dumper *d, const struct avs_config *config)
{
	const struct avs_auto_config *automatic = &config->automatic;
	size_t i;

	if (config->supernet_auto)
		avs_put(d, "avs advertise supernet auto");
	for (i = 0; i < AVS_SEGMENT_COUNT; i++)
		if (automatic->toward & AVS_SEG_BIT(i))
			avs_put(d, "avs auto toward %s", avs_segment_name((enum avs_segment)i));
	if (automatic->max_prefixes)
		avs_put(d, "avs auto max-prefixes %u", automatic->max_prefixes);
	if (automatic->shortest)
		avs_put(d, "avs auto shortest %u", automatic->shortest);
	for (i = 0; i < automatic->within_count; i++)
		avs_put(d, "avs auto within %s", avs_prefix_word(&automatic->within[i]).text);
	if (automatic->max_attract)
		avs_put(d, "avs auto max-attract %u", automatic->max_attract);
}

static void avs_dump_edge(struct avs_dumper *d, const struct avs_edge_config *edge)
{
	struct avs_word address = avs_host_word(&edge->neighbor);

	if (edge->role)
		avs_put(d, "avs azure-edge neighbor %s", address.text);
	if (edge->map_in)
		avs_put(d, "avs azure-edge route-map %s %s in", address.text, edge->map_in);
}

static void avs_dump_seconds(struct avs_dumper *d, const char *word,
			     const struct avs_seconds *seconds)
{
	if (seconds->set)
		avs_put(d, "avs %s %u", word, seconds->value);
}

void avs_dump_config(const struct avs_config *config, avs_dump_line line, void *arg)
{
	struct avs_dumper d = {.line = line, .arg = arg};
	size_t i;

	if (config->shutdown)
		avs_put(&d, "avs shutdown");
	if (config->freeze)
		avs_put(&d, "avs freeze");
	for (i = 0; i < config->rs_count; i++)
		avs_dump_rs(&d, &config->rs[i]);
	for (i = 0; i < config->loose_count; i++)
		avs_put(&d, "avs overlay default %s", avs_host_word(&config->loose[i]).text);
	for (i = 0; i < config->edge_count; i++)
		avs_dump_edge(&d, &config->edges[i]);
	for (i = 0; i < config->rule_count; i++)
		avs_dump_rule(&d, &config->rules[i]);
	for (i = 0; i < config->sibling_count; i++)
		avs_put(&d, "avs sibling as %u", config->siblings[i]);
	if (config->keep_communities)
		avs_put(&d, "avs keep azure-communities");
	avs_dump_seconds(&d, "segment-memory", &config->segment_memory);
	if (config->policy)
		avs_put(&d, "avs policy route-map %s", config->policy);
	avs_dump_advertise(&d, config);
	avs_dump_exact(&d, config);
	avs_dump_auto(&d, config);
	for (i = 0; i < config->protect_count; i++)
		avs_put(&d, "avs protect %s", avs_prefix_word(&config->protect[i]).text);
	avs_dump_seconds(&d, "hold-down", &config->hold_down);
	avs_dump_seconds(&d, "tighten-delay", &config->tighten_delay);
	avs_dump_seconds(&d, "startup-delay", &config->startup_delay);
	avs_dump_seconds(&d, "quiet-period", &config->quiet_period);
	if (config->no_discard)
		avs_put(&d, "avs discard off");
	if (config->udr.next_hop.family)
		avs_put(&d, "avs udr next-hop %s", avs_prefix_word(&config->udr.next_hop).text);
	if (config->udr.route_limit)
		avs_put(&d, "avs udr route-limit %u", config->udr.route_limit);
	if (config->udr.reserved)
		avs_put(&d, "avs udr reserved %u", config->udr.reserved);
}

/* "0,2,31": the sources of a mask */
static void avs_mask_str(uint32_t mask, char *buf, size_t size)
{
	size_t used = 0;
	unsigned int i;
	int n;

	buf[0] = '\0';
	for (i = 0; i < 32; i++) {
		if (!(mask >> i & 1))
			continue;
		n = snprintf(buf + used, size - used, "%s%u", used ? "," : "", i);
		if (n < 0 || (size_t)n >= size - used)
			return;
		used += (size_t)n;
	}
}

static bool avs_dump_fact(const struct avs_prefix *prefix, const struct avs_fact *fact, void *arg)
{
	const struct avs_dumper *d = arg;
	char words[AVS_SEGMENT_COUNT][160], mask[96], linked[112] = "";
	unsigned int i;
	int n;

	if (fact->linked) {
		avs_mask_str(fact->linked, mask, sizeof(mask));
		snprintf(linked, sizeof(linked), " global-reach:%s", mask);
	}

	for (i = 0; i < AVS_SEGMENT_COUNT; i++) {
		words[i][0] = '\0';
		if (!fact->from[i])
			continue;
		avs_mask_str(fact->from[i], mask, sizeof(mask));
		n = snprintf(words[i], sizeof(words[i]), " %s:%s",
			     avs_segment_name((enum avs_segment)i), mask);
		if (!avs_fact_actual(fact, (enum avs_segment)i))
			n += snprintf(words[i] + n, sizeof(words[i]) - (size_t)n, " (returned)");
		if (fact->site[i] == AVS_SITE_MIXED)
			snprintf(words[i] + n, sizeof(words[i]) - (size_t)n, " (sites)");
		else if (fact->site[i])
			snprintf(words[i] + n, sizeof(words[i]) - (size_t)n, " (site %08x)",
				 fact->site[i]);
	}
	avs_put(d, "%s%s%s%s%s%s%s%s%s%s%s%s", avs_prefix_word(prefix).text,
		words[AVS_SEGMENT_PRIVATE_CLOUD], words[AVS_SEGMENT_ON_PREMISES],
		words[AVS_SEGMENT_VIRTUAL_NETWORK], words[AVS_SEGMENT_UNKNOWN], linked,
		fact->appliance ? " appliance" : "", fact->sibling ? " sibling" : "",
		fact->usable ? " usable" : "", fact->local ? " local" : "",
		fact->away ? " away" : "", fact->kept ? " kept" : "");
	return true;
}

void avs_dump_table(const struct avs_table *table, avs_dump_line line, void *arg)
{
	struct avs_dumper d = {.line = line, .arg = arg};

	avs_table_walk(table, avs_dump_fact, &d);
}

/* "private-cloud,on-premises", or "-" */
static void avs_segset_str(avs_segset set, char *buf, size_t size)
{
	bool pc = set & AVS_SEG_BIT(AVS_SEGMENT_PRIVATE_CLOUD);
	bool op = set & AVS_SEG_BIT(AVS_SEGMENT_ON_PREMISES);

	snprintf(buf, size, "%s%s%s", pc ? "private-cloud" : "", pc && op ? "," : "",
		 op   ? "on-premises"
		 : pc ? ""
		      : "-");
}

static void avs_dump_entry(const struct avs_dumper *d, const struct avs_entry *entry)
{
	struct avs_word about = {""}, hop = avs_host_word(&entry->next_hop);
	char prepend[24] = "";

	if (entry->about.family)
		about = avs_option_word("about", avs_prefix_word(&entry->about).text);
	if (!avs_reason_permits(entry->reason)) {
		avs_put(d, " %s %s%s refused %s%s", avs_prefix_word(&entry->prefix).text,
			avs_class_name(entry->cls), entry->automatic ? " automatic" : "",
			avs_reason_name(entry->reason), about.text);
		return;
	}
	if (entry->prepend)
		snprintf(prepend, sizeof(prepend), " prepend %u", entry->prepend);
	avs_put(d, " %s %s%s %s%s next-hop %s%s%s", avs_prefix_word(&entry->prefix).text,
		avs_class_name(entry->cls), entry->automatic ? " automatic" : "",
		avs_reason_name(entry->reason), about.text,
		entry->next_hop.family ? hop.text : "self", prepend,
		entry->no_advertise ? " no-advertise" : "");
}

static void avs_dump_warning(const struct avs_dumper *d, const struct avs_warning *warning)
{
	char text[AVS_LINE_MAX / 2];

	avs_put(d, "%s %s%s: %s", avs_severity_name(warning->severity),
		avs_warning_name(warning->code), avs_option_word("at", warning->rs).text,
		avs_warning_text(warning, text, sizeof(text)));
}

/* What is carried to the next plan. */
static void avs_dump_automatic(const struct avs_dumper *d, const struct avs_plan *plan)
{
	const struct avs_auto_plan *automatic = &plan->automatic;
	const struct avs_memory *known;
	size_t i;

	avs_put(d, "automatic members %zu attracted %llu fault %s", automatic->count,
		(unsigned long long)automatic->attracted,
		avs_supernet_fault_name(automatic->target.fault));
	for (i = 0; i < automatic->count; i++)
		if (automatic->members[i].ending)
			avs_put(d, "ending %s since %llu",
				avs_prefix_word(&automatic->members[i].prefix).text,
				(unsigned long long)automatic->members[i].since);
	for (i = 0; i < automatic->memory_count; i++) {
		known = &automatic->memory[i];
		avs_put(d, "remember %s announced %llu%s%s", avs_prefix_word(&known->prefix).text,
			(unsigned long long)known->announced, known->once ? " withdrawn" : "",
			known->latched ? " latched" : "");
	}
	if (plan->wakeup)
		avs_put(d, "wakeup %llu", (unsigned long long)plan->wakeup);
}

void avs_dump_plan(const struct avs_plan *plan, avs_dump_line line, void *arg)
{
	struct avs_dumper d = {.line = line, .arg = arg};
	char declared[48], observed[48];
	const struct avs_rs_plan *rs;
	size_t i, j;

	for (i = 0; i < plan->config->rs_count; i++) {
		rs = &plan->rs[i];
		if (rs->config->overlay) {
			avs_put(&d, "overlay %s %s", avs_rs_label(rs->config),
				avs_reason_permits(rs->gate) ? "open" : avs_reason_name(rs->gate));
			for (j = 0; j < rs->count; j++)
				avs_dump_entry(&d, &plan->entries[rs->first + j]);
			continue;
		}
		avs_segset_str(rs->declared, declared, sizeof(declared));
		avs_segset_str(rs->observed, observed, sizeof(observed));
		avs_put(&d,
			"route-server %s declared %s observed %s announced %u refused %u usable "
			"%u gateway %u",
			rs->config->name, declared, observed, rs->announced, rs->refused,
			rs->usable, rs->gateway_used);
		for (j = 0; j < rs->count; j++)
			avs_dump_entry(&d, &plan->entries[rs->first + j]);
	}
	for (i = 0; i < plan->originate_count; i++)
		avs_put(&d, "originate %s", avs_prefix_word(&plan->originate[i]).text);
	if (plan->config->supernet_auto)
		avs_dump_automatic(&d, plan);
	for (i = 0; i < plan->warning_count; i++)
		avs_dump_warning(&d, &plan->warnings[i]);
}

static const char *avs_step_name(enum avs_step_type type)
{
	switch (type) {
	case AVS_STEP_ORIGINATE:
		return "originate";
	case AVS_STEP_ANNOUNCE:
		return "announce";
	case AVS_STEP_WITHDRAW:
		return "withdraw";
	case AVS_STEP_RETIRE:
		return "retire";
	}
	return "unknown";
}

void avs_dump_steps(const struct avs_step *steps, size_t count, avs_dump_line line, void *arg)
{
	struct avs_dumper d = {.line = line, .arg = arg};
	size_t i;

	for (i = 0; i < count; i++)
		avs_put(&d, "%s %s%s", avs_step_name(steps[i].type),
			avs_prefix_word(&steps[i].prefix).text,
			avs_option_word("at", steps[i].rs).text);
}
