/* SPDX-License-Identifier: Apache-2.0 */
/* AF_PACKET with a kernel filter. */
#include "linux/packet_socket.h"

#include <arpa/inet.h>
#include <errno.h>
#include <linux/filter.h>
#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define ETHERTYPE_PLC  0x88e1
#define ETHERTYPE_AT   12
#define BATCH	       64      /* frames read before others get their turn */
#define RECEIVE_BUFFER 1 << 20 /* a foreign burst must not push out a SLAC message */

static uint16_t ethertype(enum ccs_packet_kind kind)
{
	return kind == CCS_PACKET_PLC ? ETHERTYPE_PLC : ETH_P_IPV6;
}

/* NOTE: only a socket for all protocols sees what is sent; so IPv6 is picked out of these. */
static uint16_t protocol(enum ccs_packet_kind kind)
{
	return htons(kind == CCS_PACKET_PLC ? ETHERTYPE_PLC : ETH_P_ALL);
}

static int set_filter(int fd, enum ccs_packet_kind kind)
{
	struct sock_filter code[] = {
		BPF_STMT(BPF_LD | BPF_H | BPF_ABS, ETHERTYPE_AT),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, ethertype(kind), 0, 1),
		BPF_STMT(BPF_RET | BPF_K, UINT32_MAX),
		BPF_STMT(BPF_RET | BPF_K, 0),
	};
	struct sock_fprog program = { .len = sizeof(code) / sizeof(*code), .filter = code };
	int size = RECEIVE_BUFFER;

	setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &size, sizeof(size));
	return setsockopt(fd, SOL_SOCKET, SO_ATTACH_FILTER, &program, sizeof(program));
}

static void read_frames(void *user)
{
	struct ccs_packet_socket *packets = user;
	struct sockaddr_ll from;
	socklen_t size;
	uint8_t frame[CCS_PACKET_MAX];

	for (int i = 0; i < BATCH && packets->watch; i++) {
		ssize_t n;

		size = sizeof(from);
		n = recvfrom(ccs_watch_fd(packets->watch), frame, sizeof(frame), MSG_DONTWAIT,
			     (struct sockaddr *)&from, &size);
		/* ENETDOWN is told once; nothing to do, netlink tells it, too. */
		if (n < 0)
			return;
		packets->events.frame(packets->events.user, frame, (size_t)n,
				      from.sll_pkttype == PACKET_OUTGOING);
	}
}

int ccs_packet_open(struct ccs_packet_socket *packets, uv_loop_t *loop, enum ccs_packet_kind kind,
		    const struct ccs_packet_events *events, struct ccs_problem *problem)
{
	/* Protocol 0: deaf until it is bound to its interface. */
	int fd = socket(AF_PACKET, SOCK_RAW | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);

	*packets = (struct ccs_packet_socket) { .kind = kind, .events = *events };
	if (fd < 0 && errno == EPERM)
		return ccs_problem_set(problem, "no permission for raw frames: be root, or `setcap "
						"cap_net_raw+ep` the program");
	if (fd < 0)
		return ccs_problem_set(problem, "raw frames: %s", strerror(errno));
	if (set_filter(fd, kind)) {
		close(fd);
		return ccs_problem_set(problem, "raw frames: the kernel has no socket filter");
	}
	packets->watch = ccs_watch_open(loop, fd, read_frames, packets);
	return packets->watch ? 0 : ccs_problem_set(problem, "raw frames: out of memory");
}

int ccs_packet_bind(struct ccs_packet_socket *packets, uint32_t index)
{
	struct sockaddr_ll address = {
		.sll_family = AF_PACKET,
		.sll_protocol = protocol(packets->kind),
		.sll_ifindex = (int)index,
	};

	packets->index = 0;
	/* Index 0 would be all interfaces. */
	if (!index ||
	    bind(ccs_watch_fd(packets->watch), (struct sockaddr *)&address, sizeof(address)))
		return -1;
	packets->index = index;
	return 0;
}

bool ccs_packet_send(struct ccs_packet_socket *packets, const uint8_t *frame, size_t length)
{
	bool sent = packets->index &&
		    send(ccs_watch_fd(packets->watch), frame, length, MSG_DONTWAIT) >= 0;

	packets->lost += !sent;
	return sent;
}

void ccs_packet_close(struct ccs_packet_socket *packets)
{
	ccs_watch_close(packets->watch);
	packets->watch = NULL;
}
