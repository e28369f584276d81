/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What devices say, to their drivers: the first byte chooses dieter, celeron55 or CHAdeMO behind an
 * slcan adapter, the rest comes over its line.  Whatever it is, no value leaves its range.
 */
#define _GNU_SOURCE
#include "linux/hw/driver.h"

#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

#define MOST 2048 /* bytes, so that the line takes them at once */

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static int open_line(char *path)
{
	int fd = posix_openpt(O_RDWR | O_NOCTTY | O_NONBLOCK);

	if (fd < 0 || grantpt(fd) || unlockpt(fd) || ptsname_r(fd, path, CCS_HW_PATH))
		abort();
	return fd;
}

static void bind_all(struct ccs_hw_config *config, uint8_t driver)
{
	for (int i = 0; i < CCS_HW_VALUE_COUNT; i++)
		if (ccs_hw_offers(ccs_hw_driver(driver)->values, ccs_hw_values[i].name))
			config->value[i] = driver;
	for (int i = 0; i < CCS_HW_COMMAND_COUNT; i++)
		if (ccs_hw_offers(ccs_hw_driver(driver)->commands, ccs_hw_commands[i].name))
			config->command[i] = driver;
}

static void check(const struct ccs_hw_board *board)
{
	for (int i = 0; i < CCS_HW_VALUE_COUNT; i++) {
		struct ccs_measured m = ccs_hw_measured(board, (enum ccs_hw_value)i, board->opened);

		if (m.known &&
		    (m.value < ccs_hw_values[i].least || m.value > ccs_hw_values[i].most))
			abort();
	}
}

static void run(struct ccs_hw_config *config, int line, const uint8_t *data, size_t size)
{
	static struct ccs_hw_board board;
	struct ccs_problem problem;
	uv_loop_t loop;

	uv_loop_init(&loop);
	if (ccs_hw_open(&board, &loop, CCS_HW_EV, config, NULL, &problem))
		abort();
	ccs_hw_step(&board, board.opened);
	if (write(line, data, size) < 0)
		abort();
	for (size_t read = 0; read < size; read += 256)
		uv_run(&loop, UV_RUN_NOWAIT);
	check(&board);
	ccs_hw_step(&board, board.opened + CCS_SECONDS(1));
	ccs_hw_close(&board);
	uv_run(&loop, UV_RUN_DEFAULT);
	if (uv_loop_close(&loop))
		abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const uint8_t drivers[] = { CCS_HW_DIETER, CCS_HW_CELERON55, CCS_HW_CHADEMO };
	struct ccs_hw_config config = { .preset = CCS_HW_PRESET_CUSTOM, .celeron55_baud = 115200 };
	char *ports[] = { config.dieter_port, config.celeron55_port, config.can };
	int line;

	if (size < 2 || size > MOST)
		return 0;
	bind_all(&config, drivers[data[0] % 3]);
	line = open_line(ports[data[0] % 3]);
	run(&config, line, data + 1, size - 1);
	close(line);
	return 0;
}
