/* SPDX-License-Identifier: Apache-2.0 */
/* UDP of SECC discovery. */
#include "linux/sdp_socket.h"

#include "ccs/sdp.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define BATCH	     32	  /* datagrams read before others get their turn */
#define DATAGRAM_MAX 1500 /* longer ones are no SDP */

static const struct in6_addr all_nodes = { { { 0xff, 0x02, [15] = 0x01 } } };

static void read_datagrams(void *user)
{
	struct ccs_sdp_socket *sdp = user;
	uint8_t datagram[DATAGRAM_MAX];
	struct sockaddr_in6 from;
	struct ccs_address address = { .kind = CCS_ADDRESS_IPV6 };
	socklen_t size;

	for (int i = 0; i < BATCH && sdp->watch; i++) {
		ssize_t n;

		size = sizeof(from);
		n = recvfrom(ccs_watch_fd(sdp->watch), datagram, sizeof(datagram),
			     MSG_DONTWAIT | MSG_TRUNC, (struct sockaddr *)&from, &size);
		if (n < 0)
			return;
		if ((size_t)n > sizeof(datagram))
			continue;
		address.port = ntohs(from.sin6_port);
		memcpy(address.bytes, &from.sin6_addr, 16);
		sdp->events.datagram(sdp->events.user, datagram, (size_t)n, &address);
	}
}

/* NOTE: without SO_REUSEADDR, so that a second charger on the interface is told, not served. */
static int set_up(int fd, enum ccs_side side, const char *name, uint32_t index)
{
	struct sockaddr_in6 address = {
		.sin6_family = AF_INET6,
		.sin6_port = htons(side == CCS_SIDE_EVSE ? CCS_SDP_PORT : 0),
	};
	struct ipv6_mreq group = { .ipv6mr_multiaddr = all_nodes, .ipv6mr_interface = index };
	int on = 1, hops = 1, interface = (int)index;

	if (setsockopt(fd, SOL_SOCKET, SO_BINDTODEVICE, name, (socklen_t)strlen(name)) ||
	    setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &on, sizeof(on)) ||
	    setsockopt(fd, IPPROTO_IPV6, IPV6_MULTICAST_IF, &interface, sizeof(interface)) ||
	    setsockopt(fd, IPPROTO_IPV6, IPV6_MULTICAST_HOPS, &hops, sizeof(hops)) ||
	    setsockopt(fd, IPPROTO_IPV6, IPV6_JOIN_GROUP, &group, sizeof(group)))
		return -1;
	return bind(fd, (struct sockaddr *)&address, sizeof(address));
}

int ccs_sdp_open(struct ccs_sdp_socket *sdp, uv_loop_t *loop, enum ccs_side side, const char *name,
		 uint32_t index, const struct ccs_sdp_events *events, struct ccs_problem *problem)
{
	int fd = socket(AF_INET6, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);

	*sdp = (struct ccs_sdp_socket) { .index = index, .events = *events };
	if (fd < 0)
		return ccs_problem_set(problem, "UDP over IPv6: %s", strerror(errno));
	if (set_up(fd, side, name, index)) {
		if (errno == EADDRINUSE)
			ccs_problem_set(problem,
					"UDP port %d on %s is in use: stop the other charger there",
					CCS_SDP_PORT, name);
		else
			ccs_problem_set(problem, "UDP on %s: %s", name, strerror(errno));
		close(fd);
		return -1;
	}
	sdp->watch = ccs_watch_open(loop, fd, read_datagrams, sdp);
	return sdp->watch ? 0 : ccs_problem_set(problem, "UDP on %s: out of memory", name);
}

void ccs_sdp_send(struct ccs_sdp_socket *sdp, const uint8_t *datagram, size_t length,
		  const struct ccs_address *to)
{
	struct sockaddr_in6 address = {
		.sin6_family = AF_INET6,
		.sin6_port = htons(to ? to->port : CCS_SDP_PORT),
		.sin6_addr = all_nodes,
		.sin6_scope_id = sdp->index,
	};

	if (to)
		memcpy(&address.sin6_addr, to->bytes, 16);
	sendto(ccs_watch_fd(sdp->watch), datagram, length, MSG_DONTWAIT | MSG_NOSIGNAL,
	       (struct sockaddr *)&address, sizeof(address));
}

void ccs_sdp_close(struct ccs_sdp_socket *sdp)
{
	ccs_watch_close(sdp->watch);
	sdp->watch = NULL;
}
