/*
 * Addresses: as text, as bytes, in a sockaddr, of interfaces and of peers.
 */
#include "../context.h"
#include <arpa/inet.h>
#include <ifaddrs.h>
#include <net/if.h>
#include <sys/un.h>

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

/* A text buffer of exactly this many bytes, so that memcheck sees one more. */
static char *room(size_t len)
{
	char *b = malloc(len ? len : 1);

	CHECK(b != NULL);
	memset(b, 0x55, len ? len : 1);

	return b;
}

static lws_sockaddr46 sa46(const char *text)
{
	lws_sockaddr46 a;

	memset(&a, 0, sizeof(a));
	CHECK(!lws_sa46_parse_numeric_address(text, &a));

	return a;
}

static void test_parse(void)
{
	static const struct {
		const char *text;
		int len;
		uint8_t bytes[16];
	} good[] = {
		{ "1.2.3.4", 4, { 1, 2, 3, 4 } },
		{ "255.255.255.255", 4, { 255, 255, 255, 255 } },
		{ "001.020.003.0", 4, { 1, 20, 3, 0 } },
		{ " 1.2.3.4\n", 4, { 1, 2, 3, 4 } },
		{ "::", 16, { 0 } },
		{ "::1", 16, { [15] = 1 } },
		{ "1::", 16, { [1] = 1 } },
		{ "1:2:3:4:5:6:7:8", 16, { 0, 1, 0, 2, 0, 3, 0, 4, 0, 5, 0, 6, 0, 7, 0, 8 } },
		{ "2001:DB8::abcd", 16, { 0x20, 1, 0xd, 0xb8, [14] = 0xab, [15] = 0xcd } },
		{ "::ffff:1.2.3.4", 16, { [10] = 0xff, 0xff, 1, 2, 3, 4 } },
		{ "::ffff:102:304", 16, { [10] = 0xff, 0xff, 1, 2, 3, 4 } },
		{ "64:ff9b::1.2.3.4", 16, { 0, 0x64, 0xff, 0x9b, [12] = 1, 2, 3, 4 } },
	};
	static const char *const bad[] = {
		"", " ", "1", "1.2.3", "1.2.3.4.5", "256.1.1.1", "1..2.3", "1.2.3.4x",
		"+1.2.3.4", "0x1.2.3.4", "1.2.3.4/24", "1.2.3.4:80", "localhost", ":", ":1",
		"1:", ":::", "1::2::3", "1:2:3:4:5:6:7", "1:2:3:4:5:6:7:8:9", "12345::",
		"[::1]", "fe80::1%lo", "::1/64", "::ffff:1.2.3.256",
	};
	uint8_t bytes[16], before[16];
	size_t n;

	memset(before, 0xaa, sizeof(before));
	for (n = 0; n < COUNT(good); n++) {
		size_t len = (size_t)good[n].len;

		memset(bytes, 0xaa, sizeof(bytes));
		CHECK_EQ(lws_parse_numeric_address(good[n].text, bytes, len), good[n].len);
		CHECK(!memcmp(bytes, good[n].bytes, len));
		CHECK(!memcmp(bytes + len, before, sizeof(before) - len));
		memset(bytes, 0xaa, sizeof(bytes));
		CHECK_FAILS("max_len", lws_parse_numeric_address(good[n].text, bytes,
								 len - 1) == -1);
		CHECK(!memcmp(bytes, before, sizeof(before)));
	}
	log_watch(LOG_USUAL);
	for (n = 0; n < COUNT(bad); n++) {
		lws_sockaddr46 a, b;

		memset(bytes, 0xaa, sizeof(bytes));
		CHECK(lws_parse_numeric_address(bad[n], bytes, sizeof(bytes)) < 0);
		CHECK(!memcmp(bytes, before, sizeof(before)));
		memset(&a, 0xaa, sizeof(a));
		memset(&b, 0xaa, sizeof(b));
		CHECK_EQ(lws_sa46_parse_numeric_address(bad[n], &a), -1);
		CHECK(!memcmp(&a, &b, sizeof(a)));
	}
	/* what lws's own test of these functions wants */
	CHECK_EQ(lws_parse_numeric_address(":::1", bytes, sizeof(bytes)), -8);
	CHECK_EQ(lws_parse_numeric_address("cats", bytes, sizeof(bytes)), -1);
	CHECK_EQ(lws_parse_numeric_address("0:0::0:1", bytes, sizeof(bytes)), 16);
	/* asking whether a text is an address is no mistake */
	CHECK_EQ(log_lines(""), 0);
}

