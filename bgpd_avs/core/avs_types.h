/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The vocabulary of the core.
 *
 * Purpose: the small types that every room of the core shares: segments,
 * classes of announcements, reason codes, errors.  No functions live here
 * except naming ones, no FRR header is ever included here.
 *
 * Invariants: value 0 of every enum is the one that announces nothing or
 * knows nothing, so that zeroed memory fails closed.  The text of every
 * enumerator is its name in yang/frr-bgp-avs.yang; numbers of reasons are
 * (rule of doc/user.rst) * 10 + n and are never reused.
 */
#ifndef _AVS_TYPES_H
#define _AVS_TYPES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * Most route servers one instance may have.  Sources of a route are kept as
 * a bit mask; an Azure NVA peers with two or three Route Servers.
 */
#define AVS_SERVERS_MAX 22
/* most overlay neighbours, which stand among the route servers */
#define AVS_OVERLAY_MAX 8
#define AVS_RS_MAX (AVS_SERVERS_MAX + AVS_OVERLAY_MAX)
/* index of "not a route server": a neighbour without a role */
#define AVS_RS_NONE 31
/* an IPv4 prefix shorter than this is always a cover (the word "shortest") */
#define AVS_SHORTEST_DEFAULT 8
/* longest name of a route server, site or route-map, without the NUL */
#define AVS_NAME_MAX 63
/*
 * What the name of an overlay neighbour begins with where route servers have theirs; no
 * name that a user may give has this sign
 */
#define AVS_OVERLAY_NAME "overlay@"
/* the same of an azure-edge neighbour, which is no route server but has an owned map */
#define AVS_EDGE_NAME "azure-edge@"
/* a prefix that several sites deliver */
#define AVS_SITE_MIXED UINT32_MAX

/* What went wrong in the core.  The caller keeps what it had. */
enum avs_err {
	AVS_OK = 0,
	AVS_ERR_INPUT, /* argument outside of what the header allows */
	AVS_ERR_LIMIT, /* more elements than the representation holds */
	AVS_ERR_NOMEM, /* the allocator refused */
};

/* Where a route comes from.  Site is carried beside it, see avs_config.h. */
enum avs_segment {
	AVS_SEGMENT_UNKNOWN = 0,
	AVS_SEGMENT_PRIVATE_CLOUD,
	AVS_SEGMENT_ON_PREMISES,
	AVS_SEGMENT_VIRTUAL_NETWORK,
};
#define AVS_SEGMENT_COUNT 4

/* a set of segments: bit (1 << enum avs_segment) */
typedef uint8_t avs_segset;
#define AVS_SEG_BIT(seg) ((avs_segset)(1U << (seg)))

/* Why a path has its segment: which line of the classification decided. */
enum avs_why {
	AVS_WHY_NONE = 0,	 /* not from a route server, no line matches */
	AVS_WHY_PREFIX,		 /* avs segment ... prefix */
	AVS_WHY_PREFIX_LIST,	 /* avs segment ... prefix-list */
	AVS_WHY_NEIGHBOR,	 /* avs segment ... neighbor */
	AVS_WHY_AS_PATH_LIST,	 /* avs segment ... as-path-list */
	AVS_WHY_ORIGIN_AS,	 /* avs segment ... origin-as */
	AVS_WHY_AVS_ORIGIN,	 /* 65515 12076 ... X, X an AS of AVS */
	AVS_WHY_CIRCUIT,	 /* 65515 12076 <other> */
	AVS_WHY_REMOTE_VNET,	 /* 65515 12076 */
	AVS_WHY_VNET,		 /* 65515 */
	AVS_WHY_NO_EXPRESSROUTE, /* 65515 <AS> without 12076: alarm */
	AVS_WHY_FOREIGN,	 /* does not begin with 65515 */
	AVS_WHY_OPAQUE,		 /* an AS_SET or confederation segment stands where it matters */
	AVS_WHY_MEMORY,		 /* only its path changed (segment-memory) */
	AVS_WHY_POLICY,		 /* set avs segment, in the policy map */
	AVS_WHY_TAG,		 /* segment tag of an overlay neighbour */
	AVS_WHY_RETURNED,	 /* 65515 12076 <other> ... 12076 */
	AVS_WHY_GLOBAL_REACH,	 /* 65515 12076 12076 12076 ... X */
	AVS_WHY_GATEWAY,	 /* 65515 ... without 12076, with 65517:65517 */
	AVS_WHY_VIRTUAL_HUB,	 /* 65515 65520+: a network of another virtual hub */
	AVS_WHY_SIBLING,	 /* 65515 <AS of the other appliance>: counts for nothing */
};

