/* SPDX-License-Identifier: Apache-2.0 */
/* Interface, IPv6, permission, port and clock; the list of all checks. */
#include "linux/doctor.h"

#include "ccs/sdp.h"

#include <errno.h>
#include <net/if.h>
#include <netinet/in.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/timex.h>
#include <unistd.h>

#define MTU_MIN                                                                           \
	1500 /* a message of IPv6 may fill an Ethernet frame, and the power line takes it \
	      */

void ccs_doctor_say(struct ccs_doctor_finding *finding, enum ccs_doctor_result result,
		    const char *format, ...)
{
	va_list arguments;

	finding->result = result;
	va_start(arguments, format);
	vsnprintf(finding->text, sizeof(finding->text), format, arguments);
	va_end(arguments);
}

/* Interface. */

static bool ask_interface(const struct ccs_doctor *doctor, unsigned long what,
			  struct ifreq *request)
{
	int fd = socket(AF_INET6, SOCK_DGRAM | SOCK_CLOEXEC, 0), result;

	memset(request, 0, sizeof(*request));
	snprintf(request->ifr_name, sizeof(request->ifr_name), "%s", doctor->interface);
	result = ioctl(fd, what, request);
	close(fd);
	return result == 0;
}

static void check_interface(struct ccs_doctor *doctor, struct ccs_doctor_finding *finding)
{
	const char *name = doctor->interface;
	struct ifreq flags, mtu;

	if (!ask_interface(doctor, SIOCGIFFLAGS, &flags) ||
	    !ask_interface(doctor, SIOCGIFMTU, &mtu))
		ccs_doctor_say(finding, CCS_DOCTOR_UNKNOWN, "%s: %s", name, strerror(errno));
	else if (!(flags.ifr_flags & IFF_UP))
		ccs_doctor_say(finding, CCS_DOCTOR_FIX, "%s is down: `ip link set %s up`", name,
			       name);
	else if (!(flags.ifr_flags & IFF_RUNNING))
		ccs_doctor_say(finding, CCS_DOCTOR_FIX,
			       "%s has no carrier: look at the cable, and at the modem's power",
			       name);
	else if (mtu.ifr_mtu < MTU_MIN)
		ccs_doctor_say(finding, CCS_DOCTOR_FIX,
			       "%s has an MTU of %d only: `ip link set %s mtu %d`", name,
			       mtu.ifr_mtu, name, MTU_MIN);
	else
		ccs_doctor_say(finding, CCS_DOCTOR_OK, "%s is up, with carrier, MTU %d", name,
			       mtu.ifr_mtu);
}

/* IPv6. */

/* A number the kernel keeps for the interface; -1: it keeps none. */
static int read_sysctl(const struct ccs_doctor *doctor, const char *key)
{
	char path[128];
	FILE *file;
	int value = -1;

	snprintf(path, sizeof(path), "/proc/sys/net/ipv6/conf/%s/%s", doctor->interface, key);
	file = fopen(path, "re");
	if (file && fscanf(file, "%d", &value) != 1)
		value = -1;
	if (file)
		fclose(file);
	return value;
}

static void check_ipv6(struct ccs_doctor *doctor, struct ccs_doctor_finding *finding)
{
	const char *name = doctor->interface;
	int disabled = read_sysctl(doctor, "disable_ipv6");

	if (disabled < 0)
		ccs_doctor_say(finding, CCS_DOCTOR_FIX,
			       "the kernel has no IPv6 on %s: start it without ipv6.disable=1",
			       name);
	else if (disabled)
		ccs_doctor_say(finding, CCS_DOCTOR_FIX,
			       "IPv6 is switched off: `sysctl net.ipv6.conf.%s.disable_ipv6=0`",
			       name);
	else if (doctor->netif.has_ip)
		ccs_doctor_say(finding, CCS_DOCTOR_OK, "a link-local address is there");
	else if (!doctor->netif.up)
		ccs_doctor_say(finding, CCS_DOCTOR_UNKNOWN,
			       "no link-local address while %s is down", name);
	else if (read_sysctl(doctor, "addr_gen_mode") == 1)
		ccs_doctor_say(finding, CCS_DOCTOR_FIX,
			       "no link-local address: `ip link set %s addrgenmode eui64`, then "
			       "down and up",
			       name);
	else
		ccs_doctor_say(finding, CCS_DOCTOR_FIX,
			       "no link-local address yet, or another computer has the same: `ip "
			       "-6 addr show dev %s`; `ip link set %s down`, then up",
			       name, name);
}

