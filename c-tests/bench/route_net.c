/*
 * The network of the routing benches, see route_net.h.
 */
#include "route_net.h"

#include "../netns.h"

#define BATCH 64

static int devices[2]; /* interfaces by number */

uint32_t gateway_address(unsigned int gateway)
{
	/* 10.9.0.2 and up on v0, 10.8.0.2 and up on v1 */
	return ((gateway & 1) ? 0x0a080002u : 0x0a090002u) + gateway / 2;
}

const char *gateway_device(unsigned int gateway)
{
	return gateway & 1 ? "v1" : "v0";
}

void ip_here(const char *lines)
{
	here("%s", lines);
}

void ip_there(const char *lines)
{
	there("%s", lines);
}

int socket_there(int type)
{
	int fd;

	ns_into(ns_there);
	fd = socket(AF_INET, type | SOCK_CLOEXEC, 0);
	ns_into(ns_here);
	MUST(fd >= 0);

	return fd;
}

void network_up(void)
{
	ns_two_pairs();
	devices[0] = (int)if_nametoindex("v0");
	devices[1] = (int)if_nametoindex("v1");
	MUST(devices[0] && devices[1]);
}

/* -- routes --------------------------------------------------------------- */

static uint64_t random_state;

static uint32_t random_number(void)
{
	random_state ^= random_state << 13;
	random_state ^= random_state >> 7;
	random_state ^= random_state << 17;

	return (uint32_t)(random_state >> 16);
}

/* Lengths as they are frequent in the Internet's table, in 1/1000. */
static uint8_t random_length(void)
{
	static const struct {
		uint8_t		len;
		uint16_t	share;
	} mix[] = {
		{ 24, 600 }, { 22, 110 }, { 23, 95 }, { 21, 52 }, { 20, 45 },
		{ 19, 27 }, { 16, 24 }, { 18, 14 }, { 17, 9 }, { 15, 7 },
		{ 14, 6 }, { 13, 4 }, { 12, 3 }, { 11, 2 }, { 10, 1 }, { 8, 1 },
	};
	uint32_t r = random_number() % 1000;
	size_t n;

	for (n = 0; n < LWS_ARRAY_SIZE(mix); n++) {
		if (r < mix[n].share)
			return mix[n].len;
		r -= mix[n].share;
	}

	return 24;
}

struct route *routes_make(size_t count)
{
	struct route *routes = calloc(count, sizeof(*routes));
	uint8_t *seen[25] = { NULL }; /* a bit for each prefix of a length */
	uint32_t first, bit;
	size_t n = 0;
	uint8_t len;

	MUST(routes);
	random_state = 88172645463325252u;
	while (n < count) {
		len = random_length();
		bit = random_number() >> (32 - len);
		first = bit << (32 - len) >> 24;
		if (first == 0 || first == 10 || first == 127 || first > 223)
			continue;
		if (!seen[len])
			seen[len] = calloc(1u << (len - 3), 1);
		MUST(seen[len]);
		if (seen[len][bit >> 3] & (1 << (bit & 7)))
			continue;
		seen[len][bit >> 3] |= (uint8_t)(1 << (bit & 7));
		routes[n].dest = bit << (32 - len);
		routes[n].len = len;
		routes[n].gateway = (uint8_t)(random_number() % GATEWAYS);
		n++;
	}
	for (n = 0; n < LWS_ARRAY_SIZE(seen); n++)
		free(seen[n]);

	return routes;
}

/* -- netlink -------------------------------------------------------------- */

int rtnl_open(unsigned int groups, int queue)
{
	struct sockaddr_nl a;
	int fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_ROUTE);

	MUST(fd >= 0);
	if (queue)
		MUST(!setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &queue,
				 sizeof(queue)));
	memset(&a, 0, sizeof(a));
	a.nl_family = AF_NETLINK;
	a.nl_groups = groups;
	MUST(!bind(fd, (struct sockaddr *)&a, sizeof(a)));

	return fd;
}

static char *attribute(char *at, unsigned short type, uint32_t value)
{
	struct rtattr a = { RTA_LENGTH(4), type };

	memcpy(at, &a, sizeof(a));
	memcpy(at + RTA_LENGTH(0), &value, 4);

	return at + RTA_SPACE(4);
}

static size_t message(char *buf, int type, int flags, const struct rtmsg *rt,
		      const char *end)
{
	struct nlmsghdr h;

	memset(&h, 0, sizeof(h));
	h.nlmsg_len = (uint32_t)(end - buf);
	h.nlmsg_type = (uint16_t)type;
	h.nlmsg_flags = (uint16_t)(NLM_F_REQUEST | flags);
	memcpy(buf, &h, sizeof(h));
	memcpy(buf + NLMSG_HDRLEN, rt, sizeof(*rt));

	return (size_t)(end - buf);
}

#define BODY(buf) ((buf) + NLMSG_HDRLEN + NLMSG_ALIGN(sizeof(struct rtmsg)))

