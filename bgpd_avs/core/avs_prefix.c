// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Prefix arithmetic, one code path for IPv4 and IPv6.
 *
 * The family of a prefix is the number of its address bits, so a loop over
 * "the bits of this family" needs no case distinction, and neither does a
 * test: what holds for 32 bits is written for `family` bits.
 *
 * Invariant (avs_prefix_ok): host bits and the bytes beyond the family are
 * zero.  Functions rely on it and keep it; text that violates it is refused
 * rather than corrected, because a prefix with host bits in a configuration
 * file is a typing error whose correction would announce something else than
 * the user had in mind.
 *
 * Everything is O(bits), nothing allocates.
 */
#include <arpa/inet.h>
#include <stdio.h>
#include <string.h>

#include "avs_prefix.h"

const struct avs_prefix avs_rfc1918[3] = {
	{.family = AVS_IPV4, .len = 8, .addr = {10}},
	{.family = AVS_IPV4, .len = 12, .addr = {172, 16}},
	{.family = AVS_IPV4, .len = 16, .addr = {192, 168}},
};

/* the bits of byte i that belong to the network part of a prefix of length len */
static uint8_t avs_byte_mask(unsigned int i, unsigned int len)
{
	if (len >= 8 * (i + 1))
		return 0xff;
	if (len <= 8 * i)
		return 0;
	return (uint8_t)(0xff00U >> (len - 8 * i));
}

bool avs_prefix_ok(const struct avs_prefix *p)
{
	static const uint8_t zero[sizeof(p->addr)];
	unsigned int i = p->len / 8;

	if (p->family != AVS_IPV4 && p->family != AVS_IPV6)
		return false;
	if (p->len > p->family)
		return false;
	if (p->len % 8) {
		if (p->addr[i] & (uint8_t)~avs_byte_mask(i, p->len))
			return false;
		i++;
	}
	return !memcmp(p->addr + i, zero, sizeof(zero) - i);
}

struct avs_prefix avs_prefix_v4(uint32_t addr, uint8_t len)
{
	struct avs_prefix p = {.family = AVS_IPV4};
	unsigned int i;

	p.len = len > AVS_IPV4 ? AVS_IPV4 : len;
	for (i = 0; i < 4; i++)
		p.addr[i] = (uint8_t)((addr >> (24 - 8 * i)) & avs_byte_mask(i, p.len));
	return p;
}

uint32_t avs_prefix_v4_addr(const struct avs_prefix *p)
{
	return (uint32_t)p->addr[0] << 24 | (uint32_t)p->addr[1] << 16 | (uint32_t)p->addr[2] << 8 |
	       p->addr[3];
}

/* decimal without sign, blank or leading zero: what is typed is what is shown */
static bool avs_parse_len(const char *text, unsigned int max, uint8_t *len)
{
	unsigned int value = 0;
	const char *c;

	if (!*text || (text[0] == '0' && text[1]))
		return false;
	for (c = text; *c; c++) {
		if (*c < '0' || *c > '9')
			return false;
		value = value * 10 + (unsigned int)(*c - '0');
		if (value > max)
			return false;
	}
	*len = (uint8_t)value;
	return true;
}

bool avs_prefix_parse(const char *text, struct avs_prefix *p)
{
	struct avs_prefix result = {.family = AVS_IPV4};
	char addr[INET6_ADDRSTRLEN];
	const char *slash;
	size_t n;

	if (!text || !p)
		return false;
	slash = strchr(text, '/');
	n = slash ? (size_t)(slash - text) : strlen(text);
	if (n >= sizeof(addr))
		return false;
	memcpy(addr, text, n);
	addr[n] = '\0';

	if (strchr(addr, ':'))
		result.family = AVS_IPV6;
	if (inet_pton(result.family == AVS_IPV4 ? AF_INET : AF_INET6, addr, result.addr) != 1)
		return false;
	result.len = result.family;
	if (slash && !avs_parse_len(slash + 1, result.family, &result.len))
		return false;
	if (!avs_prefix_ok(&result))
		return false;
	*p = result;
	return true;
}

