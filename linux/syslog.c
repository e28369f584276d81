/* SPDX-License-Identifier: Apache-2.0 */
/* Lines by UDP. */
#include "linux/syslog.h"

#include <arpa/inet.h>
#include <errno.h>
#include <stdbool.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>

static char priority[] = "<15>"; /* facility user, severity debug */

/* Not connected: there may be no way to go now. */
static int open_socket(struct ccs_syslog *syslog)
{
	socklen_t length = (socklen_t)strlen(syslog->interface);
	int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0), on = 1;

	syslog->fd = fd;
	if (fd >= 0 && !setsockopt(fd, SOL_SOCKET, SO_BINDTODEVICE, syslog->interface, length) &&
	    !setsockopt(fd, SOL_SOCKET, SO_BROADCAST, &on, sizeof(on)))
		return 0;
	ccs_syslog_close(syslog);
	return -1;
}

int ccs_syslog_open(struct ccs_syslog *syslog, const struct ccs_syslog_config *config,
		    const char *interface, struct ccs_problem *problem)
{
	*syslog = (struct ccs_syslog) {
		.fd = -1,
		.to = { .sin_family = AF_INET, .sin_port = htons(config->port) },
		.interface = interface,
	};
	if (inet_pton(AF_INET, config->to, &syslog->to.sin_addr) != 1)
		return ccs_problem_set(problem, "[syslog] to: '%s' is no IPv4 address", config->to);
	if (open_socket(syslog))
		return ccs_problem_set(problem, "[syslog] to %s by %s: %s", config->to, interface,
				       strerror(errno));
	return 0;
}

/* True when it makes no sense to try again at once. */
static bool send_line(const struct ccs_syslog *syslog, const struct msghdr *message)
{
	return sendmsg(syslog->fd, message, MSG_DONTWAIT | MSG_NOSIGNAL) >= 0 || errno == EAGAIN ||
	       errno == ENOBUFS;
}

void ccs_syslog_send(struct ccs_syslog *syslog, const char *text, size_t length)
{
	struct iovec parts[] = {
		{ priority, sizeof(priority) - 1 },
		{ (char *)text, length < CCS_SYSLOG_TEXT ? length : CCS_SYSLOG_TEXT },
	};
	struct msghdr message = {
		.msg_name = &syslog->to,
		.msg_namelen = sizeof(syslog->to),
		.msg_iov = parts,
		.msg_iovlen = 2,
	};

	if (syslog->fd >= 0 && send_line(syslog, &message))
		return;
	/* The interface may be another one of the same name. */
	ccs_syslog_close(syslog);
	if (!open_socket(syslog))
		send_line(syslog, &message);
}

void ccs_syslog_close(struct ccs_syslog *syslog)
{
	int error = errno;

	if (syslog->fd >= 0)
		close(syslog->fd);
	errno = error;
	syslog->fd = -1;
}
