// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Lists that are too long to be written in one piece.
 *
 * Purpose: `show bgp avs routes` of 100,000 routes takes bgpd a second; its neighbors have to be
 * answered meanwhile.  The command is suspended (CMD_SUSPEND, as libfrr has it for a vtysh that
 * waits), the list is written in slices of the event loop, and what libfrr would have said at
 * the end, three zeros and the status, is written last.
 *
 * Representation: a job has a copy of the descriptor of vtysh's connection, and never looks at the
 * vty again, which may be closed at any time: then writing fails, and the job ends.  Between
 * slices it knows the last prefix that was written, of the plan the last route server and prefix
 * (struct avs_show_place), by name and value: another plan or configuration may have come.  What
 * changes meanwhile is written as it is when its turn comes; what stays is written once.
 *
 * Only for vtysh's own connections (a telnet has an editor and pages in between), and only for
 * long lists: short ones are written at once.
 *
 * Bounded: JOBS_MAX at a time; a slice is made only when the one before has been taken by the
 * reader, so a job has the text of one slice.
 *
 * Complexity: O(paths) for each prefix, O(1) for each entry of the plan, in slices of SLICE_USEC.
 */

#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include <zebra.h>

#include "buffer.h"
#include "json.h"
#include "monotime.h"
#include "typesafe.h"
#include "vty.h"

#include "bgpd_avs/avs_compat.h"

#include "bgpd_avs/avs_memory.h"
#include "bgpd_avs/avs_show.h"

DEFINE_MTYPE_STATIC(AVS, AVS_SHOW, "AVS list being written");

#define JOBS_MAX 8
#define SLICE_USEC 5000
/* prefixes or entries between two looks at the clock */
#define STEP 32
/* lists up to this are written in one piece */
#define SHORT 500

PREDECL_DLIST(jobs);

struct job;

/* what differs from list to list */
struct kind {
	void (*begin)(struct job *job);
	/* STEP more; false: that was all of it.  The list has its end then. */
	bool (*next)(struct job *job, const struct avs_instance *inst);
	/* its end, also when the instance was deleted meanwhile */
	void (*end)(struct job *job);
};

struct job {
	struct jobs_item item;
	const struct kind *kind;
	char *instance;
	int fd;
	bool json;
	bool begun, ended;
	unsigned int rows;
	struct avs_prefix after;     /* routes are written up to here */
	struct avs_show_place place; /* the plan is */
	char *text;
	size_t length, size, sent;
	avs_event_t *event;
};

DECLARE_DLIST(jobs, struct job, item);

static struct jobs_head jobs = INIT_DLIST(jobs);

static void job_free(struct job *job)
{
	jobs_del(&jobs, job);
	avs_event_off(&job->event);
	close(job->fd);
	XFREE(MTYPE_AVS_SHOW, job->instance);
	XFREE(MTYPE_AVS_SHOW, job->text);
	XFREE(MTYPE_AVS_SHOW, job);
}

/* ---- text ---------------------------------------------------------------- */

static void put(struct job *job, const char *data, size_t length)
{
	if (job->size - job->length < length) {
		job->size = MAX(2 * job->size, job->length + length + 4096);
		job->text = XREALLOC(MTYPE_AVS_SHOW, job->text, job->size);
	}
	memcpy(job->text + job->length, data, length);
	job->length += length;
}

static void put_text(struct job *job, const char *text)
{
	put(job, text, strlen(text));
}

static void put_json(struct job *job, struct json_object *json)
{
	put_text(job, json_object_to_json_string_ext(json, JSON_C_TO_STRING_NOSLASHESCAPE));
	json_object_free(json);
}

static void put_comma(struct job *job)
{
	put_text(job, job->rows++ ? ",\n" : "\n");
}

/* the document up to the first entry of the list of that name */
static void put_head(struct job *job, const char *list)
{
	char head[64];

	snprintf(head, sizeof(head), "{\"schemaVersion\":%d,\"instance\":", AVS_JSON_VERSION);
	put_text(job, head);
	put_json(job, json_object_new_string(job->instance));
	snprintf(head, sizeof(head), ",\"%s\":[", list);
	put_text(job, head);
}

/* ---- routes -------------------------------------------------------------- */

static void put_route(const struct avs_show_route *route, void *arg)
{
	struct job *job = arg;
	char row[512];

	if (job->json) {
		put_comma(job);
		put_json(job, avs_json_route(route));
		return;
	}
	avs_show_route_line(route, row, sizeof(row));
	put_text(job, row);
}

static void routes_begin(struct job *job)
{
	char row[512];

	if (job->json) {
		put_head(job, "learnedRoute");
	} else {
		avs_show_route_line(NULL, row, sizeof(row));
		put_text(job, row);
	}
}

static bool routes_next(struct job *job, const struct avs_instance *inst)
{
	return avs_show_routes_next(inst, &job->after, STEP, put_route, job);
}

static void routes_end(struct job *job)
{
	if (job->json)
		put_text(job, "\n]}\n");
}

