// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Typed lines that would pass beside the guard.
 *
 * Purpose: some lines act inside of their own handler (default-originate
 * writes the packet queue), so undoing them afterwards is one UPDATE too
 * late.  They are refused before they run, with the line to type instead.
 * What comes by file does not pass here; avs_guard.c undoes it before
 * sessions come up.
 *
 * Representation: the line is matched with libfrr's own matcher, node by node
 * up to CONFIG_NODE as the command loop does, and judged by the *tokens* of the
 * command that it matches.  So abbreviations, hidden aliases and other
 * spellings are one case.  The hook runs after the one that cuts `| include`
 * off and reads what that one left.
 *
 * Two answers: refuse (the line fails, one sentence), or swallow (the line
 * succeeds and does nothing, one notice).  frr-reload.py compares a short
 * file with the running configuration, finds the owned maps' lines only in
 * the latter and wants to delete them: that is swallowed, and costs no UPDATE.
 *
 * vtysh hands a file out line by line, each block closed by `exit`.  Where the line
 * that opens a block is refused, that `exit` would leave the configuration and
 * lose the rest of the file; so the whole block is skipped.
 *
 * Complexity: one more parse of every configuration line.
 */

#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include <zebra.h>

#include "command.h"
#include "command_graph.h"
#include "command_match.h"
#include "linklist.h"
#include "sockunion.h"
#include "vty.h"

#include "bgpd_avs/avs_compat.h"
#include "bgpd/bgp_fsm.h"

#include "bgpd_avs/avs_adj_out.h"
#include "bgpd_avs/avs_azure_edge.h"
#include "bgpd_avs/avs_glue.h"
#include "bgpd_avs/avs_guard.h"
#include "bgpd_avs/avs_instance.h"
#include "bgpd_avs/avs_module.h"
#include "bgpd_avs/avs_nb.h"
#include "bgpd_avs/avs_nb_build.h"
#include "bgpd_avs/avs_nb_reserved.h"
#include "bgpd_avs/avs_refuse.h"
#include "bgpd_avs/avs_rib.h"
#include "bgpd_avs/avs_session.h"
#include "bgpd_avs/core/avs_classify.h"

/* declared in lib/command.c only */
DECLARE_HOOK(cmd_execute, (struct vty * vty, const char *cmd_in, char **cmd_out),
	     (vty, cmd_in, cmd_out));

/* the handler of `| include` has 1000 */
#define HOOK_PRIORITY 2000
/* tokens of a line that are looked at */
#define WORDS_MAX 40

/* a parsed line */
struct line {
	struct vty *vty;
	enum node_type node; /* where it matched */
	bool no;
	unsigned int count;
	const char *word[WORDS_MAX]; /* without the leading `no`; full spelling */
	struct list *tokens;	     /* owner of the words */
};

enum answer { ANSWER_PASS, ANSWER_REFUSE, ANSWER_SWALLOW };

static void line_free(struct line *line)
{
	if (line->tokens)
		list_delete(&line->tokens);
}

static void line_words(struct line *line)
{
	struct listnode *node;
	struct cmd_token *token;

	for (ALL_LIST_ELEMENTS_RO(line->tokens, node, token)) {
		const char *word = token->type == WORD_TKN ? token->text : token->arg;

		if (!line->count && !line->no && strmatch(word, "no"))
			line->no = true;
		else if (line->count < WORDS_MAX)
			line->word[line->count++] = word;
	}
}

/* false: no command matches; bgpd will say so */
static bool line_parse(struct line *line, const char *text)
{
	vector words = cmd_make_strvec(text);
	const struct cmd_element *element = NULL;
	bool found = false;

	if (!words)
		return false;
	for (line->node = line->vty->node;; line->node = node_parent(line->node)) {
		struct cmd_node *node = vector_lookup(cmdvec, line->node);
		enum matcher_rv rv;

		if (!node)
			break;
		/* a macro that evaluates its argument more than once stands around rv */
		rv = command_match(node->cmdgraph, words, &line->tokens, &element);
		if (!MATCHER_ERROR(rv)) {
			found = true;
			break;
		}
		line_free(line);
		if (rv == MATCHER_INCOMPLETE || rv == MATCHER_AMBIGUOUS ||
		    line->node <= CONFIG_NODE)
			break;
	}
	cmd_free_strvec(words);
	if (found)
		line_words(line);
	return found;
}

