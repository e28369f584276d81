/* SPDX-License-Identifier: Apache-2.0 */
/* Records and frames of a station: lines, capture, session folder. */
#include "tools/station.h"

#include "trace/record_json.h"

#include "ccs/mme.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define ETHERNET 1 /* link type of captures */
#define MEGABYTE 1000000

/* Questions to the modem and its answers: a line ten times a second is no line. */
static bool is_slac(const struct ccs_mme *mme)
{
	return mme->kind >= CCS_MME_CM_SLAC_PARM_REQ && mme->kind <= CCS_MME_CM_SLAC_MATCH_CNF;
}

/* A reader that does not keep up loses lines; the session does not wait for him. */
static bool is_read(struct ccs_role *role)
{
	struct pollfd out = { .fd = STDOUT_FILENO, .events = POLLOUT };

	if (poll(&out, 1, 0) != 0)
		return true;
	role->lost++;
	return false;
}

/* A try that is as the one before; false: it is to be shown. */
static bool is_hidden(struct ccs_role_voice *voice, const struct ccs_record *record)
{
	struct ccs_print *p = &voice->role->output.print;

	if (voice->role->show_modem)
		return false;
	if (ccs_repeats_hide(&voice->repeats, record))
		return true;
	if (voice->repeats.hidden >= CCS_REPEATS_LINES) {
		ccs_print_text(p, "                             (");
		ccs_print_unsigned(p, voice->repeats.hidden);
		ccs_print_text(p, " more lines of such tries: --verbose)\n");
	}
	voice->repeats.hidden = 0;
	return false;
}

static void show_text(struct ccs_role_voice *voice, const struct ccs_record *record)
{
	struct ccs_role *role = voice->role;

	if ((!role->every_round && !ccs_rounds_want(&voice->rounds, record)) ||
	    is_hidden(voice, record))
		return;
	ccs_rounds_tell_hidden(&voice->rounds, record, &role->output.print);
	if (voice->name) {
		ccs_print_text(&role->output.print, voice->name);
		ccs_print_char(&role->output.print, ' ');
	}
	ccs_record_text_print(&role->text, record);
}

static void show(struct ccs_role_voice *voice, const struct ccs_record *record)
{
	struct ccs_role *role = voice->role;

	if (role->as_log) {
		ccs_emit(&voice->log.sink, record);
		return;
	}
	if (role->quiet || !ccs_only_wants(&role->only, record) ||
	    (!role->show_modem && record->kind == CCS_RECORD_MME && !is_slac(record->mme)))
		return;
	if (!is_read(role))
		return;
	if (role->json)
		ccs_record_json_print(&role->output.print, record, role->text.secrets);
	else
		show_text(voice, record);
	ccs_output_flush(&role->output);
}

static void take_record(void *user, const struct ccs_record *record)
{
	struct ccs_role_voice *voice = user;
	struct ccs_record dated = *record;

	dated.time = record->time + voice->role->offset;
	dated.since = record->time - voice->role->start;
	show(voice, &dated);
	ccs_session_folder_record(voice->folder, &dated, dated.time);
	ccs_mqtt_record(voice->mqtt, &dated);
	ccs_webhook_record(voice->webhook, &dated);
}

/* The journal knows the time and wants to know the priority. */
static bool has_journal(const struct ccs_config_log *config)
{
	return config->journal == CCS_CONFIG_ALWAYS ||
	       (config->journal == CCS_CONFIG_AUTO &&
		ccs_log_is_journal(getenv("JOURNAL_STREAM"), STDERR_FILENO));
}

void ccs_role_choose_form(struct ccs_role *role)
{
	const struct ccs_config_log *config = &role->reader.config.log;
	static const char *const when[] = { "auto", "always", "never" };

	if (!role->colour_given)
		ccs_output_colour(&role->output, when[config->colour], &role->text.colour);
	role->text.secrets = config->show_secrets;
	role->json |= config->json;
	role->as_log = !role->json && (config->checkpoints || has_journal(config));
}

