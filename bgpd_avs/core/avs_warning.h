/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Warnings: never silent, never fatal.
 *
 * A warning is a value (code, severity, what it is about); its sentence is
 * made here and nowhere else, so show, log and JSON say the same.
 */
#ifndef _AVS_WARNING_H
#define _AVS_WARNING_H

#include "avs_prefix.h"
#include "avs_types.h"

enum avs_warning_code {
	AVS_WARN_NONE = 0,
	AVS_WARN_INACTIVE,     /* module inactive, text says why */
	AVS_WARN_LOCAL_AS,     /* number: the AS */
	AVS_WARN_NO_NEIGHBOR,  /* route server without neighbours */
	AVS_WARN_ONE_NEIGHBOR, /* Route Server has two instances */
	AVS_WARN_NO_TOWARD,
	AVS_WARN_NEIGHBOR_MISSING, /* subject: neighbour that bgpd does not know */
	AVS_WARN_NEIGHBOR_CONFLICT,
	AVS_WARN_NEIGHBOR_NOT_AZURE, /* remote AS is not 65515 */
	AVS_WARN_NOT_ACTIVATED,	     /* neighbour without IPv4 unicast */
	AVS_WARN_NO_MULTIHOP,	     /* ebgp-multihop missing */
	AVS_WARN_SESSION_DOWN,	     /* degraded: one of the neighbours is down */
	AVS_WARN_PARITY,	     /* established neighbours got different sets */
	AVS_WARN_MAP_UNDEFINED,	     /* subject: the user's map */
	AVS_WARN_LIST_UNDEFINED,     /* subject: prefix-list or as-path-list of a segment line */
	AVS_WARN_REACH_OBSERVED,     /* delivers on-premises routes, not declared */
	AVS_WARN_UNCLASSIFIED,	     /* number: routes without 12076 */
	AVS_WARN_NO_EXPRESSROUTE,    /* no 12076 route learned: branch-to-branch off? */
	AVS_WARN_NO_COMPANIONS,	     /* default toward private-cloud without companions */
	AVS_WARN_UNACCOMPANIED,	     /* on-premises prefixes that no companion contains; number */
	AVS_WARN_LEARNED_DEFAULT,    /* on-premises advertises a default */
	AVS_WARN_LEARNED_RFC1918,    /* on-premises advertises an RFC 1918 block */
	AVS_WARN_BUDGET,	     /* degraded: prefix is the first refused one */
	AVS_WARN_GATEWAY_BUDGET,     /* number: percent in use */
	AVS_WARN_CONDITION_SELF,     /* when-present names a route server that does not exist */
	AVS_WARN_OPEN_NEIGHBOR,	     /* AS 65515 without a role and without a policy */
	AVS_WARN_HOLD_TIME,	     /* over 30 s without BFD; number: seconds */
	AVS_WARN_GRACEFUL_RESTART,   /* on a role neighbour */
	AVS_WARN_NO_ROUTE,	     /* no route to the Route Server's subnet but the default */
	AVS_WARN_DISCARD_HELD,	     /* discard route not installed: it would cut the session */
	AVS_WARN_VPN_EXPORT,	     /* fail closed: the instance exports its table */
	AVS_WARN_UNSUPPRESS, /* fail closed; subject: neighbour or peer-group without role */
	AVS_WARN_REPAIRED,   /* number: settings undone on role neighbours */
	AVS_WARN_RECONCILE,  /* number: changes that hooks missed; must stay 0 */
	AVS_WARN_USER_LIST,  /* subject: line that removes a list beside an out-map; number: held
				back */
	AVS_WARN_TOLD,	     /* number: what bgpd told neighbours and had to be corrected; 0 */
	AVS_WARN_MONITOR,    /* guard does not filter */
	AVS_WARN_SHUTDOWN,
	AVS_WARN_PLAIN_DEFAULT,	 /* 168.63.129.16 follows a BGP default */
	AVS_WARN_AUTO_PREVENTED, /* no safe automatic set: prefix, and subject says why */
	AVS_WARN_LATCHED,	 /* prefix stays down until it is released */
	AVS_WARN_ECHO,		 /* number: learned prefixes that we announced; the first of them */
	AVS_WARN_PERMITTED_MANY, /* number: prefixes that permit lists name beyond the bound */
	AVS_WARN_UDR_LIMIT,	 /* number: user-defined routes that do not fit in the table */
	AVS_WARN_UDR_CHANGED,	 /* number: generation of the tables that nobody acknowledged */
	AVS_WARN_POLICY, /* nothing is announced; subject: map of `avs policy`; number: it loops */
	AVS_WARN_FREEZE,
	AVS_WARN_SHADOW,       /* nothing is touched on this route server */
	AVS_WARN_MAINTENANCE,  /* number: seconds until it is withdrawn; 0: it is */
	AVS_WARN_DRAIN_SHARED, /* prefix: next hop that others may have as well */
	AVS_WARN_NEXT_HOP, /* subject: next hop in none of the virtual networks that are learned */
	AVS_WARN_NO_OVERLAY,	/* subject: address of overlay lines without a neighbour line */
	AVS_WARN_UNTAGGED,	/* number: routes of an overlay neighbour without a segment */
	AVS_WARN_OFF_INTERFACE, /* subject: interface; number: routes that go elsewhere; 0: it is
				   down */
	AVS_WARN_CLAUSE_INERT,	/* subject: map with a `set avs` that no policy reaches */
	AVS_WARN_NO_EDGE,	/* subject: address of an azure-edge map without a neighbour line */
	AVS_WARN_EDGE_INSIDE,	/* prefix: announced to Azure, which delivers parts of it */
	AVS_WARN_EDGE_REFRESH,	/* subject: cannot be asked for its routes again */
	/* prefix, number: announced to Azure with a community that Azure reserves */
	AVS_WARN_RESERVED_COMMUNITY,
	AVS_WARN_LOCAL_AS_INSIDE, /* number: AS of this router, which AVS uses inside */
	AVS_WARN_GLOBAL_REACH,	  /* number: on-premises routes that Global Reach brought */
	AVS_WARN_SIBLING,	  /* subject: AS; prefix: one that it announces, and we would */
	AVS_WARN_EDGE_SILENT,	  /* subject: a former role's out-map is left in its slot */
	AVS_WARN_REACH_FILTERED,  /* subject: line that may hide on-premises routes */
	/* subject: neighbour whose routes are not known yet; number: it cannot be asked for them */
	AVS_WARN_REACH_UNTOLD,
	AVS_WARN_REACH_REMEMBERED, /* it delivered on-premises routes before */
	/*
	 * subject: map of the user that changes what a neighbour (prefix) delivers; number: paths,
	 * which are known as received; 0: they are not
	 */
	AVS_WARN_MAP_REWRITES,
};

enum avs_severity { AVS_SEV_NOTICE = 0, AVS_SEV_WARNING, AVS_SEV_ALARM };

struct avs_warning {
	enum avs_warning_code code;
	enum avs_severity severity;
	const char *rs;		  /* route server or NULL */
	const char *subject;	  /* neighbour, map, list ... or NULL */
	struct avs_prefix prefix; /* family 0: none */
	uint32_t number;
};

/* YANG enum name, for example "no-companions" */
const char *avs_warning_name(enum avs_warning_code code);
const char *avs_severity_name(enum avs_severity severity);
/*
 * The sentence, with the next thing to type where there is one, into buf.
 * Always NUL-terminated; returns buf.
 */
const char *avs_warning_text(const struct avs_warning *warning, char *buf, size_t size);

#endif /* _AVS_WARNING_H */
