/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The driver "gpio": switches at GPIO lines.
 *
 * The key `gpio_lines` gives a line to each name: commands (cp_state is active in state C and D),
 * values that are switches, and two of its own: `high`, always active (the supply of a button), and
 * `alive`, which changes all the time (a watchdog).  An output is inactive from the moment it is
 * ours; when we end the kernel takes the line back, so relays need a pull-down.
 *
 * Contacts bounce and long wires pick up the switching of relays: a new level counts when it was
 * seen EQUAL times in a row.  Only `emergency` counts at once.
 */
#include "linux/hw/driver.h"
#include "linux/hw/gpio_line.h"
#include "linux/hw/words.h"

#include <errno.h>
#include <stdlib.h>

#define LINES  16
#define SAMPLE CCS_MS(25)
#define ALIVE  CCS_MS(50)
#define EQUAL  4 /* samples: what is shorter than 75 ms is no level */

enum role { ROLE_COMMAND, ROLE_VALUE, ROLE_HIGH, ROLE_ALIVE };

struct gpio {
	struct ccs_hw_seat *seat;
	size_t count;
	struct line {
		enum role role;
		int point; /* enum ccs_hw_command, enum ccs_hw_value */
		struct ccs_gpio_line *gpio;
		/* Of a value: */
		unsigned int count; /* samples in a row with this level */
		bool seen;
		bool known; /* there was a level, and it is this */
		bool active;
	} lines[LINES];
	bool alive;
	ccs_time toggle;
	ccs_time sample; /* the next */
};

/* False: no such name. */
static bool find_role(const struct gpio *gpio, const char *name, struct line *line)
{
	unsigned int side = gpio->seat->board->side;

	line->role = strcmp(name, "high") == 0 ? ROLE_HIGH : ROLE_ALIVE;
	if (strcmp(name, "high") == 0 || strcmp(name, "alive") == 0)
		return true;
	line->role = ROLE_COMMAND;
	line->point = ccs_hw_find_command(name, side);
	if (line->point >= 0)
		return ccs_hw_commands[line->point].unit == CCS_HW_SWITCH ||
		       line->point == CCS_HW_COMMAND_CP;
	line->role = ROLE_VALUE;
	line->point = ccs_hw_find_value(name, side);
	return line->point >= 0 && ccs_hw_values[line->point].unit == CCS_HW_SWITCH;
}

static int open_line(struct gpio *gpio, const struct ccs_hw_pair *pair, struct ccs_problem *problem)
{
	struct ccs_problem why;
	struct line line = { 0 };

	if (gpio->count == LINES)
		return ccs_problem_set(problem, "gpio_lines: more than %d", LINES);
	if (!find_role(gpio, pair->name, &line))
		return ccs_problem_set(problem,
				       "gpio_lines: %s is no switch of this side; see "
				       "`ccs hw list`",
				       pair->name);
	line.gpio = ccs_gpio_open(gpio->seat->board->config->root, pair->value,
				  line.role != ROLE_VALUE, &why);
	if (!line.gpio)
		return ccs_problem_set(problem, "gpio_lines: %s=%s", pair->name, why.text);
	gpio->lines[gpio->count++] = line;
	return 0;
}

static void close_gpio(void *driver)
{
	struct gpio *gpio = driver;

	for (size_t i = 0; i < gpio->count; i++)
		ccs_gpio_close(gpio->lines[i].gpio);
	free(gpio);
}

static void *open_gpio(struct ccs_hw_seat *seat, struct ccs_problem *problem)
{
	struct gpio *gpio = calloc(1, sizeof(*gpio));
	const char *list = ccs_hw_gpio_lines(seat->board->config);
	struct ccs_hw_pair pair;

	if (!gpio) {
		ccs_problem_set(problem, "out of memory");
		return NULL;
	}
	gpio->seat = seat;
	while (ccs_hw_next_pair(&list, &pair))
		if (open_line(gpio, &pair, problem)) {
			close_gpio(gpio);
			return NULL;
		}
	if (*list || !gpio->count) {
		ccs_problem_set(problem, "gpio_lines: '%.60s' is not name=line", list);
		close_gpio(gpio);
		return NULL;
	}
	return gpio;
}

/* The first level of all is better than none. */
static void debounce(struct line *line, bool active)
{
	line->count = active == line->seen ? line->count + 1 : 1;
	line->seen = active;
	if (line->known && line->count < EQUAL)
		return;
	line->known = true;
	line->active = active;
}

/* False: the line does not work.  `sample`: another of its levels counts. */
static bool read_line(struct gpio *gpio, struct line *line, bool sample, ccs_time now)
{
	bool active;

	if (ccs_gpio_get(line->gpio, &active)) {
		line->known = false;
		return false;
	}
	if (line->point == CCS_HW_VALUE_EMERGENCY) {
		line->known = true;
		line->active = active;
	} else if (sample) {
		debounce(line, active);
	}
	if (line->known)
		ccs_hw_give(gpio->seat, (enum ccs_hw_value)line->point, line->active, now);
	return true;
}

/* False: the line does not work. */
static bool drive(struct gpio *gpio, const struct line *line)
{
	int32_t value = line->role == ROLE_HIGH || (line->role == ROLE_ALIVE && gpio->alive);

	if (line->role == ROLE_COMMAND &&
	    !ccs_hw_commanded(gpio->seat, (enum ccs_hw_command)line->point, &value))
		return true;
	if (line->role == ROLE_COMMAND && line->point == CCS_HW_COMMAND_CP)
		value = value >= CCS_PILOT_C;
	return ccs_gpio_set(line->gpio, value) == 0;
}

static void step(void *driver, ccs_time now)
{
	struct gpio *gpio = driver;
	bool works = true, sample = now >= gpio->sample;

	if (now >= gpio->toggle) {
		gpio->alive = !gpio->alive;
		gpio->toggle = now + ALIVE;
	}
	if (sample)
		gpio->sample = now + SAMPLE;
	for (size_t i = 0; i < gpio->count; i++)
		works &= gpio->lines[i].role == ROLE_VALUE
				 ? read_line(gpio, &gpio->lines[i], sample, now)
				 : drive(gpio, &gpio->lines[i]);
	if (works)
		ccs_hw_up(gpio->seat, now);
	else
		ccs_hw_down(gpio->seat, now, "a line does not work: %s", strerror(errno));
}

static ccs_time deadline(const void *driver)
{
	const struct gpio *gpio = driver;

	return gpio->sample < gpio->toggle ? gpio->sample : gpio->toggle;
}

const struct ccs_hw_driver ccs_hw_driver_gpio = {
	.name = "gpio",
	.text = "switches at GPIO lines, also a BeagleBone's pins",
	.values = "plug lock_feedback contactor_feedback stop emergency ready authorized "
		  "supply_ready",
	.commands = "cp_state contactor lock isolation_monitor supply test_isolation",
	.open = open_gpio,
	.step = step,
	.deadline = deadline,
	.close = close_gpio,
};