static bool word_is(const struct line *line, unsigned int index, const char *text)
{
	return index < line->count && strmatch(line->word[index], text);
}

static bool has_avs_lines(const struct bgp *bgp)
{
	const struct avs_instance *inst = bgp ? avs_instance_find(bgp) : NULL;

	return inst && (avs_instance_config(inst) || avs_instance_effective(inst)->rs_count ||
			avs_instance_plan(inst));
}

/* ---- whose line is it -------------------------------------------------- */

/* what a neighbour or peer-group name means to the guard */
struct target {
	struct bgp *bgp;
	struct avs_instance *inst;
	const char *rs;			    /* route server of the neighbour, or of a member */
	const struct avs_edge_config *edge; /* it is an azure-edge neighbour instead */
	bool group;			    /* the name is a peer-group */
	bool conflict;
};

/* in shadow its lines are nobody's business but the user's */
static const char *guarded_rs(const struct avs_config *config, unsigned int rs)
{
	if (rs == AVS_RS_NONE || config->rs[rs].guard == AVS_GUARD_SHADOW)
		return NULL;
	return config->rs[rs].name;
}

static const char *role_name(struct target *target, const struct peer *peer)
{
	return guarded_rs(avs_instance_effective(target->inst),
			  avs_instance_role(target->inst, peer, &target->conflict));
}

static void target_group(struct target *target, struct peer_group *group)
{
	struct listnode *node;
	struct peer *peer;

	target->group = true;
	for (ALL_LIST_ELEMENTS_RO(group->peer, node, peer)) {
		target->rs = role_name(target, peer);
		if (target->rs)
			return;
	}
}

static bool target_find(struct vty *vty, const char *name, struct target *target)
{
	struct peer_group *group;
	struct peer *peer;
	union sockunion su;

	target->bgp = VTY_GET_CONTEXT(bgp);
	target->inst = target->bgp ? avs_instance_find(target->bgp) : NULL;
	if (!target->inst)
		return false;
	if (str2sockunion(name, &su) == 0) {
		/* the neighbour need not exist: its role is by address */
		struct avs_prefix address = avs_from_sockunion(&su);
		const struct avs_config *config = avs_instance_effective(target->inst);
		unsigned int rs = avs_config_role(config, &address, &target->conflict);

		target->rs = guarded_rs(config, rs);
		if (rs == AVS_RS_NONE)
			target->edge = avs_config_edge(config, &address);
		return true;
	}
	group = peer_group_lookup(target->bgp, name);
	if (group) {
		target_group(target, group);
		return true;
	}
	peer = peer_lookup_by_conf_if(target->bgp, name);
	if (!peer)
		peer = peer_lookup_by_hostname(target->bgp, name);
	if (!peer)
		return false;
	target->rs = role_name(target, peer);
	if (!target->rs)
		target->edge = avs_azure_edge_of(target->inst, peer);
	return true;
}

/* ---- neighbour lines --------------------------------------------------- */

static const char *const beside_the_map[] = {
	"default-originate",	    "advertise-map",
	"addpath-tx-all-paths",	    "addpath-tx-bestpath-per-AS",
	"addpath-tx-best-selected", "route-server-client",
	"attribute-unchanged",	    "as-override",
	"remove-private-AS",
};

static bool owned_in_its_slot(const struct target *target, const struct line *line)
{
	char name[AVS_MAP_NAME_MAX];
	enum avs_slot slot = AVS_SLOT_ORIG;

	if (strmatch(line->word[3], AVS_MAP_DENY))
		return true;
	if (target->group || !target->rs)
		return false;
	if (strmatch(line->word[2], "route-map"))
		slot = word_is(line, 4, "in") ? AVS_SLOT_IN : AVS_SLOT_OUT;
	avs_guard_map_name(slot, target->inst, target->rs, name, sizeof(name));
	return strmatch(line->word[3], name);
}

/* "route-server hub", "overlay neighbor": of what the neighbour is part */
static const char *role_text(const struct target *target, char *buf, size_t size)
{
	if (strncmp(target->rs, AVS_OVERLAY_NAME, strlen(AVS_OVERLAY_NAME)) == 0)
		return "the overlay";
	snprintf(buf, size, "route-server %s", target->rs);
	return buf;
}

