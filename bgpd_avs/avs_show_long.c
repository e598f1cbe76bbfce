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
 * slices it knows the last prefix that was written.  What changes meanwhile is written as it is
 * when its turn comes; each prefix that stays is written once.
 *
 * Only for vtysh's own connections (a telnet has an editor and pages in between), and only for
 * long lists: short ones are written at once.
 *
 * Bounded: JOBS_MAX at a time; a slice is made only when the one before has been taken by the
 * reader, so a job has the text of one slice.
 *
 * Complexity: O(paths) for each prefix, in slices of SLICE_USEC.
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
/* prefixes between two looks at the clock */
#define STEP 32
/* lists up to this are written in one piece */
#define SHORT 500

PREDECL_DLIST(jobs);

struct job {
	struct jobs_item item;
	char *instance;
	int fd;
	bool json;
	bool begun, ended;
	unsigned int rows;
	struct avs_prefix after; /* written up to here */
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

static void put_route(const struct avs_show_route *route, void *arg)
{
	struct job *job = arg;
	char row[512];

	if (job->json) {
		put_text(job, job->rows++ ? ",\n" : "\n");
		put_json(job, avs_json_route(route));
		return;
	}
	avs_show_route_line(route, row, sizeof(row));
	put_text(job, row);
}

static void put_begin(struct job *job)
{
	job->begun = true;
	if (job->json) {
		char head[64];

		snprintf(head, sizeof(head),
			 "{\"schemaVersion\":%d,\"instance\":", AVS_JSON_VERSION);
		put_text(job, head);
		put_json(job, json_object_new_string(job->instance));
		put_text(job, ",\"learnedRoute\":[");
	} else {
		char row[512];

		avs_show_route_line(NULL, row, sizeof(row));
		put_text(job, row);
	}
}

/* what libfrr writes when a command has ended */
static void put_end(struct job *job)
{
	static const char status[4] = {0, 0, 0, CMD_SUCCESS};

	if (job->json)
		put_text(job, "\n]}\n");
	put(job, status, sizeof(status));
	job->ended = true;
}

/* ---- slices -------------------------------------------------------------- */

static void make_slice(struct job *job)
{
	const struct avs_instance *inst;
	struct timeval begin;

	monotime(&begin);
	job->length = job->sent = 0;
	if (!job->begun)
		put_begin(job);
	do {
		/* it may have been deleted: the list ends there */
		inst = avs_instance_find_by_name(job->instance);
		if (!inst || !avs_show_routes_next(inst, &job->after, STEP, put_route, job)) {
			put_end(job);
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

bool avs_show_is_long(const struct avs_instance *inst, struct vty *vty)
{
	/* `| include` is of vty_out(); what was written before the command has to leave first */
	return vty->type == VTY_SHELL_SERV && !vty->filter &&
	       avs_table_size(avs_instance_table(inst)) > SHORT &&
	       buffer_flush_available(vty->obuf, vty->wfd) == BUFFER_EMPTY;
}

int avs_show_long_routes(struct vty *vty, const struct avs_instance *inst, bool json)
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
	job->fd = fd;
	job->json = json;
	jobs_add_tail(&jobs, job);
	avs_event_write(avs_show_event, job, job->fd, &job->event);
	return CMD_SUSPEND;
}

void avs_show_long_fini(void)
{
	struct job *job;

	while ((job = jobs_first(&jobs)))
		job_free(job);
}
