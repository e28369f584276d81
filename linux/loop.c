/* SPDX-License-Identifier: Apache-2.0 */
/* Clock, timer, random numbers and watched sockets on libuv's loop. */
#include "linux/loop.h"

#include <stdlib.h>
#include <sys/random.h>
#include <sys/socket.h>
#include <unistd.h>

struct ccs_watch {
	uv_poll_t poll;
	int fd;
	void (*readable)(void *user);
	void *user;
};

ccs_time ccs_loop_now(void)
{
	return (ccs_time)(uv_hrtime() / 1000);
}

void ccs_loop_set_timer(uv_timer_t *timer, uv_timer_cb call, ccs_time deadline, ccs_time now)
{
	ccs_time wait = deadline > now ? deadline - now : 0;

	if (deadline == CCS_NEVER) {
		uv_timer_stop(timer);
		return;
	}
	/* The loop counts whole milliseconds from its own, older time. */
	uv_update_time(timer->loop);
	uv_timer_start(timer, call, (uint64_t)(wait + 999) / 1000, 0);
}

void ccs_loop_random(void *user, uint8_t *bytes, size_t size)
{
	(void)user;
	for (size_t done = 0; done < size;) {
		ssize_t n = getrandom(bytes + done, size - done, 0);

		if (n < 0)
			abort();
		done += (size_t)n;
	}
}

static void free_watch(uv_handle_t *handle)
{
	free(handle->data);
}

/* NOTE: libuv stops watching at an error (an interface that went down, a full netlink buffer). */
static void on_readable(uv_poll_t *poll, int status, int events)
{
	struct ccs_watch *watch = poll->data;
	socklen_t size = sizeof(int);
	int error;

	(void)events;
	if (status) {
		getsockopt(watch->fd, SOL_SOCKET, SO_ERROR, &error, &size);
		uv_poll_start(poll, UV_READABLE, on_readable);
	}
	watch->readable(watch->user);
}

struct ccs_watch *ccs_watch_open(uv_loop_t *loop, int fd, void (*readable)(void *user), void *user)
{
	struct ccs_watch *watch = calloc(1, sizeof(*watch));

	if (!watch || uv_poll_init(loop, &watch->poll, fd)) {
		free(watch);
		close(fd);
		return NULL;
	}
	watch->poll.data = watch;
	watch->fd = fd;
	watch->readable = readable;
	watch->user = user;
	uv_poll_start(&watch->poll, UV_READABLE, on_readable);
	return watch;
}

int ccs_watch_fd(const struct ccs_watch *watch)
{
	return watch->fd;
}

void ccs_watch_close(struct ccs_watch *watch)
{
	if (!watch)
		return;
	uv_poll_stop(&watch->poll);
	close(watch->fd);
	uv_close((uv_handle_t *)&watch->poll, free_watch);
}
