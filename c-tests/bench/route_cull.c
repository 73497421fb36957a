/*
 * How long it takes from a change of the routes until the connections that it
 * ends have been closed, or told of, and what changes cost that end none.
 *
 *     bench_route_cull
 *
 * Peers are 10.64.0.0/10 in the other network. The change is sent by a thread
 * while the loop sleeps; the time runs from just before that.
 */
#include "route_net.h"

#include <sys/resource.h>

#define FAR 0x0a400000u
#define MOST 12000

static struct lws_context *cx;
static struct lws_vhost *vh;
static struct lws *conns[MOST];
static unsigned int up, ended;
static int64_t ended_at;

static void end_noted(void)
{
	ended_at = now_ns();
	__atomic_add_fetch(&ended, 1, __ATOMIC_SEQ_CST);
}

static int callback(struct lws *wsi, enum lws_callback_reasons reason,
		    void *user, void *in, size_t len)
{
	(void)user;
	(void)in;
	(void)len;
	if (reason == LWS_CALLBACK_RAW_ADOPT) {
		MUST(up < MOST);
		conns[up++] = wsi;
	}
	if (reason == LWS_CALLBACK_RAW_CLOSE &&
	    lws_route_cull_reason(wsi) == LWS_ROUTE_CULL_NO_ROUTE)
		end_noted();

	return 0;
}

static void told(struct lws *wsi, enum lws_route_cull_reasons reason,
		 void *user)
{
	(void)wsi;
	(void)user;
	MUST(reason == LWS_ROUTE_CULL_NO_ROUTE);
	end_noted();
}

static const struct lws_protocols protocols[] = {
	{ "bench", callback, 0, 0, 0, NULL, 0 },
	{ NULL, NULL, 0, 0, 0, NULL, 0 }
};

static void context_up(int cull)
{
	lws_route_settings_t s;

	cx = context_synced();
	vh = vhost_listening(cx, protocols);
	memset(&s, 0, sizeof(s));
	s.size = sizeof(s);
	MUST(!lws_route_get_settings(cx, &s));
	s.settle_us = 0;
	s.cull = cull;
	if (cull == LWS_ROUTE_CULL_NOTIFY)
		s.notify = told;
	MUST(!lws_route_set_settings(cx, &s));
}

/* TCP connections from there. */
static void tcp_up(unsigned int count)
{
	struct sockaddr_in to, from;
	unsigned int before;
	int fd;

	memset(&to, 0, sizeof(to));
	to.sin_family = AF_INET;
	from = to;
	to.sin_port = htons((uint16_t)lws_get_vhost_listen_port(vh));
	MUST(inet_pton(AF_INET, "10.9.0.1", &to.sin_addr) == 1);
	while (up < count) {
		before = up;
		fd = socket_there(SOCK_STREAM);
		from.sin_addr.s_addr = htonl(FAR + up);
		MUST(!bind(fd, (struct sockaddr *)&from, sizeof(from)));
		MUST(!connect(fd, (struct sockaddr *)&to, sizeof(to)));
		while (up == before)
			MUST(!lws_service(cx, 0));
	}
}

/* UDP sockets that are connected to addresses there, ten to each 256. */
static void udp_up(unsigned int count)
{
	unsigned int before;
	char address[32];
	uint32_t ip;

	while (up < count) {
		before = up;
		ip = FAR + up / 10 * 256 + up % 10 + 1;
		snprintf(address, sizeof(address), "10.%u.%u.%u",
			 ip >> 16 & 255, ip >> 8 & 255, ip & 255);
		MUST(lws_create_adopt_udp(vh, address, 5000, 0, "bench", NULL,
					  NULL, NULL, NULL, NULL));
		while (up == before)
			MUST(!lws_service(cx, 0));
	}
}

/* -- one change after the other ------------------------------------------- */

struct changes {
	const struct route	*routes;
	unsigned int		count, ends; /* connections that each ends */
	int			again; /* it is put back every time */
	double			*us;
};

static int finished;

static void wait_for(unsigned int ends)
{
	while (__atomic_load_n(&ended, __ATOMIC_SEQ_CST) < ends)
		usleep(50);
}

