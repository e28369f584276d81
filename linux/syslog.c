/* SPDX-License-Identifier: Apache-2.0 */
/* Lines by UDP. */
#include "linux/syslog.h"

#include <arpa/inet.h>
#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>

static char priority[] = "<15>"; /* facility user, severity debug */

static int set_up(int fd, const struct sockaddr_in *to, const char *interface)
{
	int on = 1;

	if (setsockopt(fd, SOL_SOCKET, SO_BINDTODEVICE, interface, (socklen_t)strlen(interface)) ||
	    setsockopt(fd, SOL_SOCKET, SO_BROADCAST, &on, sizeof(on)))
		return -1;
	return connect(fd, (const struct sockaddr *)to, sizeof(*to));
}

int ccs_syslog_open(struct ccs_syslog *syslog, const struct ccs_syslog_config *config,
		    const char *interface, struct ccs_problem *problem)
{
	struct sockaddr_in to = { .sin_family = AF_INET, .sin_port = htons(config->port) };

	syslog->fd = -1;
	if (inet_pton(AF_INET, config->to, &to.sin_addr) != 1)
		return ccs_problem_set(problem, "[syslog] to: '%s' is no IPv4 address", config->to);
	syslog->fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (syslog->fd >= 0 && !set_up(syslog->fd, &to, interface))
		return 0;
	ccs_problem_set(problem, "[syslog] to %s by %s: %s", config->to, interface,
			strerror(errno));
	ccs_syslog_close(syslog);
	return -1;
}

void ccs_syslog_send(struct ccs_syslog *syslog, const char *text, size_t length)
{
	struct iovec parts[] = {
		{ priority, sizeof(priority) - 1 },
		{ (char *)text, length < CCS_SYSLOG_TEXT ? length : CCS_SYSLOG_TEXT },
	};
	struct msghdr message = { .msg_iov = parts, .msg_iovlen = 2 };

	if (syslog->fd >= 0)
		sendmsg(syslog->fd, &message, MSG_DONTWAIT | MSG_NOSIGNAL);
}

void ccs_syslog_close(struct ccs_syslog *syslog)
{
	if (syslog->fd >= 0)
		close(syslog->fd);
	syslog->fd = -1;
}