/* the line that takes a map of the user's */
static void map_hint(const struct line *line, const struct target *target, const char *name)
{
	const char *direction = line->count > 4 ? line->word[4] : "out";
	char role[AVS_NAME_MAX + 16];

	vty_out(line->vty, "%% avs: neighbor %s belongs to %s; type: ", line->word[1],
		role_text(target, role, sizeof(role)));
	if (strncmp(target->rs, AVS_OVERLAY_NAME, strlen(AVS_OVERLAY_NAME)) == 0)
		vty_out(line->vty, "avs overlay route-map %s %s %s\n", line->word[1], name,
			direction);
	else
		vty_out(line->vty, "avs route-server %s route-map %s %s\n", target->rs, name,
			direction);
}

static enum answer map_line(const struct line *line, const struct target *target)
{
	struct vty *vty = line->vty;
	bool unsuppress = strmatch(line->word[2], "unsuppress-map");
	char role[AVS_NAME_MAX + 16];
	const char *name = line->count > 3 ? line->word[3] : "";

	if (line->no) {
		/* bgpd ignores the name: any of them would empty the slot */
		if (target->rs && !target->group) {
			vty_out(vty, "%% avs: neighbor %s belongs to %s: its policy stays\n",
				line->word[1], role_text(target, role, sizeof(role)));
			return ANSWER_SWALLOW;
		}
		return ANSWER_PASS;
	}
	if (avs_guard_map_reserved(name) && owned_in_its_slot(target, line))
		return ANSWER_PASS;
	if (avs_guard_map_reserved(name)) {
		vty_out(vty, "%% avs: route-map %s belongs to the module\n", name);
		return ANSWER_REFUSE;
	}
	if (unsuppress && has_avs_lines(target->bgp)) {
		vty_out(vty,
			"%% avs: unsuppress-map could let out what this router originates for Azure: refused in an instance with avs lines\n");
		return ANSWER_REFUSE;
	}
	if (!target->rs || target->group)
		return ANSWER_PASS;
	map_hint(line, target, name);
	return ANSWER_REFUSE;
}

static enum answer local_as_line(const struct line *line)
{
	uint32_t as = line->count > 3 ? strtoul(line->word[3], NULL, 10) : 0;

	if (!avs_as_is_stripped(as))
		return ANSWER_PASS;
	vty_out(line->vty, "%% avs: Azure drops routes with AS %u in their path\n", as);
	return ANSWER_REFUSE;
}

static enum answer role_line(const struct line *line, const struct target *target)
{
	struct vty *vty = line->vty;
	char role[AVS_NAME_MAX + 16];

	for (unsigned int i = 0; i < array_size(beside_the_map); i++)
		if (strmatch(line->word[2], beside_the_map[i])) {
			vty_out(vty,
				"%% avs: %s is refused on %s %s: it passes beside the guard of %s\n",
				beside_the_map[i], target->group ? "peer-group" : "neighbor",
				line->word[1], role_text(target, role, sizeof(role)));
			return ANSWER_REFUSE;
		}
	if (strmatch(line->word[2], "local-as"))
		return local_as_line(line);
	if (strmatch(line->word[2], "activate") && line->node != BGP_NODE &&
	    line->node != BGP_IPV4_NODE) {
		vty_out(vty,
			"%% avs: a Route Server speaks IPv4 unicast only: %s %s stays out of this address family\n",
			target->group ? "peer-group" : "neighbor", line->word[1]);
		return ANSWER_REFUSE;
	}
	return ANSWER_PASS;
}

/*
 * A Route Server is never one hop away.  FRR prints `ebgp-multihop` with its
 * default, so frr-reload.py deletes and adds the line of a file without it at every
 * run, and bgpd resets the session each time.
 */
static enum answer no_role_line(const struct line *line, const struct target *target)
{
	if (!strmatch(line->word[2], "ebgp-multihop") || target->group ||
	    strncmp(target->rs, AVS_OVERLAY_NAME, strlen(AVS_OVERLAY_NAME)) == 0)
		return ANSWER_PASS;
	vty_out(line->vty, "%% avs: neighbor %s belongs to route-server %s: ebgp-multihop stays\n",
		line->word[1], target->rs);
	return ANSWER_SWALLOW;
}

/* the in-map of an azure-edge neighbour is the module's; everything else is the user's */
static enum answer edge_map_line(const struct line *line, const struct target *target)
{
	const char *map = line->count > 3 ? line->word[3] : "";
	char name[AVS_NAME_MAX + 1], owned[AVS_MAP_NAME_MAX];

