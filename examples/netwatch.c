/*
 * netwatch: show the routing table, and where packets would go, live.
 *
 *     netwatch 192.0.2.1 2001:db8::1
 *
 * prints the steps of the boot ladder, then all routes, then the way to each
 * address, and from then on each message about the network and each way that
 * has become another one, until it is interrupted. With --once as the first
 * argument it ends where it would begin to wait.
 */
#include <libwebsockets.h>

#include <net/if.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>

#define ADDRESSES	16
#define HOPS		8

static struct lws_context *context;
static lws_sorted_usec_list_t every_second;
static volatile sig_atomic_t interrupted;
static int up;

/* What is asked about, and what the answer was the last time. */
static struct {
	const char	*text;
	lws_route_flow_t flow;
	char		way[512];
} asked[ADDRESSES];
static int count;

/* The text of an address; it stays until the next call but three. */
static const char *numeric(const lws_sockaddr46 *address)
{
	static char texts[4][64];
	static int n;

	n = (n + 1) % 4;
	if (lws_sa46_write_numeric_address((lws_sockaddr46 *)(uintptr_t)address,
					   texts[n], sizeof(texts[n])) < 0)
		return "?";

	return texts[n];
}

/* " via <gateway> dev <interface>" for each way out that there is. */
static void write_hops(char *out, size_t size, const lws_route_hop_t *hops,
		       uint32_t hops_count)
{
	char name[IF_NAMESIZE];
	size_t used = 0;
	uint32_t n;

	out[0] = '\0';
	for (n = 0; n < hops_count && used < size; n++) {
		if (!if_indextoname((unsigned int)hops[n].ifindex, name))
			strcpy(name, "?");
		if (hops[n].gateway.sa4.sin_family)
			used += (size_t)snprintf(out + used, size - used,
						 " via %s dev %s",
						 numeric(&hops[n].gateway),
						 name);
		else
			used += (size_t)snprintf(out + used, size - used,
						 " dev %s", name);
	}
}

/* Called for each route. */
static int show_route(const lws_route_entry_t *route, void *user)
{
	static const char *const types[] = {
		"", "", "local ", "broadcast ", "anycast ", "multicast ",
		"blackhole ", "unreachable ", "prohibit ", "throw "
	};
	char hops[512];

	(void)user;
	write_hops(hops, sizeof(hops), route->hops, route->hops_count);
	printf("  %s%s/%u%s table %u metric %u\n",
	       route->type < LWS_ARRAY_SIZE(types) ? types[route->type] : "",
	       numeric(&route->dest), route->dest_len, hops, route->table,
	       route->metric);

	return 0;
}

/* Ask where packets to each address would go; print what is news. */
static void show_ways(void)
{
	lws_route_decision_t decision;
	lws_route_hop_t hops[HOPS];
	char way[512], out[400];
	int n;

	for (n = 0; n < count; n++) {
		memset(&decision, 0, sizeof(decision));
		decision.size = sizeof(decision);
		decision.hops = hops;
		decision.hops_max = HOPS;
		if (lws_route_decide(context, &asked[n].flow, &decision)) {
			snprintf(way, sizeof(way), " nobody knows");
		} else if (decision.error) {
			/* what connect() would fail with */
			snprintf(way, sizeof(way), " %s",
				 strerror(decision.error));
		} else {
			if (decision.hops_count > HOPS)
				decision.hops_count = HOPS;
			write_hops(out, sizeof(out), hops, decision.hops_count);
			snprintf(way, sizeof(way), "%s by %s/%u", out,
				 numeric(&decision.prefix),
				 decision.prefix_len);
		}
		if (!strcmp(way, asked[n].way))
			continue;
		strcpy(asked[n].way, way);
		printf("%s:%s\n", asked[n].text, way);
	}
}

/* Not every change is a message: one of a rule is not. */
static void look_again(lws_sorted_usec_list_t *sul)
{
	show_ways();
	lws_sul_schedule(context, 0, sul, look_again, LWS_USEC_PER_SEC);
}

static int on_message(void *opaque, lws_smd_class_t class,
		      lws_usec_t timestamp, void *buf, size_t len)
{
	const char *text = buf;

	(void)opaque;
	(void)timestamp;
	/* those about routes have the end of the line in them */
	printf("%.*s\n", (int)(len && text[len - 1] == '\n' ? len - 1 : len),
	       text);
	if (class == LWSSMDCL_NETWORK && up)
		show_ways();
	/* the ladder has waited for the routes to be known */
	if (class == LWSSMDCL_SYSTEM_STATE && strstr(text, "\"OPERATIONAL\"")) {
		lws_route_foreach(context, show_route, NULL);
		look_again(&every_second);
		up = 1;
		/* the loop sleeps until something happens: this does */
		lws_cancel_service(context);
	}

	return 0;
}

static void on_signal(int sig)
{
	(void)sig;
	interrupted = 1;
	lws_cancel_service(context);
}

int main(int argc, char **argv)
{
	struct lws_context_creation_info info;
	int once = argc > 1 && !strcmp(argv[1], "--once"), n;

	for (n = 1 + once; n < argc && count < ADDRESSES; n++, count++) {
		asked[count].text = argv[n];
		asked[count].flow.size = sizeof(asked[count].flow);
		asked[count].flow.uid = LWS_ROUTE_UID_SELF;
		if (lws_sa46_parse_numeric_address(argv[n],
						   &asked[count].flow.dest)) {
			fprintf(stderr, "netwatch: %s is no address\n",
				argv[n]);
			return 1;
		}
	}

	setvbuf(stdout, NULL, _IOLBF, 0);
	lws_set_log_level(LLL_ERR | LLL_WARN, NULL);
	memset(&info, 0, sizeof(info));
	info.port = CONTEXT_PORT_NO_LISTEN;
	info.early_smd_cb = on_message;
	info.early_smd_class_filter = LWSSMDCL_NETWORK | LWSSMDCL_SYSTEM_STATE;
	context = lws_create_context(&info);
	if (!context) {
		fprintf(stderr, "netwatch: cannot create a context\n");
		return 1;
	}
	signal(SIGINT, on_signal);
	signal(SIGTERM, on_signal);

	/* 0 means: sleep until there is something to do */
	while (!interrupted && !(once && up))
		if (lws_service(context, 0)) {
			fprintf(stderr, "netwatch: the loop failed\n");
			return 1;
		}
	lws_sul_cancel(&every_second);
	lws_context_destroy(context);

	return 0;
}
