/* SPDX-License-Identifier: Apache-2.0 */
/* PIB jobs of the command: run, read, saved. */
#include "tools/modem_work.h"
#include "tools/modem_file.h"

#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static void receive(void *of, const uint8_t *frame, size_t length, ccs_time now)
{
	struct ccs_modem_work *work = of;

	ccs_pib_job_receive(&work->job, frame, length, now);
}

static void tick(void *of, ccs_time now)
{
	struct ccs_modem_work *work = of;

	ccs_pib_job_tick(&work->job, now);
}

/*
 * From the first chunk to the end nobody may interrupt: half of a write is what this is all
 * against. Before it nothing has been written, and a modem may let one wait for two minutes.
 */
static void hold_signals(void)
{
	static const int signals[] = { SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGPIPE };

	for (size_t i = 0; i < sizeof(signals) / sizeof(signals[0]); i++)
		signal(signals[i], SIG_IGN);
}

static int send_frame(void *of, uint8_t *frame, size_t size)
{
	struct ccs_modem_work *work = of;

	if (work->job.step == CCS_PIB_STEP_WRITE)
		hold_signals();
	return ccs_pib_job_send(&work->job, frame, size);
}

static ccs_time deadline(const void *of)
{
	return ccs_pib_job_deadline(&((const struct ccs_modem_work *)of)->job);
}

static bool is_done(const void *of)
{
	return ((const struct ccs_modem_work *)of)->job.outcome != CCS_PIB_PENDING;
}

/* A person wants to see that it goes on, a program does not. */
static void show_progress(void *of)
{
	struct ccs_modem_work *work = of;
	const char *text = ccs_pib_step_text(work->job.step);

	if (work->job.step == CCS_PIB_STEP_END || !isatty(STDERR_FILENO) ||
	    (work->shown && strcmp(text, work->shown) == 0))
		return;
	work->shown = text;
	ccs_complain(&work->c->output, "%s ...", text);
}

enum ccs_pib_outcome ccs_modem_work_run(struct ccs_modem_work *work,
					const struct ccs_pib_job_config *config)
{
	struct ccs_modem_tool *tool = &work->c->tool;
	struct ccs_modem_talk talk = { .of = work,
				       .receive = receive,
				       .tick = tick,
				       .send = send_frame,
				       .deadline = deadline,
				       .is_done = is_done,
				       .progress = show_progress };

	work->shown = NULL;
	ccs_pib_job_init(&work->job, config);
	ccs_pib_job_start(&work->job, ccs_modem_tool_now(tool));
	ccs_modem_tool_run(tool, &talk);
	return work->job.outcome;
}

struct ccs_pib_job_config ccs_modem_work_configure(struct ccs_modem_work *work,
						   enum ccs_pib_task task)
{
	struct ccs_pib_job_config config = { .task = task,
					     .buffer = work->buffer,
					     .hidden_device_key = work->c->hidden_device_key };

	memcpy(config.host_mac, work->c->tool.host_mac, 6);
	return config;
}

void ccs_modem_work_complain(struct ccs_modem_work *work)
{
	const struct ccs_pib_job *job = &work->job;

	if (job->status)
		ccs_complain(&work->c->output, "%s (%s, status 0x%02x)", job->reason,
			     ccs_pib_status_text(job->status), job->status);
	else
		ccs_complain(&work->c->output, "%s", job->reason);
	if (job->boot_loader)
		ccs_complain(&work->c->output, "it has to be given its firmware, which ccs does "
					       "not do: `boot loader` in docs/manual.md");
}

bool ccs_modem_work_read(struct ccs_modem_work *work)
{
	struct ccs_pib_job_config config = ccs_modem_work_configure(work, CCS_PIB_TASK_READ);
	bool sound = ccs_modem_work_run(work, &config) == CCS_PIB_DONE;

	work->damaged = !sound && work->job.unreadable;
	if (!sound)
		ccs_modem_work_complain(work);
	if (!sound && !(work->damaged && work->c->damaged))
		return false;
	work->size = work->job.size;
	memcpy(work->before, work->buffer, work->size);
	return true;
}

bool ccs_modem_work_keep(struct ccs_modem_work *work, const char *path)
{
	struct ccs_modem_command *c = work->c;
	struct ccs_problem problem;

	if (path)
		snprintf(work->backup, sizeof(work->backup), "%s", path);
	else if (ccs_modem_file_name(work->backup, c->folder, work->job.mac, &problem))
		work->backup[0] = '\0';
	if (!work->backup[0] ||
	    ccs_modem_file_write(work->backup, work->before, work->size, &problem)) {
		ccs_modem_fail(c, CCS_EXIT_FAILED, &problem);
		return false;
	}
	ccs_print_text(&c->output.print,
		       work->damaged ? "backup of the damaged PIB: " : "backup: ");
	ccs_print_text(&c->output.print, work->backup);
	ccs_print_char(&c->output.print, '\n');
	ccs_output_flush(&c->output); /* whatever happens next, its name has been said */
	return true;
}

/* 0x60000000 */
static bool is_old_form(const uint8_t *bytes, size_t size)
{
	return size >= 4 && bytes[3] == 0x60 && !bytes[0] && !bytes[1] && !bytes[2];
}

int ccs_modem_work_open_file(struct ccs_modem_command *c, const char *path, struct ccs_pib *pib,
			     uint8_t bytes[CCS_PIB_FILE_MAX])
{
	struct ccs_problem problem;
	size_t size;
	int result;

	if (ccs_modem_file_read(path, bytes, &size, &problem)) {
		ccs_modem_fail(c, CCS_EXIT_FAILED, &problem);
		return -1;
	}
	result = ccs_pib_open(pib, bytes, size);
	if (!result)
		return 0;
	ccs_complain(&c->output, "%s: no sound PIB: %s", path,
		     is_old_form(bytes, size) ? "it is in the older form of such files, which ccs "
						"does not read"
					      : ccs_error_text(result));
	return -1;
}
