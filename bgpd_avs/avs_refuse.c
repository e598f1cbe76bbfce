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
 * Answers: refuse (the line fails, one sentence), swallow (the line succeeds and
 * does nothing, one notice), or done (what it asks for was done here).  frr-reload.py compares a
 * short file with the running configuration, finds the owned maps' lines only in the latter and
 * wants to delete them: that is swallowed, and costs no UPDATE.
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
#include "bgpd_avs/avs_memory.h"
#include "bgpd_avs/avs_module.h"
#include "bgpd_avs/avs_nb.h"
#include "bgpd_avs/avs_nb_build.h"
#include "bgpd_avs/avs_nb_reserved.h"
#include "bgpd_avs/avs_refuse.h"
#include "bgpd_avs/avs_refuse_int.h"
#include "bgpd_avs/avs_rib.h"
#include "bgpd_avs/avs_session.h"
#include "bgpd_avs/core/avs_classify.h"

/* declared in lib/command.c only */
DECLARE_HOOK(cmd_execute, (struct vty * vty, const char *cmd_in, char **cmd_out),
	     (vty, cmd_in, cmd_out));

DEFINE_MTYPE_STATIC(AVS, AVS_REFUSE_SKIP, "AVS skipped block of a file");

/* the handler of `| include` has 1000 */
#define HOOK_PRIORITY 2000
static void line_free(struct avs_refuse_line *line)
{
	if (line->tokens)
		list_delete(&line->tokens);
}

static void line_words(struct avs_refuse_line *line)
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
static bool line_parse(struct avs_refuse_line *line, const char *text)
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

static enum avs_answer call_line(const struct avs_refuse_line *line)
{
	char name[XPATH_MAXLEN];

	if (line->no || line->count < 2 || !edited_map(line->vty, name, sizeof(name)) ||
	    !avs_nb_reserved_call(name, line->word[1]))
		return AVS_ANSWER_PASS;
	vty_out(line->vty, "%% avs: call %s would not end: bgpd would not survive it\n",
		line->word[1]);
	return AVS_ANSWER_REFUSE;
}

/* lines that would copy our paths into another table without their mark */
static enum avs_answer export_line(const struct avs_refuse_line *line)
{
	struct vty *vty = line->vty;
	struct bgp *bgp = VTY_GET_CONTEXT(bgp), *from;

	if (line->no)
		return AVS_ANSWER_PASS;
	if (avs_refuse_word(line, 0, "import") && avs_refuse_word(line, 1, "vrf") &&
	    line->count > 2 && !avs_refuse_word(line, 2, "route-map")) {
		from = strmatch(line->word[2], VRF_DEFAULT_NAME)
			       ? bgp_get_default()
			       : bgp_lookup_by_name(line->word[2]);
		if (!avs_refuse_has_lines(from))
			return AVS_ANSWER_PASS;
	} else if (avs_refuse_word(line, 0, "export") && avs_refuse_word(line, 1, "vpn")) {
		if (!avs_refuse_has_lines(bgp))
			return AVS_ANSWER_PASS;
	} else if (avs_refuse_word(line, 0, "vnc") && avs_refuse_word(line, 1, "redistribute")) {
		if (!avs_refuse_has_lines(bgp))
			return AVS_ANSWER_PASS;
	} else if (avs_refuse_word(line, 0, "advertise") && line->node == BGP_EVPN_NODE) {
		if (!avs_refuse_word(line, 1, "ipv4") || !avs_refuse_has_lines(bgp))
			return AVS_ANSWER_PASS;
	} else {
		return AVS_ANSWER_PASS;
	}
	vty_out(vty,
		"%% avs: refused: it would copy what this router originates for Azure into another table\n");
	return AVS_ANSWER_REFUSE;
}

/*
 * A role takes away what a neighbour is being told and is not planned.  Whoever
 * adopts an appliance that works sees the difference first.
 */
static bool has_owned_map(const struct peer *peer)
{
	const char *map = peer->filter[AFI_IP][SAFI_UNICAST].map[RMAP_OUT].name;

	return map && avs_guard_map_reserved(map);
}

/* a neighbour without a role that is up and being told something; NULL: nothing to lose */
static struct peer *working_neighbor(const struct avs_refuse_line *line, const char *address)
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
	/* what a map of ours let out is nobody's policy to be kept */
	if (!peer || !avs_peer_up(peer) || !avs_adj_out_count(peer) || has_owned_map(peer) ||
	    (inst && avs_instance_role(inst, peer, &conflict) != AVS_RS_NONE))
		return NULL;
	return peer;
}

