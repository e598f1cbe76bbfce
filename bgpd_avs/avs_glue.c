// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Conversions between FRR's addresses and the core's.  See avs_glue.h.
 */

#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include <zebra.h>

#include "plist.h"

#include "bgpd_avs/avs_glue.h"

struct avs_prefix avs_from_prefix(const struct prefix *p)
{
	struct avs_prefix out = {};

	switch (p->family) {
	case AF_INET:
		out.family = AVS_IPV4;
		memcpy(out.addr, &p->u.prefix4, sizeof(p->u.prefix4));
		break;
	case AF_INET6:
		out.family = AVS_IPV6;
		memcpy(out.addr, &p->u.prefix6, sizeof(p->u.prefix6));
		break;
	default:
		return out;
	}
	out.len = p->prefixlen;
	return out;
}

struct avs_prefix avs_from_sockunion(const union sockunion *su)
{
	struct prefix p;

	if (!su || !sockunion2hostprefix(su, &p))
		return (struct avs_prefix){};
	return avs_from_prefix(&p);
}

struct prefix avs_to_prefix(const struct avs_prefix *p)
{
	struct prefix out = {};

	switch (p->family) {
	case AVS_IPV4:
		out.family = AF_INET;
		memcpy(&out.u.prefix4, p->addr, sizeof(out.u.prefix4));
		break;
	case AVS_IPV6:
		out.family = AF_INET6;
		memcpy(&out.u.prefix6, p->addr, sizeof(out.u.prefix6));
		break;
	default:
		return out;
	}
	out.prefixlen = p->len;
	return out;
}

struct in_addr avs_to_in_addr(const struct avs_prefix *p)
{
	struct in_addr addr = {};

	if (p->family == AVS_IPV4)
		memcpy(&addr, p->addr, sizeof(addr));
	return addr;
}

const char *avs_prefix_display(const struct avs_prefix *p, char *buf, size_t size)
{
	avs_prefix_str(p, buf, size);
	if (p->family && p->len == p->family) {
		char *slash = strchr(buf, '/');

		if (slash)
			*slash = '\0';
	}
	return buf;
}

bool avs_list_permits_prefix(const char *list, const struct avs_prefix *prefix, void *arg)
{
	struct prefix p = avs_to_prefix(prefix);
	struct prefix_list *plist = prefix_list_lookup(AFI_IP, list);

	return plist && prefix_list_apply(plist, &p) == PREFIX_PERMIT;
}
