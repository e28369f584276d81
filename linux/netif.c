/* SPDX-License-Identifier: Apache-2.0 */
/* Interfaces and their changes. */
#include "linux/netif.h"

#include <errno.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <net/if.h>
#include <net/if_arp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

/* The usable link-local address: one whose uniqueness is still being tested cannot be bound. */
static void find_ip(struct ccs_netif *netif, const char *name)
{
	FILE *file = fopen("/proc/self/net/if_inet6", "re");
	char hex[33], of[IF_NAMESIZE];
	unsigned int flags;

	while (file && !netif->has_ip &&
	       fscanf(file, "%32s %*x %*x %*x %x %15s", hex, &flags, of) == 3) {
		if (strcmp(of, name) || strncmp(hex, "fe8", 3) ||
		    (flags & (IFA_F_TENTATIVE | IFA_F_DADFAILED)))
			continue;
		netif->has_ip = true;
		for (int i = 0; i < 16; i++) {
			char pair[3] = { hex[2 * i], hex[2 * i + 1], '\0' };

			netif->ip[i] = (uint8_t)strtoul(pair, NULL, 16);
		}
	}
	if (file)
		fclose(file);
}

void ccs_netif_look(struct ccs_netif *netif, const char *name)
{
	int fd = socket(AF_INET6, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	struct ifreq request = { 0 };

	memset(netif, 0, sizeof(*netif));
	snprintf(request.ifr_name, sizeof(request.ifr_name), "%s", name);
	if (!ioctl(fd, SIOCGIFINDEX, &request))
		netif->index = (uint32_t)request.ifr_ifindex;
	if (netif->index && !ioctl(fd, SIOCGIFFLAGS, &request))
		netif->up = (request.ifr_flags & IFF_UP) && (request.ifr_flags & IFF_RUNNING);
	if (netif->index && !ioctl(fd, SIOCGIFHWADDR, &request)) {
		netif->ethernet = request.ifr_hwaddr.sa_family == ARPHRD_ETHER;
		memcpy(netif->mac, request.ifr_hwaddr.sa_data, 6);
	}
	close(fd);
	if (netif->index)
		find_ip(netif, name);
}

void ccs_netif_drain(struct ccs_watch *watch)
{
	char buffer[8192];
	ssize_t n;

	/* ENOBUFS: messages were lost, which does no harm to who looks for himself. */
	do {
		n = recv(ccs_watch_fd(watch), buffer, sizeof(buffer), MSG_DONTWAIT);
	} while (n > 0 || (n < 0 && (errno == ENOBUFS || errno == EINTR)));
}

struct ccs_watch *ccs_netif_watch(uv_loop_t *loop, void (*changed)(void *user), void *user,
				  struct ccs_problem *problem)
{
	struct sockaddr_nl address = {
		.nl_family = AF_NETLINK,
		.nl_groups = RTMGRP_LINK | RTMGRP_IPV6_IFADDR,
	};
	int fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC | SOCK_NONBLOCK, NETLINK_ROUTE);
	struct ccs_watch *watch;

	if (fd < 0 || bind(fd, (struct sockaddr *)&address, sizeof(address))) {
		ccs_problem_set(problem, "cannot watch the network interfaces: %s",
				strerror(errno));
		if (fd >= 0)
			close(fd);
		return NULL;
	}
	watch = ccs_watch_open(loop, fd, changed, user);
	if (!watch)
		ccs_problem_set(problem, "cannot watch the network interfaces: out of memory");
	return watch;
}

int ccs_netif_require(const char *name, struct ccs_problem *problem)
{
	struct if_nameindex *all;
	char names[160] = "";
	size_t length = 0;

	if (if_nametoindex(name))
		return 0;
	all = if_nameindex();
	for (size_t i = 0; all && all[i].if_index; i++)
		if (length + strlen(all[i].if_name) + 2 < sizeof(names))
			length += (size_t)snprintf(names + length, sizeof(names) - length, " %s",
						   all[i].if_name);
	if_freenameindex(all);
	return ccs_problem_set(problem, "no interface '%s': there are%s", name, names);
}
