/*
 * Changes that concern no connection, for as long as one likes: none may be
 * closed or told of, and in the end all still answer.
 *
 *     bench_route_soak
 *
 * SOAK_SECONDS (60), SOAK_RATE (20000 route changes a second; 0: as many as
 * the kernel takes). Beside the flood of routes each half second something
 * happens to other links, addresses, rules and neighbours.
 */
#include "route_net.h"

#define CONNECTIONS 1000
#define ROUTES 50000

static struct lws_context *cx;
static int fds[CONNECTIONS];
static unsigned int up, lost, told_of;
static int finished;
static uint64_t changes;

static int callback(struct lws *wsi, enum lws_callback_reasons reason,
		    void *user, void *in, size_t len)
{
	unsigned char buf[LWS_PRE + 16];

	(void)user;
	switch ((int)reason) {
	case LWS_CALLBACK_RAW_ADOPT:
		up++;
		break;
	case LWS_CALLBACK_RAW_CLOSE:
		if (!__atomic_load_n(&finished, __ATOMIC_SEQ_CST))
			lost++;
		break;
	case LWS_CALLBACK_RAW_RX:
		MUST(len <= 16);
		memcpy(buf + LWS_PRE, in, len);
		MUST(lws_write(wsi, buf + LWS_PRE, len, LWS_WRITE_RAW) ==
		     (int)len);
		break;
	}

	return 0;
}

static void told(struct lws *wsi, enum lws_route_cull_reasons reason,
		 void *user)
{
	(void)wsi;
	(void)user;
	fprintf(stderr, "told of one: %d\n", (int)reason);
	told_of++;
}

static const struct lws_protocols protocols[] = {
	{ "soak", callback, 0, 0, 0, NULL, 0 },
	{ NULL, NULL, 0, 0, 0, NULL, 0 }
};

static void connections_up(void)
{
	struct lws_vhost *vh;
	struct sockaddr_in to, from;
	lws_route_settings_t s;
	unsigned int n;

	vh = vhost_listening(cx, protocols);
	memset(&s, 0, sizeof(s));
	s.size = sizeof(s);
	MUST(!lws_route_get_settings(cx, &s));
	s.settle_us = 0;
	s.notify = told;
	MUST(!lws_route_set_settings(cx, &s));

	memset(&to, 0, sizeof(to));
	to.sin_family = AF_INET;
	from = to;
	to.sin_port = htons((uint16_t)lws_get_vhost_listen_port(vh));
	MUST(inet_pton(AF_INET, "10.9.0.1", &to.sin_addr) == 1);
	for (n = 0; n < CONNECTIONS; n++) {
		fds[n] = socket_there(SOCK_STREAM);
		from.sin_addr.s_addr = htonl(0x0a400000u + n * 256 + 1);
		MUST(!bind(fds[n], (struct sockaddr *)&from, sizeof(from)));
		MUST(!connect(fds[n], (struct sockaddr *)&to, sizeof(to)));
		while (up == n)
			MUST(!lws_service(cx, 0));
	}
}

static void answers(void)
{
	char buf[4];
	unsigned int n;

	for (n = 0; n < CONNECTIONS; n++) {
		MUST(send(fds[n], "soak", 4, MSG_NOSIGNAL) == 4);
		MUST(recv(fds[n], buf, 4, MSG_WAITALL) == 4);
		MUST(!memcmp(buf, "soak", 4));
	}
}