static void test_write(void)
{
	static const char *const texts[] = {
		"0.0.0.0", "1.2.3.4", "255.255.255.255", "::", "::1", "1::", "2001:db8::1",
		"1:2:3:4:5:6:7:8", "::ffff:1.2.3.4", "1::2:0:0:0:3", "::2:3:4:5:6:7:8",
		"1:2:3:4:5:6:7::", "1::3:0:5:0:7:0",
		"ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff",
	};
	uint8_t bytes[16];
	size_t n, len;
	char *b;

	for (n = 0; n < COUNT(texts); n++) {
		int size = lws_parse_numeric_address(texts[n], bytes, sizeof(bytes));
		int want = (int)strlen(texts[n]);
		lws_sockaddr46 a = sa46(texts[n]);

		for (len = 0; len < 48; len++) {
			int fits = len > (size_t)want;

			b = room(len);
			log_watch(LOG_USUAL);
			CHECK_EQ(lws_write_numeric_address(bytes, size, b, len),
				 fits ? want : -1);
			CHECK_EQ(log_lines("lws_write_numeric_address"), !fits);
			if (len)
				CHECK_STR(b, fits ? texts[n] : "");
			free(b);
			b = room(len);
			log_watch(LOG_USUAL);
			CHECK_EQ(lws_sa46_write_numeric_address(&a, b, len), fits ? want : -1);
			CHECK_EQ(log_lines("lws_sa46_write_numeric_address"), !fits);
			if (len)
				CHECK_STR(b, fits ? texts[n] : "");
			free(b);
		}
	}
}

static void test_sa46(void)
{
	lws_sockaddr46 a;
	char b[46];

	memset(&a, 0, sizeof(a));
	sa46_sockport(&a, htons(7681));
	CHECK(!lws_sa46_parse_numeric_address("1.2.3.4", &a));
	CHECK_EQ(a.sa4.sin_family, AF_INET);
	CHECK_EQ(ntohl(a.sa4.sin_addr.s_addr), 0x01020304);
	CHECK_EQ(ntohs(a.sa4.sin_port), 7681);
	CHECK_EQ(sa46_socklen(&a), sizeof(struct sockaddr_in));
	CHECK_EQ(sa46_address_len(&a), 4);
	CHECK_EQ(sa46_address(&a)[3], 4);
	CHECK(!lws_sa46_parse_numeric_address("::2", &a));
	CHECK_EQ(a.sa6.sin6_family, AF_INET6);
	CHECK_EQ(a.sa6.sin6_addr.s6_addr[15], 2);
	CHECK_EQ(ntohs(a.sa6.sin6_port), 7681);
	CHECK_EQ(sa46_socklen(&a), sizeof(struct sockaddr_in6));
	CHECK_EQ(sa46_address_len(&a), 16);
	CHECK_EQ(sa46_address(&a)[15], 2);
	sa46_sockport(&a, htons(80));
	CHECK_EQ(ntohs(a.sa6.sin6_port), 80);

	a.sa4.sin_family = AF_UNIX;
	CHECK_EQ(lws_sa46_write_numeric_address(&a, b, sizeof(b)), 10);
	CHECK_STR(b, "(unix skt)");
	a.sa4.sin_family = AF_UNSPEC;
	CHECK_EQ(lws_sa46_write_numeric_address(&a, b, sizeof(b)), 7);
	CHECK_STR(b, "(unset)");
	a.sa4.sin_family = 99;
	CHECK_EQ(lws_sa46_write_numeric_address(&a, b, sizeof(b)), -1);
	CHECK_STR(b, "(AF99 unsupp)");
}

static void test_compare(void)
{
	static const struct {
		const char *a, *b;
		int differ;
	} t[] = {
		{ "1.2.3.4", "1.2.3.4", 0 }, { "1.2.3.4", "1.2.3.5", 1 },
		{ "::1", "::1", 0 }, { "::1", "::2", 1 }, { "::2", "::1", 1 },
		{ "1.2.3.4", "::ffff:1.2.3.4", 1 }, { "::", "0.0.0.0", 1 },
	};
	lws_sockaddr46 a, b;
	size_t n;

	for (n = 0; n < COUNT(t); n++) {
		a = sa46(t[n].a);
		b = sa46(t[n].b);
		CHECK_EQ(lws_sa46_compare_ads(&a, &b), t[n].differ);
		/* neither of these is the address */
		sa46_sockport(&a, 9);
		if (a.sa4.sin_family == AF_INET6)
			a.sa6.sin6_scope_id = 1;
		CHECK_EQ(lws_sa46_compare_ads(&a, &b), t[n].differ);
	}
	memset(&a, 0, sizeof(a));
	b = a;
	CHECK_EQ(lws_sa46_compare_ads(&a, &b), 0);
	b.sa4.sin_family = AF_UNIX;
	CHECK_EQ(lws_sa46_compare_ads(&a, &b), 1);
}

