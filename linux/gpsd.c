/* SPDX-License-Identifier: Apache-2.0 */
/* A client of gpsd. */
#include "linux/gpsd.h"

#include "ccs/json.h"
#include "ccs/print.h"
#include "linux/loop.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define RETRY_TIME  10000 /* ms */
#define SILENCE	    30000 /* ms without a line: it reports each second, fix or not */
#define AGE_MOST    CCS_SECONDS(10)
#define LINE_MOST   8192 /* of SKY reports; a longer line is passed over */
#define FIX_MODE    2	 /* of TPV: 2 is a fix, 3 one with altitude */
#define PER_DEGREE  10000000
#define NUMBER_MOST 32

static char watch[] = "?WATCH={\"enable\":true,\"json\":true};\n";

struct ccs_gpsd {
	const struct ccs_gpsd_config *config;
	void (*told)(void *user, const char *text);
	void *user;
	uv_timer_t retry;
	uv_getaddrinfo_t find;
	uv_tcp_t tcp;
	uv_connect_t connect;
	uv_write_t write;
	unsigned int tries; /* of its addresses, one after the other */
	bool finding;
	bool in_loop; /* the loop has the socket's handle */
	bool closed;
	bool failed; /* which was told */
	struct ccs_position position;
	ccs_time at; /* of the position */
	size_t length;
	bool too_long; /* the rest of the line is passed over */
	char line[LINE_MOST];
	char room[2048];
};

/* Reports. */

static bool is_text(const struct ccs_json_slice *slice, const char *text)
{
	return slice->length == strlen(text) && !memcmp(slice->at, text, slice->length);
}

/* In 1e-7 degrees; false: no number up to `most` degrees. */
static bool read_degrees(const struct ccs_json_slice *number, int most, int32_t *value)
{
	char text[NUMBER_MOST], *end;
	double degrees;

	if (number->length >= sizeof(text))
		return false;
	memcpy(text, number->at, number->length);
	text[number->length] = '\0';
	degrees = strtod(text, &end);
	if (end == text || *end || !(degrees >= -most && degrees <= most))
		return false;
	*value = (int32_t)(degrees * PER_DEGREE + (degrees < 0 ? -0.5 : 0.5));
	return true;
}

struct report {
	bool is_tpv, has_latitude, has_longitude;
	int mode;
	struct ccs_position position;
};

static void take_member(struct report *report, const struct ccs_json_slice *key,
			const struct ccs_json_slice *value)
{
	if (is_text(key, "class"))
		report->is_tpv = is_text(value, "\"TPV\"");
	else if (is_text(key, "mode"))
		report->mode = value->length == 1 ? value->at[0] - '0' : 0;
	else if (is_text(key, "lat"))
		report->has_latitude = read_degrees(value, 90, &report->position.latitude);
	else if (is_text(key, "lon"))
		report->has_longitude = read_degrees(value, 180, &report->position.longitude);
}

bool ccs_gpsd_read(struct ccs_position *position, const char *line, size_t length)
{
	struct ccs_json json = { line, line + length };
	struct ccs_json_slice key, value;
	struct report report = { 0 };
	int more = ccs_json_take(&json, '{') ? 0 : 1;

	while (more == 1) {
		if (ccs_json_string(&json, &key) || ccs_json_take(&json, ':') ||
		    ccs_json_peek(&json) == 0 || ccs_json_skip(&json, &value))
			return false;
		take_member(&report, &key, &value);
		more = ccs_json_next(&json, '}');
	}
	if (more < 0 || !report.is_tpv)
		return false;
	*position = report.position;
	position->kind = report.mode >= FIX_MODE && report.has_latitude && report.has_longitude
				 ? CCS_POSITION_FIX
				 : CCS_POSITION_NO_FIX;
	return true;
}

bool ccs_position_print(const struct ccs_position *position, char latitude[CCS_POSITION_TEXT],
			char longitude[CCS_POSITION_TEXT])
{
	struct ccs_print p;

	if (position->kind != CCS_POSITION_FIX)
		return false;
	ccs_print_init(&p, latitude, CCS_POSITION_TEXT - 1);
	ccs_print_fixed(&p, position->latitude, 7);
	*p.at = '\0';
	ccs_print_init(&p, longitude, CCS_POSITION_TEXT - 1);
	ccs_print_fixed(&p, position->longitude, 7);
	*p.at = '\0';
	return true;
}

/* The connection. */

static void connect_again(struct ccs_gpsd *gpsd);
static void fail(struct ccs_gpsd *gpsd, const char *why);

static void free_when_over(struct ccs_gpsd *gpsd)
{
	if (gpsd->closed && !gpsd->finding && !gpsd->in_loop && !gpsd->retry.data)
		free(gpsd);
}

static void on_retry_closed(uv_handle_t *handle)
{
	struct ccs_gpsd *gpsd = handle->data;

	handle->data = NULL;
	free_when_over(gpsd);
}

static void on_tcp_closed(uv_handle_t *handle)
{
	struct ccs_gpsd *gpsd = handle->data;

	gpsd->in_loop = false;
	free_when_over(gpsd);
}

static void on_retry(uv_timer_t *timer)
{
	struct ccs_gpsd *gpsd = timer->data;

	if (gpsd->in_loop)
		fail(gpsd, "says nothing any more");
	else
		connect_again(gpsd);
}

static void wait_for_line(struct ccs_gpsd *gpsd)
{
	uv_timer_start(&gpsd->retry, on_retry, SILENCE, 0);
}