static void *change(void *arg)
{
	struct changes *c = arg;
	const struct route *r = c->routes;
	int fd = rtnl_open(0, 0);
	unsigned int n;
	int64_t began;

	for (n = 0; n < c->count; n++) {
		usleep(2000); /* the loop sleeps by then */
		began = now_ns();
		route_send(fd, RTM_DELROUTE, r);
		wait_for((n + 1) * c->ends);
		c->us[n] = (double)(ended_at - began) / 1e3;
		if (c->again) {
			route_send(fd, RTM_NEWROUTE, r);
			usleep(100000); /* and all have been looked at */
		} else {
			r++;
		}
	}
	close(fd);
	__atomic_store_n(&finished, 1, __ATOMIC_SEQ_CST);
	lws_cancel_service(cx);

	return NULL;
}

static void changes_run(struct changes *c)
{
	pthread_t thread;

	finished = 0;
	MUST(!pthread_create(&thread, NULL, change, c));
	while (!__atomic_load_n(&finished, __ATOMIC_SEQ_CST))
		MUST(!lws_service(cx, 0));
	pthread_join(thread, NULL);
	MUST(ended == c->count * c->ends);
}

static struct route *far_routes(unsigned int count, unsigned int len)
{
	struct route *r = calloc(count, sizeof(*r));
	unsigned int n;

	MUST(r);
	for (n = 0; n < count; n++) {
		r[n].dest = FAR + (n << (32 - len));
		r[n].len = (uint8_t)len;
	}

	return r;
}

static void routes_add(const struct route *r, unsigned int count, int type)
{
	int fd = rtnl_open(0, 0);

	routes_send(fd, type, r, count);
	close(fd);
}

#define SINGLES 500

/* 1,000 connections and more; each change ends one: us for each */
static void singles(const void *arg, double *us)
{
	struct route *r = far_routes(1000 + SINGLES, 32);
	struct changes c = { r, SINGLES, 1, 0, us };

	(void)arg;
	routes_add(r, 1000 + SINGLES, RTM_NEWROUTE);
	context_up(LWS_ROUTE_CULL_CLOSE);
	tcp_up(1000 + SINGLES);
	changes_run(&c);
	routes_add(r + SINGLES, 1000, RTM_DELROUTE);
	lws_context_destroy(cx);
}

#define TENS 200

/* 10,000 connections and more; each change ends ten: us for each */
static void tens(const void *arg, double *us)
{
	struct route *r = far_routes(1000 + TENS, 24);
	struct changes c = { r, TENS, 10, 0, us };

	(void)arg;
	routes_add(r, 1000 + TENS, RTM_NEWROUTE);
	context_up(LWS_ROUTE_CULL_CLOSE);
	udp_up(10000 + TENS * 10);
	changes_run(&c);
	routes_add(r + TENS, 1000, RTM_DELROUTE);
	lws_context_destroy(cx);
}

#define LOSSES 10

/* The default route of 10,000 is lost, they are told of: us for each loss */
static void losses(const void *arg, double *us)
{
	struct route r = { 0, 0, 0 };
	struct changes c = { &r, LOSSES, 10000, 1, us };

	(void)arg;
	routes_add(&r, 1, RTM_NEWROUTE);
	context_up(LWS_ROUTE_CULL_NOTIFY);
	udp_up(10000);
	changes_run(&c);
	routes_add(&r, 1, RTM_DELROUTE);
	lws_context_destroy(cx);
}

/* ... and closed: us */
static void loss_closes(const void *arg, double *us)
{
	struct route r = { 0, 0, 0 };
	struct changes c = { &r, 1, 10000, 0, us };

	(void)arg;
	routes_add(&r, 1, RTM_NEWROUTE);
	context_up(LWS_ROUTE_CULL_CLOSE);
	udp_up(10000);
	changes_run(&c);
	lws_context_destroy(cx);
}

#define UNRELATED 500

