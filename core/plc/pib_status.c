/* SPDX-License-Identifier: Apache-2.0 */
/* What a modem says about an operation on its modules. */
#include "ccs/pib_job.h"

static const struct {
	uint16_t status;
	const char *text;
} texts[] = {
	{ 0x10, "wrong number of operations" },
	{ 0x11, "unknown operation" },
	{ 0x12, "unknown session" },
	{ 0x13, "wrong length of the operation" },
	{ 0x14, "unknown module" },
	{ 0x15, "wrong length" },
	{ 0x16, "wrong index" },
	{ 0x17, "wrong length of the data" },
	{ 0x18, "wrong offset" },
	{ 0x19, "unknown commit code" },
	{ 0x1a, "blocked" },
	{ 0x1b, "a module twice" },
	{ 0x1c, "a module that does not fit" },
	{ 0x20, "no flash memory" },
	{ 0x21, "flash memory too small" },
	{ 0x22, "unknown flash memory" },
	{ 0x23, "flash memory locked" },
	{ 0x24, "flash memory cannot be written" },
	{ 0x30, "checksum of the module wrong" },
	{ 0x31, "a module was refused" },
	{ 0x32, "not available" },
	{ 0x40, "checksum of a header wrong" },
	{ 0x41, "checksum of the firmware wrong" },
	{ 0x42, "too large" },
	{ 0x43, "too large" },
	{ 0x44, "checksum of the PIB wrong" },
	{ 0x45, "firmware without version" },
	{ 0x46, "firmware without PIB" },
	{ 0x47, "versions do not fit" },
	{ 0x48, "versions do not fit" },
	{ 0x50, "invalid PIB" },
	{ 0x51, "device key not zero" },
	{ 0x52, "MAC of another modem" },
	{ 0x53, "device key of another modem" },
	{ 0x54, "manufacturer's name of another modem" },
	{ 0x5a, "checksum of the PIB wrong" },
	{ 0x5b, "checksum of the PIB wrong" },
	{ 0x5c, "checksum of the PIB wrong" },
	{ 0x61, "operation not expected now" },
	{ 0x62, "out of memory" },
	{ 0x63, "out of order" },
	{ 0x64, "PIB without version" },
	{ 0x70, "lengths do not fit" },
	{ 0x71, "no soft loader in its flash memory" },
};

const char *ccs_pib_status_text(uint16_t status)
{
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		if (texts[i].status == status)
			return texts[i].text;
	}
	return "a reason without a name";
}
