/*
 * Walks through the routes, whatever the callback does meanwhile, and the
 * same as JSON.
 */
#include "../routed.h"

/* -- the walk -------------------------------------------------------------- */

enum { LOOK, STOP, ADD, REMOVE, DECIDE, CLOSE, NEST, RESYNC };

static int doing, visited, rank, disorder, found4, found6, legs;

/* By family, table and destination. */
static void in_order(const lws_route_entry_t *r)
{
	static lws_route_entry_t last;
	int c;

	if (visited > 1) {
		c = (int)(last.dest.sa4.sin_family == AF_INET6) -
		    (r->dest.sa4.sin_family == AF_INET6);
		if (!c)
			c = last.table < r->table ? -1 : last.table > r->table;
		if (!c && r->dest.sa4.sin_family == AF_INET6)
			c = memcmp(&last.dest.sa6.sin6_addr,
				   &r->dest.sa6.sin6_addr, 16);
		else if (!c)
			c = memcmp(&last.dest.sa4.sin_addr,
				   &r->dest.sa4.sin_addr, 4);
		if (!c)
			c = (int)last.dest_len - (int)r->dest_len;
		disorder += c > 0;
	}
	last = *r;
}

static int visit(const lws_route_entry_t *r, void *user)
{
	lws_route_decision_t decision;
	lws_sockaddr46 source;
	lws_route_flow_t flow;
	char text[64];

	CHECK(user == &visited);
	CHECK(r->size >= sizeof(*r));
	CHECK(r->dest.sa4.sin_family == AF_INET ||
	      r->dest.sa4.sin_family == AF_INET6);
	CHECK(r->hops || !r->hops_count);
	visited++;
	if (doing == NEST + 100)
		return 0;
	in_order(r);
	CHECK(lws_sa46_write_numeric_address((lws_sockaddr46 *)(uintptr_t)
					     &r->dest, text, sizeof(text)) > 0);
	if (!strcmp(text, "10.7.0.0") && r->dest_len == 24 &&
	    r->table == 254) {
		found4++;
		CHECK_EQ(r->metric, 7);
		CHECK_EQ(r->type, 1);
		CHECK_EQ(r->hops_count, 2);
		legs += (int)(r->hops[0].weight + r->hops[1].weight);
		CHECK(r->hops[0].gateway.sa4.sin_family == AF_INET);
		CHECK(!lws_sa46_parse_numeric_address("10.8.0.1",
						      &source));
		CHECK(!lws_sa46_compare_ads(&r->prefsrc, &source));
	}
	if (!strcmp(text, "fd07::") && r->dest_len == 64) {
		found6++;
		CHECK_EQ(r->table, 254);
		CHECK_EQ(r->hops_count, 1);
		CHECK_EQ(r->hops[0].ifindex, if_nametoindex("v0"));
		CHECK_EQ(r->hops[0].gateway.sa4.sin_family, AF_INET6);
	}
	switch (doing) {
	case STOP:
		return visited == 3 ? 4711 : 0;
	case ADD:
		if (visited % 8 == 1)
			here("route add 12.%d.0.0/16 via 10.9.0.2\n", visited);
		break;
	case REMOVE:
		if (visited == 1)
			here("route flush via 10.9.0.2\n"
			     "route flush table 100\n");
		break;
	case DECIDE:
		memset(&flow, 0, sizeof(flow));
		flow.size = sizeof(flow);
		flow.dest = r->dest;
		memset(&decision, 0, sizeof(decision));
		decision.size = sizeof(decision);
		CHECK(lws_route_decide(cx, &flow, &decision) != -1);
		break;
	case CLOSE:
		if (ends[rank].wsi)
			lws_set_timeout(ends[rank].wsi,
					PENDING_TIMEOUT_USER_OK,
					LWS_TO_KILL_SYNC);
		rank = (rank + 1) % (int)LWS_ARRAY_SIZE(ends);
		break;
	case NEST:
		doing = NEST + 100;
		CHECK(!lws_route_foreach(cx, visit, &visited));
		doing = NEST;
		break;
	case RESYNC:
		CHECK(!lws_route_resync(cx));
		break;
	}

	return 0;
}

static int walk(int what)
{
	int r;

	doing = what;
	visited = rank = disorder = found4 = found6 = legs = 0;
	r = lws_route_foreach(cx, visit, &visited);
	printf("walk %d: %d visits\n", what, visited);

	return r;
}

/* -- JSON ------------------------------------------------------------------ */

static char json[1 << 17];
static size_t json_len, pieces, stop_after;

static int emit(const char *text, size_t len, void *user)
{
	CHECK(user == json);
	if (stop_after && ++pieces == stop_after)
		return 17;
	CHECK(json_len + len < sizeof(json));
	memcpy(json + json_len, text, len);
	json_len += len;

	return 0;
}

/* Each takes a value of the grammar of RFC 8259 and returns where it ends. */
static const char *value(const char *p);

static const char *blanks(const char *p)
{
	while (*p == ' ' || *p == '\t' || *p == '\n' || *p == '\r')
		p++;

	return p;
}

static const char *string(const char *p)
{
	int n;

	CHECK(*p == '"');
	for (p++; *p != '"'; p++) {
		CHECK((unsigned char)*p >= 0x20);
		if (*p != '\\')
			continue;
		p++;
		CHECK(*p && strchr("\"\\/bfnrtu", *p));
		for (n = 0; *p == 'u' && n < 4; n++)
			CHECK(p[n + 1] && strchr("0123456789abcdefABCDEF",
						 p[n + 1]));
		if (n)
			p += 4;
	}

	return p + 1;
}

