// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What an UPDATE announces, read from its octets (RFC 4271 section 4.3).
 *
 * Purpose: bgpd drops some routes before anybody is asked, a path with this router's own
 * AS number for instance.  That they were delivered counts (rule 2), so the message itself
 * has to be read.  Only what classification needs is: AS path, communities, IPv4 prefixes.
 *
 * Representation: pointers into the message.  Every length is checked against what is left
 * before it is used.  Without its prefixes a message is one for bgpd to answer; attributes that
 * do not hold together make a withdrawal of it (RFC 7606 section 4), but the prefixes were
 * delivered, by a path that nobody can place.
 *
 * Of an attribute that is there twice the first one counts (RFC 7606 section 3).
 *
 * Complexity: O(octets).
 */
#include "avs_update.h"

#include <stdio.h>
#include <string.h>

#define ATTR_EXTENDED 0x10 /* a length of two octets */
#define ATTR_AS_PATH 2
#define ATTR_COMMUNITIES 8
#define ATTR_MP_REACH 14
#define ATTR_LARGE 32
#define SEGMENT_SET 1
#define SEGMENT_SEQUENCE 2
#define ADD_PATH_ID_BYTES 4

/* octets from the front; false: there are not that many */
static bool avs_take(struct avs_octets *rest, size_t size, struct avs_octets *taken)
{
	if (size > rest->size)
		return false;
	*taken = (struct avs_octets){.data = rest->data, .size = size};
	rest->data += size;
	rest->size -= size;
	return true;
}

static bool avs_take_number(struct avs_octets *rest, size_t bytes, size_t *number)
{
	struct avs_octets taken;

	if (!avs_take(rest, bytes, &taken))
		return false;
	*number = 0;
	while (taken.size--)
		*number = *number << 8 | *taken.data++;
	return true;
}

/* MP_REACH_NLRI (RFC 4760 section 3): family, next hop, a reserved octet, prefixes */
static bool avs_take_mp(struct avs_octets value, struct avs_update *update)
{
	size_t afi, safi, length;
	struct avs_octets skipped;

	if (!avs_take_number(&value, 2, &afi) || !avs_take_number(&value, 1, &safi) ||
	    !avs_take_number(&value, 1, &length) || !avs_take(&value, length + 1, &skipped))
		return false;
	if (afi == 1 && safi == 1)
		update->mp_nlri = value;
	return true;
}

static bool avs_take_attribute(struct avs_octets *rest, struct avs_update *update)
{
	struct avs_octets value, *slot = NULL;
	size_t flags, type, length;

	if (!avs_take_number(rest, 1, &flags) || !avs_take_number(rest, 1, &type) ||
	    !avs_take_number(rest, flags & ATTR_EXTENDED ? 2 : 1, &length) ||
	    !avs_take(rest, length, &value))
		return false;
	switch (type) {
	case ATTR_AS_PATH:
		slot = &update->as_path;
		break;
	case ATTR_COMMUNITIES:
		slot = &update->communities;
		break;
	case ATTR_LARGE:
		slot = &update->large;
		break;
	case ATTR_MP_REACH:
		return update->mp_nlri.data || avs_take_mp(value, update);
	}
	if (slot && !slot->data)
		*slot = value;
	return true;
}

bool avs_update_parse(const uint8_t *body, size_t size, bool add_path, bool as4,
		      struct avs_update *update)
{
	struct avs_octets rest = {.data = body, .size = size}, part;
	size_t length;

	*update = (struct avs_update){.add_path = add_path, .as4 = as4};
	/* what is withdrawn, and then the attributes */
	if (!avs_take_number(&rest, 2, &length) || !avs_take(&rest, length, &part) ||
	    !avs_take_number(&rest, 2, &length) || !avs_take(&rest, length, &part))
		return false;
	update->nlri = rest;
	while (part.size)
		if (!avs_take_attribute(&part, update)) {
			update->as_path = update->communities = update->large =
				(struct avs_octets){0};
			break;
		}
	return true;
}

bool avs_update_next(const struct avs_update *update, struct avs_update_walk *walk,
		     struct avs_prefix *prefix)
{
	const struct avs_octets *list = walk->mp ? &update->mp_nlri : &update->nlri;
	struct avs_octets rest, octets;
	size_t length, id;

	if (walk->at >= list->size) {
		if (walk->mp)
			return false;
		*walk = (struct avs_update_walk){.mp = true};
		return avs_update_next(update, walk, prefix);
	}
	rest = (struct avs_octets){.data = list->data + walk->at, .size = list->size - walk->at};
	if ((update->add_path && !avs_take_number(&rest, ADD_PATH_ID_BYTES, &id)) ||
	    !avs_take_number(&rest, 1, &length) || length > 32 ||
	    !avs_take(&rest, (length + 7) / 8, &octets))
		return false;
	walk->at = list->size - rest.size;
	*prefix = (struct avs_prefix){.family = 32, .len = (uint8_t)length};
	memcpy(prefix->addr, octets.data, octets.size);
	/* the bits behind the length say nothing (RFC 4271 section 4.3) */
	if (length % 8)
		prefix->addr[length / 8] &= (uint8_t)(0xff00 >> length % 8);
	return true;
}

size_t avs_update_count(const struct avs_update *update)
{
	struct avs_update_walk walk = {0};
	struct avs_prefix prefix;
	size_t count = 0;

	while (avs_update_next(update, &walk, &prefix))
		count++;
	return count;
}

/* one more piece of text; false: no room */
static bool avs_path_put(char *buf, size_t size, size_t *used, const char *mark, size_t as)
{
	int n = snprintf(buf + *used, size - *used, "%s%zu", mark, as);

	if (n < 0 || (size_t)n >= size - *used)
		return false;
	*used += (size_t)n;
	return true;
}

bool avs_update_path(const struct avs_update *update, char *buf, size_t size)
{
	struct avs_octets rest = update->as_path;
	size_t used = 0, type, count, as;

	if (!size)
		return false;
	buf[0] = '\0';
	while (rest.size) {
		const char *mark = used ? " " : "";

		if (!avs_take_number(&rest, 1, &type) || !avs_take_number(&rest, 1, &count) ||
		    !count || (type != SEGMENT_SET && type != SEGMENT_SEQUENCE))
			return false;
		for (size_t i = 0; i < count; i++) {
			if (!avs_take_number(&rest, update->as4 ? 4 : 2, &as))
				return false;
			if (type == SEGMENT_SET)
				mark = i ? "," : used ? " {" : "{";
			else if (i)
				mark = " ";
			if (!avs_path_put(buf, size, &used, mark, as))
				return false;
		}
		if (type == SEGMENT_SET) {
			if (used + 2 > size)
				return false;
			buf[used++] = '}';
			buf[used] = '\0';
		}
	}
	return true;
}
