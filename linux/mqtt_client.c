/* SPDX-License-Identifier: Apache-2.0 */
/* libmosquitto in libuv's loop. */
#include "linux/mqtt_client.h"

#include "linux/credentials.h"
#include "linux/late_library.h"

#include <errno.h>
#include <mosquitto.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define KEEPALIVE   20	  /* s; the broker says the will after 1.5 times this */
#define TICK	    1000  /* ms */
#define PATIENCE    10	  /* ticks from the dialling to the broker's answer */
#define STEADY	    10	  /* ticks until a connection is one that lasts */
#define LEAST_PAUSE 1000  /* ms before it is tried again */
#define MOST_PAUSE  60000 /* ms */
#define HEARD_MAX   8	  /* messages that wait to be told */
#define ROUNDS	    16	  /* packets that are read at once */

/* What is used of libmosquitto. */
#define CALLS(X)                          \
	X(mosquitto_connack_string)       \
	X(mosquitto_connect_async)        \
	X(mosquitto_connect_callback_set) \
	X(mosquitto_destroy)              \
	X(mosquitto_disconnect)           \
	X(mosquitto_int_option)           \
	X(mosquitto_lib_cleanup)          \
	X(mosquitto_lib_init)             \
	X(mosquitto_loop_misc)            \
	X(mosquitto_loop_read)            \
	X(mosquitto_loop_write)           \
	X(mosquitto_message_callback_set) \
	X(mosquitto_new)                  \
	X(mosquitto_publish)              \
	X(mosquitto_publish_callback_set) \
	X(mosquitto_socket)               \
	X(mosquitto_strerror)             \
	X(mosquitto_subscribe)            \
	X(mosquitto_tls_set)              \
	X(mosquitto_username_pw_set)      \
	X(mosquitto_want_write)           \
	X(mosquitto_will_set)

static const char *const call_names[] = { CALLS(CCS_LATE_NAME) NULL };
static struct {
	CALLS(CCS_LATE_CALL)
} mq;

enum state {
	WAITING,  /* to dial again */
	DIALLING, /* in the thread pool, which has `mosq` meanwhile */
	ASKING,	  /* for the broker's consent */
	UP,
};

struct heard {
	char topic[CCS_MQTT_TOPIC];
	char payload[CCS_MQTT_PAYLOAD];
	bool retained;
};

struct ccs_mqtt_client {
	struct ccs_mqtt_client_config config;
	struct ccs_mqtt_broker broker; /* the dialling thread may outlive the owner */
	uv_loop_t *loop;
	struct mosquitto *mosq;
	enum state state;
	uv_timer_t timer; /* ticks, or the end of a pause */
	uv_work_t work;
	uv_poll_t *poll; /* of the socket; NULL: there is none */
	int dialled;	 /* result of the work */
	int dial_errno;
	int answer; /* of the broker, as CONNACK has it; -1: none yet */
	unsigned int ticks;
	uint64_t pause; /* ms, the next one */
	size_t waiting; /* messages that libmosquitto has not sent */
	struct heard heard[HEARD_MAX];
	size_t heard_count;
	bool inside; /* a callback of the owner's */
	bool closed;
	char why[256]; /* told last */
};

static void dial(struct ccs_mqtt_client *client);

static void tell(struct ccs_mqtt_client *client, bool up, const char *text)
{
	if (strcmp(client->why, text) == 0)
		return;
	snprintf(client->why, sizeof(client->why), "%s", text);
	if (client->config.told)
		client->config.told(client->config.user, up, client->why);
}

static void free_poll(uv_handle_t *handle)
{
	free(handle);
}

/* Before libmosquitto closes the socket, or at once behind it: its number may be another's soon. */
static void drop_poll(struct ccs_mqtt_client *client)
{
	if (!client->poll)
		return;
	uv_poll_stop(client->poll);
	uv_close((uv_handle_t *)client->poll, free_poll);
	client->poll = NULL;
}

static void on_pause_over(uv_timer_t *timer)
{
	dial(timer->data);
}

/* NOTE: libmosquitto has no call that only closes the socket; disconnecting does, without waiting,
 * and what it could not send is forgotten at the next connection. */