	avs_azure_edge_name(&target->edge->neighbor, name, sizeof(name));
	avs_guard_map_name(AVS_SLOT_IN, target->inst, name, owned, sizeof(owned));
	if (line->no) {
		vty_out(line->vty,
			"%% avs: neighbor %s is an azure-edge neighbor: its in-map stays\n",
			line->word[1]);
		return ANSWER_SWALLOW;
	}
	if (strmatch(map, owned))
		return ANSWER_PASS;
	if (avs_guard_map_reserved(map))
		vty_out(line->vty, "%% avs: route-map %s belongs to the module\n", map);
	else
		vty_out(line->vty,
			"%% avs: neighbor %s is an azure-edge neighbor; type: avs azure-edge route-map %s %s in\n",
			line->word[1], line->word[1], map);
	return ANSWER_REFUSE;
}

static enum answer neighbor_line(const struct line *line)
{
	struct target target = {};

	if (line->count < 3 || !target_find(line->vty, line->word[1], &target))
		return ANSWER_PASS;
	if (target.edge && strmatch(line->word[2], "route-map") && word_is(line, 4, "in") &&
	    (line->node == BGP_NODE || line->node == BGP_IPV4_NODE))
		return edge_map_line(line, &target);
	if (strmatch(line->word[2], "route-map") || strmatch(line->word[2], "unsuppress-map"))
		return map_line(line, &target);
	if (!target.rs)
		return ANSWER_PASS;
	if (line->no)
		return no_role_line(line, &target);
	return role_line(line, &target);
}

/* ---- other lines ------------------------------------------------------- */

/* name of the route-map that the vty edits; from its XPath */
static bool edited_map(const struct vty *vty, char *name, size_t size)
{
	static const char before[] = "route-map[name='";
	const char *start, *end;

	if (vty->xpath_index <= 0)
		return false;
	start = strstr(vty->xpath[vty->xpath_index - 1], before);
	if (!start)
		return false;
	start += strlen(before);
	end = strchr(start, '\'');
	if (!end || (size_t)(end - start) >= size)
		return false;
	memcpy(name, start, end - start);
	name[end - start] = '\0';
	return true;
}

static enum answer call_line(const struct line *line)
{
	char name[XPATH_MAXLEN];

	if (line->no || line->count < 2 || !edited_map(line->vty, name, sizeof(name)) ||
	    !avs_nb_reserved_call(name, line->word[1]))
		return ANSWER_PASS;
	vty_out(line->vty, "%% avs: call %s would not end: bgpd would not survive it\n",
		line->word[1]);
	return ANSWER_REFUSE;
}

/* lines that would copy our paths into another table without their mark */
static enum answer export_line(const struct line *line)
{
	struct vty *vty = line->vty;
	struct bgp *bgp = VTY_GET_CONTEXT(bgp), *from;

	if (line->no)
		return ANSWER_PASS;
	if (word_is(line, 0, "import") && word_is(line, 1, "vrf") && line->count > 2 &&
	    !word_is(line, 2, "route-map")) {
		from = strmatch(line->word[2], VRF_DEFAULT_NAME)
			       ? bgp_get_default()
			       : bgp_lookup_by_name(line->word[2]);
		if (!has_avs_lines(from))
			return ANSWER_PASS;
	} else if (word_is(line, 0, "export") && word_is(line, 1, "vpn")) {
		if (!has_avs_lines(bgp))
			return ANSWER_PASS;
	} else if (word_is(line, 0, "vnc") && word_is(line, 1, "redistribute")) {
		if (!has_avs_lines(bgp))
			return ANSWER_PASS;
	} else if (word_is(line, 0, "advertise") && line->node == BGP_EVPN_NODE) {
		if (!word_is(line, 1, "ipv4") || !has_avs_lines(bgp))
			return ANSWER_PASS;
	} else {
		return ANSWER_PASS;
	}
	vty_out(vty,
		"%% avs: refused: it would copy what this router originates for Azure into another table\n");
	return ANSWER_REFUSE;
}

/*
 * A role takes away what a neighbour is being told and is not planned.  Whoever
 * adopts an appliance that works sees the difference first.
 */
