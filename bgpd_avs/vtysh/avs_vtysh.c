// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Teaches the stock vtysh the commands of this module.
 *
 * Purpose: vtysh has the commands of all daemons compiled in, and none for
 * modules.  It does call vty_init_vtysh(), an empty function of libfrr, right
 * after it has installed them.  This library is loaded in front of libfrr
 * (LD_PRELOAD, see avs_vtysh_wrap.c), defines that function, installs our
 * commands as commands that bgpd executes, and calls the real one.
 *
 * The table is made by gen_vtysh_table.py from the compiled module, so the
 * two cannot differ.
 *
 * Invariant: vtysh works without us.  Node numbers and struct cmd_element
 * belong to one FRR release; in another one nothing is installed and one line
 * says so.
 *
 * No xref block is registered (XREF_SETUP): that would happen before the
 * release is known, and vtysh has no use for it.
 *
 * The library takes its own name out of LD_PRELOAD, so what vtysh starts
 * (pager, ping, ssh, a shell) runs without it.
 */

#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include <zebra.h>
#include <dlfcn.h>

#include "lib/version.h"
#include "command.h"
#include "module.h"
#include "vty.h"

#include "vtysh/vtysh.h"

#include "bgpd_avs/vtysh/avs_vtysh_table.c"

/* the release this library was built for; a test variant pretends another */
#ifndef AVS_FRR_VERSION
#define AVS_FRR_VERSION FRR_VERSION
#endif

#define AVS_VTYSH_NAME "vtysh_avs.so"

/*
 * libfrr's own.  Weak, so that the library loads into whatever program somebody
 * preloads it into, and a libfrr that has lost one of them says so below.
 */
#pragma weak frrmod_list
#pragma weak _install_element

/* Is this element of LD_PRELOAD us, whatever the directory? */
static bool is_own_name(const char *element)
{
	const char *slash = strrchr(element, '/');

	return strmatch(slash ? slash + 1 : element, AVS_VTYSH_NAME);
}

static void __attribute__((constructor)) avs_vtysh_leave_preload(void)
{
	const char *value = getenv("LD_PRELOAD");
	char *copy, *element, *state = NULL, *rest;
	size_t size;

	if (!value)
		return;
	size = strlen(value) + 1;
	copy = strdup(value);
	rest = calloc(1, size);
	if (copy && rest) {
		/* ld.so separates by colons and spaces; the rest never gets longer */
		for (element = strtok_r(copy, ": ", &state); element;
		     element = strtok_r(NULL, ": ", &state)) {
			if (is_own_name(element))
				continue;
			if (*rest)
				strcat(rest, ":");
			strcat(rest, element);
		}
		if (*rest)
			setenv("LD_PRELOAD", rest, 1);
		else
			unsetenv("LD_PRELOAD");
	}
	free(copy);
	free(rest);
}

static bool release_matches(void)
{
	const struct frrmod_runtime *module = NULL;

	if (&frrmod_list && _install_element)
		module = frrmod_list;
	for (; module; module = module->next) {
		if (!strmatch(module->info->name, "libfrr"))
			continue;
		if (strmatch(module->info->version, AVS_FRR_VERSION))
			return true;
		fprintf(stderr,
			"vtysh_avs: built for FRR %s, this is FRR %s: avs commands are not available\n",
			AVS_FRR_VERSION, module->info->version);
		return false;
	}
	fprintf(stderr,
		"vtysh_avs: built for FRR %s, this is an unknown one: avs commands are not available\n",
		AVS_FRR_VERSION);
	return false;
}

__attribute__((visibility("default"))) void vty_init_vtysh(void)
{
	void (*next)(void);

	if (release_matches())
		avs_vtysh_install();
	*(void **)&next = dlsym(RTLD_NEXT, "vty_init_vtysh");
	if (next)
		next();
}
