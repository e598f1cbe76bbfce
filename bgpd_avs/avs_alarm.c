// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Warnings in the log: when each begins and when it ends.
 *
 * Purpose: whoever watches the log need not ask.  A line begins with the
 * warning's name, which is an identifier of the YANG model and does not change,
 * and ends with the sentence that `show bgp avs` has:
 *
 *	AVS: default: alarm udr-changed begins: the user-defined routes ...
 *	AVS: default: alarm udr-changed ends: the user-defined routes ...
 *
 * Representation: a hash of what is the matter, keyed by (code, route server,
 * subject, prefix).  Numbers inside of a sentence are no part of the key: a
 * warning that only counts on is the same one.  Each look marks what it
 * finds; what is not marked is over.
 *
 * Bounded: beyond ALARMS_MAX at a time nothing more is logged; `show` has all
 * of them.  A warning shorter than the time between two looks is not seen.
 */

#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include <zebra.h>

#include "jhash.h"
#include "log.h"
#include "typesafe.h"

#include "bgpd_avs/avs_alarm.h"
#include "bgpd_avs/avs_doctor.h"
#include "bgpd_avs/avs_memory.h"

DEFINE_MTYPE_STATIC(AVS, AVS_ALARM, "AVS warning in the log");

#define ALARMS_MAX 1024

PREDECL_HASH(alarm_hash);

struct alarm {
	struct alarm_hash_item item;
	enum avs_warning_code code;
	enum avs_severity severity;
	struct avs_prefix prefix;
	char rs[AVS_NAME_MAX + 1];
	char subject[128];
	char text[512];
	unsigned int seen; /* the look that found it last */
};

static int alarm_cmp(const struct alarm *a, const struct alarm *b)
{
	int cmp = avs_prefix_cmp(&a->prefix, &b->prefix);

	if (a->code != b->code)
		return a->code < b->code ? -1 : 1;
	if (!cmp)
		cmp = strcmp(a->rs, b->rs);
	return cmp ? cmp : strcmp(a->subject, b->subject);
}

static uint32_t alarm_key(const struct alarm *a)
{
	return jhash(a->rs, strlen(a->rs), jhash(a->subject, strlen(a->subject), a->code));
}

DECLARE_HASH(alarm_hash, struct alarm, item, alarm_cmp, alarm_key);

struct avs_alarms {
	struct alarm_hash_head hash;
	unsigned int look;
};

/* one look */
struct looking {
	struct avs_alarms *alarms;
	const struct avs_instance *inst;
};

struct avs_alarms *avs_alarms_new(void)
{
	struct avs_alarms *alarms = XCALLOC(MTYPE_AVS_ALARM, sizeof(*alarms));

	alarm_hash_init(&alarms->hash);
	return alarms;
}

void avs_alarms_free(struct avs_alarms *alarms)
{
	struct alarm *alarm;

	while ((alarm = alarm_hash_pop(&alarms->hash)))
		XFREE(MTYPE_AVS_ALARM, alarm);
	alarm_hash_fini(&alarms->hash);
	XFREE(MTYPE_AVS_ALARM, alarms);
}

static void say(const struct avs_instance *inst, const struct alarm *alarm, const char *what)
{
	const char *severity = avs_severity_name(alarm->severity);
	const char *code = avs_warning_name(alarm->code);

	if (alarm->severity == AVS_SEV_NOTICE)
		zlog_info("AVS: %s: %s %s %s: %s", avs_instance_name(inst), severity, code, what,
			  alarm->text);
	else
		zlog_warn("AVS: %s: %s %s %s: %s", avs_instance_name(inst), severity, code, what,
			  alarm->text);
}

static void one(const struct avs_warning *warning, void *arg)
{
	struct looking *looking = arg;
	struct avs_alarms *alarms = looking->alarms;
	struct alarm key = {.code = warning->code, .prefix = warning->prefix}, *alarm;

	strlcpy(key.rs, warning->rs ? warning->rs : "", sizeof(key.rs));
	strlcpy(key.subject, warning->subject ? warning->subject : "", sizeof(key.subject));
	alarm = alarm_hash_find(&alarms->hash, &key);
	if (!alarm) {
		if (alarm_hash_count(&alarms->hash) >= ALARMS_MAX)
			return;
		alarm = XCALLOC(MTYPE_AVS_ALARM, sizeof(*alarm));
		*alarm = key;
		alarm->severity = warning->severity;
		avs_warning_text(warning, alarm->text, sizeof(alarm->text));
		alarm_hash_add(&alarms->hash, alarm);
		say(looking->inst, alarm, "begins");
	}
	alarm->seen = alarms->look;
}

void avs_alarms_look(struct avs_alarms *alarms, const struct avs_instance *inst)
{
	struct looking looking = {.alarms = alarms, .inst = inst};
	struct alarm *alarm;

	alarms->look++;
	avs_doctor_each(inst, one, &looking);
	frr_each_safe (alarm_hash, &alarms->hash, alarm) {
		if (alarm->seen == alarms->look)
			continue;
		say(inst, alarm, "ends");
		alarm_hash_del(&alarms->hash, alarm);
		XFREE(MTYPE_AVS_ALARM, alarm);
	}
}