static void test_on_net(void)
{
	static const struct {
		const char *a, *net;
		int len, off;
	} t[] = {
		{ "1.2.3.4", "1.2.3.0", 24, 0 }, { "1.2.4.4", "1.2.3.0", 24, 1 },
		{ "1.2.3.4", "1.2.3.5", 31, 0 }, { "1.2.3.4", "1.2.3.5", 32, 1 },
		{ "1.2.3.4", "9.9.9.9", 0, 0 }, { "128.0.0.0", "0.0.0.0", 1, 1 },
		{ "febf::1", "fe80::", 10, 0 }, { "fec0::1", "fe80::", 10, 1 },
		{ "::1", "::2", 127, 1 }, { "::3", "::2", 127, 0 }, { "::3", "::2", 128, 1 },
		{ "ff::", "::1", 0, 0 },
		/* mapped */
		{ "1.2.3.4", "::ffff:1.2.3.0", 120, 0 },
		{ "1.2.4.4", "::ffff:1.2.3.0", 120, 1 },
		{ "::ffff:1.2.3.4", "1.2.3.0", 24, 0 },
		{ "::ffff:9.9.9.9", "1.2.3.0", 24, 1 },
		{ "1.2.3.4", "::", 0, 0 }, { "::1", "0.0.0.0", 0, 1 },
	};
	lws_sockaddr46 a, net;
	size_t n;

	for (n = 0; n < COUNT(t); n++) {
		a = sa46(t[n].a);
		net = sa46(t[n].net);
		if (lws_sa46_on_net(&a, &net, t[n].len) != t[n].off)
			fprintf(stderr, "%s in %s/%d\n", t[n].a, t[n].net, t[n].len);
		CHECK_EQ(lws_sa46_on_net(&a, &net, t[n].len), t[n].off);
	}
	a = sa46("1.2.3.4");
	CHECK_FAILS("net_len", lws_sa46_on_net(&a, &a, 33) == 1);
	CHECK_FAILS("net_len", lws_sa46_on_net(&a, &a, -1) == 1);
	net = sa46("::ffff:1.2.3.4");
	CHECK_EQ(lws_sa46_on_net(&a, &net, 128), 0);
	CHECK_FAILS("net_len", lws_sa46_on_net(&a, &net, 129) == 1);
	net.sa4.sin_family = AF_UNSPEC;
	CHECK_EQ(lws_sa46_on_net(&a, &net, 0), 1);
}

static int to_sa(int ipv6, const char *name, lws_sockaddr46 *sa)
{
	memset(sa, 0xaa, sizeof(*sa));

	return lws_interface_to_sa(ipv6, name, &sa->sa4,
				   ipv6 ? sizeof(sa->sa6) : sizeof(sa->sa4));
}