/* us of a pass of the loop after a change; us after one that concerns all */
static void unrelated(const void *arg, double *us)
{
	static double all[UNRELATED];
	struct route far = { FAR, 10, 0 }, r = { 0xc0000200u, 24, 0 };
	int64_t began;
	unsigned int n;

	routes_add(&far, 1, RTM_NEWROUTE);
	context_up(LWS_ROUTE_CULL_CLOSE);
	udp_up(*(const unsigned int *)arg);
	for (n = 0; n < UNRELATED; n++) {
		routes_add(&r, 1, n & 1 ? RTM_DELROUTE : RTM_NEWROUTE);
		began = now_ns();
		MUST(!lws_service(cx, -1));
		all[n] = (double)(now_ns() - began) / 1e3;
	}
	us[0] = median(all, UNRELATED);
	for (n = 0; n < 20; n++) {
		ip_here(n & 1 ? "addr del 192.0.2.1/32 dev v1\n" :
				"addr add 192.0.2.1/32 dev v1\n");
		began = now_ns();
		MUST(!lws_service(cx, -1));
		all[n] = (double)(now_ns() - began) / 1e3;
	}
	us[1] = median(all, 20);
	MUST(!ended);
	routes_add(&far, 1, RTM_DELROUTE);
	lws_context_destroy(cx);
}

/* -- who only listens ----------------------------------------------------- */

static int64_t heard_at;

static void *send_singles(void *arg)
{
	double *us = arg;
	struct route *r = far_routes(SINGLES, 32);
	int fd = rtnl_open(0, 0);
	unsigned int n;
	int64_t began, at;

	for (n = 0; n < SINGLES; n++) {
		usleep(2000);
		began = now_ns();
		route_send(fd, RTM_NEWROUTE, &r[n]);
		while (!(at = __atomic_exchange_n(&heard_at, 0,
						  __ATOMIC_SEQ_CST)))
			usleep(50);
		us[n] = (double)(at - began) / 1e3;
	}
	routes_send(fd, RTM_DELROUTE, r, SINGLES);

	return NULL;
}

/* A thread that waits in recv(): us until it has the announcement */
static void listener(const void *arg, double *us)
{
	int fd = rtnl_open(RTMGRP_IPV4_ROUTE, 0);
	pthread_t thread;
	char buf[8192];
	unsigned int n;

	(void)arg;
	MUST(!pthread_create(&thread, NULL, send_singles, us));
	for (n = 0; n < SINGLES; n++) {
		MUST(recv(fd, buf, sizeof(buf), 0) > 0);
		__atomic_store_n(&heard_at, now_ns(), __ATOMIC_SEQ_CST);
	}
	pthread_join(thread, NULL);
}

static void row(const char *what, double *us, size_t count, int failed)
{
	if (failed)
		printf("| %s | fails | |\n", what);
	else
		printf("| %s | %.0f | %.0f |\n", what, quantile(us, count, 0.5),
		       quantile(us, count, 0.99));
	fflush(stdout);
}

int main(void)
{
	static const unsigned int none = 0, many = 10000;
	struct rlimit limit;
	static double us[SINGLES];
	int failed;

	MUST(!getrlimit(RLIMIT_NOFILE, &limit));
	limit.rlim_cur = limit.rlim_max;
	MUST(!setrlimit(RLIMIT_NOFILE, &limit));
	network_up();
	ip_there("route add local 10.64.0.0/10 dev lo\n");
	printf("| from the change until the last has been closed, us | median "
	       "| 99th percentile |\n|---|---:|---:|\n");
	failed = in_child(listener, NULL, us, SINGLES, 60);
	row("a thread that only listens has heard of it", us, SINGLES, failed);
	failed = in_child(singles, NULL, us, SINGLES, 60);
	row("1,000 connections, 1 ended", us, SINGLES, failed);
	failed = in_child(tens, NULL, us, TENS, 60);
	row("10,000 connections, 10 ended", us, TENS, failed);
	failed = in_child(losses, NULL, us, LOSSES, 60);
	row("10,000 connections, all told of", us, LOSSES, failed);
	failed = in_child(loss_closes, NULL, us, 1, 60);
	row("10,000 connections, all ended", us, 1, failed);
	printf("\n| a pass of the loop after a change that ends nobody, us | "
	       "without connections | with 10,000 |\n|---|---:|---:|\n");
	MUST(!in_child(unrelated, &none, us, 2, 60));
	MUST(!in_child(unrelated, &many, us + 2, 2, 60));
	printf("| a route to elsewhere | %.1f | %.1f |\n", us[0], us[2]);
	printf("| an address, after which all are looked at | %.1f | %.1f |\n",
	       us[1], us[3]);

	return 0;
}