const char *avs_prefix_str(const struct avs_prefix *p, char *buf, size_t size)
{
	char addr[INET6_ADDRSTRLEN];
	int af = p->family == AVS_IPV4 ? AF_INET : AF_INET6;

	if ((p->family != AVS_IPV4 && p->family != AVS_IPV6) ||
	    !inet_ntop(af, p->addr, addr, sizeof(addr)))
		snprintf(buf, size, "none");
	else
		snprintf(buf, size, "%s/%u", addr, p->len);
	return buf;
}

int avs_prefix_cmp(const struct avs_prefix *a, const struct avs_prefix *b)
{
	int c;

	if (a->family != b->family)
		return a->family < b->family ? -1 : 1;
	c = memcmp(a->addr, b->addr, sizeof(a->addr));
	if (c)
		return c < 0 ? -1 : 1;
	if (a->len != b->len)
		return a->len < b->len ? -1 : 1;
	return 0;
}

bool avs_prefix_equal(const struct avs_prefix *a, const struct avs_prefix *b)
{
	/* not by the order: who is equal is asked more often, and needs no call */
	return a->family == b->family && a->len == b->len &&
	       !memcmp(a->addr, b->addr, sizeof(a->addr));
}

unsigned int avs_bits_common(const uint8_t *a, const uint8_t *b, unsigned int known,
			     unsigned int max)
{
	unsigned int i, n;
	uint8_t diff;

	for (i = known / 8; 8 * i < max; i++) {
		diff = a[i] ^ b[i];
		if (!diff)
			continue;
		for (n = 8 * i; !(diff & 0x80); n++)
			diff = (uint8_t)(diff << 1);
		return n < max ? n : max;
	}
	return max;
}

unsigned int avs_prefix_common(const struct avs_prefix *a, const struct avs_prefix *b)
{
	if (a->family != b->family)
		return 0;
	return avs_bits_common(a->addr, b->addr, 0, a->len < b->len ? a->len : b->len);
}

bool avs_prefix_contains(const struct avs_prefix *outer, const struct avs_prefix *inner)
{
	return outer->family == inner->family && outer->len <= inner->len &&
	       avs_prefix_common(outer, inner) == outer->len;
}

bool avs_prefix_overlaps(const struct avs_prefix *a, const struct avs_prefix *b)
{
	/* two prefixes share an address only when one contains the other */
	return avs_prefix_contains(a, b) || avs_prefix_contains(b, a);
}

unsigned int avs_prefix_bit(const struct avs_prefix *p, unsigned int i)
{
	if (i >= 8 * sizeof(p->addr))
		return 0;
	return (unsigned int)(p->addr[i >> 3] >> (7 - (i & 7))) & 1;
}

struct avs_prefix avs_prefix_half(const struct avs_prefix *p, unsigned int bit)
{
	struct avs_prefix half = *p;

	if (half.len >= half.family)
		return half;
	if (bit)
		half.addr[half.len / 8] |= (uint8_t)(0x80U >> (half.len % 8));
	half.len++;
	return half;
}

struct avs_prefix avs_prefix_wider(const struct avs_prefix *p)
{
	struct avs_prefix wider = *p;

	if (!wider.len)
		return wider;
	wider.len--;
	wider.addr[wider.len / 8] &= (uint8_t) ~(0x80U >> (wider.len % 8));
	return wider;
}

bool avs_prefix_is_private(const struct avs_prefix *p)
{
	static const struct avs_prefix shared = {.family = AVS_IPV4, .len = 10, .addr = {100, 64}};
	unsigned int i;

	for (i = 0; i < 3; i++)
		if (avs_prefix_contains(&avs_rfc1918[i], p))
			return true;
	return avs_prefix_contains(&shared, p);
}

bool avs_prefix_is_rfc1918_block(const struct avs_prefix *p)
{
	unsigned int i;

	for (i = 0; i < 3; i++)
		if (avs_prefix_equal(p, &avs_rfc1918[i]))
			return true;
	return false;
}

bool avs_prefix_is_default_equivalent(const struct avs_prefix *p)
{
	return (p->family == AVS_IPV4 || p->family == AVS_IPV6) && p->len < 8;
}

bool avs_prefix_needs_consent(const struct avs_prefix *p)
{
	return avs_prefix_is_default_equivalent(p) || avs_prefix_is_rfc1918_block(p);
}
