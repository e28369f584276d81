/* SPDX-License-Identifier: Apache-2.0 */
/* libcurl in libuv's loop. */
#include "linux/webhook_post.h"

#include "linux/credentials.h"
#include "linux/late_library.h"

/* Its macros would hide the names of the functions. */
#define CURL_DISABLE_TYPECHECK
#include <curl/curl.h>
#include <openssl/crypto.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define LEAST_PAUSE 1000 /* ms */
#define MOST_PAUSE  60000

/* What is used of libcurl. */
#define CALLS(X)                    \
	X(curl_easy_cleanup)        \
	X(curl_easy_getinfo)        \
	X(curl_easy_init)           \
	X(curl_easy_setopt)         \
	X(curl_easy_strerror)       \
	X(curl_global_cleanup)      \
	X(curl_global_init)         \
	X(curl_multi_add_handle)    \
	X(curl_multi_assign)        \
	X(curl_multi_cleanup)       \
	X(curl_multi_info_read)     \
	X(curl_multi_init)          \
	X(curl_multi_remove_handle) \
	X(curl_multi_setopt)        \
	X(curl_multi_socket_action) \
	X(curl_slist_append)        \
	X(curl_slist_free_all)

static const char *const call_names[] = { CALLS(CCS_LATE_NAME) NULL };
static struct {
	CALLS(CCS_LATE_CALL)
} lib;

struct message {
	char url[CCS_WEBHOOK_URL];
	char body[CCS_WEBHOOK_BODY];
};

struct ccs_webhook_post {
	struct ccs_webhook_post_config config;
	uv_loop_t *loop;
	CURLM *multi;
	CURL *easy;
	struct curl_slist *headers;
	uv_timer_t clock; /* libcurl's */
	uv_timer_t pause; /* after a failure */
	int open_timers;
	struct message now;  /* on its way, or to be tried again */
	struct message next; /* newer; "" is none */
	bool busy;	     /* `now` is on its way */
	unsigned int failures;
	uint64_t pause_ms;
	char why[CURL_ERROR_SIZE + 64]; /* told last */
	char error[CURL_ERROR_SIZE];
};

/* A socket of libcurl's. */
struct watch {
	uv_poll_t poll;
	struct ccs_webhook_post *post;
	curl_socket_t fd;
};

static void begin(struct ccs_webhook_post *post);

static void tell(struct ccs_webhook_post *post, const char *text)
{
	if (strcmp(post->why, text) == 0)
		return;
	snprintf(post->why, sizeof(post->why), "%s", text);
	post->config.told(post->config.user, post->why);
}

/* The end of a request. */

static void begin_next(struct ccs_webhook_post *post)
{
	post->now = post->next;
	post->next.url[0] = '\0';
	begin(post);
}

static void on_pause_over(uv_timer_t *timer)
{
	struct ccs_webhook_post *post = timer->data;

	if (post->next.url[0])
		begin_next(post);
	else
		begin(post);
}

/* What is newer has its own tries, but the pause it shares: the server is the same. */
static void fail(struct ccs_webhook_post *post, const char *why)
{
	post->failures++;
	tell(post, why);
	if (post->failures >= post->config.tries && !post->next.url[0]) {
		post->now.url[0] = '\0';
		return;
	}
	uv_timer_start(&post->pause, on_pause_over, post->pause_ms, 0);
	post->pause_ms = post->pause_ms < MOST_PAUSE / 2 ? 2 * post->pause_ms : MOST_PAUSE;
}

static void end(struct ccs_webhook_post *post, CURLcode result)
{
	char why[CURL_ERROR_SIZE + 64];
	long status = 0;

	lib.curl_easy_getinfo(post->easy, CURLINFO_RESPONSE_CODE, &status);
	lib.curl_multi_remove_handle(post->multi, post->easy);
	post->busy = false;
	if (result == CURLE_OK && status >= 200 && status < 300) {
		post->pause_ms = LEAST_PAUSE;
		if (post->config.taken)
			post->config.taken(post->config.user, post->now.url);
		post->now.url[0] = '\0';
		tell(post, "answers");
		if (post->next.url[0])
			begin_next(post);
		return;
	}
	if (result == CURLE_OK)
		snprintf(why, sizeof(why), "answers with status %ld", status);
	else
		snprintf(why, sizeof(why), "%s",
			 post->error[0] ? post->error : lib.curl_easy_strerror(result));
	fail(post, why);
}

