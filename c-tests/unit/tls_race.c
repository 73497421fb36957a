/*
 * Who accepts the connection and says nothing to TLS does not win: the next
 * address has its turn, and the first one is marked. Nor does one whose
 * certificate is wrong. Callbacks are about the program's connection all the
 * time, and nothing is left when it closes meanwhile.
 */
#include "../racing.h"
#include "../tls.h"

#define STALLS "127.0.0.2"	/* the kernel accepts, nobody reads */
#define GOOD "127.0.0.3"
#define WRONG "127.0.0.4"	/* another CA's certificate */

static int verified;

static int server_cb(struct lws *wsi, enum lws_callback_reasons reason,
		     void *user, void *in, size_t len)
{
	(void)wsi;
	(void)reason;
	(void)user;
	(void)in;
	(void)len;

	return 0;
}

static int client_cb(struct lws *wsi, enum lws_callback_reasons reason,
		     void *user, void *in, size_t len)
{
	struct run *r;

	if (reason == LWS_CALLBACK_OPENSSL_PERFORM_SERVER_CERT_VERIFICATION) {
		/* it is the connection, with the session that asks */
		r = lws_get_opaque_user_data(wsi);
		CHECK(r && r->wsi == wsi);
		CHECK(user == lws_get_ssl(wsi));
		CHECK(!r->connected);
		verified++;
		return 0;
	}

	return racing_cb(wsi, reason, user, in, len);
}

static const struct lws_protocols server_protocols[] = {
	{ "server", server_cb, 0, 0, 0, NULL, 0 },
	{ NULL, NULL, 0, 0, 0, NULL, 0 }
};
static const struct lws_protocols client_protocols[] = {
	{ "client", client_cb, 0, 0, 0, NULL, 0 },
	{ NULL, NULL, 0, 0, 0, NULL, 0 }
};

static void serves(const char *address, const char *certificate)
{
	struct lws_context_creation_info info;

	info_tls_server(&info, address, certificate, server_protocols, "server");
	info.iface = address;
	info.port = RACE_PORT;
	CHECK(lws_create_vhost(cx, &info) != NULL);
}

static void up(unsigned int timeout_secs)
{
	struct lws_context_creation_info info;

	cx = context_bare();
	serves(GOOD, "good");
	serves(WRONG, "other");
	info_tls_client(&info, "client", client_protocols);
	info.connect_timeout_secs = timeout_secs;
	vh = lws_create_vhost(cx, &info);
	CHECK(vh != NULL);
	pump(cx);
#if defined(LWS_WITH_NETLINK)
	UNTIL(cx, lws_route_synced(cx));
#endif
}

static void starts(struct run *r)
{
	struct lws_client_connect_info i;

	memset(r, 0, sizeof(*r));
	info_connect(&i, cx, vh, "client", RACE_NAME, RACE_PORT);
	i.host = "localhost";
	i.ssl_connection = LCCSCF_USE_SSL;
	i.opaque_user_data = r;
	i.pwsi = &r->wsi;
	r->began = lws_now_usecs();
	CHECK(lws_client_connect_via_info(&i) != NULL);
}

static lws_usec_t runs(struct run *r)
{
	starts(r);
	UNTIL(cx, r->connected || r->failed);

	return r->ended - r->began;
}

static unsigned int under_way(void)
{
	lws_cao_stats_t s;

	memset(&s, 0, sizeof(s));
	s.size = sizeof(s);
	CHECK_EQ(lws_cao_get_stats(cx, &s), 0);

	return s.under_way;
}

static void info_get(const lws_cao_t *cao, lws_cao_info_t *i)
{
	CHECK(cao != NULL);
	memset(i, 0, sizeof(*i));
	i->size = sizeof(*i);
	CHECK_EQ(lws_cao_get_info(cao, i), 0);
}

static void score(const lws_cao_info_t *of, unsigned int level, lws_cao_score_t *s)
{
	memset(s, 0, sizeof(*s));
	s->size = sizeof(*s);
	CHECK_EQ(lws_cao_get_score(cx, level, of, s), 0);
}

