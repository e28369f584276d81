/* SPDX-License-Identifier: Apache-2.0 */
/* Opening capture files, and what both formats share: faults and times. */
#include "trace/capture.h"

#include "trace/capture_format.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define HEADER_MIN 24	/* of a pcap; the first block of a pcapng has 28 */
#define FAULTS_MAX 1000 /* then the rest of the file is not read */

#define TIME_2000 CCS_SECONDS(946684800)
#define TIME_2100 CCS_SECONDS(4102444800)
#define TIME_LAST 253402300799 /* seconds: end of the year 9999 */

/* What people have instead of a capture, by its first bytes. */
static const struct {
	const char *magic;
	const char *what;
} looks[] = {
	{ "\x1f\x8b", "compressed (gzip): unpack it first" },
	{ "\x28\xb5\x2f\xfd", "compressed (zstd): unpack it first" },
	{ "\3757zXZ", "compressed (xz): unpack it first" },
	{ "BZh", "compressed (bzip2): unpack it first" },
	{ "\x04\x22\x4d\x18", "compressed (lz4): unpack it first" },
	{ "PK\x03\x04", "a zip archive: unpack it first" },
	{ "7z\xbc\xaf", "a 7-zip archive: unpack it first" },
	{ "snoop", "a snoop capture: convert it with editcap" },
	{ "GMBU", "a Network Monitor capture: convert it with editcap" },
	{ "LOGG", "a Vector BLF log: convert it with editcap" },
	{ "\177ELF", "a program" },
	{ "%PDF", "a PDF document" },
	{ "{", "JSON text" },
};

static const char *looks_like(const uint8_t *bytes, size_t length)
{
	for (size_t i = 0; i < sizeof(looks) / sizeof(*looks); i++) {
		size_t n = strlen(looks[i].magic);

		if (length >= n && memcmp(bytes, looks[i].magic, n) == 0)
			return looks[i].what;
	}
	for (size_t i = 0; i < length && i < 64; i++)
		if ((bytes[i] < ' ' && (bytes[i] < '\t' || bytes[i] > '\r')) || bytes[i] == 0x7f)
			return "unknown data";
	return "text";
}

int ccs_capture_fail(struct ccs_capture *c, int code, const char *format, ...)
{
	struct ccs_capture_error *fault = &c->fault;
	size_t size = sizeof(fault->text);
	va_list args;
	size_t n;

	fault->code = code;
	fault->offset = c->start;
	fault->packet = c->packets + 1;
	va_start(args, format);
	vsnprintf(fault->text, size, format, args);
	va_end(args);
	n = strlen(fault->text);
	snprintf(fault->text + n, size - n, " (at packet %" PRIu64 ", byte %" PRIu64 ")%s",
		 fault->packet, fault->offset,
		 ++c->faults == FAULTS_MAX ? "; too much damage, the rest is not read" : "");
	if (c->faults == FAULTS_MAX)
		c->stopped = true;
	return code;
}

int ccs_capture_end(struct ccs_capture *c)
{
	c->stopped = true;
	if (!c->input.error)
		return 0;
	return ccs_capture_fail(c, CCS_ERR_IO, "reading failed: %s", strerror(c->input.error));
}

int ccs_capture_cut(struct ccs_capture *c, const char *part, uint64_t wanted, uint64_t left)
{
	if (c->input.error)
		return ccs_capture_end(c);
	return ccs_capture_fail(c, CCS_ERR_SHORT,
				"the file ends in the middle of a %s: %" PRIu64
				" bytes announced, %" PRIu64 " left",
				part, wanted, left);
}

static int deliver(struct ccs_capture *c, struct ccs_packet *packet, uint32_t odd)
{
	if (packet->original_length < packet->length)
		packet->original_length = packet->length;
	if (packet->original_length > packet->length)
		odd |= CCS_PACKET_CUT;
	packet->odd = odd;
	packet->number = ++c->packets;
	c->last = packet->time;
	return 1;
}

