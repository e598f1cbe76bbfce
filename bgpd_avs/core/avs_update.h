/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What an UPDATE announces, read from its octets (RFC 4271 section 4.3).
 */
#ifndef _AVS_UPDATE_H
#define _AVS_UPDATE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "avs_prefix.h"

struct avs_octets {
	const uint8_t *data; /* NULL: it is not there */
	size_t size;
};

/* Parts of a message; they point into it. */
struct avs_update {
	struct avs_octets as_path, communities, large;
	struct avs_octets nlri, mp_nlri; /* IPv4 unicast only */
	bool add_path;			 /* an identifier of four octets before each prefix */
	bool as4;			 /* AS numbers of four octets (RFC 6793) */
};

/*
 * body: what follows the header.  False: where its prefixes are is not known; nothing of it may
 * be used then.  Attributes that do not hold together are not there.  One pass, nothing is
 * allocated.
 */
bool avs_update_parse(const uint8_t *body, size_t size, bool add_path, bool as4,
		      struct avs_update *update);

/* Where a walk over the announced prefixes stands; begins with zeroes. */
struct avs_update_walk {
	size_t at;
	bool mp;
};

/* The next prefix; false: that was all, or what comes is no prefix. */
bool avs_update_next(const struct avs_update *update, struct avs_update_walk *walk,
		     struct avs_prefix *prefix);
/* number of prefixes that it announces */
size_t avs_update_count(const struct avs_update *update);

/*
 * The AS path as FRR writes it: "65515 12076 {64512,64513}".  False: it does not fit, or holds
 * a segment of another kind.
 */
bool avs_update_path(const struct avs_update *update, char *buf, size_t size);

#endif /* _AVS_UPDATE_H */