static const struct kind routes = {routes_begin, routes_next, routes_end};

/* ---- the plan ------------------------------------------------------------ */

static void put_entry(const struct avs_instance *inst, const struct avs_entry *entry, void *arg)
{
	struct job *job = arg;
	char row[512];

	if (job->json) {
		put_comma(job);
		put_json(job, avs_json_entry(inst, entry));
		return;
	}
	avs_show_plan_line(inst, entry, row, sizeof(row));
	put_text(job, row);
}

static void put_originate(const struct avs_prefix *prefix, void *arg)
{
	char buf[AVS_PREFIX_STRLEN];

	put_comma(arg);
	put_json(arg, json_object_new_string(avs_prefix_str(prefix, buf, sizeof(buf))));
}

/* the second list of the document */
static void plan_entries_end(struct job *job)
{
	if (job->json && !job->place.entries)
		put_text(job, "\n],\"originated\":[");
	job->place.entries = true;
	job->rows = 0;
}

static void plan_begin(struct job *job)
{
	char row[512];

	if (job->json) {
		put_head(job, "planEntry");
	} else {
		avs_show_plan_line(NULL, NULL, row, sizeof(row));
		put_text(job, row);
	}
}

static bool plan_next(struct job *job, const struct avs_instance *inst)
{
	if (!job->place.entries) {
		if (avs_show_plan_next(inst, &job->place, STEP, put_entry, job))
			return true;
		plan_entries_end(job);
	}
	return job->json && avs_show_originate_next(inst, &job->place, STEP, put_originate, job);
}

static void plan_end(struct job *job)
{
	plan_entries_end(job);
	routes_end(job);
}

static const struct kind plan = {plan_begin, plan_next, plan_end};

/* ---- slices -------------------------------------------------------------- */

static void make_slice(struct job *job)
{
	/* what libfrr writes when a command has ended */
	static const char status[4] = {0, 0, 0, CMD_SUCCESS};
	const struct avs_instance *inst;
	struct timeval begin;

	monotime(&begin);
	job->length = job->sent = 0;
	if (!job->begun)
		job->kind->begin(job);
	job->begun = true;
	do {
		/* it may have been deleted: the list ends there */
		inst = avs_instance_find_by_name(job->instance);
		if (!inst || !job->kind->next(job, inst)) {
			job->kind->end(job);
			put(job, status, sizeof(status));
			job->ended = true;
			return;
		}
	} while (monotime_since(&begin, NULL) < SLICE_USEC);
}

/* false: nobody reads any more */
static bool send_text(struct job *job)
{
	ssize_t sent = write(job->fd, job->text + job->sent, job->length - job->sent);

	if (sent > 0)
		job->sent += (size_t)sent;
	return sent > 0 || (sent < 0 && (errno == EAGAIN || errno == EINTR));
}

static void avs_show_event(avs_event_t *event)
{
	struct job *job = AVS_EVENT_ARG(event);

	if (job->sent == job->length) {
		if (job->ended) {
			job_free(job);
			return;
		}
		make_slice(job);
	}
	if (job->sent < job->length && !send_text(job)) {
		job_free(job);
		return;
	}
	avs_event_write(avs_show_event, job, job->fd, &job->event);
}

bool avs_show_is_long(struct vty *vty, size_t count)
{
	/* `| include` is of vty_out(); what was written before the command has to leave first */
	return vty->type == VTY_SHELL_SERV && !vty->filter && count > SHORT &&
	       buffer_flush_available(vty->obuf, vty->wfd) == BUFFER_EMPTY;
}

static int begin_job(struct vty *vty, const struct avs_instance *inst, bool json,
		     const struct kind *kind)
{
	struct job *job;
	int fd;

	if (jobs_count(&jobs) >= JOBS_MAX) {
		vty_out(vty, "%% %d long lists are being written already: try again\n", JOBS_MAX);
		return CMD_WARNING;
	}
	fd = dup(vty->wfd);
	if (fd < 0) {
		vty_out(vty, "%% %s\n", safe_strerror(errno));
		return CMD_WARNING;
	}
	job = XCALLOC(MTYPE_AVS_SHOW, sizeof(*job));
	job->instance = XSTRDUP(MTYPE_AVS_SHOW, avs_instance_name(inst));
	job->kind = kind;
	job->fd = fd;
	job->json = json;
	jobs_add_tail(&jobs, job);
	avs_event_write(avs_show_event, job, job->fd, &job->event);
	return CMD_SUSPEND;
}

int avs_show_long_routes(struct vty *vty, const struct avs_instance *inst, bool json)
{
	return begin_job(vty, inst, json, &routes);
}

int avs_show_long_plan(struct vty *vty, const struct avs_instance *inst, bool json)
{
	return begin_job(vty, inst, json, &plan);
}

void avs_show_long_fini(void)
{
	struct job *job;

	while ((job = jobs_first(&jobs)))
		job_free(job);
}
