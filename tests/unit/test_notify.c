/* SPDX-License-Identifier: Apache-2.0 */
/* A service manager: what it hears of us. */
#include "linux/notify.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

struct manager {
	int fd;
	char folder[32], path[64];
	uv_loop_t loop;
	struct ccs_notify notify;
};

static int listen_at(const char *path, size_t length)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	int fd = socket(AF_UNIX, SOCK_DGRAM, 0);

	memcpy(address.sun_path, path, length);
	assert_return_code(bind(fd, (struct sockaddr *)&address,
				(socklen_t)(offsetof(struct sockaddr_un, sun_path) + length)),
			   0);
	return fd;
}

static int set_up(void **state)
{
	static struct manager manager;

	strcpy(manager.folder, "/tmp/ccs_notify_XXXXXX");
	assert_non_null(mkdtemp(manager.folder));
	snprintf(manager.path, sizeof(manager.path), "%s/notify", manager.folder);
	manager.fd = listen_at(manager.path, strlen(manager.path) + 1);
	setenv("NOTIFY_SOCKET", manager.path, 1);
	unsetenv("WATCHDOG_USEC");
	unsetenv("WATCHDOG_PID");
	uv_loop_init(&manager.loop);
	*state = &manager;
	return 0;
}

static int tear_down(void **state)
{
	struct manager *manager = *state;

	ccs_notify_close(&manager->notify);
	uv_run(&manager->loop, UV_RUN_DEFAULT);
	assert_int_equal(uv_loop_close(&manager->loop), 0);
	close(manager->fd);
	unlink(manager->path);
	rmdir(manager->folder);
	return 0;
}

static void expect(struct manager *manager, const char *text)
{
	char got[512] = "";

	(void)recv(manager->fd, got, sizeof(got) - 1, MSG_DONTWAIT);
	assert_string_equal(got, text);
}

static void test_a_service_from_ready_to_its_end(void **state)
{
	struct manager *manager = *state;

	ccs_notify_open(&manager->notify, &manager->loop);
	expect(manager, "");
	ccs_notify_ready(&manager->notify);
	expect(manager, "READY=1\nWATCHDOG=1");
	ccs_notify_status(&manager->notify, "waits for a car");
	expect(manager, "STATUS=waits for a car");
	ccs_notify_stopping(&manager->notify);
	expect(manager, "STOPPING=1");
	ccs_notify_close(&manager->notify);
	ccs_notify_ready(&manager->notify);
	expect(manager, "");
}

/* A peer's name in the status must not become a line of its own. */
static void test_a_status_is_one_line(void **state)
{
	struct manager *manager = *state;
	char text[400], expected[512];

	ccs_notify_open(&manager->notify, &manager->loop);
	ccs_notify_status(&manager->notify, "car\nMAINPID=1");
	expect(manager, "STATUS=car");
	memset(text, 'x', sizeof(text) - 1);
	text[sizeof(text) - 1] = '\0';
	snprintf(expected, sizeof(expected), "STATUS=%.200s", text);
	ccs_notify_status(&manager->notify, text);
	expect(manager, expected);
}

static void test_signs_of_life_in_half_of_the_time(void **state)
{
	struct manager *manager = *state;
	char pid[16];

	snprintf(pid, sizeof(pid), "%ld", (long)getpid());
	setenv("WATCHDOG_USEC", "3000000", 1);
	setenv("WATCHDOG_PID", pid, 1);
	ccs_notify_open(&manager->notify, &manager->loop);
	assert_false(uv_is_active((uv_handle_t *)&manager->notify.watchdog));
	ccs_notify_ready(&manager->notify);
	assert_true(uv_is_active((uv_handle_t *)&manager->notify.watchdog));
	assert_int_equal(uv_timer_get_repeat(&manager->notify.watchdog), 1500);
	assert_false(uv_loop_alive(&manager->loop));
	expect(manager, "READY=1\nWATCHDOG=1");
	manager->notify.watchdog.timer_cb(&manager->notify.watchdog);
	expect(manager, "WATCHDOG=1");
}

static void test_no_watchdog_or_that_of_another(void **state)
{
	struct manager *manager = *state;

	setenv("WATCHDOG_USEC", "3000000", 1);
	setenv("WATCHDOG_PID", "1", 1);
	ccs_notify_open(&manager->notify, &manager->loop);
	ccs_notify_ready(&manager->notify);
	assert_false(uv_is_active((uv_handle_t *)&manager->notify.watchdog));
}

static void test_nothing_is_inherited(void **state)
{
	struct manager *manager = *state;

	setenv("WATCHDOG_USEC", "3000000", 1);
	setenv("WATCHDOG_PID", "1", 1);
	ccs_notify_open(&manager->notify, &manager->loop);
	assert_null(getenv("NOTIFY_SOCKET"));
	assert_null(getenv("WATCHDOG_USEC"));
	assert_null(getenv("WATCHDOG_PID"));
}

static void test_an_abstract_socket(void **state)
{
	struct manager *manager = *state;
	char name[64];
	size_t length;

	length = (size_t)snprintf(name, sizeof(name), "@ccs/test/notify/%ld", (long)getpid());
	setenv("NOTIFY_SOCKET", name, 1);
	name[0] = '\0';
	close(manager->fd);
	manager->fd = listen_at(name, length);
	ccs_notify_open(&manager->notify, &manager->loop);
	ccs_notify_stopping(&manager->notify);
	expect(manager, "STOPPING=1");
}

static void test_without_a_service_manager(void **state)
{
	static const char *const nobody[] = { "", "/nonexistent/notify", "notify", "@" };
	struct manager *manager = *state;
	char far[200];

	for (size_t i = 0; i < sizeof(nobody) / sizeof(*nobody); i++) {
		setenv("NOTIFY_SOCKET", nobody[i], 1);
		ccs_notify_open(&manager->notify, &manager->loop);
		ccs_notify_ready(&manager->notify);
		assert_int_equal(manager->notify.fd, -1);
		ccs_notify_close(&manager->notify);
		uv_run(&manager->loop, UV_RUN_DEFAULT);
	}
	memset(far, '/', sizeof(far) - 1);
	far[sizeof(far) - 1] = '\0';
	setenv("NOTIFY_SOCKET", far, 1);
	ccs_notify_open(&manager->notify, &manager->loop);
	ccs_notify_status(&manager->notify, "nobody listens");
	assert_int_equal(manager->notify.fd, -1);
}

/* A full queue: what does not fit is lost, and we go on. */
static void test_a_deaf_service_manager(void **state)
{
	struct manager *manager = *state;

	ccs_notify_open(&manager->notify, &manager->loop);
	for (int i = 0; i < 10000; i++)
		ccs_notify_status(&manager->notify, "charging");
	expect(manager, "STATUS=charging");
	close(manager->fd);
	ccs_notify_stopping(&manager->notify);
	manager->fd = socket(AF_UNIX, SOCK_DGRAM, 0);
}

#define TEST(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_a_service_from_ready_to_its_end),
		TEST(test_a_status_is_one_line),
		TEST(test_signs_of_life_in_half_of_the_time),
		TEST(test_no_watchdog_or_that_of_another),
		TEST(test_nothing_is_inherited),
		TEST(test_an_abstract_socket),
		TEST(test_without_a_service_manager),
		TEST(test_a_deaf_service_manager),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
