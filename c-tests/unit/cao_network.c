/*
 * History belongs to a network: when the gateway is another one, none of it
 * counts, and whoever comes back has it in the first race, also after a restart.
 */
#include "../racing.h"

#define DEAD "2001:db8:20:1::2"
#define GOOD "192.0.2.1"

static char file[] = "/tmp/relws-network-XXXXXX";

/* A race: whether it began with the address that is dead. */
static int begins_dead(lws_usec_t *us)
{
	struct run r;
	lws_usec_t at;
	int first;

	*us = racing_run(&r);
	CHECK_STR(r.peer, GOOD);
	at = racing_syn(DEAD);
	first = !at;
	racing_close(&r);

	return first;
}

static void gateway(const char *six, const char *four)
{
	here("route replace 2001:db8:20:1::/64 %s dev t0\n"
	     "route replace 192.0.2.0/24 %s dev t0\n", six, four);
	service_for(cx, 100000);
}

int main(void)
{
	lws_usec_t us, slack = check_slow() ? 400000 : 60000;
	int fd;

#if !defined(LWS_WITH_NETLINK)
	/* the network is known by its gateways' routes */
	return CHECK_SKIPPED;
#endif
	racing_enter();
	fd = mkstemp(file);
	CHECK(fd >= 0);
	close(fd);
	racing_listen(GOOD);
	racing_rule(DEAD, DROP);
	racing_rule(GOOD, 1000);
	racing_name(DEAD " " GOOD);
	racing_context(20);

	/* it learns here */
	CHECK(begins_dead(&us));
	CHECK(us >= 240000);
	CHECK(!begins_dead(&us));
	CHECK(us < slack);

	/* another gateway: nothing is known, from the first race on */
	gateway("via 2001:db8:20::2", "via 198.51.100.2");
	CHECK(begins_dead(&us));
	CHECK(us >= 240000);
	CHECK(!begins_dead(&us));
	CHECK(us < slack);

	/* and one that was never seen */
	gateway("via 2001:db8:20::7", "via 198.51.100.7");
	gateway("", "");
	/* back where it began: known in the first race */
	CHECK(!begins_dead(&us));
	CHECK(us < slack);

	/* after a restart, too */
	CHECK_EQ(lws_cao_save_file(cx, file), 0);
	lws_context_destroy(cx);
	racing_context(20);
	CHECK(lws_cao_load_file(cx, file) > 0);
	CHECK(!begins_dead(&us));
	CHECK(us < slack);
	gateway("via 2001:db8:20::2", "via 198.51.100.2");
	CHECK(!begins_dead(&us));
	lws_context_destroy(cx);
	unlink(file);

	return 0;
}