static void lose(struct ccs_mqtt_client *client, const char *why)
{
	drop_poll(client);
	mq.mosquitto_disconnect(client->mosq);
	client->state = WAITING;
	uv_timer_start(&client->timer, on_pause_over, client->pause, 0);
	client->pause = client->pause < MOST_PAUSE / 2 ? 2 * client->pause : MOST_PAUSE;
	tell(client, false, why);
}

/* What the broker says; called from inside libmosquitto, where only notes can be taken. */

static void on_connect(struct mosquitto *mosq, void *user, int answer)
{
	struct ccs_mqtt_client *client = user;

	(void)mosq;
	client->answer = answer;
}

static void on_publish(struct mosquitto *mosq, void *user, int id)
{
	struct ccs_mqtt_client *client = user;

	(void)mosq;
	(void)id;
	if (client->waiting)
		client->waiting--;
}

static void on_message(struct mosquitto *mosq, void *user, const struct mosquitto_message *message)
{
	struct ccs_mqtt_client *client = user;
	struct heard *heard = &client->heard[client->heard_count];
	size_t length = (size_t)message->payloadlen;

	(void)mosq;
	if (client->heard_count == HEARD_MAX || length >= sizeof(heard->payload) ||
	    strlen(message->topic) >= sizeof(heard->topic))
		return;
	strcpy(heard->topic, message->topic);
	if (length)
		memcpy(heard->payload, message->payload, length);
	heard->payload[length] = '\0';
	heard->retained = message->retain;
	client->heard_count++;
}

/* What follows of it, outside of libmosquitto. */

static void come_up(struct ccs_mqtt_client *client)
{
	const struct ccs_mqtt_client_config *config = &client->config;

	client->state = UP;
	client->ticks = 0;
	client->waiting = 0;
	for (size_t i = 0; i < config->subscription_count; i++)
		mq.mosquitto_subscribe(client->mosq, NULL, config->subscriptions[i], 1);
	if (config->status_topic)
		ccs_mqtt_client_publish(client, config->status_topic, "online", 6, true);
	client->inside = true;
	if (config->connected)
		config->connected(config->user);
	client->inside = false;
	if (!client->closed)
		tell(client, true, "connected");
}

static void tell_heard(struct ccs_mqtt_client *client)
{
	client->inside = true;
	for (size_t i = 0; i < client->heard_count && !client->closed; i++)
		client->config.message(client->config.user, client->heard[i].topic,
				       client->heard[i].payload, client->heard[i].retained);
	client->inside = false;
	client->heard_count = 0;
}

/* errno is meant by one of libmosquitto's errors. */
static const char *text_of(int error)
{
	return error == MOSQ_ERR_ERRNO ? strerror(errno) : mq.mosquitto_strerror(error);
}

static void on_poll(uv_poll_t *poll, int status, int events);

/* After each call into libmosquitto, whose result is `error`. */
static void follow(struct ccs_mqtt_client *client, int error)
{
	bool writes;

	if (mq.mosquitto_socket(client->mosq) < 0)
		drop_poll(client);
	if (client->state == ASKING && client->answer > 0) {
		lose(client, mq.mosquitto_connack_string(client->answer));
		return;
	}
	if (error || !client->poll) {
		lose(client, error ? text_of(error) : "the broker has closed the connection");
		return;
	}
	if (client->state == ASKING && client->answer == 0)
		come_up(client);
	if (!client->closed)
		tell_heard(client);
	if (client->closed || !client->poll)
		return;
	writes = mq.mosquitto_want_write(client->mosq);
	uv_poll_start(client->poll, UV_READABLE | (writes ? UV_WRITABLE : 0), on_poll);
}

/* One after the other, for TLS may hold packets that the socket does not show any more; reading
 * where there is nothing is no error. */
static int read_packets(struct ccs_mqtt_client *client)
{
	int rounds = client->broker.tls ? ROUNDS : 1;
	int error = 0;

	while (!error && rounds-- > 0 && client->heard_count < HEARD_MAX)
		error = mq.mosquitto_loop_read(client->mosq, 1);
	return error;
}