static enum avs_answer adoption_line(const struct avs_refuse_line *line)
{
	struct peer *peer = working_neighbor(line, line->word[4]);
	const char *rs = line->word[2];

	if (!peer || avs_nb_in_shadow(line->vty->candidate_config,
				      peer->bgp->name ? peer->bgp->name : VRF_DEFAULT_NAME, rs))
		return AVS_ANSWER_PASS;
	vty_out(line->vty,
		"%% avs: neighbor %s is being told %u prefixes, which would be withdrawn; type first: avs route-server %s guard shadow, and compare with show bgp avs shadow\n",
		line->word[4], avs_adj_out_count(peer), rs);
	return AVS_ANSWER_REFUSE;
}

/* The same for an overlay neighbour, which is in shadow while some route server is. */
static enum avs_answer overlay_line(const struct avs_refuse_line *line)
{
	struct peer *peer = working_neighbor(line, line->word[3]);

	if (!peer || avs_nb_in_shadow(line->vty->candidate_config,
				      peer->bgp->name ? peer->bgp->name : VRF_DEFAULT_NAME, NULL))
		return AVS_ANSWER_PASS;
	vty_out(line->vty,
		"%% avs: neighbor %s is being told %u prefixes, some of which could be withdrawn; type first: avs route-server NAME guard shadow, or take the neighbor down: neighbor %s shutdown\n",
		line->word[3], avs_adj_out_count(peer), line->word[3]);
	return AVS_ANSWER_REFUSE;
}

/* what the role of an azure-edge neighbour would take away from one that works */
static enum avs_answer edge_loss(struct vty *vty, const char *address, const struct peer *peer,
				 const struct avs_edge_config *named,
				 const struct avs_config *config)
{
	const char *map = peer->filter[AFI_IP][SAFI_UNICAST].map[RMAP_IN].name;
	char lost_text[AVS_PREFIX_STRLEN], about_text[AVS_PREFIX_STRLEN];
	struct avs_prefix lost, about;

	if (map && !avs_guard_map_reserved(map) && (!named || !named->map_in)) {
		vty_out(vty,
			"%% avs: route-map %s is applied to what neighbor %s delivers; type first: avs azure-edge route-map %s %s in\n",
			map, address, address, map);
		return AVS_ANSWER_REFUSE;
	}
	if ((named && named->role) || !avs_azure_edge_would_lose(config, peer, &lost, &about))
		return AVS_ANSWER_PASS;
	vty_out(vty,
		"%% avs: neighbor %s delivers %s, which lies in %s that this router announces to it, and would be refused; if it is Azure's, type first: avs segment private-cloud prefix-list NAME\n",
		address, avs_prefix_str(&lost, lost_text, sizeof(lost_text)),
		avs_prefix_str(&about, about_text, sizeof(about_text)));
	return AVS_ANSWER_REFUSE;
}

/* The lines of this batch count: they may stand in front of this one. */
static enum avs_answer edge_line(const struct avs_refuse_line *line)
{
	struct vty *vty = line->vty;
	struct bgp *bgp = VTY_GET_CONTEXT(bgp);
	const char *address = line->word[3];
	const struct avs_config *config;
	enum avs_answer answer = AVS_ANSWER_PASS;
	struct avs_arena *arena;
	struct avs_prefix p;
	struct peer *peer;

	if (line->no || !bgp || !avs_module_active() || !avs_prefix_parse(address, &p))
		return AVS_ANSWER_PASS;
	peer = avs_session_peer(bgp, &p);
	if (!peer || !avs_peer_up(peer))
		return AVS_ANSWER_PASS;
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
static enum avs_answer first_line(const struct avs_refuse_line *line)
{
	const struct peer *peer;

	if (line->no || (avs_refuse_word(line, 1, "route-server") &&
			 avs_refuse_word(line, 3, "guard") && avs_refuse_word(line, 4, "shadow")))
		return AVS_ANSWER_PASS;
	peer = avs_guard_closed_by_first_line();
	if (!peer ||
	    (avs_refuse_word(line, 1, "azure-edge") && avs_refuse_word(line, 3, peer->host)))
		return AVS_ANSWER_PASS;
	vty_out(line->vty,
		"%% avs: neighbor %s of AS %u is being told %u prefixes without a policy, which the first avs line would withdraw; type first: avs route-server NAME guard shadow, then its neighbor line\n",
		peer->host, peer->as, avs_adj_out_count(peer));
	return AVS_ANSWER_REFUSE;
}

static enum avs_answer avs_line(const struct avs_refuse_line *line)
{
	enum avs_answer answer = AVS_ANSWER_PASS;

