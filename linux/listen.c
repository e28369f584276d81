/* SPDX-License-Identifier: Apache-2.0 */
/* AF_PACKET in promiscuous mode, with the kernel's time stamps. */
#include "linux/listen.h"

#include <arpa/inet.h>
#include <errno.h>
#include <linux/ethtool.h>
#include <linux/filter.h>
#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <linux/sockios.h>
#include <net/if.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#define ETHERTYPE_PLC  0x88e1
#define ETHERTYPE_AT   12
#define BATCH	       64	 /* frames read before others get their turn */
#define RECEIVE_BUFFER (4 << 20) /* seconds of a power line, should the disk be slow */

static int set_up(int fd)
{
	struct sock_filter code[] = {
		BPF_STMT(BPF_LD | BPF_H | BPF_ABS, ETHERTYPE_AT),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, ETHERTYPE_PLC, 1, 0),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, ETH_P_IPV6, 0, 1),
		BPF_STMT(BPF_RET | BPF_K, UINT32_MAX),
		BPF_STMT(BPF_RET | BPF_K, 0),
	};
	struct sock_fprog program = { .len = sizeof(code) / sizeof(*code), .filter = code };
	int size = RECEIVE_BUFFER, on = 1;

	/* The kernel gives as much of it as its administrator allows. */
	setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &size, sizeof(size));
	if (setsockopt(fd, SOL_SOCKET, SO_TIMESTAMPNS, &on, sizeof(on)))
		return -1;
	return setsockopt(fd, SOL_SOCKET, SO_ATTACH_FILTER, &program, sizeof(program));
}

static ccs_time to_time(const struct timespec *at)
{
	return CCS_SECONDS((ccs_time)at->tv_sec) + at->tv_nsec / 1000;
}

static ccs_time time_of(struct msghdr *message)
{
	struct timespec at;

	for (struct cmsghdr *c = CMSG_FIRSTHDR(message); c; c = CMSG_NXTHDR(message, c))
		if (c->cmsg_level == SOL_SOCKET && c->cmsg_type == SCM_TIMESTAMPNS) {
			memcpy(&at, CMSG_DATA(c), sizeof(at));
			return to_time(&at);
		}
	clock_gettime(CLOCK_REALTIME, &at);
	return to_time(&at);
}

static bool read_frame(struct ccs_listen *listen)
{
	union {
		struct cmsghdr align;
		uint8_t bytes[CMSG_SPACE(sizeof(struct timespec))];
	} control;
	struct sockaddr_ll from = { 0 };
	struct iovec part = { listen->frame, sizeof(listen->frame) };
	struct msghdr message = {
		.msg_name = &from,
		.msg_namelen = sizeof(from),
		.msg_iov = &part,
		.msg_iovlen = 1,
		.msg_control = &control,
		.msg_controllen = sizeof(control),
	};
	/* ENETDOWN is told once; netlink tells it, too. */
	ssize_t n = recvmsg(ccs_watch_fd(listen->watch), &message, MSG_DONTWAIT);

	if (n < 0)
		return false;
	listen->events.frame(listen->events.user, listen->frame, (size_t)n,
			     from.sll_pkttype == PACKET_OUTGOING, time_of(&message));
	return true;
}

static void on_readable(void *user)
{
	struct ccs_listen *listen = user;
	int i = 0;

	while (i < BATCH && listen->watch && read_frame(listen))
		i++;
	if (i < BATCH)
		listen->events.idle(listen->events.user);
}

/* Both end with the interface, and are made anew when it is there again. */
static int bind_to(struct ccs_listen *listen)
{
	int fd = ccs_watch_fd(listen->watch), index = (int)listen->netif.index;
	struct sockaddr_ll address = {
		.sll_family = AF_PACKET,
		.sll_protocol = htons(ETH_P_ALL), /* only these see what is sent, too */
		.sll_ifindex = index,
	};
	struct packet_mreq all = { .mr_ifindex = index, .mr_type = PACKET_MR_PROMISC };

	listen->index = 0;
	if (!index || bind(fd, (struct sockaddr *)&address, sizeof(address)) ||
	    setsockopt(fd, SOL_PACKET, PACKET_ADD_MEMBERSHIP, &all, sizeof(all)))
		return -1;
	listen->index = listen->netif.index;
	return 0;
}

