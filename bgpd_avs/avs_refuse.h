/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Typed lines that would pass beside the guard.
 */
#ifndef _AVS_REFUSE_H
#define _AVS_REFUSE_H

/* install the hook that sees every typed line */
void avs_refuse_init(void);
void avs_refuse_fini(void);

#endif /* _AVS_REFUSE_H */