/* A router's announcements would give the car's line an address, and the computer a route to it. */
static void check_routers(struct ccs_doctor *doctor, struct ccs_doctor_finding *finding)
{
	const char *name = doctor->interface;
	int accept = read_sysctl(doctor, "accept_ra");

	if (accept < 0)
		ccs_doctor_say(finding, CCS_DOCTOR_UNKNOWN, "no IPv6 on %s", name);
	else if (accept)
		ccs_doctor_say(finding, CCS_DOCTOR_FIX,
			       "asks for routers and believes them: `sysctl "
			       "net.ipv6.conf.%s.accept_ra=0`",
			       name);
	else
		ccs_doctor_say(finding, CCS_DOCTOR_OK, "asks for no routers");
}

/* Permission, port, clock. */

static void check_permission(struct ccs_doctor *doctor, struct ccs_doctor_finding *finding)
{
	int fd = socket(AF_PACKET, SOCK_RAW | SOCK_CLOEXEC, 0);

	doctor->may_raw = fd >= 0;
	if (fd >= 0) {
		close(fd);
		ccs_doctor_say(finding, CCS_DOCTOR_OK, "raw frames are permitted");
	} else if (errno == EPERM) {
		ccs_doctor_say(finding, CCS_DOCTOR_FIX,
			       "no permission for raw frames: be root, or `setcap cap_net_raw+ep` "
			       "the program");
	} else {
		ccs_doctor_say(finding, CCS_DOCTOR_FIX, "raw frames: %s", strerror(errno));
	}
}

static int try_port(const struct ccs_doctor *doctor)
{
	struct sockaddr_in6 address = {
		.sin6_family = AF_INET6,
		.sin6_port = htons(CCS_SDP_PORT),
	};
	const char *name = doctor->interface;
	int fd = socket(AF_INET6, SOCK_DGRAM | SOCK_CLOEXEC, 0), on = 1, error = 0;

	if (fd < 0 || setsockopt(fd, SOL_SOCKET, SO_BINDTODEVICE, name, (socklen_t)strlen(name)) ||
	    setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &on, sizeof(on)) ||
	    bind(fd, (struct sockaddr *)&address, sizeof(address)))
		error = errno;
	if (fd >= 0)
		close(fd);
	return error;
}

static void check_port(struct ccs_doctor *doctor, struct ccs_doctor_finding *finding)
{
	int error = try_port(doctor);

	if (!error)
		ccs_doctor_say(finding, CCS_DOCTOR_OK, "UDP port %d is free", CCS_SDP_PORT);
	else if (error == EADDRINUSE)
		ccs_doctor_say(finding, CCS_DOCTOR_FIX,
			       "UDP port %d is in use by another charger: stop it (`ss -ulpn`), if "
			       "this is to be one",
			       CCS_SDP_PORT);
	else
		ccs_doctor_say(finding, CCS_DOCTOR_UNKNOWN, "UDP port %d: %s", CCS_SDP_PORT,
			       strerror(error));
}

static void check_clock(struct ccs_doctor *doctor, struct ccs_doctor_finding *finding)
{
	struct timex state = { 0 };

	(void)doctor;
	if (adjtimex(&state) < 0)
		ccs_doctor_say(finding, CCS_DOCTOR_UNKNOWN, "the clock: %s", strerror(errno));
	else if (state.status & STA_UNSYNC)
		ccs_doctor_say(finding, CCS_DOCTOR_FIX,
			       "the clock is not synchronised, recordings and certificates need "
			       "it: `timedatectl set-ntp true`");
	else
		ccs_doctor_say(finding, CCS_DOCTOR_OK, "the clock is synchronised");
}

/* All. */

const char *ccs_doctor_result_name(enum ccs_doctor_result result)
{
	static const char *const names[] = { "ok", "fix", "unknown" };

	return names[result];
}

int ccs_doctor_examine(struct ccs_doctor *doctor, struct ccs_problem *problem)
{
	static const struct {
		const char *name;
		ccs_doctor_check *check;
	} rows[CCS_DOCTOR_CHECKS] = {
		{ "interface", check_interface },
		{ "permission", check_permission }, /* before the modem, which needs it */
		{ "modem", ccs_doctor_modem },
		{ "ipv6", check_ipv6 },
		{ "port", check_port },
		{ "manager", ccs_doctor_manager },
		{ "addresses", ccs_doctor_addresses },
		{ "routers", check_routers },
		{ "clock", check_clock },
	};

	if (ccs_netif_require(doctor->interface, problem))
		return -1;
	ccs_netif_look(&doctor->netif, doctor->interface);
	if (!doctor->netif.ethernet)
		return ccs_problem_set(problem,
				       "%s is no Ethernet interface: name that of the modem",
				       doctor->interface);
	for (doctor->count = 0; doctor->count < CCS_DOCTOR_CHECKS; doctor->count++) {
		struct ccs_doctor_finding *finding = &doctor->findings[doctor->count];

		finding->check = rows[doctor->count].name;
		rows[doctor->count].check(doctor, finding);
	}
	return 0;
}
