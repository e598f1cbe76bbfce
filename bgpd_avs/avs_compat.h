/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The only file that knows how FRR releases differ.
 *
 * Purpose: every call whose prototype or behaviour changes between releases
 * is made through a function of this file, written so that it is right on
 * all of them where that is possible.  AVS_FRR_RELEASE comes from configure:
 * 80404 is 8.4.4.
 *
 * Behaviour that the compiler cannot see:
 *  - bgp_attr_default_set() stops setting the NEXT_HOP flag in 10.7, so it is
 *    set here for IPv4, always (an UPDATE without NEXT_HOP is dropped by the
 *    receiver, and no test on the sender notices);
 *  - the path of an out-map carries its source in 10.x (path->from) and not in
 *    8.4.4; the source is therefore always the SELECTED path of the dest.
 */
#ifndef _AVS_COMPAT_H
#define _AVS_COMPAT_H

#include "bgpd/bgpd.h"
#include "bgpd/bgp_attr.h"
#include "bgpd/bgp_route.h"
#include "bgpd/bgp_table.h"

#include "lib/version.h"
#include "thread.h"

/* the release this module was built for; a test variant builds another one in */
#ifndef AVS_FRR_VERSION
#define AVS_FRR_VERSION FRR_VERSION
#endif
/* test variant: pretend that bgpd's structs have other sizes */
#ifndef AVS_LAYOUT_SKEW
#define AVS_LAYOUT_SKEW 0
#endif

/* 10.2 and later keep the table of a deleted default instance that others import from */
#define AVS_COMPAT_HIDDEN_INSTANCE (AVS_FRR_RELEASE >= 100200)

/* argument of frr_early_init, frr_late_init, frr_config_post */
typedef struct thread_master avs_loop_t;
typedef struct thread avs_event_t;

#define AVS_EVENT_ARG(event) THREAD_ARG(event)

static inline void avs_event_timer_msec(void (*func)(avs_event_t *), void *arg, long msec,
					avs_event_t **ref)
{
	thread_add_timer_msec(bm->master, func, arg, msec, ref);
}

static inline void avs_event_soon(void (*func)(avs_event_t *), void *arg, avs_event_t **ref)
{
	thread_add_event(bm->master, func, arg, 0, ref);
}

static inline void avs_event_read(void (*func)(avs_event_t *), void *arg, int fd, avs_event_t **ref)
{
	thread_add_read(bm->master, func, arg, fd, ref);
}

static inline void avs_event_off(avs_event_t **ref)
{
	thread_cancel(ref);
}

static inline long avs_event_left_msec(avs_event_t *event)
{
	return event ? (long)thread_timer_remain_msec(event) : 0;
}

static inline void avs_compat_process(struct bgp *bgp, struct bgp_dest *dest,
				      struct bgp_path_info *pi, afi_t afi, safi_t safi)
{
	bgp_process(bgp, dest, afi, safi);
}

static inline void avs_compat_path_delete(struct bgp_dest *dest, struct bgp_path_info *pi)
{
	bgp_path_info_delete(dest, pi);
}

/* attributes of a locally originated IPv4 path; the caller interns them */
static inline void avs_compat_attr_default(struct attr *attr, struct bgp *bgp, uint8_t origin)
{
	bgp_attr_default_set(attr, bgp, origin);
	attr->flag |= ATTR_FLAG_BIT(BGP_ATTR_NEXT_HOP);
	attr->mp_nexthop_len = BGP_ATTR_NHLEN_IPV4;
}

#endif /* _AVS_COMPAT_H */
