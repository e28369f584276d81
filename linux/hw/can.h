/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A CAN bus with 11-bit identifiers at 500 kbit/s: a SocketCAN interface, or a serial adapter that
 * speaks slcan.
 *
 * The port is "can0" (whose bit rate the system sets), a path or "auto" for a serial adapter, or
 * "fd:3", a packet socket with struct can_frame that somebody else has opened.
 */
#ifndef CCS_LINUX_HW_CAN_H
#define CCS_LINUX_HW_CAN_H

#include "linux/hw/serial.h"

struct ccs_hw_frame {
	uint16_t id;
	uint8_t length;
	uint8_t bytes[8];
};

struct ccs_hw_can {
	struct ccs_hw_seat *seat;
	const char *port; /* must outlive it */
	void (*take)(void *user, const struct ccs_hw_frame *frame);
	void *user;
	struct ccs_watch *watch; /* of a socket; NULL: closed, or slcan */
	struct ccs_hw_serial serial;
	bool is_serial;
	ccs_time retry; /* CCS_NEVER: the socket is open */
};

/* The caller sets seat, port, take and user before. */
void ccs_hw_can_init(struct ccs_hw_can *can);

/* Opens what is not open.  True: it is open. */
bool ccs_hw_can_step(struct ccs_hw_can *can, ccs_time now);

/* False: it was not sent; a bus without anybody else takes nothing. */
bool ccs_hw_can_send(struct ccs_hw_can *can, const struct ccs_hw_frame *frame);

/* When to step at the latest, not later than `other`. */
ccs_time ccs_hw_can_deadline(const struct ccs_hw_can *can, ccs_time other);

void ccs_hw_can_close(struct ccs_hw_can *can);

/* Fields of frames; what does not fit is the end of the range, never what is left of its bits. */
static inline uint8_t ccs_hw_clamp8(int32_t value)
{
	return (uint8_t)(value < 0 ? 0 : value > UINT8_MAX ? UINT8_MAX : value);
}

static inline void ccs_hw_put_le16(uint8_t at[2], int32_t value)
{
	uint16_t clamped = (uint16_t)(value < 0 ? 0 : value > UINT16_MAX ? UINT16_MAX : value);

	at[0] = (uint8_t)clamped;
	at[1] = (uint8_t)(clamped >> 8);
}

static inline int32_t ccs_hw_get_le16(const uint8_t at[2])
{
	return at[0] | at[1] << 8;
}

#endif
