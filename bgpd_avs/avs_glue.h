/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Conversions between FRR's addresses and the core's.
 *
 * All of them are total: what the core cannot express (another family)
 * becomes a prefix of family 0, which equals nothing and contains nothing.
 */
#ifndef _AVS_GLUE_H
#define _AVS_GLUE_H

#include "prefix.h"
#include "sockunion.h"

#include "bgpd_avs/core/avs_prefix.h"

struct avs_prefix avs_from_prefix(const struct prefix *p);
struct avs_prefix avs_from_sockunion(const union sockunion *su);
/* IPv4 or IPv6 prefix; family AF_UNSPEC for an avs_prefix of family 0 */
struct prefix avs_to_prefix(const struct avs_prefix *p);
/* network order; 0.0.0.0 for anything but IPv4 */
struct in_addr avs_to_in_addr(const struct avs_prefix *p);
/* host prefixes print as an address, others with their length */
const char *avs_prefix_display(const struct avs_prefix *p, char *buf, size_t size);

/* does the IPv4 prefix list permit it?  One that does not exist permits nothing; arg is not read */
bool avs_list_permits_prefix(const char *list, const struct avs_prefix *prefix, void *arg);

#endif /* _AVS_GLUE_H */