/* What a path says of itself beside its segment. */
struct avs_claim {
	bool returned;	       /* left Azure on one circuit and came back on another */
	bool global_reach;     /* came from one circuit to the other past the gateway */
	bool appliance;	       /* neither a circuit nor a gateway has delivered it */
	uint32_t appliance_as; /* ... but this AS, and nothing is behind it; 0: not so */
};

/*
 * How a learned prefix is represented (set avs advertise).  Of paths that
 * disagree the highest counts.  What is above SUPERNET does not contribute.
 */
enum avs_represent {
	AVS_REPRESENT_UNSET = 0, /* as SUPERNET */
	AVS_REPRESENT_SUPERNET,	 /* it contributes to supernets */
	AVS_REPRESENT_DEFAULT,	 /* by the default route, which exists while one such does */
	AVS_REPRESENT_EXACT,	 /* as it is */
	AVS_REPRESENT_COVER,	 /* supernets may lie inside of it */
	AVS_REPRESENT_NONE,	 /* not at all */
};
#define AVS_REPRESENT_COUNT 6

/* Classes of announcements, in the order in which rule 6 serves them. */
enum avs_class {
	AVS_CLASS_NONE = 0,
	AVS_CLASS_DEFAULT,
	AVS_CLASS_COMPANION,
	AVS_CLASS_SUPERNET,
	AVS_CLASS_PERMITTED, /* a usable prefix that a permit list names */
	AVS_CLASS_EXACT,     /* a usable prefix that is represented as it is */
};

/* What the module does on a route server's neighbours. */
enum avs_guard {
	AVS_GUARD_ENFORCE = 0,
	AVS_GUARD_MONITOR, /* originate, count what would be refused */
	AVS_GUARD_SHADOW,  /* originate nothing, touch nothing, compute and compare */
};

/*
 * Why something is announced or not.  Everything but ANNOUNCED...  means: not
 * announced.
 */
enum avs_reason {
	AVS_REASON_UNSPEC = 0,
	AVS_REASON_ANNOUNCED = 1,
	AVS_REASON_ANNOUNCED_INSIDE_COVER = 2,
	AVS_REASON_ANNOUNCED_HELD = 3,	 /* another set is due once a delay is over */
	AVS_REASON_ANNOUNCED_FROZEN = 4, /* a rule that does not act while frozen is against it */

	/* rule 1: default deny */
	AVS_REASON_NOT_PLANNED = 10,
	AVS_REASON_NO_ROLE = 11,       /* map evaluated for an unknown route server */
	AVS_REASON_MAP_UNDEFINED = 12, /* the user's map is named, not defined */
	AVS_REASON_NOT_OURS = 13,      /* a suppressed path that we did not originate */
	AVS_REASON_NO_BEST_PATH = 14,
	AVS_REASON_MAP_LOOP = 15,     /* the user's map calls itself in the end */
	AVS_REASON_WRONG_SLOT = 16,   /* evaluated outside of out and unsuppress */
	AVS_REASON_UNCLASSIFIED = 17, /* an overlay neighbour gets what has a segment */
	AVS_REASON_USER_LIST = 18,    /* a list of the user beside our out-map holds it back */
	AVS_REASON_OTHER_PATH = 19,   /* bgpd prefers a path that nobody asked for */

	/* rule 2: default-equivalents and RFC 1918 blocks */
	AVS_REASON_LEAK_DEFAULT = 20,
	AVS_REASON_LEAK_RFC1918 = 21,
	AVS_REASON_LEAK_OBSERVED = 22, /* on-premises is reached, not declared */
	AVS_REASON_NO_COMMUNITY = 23,  /* vnet-only, but communities are not sent */
	/* what is not known of a route server counts as on-premises reached */
	AVS_REASON_LEAK_UNCLASSIFIED = 24, /* it delivers routes without a segment */
	AVS_REASON_LEAK_FILTERED = 25,	   /* something of the user may hide its routes */
	AVS_REASON_LEAK_UNTOLD = 26,	   /* a neighbour has not told its routes yet */
	AVS_REASON_LEAK_REMEMBERED = 27,   /* it delivered on-premises routes before */

