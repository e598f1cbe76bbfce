/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The order in which somebody looks for what is wrong.
 *
 * Every warning belongs to one step.  A step that fails usually makes later
 * ones fail, so the first one is the one to mend.
 */
#ifndef _AVS_CHECKLIST_H
#define _AVS_CHECKLIST_H

#include "avs_warning.h"

enum avs_check {
	AVS_CHECK_MODULE = 0, /* runs in a bgpd that it fits */
	AVS_CHECK_LINES,      /* of the route servers are complete */
	AVS_CHECK_NEIGHBORS,  /* as Route Server needs them */
	AVS_CHECK_SESSIONS,   /* up, and told their routes */
	AVS_CHECK_ROUTES,     /* learned and classified */
	AVS_CHECK_MAPS,	      /* route-maps and lists that lines name */
	AVS_CHECK_ANNOUNCED,  /* what is asked for, and what that does */
	AVS_CHECK_LIMITS,     /* of Route Server and gateway */
	AVS_CHECK_KERNEL,     /* this router still reaches what it needs */
	AVS_CHECK_UDR,	      /* user-defined routes */
	AVS_CHECK_GUARD,      /* nothing passes beside it */
};
#define AVS_CHECK_COUNT 11

/* the step that a warning belongs to */
enum avs_check avs_check_of(enum avs_warning_code code);
/* what holds when a step has no warning: a sentence without full stop */
const char *avs_check_text(enum avs_check check);

#endif /* _AVS_CHECKLIST_H */
