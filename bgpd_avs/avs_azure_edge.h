/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Rule 11 at work: azure-edge neighbours of a customer's edge router.
 */
#ifndef _AVS_AZURE_EDGE_H
#define _AVS_AZURE_EDGE_H

#include "bgpd_avs/avs_instance.h"
#include "bgpd_avs/avs_azure_own.h"
#include "bgpd_avs/core/avs_inbound.h"

struct avs_azure_edge;
struct bgp_path_info;
struct peer;

struct avs_azure_edge *avs_azure_edge_new(struct avs_instance *inst);
void avs_azure_edge_free(struct avs_azure_edge *edge); /* NULL is allowed */

/* "azure-edge@192.0.2.6": what stands for it where route servers have names; returns buf */
const char *avs_azure_edge_name(const struct avs_prefix *neighbor, char *buf, size_t size);
/* Is this such a name? */
bool avs_azure_edge_is_name(const char *name);
/* the azure-edge neighbour that a peer is, or NULL */
const struct avs_edge_config *avs_azure_edge_of(const struct avs_instance *inst,
						const struct peer *peer);

/*
 * May this prefix come in from the azure-edge neighbour?  UNSPEC: yes.  about (family 0:
 * none): the announced prefix that is the reason.
 */
enum avs_reason avs_azure_edge_verdict(const struct avs_instance *inst,
				       const struct avs_edge_config *neighbor,
				       const struct prefix *prefix, struct avs_prefix *about);
/* the same, asked while a route comes in: a refusal is remembered and counted */
enum avs_reason avs_azure_edge_refuse(struct avs_instance *inst,
				      const struct avs_edge_config *neighbor,
				      const struct prefix *prefix, const struct peer *from);

/*
 * Lines, lists or neighbours may have changed: look at what is accepted once more, soon.
 */
void avs_azure_edge_changed(struct avs_instance *inst);
/* twice a second: look whether announcements have changed */
void avs_azure_edge_poll(struct avs_instance *inst);
/* the list of refusals is emptied: what was refused is not known any more */
void avs_azure_edge_forget(struct avs_instance *inst);
/* have the azure-edge neighbours tell their routes again; NULL: all of them */
void avs_azure_edge_refresh(const struct avs_instance *inst,
			    const struct avs_edge_config *neighbor);

/* what is announced to Azure with a community that Azure reserves */
struct avs_reserved avs_azure_edge_reserved(const struct avs_instance *inst);
/* an announced prefix inside of which something is refused; family 0: there is none */
struct avs_prefix avs_azure_edge_inside(const struct avs_instance *inst);
/* prefixes that are accepted from it, and how many of them contain an announced one */
uint32_t avs_azure_edge_accepted(const struct avs_instance *inst, const struct peer *peer,
				 uint32_t *supernets);
/* can it be asked for its routes again? */
bool avs_azure_edge_refreshable(const struct peer *peer);
/*
 * A prefix that is accepted from this peer, and would not be any more were it an azure-edge
 * neighbour, although it is no default; about: what it lies in.  False: there is none.
 */
bool avs_azure_edge_would_lose(const struct avs_config *config, const struct peer *peer,
			       struct avs_prefix *lost, struct avs_prefix *about);

#endif /* _AVS_AZURE_EDGE_H */
