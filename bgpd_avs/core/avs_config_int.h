/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What avs_config.c and avs_config_merge.c share: orders of elements.
 */
#ifndef _AVS_CONFIG_INT_H
#define _AVS_CONFIG_INT_H

/* for sorting and searching; a key order looks at what makes two elements the same one */
int avs_as_order(const void *a, const void *b);
int avs_condition_order(const void *a, const void *b);
int avs_edge_key_order(const void *a, const void *b);
int avs_exact_key_order(const void *a, const void *b);
int avs_name_order(const void *a, const void *b);
int avs_prefix_order(const void *a, const void *b);
int avs_rule_key_order(const void *a, const void *b);
int avs_supernet_key_order(const void *a, const void *b);
int avs_toward_order(const void *a, const void *b);

#endif /* _AVS_CONFIG_INT_H */
