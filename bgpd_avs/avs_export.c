// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Tables of user-defined routes of one instance.
 *
 * Purpose: give the core what it cannot see (sessions, the clock, the tables
 * before), keep what it computes, and remember which generation somebody has
 * applied in Azure.
 *
 * Representation: one result with its arena.  A new one replaces it whole; the
 * core reads the old one for what lingers, so it is freed afterwards.  The
 * number of the generation begins anew with the daemon, and so does the
 * acknowledgement: what Azure has is compared by avs-udr, never believed.
 *
 * The tables are computed when somebody asks.  So that what vanishes between
 * two questions still lingers, they are also computed a second after a plan,
 * and when a stale route ends, but only where `avs udr next-hop` says that
 * somebody will ask: a computation walks the whole table.
 */

#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include <zebra.h>

#include "monotime.h"
#include "prefix.h"

#include "bgpd_avs/avs_compat.h"
#include "bgpd/bgp_fsm.h"

#include "bgpd_avs/avs_debug.h"
#include "bgpd_avs/avs_export.h"
#include "bgpd_avs/avs_glue.h"
#include "bgpd_avs/avs_instance.h"
#include "bgpd_avs/avs_memory.h"
#include "bgpd_avs/avs_module.h"
#include "bgpd_avs/avs_rib.h"
#include "bgpd_avs/avs_reach.h"
#include "bgpd_avs/avs_session.h"

DEFINE_MTYPE_STATIC(AVS, AVS_EXPORT, "AVS route tables");

/* a burst of plans is one computation */
#define EXPORT_MSEC 1000

struct avs_export {
	struct avs_instance *inst;
	struct avs_arena *arena;
	struct avs_udr *udr; /* NULL: none yet */
	uint64_t acknowledged;
	avs_event_t *t_compute;
};

static uint64_t now_msec(void)
{
	struct timeval tv;

	monotime(&tv);
	return (uint64_t)tv.tv_sec * 1000 + (uint64_t)tv.tv_usec / 1000;
}

static bool all_up(const struct bgp *bgp, const struct avs_rs_config *rs)
{
	for (size_t i = 0; i < rs->neighbor_count; i++) {
		struct peer *peer = avs_session_peer(bgp, &rs->neighbors[i]);

		if (!peer || !avs_peer_up(peer))
			return false;
	}
	return true;
}

static enum avs_err compute(struct avs_export *exp, struct avs_arena *arena, struct avs_udr **out)
{
	const struct avs_plan *plan = avs_instance_plan(exp->inst);
	const struct avs_config *config = plan->config;
	bool *up = avs_arena_array(arena, config->rs_count, sizeof(*up));
	bool *settled = avs_arena_array(arena, config->rs_count, sizeof(*settled));
	struct avs_udr_input input = {
		.config = config,
		.table = avs_instance_table(exp->inst),
		.plan = plan,
		.up = up,
		.settled = settled,
		.prev = exp->udr,
		.now = now_msec(),
	};

	if (!up || !settled)
		return AVS_ERR_NOMEM;
	/* another layout: nothing of bgpd may be read, nobody is up */
	for (unsigned int i = 0; avs_module_active() && i < config->rs_count; i++) {
		up[i] = all_up(avs_instance_bgp(exp->inst), &config->rs[i]);
		settled[i] = !avs_instance_startup_left(exp->inst) &&
			     avs_reach_settled(exp->inst, config, i);
	}
	return avs_udr_compute(&input, arena, out);
}

static void avs_udr_compute_event(avs_event_t *event);

static void update(struct avs_export *exp)
{
	struct avs_arena *arena;
	struct avs_udr *udr = NULL;
	uint64_t now;

	if (!avs_instance_plan(exp->inst))
		return;
	arena = avs_arena_new();
	if (!arena || compute(exp, arena, &udr) != AVS_OK) {
		avs_instance_counters(exp->inst)->core_errors++;
		avs_arena_free(arena);
		return;
	}
	if (!exp->udr || exp->udr->generation != udr->generation)
		AVS_DEBUG(plan, "%s: user-defined routes of generation %" PRIu64,
			  avs_instance_name(exp->inst), udr->generation);
	avs_arena_free(exp->arena);
	exp->arena = arena;
	exp->udr = udr;
	avs_event_off(&exp->t_compute);
	now = now_msec();
	if (udr->wakeup > now)
		avs_event_timer_msec(avs_udr_compute_event, exp, (long)(udr->wakeup - now),
				     &exp->t_compute);
}

static void avs_udr_compute_event(avs_event_t *event)
{
	update(AVS_EVENT_ARG(event));
}

struct avs_export *avs_export_new(struct avs_instance *inst)
{
	struct avs_export *exp = XCALLOC(MTYPE_AVS_EXPORT, sizeof(*exp));

	exp->inst = inst;
	return exp;
}

void avs_export_free(struct avs_export *exp)
{
	if (!exp)
		return;
	avs_event_off(&exp->t_compute);
	avs_arena_free(exp->arena);
	XFREE(MTYPE_AVS_EXPORT, exp);
}

void avs_export_replanned(struct avs_export *exp)
{
	if (!avs_instance_effective(exp->inst)->udr.next_hop.family)
		return;
	/* a timer that waits for a stale route is too late */
	avs_event_off(&exp->t_compute);
	avs_event_timer_msec(avs_udr_compute_event, exp, EXPORT_MSEC, &exp->t_compute);
}

const struct avs_udr *avs_export_udr(struct avs_export *exp)
{
	update(exp);
	return exp->udr;
}

const struct avs_udr *avs_export_last(const struct avs_export *exp)
{
	return exp->udr;
}

uint64_t avs_export_acknowledged(const struct avs_export *exp)
{
	return exp->acknowledged;
}

bool avs_export_acknowledge(struct avs_export *exp, uint64_t generation)
{
	update(exp);
	if (!exp->udr || exp->udr->generation != generation)
		return false;
	exp->acknowledged = generation;
	return true;
}

uint64_t avs_export_left(const struct avs_udr_route *route)
{
	uint64_t end = route->since + AVS_UDR_LINGER_MSEC, now = now_msec();

	return end > now ? end - now : 0;
}