static void test_interface(void)
{
	struct ifaddrs *list, *i;
	lws_sockaddr46 sa;

	CHECK_EQ(to_sa(0, "lo", &sa), LWS_ITOSA_USABLE);
	CHECK_EQ(sa.sa4.sin_family, AF_INET);
	CHECK_EQ(ntohl(sa.sa4.sin_addr.s_addr), INADDR_LOOPBACK);
	CHECK_EQ(sa.sa4.sin_port, 0);
	CHECK_EQ(to_sa(0, "127.0.0.1", &sa), LWS_ITOSA_USABLE);
	CHECK_EQ(sa.sa4.sin_family, AF_INET);
	CHECK_EQ(ntohl(sa.sa4.sin_addr.s_addr), INADDR_LOOPBACK);
	CHECK_EQ(sa.sa4.sin_port, 0xaaaa);
	CHECK_EQ(to_sa(1, "127.0.0.1", &sa), LWS_ITOSA_USABLE);
	CHECK_EQ(sa.sa4.sin_family, AF_INET);
	CHECK_EQ(to_sa(1, "::1", &sa), LWS_ITOSA_USABLE);
	CHECK_EQ(sa.sa6.sin6_family, AF_INET6);
	CHECK(IN6_IS_ADDR_LOOPBACK(&sa.sa6.sin6_addr));
	CHECK_EQ(to_sa(0, "::1", &sa), LWS_ITOSA_NOT_USABLE);
	CHECK_EQ(to_sa(0, "nosuchinterface", &sa), LWS_ITOSA_NOT_EXIST);
	CHECK_EQ(to_sa(1, "nosuchinterface", &sa), LWS_ITOSA_NOT_EXIST);
	CHECK_EQ(to_sa(0, "", &sa), LWS_ITOSA_NOT_EXIST);
	CHECK_FAILS("addrlen", lws_interface_to_sa(0, "lo", &sa.sa4, sizeof(sa.sa4) - 1) ==
				       LWS_ITOSA_NOT_EXIST);
	CHECK_FAILS("addrlen", lws_interface_to_sa(1, "lo", &sa.sa4, sizeof(sa.sa6) - 1) ==
				       LWS_ITOSA_NOT_EXIST);

	/* whatever interfaces this host has */
	CHECK(!getifaddrs(&list));
	for (i = list; i; i = i->ifa_next) {
		int v4 = to_sa(0, i->ifa_name, &sa), v6 = to_sa(1, i->ifa_name, &sa);

		CHECK(v4 == LWS_ITOSA_USABLE || v4 == LWS_ITOSA_NOT_USABLE);
		CHECK(v6 == LWS_ITOSA_USABLE || v6 == LWS_ITOSA_NOT_USABLE);
		if (!i->ifa_addr)
			continue;
		if (i->ifa_addr->sa_family == AF_INET)
			CHECK_EQ(v4, LWS_ITOSA_USABLE);
		if (i->ifa_addr->sa_family == AF_INET6) {
			CHECK_EQ(v6, LWS_ITOSA_USABLE);
			CHECK_EQ(sa.sa6.sin6_family, AF_INET6);
			if (IN6_IS_ADDR_LINKLOCAL(&sa.sa6.sin6_addr))
				CHECK_EQ(sa.sa6.sin6_scope_id, if_nametoindex(i->ifa_name));
		}
	}
	freeifaddrs(list);
}

static int host_has_v6(void)
{
	struct sockaddr_in6 at = { .sin6_family = AF_INET6, .sin6_addr = in6addr_loopback };
	int fd = socket(AF_INET6, SOCK_STREAM, 0), has;

	has = fd >= 0 && !bind(fd, (struct sockaddr *)&at, sizeof(at));
	if (fd >= 0)
		close(fd);

	return has;
}

/* The two ends of a connection to a listener at `bound`, by way of the address `to`. */
static void pair(int fds[2], const void *bound, socklen_t bound_len, const char *to)
{
	int listener = socket(((const struct sockaddr *)bound)->sa_family, SOCK_STREAM, 0);
	struct sockaddr_storage at;
	socklen_t len = sizeof(at);
	lws_sockaddr46 dest;
	int off = 0;

	CHECK(listener >= 0);
	if (((const struct sockaddr *)bound)->sa_family == AF_INET6)
		CHECK(!setsockopt(listener, IPPROTO_IPV6, IPV6_V6ONLY, &off, sizeof(off)));
	CHECK(!bind(listener, bound, bound_len) && !listen(listener, 1));
	CHECK(!getsockname(listener, (struct sockaddr *)&at, &len));
	if (to) {
		dest = sa46(to);
		sa46_sockport(&dest, ((struct sockaddr_in *)&at)->sin_port);
		memcpy(&at, &dest, sizeof(dest));
		len = sa46_socklen(&dest);
	}
	fds[0] = socket(at.ss_family, SOCK_STREAM, 0);
	CHECK(fds[0] >= 0 && !connect(fds[0], (struct sockaddr *)&at, len));
	fds[1] = accept(listener, NULL, NULL);
	CHECK(fds[1] >= 0);
	close(listener);
}

