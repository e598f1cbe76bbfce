// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Stands where vtysh was: runs the distribution's vtysh, which a diversion
 * has moved aside, with our library in front of libfrr.
 *
 * Everybody who starts vtysh (people, watchfrr, frrinit.sh, frr-reload.py)
 * gets our commands that way, and the binary stays the distribution's.
 *
 * Invariant: it never makes vtysh unusable.  Without the library vtysh runs as
 * it is; a privileged vtysh would have LD_PRELOAD ignored by ld.so anyway.
 *
 * AVS_VTYSH_REAL and AVS_VTYSH_LIBRARY come from the build.
 */

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#if !defined(AVS_VTYSH_REAL) || !defined(AVS_VTYSH_LIBRARY)
#error "AVS_VTYSH_REAL and AVS_VTYSH_LIBRARY must be defined"
#endif

static void preload(void)
{
	const char *old = getenv("LD_PRELOAD");
	char *value;
	size_t size;

	if (access(AVS_VTYSH_LIBRARY, R_OK) != 0)
		return;
	if (!old || !*old) {
		setenv("LD_PRELOAD", AVS_VTYSH_LIBRARY, 1);
		return;
	}
	size = sizeof(AVS_VTYSH_LIBRARY) + 1 + strlen(old);
	value = malloc(size);
	if (!value)
		return;
	snprintf(value, size, "%s:%s", AVS_VTYSH_LIBRARY, old);
	setenv("LD_PRELOAD", value, 1);
	free(value);
}

int main(int argc, char **argv)
{
	(void)argc;
	preload();
	execv(AVS_VTYSH_REAL, argv);
	fprintf(stderr, "vtysh: cannot run %s: %s\n", AVS_VTYSH_REAL, strerror(errno));
	return 127;
}