/* After each call of libcurl's. */
static void look(struct ccs_webhook_post *post)
{
	int waiting;
	CURLMsg *message = lib.curl_multi_info_read(post->multi, &waiting);

	if (message && message->msg == CURLMSG_DONE)
		end(post, message->data.result);
}

/* What libcurl wants of the loop. */

static void free_watch(uv_handle_t *handle)
{
	free(handle->data);
}

static void on_poll(uv_poll_t *poll, int status, int events)
{
	struct watch *watch = poll->data;
	struct ccs_webhook_post *post = watch->post;
	int flags = (events & UV_READABLE ? CURL_CSELECT_IN : 0) |
		    (events & UV_WRITABLE ? CURL_CSELECT_OUT : 0) |
		    (status < 0 ? CURL_CSELECT_ERR : 0);
	int running;

	lib.curl_multi_socket_action(post->multi, watch->fd, flags, &running);
	look(post);
}

static struct watch *open_watch(struct ccs_webhook_post *post, curl_socket_t fd)
{
	struct watch *watch = calloc(1, sizeof(*watch));

	if (!watch || uv_poll_init(post->loop, &watch->poll, fd)) {
		free(watch);
		return NULL;
	}
	watch->poll.data = watch;
	watch->post = post;
	watch->fd = fd;
	lib.curl_multi_assign(post->multi, fd, watch);
	return watch;
}

/* Without memory nothing is watched, and the request ends by its timeout. */
static int on_socket(CURL *easy, curl_socket_t fd, int what, void *user, void *of_socket)
{
	struct ccs_webhook_post *post = user;
	struct watch *watch = of_socket;
	int events = (what & CURL_POLL_IN ? UV_READABLE : 0) |
		     (what & CURL_POLL_OUT ? UV_WRITABLE : 0);

	(void)easy;
	if (what == CURL_POLL_REMOVE) {
		lib.curl_multi_assign(post->multi, fd, NULL);
		if (watch) {
			uv_poll_stop(&watch->poll);
			uv_close((uv_handle_t *)&watch->poll, free_watch);
		}
		return 0;
	}
	if (!watch)
		watch = open_watch(post, fd);
	if (watch)
		uv_poll_start(&watch->poll, events, on_poll);
	return 0;
}

static void on_clock(uv_timer_t *timer)
{
	struct ccs_webhook_post *post = timer->data;
	int running;

	lib.curl_multi_socket_action(post->multi, CURL_SOCKET_TIMEOUT, 0, &running);
	look(post);
}

static int set_clock(CURLM *multi, long ms, void *user)
{
	struct ccs_webhook_post *post = user;

	(void)multi;
	if (ms < 0)
		uv_timer_stop(&post->clock);
	else
		uv_timer_start(&post->clock, on_clock, (uint64_t)ms, 0);
	return 0;
}

/* The beginning of a request. */

static size_t read_nothing(char *data, size_t size, size_t count, void *user)
{
	(void)data;
	(void)user;
	return size * count;
}

static void set_body(struct ccs_webhook_post *post)
{
	const char *body = post->now.body;

	lib.curl_easy_setopt(post->easy, CURLOPT_POSTFIELDS, body);
	lib.curl_easy_setopt(post->easy, CURLOPT_POSTFIELDSIZE, (long)strlen(body));
	lib.curl_easy_setopt(post->easy, CURLOPT_HTTPHEADER, *body ? post->headers : NULL);
}

static void begin(struct ccs_webhook_post *post)
{
	post->error[0] = '\0';
	lib.curl_easy_setopt(post->easy, CURLOPT_URL, post->now.url);
	if (!post->config.get)
		set_body(post);
	post->busy = true;
	lib.curl_multi_add_handle(post->multi, post->easy);
}

void ccs_webhook_post_send(struct ccs_webhook_post *post, const char *url, const char *body)
{
	snprintf(post->next.url, sizeof(post->next.url), "%s", url);
	snprintf(post->next.body, sizeof(post->next.body), "%s", body);
	post->failures = 0;
	if (!post->busy && !uv_is_active((uv_handle_t *)&post->pause))
		begin_next(post);
}

/* Opening and closing. */

static bool is_given(const char *text)
{
	return text && *text;
}

static bool set_account(struct ccs_webhook_post *post, struct ccs_problem *problem)
{
	const struct ccs_webhook_post_config *config = &post->config;
	char password[256];

	if (!is_given(config->account))
		return true;
	if (!ccs_credentials_password(config->password_file ? config->password_file : "", password,
				      sizeof(password), problem))
		return false;
	lib.curl_easy_setopt(post->easy, CURLOPT_USERNAME, config->account);
	lib.curl_easy_setopt(post->easy, CURLOPT_PASSWORD, password);
	explicit_bzero(password, sizeof(password));
	return true;
}