/* Who is at the other end, by all functions that can tell. */
static void peer(struct lws *wsi, int fd, const char *simple, const char *rip)
{
	size_t len, want = strlen(simple), rip_len = strlen(rip);
	char name[256], *b;

	for (len = 0; len < 48; len++) {
		b = room(len);
		log_watch(LOG_USUAL);
		CHECK(lws_get_peer_simple_fd(fd, b, len) == b);
		CHECK_EQ(log_lines("lws_get_peer_simple_fd: bad argument: namelen"), len <= want);
		if (len)
			CHECK_STR(b, len > want ? simple : "");
		free(b);
		/* without a look-up of the name */
		b = room(len);
		log_watch(LOG_USUAL);
		lws_get_peer_addresses(wsi, fd, NULL, 0, b, (int)len);
		CHECK_EQ(log_lines("lws_get_peer_addresses: bad argument: rip_len"),
			 len && len <= rip_len);
		if (len)
			CHECK_STR(b, len > rip_len ? rip : "");
		free(b);
	}
	log_watch(LOG_USUAL);
	b = room(rip_len + 1);
	lws_get_peer_addresses(wsi, fd, name, sizeof(name), b, (int)rip_len + 1);
	CHECK_STR(b, rip);
	CHECK(name[0] && strlen(name) < sizeof(name));
	memset(name, 0x55, sizeof(name));
	lws_get_peer_addresses(wsi, fd, name, sizeof(name), NULL, 0);
	CHECK(name[0] && strlen(name) < sizeof(name));
	CHECK_EQ(log_lines(""), 0);
	CHECK_LOGS("name_len", lws_get_peer_addresses(wsi, fd, name, 1, NULL, 0));
	CHECK_STR(name, "");
	free(b);
	close(fd);
}

static int init_seen;

static int callback(struct lws *wsi, enum lws_callback_reasons reason, void *user, void *in,
		    size_t len)
{
	struct sockaddr_in v4 = { .sin_family = AF_INET };
	struct sockaddr_in6 v6 = { .sin6_family = AF_INET6 };
	struct sockaddr_un un = { .sun_family = AF_UNIX };
	char name[64], rip[64];
	int fds[2];

	(void)user;
	(void)in;
	(void)len;
	if (reason != LWS_CALLBACK_PROTOCOL_INIT)
		return 0;
	init_seen = 1;

	v4.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	pair(fds, &v4, sizeof(v4), NULL);
	peer(wsi, fds[0], "127.0.0.1", "127.0.0.1");
	peer(wsi, fds[1], "127.0.0.1", "127.0.0.1");
	if (host_has_v6()) {
		v6.sin6_addr = in6addr_loopback;
		pair(fds, &v6, sizeof(v6), NULL);
		peer(wsi, fds[0], "::1", "::1");
		peer(wsi, fds[1], "::1", "::1");
		v6.sin6_addr = in6addr_any;
		pair(fds, &v6, sizeof(v6), "127.0.0.1");
		peer(wsi, fds[0], "127.0.0.1", "127.0.0.1");
		peer(wsi, fds[1], "::ffff:127.0.0.1", "127.0.0.1");
	}
	snprintf(un.sun_path + 1, sizeof(un.sun_path) - 1, "relws-net-helper-%d", (int)getpid());
	pair(fds, &un, sizeof(un), NULL);
	peer(wsi, fds[0], "(unix skt)", "(unix skt)");
	peer(wsi, fds[1], "(unix skt)", "(unix skt)");

	/* no peer */
	fds[0] = socket(AF_INET, SOCK_STREAM, 0);
	CHECK(fds[0] >= 0);
	CHECK_STR(lws_get_peer_simple_fd(fds[0], name, sizeof(name)),
		  "getpeername: Transport endpoint is not connected");
	close(fds[0]);
	CHECK_STR(lws_get_peer_simple_fd(-1, name, sizeof(name)),
		  "getpeername: Bad file descriptor");
	/* what the callback is about has no descriptor here */
	CHECK_STR(lws_get_peer_simple(wsi, name, sizeof(name)),
		  "getpeername: Bad file descriptor");
	memset(name, 0x55, sizeof(name));
	memset(rip, 0x55, sizeof(rip));
	CHECK_LOGS("lws_get_peer_addresses: bad argument: fd",
		   lws_get_peer_addresses(wsi, -1, name, sizeof(name), rip, sizeof(rip)));
	CHECK_STR(name, "");
	CHECK_STR(rip, "");
	/* nothing is written where there is no room */
	memset(name, 0x55, sizeof(name));
	lws_get_peer_addresses(wsi, -1, name, 0, name, -1);
	CHECK_EQ(name[0], 0x55);

	return 0;
}

static const struct lws_protocols protocols[] = {
	{ "test", callback, 0, 0, 0, NULL, 0 },
	LWS_PROTOCOL_LIST_TERM
};

int main(void)
{
	struct lws_context_creation_info info;
	struct lws_context *cx;
	char name[256];

	test_parse();
	test_write();
	test_sa46();
	test_compare();
	test_on_net();
	test_interface();

	info_init(&info);
	info.protocols = protocols;
	cx = context_from(&info);
	CHECK(!gethostname(name, sizeof(name)));
	CHECK_STR(lws_canonical_hostname(cx), name);
	pump(cx);
	CHECK(init_seen);
	lws_context_destroy(cx);

	return 0;
}
