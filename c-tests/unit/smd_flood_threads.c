/*
 * A flood of messages from several threads to many participants, with queues
 * short and long: nothing stalls, gets lost, comes twice or out of order. A
 * full queue is told to the sender, who tries again.
 */
#include "../context.h"
#include <sched.h>

#define MAX_SENDERS 4
#define MAX_PARTICIPANTS 64

/* Half of the senders send this as it is, the others as 16 hex digits. */
struct number {
	uint32_t sender;
	uint32_t seq;
};

static struct lws_context *cx;
static unsigned int each, participants, senders;
static unsigned long long delivered, expected;
static lws_sorted_usec_list_t watchdog;

struct sender {
	pthread_t	thread;
	uint32_t	index;
};

struct participant {
	uint32_t	next[MAX_SENDERS];
};

static struct sender sender[MAX_SENDERS];
static struct participant participant[MAX_PARTICIPANTS];

static int cb(void *opaque, lws_smd_class_t c, lws_usec_t ts, void *buf,
	      size_t len)
{
	struct participant *p = opaque;
	unsigned long long both;
	struct number nr;

	(void)c;
	(void)ts;
	if (len == sizeof(nr)) {
		memcpy(&nr, buf, sizeof(nr));
	} else {
		CHECK(len == 16 && strlen(buf) == 16);
		both = strtoull(buf, NULL, 16);
		nr.sender = (uint32_t)(both >> 32);
		nr.seq = (uint32_t)both;
	}
	CHECK(nr.sender < senders);
	CHECK(nr.seq == p->next[nr.sender]);
	p->next[nr.sender]++;

	/* what is delivered last has to end the wait of the loop */
	if (++delivered == expected)
		lws_cancel_service(cx);

	return 0;
}

static void *send_all(void *arg)
{
	struct sender *s = arg;
	struct number nr = { s->index, 0 };
	void *m;

	for (nr.seq = 0; nr.seq < each; nr.seq++) {
		if (s->index & 1) {
			while (lws_smd_msg_printf(cx, MINE, "%08x%08x",
						  nr.sender, nr.seq))
				sched_yield();
			continue;
		}
		m = lws_smd_msg_alloc(cx, MINE, sizeof(nr));
		CHECK(m);
		memcpy(m, &nr, sizeof(nr));
		while (lws_smd_msg_send(cx, m))
			sched_yield();
	}

	return NULL;
}

/* No message for a long time although some are missing: it stalled. */
static void check_progress(lws_sorted_usec_list_t *sul)
{
	static unsigned long long before;

	CHECK(delivered != before);
	before = delivered;
	lws_sul_schedule(cx, 0, sul, check_progress, 30 * LWS_USEC_PER_SEC);
}

static void flood(unsigned int threads, unsigned int listeners, int depth)
{
	struct lws_context_creation_info info;
	unsigned int n, m;

	info_init(&info);
	lws_set_log_level(LLL_ERR, NULL); /* refusals are business as usual */
	info.smd_queue_depth = (uint16_t)depth;
	info.smd_ttl_us = 3600 * LWS_USEC_PER_SEC;
	cx = context_from(&info);
	context_settle(cx);

	senders = threads;
	participants = listeners;
	each = repeats(100000, 2000) / senders;
	delivered = 0;
	expected = (unsigned long long)each * senders * participants;
	memset(participant, 0, sizeof(participant));
	memset(&watchdog, 0, sizeof(watchdog));
	lws_sul_schedule(cx, 0, &watchdog, check_progress,
			 30 * LWS_USEC_PER_SEC);

	for (n = 0; n < participants; n++)
		CHECK(lws_smd_register(cx, &participant[n], 0, MINE, cb));
	for (n = 0; n < senders; n++) {
		sender[n].index = n;
		CHECK(!pthread_create(&sender[n].thread, NULL, send_all,
				      &sender[n]));
	}
	while (delivered < expected)
		CHECK(!lws_service(cx, 0));
	for (n = 0; n < senders; n++)
		CHECK(!pthread_join(sender[n].thread, NULL));
	pump(cx);

	CHECK(delivered == expected);
	for (n = 0; n < participants; n++)
		for (m = 0; m < senders; m++)
			CHECK(participant[n].next[m] == each);
	lws_sul_cancel(&watchdog);
	lws_context_destroy(cx);
}

int main(void)
{
	static const unsigned int threads[] = { 1, 2, 4 },
				  listeners[] = { 1, 8, 64 };
	static const int depths[] = { 40, 4000 };
	size_t t, l, d;

	for (t = 0; t < LWS_ARRAY_SIZE(threads); t++)
		for (l = 0; l < LWS_ARRAY_SIZE(listeners); l++)
			for (d = 0; d < LWS_ARRAY_SIZE(depths); d++)
				flood(threads[t], listeners[l], depths[d]);

	return 0;
}