static void on_poll(uv_poll_t *poll, int status, int events)
{
	struct ccs_mqtt_client *client = poll->data;
	int error = 0;

	if (status || (events & UV_READABLE))
		error = read_packets(client);
	if (!error && (status || (events & UV_WRITABLE)))
		error = mq.mosquitto_loop_write(client->mosq, 1);
	if (status && !error)
		error = MOSQ_ERR_CONN_LOST;
	follow(client, error);
}

static void on_tick(uv_timer_t *timer)
{
	struct ccs_mqtt_client *client = timer->data;
	int error = mq.mosquitto_loop_misc(client->mosq);

	if (!error && client->broker.tls)
		error = read_packets(client);
	client->ticks++;
	if (client->state == UP && client->ticks == STEADY)
		client->pause = LEAST_PAUSE;
	if (client->state == ASKING && client->ticks > PATIENCE)
		lose(client, "the broker does not answer");
	else
		follow(client, error);
}

/* Dialling. */

static int port_of(const struct ccs_mqtt_broker *broker)
{
	if (broker->port)
		return broker->port;
	return broker->tls ? 8883 : 1883;
}

static void on_timer_closed(uv_handle_t *handle)
{
	struct ccs_mqtt_client *client = handle->data;

	mq.mosquitto_destroy(client->mosq);
	mq.mosquitto_lib_cleanup();
	free(client);
}

/* In another thread: looks the name up, and begins to connect. */
static void on_work(uv_work_t *work)
{
	struct ccs_mqtt_client *client = work->data;

	client->dialled = mq.mosquitto_connect_async(client->mosq, client->broker.host,
						     port_of(&client->broker), KEEPALIVE);
	client->dial_errno = errno;
}

static void watch(struct ccs_mqtt_client *client)
{
	uv_poll_t *poll = calloc(1, sizeof(*poll));

	if (!poll || uv_poll_init(client->loop, poll, mq.mosquitto_socket(client->mosq))) {
		free(poll);
		lose(client, "out of memory");
		return;
	}
	poll->data = client;
	client->poll = poll;
	client->state = ASKING;
	client->ticks = 0;
	uv_poll_start(poll, UV_READABLE | UV_WRITABLE, on_poll);
	uv_timer_start(&client->timer, on_tick, TICK, TICK);
}

static void on_work_done(uv_work_t *work, int status)
{
	struct ccs_mqtt_client *client = work->data;
	char why[sizeof(client->broker.host) + 128];

	(void)status;
	client->state = WAITING;
	if (client->closed) {
		uv_close((uv_handle_t *)&client->timer, on_timer_closed);
	} else if (client->dialled || mq.mosquitto_socket(client->mosq) < 0) {
		errno = client->dial_errno;
		snprintf(why, sizeof(why), "%s: %s", client->broker.host, text_of(client->dialled));
		lose(client, why);
	} else {
		watch(client);
	}
}

static void dial(struct ccs_mqtt_client *client)
{
	client->answer = -1;
	client->heard_count = 0;
	client->waiting = 0;
	client->state = DIALLING;
	client->work.data = client;
	uv_queue_work(client->loop, &client->work, on_work, on_work_done);
}

/* Opening and closing. */

static const char *or_null(const char *text)
{
	return *text ? text : NULL;
}

static int set_account(struct mosquitto *mosq, const struct ccs_mqtt_broker *broker,
		       struct ccs_problem *problem)
{
	char password[256];
	int error;

	if (!broker->user[0])
		return 0;
	if (!ccs_credentials_password(broker->password_file, password, sizeof(password), problem))
		return -1;
	error = mq.mosquitto_username_pw_set(mosq, broker->user, or_null(password));
	explicit_bzero(password, sizeof(password));
	return error ? ccs_problem_set(problem, "user: %s", text_of(error)) : 0;
}

static int set_tls(struct mosquitto *mosq, const struct ccs_mqtt_broker *broker,
		   struct ccs_problem *problem)
{
	const char *ca = or_null(broker->ca_file);
	int error = 0;

