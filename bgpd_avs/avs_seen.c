// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * AS numbers that were seen behind a circuit or a gateway.
 *
 * Purpose: an unknown AS that announces what this router plans may be another appliance of the
 * same job, or the customer's second way in (a VPN gateway whose routes lost their community).
 * The advice to call it a sibling is safe in the first case only, and the second one shows: its
 * number stands in paths of a circuit or of a gateway as well.
 *
 * Representation: a bit for each number of 16 bits, the only ones that Route Server accepts from
 * an appliance.  Larger ones count as seen: there is nothing to advise.  Bits are set and never
 * cleared, so that what is away for a moment is not taken for something else.  8 KB.
 */

#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include <zebra.h>

#include "bgpd_avs/avs_memory.h"
#include "bgpd_avs/avs_seen.h"

DEFINE_MTYPE_STATIC(AVS, AVS_SEEN, "AVS numbers seen");

struct avs_seen {
	uint8_t bits[(UINT16_MAX + 1) / 8];
};

struct avs_seen *avs_seen_new(void)
{
	return XCALLOC(MTYPE_AVS_SEEN, sizeof(struct avs_seen));
}

void avs_seen_free(struct avs_seen *seen)
{
	XFREE(MTYPE_AVS_SEEN, seen);
}

void avs_seen_note(struct avs_seen *seen, const struct avs_path *path,
		   const struct avs_verdict_class *verdict)
{
	/* a plain announcement of an appliance is what the others are compared with */
	if (path->rs == AVS_RS_NONE || verdict->claim.appliance_as || avs_is_sibling(verdict))
		return;
	for (size_t i = 1; i < path->as_count; i++)
		if (path->asns[i] <= UINT16_MAX)
			seen->bits[path->asns[i] / 8] |= (uint8_t)(1U << path->asns[i] % 8);
}

bool avs_seen_has(const struct avs_seen *seen, uint32_t as)
{
	return as > UINT16_MAX || (seen->bits[as / 8] >> as % 8 & 1);
}
