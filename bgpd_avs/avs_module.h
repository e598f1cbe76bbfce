/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * State of the module as a whole.
 */
#ifndef _AVS_MODULE_H
#define _AVS_MODULE_H

#include <stdbool.h>

/*
 * May the module touch bgpd?  Checks, once there is something to compare
 * with, that bgpd's structs have the sizes this module was compiled for.
 * False means inactive: configuration is kept, nothing is announced.
 */
bool avs_module_active(void);
/* why not; a sentence, or NULL while active */
const char *avs_module_complaint(void);

#endif /* _AVS_MODULE_H */
