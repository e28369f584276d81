/* SPDX-License-Identifier: Apache-2.0 */
/* SocketCAN and slcan. */
#include "linux/hw/can.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/can.h>
#include <linux/can/raw.h>
#include <net/if.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define RETRY_TIME CCS_SECONDS(1)
#define BURST	   32 /* frames for each event, before the station has its turn */

/* slcan */

static int hex_digit(char c)
{
	static const char digits[] = "0123456789abcdef";
	const char *at = strchr(digits, c >= 'A' && c <= 'F' ? c - 'A' + 'a' : c);

	return c && at ? (int)(at - digits) : -1;
}

/* -1: these are no hexadecimal digits. */
static int read_hex(const char *text, int count)
{
	int value = 0;

	for (int i = 0; i < count; i++) {
		int digit = hex_digit(text[i]);

		if (digit < 0)
			return -1;
		value = value << 4 | digit;
	}
	return value;
}

/* "t1028001122..."; a time stamp of four digits may follow. */
static bool parse_slcan(const char *line, struct ccs_hw_frame *frame)
{
	size_t length = strlen(line);
	int id, count;

	if (length < 5 || line[0] != 't' || (id = read_hex(line + 1, 3)) < 0 || id > 0x7ff ||
	    (count = hex_digit(line[4])) < 0 || count > 8 ||
	    (length != 5 + 2 * (size_t)count && length != 9 + 2 * (size_t)count))
		return false;
	*frame = (struct ccs_hw_frame) { .id = (uint16_t)id, .length = (uint8_t)count };
	for (int i = 0; i < count; i++) {
		int byte = read_hex(line + 5 + 2 * i, 2);

		if (byte < 0)
			return false;
		frame->bytes[i] = (uint8_t)byte;
	}
	return true;
}

static void on_line(void *user, const char *line)
{
	struct ccs_hw_can *can = user;
	struct ccs_hw_frame frame;

	if (parse_slcan(line, &frame))
		can->take(can->user, &frame);
}

static bool send_slcan(struct ccs_hw_can *can, const struct ccs_hw_frame *frame)
{
	char line[32];
	int length = snprintf(line, sizeof(line), "t%03x%u", frame->id & 0x7ffu, frame->length);

	for (int i = 0; i < frame->length && i < 8; i++)
		length += snprintf(line + length, sizeof(line) - (size_t)length, "%02x",
				   frame->bytes[i]);
	snprintf(line + length, sizeof(line) - (size_t)length, "\r");
	return ccs_hw_lines_write(&can->serial.lines, line);
}

/* Sockets */

static void lose(struct ccs_hw_can *can, ccs_time now, const char *why)
{
	ccs_watch_close(can->watch);
	can->watch = NULL;
	can->retry = now + RETRY_TIME;
	ccs_hw_down(can->seat, now, "%.40s: %s", can->port, why);
	ccs_hw_poke(can->seat);
}

static void on_readable(void *user)
{
	struct ccs_hw_can *can = user;

	for (int i = 0; i < BURST && can->watch; i++) {
		struct can_frame raw;
		ssize_t n = recv(ccs_watch_fd(can->watch), &raw, sizeof(raw), MSG_DONTWAIT);
		struct ccs_hw_frame frame;

		if (n < 0 && (errno == EAGAIN || errno == EINTR))
			return;
		if (n <= 0) {
			lose(can, ccs_loop_now(), n ? strerror(errno) : "was closed");
			return;
		}
		if (n != sizeof(raw) || raw.len > 8 ||
		    (raw.can_id & (CAN_EFF_FLAG | CAN_RTR_FLAG | CAN_ERR_FLAG)))
			continue;
		frame = (struct ccs_hw_frame) { .id = raw.can_id & CAN_SFF_MASK,
						.length = raw.len };
		memcpy(frame.bytes, raw.data, raw.len);
		can->take(can->user, &frame);
	}
}

/* -1 with errno. */
static int open_socket(const char *port)
{
	struct sockaddr_can address = { .can_family = AF_CAN };
	int fd, error;

	if (strncmp(port, "fd:", 3) == 0)
		return fcntl(atoi(port + 3), F_DUPFD_CLOEXEC, 0);
	address.can_ifindex = (int)if_nametoindex(port);
	if (!address.can_ifindex)
		return -1;
	fd = socket(PF_CAN, SOCK_RAW | SOCK_NONBLOCK | SOCK_CLOEXEC, CAN_RAW);
	if (fd < 0 || bind(fd, (const struct sockaddr *)&address, sizeof(address)) == 0)
		return fd;
	error = errno;
	close(fd);
	errno = error;
	return -1;
}

static void try_to_open(struct ccs_hw_can *can, ccs_time now)
{
	int fd = open_socket(can->port);

	if (fd >= 0)
		can->watch = ccs_watch_open(can->seat->board->loop, fd, on_readable, can);
	can->retry = can->watch ? CCS_NEVER : now + RETRY_TIME;
	if (!can->watch)
		ccs_hw_down(can->seat, now, "%.40s: %s", can->port, strerror(errno));
}

static bool send_raw(struct ccs_hw_can *can, const struct ccs_hw_frame *frame)
{
	struct can_frame raw = { .can_id = frame->id, .len = frame->length };

	memcpy(raw.data, frame->bytes, sizeof(raw.data));
	return send(ccs_watch_fd(can->watch), &raw, sizeof(raw), MSG_DONTWAIT | MSG_NOSIGNAL) ==
	       sizeof(raw);
}

/* Both */

void ccs_hw_can_init(struct ccs_hw_can *can)
{
	can->is_serial = strchr(can->port, '/') || strcmp(can->port, "auto") == 0;
	can->serial = (struct ccs_hw_serial) {
		.seat = can->seat,
		.port = can->port,
		.baud = 115200,
		.adapters = ccs_hw_usb_boards,
		.lines = { .take = on_line, .user = can },
	};
	can->retry = 0;
	ccs_hw_serial_init(&can->serial);
}

bool ccs_hw_can_step(struct ccs_hw_can *can, ccs_time now)
{
	if (!can->is_serial) {
		if (now >= can->retry)
			try_to_open(can, now);
		return can->watch;
	}
	if (!ccs_hw_serial_step(&can->serial, now))
		return false;
	/* Close, 500 kbit/s, open: it may have been open at another rate. */
	if (ccs_hw_serial_is_new(&can->serial))
		ccs_hw_lines_write(&can->serial.lines, "C\rS6\rO\r");
	return true;
}

bool ccs_hw_can_send(struct ccs_hw_can *can, const struct ccs_hw_frame *frame)
{
	if (can->is_serial)
		return send_slcan(can, frame);
	return can->watch && send_raw(can, frame);
}

ccs_time ccs_hw_can_deadline(const struct ccs_hw_can *can, ccs_time other)
{
	if (can->is_serial)
		return ccs_hw_serial_deadline(&can->serial, other);
	return can->watch ? other : can->retry;
}

void ccs_hw_can_close(struct ccs_hw_can *can)
{
	ccs_watch_close(can->watch);
	can->watch = NULL;
	if (can->serial.lines.watch)
		ccs_hw_lines_write(&can->serial.lines, "C\r");
	ccs_hw_serial_close(&can->serial);
}
