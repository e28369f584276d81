/* SPDX-License-Identifier: Apache-2.0 */
/* Datagrams to the service manager. */
#include "linux/notify.h"

#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#define STATUS_LENGTH 200

static void tell(struct ccs_notify *notify, const char *text)
{
	if (notify->fd >= 0)
		(void)send(notify->fd, text, strlen(text), MSG_DONTWAIT | MSG_NOSIGNAL);
}

static void on_watchdog(uv_timer_t *timer)
{
	tell(timer->data, "WATCHDOG=1");
}

/* A path, or behind '@' a name of the abstract namespace; there the length counts, not a NUL. */
static int open_socket(const char *name)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	size_t length = strlen(name);
	socklen_t size = (socklen_t)(offsetof(struct sockaddr_un, sun_path) + length);
	int fd;

	if ((name[0] != '/' && name[0] != '@') || length >= sizeof(address.sun_path))
		return -1;
	memcpy(address.sun_path, name, length);
	if (name[0] == '@')
		address.sun_path[0] = '\0';
	fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	if (fd >= 0 && connect(fd, (struct sockaddr *)&address, size)) {
		close(fd);
		return -1;
	}
	return fd;
}

/* Microseconds until we are taken for dead; 0: never, or another process is meant. */
static uint64_t find_patience(void)
{
	const char *patience = getenv("WATCHDOG_USEC");
	const char *pid = getenv("WATCHDOG_PID");

	if (!patience || (pid && strtoll(pid, NULL, 10) != (long long)getpid()))
		return 0;
	return strtoull(patience, NULL, 10);
}

void ccs_notify_open(struct ccs_notify *notify, uv_loop_t *loop)
{
	const char *name = getenv("NOTIFY_SOCKET");

	notify->fd = name ? open_socket(name) : -1;
	notify->watchdog_ms = find_patience() / 2 / 1000;
	unsetenv("NOTIFY_SOCKET");
	unsetenv("WATCHDOG_USEC");
	unsetenv("WATCHDOG_PID");
	uv_timer_init(loop, &notify->watchdog);
	notify->watchdog.data = notify;
	uv_unref((uv_handle_t *)&notify->watchdog);
}

void ccs_notify_ready(struct ccs_notify *notify)
{
	tell(notify, "READY=1\nWATCHDOG=1");
	if (notify->fd >= 0 && notify->watchdog_ms)
		uv_timer_start(&notify->watchdog, on_watchdog, notify->watchdog_ms,
			       notify->watchdog_ms);
}

void ccs_notify_status(struct ccs_notify *notify, const char *text)
{
	size_t length = strcspn(text, "\n");
	char line[sizeof("STATUS=") + STATUS_LENGTH];

	snprintf(line, sizeof(line), "STATUS=%.*s",
		 (int)(length < STATUS_LENGTH ? length : STATUS_LENGTH), text);
	tell(notify, line);
}

void ccs_notify_stopping(struct ccs_notify *notify)
{
	tell(notify, "STOPPING=1");
}

void ccs_notify_close(struct ccs_notify *notify)
{
	if (notify->fd >= 0)
		close(notify->fd);
	notify->fd = -1;
	if (!uv_is_closing((uv_handle_t *)&notify->watchdog))
		uv_close((uv_handle_t *)&notify->watchdog, NULL);
}
