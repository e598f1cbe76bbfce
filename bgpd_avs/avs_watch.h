/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What has to be looked at again, and when.  Essay: avs_watch.c.
 */
#ifndef _AVS_WATCH_H
#define _AVS_WATCH_H

struct avs_instance;

/*
 * Prefixes have another segment: route-maps that match it are evaluated again, those of
 * bgpd's neighbours and the in-maps of route servers.
 */
void avs_watch_reclassified(struct avs_instance *inst);

/* hooks: the end of files, commands, events of peers and of route-maps */
void avs_watch_init(void);

#endif /* _AVS_WATCH_H */