static const char *members(const char *p, char end, int named)
{
	p = blanks(p + 1);
	if (*p == end)
		return p + 1;
	for (;;) {
		if (named) {
			p = blanks(string(p));
			CHECK(*p == ':');
			p++;
		}
		p = blanks(value(blanks(p)));
		if (*p == end)
			return p + 1;
		CHECK(*p == ',');
		p = blanks(p + 1);
	}
}

static const char *number(const char *p)
{
	size_t n;

	p += *p == '-';
	n = strspn(p, "0123456789");
	CHECK(n && (n == 1 || *p != '0'));

	return p + n;
}

static const char *value(const char *p)
{
	static const char *const words[] = { "true", "false", "null" };
	size_t n;

	if (*p == '{')
		return members(p, '}', 1);
	if (*p == '[')
		return members(p, ']', 0);
	if (*p == '"')
		return string(p);
	for (n = 0; n < LWS_ARRAY_SIZE(words); n++)
		if (!strncmp(p, words[n], strlen(words[n])))
			return p + strlen(words[n]);

	return number(p);
}

static int utf8(const char *text)
{
	const unsigned char *p = (const unsigned char *)text;
	int more = 0;

	for (; *p; p++) {
		if (more) {
			if ((*p & 0xc0) != 0x80)
				return 0;
			more--;
		} else if (*p >= 0x80) {
			more = *p >= 0xf0 ? 3 : *p >= 0xe0 ? 2 : 1;
			if (*p < 0xc2 || *p > 0xf4)
				return 0;
		}
	}

	return !more;
}

static int dump(void)
{
	int r;

	json_len = pieces = 0;
	r = lws_route_dump_json(cx, emit, json);
	json[json_len] = '\0';

	return r;
}

static void dump_is_json(void)
{
	static const char *const parts[] = {
		"\"synced\"", "\"links\"", "\"addrs\"", "\"rules\"",
		"\"routes\""
	};
	size_t n;

	CHECK_EQ(dump(), 0);
	CHECK_EQ(strlen(json), json_len);
	CHECK_EQ(json[0], '{');
	CHECK(!*blanks(value(json)));
	CHECK(utf8(json));
	for (n = 0; n < LWS_ARRAY_SIZE(parts); n++)
		CHECK(strstr(json, parts[n]));
}

int main(void)
{
	lws_route_stats_t stats;
	unsigned int all;
	int n;

	netns_enter();
	net_up();
	here("route add 10.7.0.0/24 metric 7 src 10.8.0.1 "
	     "nexthop via 10.9.0.2 weight 3 nexthop via 10.8.0.2 weight 5\n"
	     "route add 10.7.0.0/24 metric 3 via 10.9.0.2 table 100\n"
	     "route add 10.7.0.0/16 metric 3 via 10.9.0.2\n"
	     "route add fd07::/64 via fd09::2\n"
	     "route add blackhole fd66::/64\n");
	cx_up(0);
	ends_up(CLIENT4 | UDP4 | CLIENT6 | OTHERS);

	/* as many as the numbers say, each once, in order */
	stats_get(&stats);
	CHECK_EQ(walk(LOOK), 0);
	CHECK_EQ(visited, stats.routes4 + stats.routes6);
	CHECK_EQ(disorder, 0);
	CHECK_EQ(found4, 1);
	CHECK_EQ(found6, 1);
	CHECK_EQ(legs, 8);
	n = visited;
	CHECK_EQ(walk(STOP), 4711);
	CHECK_EQ(visited, 3);
	CHECK_EQ(walk(DECIDE), 0);
	CHECK_EQ(visited, n);
	CHECK_EQ(walk(NEST), 0);
	CHECK_EQ(visited, n + n * n);
	CHECK_EQ(walk(CLOSE), 0);
	CHECK_EQ(visited, n);
	all = ends_open();
	CHECK_EQ(all, 0);
	dump_is_json();

	/* what comes may be met */
	CHECK_EQ(walk(ADD), 0);
	CHECK(visited >= n);
	CHECK_EQ(disorder, 0);
	pump(cx);
	/* what goes as well */
	CHECK_EQ(walk(REMOVE), 0);
	CHECK_EQ(disorder, 0);
	CHECK_EQ(walk(LOOK), 0);
	stats_get(&stats);
	CHECK_EQ(visited, stats.routes4 + stats.routes6);
	n = visited;
	walk(RESYNC);
	UNTIL(cx, lws_route_synced(cx));
	CHECK_EQ(walk(LOOK), 0);
	CHECK_EQ(visited, n);

	/* names that need care */
	dump_is_json();
	here("link add a\"b\\c type veth peer name d\001\002e\n"
	     "link add \303\244\342\202\254 type veth peer name \377\376x\n"
	     "link set a\"b\\c up\nlink set d\001\002e up\n"
	     "link set \377\376x up\n"
	     "route add 10.88.0.0/24 dev a\"b\\c\n"
	     "route add 10.89.0.0/24 dev d\001\002e\n"
	     "rule add iif a\"b\\c blackhole\n"
	     "rule add oif \377\376x blackhole\n");
	dump_is_json();
	CHECK(strstr(json, "a\\\"b\\\\c"));
	CHECK(strstr(json, "\303\244\342\202\254"));
	/* ends where the callback wants */
	for (stop_after = 1; stop_after < 40; stop_after++)
		CHECK(dump() == 17 || pieces < stop_after);
	stop_after = 1;
	CHECK_EQ(dump(), 17);
	CHECK_EQ(json_len, 0);
	stop_after = 0;
	routed_down();

	return 0;
}
