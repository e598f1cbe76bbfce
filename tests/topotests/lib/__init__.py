# SPDX-License-Identifier: GPL-2.0-or-later
"""Laboratory for topotests: private namespaces, stock FRR, BIRD, a recording BGP speaker."""