/* The first address accepts and stalls. */
static void stalls(void)
{
	lws_cao_info_t won, other;
	lws_cao_settings_t settings;
	const struct lws_conmon *c;
	lws_cao_score_t s;
	struct run r;
	lws_usec_t us;

	racing_name(STALLS " " GOOD);
	up(20);
	memset(&settings, 0, sizeof(settings));
	settings.size = sizeof(settings);
	CHECK_EQ(lws_cao_get_settings(cx, &settings), 0);
	settings.fallout_us = 300000;
	CHECK_EQ(lws_cao_set_settings(cx, &settings), 0);
	us = runs(&r);
	fprintf(stderr, "a stall: %d ms\n", (int)(us / 1000));
	CHECK_EQ(r.connected, 1);
	CHECK_STR(r.peer, GOOD);
	CHECK_EQ(r.connecting, 2);
	CHECK_EQ(r.created, 1);
	CHECK(us >= 250000);
	CHECK(check_slow() || us < 600000);
	CHECK(verified > 0);
	info_get(lws_wsi_cao(r.wsi), &won);
	CHECK(won.tls_us > 0 && won.tls_us < won.took_us);
	c = lws_wsi_conmon(r.wsi);
	CHECK_EQ(c->ciu_tls, won.tls_us);
	CHECK_EQ(c->ciu_sockconn, won.took_us - won.tls_us);
	score(&won, LWS_CAO_ENDPOINT, &s);
	CHECK_EQ(s.tls_p95_us, won.tls_us);

	/* it may go on for a while, and has failed then */
	CHECK_EQ(under_way(), 1);
	UNTIL(cx, lws_cao_next(r.wsi, lws_wsi_cao(r.wsi)));
	info_get(lws_cao_next(r.wsi, lws_wsi_cao(r.wsi)), &other);
	CHECK_EQ(other.outcome, LWS_CAO_TLS_FAILED);
	CHECK(other.tls_us >= 500000);
	CHECK_EQ(under_way(), 0);
	score(&other, LWS_CAO_ENDPOINT, &s);
	CHECK(s.fails >= 1);
	CHECK_EQ(s.last, LWS_CAO_TLS_FAILED);
	/* that says nothing against the way there */
	score(&other, LWS_CAO_FAMILY, &s);
	CHECK_EQ(s.fails, 0);
	CHECK(s.srtt_us < 1000000);
	racing_close(&r);

	/* and is not tried first any more */
	us = runs(&r);
	fprintf(stderr, "again: %d ms\n", (int)(us / 1000));
	CHECK_STR(r.peer, GOOD);
	CHECK(check_slow() || us < 200000);
	racing_close(&r);
	lws_context_destroy(cx);
}

/* A certificate that is no good is the end of an attempt, not of the race. */
static void wrong(void)
{
	lws_cao_info_t other;
	struct run r;
	lws_usec_t us;

	racing_name(WRONG " " GOOD);
	up(20);
	us = runs(&r);
	fprintf(stderr, "a wrong certificate: %d ms\n", (int)(us / 1000));
	CHECK_EQ(r.connected, 1);
	CHECK_STR(r.peer, GOOD);
	CHECK(check_slow() || us < 240000);
	info_get(lws_cao_next(r.wsi, lws_wsi_cao(r.wsi)), &other);
	CHECK_EQ(other.outcome, LWS_CAO_TLS_FAILED);
	racing_close(&r);

	/* nobody is good: each is named */
	racing_name(WRONG);
	lws_context_destroy(cx);
	up(20);
	runs(&r);
	CHECK_EQ(r.failed, 1);
	CHECK(!strncmp(r.error, "server's cert didn't look good, ", 32));
	CHECK(strstr(r.error, WRONG ":7000 TLS failed after ") != NULL);
	CHECK_EQ(r.created, 0);
	racing_close(&r);
	lws_context_destroy(cx);
}

/* Time is over while all of them stall. */
static void times_out(void)
{
	struct run r;

	racing_name(STALLS);
	up(1);
	CHECK(runs(&r) >= 990000);
	CHECK_EQ(r.failed, 1);
	fprintf(stderr, "%s\n", r.error);
	CHECK(!strncmp(r.error, "Timed out waiting SSL: ", 23));
	CHECK(strstr(r.error, STALLS ":7000 no TLS answer after ") != NULL);
	CHECK_EQ(under_way(), 0);
	racing_close(&r);
	lws_context_destroy(cx);
}

/* The program closes it at any stage, and the context at the end of one. */
static void closes(int before)
{
	int n, stages = check_slow() ? 2 : 16;
	struct run r;

	racing_name(STALLS " " WRONG " " GOOD);
	for (n = 0; n < stages; n++) {
		up(20);
		starts(&r);
		service_for(cx, (lws_usec_t)n * 400000 / stages);
		if (n & 1) {
			racing_close(&r);
			CHECK(r.failed + r.connected <= 1);
			CHECK(r.connected || !under_way());
		}
		lws_context_destroy(cx);
		CHECK(descriptors_again(before));
	}
}

int main(void)
{
	struct sockaddr_storage ss;
	socklen_t len;
	int fd, before;

#if !defined(LWS_WITH_CAO)
	return CHECK_SKIPPED;
#endif
	cert("ca.pem");
	racing_enter();
	len = address_of(&ss, STALLS, RACE_PORT);
	fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	CHECK(fd >= 0);
	CHECK(!bind(fd, (struct sockaddr *)&ss, len));
	CHECK(!listen(fd, 1000));
	/* what a library keeps open once it has been used */
	up(20);
	lws_context_destroy(cx);
	before = descriptors();
	stalls();
	wrong();
	times_out();
	closes(before);

	return 0;
}