void ccs_role_give_voice(struct ccs_role_voice *voice, struct ccs_role *role, const char *name)
{
	voice->role = role;
	voice->name = name;
	voice->sink = (struct ccs_sink) { .take = take_record, .user = voice };
	ccs_log_init(&voice->log, STDERR_FILENO, role->side, name);
	voice->log.journal = has_journal(&role->reader.config.log);
	voice->number = role->voices ? role->voices->number + 1 : 0;
	voice->next = role->voices;
	role->voices = voice;
}

bool ccs_role_open_capture(struct ccs_role *role)
{
	if (!role->capture_path)
		return true;
	role->capture = fopen(role->capture_path, "wbe");
	if (role->capture &&
	    !ccs_pcapng_begin(&role->pcapng, ccs_pcapng_to_file, role->capture, "ccs " CCS_VERSION))
		return true;
	ccs_complain(&role->output, "%s: %s", role->capture_path, strerror(errno));
	return false;
}

/* Whole after each frame: somebody may be reading it already. */
static void take_frame(void *user, const uint8_t *frame, size_t length, bool sent, ccs_time now)
{
	const struct ccs_role_voice *voice = user;
	struct ccs_role *role = voice->role;
	struct ccs_packet packet = {
		.time = now + role->offset,
		.bytes = frame,
		.length = length,
		.original_length = length,
	};

	(void)sent;
	ccs_session_folder_frame(voice->folder, frame, length, packet.time);
	if (role->capture &&
	    (ccs_pcapng_write_packet(&role->pcapng, voice->interface, &packet, NULL) < 0 ||
	     fflush(role->capture))) {
		ccs_complain(&role->output, "%s: %s; the capture ends here", role->capture_path,
			     strerror(errno));
		fclose(role->capture);
		role->capture = NULL;
	}
}

static void complain_of_folder(void *user, const char *text)
{
	struct ccs_role *role = user;

	ccs_complain(&role->output, "%s", text);
}

static int open_folder(struct ccs_role_voice *voice, const char *interface,
		       struct ccs_problem *problem)
{
	struct ccs_role *role = voice->role;
	const struct ccs_config_record *record = &role->reader.config.record;

	if (!record->directory[0])
		return 0;
	voice->folder_config = (struct ccs_session_folder_config) {
		.path = record->directory,
		.interface = interface,
		.program = "ccs " CCS_VERSION,
		.side = role->side,
		.limits = { .keep_free = (uint64_t)record->free_mb * MEGABYTE },
		.complain = complain_of_folder,
		.user = role,
	};
	voice->folder = ccs_session_folder_open(&voice->folder_config, problem);
	return voice->folder ? 0 : -1;
}

int ccs_role_port(struct ccs_role_voice *voice, const struct ccs_config_line *line,
		  struct ccs_port_config *port, struct ccs_problem *problem)
{
	struct ccs_role *role = voice->role;

	*port = (struct ccs_port_config) {
		.interface = line->interface,
		.sim_modem = line->sim_modem,
		.faults = role->faults,
		.fault_count = role->fault_count,
		.sink = &voice->sink,
	};
	if (open_folder(voice, line->interface, problem))
		return -1;
	if (role->capture) {
		voice->interface = role->pcapng.interfaces;
		ccs_pcapng_add_interface(&role->pcapng, ETHERNET, line->interface);
	}
	if (role->capture || voice->folder) {
		port->tap = take_frame;
		port->tap_user = voice;
		port->tap_ip = true;
	}
	return 0;
}

void ccs_role_close_records(struct ccs_role *role)
{
	for (struct ccs_role_voice *voice = role->voices; voice; voice = voice->next)
		ccs_session_folder_close(voice->folder);
	role->voices = NULL;
	if (role->lost)
		ccs_complain(&role->output, "%llu lines were lost: nobody read them in time",
			     (unsigned long long)role->lost);
	ccs_only_say_unused(&role->only, &role->output);
	ccs_record_text_free(&role->text);
	if (role->capture)
		fclose(role->capture);
}