int ccs_capture_deliver(struct ccs_capture *c, struct ccs_packet *packet, int64_t seconds,
			uint32_t micros)
{
	uint32_t odd = 0;

	if (seconds < 0)
		packet->time = 0;
	else
		packet->time = CCS_SECONDS(seconds < TIME_LAST ? seconds : TIME_LAST) + micros;
	if (packet->time < c->last && c->packets > 0)
		odd |= CCS_PACKET_BACKWARD;
	if (packet->time < TIME_2000 || packet->time >= TIME_2100)
		odd |= CCS_PACKET_CLOCK;
	return deliver(c, packet, odd);
}

int ccs_capture_deliver_timeless(struct ccs_capture *c, struct ccs_packet *packet)
{
	packet->time = c->last;
	return deliver(c, packet, CCS_PACKET_NO_TIME);
}

int ccs_capture_next(struct ccs_capture *capture, struct ccs_packet *packet)
{
	return capture->stopped ? 0 : capture->next(capture, packet);
}

const struct ccs_capture_error *ccs_capture_fault(const struct ccs_capture *capture)
{
	return &capture->fault;
}

void ccs_capture_on_secrets(struct ccs_capture *capture, ccs_capture_secrets *secrets, void *user)
{
	capture->secrets = secrets;
	capture->secrets_user = user;
}

__attribute__((format(printf, 3, 4))) static int fail_open(struct ccs_capture_error *error,
							   int code, const char *format, ...)
{
	va_list args;

	*error = (struct ccs_capture_error) { .code = code };
	va_start(args, format);
	vsnprintf(error->text, sizeof(error->text), format, args);
	va_end(args);
	return code;
}

static int read_header(struct ccs_capture *c, struct ccs_capture_error *error)
{
	size_t length = ccs_input_need(&c->input, HEADER_MIN);
	int n = CCS_ERR_UNKNOWN;

	if (c->input.error)
		return fail_open(error, CCS_ERR_IO, "cannot be read: %s", strerror(c->input.error));
	if (length == 0)
		return fail_open(error, CCS_ERR_SHORT, "the file is empty");
	if (length >= 4) {
		n = ccs_pcapng_open(c);
		if (n == CCS_IGNORED)
			n = ccs_pcap_open(c);
	}
	if (n == CCS_ERR_SHORT)
		return fail_open(error, n, "the file ends within its header, after %zu bytes",
				 length);
	if (n == CCS_ERR_HEADER)
		return fail_open(error, CCS_ERR_UNKNOWN, "a capture of a version we do not know");
	if (n < 0)
		return fail_open(error, CCS_ERR_UNKNOWN, "not a pcap or pcapng capture but %s",
				 looks_like(c->input.at, length));
	return 0;
}

int ccs_capture_open_read(struct ccs_capture **capture, ccs_capture_read *read, void *user,
			  struct ccs_capture_error *error)
{
	struct ccs_capture *c = malloc(sizeof(*c));
	int n;

	*capture = NULL;
	if (!c)
		return fail_open(error, CCS_ERR_IO, "no memory");
	memset((char *)c + sizeof(c->input), 0, sizeof(*c) - sizeof(c->input));
	ccs_input_init(&c->input, read, user);
	n = read_header(c, error);
	if (n < 0) {
		free(c);
		return n;
	}
	*capture = c;
	return 0;
}

/* The descriptor travels in the pointer, so that nothing has to be kept for it. */
static long read_descriptor(void *user, uint8_t *to, size_t size)
{
	return read((int)(intptr_t)user, to, size);
}

int ccs_capture_open(struct ccs_capture **capture, const char *path,
		     struct ccs_capture_error *error)
{
	int fd = strcmp(path, "-") == 0 ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC);
	int n;

	*capture = NULL;
	if (fd < 0)
		return fail_open(error, CCS_ERR_IO, "cannot be opened: %s", strerror(errno));
	n = ccs_capture_open_read(capture, read_descriptor, (void *)(intptr_t)fd, error);
	if (n < 0 && fd != STDIN_FILENO)
		close(fd);
	return n;
}

void ccs_capture_close(struct ccs_capture *capture)
{
	int fd;

	if (!capture)
		return;
	fd = (int)(intptr_t)capture->input.user;
	if (capture->input.read == read_descriptor && fd != STDIN_FILENO)
		close(fd);
	free(capture);
}
