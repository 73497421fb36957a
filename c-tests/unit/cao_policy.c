/*
 * The policy table: the kernel's labels, /etc/gai.conf, a file of the
 * program's. What each changes is seen in the order of addresses.
 */
#include "../racing.h"

/* Two destinations of IPv6, and the sources that the kernel takes for them. */
#define ONE "2001:db8:20:1::1"
#define TWO "2001:db8:30:1::1"
#define V4 "192.0.2.1"

static char file[] = "/tmp/relws-policy-XXXXXX";

static void file_is(const char *text)
{
	FILE *f = fopen(file, "w");

	CHECK(f != NULL);
	CHECK(fputs(text, f) >= 0);
	CHECK(!fclose(f));
}

/* The order of addresses, with a blank behind each. */
static const char *order(const char *a, const char *b, const char *c)
{
	const char *const all[] = { a, b, c };
	static char text[256];
	lws_sockaddr46 list[3];
	size_t n, used = 0;
	char one[64];

	memset(list, 0, sizeof(list));
	for (n = 0; n < 3; n++) {
		CHECK(!lws_sa46_parse_numeric_address(all[n], &list[n]));
		if (list[n].sa4.sin_family == AF_INET)
			list[n].sa4.sin_port = htons(RACE_PORT);
		else
			list[n].sa6.sin6_port = htons(RACE_PORT);
	}
	CHECK_EQ(lws_cao_order(cx, list, 3), 3);
	for (n = 0; n < 3; n++) {
		CHECK(lws_sa46_write_numeric_address(&list[n], one, sizeof(one)) > 0);
		used += (size_t)snprintf(text + used, sizeof(text) - used, "%s ", one);
	}

	return text;
}

int main(void)
{
	int fd;

#if !defined(LWS_WITH_NETLINK)
	/* the kernel's labels come with the routes */
	return CHECK_SKIPPED;
#endif
	racing_enter();
	here("addr add 2001:db8:30::1/64 dev t0 nodad\n"
	     "route add 2001:db8:30:1::/64 dev t0 src 2001:db8:30::1\n");
	fd = mkstemp(file);
	CHECK(fd >= 0);
	close(fd);
	racing_context(20);

	/* the table of the RFC */
	CHECK_STR(order(V4, ONE, TWO), ONE " " V4 " " TWO " ");
	/* IPv4 first, in the program's file, and back */
	file_is("precedence ::ffff:0:0/96 100\n# no more\n");
	CHECK_EQ(lws_cao_set_policy(cx, file), 1);
	CHECK_STR(order(V4, ONE, TWO), V4 " " ONE " " TWO " ");
	CHECK_EQ(lws_cao_set_policy(cx, NULL), 0);
	CHECK_STR(order(V4, ONE, TWO), ONE " " V4 " " TWO " ");
	/* a longer prefix */
	file_is("precedence ::/0 40\nprecedence 2001:db8:30::/48 60\n"
		"precedence ::ffff:0:0/96 50\nlabel ::/0 1\n");
	CHECK_EQ(lws_cao_set_policy(cx, file), 4);
	CHECK_STR(order(V4, ONE, TWO), TWO " " V4 " " ONE " ");
	CHECK_FAILS("lws_cao_set_policy: /none/such", lws_cao_set_policy(cx, "/none/such") == -1);
	CHECK_STR(order(V4, ONE, TWO), TWO " " V4 " " ONE " ");
	CHECK_FAILS("lws_cao_set_policy: bad argument: context", lws_cao_set_policy(NULL, file) == -1);
	CHECK_EQ(lws_cao_set_policy(cx, NULL), 0);

	/* labels of the kernel's: a source that does not match comes later */
	here("addrlabel add prefix 2001:db8:20:1::/64 label 99\n");
	CHECK_EQ(lws_cao_set_policy(cx, NULL), 0);
	CHECK_STR(order(V4, ONE, TWO), TWO " " V4 " " ONE " ");
	here("addrlabel del prefix 2001:db8:20:1::/64 label 99\n");
	CHECK_EQ(lws_cao_set_policy(cx, NULL), 0);
	CHECK_STR(order(V4, ONE, TWO), ONE " " V4 " " TWO " ");
	lws_context_destroy(cx);
	unlink(file);

	return 0;
}