	if (avs_refuse_word(line, 1, "route-server") && avs_refuse_word(line, 3, "neighbor") &&
	    line->count > 4)
		answer = adoption_line(line);
	else if (avs_refuse_word(line, 1, "overlay") && avs_refuse_word(line, 2, "neighbor") &&
		 line->count > 3)
		answer = overlay_line(line);
	else if (avs_refuse_word(line, 1, "azure-edge") && avs_refuse_word(line, 2, "neighbor") &&
		 line->count > 3)
		answer = edge_line(line);
	return answer == AVS_ANSWER_PASS ? first_line(line) : answer;
}

static enum avs_answer judge(const struct avs_refuse_line *line)
{
	if (!line->count)
		return AVS_ANSWER_PASS;
	if (avs_refuse_word(line, 0, "avs") && line->node == BGP_NODE)
		return avs_line(line);
	if (strmatch(line->word[0], "neighbor") && line->node >= BGP_NODE)
		return avs_refuse_neighbor(line);
	if (strmatch(line->word[0], "route-map") && line->node == CONFIG_NODE && line->count > 1 &&
	    avs_guard_map_reserved(line->word[1])) {
		vty_out(line->vty, "%% avs: route-map %s belongs to the module\n", line->word[1]);
		return AVS_ANSWER_REFUSE;
	}
	if (strmatch(line->word[0], "call") && line->node == RMAP_NODE)
		return call_line(line);
	return export_line(line);
}

static void count(struct vty *vty, enum avs_answer answer)
{
	const struct bgp *bgp = VTY_GET_CONTEXT(bgp);
	struct avs_instance *inst = bgp ? avs_instance_find(bgp) : NULL;

	if (inst && answer == AVS_ANSWER_REFUSE)
		avs_instance_counters(inst)->refused_commands++;
	if (inst && answer == AVS_ANSWER_SWALLOW)
		avs_instance_counters(inst)->swallowed_commands++;
}

/*
 * Sessions in which the block of a refused line is being skipped.  A session that hangs up
 * stays here until another one has its place in memory: that is why nothing counts before
 * bgpd says that this one hands out a file, and why the beginning of a file clears it.
 */
struct skipping {
	struct skipping *next;
	const struct vty *vty;
};

static struct skipping *skipping;

static bool is_skipping(const struct vty *vty)
{
	const struct skipping *entry = skipping;

	while (entry && entry->vty != vty)
		entry = entry->next;
	return entry != NULL;
}

static void skip(const struct vty *vty, bool on)
{
	struct skipping **link = &skipping, *entry;

	while (*link && (*link)->vty != vty)
		link = &(*link)->next;
	entry = *link;
	if (on == (entry != NULL))
		return;
	if (on) {
		entry = XCALLOC(MTYPE_AVS_REFUSE_SKIP, sizeof(*entry));
		entry->vty = vty;
		*link = entry;
	} else {
		*link = entry->next;
		XFREE(MTYPE_AVS_REFUSE_SKIP, entry);
	}
}

static enum avs_answer file_line(const struct avs_refuse_line *line, bool known,
				 enum avs_answer answer)
{
	const char *word = known && line->count ? line->word[0] : "";
	struct vty *vty = line->vty;
	bool skipped;

	if (strmatch(word, "XFRR_start_configuration") || strmatch(word, "XFRR_end_configuration"))
		skip(vty, false);
	/* set by the one, cleared by the other of these, and new with every session */
	if (!vty->pending_allowed)
		return answer;
	skipped = is_skipping(vty);
	if (skipped && !known)
		return AVS_ANSWER_SWALLOW;
	skip(vty, answer == AVS_ANSWER_REFUSE && strmatch(word, "route-map"));
	return skipped && strmatch(word, "exit") ? AVS_ANSWER_SWALLOW : answer;
}

static int execute_hook(struct vty *vty, const char *in, char **out)
{
	struct avs_refuse_line line = {.vty = vty};
	enum avs_answer answer = AVS_ANSWER_PASS;
	bool known;

	if (vty->node < CONFIG_NODE)
		return 0;
	known = line_parse(&line, *out ? *out : in);
	if (known)
		answer = judge(&line);
	answer = file_line(&line, known, answer);
	line_free(&line);
	count(vty, answer);
	if (answer == AVS_ANSWER_SWALLOW || answer == AVS_ANSWER_DONE) {
		XFREE(MTYPE_TMP, *out);
		*out = XSTRDUP(MTYPE_TMP, "!");
	}
	return answer == AVS_ANSWER_REFUSE;
}

void avs_refuse_fini(void)
{
	while (skipping)
		skip(skipping->vty, false);
}

void avs_refuse_init(void)
{
	hook_register_prio(cmd_execute, HOOK_PRIORITY, execute_hook);
}
