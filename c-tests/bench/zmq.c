/*
 * The same with ZeroMQ's inproc transport: a PUB socket for each sender (they
 * are not for sharing), a SUB socket for each participant, connected to all of
 * them and served by one thread.
 *
 * The PUB sockets are XPUB, which are PUB sockets that say when somebody has
 * subscribed, and have ZMQ_XPUB_NODROP set: a full pipe is told to the sender,
 * as SMD does. The high-water mark is that of SMD on both ends of each pipe;
 * for inproc ZeroMQ adds them up, so it may queue twice as much as SMD.
 */
#include "bench.h"
#include <errno.h>
#include <zmq.h>

static void *ctx;
static void *pub[MAX_SENDERS], *sub[MAX_PARTICIPANTS];
static const struct load *load;
static pthread_barrier_t start;

static void set(void *socket, int option, int value)
{
	MUST(!zmq_setsockopt(socket, option, &value, sizeof(value)));
}

static void endpoint(char *name, size_t size, unsigned int n)
{
	snprintf(name, size, "inproc://sender-%u", n);
}

static void connect_all(const struct load *l)
{
	char name[40], event[8];
	unsigned int n, m;

	ctx = zmq_ctx_new();
	MUST(ctx);
	for (n = 0; n < l->senders; n++) {
		pub[n] = zmq_socket(ctx, ZMQ_XPUB);
		MUST(pub[n]);
		set(pub[n], ZMQ_XPUB_NODROP, 1);
		set(pub[n], ZMQ_XPUB_VERBOSE, 1);
		set(pub[n], ZMQ_SNDHWM, (int)l->depth);
		endpoint(name, sizeof(name), n);
		MUST(!zmq_bind(pub[n], name));
	}
	for (m = 0; m < l->participants; m++) {
		sub[m] = zmq_socket(ctx, ZMQ_SUB);
		MUST(sub[m]);
		set(sub[m], ZMQ_RCVHWM, (int)l->depth);
		for (n = 0; n < l->senders; n++) {
			endpoint(name, sizeof(name), n);
			MUST(!zmq_connect(sub[m], name));
		}
		MUST(!zmq_setsockopt(sub[m], ZMQ_SUBSCRIBE, "", 0));
	}
	/* everybody hears everything from the first message on */
	for (n = 0; n < l->senders; n++)
		for (m = 0; m < l->participants; m++)
			MUST(zmq_recv(pub[n], event, sizeof(event), 0) == 1);
}

static void close_all(const struct load *l)
{
	unsigned int n;

	for (n = 0; n < l->senders; n++)
		zmq_close(pub[n]);
	for (n = 0; n < l->participants; n++)
		zmq_close(sub[n]);
	zmq_ctx_term(ctx);
}

static void *send_messages(void *arg)
{
	unsigned int me = (unsigned int)(uintptr_t)arg, n,
		     each = load->messages / load->senders;
	char text[400];
	int len;

	pthread_barrier_wait(&start);
	for (n = 0; n < each; n++) {
		len = snprintf(text, sizeof(text), BENCH_FORMAT, me, n);
		while (zmq_send(pub[me], text, (size_t)len, ZMQ_DONTWAIT) < 0) {
			MUST(errno == EAGAIN);
			sched_yield();
		}
	}

	return NULL;
}

void zmq_throughput(const void *arg, double *results)
{
	unsigned int n, each, count[MAX_PARTICIPANTS];
	zmq_pollitem_t item[MAX_PARTICIPANTS];
	pthread_t sender[MAX_SENDERS];
	uint64_t heard = 0, expected;
	char text[400];
	int64_t began;

	load = arg;
	each = load->messages / load->senders;
	expected = (uint64_t)each * load->senders * load->participants;
	connect_all(load);
	memset(item, 0, sizeof(item));
	memset(count, 0, sizeof(count));
	for (n = 0; n < load->participants; n++) {
		item[n].socket = sub[n];
		item[n].events = ZMQ_POLLIN;
	}
	MUST(!pthread_barrier_init(&start, NULL, load->senders + 1));
	for (n = 0; n < load->senders; n++)
		MUST(!pthread_create(&sender[n], NULL, send_messages,
				     (void *)(uintptr_t)n));

	pthread_barrier_wait(&start);
	began = now_ns();
	while (heard < expected) {
		MUST(zmq_poll(item, (int)load->participants, -1) > 0);
		for (n = 0; n < load->participants; n++) {
			if (!(item[n].revents & ZMQ_POLLIN))
				continue;
			while (zmq_recv(sub[n], text, sizeof(text),
					ZMQ_DONTWAIT) > 0) {
				MUST(text[0] == '{');
				count[n]++;
				heard++;
			}
			MUST(errno == EAGAIN);
		}
	}
	results[0] = (double)(now_ns() - began) / 1e9;

	for (n = 0; n < load->senders; n++)
		pthread_join(sender[n], NULL);
	for (n = 0; n < load->participants; n++)
		MUST(count[n] == each * load->senders);
	close_all(load);
}

/* -- how long until a sleeping thread has the message --------------------- */

static void *send_now_and_then(void *arg)
{
	unsigned int n, total = *(const unsigned int *)arg;
	char text[400];
	int len;

	for (n = 0; n < total; n++) {
		usleep(2000);
		len = snprintf(text, sizeof(text), "{\"t\":%lld}",
			       (long long)now_ns());
		MUST(zmq_send(pub[0], text, (size_t)len, ZMQ_DONTWAIT) == len);
	}

	return NULL;
}

void zmq_latency(const void *arg, double *results)
{
	static const struct load one = { 1, 1, 40, 0 };
	unsigned int total = *(const unsigned int *)arg, n = 0;
	zmq_pollitem_t item;
	pthread_t sender;
	char text[400];
	int64_t now;
	int len;

	connect_all(&one);
	memset(&item, 0, sizeof(item));
	item.socket = sub[0];
	item.events = ZMQ_POLLIN;
	MUST(!pthread_create(&sender, NULL, send_now_and_then, &total));
	while (n < total) {
		MUST(zmq_poll(&item, 1, -1) == 1);
		len = zmq_recv(sub[0], text, sizeof(text) - 1, ZMQ_DONTWAIT);
		now = now_ns();
		MUST(len > 0);
		text[len] = '\0';
		results[n++] = (double)(now - strtoll(text + 5, NULL, 10)) /
			       1e3;
	}
	pthread_join(sender, NULL);
	close_all(&one);
}