size_t route_message(char *buf, int type, const struct route *r)
{
	struct rtmsg rt;
	char *at = BODY(buf);

	memset(&rt, 0, sizeof(rt));
	rt.rtm_family = AF_INET;
	rt.rtm_dst_len = r->len;
	rt.rtm_table = RT_TABLE_MAIN;
	rt.rtm_protocol = RTPROT_STATIC;
	rt.rtm_type = RTN_UNICAST;
	at = attribute(at, RTA_DST, htonl(r->dest));
	at = attribute(at, RTA_GATEWAY, htonl(gateway_address(r->gateway)));
	at = attribute(at, RTA_OIF, (uint32_t)devices[r->gateway & 1]);

	return message(buf, type, type == RTM_NEWROUTE ? NLM_F_CREATE : 0, &rt,
		       at);
}

/* The kernel answers to none of it, as it answers only to what fails. */
static void nothing_failed(int fd)
{
	char buf[4096];

	MUST(recv(fd, buf, sizeof(buf), MSG_DONTWAIT) < 0 && errno == EAGAIN);
}

void routes_send(int fd, int type, const struct route *routes, size_t count)
{
	char buf[BATCH * 64];
	size_t n, used = 0;

	for (n = 0; n < count; n++) {
		used += route_message(buf + used, type, &routes[n]);
		if ((n + 1) % BATCH && n + 1 != count)
			continue;
		MUST(send(fd, buf, used, 0) == (ssize_t)used);
		nothing_failed(fd);
		used = 0;
	}
}

void route_send(int fd, int type, const struct route *route)
{
	char buf[64];
	size_t used = route_message(buf, type, route);

	MUST(send(fd, buf, used, 0) == (ssize_t)used);
}

void routes_ask(int fd, const uint32_t *dests, size_t count, size_t each)
{
	char buf[BATCH * 64], answer[4096], *at;
	size_t n, m, used;
	struct rtmsg rt;
	ssize_t len;

	MUST(each <= BATCH);
	memset(&rt, 0, sizeof(rt));
	rt.rtm_family = AF_INET;
	rt.rtm_dst_len = 32;
	for (n = 0; n < count; n += each) {
		for (m = used = 0; m < each && n + m < count; m++) {
			at = buf + used;
			used += message(at, RTM_GETROUTE, 0, &rt,
					attribute(BODY(at), RTA_DST,
						  htonl(dests[n + m])));
		}
		MUST(send(fd, buf, used, 0) == (ssize_t)used);
		while (m--) {
			len = recv(fd, answer, sizeof(answer), 0);
			MUST(len >= (ssize_t)sizeof(struct nlmsghdr));
		}
	}
}

void dump_read(int fd)
{
	static char buf[32768];
	struct nlmsghdr last;
	struct rtmsg rt;
	ssize_t len;
	size_t used;

	memset(&rt, 0, sizeof(rt));
	rt.rtm_family = AF_INET;
	used = message(buf, RTM_GETROUTE, NLM_F_DUMP, &rt, BODY(buf));
	MUST(send(fd, buf, used, 0) == (ssize_t)used);
	do {
		/* the last message is one of 20 bytes and says that it is */
		len = recv(fd, buf, sizeof(buf), 0);
		MUST(len >= 20);
		memcpy(&last, buf + len - 20, sizeof(last));
	} while (last.nlmsg_type != NLMSG_DONE || last.nlmsg_len != 20);
}

size_t heap_now(void)
{
	struct mallinfo2 m;

	malloc_trim(0);
	m = mallinfo2();

	return m.uordblks + m.hblkhd;
}

/* -- the library ---------------------------------------------------------- */

void until_synced(struct lws_context *cx)
{
	while (!lws_route_synced(cx))
		MUST(!lws_service(cx, 0));
}

struct lws_context *context_synced(void)
{
	struct lws_context_creation_info info;
	struct lws_context *cx;

	info_init(&info);
	info.options = LWS_SERVER_OPTION_EXPLICIT_VHOSTS;
	cx = context_from(&info);
	until_synced(cx);

	return cx;
}

struct lws_vhost *vhost_listening(struct lws_context *cx,
				  const struct lws_protocols *protocols)
{
	struct lws_context_creation_info info;
	struct lws_vhost *vh;

	memset(&info, 0, sizeof(info));
	info.vhost_name = protocols->name;
	info.iface = "10.9.0.1";
	info.protocols = protocols;
	info.listen_accept_role = "raw-skt";
	info.listen_accept_protocol = protocols->name;
	info.options = LWS_SERVER_OPTION_ADOPT_APPLY_LISTEN_ACCEPT_CONFIG;
	vh = lws_create_vhost(cx, &info);
	MUST(vh);

	return vh;
}

void route_stats(struct lws_context *cx, lws_route_stats_t *stats)
{
	memset(stats, 0, sizeof(*stats));
	stats->size = sizeof(*stats);
	MUST(!lws_route_get_stats(cx, stats));
}

int decide4(struct lws_context *cx, uint32_t dest, lws_route_decision_t *d,
	    lws_route_hop_t *hops, uint32_t hops_max)
{
	lws_route_flow_t flow;

	memset(&flow, 0, sizeof(flow));
	flow.size = sizeof(flow);
	flow.dest.sa4.sin_family = AF_INET;
	flow.dest.sa4.sin_addr.s_addr = htonl(dest);
	flow.uid = LWS_ROUTE_UID_SELF;
	d->size = sizeof(*d);
	d->hops = hops;
	d->hops_max = hops_max;

	return lws_route_decide(cx, &flow, d);
}

double median(double *results, size_t rounds)
{
	return quantile(results, rounds, 0.5);
}