/* a neighbour without a role that is up and being told something; NULL: nothing to lose */
static struct peer *working_neighbor(const struct line *line, const char *address)
{
	struct vty *vty = line->vty;
	struct bgp *bgp = VTY_GET_CONTEXT(bgp);
	const struct avs_instance *inst = bgp ? avs_instance_find(bgp) : NULL;
	union sockunion su;
	struct peer *peer;
	bool conflict;

	if (line->no || !bgp || !avs_module_active() || str2sockunion(address, &su) < 0)
		return NULL;
	peer = peer_lookup(bgp, &su);
	if (!peer || !avs_peer_up(peer) || !avs_adj_out_count(peer) ||
	    (inst && avs_instance_role(inst, peer, &conflict) != AVS_RS_NONE))
		return NULL;
	return peer;
}

static enum answer adoption_line(const struct line *line)
{
	struct peer *peer = working_neighbor(line, line->word[4]);
	const char *rs = line->word[2];

	if (!peer || avs_nb_in_shadow(line->vty->candidate_config,
				      peer->bgp->name ? peer->bgp->name : VRF_DEFAULT_NAME, rs))
		return ANSWER_PASS;
	vty_out(line->vty,
		"%% avs: neighbor %s is being told %u prefixes, which would be withdrawn; type first: avs route-server %s guard shadow, and compare with show bgp avs shadow\n",
		line->word[4], avs_adj_out_count(peer), rs);
	return ANSWER_REFUSE;
}

/* The same for an overlay neighbour, which is in shadow while some route server is. */
static enum answer overlay_line(const struct line *line)
{
	struct peer *peer = working_neighbor(line, line->word[3]);

	if (!peer || avs_nb_in_shadow(line->vty->candidate_config,
				      peer->bgp->name ? peer->bgp->name : VRF_DEFAULT_NAME, NULL))
		return ANSWER_PASS;
	vty_out(line->vty,
		"%% avs: neighbor %s is being told %u prefixes, some of which could be withdrawn; type first: avs route-server NAME guard shadow, or take the neighbor down: neighbor %s shutdown\n",
		line->word[3], avs_adj_out_count(peer), line->word[3]);
	return ANSWER_REFUSE;
}

/* what the role of an azure-edge neighbour would take away from one that works */
static enum answer edge_loss(struct vty *vty, const char *address, const struct peer *peer,
			     const struct avs_edge_config *named, const struct avs_config *config)
{
	const char *map = peer->filter[AFI_IP][SAFI_UNICAST].map[RMAP_IN].name;
	char lost_text[AVS_PREFIX_STRLEN], about_text[AVS_PREFIX_STRLEN];
	struct avs_prefix lost, about;

	if (map && !avs_guard_map_reserved(map) && (!named || !named->map_in)) {
		vty_out(vty,
			"%% avs: route-map %s is applied to what neighbor %s delivers; type first: avs azure-edge route-map %s %s in\n",
			map, address, address, map);
		return ANSWER_REFUSE;
	}
	if ((named && named->role) || !avs_azure_edge_would_lose(config, peer, &lost, &about))
		return ANSWER_PASS;
	vty_out(vty,
		"%% avs: neighbor %s delivers %s, which lies in %s that this router announces to it, and would be refused; if it is Azure's, type first: avs segment private-cloud prefix-list NAME\n",
		address, avs_prefix_str(&lost, lost_text, sizeof(lost_text)),
		avs_prefix_str(&about, about_text, sizeof(about_text)));
	return ANSWER_REFUSE;
}

/* The lines of this batch count: they may stand in front of this one. */
static enum answer edge_line(const struct line *line)
{
	struct vty *vty = line->vty;
	struct bgp *bgp = VTY_GET_CONTEXT(bgp);
	const char *address = line->word[3];
	const struct avs_config *config;
	enum answer answer = ANSWER_PASS;
	struct avs_arena *arena;
	struct avs_prefix p;
	struct peer *peer;

	if (line->no || !bgp || !avs_module_active() || !avs_prefix_parse(address, &p))
		return ANSWER_PASS;
	peer = avs_session_peer(bgp, &p);
	if (!peer || !avs_peer_up(peer))
		return ANSWER_PASS;
	arena = avs_arena_new();
	config = arena ? avs_nb_build_of(arena, vty->candidate_config,
					 bgp->name ? bgp->name : VRF_DEFAULT_NAME)
		       : NULL;
	if (config)
		answer = edge_loss(vty, address, peer, avs_config_edge_line(config, &p), config);
	avs_arena_free(arena);
	return answer;
}

