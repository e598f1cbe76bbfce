// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * UPDATEs: whatever comes, only octets of the message are read, prefixes are in their normal
 * form, and a path has the AS numbers that its octets have.
 */
#include "avs_fuzz.h"

#include "avs_update.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct avs_update_walk walk = {0};
	struct avs_update update;
	struct avs_prefix prefix;
	char text[512];
	size_t count = 0, numbers = 0;

	if (size < 1 || !avs_update_parse(data + 1, size - 1, data[0] & 1, data[0] & 2, &update))
		return 0;
	while (avs_update_next(&update, &walk, &prefix)) {
		must(avs_prefix_ok(&prefix));
		count++;
	}
	must(count == avs_update_count(&update) && count <= size);
	must(!update.as_path.size || (update.as_path.data > data &&
				      update.as_path.data + update.as_path.size <= data + size));
	if (!avs_update_path(&update, text, sizeof(text)))
		return 0;
	must(strlen(text) < sizeof(text));
	for (const char *c = text; *c; c++)
		numbers += *c >= '0' && *c <= '9' && (c == text || c[-1] < '0' || c[-1] > '9');
	must(numbers <= update.as_path.size / (update.as4 ? 4 : 2));
	must(!update.as_path.size == !numbers);
	return 0;
}
