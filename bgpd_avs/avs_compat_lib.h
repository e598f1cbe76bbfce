/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What differs between releases of libfrr and libyang.
 *
 * Purpose: the part of avs_compat.h for the rooms of the northbound and of the
 * command line, which know no bgpd.
 */
#ifndef _AVS_COMPAT_LIB_H
#define _AVS_COMPAT_LIB_H

#include <libyang/libyang.h>
#include <libyang/version.h>

#include "northbound.h"
#include "termtable.h"
#include "vrf.h"

/*
 * The releases that have been tried; what differs between them came somewhere in
 * between.  Another one may compile and leak (10.7 stopped setting the NEXT_HOP flag):
 * "Another release of FRR" in doc/design.rst says what to do first.
 */
#define AVS_FRR_10 (AVS_FRR_RELEASE >= 100000)
#define AVS_FRR_10_7 (AVS_FRR_RELEASE >= 100700)
#if AVS_FRR_RELEASE / 100 != 804 && AVS_FRR_RELEASE / 100 != 1003 && AVS_FRR_RELEASE / 100 != 1007
#error "this release of FRR has not been tried: see doc/design.rst"
#endif

/* give back what ttable_dump() returned: memory types are counted, and this one moved */
static inline void avs_compat_table_free(char *text)
{
#if AVS_FRR_10
	XFREE(MTYPE_TMP_TTABLE, text);
#else
	XFREE(MTYPE_TMP, text);
#endif
}

/*
 * An entry of a leaf-list that goes away is named by the path of the list and a value:
 * libfrr appends the predicate.  Later releases take the path of the entry.
 */
#define AVS_COMPAT_LEAFLIST_BY_VALUE (!AVS_FRR_10)

/*
 * Not asked for yet, so that zclient_redistribute() asks.  The type of the bitmap
 * is a void pointer everywhere: the compiler is silent about the wrong call.
 */
static inline void avs_compat_vrf_bitmap_unset(vrf_bitmap_t *bitmap, vrf_id_t vrf_id)
{
#if AVS_FRR_10
	vrf_bitmap_unset(bitmap, vrf_id);
#else
	vrf_bitmap_unset(*bitmap, vrf_id);
#endif
}

/* remove a node and what is below it from a candidate */
static inline int avs_compat_candidate_destroy(struct nb_config *candidate,
					       const struct nb_node *node, const char *xpath)
{
#if AVS_FRR_10_7
	return nb_candidate_edit(candidate, node, NB_OP_DESTROY, xpath, NULL);
#else
	return nb_candidate_edit(candidate, node, NB_OP_DESTROY, xpath, NULL, NULL);
#endif
}

/* as a line that somebody typed; errmsg is filled when it fails */
static inline int avs_compat_candidate_commit(struct nb_config *candidate, const char *comment,
					      char *errmsg, size_t size)
{
	struct nb_context context = {.client = NB_CLIENT_CLI};

#if AVS_FRR_10
	return nb_candidate_commit(context, candidate, false, comment, NULL, errmsg, size);
#else
	return nb_candidate_commit(&context, candidate, false, comment, NULL, errmsg, size);
#endif
}

/* does the type of this leaf allow the value?  What is wrong is left in the context. */
static inline bool avs_compat_value_valid(struct ly_ctx *ctx, const struct lysc_node *leaf,
					  const char *value)
{
#if LY_VERSION_MAJOR >= 5
	return lyd_value_validate(leaf, value, strlen(value), NULL, NULL, NULL) == LY_SUCCESS;
#else
	return lyd_value_validate(ctx, leaf, value, strlen(value), NULL, NULL, NULL) == LY_SUCCESS;
#endif
}

#endif /* _AVS_COMPAT_LIB_H */