/* What may happen beside connections, one after the other. */
static const char *const others[] = {
	"addr add 10.56.0.1/24 dev v1\naddr add 10.57.0.1/24 dev v0\n",
	"addr del 10.57.0.1/24 dev v0\naddr del 10.56.0.1/24 dev v1\n",
	"route add blackhole default table 100\n"
	"rule add from 10.99.0.0/16 lookup 100\n"
	"rule add fwmark 7 lookup 100\nrule add to 10.55.0.0/24 blackhole\n",
	"rule del to 10.55.0.0/24 blackhole\nrule del fwmark 7 lookup 100\n"
	"rule del from 10.99.0.0/16 lookup 100\nroute flush table 100\n",
	"link add v5 type veth peer name v6\nlink set v5 up\nlink set v6 up\n"
	"addr add 10.58.0.1/24 dev v5\n",
	"link set v5 down\nlink del v5\n",
	"route add default via 10.8.0.2 metric 50\n"
	"route add 10.64.0.0/10 via 10.8.0.2 metric 700\n"
	"route add prohibit 10.0.0.0/8\n",
	"route del default via 10.8.0.2 metric 50\n"
	"route del 10.64.0.0/10 via 10.8.0.2 metric 700\n"
	"route del prohibit 10.0.0.0/8\n",
	"neigh add 10.9.0.77 lladdr 02:00:00:00:00:77 dev v0\n",
	"neigh del 10.9.0.77 dev v0\n",
	"nexthop add id 7 via 10.8.0.2 dev v1\n"
	"route add 10.59.0.0/24 nhid 7\n",
	"nexthop del id 7\n",
	/* announced again */
	"addr change 10.9.0.1/24 dev v0\n"
	"route replace 10.64.0.0/10 via 10.9.0.2 dev v0\n",
};

static void *soak(void *arg)
{
	unsigned int seconds = setting("SOAK_SECONDS", 60);
	unsigned int rate = setting("SOAK_RATE", 20000);
	int64_t began = now_ns(), now, other = 0;
	struct route *routes = routes_make(ROUTES);
	size_t at = 0, kind = 0;
	int fd = rtnl_open(0, 0), type = RTM_NEWROUTE;

	(void)arg;
	while ((now = now_ns() - began) < (int64_t)seconds * 1000000000) {
		if (rate && changes > (uint64_t)now / 1000 * rate / 1000000) {
			usleep(1000);
			continue;
		}
		routes_send(fd, type, routes + at, 50);
		changes += 50;
		at += 50;
		if (at == ROUTES) {
			at = 0;
			type = type == RTM_NEWROUTE ? RTM_DELROUTE :
						      RTM_NEWROUTE;
		}
		if (now < other)
			continue;
		other = now + 500000000;
		ip_here(others[kind++ % LWS_ARRAY_SIZE(others)]);
		changes++;
		if (!(kind % 20))
			answers();
	}
	answers();
	close(fd);
	free(routes);
	__atomic_store_n(&finished, 1, __ATOMIC_SEQ_CST);
	lws_cancel_service(cx);

	return NULL;
}

int main(void)
{
	lws_route_stats_t s;
	pthread_t thread;

	network_up();
	ip_there("route add local 10.64.0.0/10 dev lo\n");
	ip_here("route add 10.64.0.0/10 via 10.9.0.2 dev v0\n");
	cx = context_synced();
	connections_up();
	MUST(!pthread_create(&thread, NULL, soak, NULL));
	while (!__atomic_load_n(&finished, __ATOMIC_SEQ_CST))
		MUST(!lws_service(cx, 0));
	pthread_join(thread, NULL);
	route_stats(cx, &s);
	printf("| changes that concern nobody | %llu |\n|---|---:|\n"
	       "| connections | %u |\n| lost | %u |\n| told of | %u |\n"
	       "| looked ended for a moment | %llu |\n"
	       "| overflows, all read again | %llu |\n"
	       "| answers compared with the kernel's | %llu |\n"
	       "| different | %llu |\n",
	       (unsigned long long)changes, up, lost, told_of,
	       (unsigned long long)s.candidates,
	       (unsigned long long)s.overflows,
	       (unsigned long long)s.audit_samples,
	       (unsigned long long)s.audit_mismatches);
	MUST(!lost && !told_of && up == CONNECTIONS);
	MUST(s.watched == CONNECTIONS);
	lws_context_destroy(cx);

	return 0;
}