	/* rule 3: supernets */
	AVS_REASON_EQUALS_LEARNED = 30,
	AVS_REASON_INSIDE_CONTRIBUTOR = 31,
	AVS_REASON_COVERS_NOTHING = 32,
	AVS_REASON_PROTECTED = 33,
	AVS_REASON_SHARED_REACH = 34, /* "toward X", but the server reaches more */
	AVS_REASON_LATCHED = 35,      /* rule 3 withdrew it twice in a short time */

	/* rule 4: nothing goes back */
	AVS_REASON_SAME_ROUTE_SERVER = 40,
	AVS_REASON_SAME_SEGMENT = 41,
	AVS_REASON_OTHER_SIDE = 42,   /* from an overlay neighbour, to an overlay neighbour */
	AVS_REASON_SIBLING = 43,      /* the best path is the other appliance's */
	AVS_REASON_NOT_EXPORTED = 45, /* a community of the best path keeps it here */
	AVS_REASON_RETURNED = 44,     /* it came back through the customer: nobody's own prefix */

	/* rule 5: the AS path */
	AVS_REASON_AS_PATH = 50,  /* reserved AS numbers could not be removed */
	AVS_REASON_NOT_EBGP = 51, /* iBGP or confederation toward a route server */

	/* rule 6: the budget */
	AVS_REASON_BUDGET = 60,
	AVS_REASON_GATEWAY_BUDGET = 61,

	/* rule 8: the tunnel */
	AVS_REASON_NEXT_HOP = 80, /* does not resolve over the declared interface */

	/* rule 10: fail closed, and what the configuration does not ask for */
	AVS_REASON_SHUTDOWN = 100,
	AVS_REASON_INACTIVE = 101,   /* layout refused, or an internal error */
	AVS_REASON_INCOMPLETE = 102, /* no neighbour or no "toward" */
	AVS_REASON_CONFLICT = 103,   /* neighbour claimed by two route servers */
	AVS_REASON_NOT_TARGETED = 104,
	AVS_REASON_CONDITION = 105,	/* when-present does not hold */
	AVS_REASON_VPN_EXPORT = 106,	/* instance exports its table to VPN or EVPN */
	AVS_REASON_UNSUPPRESS = 107,	/* a neighbour without a role has an unsuppress-map */
	AVS_REASON_STARTUP = 108,	/* the route server's own routes are not known yet */
	AVS_REASON_FROZEN = 110,	/* it was not announced before */
	AVS_REASON_MAINTENANCE = 111,	/* the route server is drained */
	AVS_REASON_NO_SOURCE = 115,	/* no route is represented as the default */
	AVS_REASON_STARTUP_DELAY = 109, /* not every neighbour has told its routes yet */

	/* rule 11: what a customer's edge router does not accept from Azure */
	AVS_REASON_EDGE_DEFAULT = 112,
	AVS_REASON_EDGE_OWN = 113,    /* this router announces the same prefix to Azure */
	AVS_REASON_EDGE_INSIDE = 114, /* it lies inside of one that this router announces */
};

const char *avs_segment_name(enum avs_segment segment);
const char *avs_why_name(enum avs_why why);
const char *avs_class_name(enum avs_class cls);
/* "supernet" for UNSET */
const char *avs_represent_name(enum avs_represent represent);
/*
 * Number of a site: what stands for its name in facts and in tags.  0: none.  The same on
 * every appliance (FNV-1a, 32 bits, of the name).
 */
uint32_t avs_site_id(const char *name);
/* name -> value; false and *represent untouched when there is no such name */
bool avs_represent_parse(const char *text, enum avs_represent *represent);
const char *avs_guard_name(enum avs_guard guard);
/* YANG enum name, for example "leak-default" */
const char *avs_reason_name(enum avs_reason reason);
/* one sentence for a person, without prefix or peer, no full stop */
const char *avs_reason_text(enum avs_reason reason);
/* true for the reasons that mean "announced" */
static inline bool avs_reason_permits(enum avs_reason reason)
{
	return reason == AVS_REASON_ANNOUNCED || reason == AVS_REASON_ANNOUNCED_INSIDE_COVER ||
	       reason == AVS_REASON_ANNOUNCED_HELD || reason == AVS_REASON_ANNOUNCED_FROZEN;
}
/* name -> value; false and *segment untouched when there is no such name */
bool avs_segment_parse(const char *text, enum avs_segment *segment);

#endif /* _AVS_TYPES_H */
