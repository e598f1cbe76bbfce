/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * AS paths and communities that a set rule may give to bgpd.
 */
#ifndef _AVS_HOLD_H
#define _AVS_HOLD_H

struct aspath;
struct community;
struct lcommunity;

/*
 * The interned form of a path or community list that nobody else refers to
 * (refcnt 0).  Takes it over; the result belongs to this room and may be put
 * into an attribute as it is.
 */
struct aspath *avs_hold_aspath(struct aspath *aspath);
struct community *avs_hold_community(struct community *community);
/* the same of one that is interned, with a reference that is taken over */
struct lcommunity *avs_hold_lcommunity(struct lcommunity *lcommunity);

/*
 * To be called before the parts of one attribute are held: gives back what was
 * held before when there is too much of it, never a part of this attribute.
 */
void avs_hold_make_room(void);

/* give everything back */
void avs_hold_fini(void);

#endif /* _AVS_HOLD_H */
