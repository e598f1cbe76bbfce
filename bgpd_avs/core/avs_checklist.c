// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The order in which somebody looks for what is wrong.
 *
 * A table from warnings to steps, as a switch without default: the compiler
 * names the warning that somebody forgot.  First what everything else depends
 * on.  Where a warning could be in two steps it is in the one whose mending
 * makes it go.
 */
#include "avs_checklist.h"

enum avs_check avs_check_of(enum avs_warning_code code)
{
	switch (code) {
	case AVS_WARN_NONE:
	case AVS_WARN_INACTIVE:
	case AVS_WARN_LOCAL_AS:
	case AVS_WARN_LOCAL_AS_INSIDE:
	case AVS_WARN_VPN_EXPORT:
	case AVS_WARN_UNSUPPRESS:
	case AVS_WARN_SHUTDOWN:
	case AVS_WARN_FREEZE:
	case AVS_WARN_MAINTENANCE:
	case AVS_WARN_DRAIN_SHARED:
		break;
	case AVS_WARN_NO_NEIGHBOR:
	case AVS_WARN_ONE_NEIGHBOR:
	case AVS_WARN_NO_TOWARD:
	case AVS_WARN_NO_OVERLAY:
	case AVS_WARN_NO_EDGE:
	case AVS_WARN_NEIGHBOR_CONFLICT:
	case AVS_WARN_CONDITION_SELF:
		return AVS_CHECK_LINES;
	case AVS_WARN_NEIGHBOR_MISSING:
	case AVS_WARN_NEIGHBOR_NOT_AZURE:
	case AVS_WARN_NOT_ACTIVATED:
	case AVS_WARN_NO_MULTIHOP:
	case AVS_WARN_HOLD_TIME:
	case AVS_WARN_GRACEFUL_RESTART:
	case AVS_WARN_NO_ROUTE:
	case AVS_WARN_OFF_INTERFACE:
	case AVS_WARN_EDGE_REFRESH:
	case AVS_WARN_RESERVED_COMMUNITY:
	case AVS_WARN_EDGE_SILENT:
		return AVS_CHECK_NEIGHBORS;
	case AVS_WARN_SESSION_DOWN:
		return AVS_CHECK_SESSIONS;
	case AVS_WARN_REACH_OBSERVED:
	case AVS_WARN_REACH_FILTERED:
	case AVS_WARN_REACH_UNTOLD:
	case AVS_WARN_REACH_REMEMBERED:
	case AVS_WARN_MAP_REWRITES:
	case AVS_WARN_UNCLASSIFIED:
	case AVS_WARN_UNTAGGED:
	case AVS_WARN_NO_EXPRESSROUTE:
	case AVS_WARN_LEARNED_DEFAULT:
	case AVS_WARN_LEARNED_RFC1918:
	case AVS_WARN_ECHO:
	case AVS_WARN_GLOBAL_REACH:
	case AVS_WARN_SIBLING:
	case AVS_WARN_EDGE_INSIDE:
		return AVS_CHECK_ROUTES;
	case AVS_WARN_MAP_UNDEFINED:
	case AVS_WARN_LIST_UNDEFINED:
	case AVS_WARN_POLICY:
	case AVS_WARN_CLAUSE_INERT:
		return AVS_CHECK_MAPS;
	case AVS_WARN_PARITY:
	case AVS_WARN_NO_COMPANIONS:
	case AVS_WARN_UNACCOMPANIED:
	case AVS_WARN_NEXT_HOP:
	case AVS_WARN_AUTO_PREVENTED:
	case AVS_WARN_LATCHED:
	case AVS_WARN_PERMITTED_MANY:
		return AVS_CHECK_ANNOUNCED;
	case AVS_WARN_BUDGET:
	case AVS_WARN_GATEWAY_BUDGET:
		return AVS_CHECK_LIMITS;
	case AVS_WARN_DISCARD_HELD:
	case AVS_WARN_PLAIN_DEFAULT:
		return AVS_CHECK_KERNEL;
	case AVS_WARN_UDR_LIMIT:
	case AVS_WARN_UDR_CHANGED:
		return AVS_CHECK_UDR;
	case AVS_WARN_OPEN_NEIGHBOR:
	case AVS_WARN_REPAIRED:
	case AVS_WARN_RECONCILE:
	case AVS_WARN_USER_LIST:
	case AVS_WARN_TOLD:
	case AVS_WARN_MONITOR:
	case AVS_WARN_SHADOW:
		return AVS_CHECK_GUARD;
	}
	return AVS_CHECK_MODULE;
}

const char *avs_check_text(enum avs_check check)
{
	switch (check) {
	case AVS_CHECK_MODULE:
		break;
	case AVS_CHECK_LINES:
		return "every route server has its neighbors, and says what it reaches";
	case AVS_CHECK_NEIGHBORS:
		return "the neighbors are configured as Route Server needs them";
	case AVS_CHECK_SESSIONS:
		return "all sessions are up";
	case AVS_CHECK_ROUTES:
		return "routes are learned, and it is known where each comes from";
	case AVS_CHECK_MAPS:
		return "route-maps and lists that the lines name exist";
	case AVS_CHECK_ANNOUNCED:
		return "what is asked for is announced";
	case AVS_CHECK_LIMITS:
		return "it fits in what Route Server and the circuit accept";
	case AVS_CHECK_KERNEL:
		return "this router keeps its own way to Azure";
	case AVS_CHECK_UDR:
		return "the user-defined routes fit, and are acknowledged or not kept here";
	case AVS_CHECK_GUARD:
		return "nothing passes beside the guard";
	}
	return "the module is active, and the BGP instance is one that it can serve";
}
