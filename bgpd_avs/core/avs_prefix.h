/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Prefixes of both address families through one code path.
 *
 * Representation: 16 address bytes in network order, unused ones zero; the
 * family is the number of address bits, so loops say `family` where they mean
 * "bits of this family".  Invariant of every function that takes a prefix:
 * host bits are zero (avs_prefix_ok()).
 */
#ifndef _AVS_PREFIX_H
#define _AVS_PREFIX_H

#include "avs_types.h"

#define AVS_IPV4 32
#define AVS_IPV6 128
#define AVS_PREFIX_STRLEN 50

struct avs_prefix {
	uint8_t family; /* AVS_IPV4, AVS_IPV6; 0: none */
	uint8_t len;	/* 0..family */
	uint8_t addr[16];
};

/* family known, len in range, host bits and unused bytes zero */
bool avs_prefix_ok(const struct avs_prefix *p);
/* IPv4 from a host-order word; host bits are cleared */
struct avs_prefix avs_prefix_v4(uint32_t addr, uint8_t len);
/* host-order IPv4 address of an IPv4 prefix */
uint32_t avs_prefix_v4_addr(const struct avs_prefix *p);
/* "10.0.0.0/8", "2001:db8::/32", or an address without length; host bits are refused */
bool avs_prefix_parse(const char *text, struct avs_prefix *p);
/* text form into buf (at least AVS_PREFIX_STRLEN bytes), family 0 is "none"; returns buf */
const char *avs_prefix_str(const struct avs_prefix *p, char *buf, size_t size);
/* total order: family, address, length: a supernet comes before what is inside */
int avs_prefix_cmp(const struct avs_prefix *a, const struct avs_prefix *b);
bool avs_prefix_equal(const struct avs_prefix *a, const struct avs_prefix *b);
/* inner is equal to outer or inside of it */
bool avs_prefix_contains(const struct avs_prefix *outer, const struct avs_prefix *inner);
/* the two share at least one address */
bool avs_prefix_overlaps(const struct avs_prefix *a, const struct avs_prefix *b);
/* bit i (0: most significant) of the address */
unsigned int avs_prefix_bit(const struct avs_prefix *p, unsigned int i);
/* leading bits that both have in common, at most min(a->len, b->len) */
unsigned int avs_prefix_common(const struct avs_prefix *a, const struct avs_prefix *b);

/*
 * Leading bits that two addresses have in common, at most max (0..128).  known: how many of them,
 * at most max, are so for sure; they are not looked at.
 */
unsigned int avs_bits_common(const uint8_t *a, const uint8_t *b, unsigned int known,
			     unsigned int max);

/* exactly 10.0.0.0/8, 172.16.0.0/12 or 192.168.0.0/16 */
bool avs_prefix_is_rfc1918_block(const struct avs_prefix *p);
/* 0/0, or anything shorter than /8 (0/1 + 128/1 is a published trick) */
bool avs_prefix_is_default_equivalent(const struct avs_prefix *p);
/* how many prefixes of IPv4 are default-equivalents: 1 + 2 + 4 + ... + 128 */
#define AVS_DEFAULT_EQUIVALENTS 255
/* either of the two: what rule 2 keeps from on-premises without consent */
bool avs_prefix_needs_consent(const struct avs_prefix *p);
/* lower (0) or upper (1) half of a prefix that is no host prefix */
struct avs_prefix avs_prefix_half(const struct avs_prefix *p, unsigned int bit);
/* the next wider one; 0/0 of itself */
struct avs_prefix avs_prefix_wider(const struct avs_prefix *p);
/* lies in 10/8, 100.64/10, 172.16/12 or 192.168/16: no address of the internet */
bool avs_prefix_is_private(const struct avs_prefix *p);
/* the three blocks of RFC 1918, in prefix order */
extern const struct avs_prefix avs_rfc1918[3];

#endif /* _AVS_PREFIX_H */