/*
 * With the first avs line the audit begins, and closes what looks like a Route Server that
 * has neither a role nor a policy.
 */
static enum answer first_line(const struct line *line)
{
	const struct peer *peer;

	if (line->no || (word_is(line, 1, "route-server") && word_is(line, 3, "guard") &&
			 word_is(line, 4, "shadow")))
		return ANSWER_PASS;
	peer = avs_guard_closed_by_first_line();
	if (!peer || (word_is(line, 1, "azure-edge") && word_is(line, 3, peer->host)))
		return ANSWER_PASS;
	vty_out(line->vty,
		"%% avs: neighbor %s of AS %u is being told %u prefixes without a policy, which the first avs line would withdraw; type first: avs route-server NAME guard shadow, then its neighbor line\n",
		peer->host, peer->as, avs_adj_out_count(peer));
	return ANSWER_REFUSE;
}

static enum answer avs_line(const struct line *line)
{
	enum answer answer = ANSWER_PASS;

	if (word_is(line, 1, "route-server") && word_is(line, 3, "neighbor") && line->count > 4)
		answer = adoption_line(line);
	else if (word_is(line, 1, "overlay") && word_is(line, 2, "neighbor") && line->count > 3)
		answer = overlay_line(line);
	else if (word_is(line, 1, "azure-edge") && word_is(line, 2, "neighbor") && line->count > 3)
		answer = edge_line(line);
	return answer == ANSWER_PASS ? first_line(line) : answer;
}

static enum answer judge(const struct line *line)
{
	if (!line->count)
		return ANSWER_PASS;
	if (word_is(line, 0, "avs") && line->node == BGP_NODE)
		return avs_line(line);
	if (strmatch(line->word[0], "neighbor") && line->node >= BGP_NODE)
		return neighbor_line(line);
	if (strmatch(line->word[0], "route-map") && line->node == CONFIG_NODE && line->count > 1 &&
	    avs_guard_map_reserved(line->word[1])) {
		vty_out(line->vty, "%% avs: route-map %s belongs to the module\n", line->word[1]);
		return ANSWER_REFUSE;
	}
	if (strmatch(line->word[0], "call") && line->node == RMAP_NODE)
		return call_line(line);
	return export_line(line);
}

static void count(struct vty *vty, enum answer answer)
{
	const struct bgp *bgp = VTY_GET_CONTEXT(bgp);
	struct avs_instance *inst = bgp ? avs_instance_find(bgp) : NULL;

	if (inst && answer == ANSWER_REFUSE)
		avs_instance_counters(inst)->refused_commands++;
	if (inst && answer == ANSWER_SWALLOW)
		avs_instance_counters(inst)->swallowed_commands++;
}

/* vtysh is handing out a file over this one, and what is being skipped of it */
static const struct vty *file_vty;
static bool skipping;

static enum answer file_line(const struct line *line, bool known, enum answer answer)
{
	const char *word = known && line->count ? line->word[0] : "";

	if (strmatch(word, "XFRR_start_configuration")) {
		file_vty = line->vty;
		skipping = false;
		return answer;
	}
	if (line->vty != file_vty)
		return answer;
	if (strmatch(word, "XFRR_end_configuration")) {
		file_vty = NULL;
		skipping = false;
	}
	if (!skipping) {
		skipping = answer == ANSWER_REFUSE && strmatch(word, "route-map");
		return answer;
	}
	if (!known)
		return ANSWER_SWALLOW;
	skipping = answer == ANSWER_REFUSE && strmatch(word, "route-map");
	return strmatch(word, "exit") ? ANSWER_SWALLOW : answer;
}

static int execute_hook(struct vty *vty, const char *in, char **out)
{
	struct line line = {.vty = vty};
	enum answer answer = ANSWER_PASS;
	bool known;

	if (vty->node < CONFIG_NODE)
		return 0;
	known = line_parse(&line, *out ? *out : in);
	if (known)
		answer = judge(&line);
	answer = file_line(&line, known, answer);
	line_free(&line);
	count(vty, answer);
	if (answer == ANSWER_SWALLOW) {
		XFREE(MTYPE_TMP, *out);
		*out = XSTRDUP(MTYPE_TMP, "!");
	}
	return answer == ANSWER_REFUSE;
}

void avs_refuse_init(void)
{
	hook_register_prio(cmd_execute, HOOK_PRIORITY, execute_hook);
}
