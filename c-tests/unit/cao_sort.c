/*
 * With the same policy table, addresses of IPv6 are in the order in which
 * getaddrinfo() of the C library has them: random lists, sources of several
 * kinds, some with no route.
 */
#include "../racing.h"

#include <netdb.h>

#define MOST 8

static const char policy[] =
	"label ::1/128 0\nlabel ::/0 1\nlabel 2002::/16 2\nlabel ::/96 3\n"
	"label ::ffff:0:0/96 4\nlabel fc00::/7 13\nlabel 2001::/32 5\n"
	"precedence ::1/128 50\nprecedence ::/0 40\nprecedence 2002::/16 30\n"
	"precedence 2001::/32 5\nprecedence fc00::/7 3\nprecedence ::/96 1\n"
	"precedence ::ffff:0:0/96 35\n";

/* Where destinations are; the last two have no route. */
static const char *const nets[] = {
	"2001:db8:20:1:", "2001:db8:30:1:", "fd00:1:1:1:", "2002:c000:201:1:",
	"2001:0:1:1:", "fe80:", "2001:db8:66:1:", "fd66:1:1:1:",
};

static unsigned int seed = 1;

static unsigned int dice(unsigned int n)
{
	seed = seed * 1103515245u + 12345u;

	return (seed >> 16) % n;
}

static const char *text(char *out, const void *in6)
{
	CHECK(inet_ntop(AF_INET6, in6, out, INET6_ADDRSTRLEN) != NULL);

	return out;
}

int main(void)
{
	int n, i, count, sets = check_slow() ? 30 : 600, same = 0;
	char names[1024], a[INET6_ADDRSTRLEN], b[INET6_ADDRSTRLEN];
	static char path[] = "/tmp/relws-sort-XXXXXX";
	struct addrinfo hints, *list, *at;
	lws_sockaddr46 ours[MOST];
	size_t used;
	FILE *f;

	racing_enter();
	here("addr add 2001:db8:30::1/64 dev t0 nodad\n"
	     "addr add fd00::1/64 dev t0 nodad\n"
	     "addr add 2002:c000:201::1/64 dev t0 nodad\n"
	     "route add 2001:db8:30:1::/64 dev t0\n"
	     "route add fd00:1:1:1::/64 dev t0\n"
	     "route add 2002::/16 dev t0\n"
	     "route add 2001:0:1:1::/64 dev t0\n");
	f = fopen("/etc/gai.conf", "w");
	CHECK(f != NULL && fputs(policy, f) >= 0 && !fclose(f));
	CHECK(mkstemp(path) >= 0);
	f = fopen(path, "w");
	CHECK(f != NULL && fputs(policy, f) >= 0 && !fclose(f));
	racing_context(20);
	CHECK_EQ(lws_cao_set_policy(cx, path), 14);
	memset(&hints, 0, sizeof(hints));
	hints.ai_family = AF_INET6;
	hints.ai_socktype = SOCK_STREAM;
	for (n = 0; n < sets; n++) {
		used = 0;
		names[0] = '\0';
		count = 2 + (int)dice(MOST - 2);
		for (i = 0; i < count; i++)
			used += (size_t)snprintf(names + used, sizeof(names) - used, "%s:%x ",
						 nets[dice(LWS_ARRAY_SIZE(nets))],
						 1 + dice(0xffff));
		racing_name(names);
		CHECK(!getaddrinfo(RACE_NAME, NULL, &hints, &list));
		/* as they stand in the file, each once */
		memset(ours, 0, sizeof(ours));
		{
			char *one, *rest = names;
			int k, known;

			for (i = 0; (one = strtok_r(rest, " ", &rest));) {
				CHECK(!lws_sa46_parse_numeric_address(one, &ours[i]));
				for (known = k = 0; k < i; k++)
					known |= !memcmp(&ours[k].sa6.sin6_addr,
							 &ours[i].sa6.sin6_addr, 16);
				i += !known;
			}
		}
		CHECK(lws_cao_order(cx, ours, (size_t)i) >= 0);
		for (at = list, count = 0; at; at = at->ai_next, count++) {
			const struct sockaddr_in6 *their = (const void *)at->ai_addr;

			CHECK(count < i);
			if (memcmp(&their->sin6_addr, &ours[count].sa6.sin6_addr, 16)) {
				fprintf(stderr, "set %d, place %d: getaddrinfo %s, ours %s\n", n, count,
					text(a, &their->sin6_addr), text(b, &ours[count].sa6.sin6_addr));
				break;
			}
		}
		same += !at;
		freeaddrinfo(list);
	}
	fprintf(stderr, "%d of %d in the same order\n", same, sets);
	CHECK_EQ(same, sets);
	lws_context_destroy(cx);
	unlink(path);

	return 0;
}
