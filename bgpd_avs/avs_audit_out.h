/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What neighbours were told, compared with what they should have been told.
 */
#ifndef _AVS_AUDIT_OUT_H
#define _AVS_AUDIT_OUT_H

#include "bgpd_avs/avs_instance.h"

struct avs_audit_out;

struct avs_audit_out *avs_audit_out_new(struct avs_instance *inst);
void avs_audit_out_free(struct avs_audit_out *audit);

/*
 * A session came up, or bgpd was made to announce everything: watch its update subgroups until
 * they are at rest, then compare.
 */
void avs_audit_out_watch(struct avs_audit_out *audit);
/* compare now, in slices */
void avs_audit_out_compare(struct avs_audit_out *audit);
/* look now and then whether bgpd did something on its own account; cheap */
void avs_audit_out_poll(struct avs_audit_out *audit);

#endif /* _AVS_AUDIT_OUT_H */
