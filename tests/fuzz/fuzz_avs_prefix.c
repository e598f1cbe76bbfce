// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Prefixes: text is read as a second parser reads it, and what was read is
 * written and read again; pairs relate as strings of bits do.
 */
#include "avs_fuzz.h"

/* "A.B.C.D[/LEN]", by hand; false for everything else, host bits included */
static bool naive_parse(const char *t, struct avs_prefix *p)
{
	unsigned int part, value, digits, len = 32, i;

	memset(p, 0, sizeof(*p));
	for (part = 0; part < 4; part++) {
		if (part && *t++ != '.')
			return false;
		value = 0;
		for (digits = 0; *t >= '0' && *t <= '9'; digits++) {
			if (digits == 1 && value == 0)
				return false;
			value = value * 10 + (unsigned int)(*t++ - '0');
			if (value > 255)
				return false;
		}
		if (!digits)
			return false;
		p->addr[part] = (uint8_t)value;
	}
	if (*t == '/') {
		t++;
		if (*t < '0' || *t > '9' || (t[0] == '0' && t[1]))
			return false;
		for (len = 0; *t >= '0' && *t <= '9' && len < 100; t++)
			len = len * 10 + (unsigned int)(*t - '0');
	}
	if (*t || len > 32)
		return false;
	p->family = 32;
	p->len = (uint8_t)len;
	for (i = len; i < 32; i++)
		if (naive_bit(p, i))
			return false;
	return true;
}

static void check_text(const char *text)
{
	struct avs_prefix p, naive, again;
	char buf[AVS_PREFIX_STRLEN];
	bool ok = avs_prefix_parse(text, &p);

	if (!strchr(text, ':')) {
		must(ok == naive_parse(text, &naive));
		must(!ok || naive_same(&p, &naive));
	}
	if (!ok)
		return;
	must(avs_prefix_ok(&p));
	avs_prefix_str(&p, buf, sizeof(buf));
	must(avs_prefix_parse(buf, &again));
	must(naive_same(&p, &again));
}

static void check_pair(struct gen *g)
{
	struct avs_prefix a = gen_prefix(g), b = gen_related(g, a);
	char buf[AVS_PREFIX_STRLEN];

	must(avs_prefix_ok(&a) && avs_prefix_ok(&b));
	must(avs_prefix_contains(&a, &b) == naive_in(&a, &b));
	must(avs_prefix_contains(&b, &a) == naive_in(&b, &a));
	must(avs_prefix_equal(&a, &b) == naive_same(&a, &b));
	must(avs_prefix_overlaps(&a, &b) == (naive_in(&a, &b) || naive_in(&b, &a)));
	must((avs_prefix_cmp(&a, &b) < 0) == naive_before(&a, &b));
	must((avs_prefix_cmp(&b, &a) < 0) == naive_before(&b, &a));
	must(avs_prefix_is_rfc1918_block(&a) == naive_block(&a));
	check_text(avs_prefix_str(&a, buf, sizeof(buf)));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char text[128];
	struct gen g;

	if (size < sizeof(text)) {
		if (size)
			memcpy(text, data, size);
		text[size] = '\0';
		check_text(text);
	}
	gen_bytes(&g, data, size);
	while (gen_more(&g))
		check_pair(&g);
	return 0;
}
