/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * show, clear and debug commands.
 */
#ifndef _AVS_SHOW_H
#define _AVS_SHOW_H

#include "bgpd_avs/avs_instance.h"

struct json_object;
struct ttable;
struct vty;

/* version of the JSON documents; grows when a key changes its meaning */
#define AVS_JSON_VERSION 1

/* the documents; the caller owns the object */
struct json_object *avs_json_summary(const struct avs_instance *inst);
struct json_object *avs_json_routes(const struct avs_instance *inst);
struct json_object *avs_json_plan(const struct avs_instance *inst);
struct json_object *avs_json_leaks(const struct avs_instance *inst);
struct json_object *avs_json_changes(const struct avs_instance *inst);
struct json_object *avs_json_explain(const struct avs_instance *inst,
				     const struct avs_prefix *prefix);

struct json_object *avs_json_udr(const struct avs_instance *inst);

/* instance of a command, NULL after a sentence (json: an empty object) when there is none */
struct avs_instance *avs_show_instance(struct vty *vty, const char *name, bool json);
/* print either form of a document */
int avs_show_document(struct vty *vty, const char *name, bool uj,
		      struct json_object *(*document)(const struct avs_instance *),
		      void (*text)(struct vty *, const struct avs_instance *));
/* head is a format for ttable_add_row(), columns separated by bars, without arguments */
struct ttable *avs_show_table(const char *head);
/* print it, and free it */
void avs_show_table_out(struct vty *vty, struct ttable *tt);

/* segments of a set as "private-cloud on-premises"; returns buf */
const char *avs_show_segments(avs_segset set, char *buf, size_t size);
/* one learned path or prefix: what walks of the routes are given */
struct avs_show_route {
	struct avs_prefix prefix;
	const char *neighbor;
	const char *rs; /* route server of the neighbour or NULL */
	enum avs_segment segment;
	const char *site;
	enum avs_why why;
	bool best;
	bool cover;
	enum avs_represent represent;
};
void avs_show_routes(const struct avs_instance *inst, const struct avs_prefix *only,
		     void (*func)(const struct avs_show_route *route, void *arg), void *arg);

/*
 * The same for so many prefixes behind *after (family 0: from the first), which moves on.  False:
 * that was all of them.
 */
bool avs_show_routes_next(const struct avs_instance *inst, struct avs_prefix *after,
			  unsigned int prefixes,
			  void (*func)(const struct avs_show_route *route, void *arg), void *arg);
/* one as a line of fixed columns; NULL: the heading */
void avs_show_route_line(const struct avs_show_route *route, char *buf, size_t size);
/* one as JSON; the caller owns it */
struct json_object *avs_json_route(const struct avs_show_route *route);

/* longest name of a route server, with its end (YANG) */
#define AVS_SHOW_NAME 64
/* how far a list of the plan is written: the entry of this route server and prefix, and all before
 */
struct avs_show_place {
	char rs[AVS_SHOW_NAME]; /* "": nothing yet */
	struct avs_prefix prefix;
	bool entries;		     /* all of them are written */
	struct avs_prefix originate; /* of what is originated up to here; family 0: nothing yet */
};
typedef void (*avs_show_entry)(const struct avs_instance *inst, const struct avs_entry *entry,
			       void *arg);
/* so many entries behind *place, which moves on; false: that was all of them */
bool avs_show_plan_next(const struct avs_instance *inst, struct avs_show_place *place,
			unsigned int entries, avs_show_entry func, void *arg);
/* so many originated prefixes behind place->originate; false: that was all of them */
bool avs_show_originate_next(const struct avs_instance *inst, struct avs_show_place *place,
			     unsigned int prefixes,
			     void (*func)(const struct avs_prefix *prefix, void *arg), void *arg);
/* the plan in one piece */
void avs_show_plan_out(struct vty *vty, const struct avs_instance *inst);
/* one as a line of fixed columns; NULL: the heading */
void avs_show_plan_line(const struct avs_instance *inst, const struct avs_entry *entry, char *buf,
			size_t size);
/* one as JSON; the caller owns it */
struct json_object *avs_json_entry(const struct avs_instance *inst, const struct avs_entry *entry);

/* avs_show_long.c: is a list of so many better written in slices, and can it be? */
bool avs_show_is_long(struct vty *vty, size_t count);
/* suspend the command, and write it; returns what the command returns */
int avs_show_long_routes(struct vty *vty, const struct avs_instance *inst, bool json);
int avs_show_long_plan(struct vty *vty, const struct avs_instance *inst, bool json);
/* give up what is being written */
void avs_show_long_fini(void);

/* one azure-edge neighbour as `show` tells it */
struct avs_show_edge {
	const struct avs_edge_config *config;
	const char *state; /* of the session */
	uint32_t announced, accepted;
	uint32_t supernets; /* of the accepted ones, those that contain an announced prefix */
};
/* one call each; O(table) each */
void avs_show_edges(const struct avs_instance *inst,
		    void (*func)(const struct avs_show_edge *edge, void *arg), void *arg);
void avs_show_edges_out(struct vty *vty, const struct avs_instance *inst);
/* verdict on one prefix at every azure-edge neighbour */
void avs_show_edges_explain(struct vty *vty, const struct avs_instance *inst,
			    const struct avs_prefix *prefix);

/* avs_show_told.c: what each neighbour of a route server is told of one prefix */
void avs_show_told_out(struct vty *vty, const struct avs_instance *inst,
		       const struct avs_rs_config *rs, const struct avs_prefix *prefix);
void avs_show_told_json(struct json_object *list, const struct avs_instance *inst,
			const struct avs_rs_config *rs, const struct avs_prefix *prefix);

void avs_show_init(void);
/* avs_show_check.c */
void avs_show_check_init(void);
/* avs_show_edge.c */
void avs_show_edge_init(void);
/* avs_show_udr.c */
void avs_show_udr_init(void);

#endif /* _AVS_SHOW_H */
