/* SPDX-License-Identifier: Apache-2.0 */
/* Requests over a local socket. */
#include "linux/control.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#define NAMESAKES 9 /* stations of one name: other network namespaces share the directory */

struct client {
	struct ccs_control *control;
	struct ccs_watch *watch; /* NULL: the place is free */
	uint64_t heard;		 /* order of the last sign of life */
	size_t length;
	char line[CCS_CONTROL_LINE];
};

struct ccs_control {
	uv_loop_t *loop;
	struct ccs_control_config config;
	struct ccs_watch *watch;
	struct sockaddr_un address;
	uint64_t clock; /* counts signs of life */
	bool busy;	/* a request is being answered */
	bool closing;	/* ... and shall be the last */
	struct client clients[CCS_CONTROL_CLIENTS];
	char answer[CCS_CONTROL_ANSWER];
};

/* Clients. */

static void drop(struct client *client)
{
	ccs_watch_close(client->watch);
	client->watch = NULL;
}

/* The kernel's buffer holds more than an answer: who lets it fill up does not read. */
static bool give(struct client *client, const struct ccs_print *answer)
{
	size_t length = ccs_print_length(answer);

	return send(ccs_watch_fd(client->watch), answer->start, length,
		    MSG_DONTWAIT | MSG_NOSIGNAL) == (ssize_t)length;
}

static bool answer(struct client *client, const char *line, size_t length)
{
	struct ccs_control *control = client->control;
	struct ccs_print print;

	ccs_print_init(&print, control->answer, sizeof(control->answer) - 1);
	control->config.request(control->config.user, line, length, &print);
	print.end++; /* the place of the newline */
	ccs_print_char(&print, '\n');
	return give(client, &print);
}

/* All lines that are complete; false: the client is to go. */
static bool answer_all(struct client *client)
{
	char *end;

	while ((end = memchr(client->line, '\n', client->length))) {
		size_t used = (size_t)(end - client->line) + 1;

		if (!answer(client, client->line, used - 1) || client->control->closing)
			return false;
		client->length -= used;
		memmove(client->line, client->line + used, client->length);
	}
	return client->length < sizeof(client->line);
}

static void on_line(void *user)
{
	struct client *client = user;
	struct ccs_control *control = client->control;
	ssize_t n = recv(ccs_watch_fd(client->watch), client->line + client->length,
			 sizeof(client->line) - client->length, MSG_DONTWAIT);

	if (n < 0 && (errno == EAGAIN || errno == EINTR))
		return;
	client->heard = ++control->clock;
	client->length += n > 0 ? (size_t)n : 0;
	control->busy = true;
	if (n <= 0 || !answer_all(client))
		drop(client);
	control->busy = false;
	if (control->closing)
		ccs_control_close(control);
}

/* A free place, or that of who has been silent for longest. */
static struct client *find_place(struct ccs_control *control)
{
	struct client *place = &control->clients[0];

	for (size_t i = 0; i < CCS_CONTROL_CLIENTS; i++) {
		struct client *client = &control->clients[i];

		if (!client->watch)
			return client;
		if (client->heard < place->heard)
			place = client;
	}
	drop(place);
	return place;
}

static void on_client(void *user)
{
	struct ccs_control *control = user;
	int fd = accept4(ccs_watch_fd(control->watch), NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);
	struct client *client;

	if (fd < 0)
		return;
	client = find_place(control);
	client->control = control;
	client->heard = ++control->clock;
	client->length = 0;
	client->watch = ccs_watch_open(control->loop, fd, on_line, client);
}

/* The socket. */

bool ccs_control_directory(const char *configured, unsigned int number, char *path, size_t size)
{
	const char *own = getenv("XDG_RUNTIME_DIR");

	if (number == 0)
		snprintf(path, size, "%s", configured);
	else if (number == 1 && own && *own == '/')
		snprintf(path, size, "%s/ccs", own);
	else
		return false;
	return true;
}

static bool is_alive(const struct sockaddr_un *address)
{
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	bool alive = fd >= 0 && (!connect(fd, (const struct sockaddr *)address, sizeof(*address)) ||
				 errno == EAGAIN);

	if (fd >= 0)
		close(fd);
	return alive;
}

/* Only owner and group, from the first moment on. */
static int bind_to(int fd, const struct sockaddr_un *address)
{
	mode_t mask = umask(0117);
	int result = bind(fd, (const struct sockaddr *)address, sizeof(*address));

	umask(mask);
	return result;
}

static bool set_path(struct ccs_control *control, const char *directory, int number)
{
	char *path = control->address.sun_path;
	const int room = (int)sizeof(control->address.sun_path);
	int length;

	if (number == 1)
		length = snprintf(path, (size_t)room, "%s/%s" CCS_CONTROL_SUFFIX, directory,
				  control->config.name);
	else
		length = snprintf(path, (size_t)room, "%s/%s-%d" CCS_CONTROL_SUFFIX, directory,
				  control->config.name, number);
	errno = ENAMETOOLONG;
	return length < room;
}

/* 0, or -1 with errno. */
static int bind_in(struct ccs_control *control, int fd, const char *directory)
{
	if (mkdir(directory, 0755) && errno != EEXIST)
		return -1;
	for (int number = 1; number <= NAMESAKES; number++) {
		if (!set_path(control, directory, number))
			return -1;
		if (!bind_to(fd, &control->address))
			return 0;
		if (errno != EADDRINUSE)
			return -1;
		if (is_alive(&control->address))
			continue;
		if (unlink(control->address.sun_path))
			return -1;
		return bind_to(fd, &control->address);
	}
	return -1;
}

static int bind_somewhere(struct ccs_control *control, int fd, struct ccs_problem *problem)
{
	char directory[256];
	int error = 0;

	for (unsigned int i = 0;
	     ccs_control_directory(control->config.directory, i, directory, sizeof(directory));
	     i++) {
		if (!bind_in(control, fd, directory))
			return 0;
		error = error ? error : errno;
	}
	return ccs_problem_set(problem, "no `ccs ctl`: %s: %s: see general.run_directory",
			       control->config.directory, strerror(error));
}

static int open_socket(struct ccs_control *control, struct ccs_problem *problem)
{
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);

	if (fd < 0)
		return ccs_problem_set(problem, "no `ccs ctl`: %s", strerror(errno));
	if (bind_somewhere(control, fd, problem)) {
		close(fd);
		return -1;
	}
	listen(fd, CCS_CONTROL_CLIENTS);
	control->watch = ccs_watch_open(control->loop, fd, on_client, control);
	if (!control->watch) {
		unlink(control->address.sun_path);
		return ccs_problem_set(problem, "no `ccs ctl`: out of memory");
	}
	return 0;
}

struct ccs_control *ccs_control_open(uv_loop_t *loop, const struct ccs_control_config *config,
				     struct ccs_problem *problem)
{
	struct ccs_control *control = calloc(1, sizeof(*control));

	if (!control) {
		ccs_problem_set(problem, "no `ccs ctl`: out of memory");
		return NULL;
	}
	control->loop = loop;
	control->config = *config;
	control->address.sun_family = AF_UNIX;
	if (!open_socket(control, problem)) {
		control->config.directory = control->config.name = NULL; /* the caller's */
		return control;
	}
	free(control);
	return NULL;
}

void ccs_control_close(struct ccs_control *control)
{
	if (!control)
		return;
	control->closing = true;
	if (control->busy)
		return;
	unlink(control->address.sun_path);
	ccs_watch_close(control->watch);
	for (size_t i = 0; i < CCS_CONTROL_CLIENTS; i++)
		drop(&control->clients[i]);
	free(control);
}