static void fail(struct ccs_gpsd *gpsd, const char *why)
{
	char text[160];

	if (gpsd->in_loop && !uv_is_closing((uv_handle_t *)&gpsd->tcp))
		uv_close((uv_handle_t *)&gpsd->tcp, on_tcp_closed);
	if (gpsd->closed)
		return;
	uv_timer_start(&gpsd->retry, on_retry, RETRY_TIME, 0);
	if (gpsd->failed)
		return;
	gpsd->failed = true;
	snprintf(text, sizeof(text), "gpsd at %s: %s; it is tried again", gpsd->config->host, why);
	gpsd->told(gpsd->user, text);
}

/* A gpsd that has no receiver says what it is, and then nothing: only a report is a come-back. */
static void come_back(struct ccs_gpsd *gpsd)
{
	char text[160];

	if (!gpsd->failed)
		return;
	gpsd->failed = false;
	snprintf(text, sizeof(text), "gpsd at %s: reports again", gpsd->config->host);
	gpsd->told(gpsd->user, text);
}

static void take_line(struct ccs_gpsd *gpsd)
{
	if (!gpsd->too_long && ccs_gpsd_read(&gpsd->position, gpsd->line, gpsd->length)) {
		gpsd->at = ccs_loop_now();
		come_back(gpsd);
	}
	gpsd->length = 0;
	gpsd->too_long = false;
	wait_for_line(gpsd);
}

static void on_read(uv_stream_t *stream, ssize_t n, const uv_buf_t *buffer)
{
	struct ccs_gpsd *gpsd = stream->data;

	if (n < 0) {
		fail(gpsd, uv_strerror((int)n));
		return;
	}
	for (ssize_t i = 0; i < n; i++) {
		if (buffer->base[i] == '\n')
			take_line(gpsd);
		else if (gpsd->length < sizeof(gpsd->line))
			gpsd->line[gpsd->length++] = buffer->base[i];
		else
			gpsd->too_long = true;
	}
}

static void on_room(uv_handle_t *handle, size_t size, uv_buf_t *buffer)
{
	struct ccs_gpsd *gpsd = handle->data;

	(void)size;
	*buffer = uv_buf_init(gpsd->room, sizeof(gpsd->room));
}

static void on_connected(uv_connect_t *connect, int error)
{
	struct ccs_gpsd *gpsd = connect->data;
	uv_buf_t words = uv_buf_init(watch, sizeof(watch) - 1);
	uv_stream_t *stream = (uv_stream_t *)&gpsd->tcp;

	if (gpsd->closed)
		return;
	if (!error)
		error = uv_read_start(stream, on_room, on_read);
	if (!error)
		error = uv_write(&gpsd->write, stream, &words, 1, NULL);
	if (error)
		fail(gpsd, uv_strerror(error));
}

/* A name may have addresses where nobody listens, as ::1. */
static const struct sockaddr *next_address(struct ccs_gpsd *gpsd, const struct addrinfo *found)
{
	const struct addrinfo *at = found;

	for (unsigned int i = gpsd->tries++; i; i--)
		at = at->ai_next ? at->ai_next : found;
	return at->ai_addr;
}

static void on_found(uv_getaddrinfo_t *find, int error, struct addrinfo *found)
{
	struct ccs_gpsd *gpsd = find->data;

	gpsd->finding = false;
	if (!gpsd->closed && !error) {
		uv_tcp_init(find->loop, &gpsd->tcp);
		gpsd->in_loop = true;
		gpsd->length = 0;
		gpsd->too_long = false;
		gpsd->tcp.data = gpsd->connect.data = gpsd;
		error = uv_tcp_connect(&gpsd->connect, &gpsd->tcp, next_address(gpsd, found),
				       on_connected);
		wait_for_line(gpsd);
	}
	uv_freeaddrinfo(found);
	if (error && !gpsd->closed)
		fail(gpsd, uv_strerror(error));
	free_when_over(gpsd);
}

static void connect_again(struct ccs_gpsd *gpsd)
{
	struct addrinfo hints = { .ai_family = AF_UNSPEC, .ai_socktype = SOCK_STREAM };
	char port[8];
	int error;

	snprintf(port, sizeof(port), "%u", gpsd->config->port);
	gpsd->find.data = gpsd;
	error = uv_getaddrinfo(gpsd->retry.loop, &gpsd->find, on_found, gpsd->config->host, port,
			       &hints);
	gpsd->finding = !error;
	if (error)
		fail(gpsd, uv_strerror(error));
}

struct ccs_gpsd *ccs_gpsd_open(uv_loop_t *loop, const struct ccs_gpsd_config *config,
			       void (*told)(void *user, const char *text), void *user)
{
	struct ccs_gpsd *gpsd = calloc(1, sizeof(*gpsd));

	if (!gpsd)
		return NULL;
	gpsd->config = config;
	gpsd->told = told;
	gpsd->user = user;
	uv_timer_init(loop, &gpsd->retry);
	gpsd->retry.data = gpsd;
	connect_again(gpsd);
	return gpsd;
}

void ccs_gpsd_position(const struct ccs_gpsd *gpsd, ccs_time now, struct ccs_position *position)
{
	*position = gpsd->position;
	if (now - gpsd->at > AGE_MOST)
		position->kind = CCS_POSITION_NONE;
}

void ccs_gpsd_close(struct ccs_gpsd *gpsd)
{
	if (!gpsd)
		return;
	gpsd->closed = true;
	if (gpsd->finding)
		uv_cancel((uv_req_t *)&gpsd->find);
	if (gpsd->in_loop && !uv_is_closing((uv_handle_t *)&gpsd->tcp))
		uv_close((uv_handle_t *)&gpsd->tcp, on_tcp_closed);
	uv_close((uv_handle_t *)&gpsd->retry, on_retry_closed);
}
