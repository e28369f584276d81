/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Who else takes care of the interface.  Programs that configure it, or ask for addresses there,
 * talk to the car, take the interface down, or send the computer's traffic over the charging cable.
 */
#include "linux/doctor.h"

#include <arpa/inet.h>
#include <ctype.h>
#include <dirent.h>
#include <ifaddrs.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define COUNT(array) (sizeof(array) / sizeof(*(array)))

/* Whether the file has a line that begins so. */
static bool has_line(const char *path, const char *begin)
{
	FILE *file = fopen(path, "re");
	char line[256];
	bool found = false;

	while (file && !found && fgets(line, sizeof(line), file))
		found = !strncmp(line, begin, strlen(begin));
	if (file)
		fclose(file);
	return found;
}

/* Both services write down which interfaces are theirs, by number. */

static bool is_network_managers(const struct ccs_doctor *doctor)
{
	char path[64];

	snprintf(path, sizeof(path), "/run/NetworkManager/devices/%u", doctor->netif.index);
	return has_line(path, "managed=true");
}

static bool is_networkds(const struct ccs_doctor *doctor)
{
	char path[64];

	snprintf(path, sizeof(path), "/run/systemd/netif/links/%u", doctor->netif.index);
	return has_line(path, "ADMIN_STATE=") && !has_line(path, "ADMIN_STATE=unmanaged");
}

static bool is_dhcp_client(const char *program)
{
	static const char *const names[] = { "dhclient", "dhcpcd", "udhcpc", "dhcp6c" };
	const char *slash = strrchr(program, '/');

	for (size_t i = 0; i < COUNT(names); i++)
		if (!strcmp(slash ? slash + 1 : program, names[i]))
			return true;
	return false;
}

/* Whether the process is a DHCP client that was started for this interface. */
static bool asks_for_address(const char *pid, const char *interface)
{
	char path[64], words[1024];
	size_t n = 0, at;
	FILE *file;

	snprintf(path, sizeof(path), "/proc/%.20s/cmdline", pid);
	file = fopen(path, "re");
	if (file) {
		n = fread(words, 1, sizeof(words) - 1, file);
		fclose(file);
	}
	words[n] = '\0';
	if (!is_dhcp_client(words))
		return false;
	for (at = strlen(words) + 1; at < n; at += strlen(words + at) + 1)
		if (!strcmp(words + at, interface))
			return true;
	return false;
}

/* Number of the process; 0: there is none. */
static int find_dhcp_client(const char *interface)
{
	DIR *folder = opendir("/proc");
	struct dirent *entry;
	int found = 0;

	while (folder && !found && (entry = readdir(folder)))
		if (isdigit((unsigned char)entry->d_name[0]) &&
		    asks_for_address(entry->d_name, interface))
			found = atoi(entry->d_name);
	if (folder)
		closedir(folder);
	return found;
}

void ccs_doctor_manager(struct ccs_doctor *doctor, struct ccs_doctor_finding *finding)
{
	const char *name = doctor->interface;
	int client = find_dhcp_client(name);

	if (is_network_managers(doctor))
		ccs_doctor_say(finding, CCS_DOCTOR_FIX,
			       "NetworkManager configures %s: `nmcli device set %s managed no`",
			       name, name);
	else if (is_networkds(doctor))
		ccs_doctor_say(finding, CCS_DOCTOR_FIX,
			       "systemd-networkd configures %s: `[Link] Unmanaged=yes` in a "
			       ".network file for it",
			       name);
	else if (client)
		ccs_doctor_say(finding, CCS_DOCTOR_FIX,
			       "a DHCP client asks for addresses on %s: stop process %d", name,
			       client);
	else
		ccs_doctor_say(finding, CCS_DOCTOR_OK, "no other program configures %s", name);
}

/* Text of an address that is not link-local; false: it is, or belongs to another interface. */
static bool is_foreign(const struct ifaddrs *row, const char *interface,
		       char text[INET6_ADDRSTRLEN])
{
	const struct sockaddr_in6 *ip6 = (const void *)row->ifa_addr;
	const struct sockaddr_in *ip4 = (const void *)row->ifa_addr;

	if (!row->ifa_addr || strcmp(row->ifa_name, interface) != 0)
		return false;
	if (row->ifa_addr->sa_family == AF_INET)
		return inet_ntop(AF_INET, &ip4->sin_addr, text, INET6_ADDRSTRLEN);
	return row->ifa_addr->sa_family == AF_INET6 && !IN6_IS_ADDR_LINKLOCAL(&ip6->sin6_addr) &&
	       inet_ntop(AF_INET6, &ip6->sin6_addr, text, INET6_ADDRSTRLEN);
}

void ccs_doctor_addresses(struct ccs_doctor *doctor, struct ccs_doctor_finding *finding)
{
	const char *name = doctor->interface;
	char text[INET6_ADDRSTRLEN];
	struct ifaddrs *all;

	if (getifaddrs(&all)) {
		ccs_doctor_say(finding, CCS_DOCTOR_UNKNOWN, "the addresses cannot be read");
		return;
	}
	ccs_doctor_say(finding, CCS_DOCTOR_OK, "none but link-local ones");
	for (const struct ifaddrs *row = all; row; row = row->ifa_next)
		if (is_foreign(row, name, text))
			ccs_doctor_say(finding, CCS_DOCTOR_FIX,
				       "%s has the address %s, so other traffic goes to the car or "
				       "charger: `ip addr del` it, and see who gave it",
				       name, text);
	freeifaddrs(all);
}
