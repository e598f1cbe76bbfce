/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * `neighbor X default-originate` ends, without the function of bgpd that does it.
 */
#ifndef _AVS_DEFAULT_OUT_H
#define _AVS_DEFAULT_OUT_H

#include "bgpd_avs/avs_compat.h"

/*
 * Take the setting away from a neighbour, whatever its peer-group says.  A default that was
 * told stays where the ordinary route is told as well, and is withdrawn otherwise.
 * Returns false when there was nothing to take.
 */
bool avs_default_out_clear(struct peer *peer, afi_t afi, safi_t safi);
/* what `no neighbor X default-originate` means, of a neighbour or (group->conf) a peer-group */
void avs_default_out_unset(struct peer *peer, afi_t afi, safi_t safi);

#endif /* _AVS_DEFAULT_OUT_H */