static bool set_authorities(struct ccs_webhook_post *post, struct ccs_problem *problem)
{
	const char *file = is_given(post->config.ca_file) ? post->config.ca_file : NULL;

	if (file && !ccs_credentials_are_readable(file, problem))
		return false;
	/* The folder, not the bundle: that takes 20 ms to read, and 1 MB. */
	lib.curl_easy_setopt(post->easy, CURLOPT_CAPATH, file ? NULL : "/etc/ssl/certs");
	lib.curl_easy_setopt(post->easy, CURLOPT_CAINFO, file);
	return true;
}

static bool prepare(struct ccs_webhook_post *post, struct ccs_problem *problem)
{
	ccs_problem_set(problem, "out of memory");
	post->multi = lib.curl_multi_init();
	post->easy = lib.curl_easy_init();
	post->headers = lib.curl_slist_append(NULL, "Content-Type: application/json");
	if (!post->multi || !post->easy || !post->headers)
		return false;
	lib.curl_multi_setopt(post->multi, CURLMOPT_SOCKETFUNCTION, on_socket);
	lib.curl_multi_setopt(post->multi, CURLMOPT_SOCKETDATA, post);
	lib.curl_multi_setopt(post->multi, CURLMOPT_TIMERFUNCTION, set_clock);
	lib.curl_multi_setopt(post->multi, CURLMOPT_TIMERDATA, post);
	lib.curl_easy_setopt(post->easy, CURLOPT_PROTOCOLS_STR, "http,https");
	lib.curl_easy_setopt(post->easy, post->config.get ? CURLOPT_HTTPGET : CURLOPT_POST, 1L);
	lib.curl_easy_setopt(post->easy, CURLOPT_NOSIGNAL, 1L);
	lib.curl_easy_setopt(post->easy, CURLOPT_WRITEFUNCTION, read_nothing);
	lib.curl_easy_setopt(post->easy, CURLOPT_ERRORBUFFER, post->error);
	lib.curl_easy_setopt(post->easy, CURLOPT_TIMEOUT_MS, (long)(post->config.timeout / 1000));
	lib.curl_easy_setopt(post->easy, CURLOPT_FORBID_REUSE, 1L);
	/* A name server that is dead must not hold up the end of the process. */
	lib.curl_easy_setopt(post->easy, CURLOPT_QUICK_EXIT, 1L);
	return set_account(post, problem) && set_authorities(post, problem);
}

static void release(struct ccs_webhook_post *post)
{
	lib.curl_easy_cleanup(post->easy);
	lib.curl_multi_cleanup(post->multi);
	lib.curl_slist_free_all(post->headers);
	lib.curl_global_cleanup();
}

struct ccs_webhook_post *ccs_webhook_post_open(uv_loop_t *loop,
					       const struct ccs_webhook_post_config *config,
					       struct ccs_problem *problem)
{
	struct ccs_webhook_post *post;

	if (!ccs_late_library("libcurl.so.4", call_names, &lib, problem))
		return NULL;
	post = calloc(1, sizeof(*post));
	if (!post) {
		ccs_problem_set(problem, "out of memory");
		return NULL;
	}
	/* The names of its functions for its messages: 600 KB. */
	OPENSSL_init_crypto(OPENSSL_INIT_NO_LOAD_CRYPTO_STRINGS, NULL);
	/* OpenSSL writes to sockets that the server has closed; that must end no session. */
	signal(SIGPIPE, SIG_IGN);
	lib.curl_global_init(CURL_GLOBAL_DEFAULT);
	post->config = *config;
	post->loop = loop;
	post->pause_ms = LEAST_PAUSE;
	if (!prepare(post, problem)) {
		release(post);
		free(post);
		return NULL;
	}
	uv_timer_init(loop, &post->clock);
	uv_timer_init(loop, &post->pause);
	post->clock.data = post->pause.data = post;
	post->open_timers = 2;
	return post;
}

static void on_timer_closed(uv_handle_t *handle)
{
	struct ccs_webhook_post *post = handle->data;

	if (--post->open_timers == 0)
		free(post);
}

void ccs_webhook_post_close(struct ccs_webhook_post *post)
{
	if (!post)
		return;
	if (post->busy)
		lib.curl_multi_remove_handle(post->multi, post->easy);
	release(post);
	uv_close((uv_handle_t *)&post->clock, on_timer_closed);
	uv_close((uv_handle_t *)&post->pause, on_timer_closed);
}
