/* SPDX-License-Identifier: Apache-2.0 */
/* Interfaces and their changes. */
#include "linux/netif.h"

#include <arpa/inet.h>
#include <errno.h>
#include <ifaddrs.h>
#include <linux/if_packet.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <net/if.h>
#include <net/if_arp.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

static void take_address(struct ccs_netif *netif, const struct ifaddrs *entry)
{
	struct sockaddr_in6 ip;
	struct sockaddr_ll link;

	if (!entry->ifa_addr)
		return;
	if (entry->ifa_addr->sa_family == AF_PACKET) {
		memcpy(&link, entry->ifa_addr, sizeof(link));
		netif->ethernet = link.sll_hatype == ARPHRD_ETHER && link.sll_halen == 6;
		memcpy(netif->mac, link.sll_addr, 6);
	} else if (entry->ifa_addr->sa_family == AF_INET6) {
		memcpy(&ip, entry->ifa_addr, sizeof(ip));
		if (netif->has_ip || !IN6_IS_ADDR_LINKLOCAL(&ip.sin6_addr))
			return;
		netif->has_ip = true;
		memcpy(netif->ip, &ip.sin6_addr, 16);
	}
}

void ccs_netif_look(struct ccs_netif *netif, const char *name)
{
	struct ifaddrs *list;

	memset(netif, 0, sizeof(*netif));
	netif->index = if_nametoindex(name);
	if (!netif->index || getifaddrs(&list))
		return;
	for (const struct ifaddrs *entry = list; entry; entry = entry->ifa_next) {
		if (strcmp(entry->ifa_name, name))
			continue;
		netif->up = (entry->ifa_flags & IFF_UP) && (entry->ifa_flags & IFF_RUNNING);
		take_address(netif, entry);
	}
	freeifaddrs(list);
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
