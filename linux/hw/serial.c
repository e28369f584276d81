/* SPDX-License-Identifier: Apache-2.0 */
/* Serial ports: by name or by USB adapter, raw, 8N1. */
#include "linux/hw/serial.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <termios.h>
#include <unistd.h>

#define RETRY_TIME CCS_SECONDS(1)
#define LONG_PATH  512
#define LEVELS	   8 /* from a tty up to its USB device */

const struct ccs_hw_usb ccs_hw_usb_boards[] = {
	{ 0x2341, 0 },	    /* Arduino */
	{ 0x2a03, 0 },	    /* Arduino */
	{ 0x1a86, 0 },	    /* WCH CH340 */
	{ 0x0403, 0 },	    /* FTDI */
	{ 0x10c4, 0xea60 }, /* Silicon Labs CP210x */
	{ 0x067b, 0x2303 }, /* Prolific PL2303 */
	{ 0, 0 },
};

static const struct {
	int32_t baud;
	speed_t speed;
} speeds[] = {
	{ 9600, B9600 },     { 19200, B19200 },	  { 38400, B38400 },
	{ 57600, B57600 },   { 115200, B115200 }, { 230400, B230400 },
	{ 460800, B460800 }, { 921600, B921600 }, { 1000000, B1000000 },
};

static speed_t speed_of(int32_t baud)
{
	for (size_t i = 0; i < sizeof(speeds) / sizeof(speeds[0]); i++)
		if (speeds[i].baud == baud)
			return speeds[i].speed;
	return B0;
}

bool ccs_hw_serial_has_speed(int32_t baud)
{
	return speed_of(baud) != B0;
}

static int set_up(int fd, int32_t baud)
{
	struct termios t;

	if (tcgetattr(fd, &t))
		return -1;
	cfmakeraw(&t);
	t.c_cflag |= CLOCAL | CREAD;
	t.c_cflag &= ~(tcflag_t)(CSTOPB | CRTSCTS);
	t.c_cc[VMIN] = 1;
	t.c_cc[VTIME] = 0;
	cfsetispeed(&t, speed_of(baud));
	cfsetospeed(&t, speed_of(baud));
	return tcsetattr(fd, TCSANOW, &t);
}

/* -1 with errno. */
static int open_port(const char *path, int32_t baud)
{
	int fd = open(path, O_RDWR | O_NOCTTY | O_NONBLOCK | O_CLOEXEC), error;

	if (fd < 0)
		return -1;
	if (flock(fd, LOCK_EX | LOCK_NB) == 0 && set_up(fd, baud) == 0) {
		tcflush(fd, TCIFLUSH);
		return fd;
	}
	error = errno;
	close(fd);
	errno = error;
	return -1;
}

/* A hexadecimal number of sysfs; 0: there is none. */
static unsigned int read_id(const char *folder, const char *name)
{
	char path[LONG_PATH + 32];
	unsigned int id = 0;
	FILE *file;

	snprintf(path, sizeof(path), "%s/%s", folder, name);
	file = fopen(path, "re");
	if (!file)
		return 0;
	if (fscanf(file, "%4x", &id) != 1)
		id = 0;
	fclose(file);
	return id;
}

static bool is_adapter(const struct ccs_hw_serial *serial, unsigned int vendor,
		       unsigned int product)
{
	for (const struct ccs_hw_usb *usb = serial->adapters; usb->vendor; usb++)
		if (usb->vendor == vendor && (!usb->product || usb->product == product))
			return true;
	return false;
}

/* The USB device is some folders above the tty. */
static bool belongs(const struct ccs_hw_serial *serial, const char *tty)
{
	char link[LONG_PATH];
	char *at = NULL, *slash;
	bool found = false;

	snprintf(link, sizeof(link), "%s/sys/class/tty/%s/device",
		 serial->seat->board->config->root, tty);
	at = realpath(link, NULL);
	for (int i = 0; at && !found && i < LEVELS && (slash = strrchr(at, '/')) && slash > at;
	     i++) {
		unsigned int vendor = read_id(at, "idVendor");

		if (vendor) {
			found = is_adapter(serial, vendor, read_id(at, "idProduct"));
			break;
		}
		*slash = '\0';
	}
	free(at);
	return found;
}

static int open_first(struct ccs_hw_serial *serial)
{
	const char *root = serial->seat->board->config->root;
	char folder[LONG_PATH];
	struct dirent **names;
	int fd = -1, count;

	snprintf(folder, sizeof(folder), "%s/sys/class/tty", root);
	count = scandir(folder, &names, NULL, alphasort);
	for (int i = 0; i < count; i++) {
		if (fd < 0 && belongs(serial, names[i]->d_name)) {
			snprintf(serial->path, sizeof(serial->path), "%.64s/dev/%.80s", root,
				 names[i]->d_name);
			fd = open_port(serial->path, serial->baud);
		}
		free(names[i]);
	}
	if (count >= 0)
		free(names);
	return fd;
}

static void on_lost(void *owner, const char *why)
{
	struct ccs_hw_serial *serial = owner;
	ccs_time now = ccs_loop_now();

	serial->retry = now + RETRY_TIME;
	ccs_hw_down(serial->seat, now, "%.60s: %s", serial->path, why);
	ccs_hw_poke(serial->seat);
}

static void try_to_open(struct ccs_hw_serial *serial, ccs_time now)
{
	bool any = strcmp(serial->port, "auto") == 0;
	int fd;

	errno = 0;
	if (!any)
		snprintf(serial->path, sizeof(serial->path), "%s", serial->port);
	fd = any ? open_first(serial) : open_port(serial->path, serial->baud);
	if (fd >= 0 && ccs_hw_lines_open(&serial->lines, serial->seat->board->loop, fd, -1) == 0) {
		serial->is_new = true;
		serial->retry = CCS_NEVER;
		return;
	}
	serial->retry = now + RETRY_TIME;
	if (any)
		ccs_hw_down(serial->seat, now, "no USB serial port that could be it");
	else
		ccs_hw_down(serial->seat, now, "%.60s: %s", serial->path, strerror(errno));
}

void ccs_hw_serial_init(struct ccs_hw_serial *serial)
{
	serial->lines.lost = on_lost;
	serial->lines.owner = serial;
	serial->retry = 0;
	snprintf(serial->seat->why, sizeof(serial->seat->why), "it has not said anything yet");
}

bool ccs_hw_serial_step(struct ccs_hw_serial *serial, ccs_time now)
{
	if (now >= serial->retry)
		try_to_open(serial, now);
	ccs_hw_lines_flush(&serial->lines);
	return serial->lines.watch;
}

bool ccs_hw_serial_is_new(struct ccs_hw_serial *serial)
{
	bool is_new = serial->is_new;

	serial->is_new = false;
	return is_new;
}

ccs_time ccs_hw_serial_deadline(const struct ccs_hw_serial *serial, ccs_time other)
{
	if (!serial->lines.watch)
		return serial->retry;
	return other;
}

void ccs_hw_serial_close(struct ccs_hw_serial *serial)
{
	ccs_hw_lines_flush(&serial->lines);
	ccs_hw_lines_close(&serial->lines);
}
