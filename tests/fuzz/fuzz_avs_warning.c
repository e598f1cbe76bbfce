// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Warnings: any code, names of any length and a buffer of any size give a text
 * that ends inside of the buffer; every code has a step of the checklist.
 */
#include "avs_fuzz.h"

#include "avs_checklist.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct avs_warning w = {0};
	char subject[512], rs[AVS_NAME_MAX + 1], *buf;
	size_t length, room;
	struct gen g;

	gen_bytes(&g, data, size);
	w.code = (enum avs_warning_code)gen_below(&g, 80);
	w.severity = (enum avs_severity)gen_below(&g, 3);
	length = gen_below(&g, sizeof(subject));
	memset(subject, 'x', length);
	subject[length] = '\0';
	length = gen_below(&g, sizeof(rs));
	memset(rs, 'r', length);
	rs[length] = '\0';
	w.subject = subject;
	w.rs = rs;
	w.number = gen_below(&g, UINT32_MAX);
	w.prefix = gen_prefix(&g);
	room = 1 + gen_below(&g, 600);
	buf = gen_need(malloc(room));
	memset(buf, 0x7f, room);
	must(avs_warning_text(&w, buf, room) == buf);
	must(memchr(buf, '\0', room));
	must(strlen(avs_warning_name(w.code)) > 0);
	if (strcmp(avs_warning_name(w.code), "unknown"))
		must((unsigned int)avs_check_of(w.code) < AVS_CHECK_COUNT);
	free(buf);
	return 0;
}
