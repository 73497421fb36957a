/*
 * Families that the resolver finds at different times: who waits for whom, and
 * how long (RFC 8305 section 3), seen from the SYNs that left; and which name
 * server an address is from.
 */
#include "../racing.h"

#define SIX "2001:db8:20:1::1"
#define FOUR "192.0.2.1"
#define NOBODY 9		/* the last part of an address that refuses */

/* -- a name server ----------------------------------------------------------- */

/* What "a20-q60x.test" is asked for comes 20 ms (A) and 60 ms (AAAA) late; n
 * instead of a number: never. With x at the end the A record refuses, with y
 * the AAAA record is of nobody. */
static int late_ms(const char *label, int kind)
{
	const char *at = strchr(label, kind);

	CHECK(at != NULL);

	return at[1] == 'n' ? -1 : atoi(at + 1);
}

struct due {
	lws_usec_t		us;
	struct sockaddr_in	to;
	size_t			len;
	unsigned char		data[512];
};

static void serve_one(struct due *d, const unsigned char *q, size_t len)
{
	unsigned char v4[4] = { 192, 0, 2, 1 };
	unsigned char v6[16] = { 0x20, 1, 0xd, 0xb8, 0, 0x20, 0, 1,
				 0, 0, 0, 0, 0, 0, 0, 1 };
	char label[64];
	size_t end = 12, n;
	int is_a, ms;

	d->us = 0;
	if (len < 17)
		return;
	snprintf(label, sizeof(label), "%.*s", (int)q[12], (const char *)q + 13);
	for (n = 0; label[n]; n++)
		label[n] = (char)(label[n] | 0x20);
	while (end + 5 <= len && q[end])
		end += 1u + q[end];
	end += 5;
	is_a = q[end - 3] == 1;
	/* "-" is 0x2d, and 0x20 does not change it */
	ms = late_ms(label, is_a ? 'a' : 'q');
	if (ms < 0)
		return;
	if (strchr(label, 'x'))
		v4[3] = NOBODY;
	if (strchr(label, 'y'))
		v6[15] = NOBODY;
	memcpy(d->data, q, end);
	d->data[2] = 0x81;
	d->data[3] = 0x80;
	memset(d->data + 6, 0, 6);
	d->data[7] = 1;
	n = end;
	memcpy(d->data + n, "\xc0\x0c\0\1\0\1\0\0\0\x3c\0", 11);
	d->data[n + 3] = is_a ? 1 : 28;
	d->data[n + 11] = is_a ? 4 : 16;
	memcpy(d->data + n + 12, is_a ? v4 : v6, is_a ? 4 : 16);
	d->len = n + 12 + (is_a ? 4 : 16);
	d->us = router_now() + (lws_usec_t)ms * 1000;
}

static int *asked;	/* packets to the server that is silent */

static void serve(int fd, int silent)
{
	struct pollfd fds[2] = { { fd, POLLIN, 0 }, { silent, POLLIN, 0 } };
	static struct due dues[64];
	unsigned char q[512];
	lws_usec_t wait, now;
	struct timespec ts;
	socklen_t size;
	ssize_t len;
	size_t n;

	for (;;) {
		wait = 1000000;
		now = router_now();
		for (n = 0; n < LWS_ARRAY_SIZE(dues); n++) {
			struct due *d = &dues[n];

			if (d->us && d->us <= now) {
				sendto(fd, d->data, d->len, 0,
				       (struct sockaddr *)&d->to, sizeof(d->to));
				d->us = 0;
			}
			if (d->us && d->us - now < wait)
				wait = d->us - now;
		}
		ts.tv_sec = (time_t)(wait / 1000000);
		ts.tv_nsec = (long)(wait % 1000000) * 1000;
		if (ppoll(fds, 2, &ts, NULL) < 0)
			_exit(1);
		if (fds[1].revents && recv(silent, q, sizeof(q), 0) > 0)
			__atomic_add_fetch(asked, 1, __ATOMIC_RELAXED);
		if (!fds[0].revents)
			continue;
		for (n = 0; n < LWS_ARRAY_SIZE(dues) && dues[n].us; n++)
			;
		if (n == LWS_ARRAY_SIZE(dues))
			_exit(2);
		size = sizeof(dues[n].to);
		len = recvfrom(fd, q, sizeof(q), 0,
			       (struct sockaddr *)&dues[n].to, &size);
		if (len > 0)
			serve_one(&dues[n], q, (size_t)len);
	}
}

