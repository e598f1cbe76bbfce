/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Making a running bgpd load our YANG module.
 */
#ifndef _AVS_NB_REGISTER_H
#define _AVS_NB_REGISTER_H

#include <stdbool.h>

/*
 * Append frr_bgp_avs_info to the daemon's list of YANG modules.
 *
 * Only from hook frr_early_init: the northbound reads the list right after.
 *
 * Returns false, with one line in the log, when the list cannot be found
 * beyond doubt.  The module then has no configuration and must not install
 * commands.
 */
bool avs_nb_register(void);

#endif /* _AVS_NB_REGISTER_H */