static void tell_change(struct ccs_listen *listen, const struct ccs_netif *before)
{
	const struct ccs_netif *netif = &listen->netif;
	char text[64];

	if (netif->index == before->index && netif->up == before->up)
		return;
	snprintf(text, sizeof(text), "interface %s %s", listen->name,
		 !netif->index ? "is gone"
		 : netif->up   ? "is up"
			       : "is down");
	listen->events.changed(listen->events.user, before, text);
}

static void on_news(void *user)
{
	struct ccs_listen *listen = user;
	struct ccs_netif before = listen->netif;

	ccs_netif_drain(listen->news);
	ccs_netif_look(&listen->netif, listen->name);
	if (listen->index != listen->netif.index)
		bind_to(listen);
	tell_change(listen, &before);
}

static int open_socket(struct ccs_listen *listen, uv_loop_t *loop, struct ccs_problem *problem)
{
	/* Protocol 0: deaf until it is bound to its interface. */
	int fd = socket(AF_PACKET, SOCK_RAW | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);

	if (fd < 0 && errno == EPERM)
		return ccs_problem_set(problem, "no permission for raw frames: be root, or `setcap "
						"cap_net_raw+ep` the program");
	if (fd < 0)
		return ccs_problem_set(problem, "raw frames: %s", strerror(errno));
	if (set_up(fd)) {
		ccs_problem_set(problem, "raw frames: %s", strerror(errno));
		close(fd);
		return -1;
	}
	listen->watch = ccs_watch_open(loop, fd, on_readable, listen);
	if (!listen->watch)
		return ccs_problem_set(problem, "raw frames: out of memory");
	if (bind_to(listen))
		return ccs_problem_set(problem, "%s: %s", listen->name, strerror(errno));
	return 0;
}

int ccs_listen_open(struct ccs_listen *listen, uv_loop_t *loop, const char *name,
		    const struct ccs_listen_events *events, struct ccs_problem *problem)
{
	memset(listen, 0, offsetof(struct ccs_listen, frame));
	listen->name = name;
	listen->events = *events;
	if (ccs_netif_require(name, problem))
		return -1;
	/* Before the look at it, so that no change is missed. */
	listen->news = ccs_netif_watch(loop, on_news, listen, problem);
	if (!listen->news)
		return -1;
	ccs_netif_look(&listen->netif, name);
	if (!listen->netif.ethernet)
		ccs_problem_set(problem, "%s is no Ethernet interface", name);
	if (listen->netif.ethernet && open_socket(listen, loop, problem) == 0)
		return 0;
	ccs_listen_close(listen);
	return -1;
}

bool ccs_listen_is_real(const struct ccs_listen *listen)
{
	static const char *const simulated[] = { "veth", "tun", "dummy" };
	struct ethtool_drvinfo info = { .cmd = ETHTOOL_GDRVINFO };
	struct ifreq request = { .ifr_data = (char *)&info };

	snprintf(request.ifr_name, sizeof(request.ifr_name), "%s", listen->name);
	if (!listen->watch || ioctl(ccs_watch_fd(listen->watch), SIOCETHTOOL, &request))
		return true;
	for (size_t i = 0; i < sizeof(simulated) / sizeof(*simulated); i++)
		if (!strcmp(info.driver, simulated[i]))
			return false;
	return true;
}

bool ccs_listen_send(struct ccs_listen *listen, const uint8_t *frame, size_t length)
{
	return listen->index && send(ccs_watch_fd(listen->watch), frame, length, MSG_DONTWAIT) >= 0;
}

uint64_t ccs_listen_dropped(struct ccs_listen *listen)
{
	struct tpacket_stats since_asked = { 0 };
	socklen_t size = sizeof(since_asked);

	if (listen->watch && !getsockopt(ccs_watch_fd(listen->watch), SOL_PACKET, PACKET_STATISTICS,
					 &since_asked, &size))
		listen->dropped += since_asked.tp_drops;
	return listen->dropped;
}

void ccs_listen_close(struct ccs_listen *listen)
{
	ccs_watch_close(listen->watch);
	ccs_watch_close(listen->news);
	listen->watch = listen->news = NULL;
}