static int server_socket(const char *address)
{
	struct sockaddr_storage ss;
	socklen_t len = address_of(&ss, address, 5300);
	int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);

	CHECK(fd >= 0);
	CHECK(!bind(fd, (struct sockaddr *)&ss, len));

	return fd;
}

static void server_up(void)
{
	int fd = server_socket("127.0.0.1"), silent = server_socket("127.0.0.2");
	pid_t parent = getpid();

	asked = mmap(NULL, sizeof(*asked), PROT_READ | PROT_WRITE,
		     MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	CHECK(asked != MAP_FAILED);
	switch (fork()) {
	case -1:
		ns_skip("fork");
		break;
	case 0:
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		if (getppid() != parent)
			_exit(1);
		serve(fd, silent);
	}
	close(fd);
	close(silent);
}

/* -- what is expected ---------------------------------------------------------- */

static const struct timeline {
	const char	*name, *winner;
	/* when each family's first SYN leaves, ms after the program asked; -1:
	 * never */
	int		six_ms, four_ms;
} timelines[] = {
	/* both at once, IPv6 first, IPv6 a little late */
	{ "a0-q0", SIX, 0, -1 },
	{ "a60-q10", SIX, 10, -1 },
	{ "a0-q20", SIX, 20, -1 },
	{ "a0-q40", SIX, 40, -1 },
	/* a late or lost A never delays IPv6 */
	{ "a900-q0", SIX, 0, -1 },
	{ "an-q5", SIX, 5, -1 },
	/* AAAA beyond the Resolution Delay: IPv4 does not wait */
	{ "a0-q70", FOUR, -1, 50 },
	{ "a10-q200", FOUR, -1, 60 },
	{ "a0-qn", FOUR, -1, 50 },
	/* one family fails before the other is there: no error yet */
	{ "a0-q120x", SIX, 120, 50 },
	{ "a120-q0y", FOUR, 0, 120 },
	/* a late family is taken in: it begins when its turn comes */
	{ "a80-q0y", FOUR, 0, 80 },
};

static int slack_ms = 3;

static int near_ms(const char *address, lws_usec_t began, int ms)
{
	unsigned char dest[16];
	int n, at;

	racing_parse(address, dest);
	for (n = 0; n < shared->n_syns; n++)
		if (!memcmp(shared->syns[n].dest, dest, 16)) {
			at = (int)((shared->syns[n].us - began) / 1000);
			fprintf(stderr, " %s at %d ms", address, at);
			return ms >= 0 && at >= ms - 1 && at <= ms + slack_ms;
		}

	return ms < 0;
}

static int goes(const struct timeline *t)
{
	const char *six = strchr(t->name, 'y') ? "2001:db8:20:1::9" : SIX;
	const char *four = strchr(t->name, 'x') ? "192.0.2.9" : FOUR;
	char name[64];
	struct run r;
	int good;

	snprintf(name, sizeof(name), "%s.test", t->name);
	racing_context(20);
	CHECK(racing_start_to(&r, name) != NULL);
	UNTIL(cx, r.connected || r.failed);
	fprintf(stderr, "%s:", t->name);
	good = near_ms(six, r.began, t->six_ms);
	good &= near_ms(four, r.began, t->four_ms);
	fprintf(stderr, "\n");
	CHECK_EQ(r.connected, 1);
	CHECK_STR(r.peer, t->winner);
	racing_close(&r);
	lws_context_destroy(cx);

	return good;
}

static void who_said_so(void)
{
	lws_cao_score_t score;
	lws_cao_info_t info;
	char text[64];
	struct run r;

	racing_context(20);
	CHECK(racing_start_to(&r, "a0-q0.test") != NULL);
	UNTIL(cx, r.connected || r.failed);
	memset(&info, 0, sizeof(info));
	info.size = sizeof(info);
	CHECK(!lws_cao_get_info(lws_wsi_cao(r.wsi), &info));
	CHECK(lws_sa46_write_numeric_address(&info.dns_server, text,
					     sizeof(text)) > 0);
	CHECK_STR(text, "127.0.0.1");
	memset(&score, 0, sizeof(score));
	score.size = sizeof(score);
	CHECK_EQ(lws_cao_get_score(cx, LWS_CAO_DNS_SERVER, &info, &score), 0);
	CHECK(score.ok_milli > 900);
	/* what is still under way of a name does not keep a query from its
	 * connection */
	racing_close(&r);
	lws_context_destroy(cx);
}

/* The first server is silent: the first name waits a little, others do not. */
static void a_dead_server(void)
{
	lws_usec_t first, later, worst = 0;
	char name[64];
	struct run r;
	FILE *f = fopen("/etc/resolv.conf", "w");
	int n, before;

	CHECK(f != NULL);
	CHECK(fputs("nameserver 127.0.0.2:5300\nnameserver 127.0.0.1:5300\n", f) >= 0);
	CHECK(!fclose(f));
	racing_context(20);
	CHECK(racing_start_to(&r, "a0-q0-0.test") != NULL);
	UNTIL(cx, r.connected || r.failed);
	first = r.ended - r.began;
	racing_close(&r);
	before = *asked;
	CHECK(before > 0);
	for (n = 1; n <= 10; n++) {
		snprintf(name, sizeof(name), "a0-q0-%d.test", n);
		CHECK(racing_start_to(&r, name) != NULL);
		UNTIL(cx, r.connected || r.failed);
		CHECK_STR(r.peer, SIX);
		later = r.ended - r.began;
		worst = later > worst ? later : worst;
		racing_close(&r);
	}
	fprintf(stderr, "a dead server: %d us, then at most %d us\n", (int)first,
		(int)worst);
	/* no query has been made yet, so its time is not known */
	CHECK(check_slow() || first < 500000);
	CHECK(check_slow() || worst < first / 2);
	lws_context_destroy(cx);
}

/* Closed while a family is still awaited: before anything began, and when all
 * that was there has failed. */
static void closed_meanwhile(int before)
{
	static const char *const names[] = { "a0-qn.test", "an-q0y.test",
					     "a400-q0y.test", "an-qn.test" };
	struct run r;
	size_t n;

	for (n = 0; n < LWS_ARRAY_SIZE(names); n++) {
		racing_context(20);
		CHECK(racing_start_to(&r, names[n]) != NULL);
		service_for(cx, 25000);
		CHECK(!r.connected && !r.failed);
		racing_close(&r);
		CHECK_EQ(r.connected, 0);
		CHECK_EQ(r.failed, 1);
		lws_context_destroy(cx);
		CHECK(descriptors_again(before));
	}
}

int main(void)
{
	int before, tries;
	size_t n;

#if !defined(LWS_WITH_NETLINK) || !defined(LWS_WITH_SYS_ASYNC_DNS)
	/* families come one after the other from the resolver only */
	return CHECK_SKIPPED;
#endif
	racing_enter();
	racing_bind("nameserver 127.0.0.1:5300\n", "/etc/resolv.conf");
	server_up();
	racing_listen(SIX);
	racing_listen(FOUR);
	racing_rule(SIX, 1000);
	racing_rule(FOUR, 1000);
	before = descriptors();

	/* no way to the IPv6 internet: nobody waits for its addresses */
	slack_ms = check_slow() ? 200 : 10;
	for (tries = 0; !goes(&(struct timeline){ "a0-q300", FOUR, -1, 0 }); tries++)
		CHECK(tries < 4);
	here("route add 2000::/3 dev t0\n");
	for (n = 0; n < LWS_ARRAY_SIZE(timelines); n++) {
		slack_ms = check_slow() ? 200 : 3;
		if (check_slow() && n % 4)
			continue;
		/* a machine that is busy may be late now and then */
		for (tries = 1; !goes(&timelines[n]); tries++) {
			CHECK(tries < 5);
			slack_ms *= 2;
		}
		CHECK_EQ(descriptors(), before);
	}
	closed_meanwhile(before);
	who_said_so();
	a_dead_server();

	return 0;
}