	if (!broker->tls)
		return 0;
	if (!ccs_credentials_are_readable(broker->ca_file, problem) ||
	    !ccs_credentials_are_readable(broker->cert_file, problem) ||
	    !ccs_credentials_are_readable(broker->key_file, problem))
		return -1;
	if (!ca)
		error = mq.mosquitto_int_option(mosq, MOSQ_OPT_TLS_USE_OS_CERTS, 1);
	if (!error && (ca || broker->cert_file[0]))
		error = mq.mosquitto_tls_set(mosq, ca, ca ? NULL : "/etc/ssl/certs",
					     or_null(broker->cert_file), or_null(broker->key_file),
					     NULL);
	return error ? ccs_problem_set(problem, "TLS: %s", text_of(error)) : 0;
}

static int prepare(struct ccs_mqtt_client *client, struct ccs_problem *problem)
{
	const struct ccs_mqtt_client_config *config = &client->config;

	if (!client->mosq)
		return ccs_problem_set(problem, "out of memory");
	if (set_account(client->mosq, config->broker, problem) ||
	    set_tls(client->mosq, config->broker, problem))
		return -1;
	if (config->status_topic &&
	    mq.mosquitto_will_set(client->mosq, config->status_topic, 7, "offline", 1, true))
		return ccs_problem_set(problem, "%s is no topic", config->status_topic);
	mq.mosquitto_connect_callback_set(client->mosq, on_connect);
	mq.mosquitto_publish_callback_set(client->mosq, on_publish);
	mq.mosquitto_message_callback_set(client->mosq, on_message);
	return 0;
}

struct ccs_mqtt_client *ccs_mqtt_client_open(uv_loop_t *loop,
					     const struct ccs_mqtt_client_config *config,
					     struct ccs_problem *problem)
{
	struct ccs_mqtt_client *client;

	if (!ccs_late_library("libmosquitto.so.1", call_names, &mq, problem))
		return NULL;
	client = calloc(1, sizeof(*client));
	if (!client) {
		ccs_problem_set(problem, "out of memory");
		return NULL;
	}
	/* OpenSSL writes to sockets that the broker has closed; that must end no session. */
	signal(SIGPIPE, SIG_IGN);
	mq.mosquitto_lib_init();
	client->config = *config;
	client->broker = *config->broker;
	client->config.broker = &client->broker;
	client->loop = loop;
	client->pause = LEAST_PAUSE;
	client->mosq = mq.mosquitto_new(config->id, true, client);
	if (prepare(client, problem)) {
		mq.mosquitto_destroy(client->mosq);
		mq.mosquitto_lib_cleanup();
		free(client);
		return NULL;
	}
	uv_timer_init(loop, &client->timer);
	client->timer.data = client;
	/* From the loop: threads that begin now would keep privileges that are given up until then.
	 */
	uv_timer_start(&client->timer, on_pause_over, 0, 0);
	return client;
}

bool ccs_mqtt_client_publish(struct ccs_mqtt_client *client, const char *topic, const char *payload,
			     size_t length, bool retain)
{
	if (client->state != UP || client->closed || client->waiting >= CCS_MQTT_WAITING)
		return false;
	client->waiting++; /* on_publish may come at once */
	if (mq.mosquitto_publish(client->mosq, NULL, topic, (int)length, payload, 0, retain)) {
		client->waiting--;
		return false;
	}
	if (!client->inside && client->poll && mq.mosquitto_want_write(client->mosq))
		uv_poll_start(client->poll, UV_READABLE | UV_WRITABLE, on_poll);
	return true;
}

void ccs_mqtt_client_close(struct ccs_mqtt_client *client)
{
	if (!client || client->closed)
		return;
	if (client->config.status_topic)
		ccs_mqtt_client_publish(client, client->config.status_topic, "offline", 7, true);
	client->closed = true;
	if (client->state == DIALLING) {
		uv_cancel((uv_req_t *)&client->work);
		return; /* on_work_done goes on */
	}
	drop_poll(client);
	mq.mosquitto_disconnect(client->mosq);
	uv_close((uv_handle_t *)&client->timer, on_timer_closed);
}
