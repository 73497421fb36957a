/*
 * Looks names up: resolve [--watch] NAME...
 *
 * Prints the addresses of each name, how long it took, for how long they hold and which server gave
 * them. With --watch it goes on, and asks again when their time is over. The exit code is 1 when a
 * name has no address.
 */
#include <libwebsockets.h>

#include <netdb.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>

#define MOST 64

struct name {
	const char *text;
	lws_sorted_usec_list_t again;
	lws_usec_t asked;
	int open;
	int missing;
};

static struct lws_context *cx;
static struct name names[MOST];
static int count, watch;
static volatile int over;

static void interrupted(int sig)
{
	(void)sig;
	over = 1;
	lws_cancel_service(cx);
}

static void print_part(const char *kind, const lws_dns_part_t *part)
{
	char server[128];

	if (part->status == LWS_DNS_UNKNOWN)
		return;
	printf("  %s: %s", kind, part->status == LWS_DNS_FOUND ? "found" :
				 part->status == LWS_DNS_NONE ? "none" : "failed");
	if (part->server.sa4.sin_family) {
		lws_sa46_write_numeric_address((lws_sockaddr46 *)(uintptr_t)&part->server, server,
					       sizeof(server));
		printf(", by %s in %u.%03u ms", server, part->took_us / 1000, part->took_us % 1000);
	}
	printf(", for %lld s\n", (long long)(part->ttl_us / 1000000));
}

static void ask(struct name *n);

static void ask_again(lws_sorted_usec_list_t *sul)
{
	ask(lws_container_of(sul, struct name, again));
}

/* When the first of the two is over, microseconds; at least a second. */
static lws_usec_t next(const lws_dns_answer_t *a)
{
	lws_usec_t us = a->a.status == LWS_DNS_UNKNOWN ? a->aaaa.ttl_us : a->a.ttl_us;

	if (a->aaaa.status != LWS_DNS_UNKNOWN && a->aaaa.ttl_us < us)
		us = a->aaaa.ttl_us;

	return us < LWS_US_PER_SEC ? LWS_US_PER_SEC : us;
}

static void heard(const char *text, const lws_dns_answer_t *a, void *opaque)
{
	struct name *n = opaque;
	lws_usec_t took = lws_now_usecs() - n->asked;
	const struct addrinfo *ai;
	char address[64];

	printf("%s: %s%s, %lld.%03lld ms\n", text,
	       a->status == LWS_DNS_FOUND ? "found" : a->status == LWS_DNS_STALE ? "found, old" :
	       a->status == LWS_DNS_NONE ? "there is none" : "no server answers",
	       a->partial ? ", more to come" : "", (long long)(took / 1000), (long long)(took % 1000));
	for (ai = a->addresses; ai; ai = ai->ai_next)
		if (!getnameinfo(ai->ai_addr, ai->ai_addrlen, address, sizeof(address), NULL, 0,
				 NI_NUMERICHOST))
			printf("  %s\n", address);
	print_part("IPv4", &a->a);
	print_part("IPv6", &a->aaaa);
	fflush(stdout);
	if (!a->last)
		return;
	n->missing = !a->addresses;
	n->open = 0;
	if (watch)
		lws_sul_schedule(cx, 0, &n->again, ask_again, next(a));
}

static void ask(struct name *n)
{
	n->asked = lws_now_usecs();
	n->open = 1;
	if (!lws_dns_query(cx, n->text, watch ? LWS_DNS_WATCH : 0, heard, n)) {
		n->missing = 1;
		n->open = 0;
	}
}

int main(int argc, const char **argv)
{
	struct lws_context_creation_info info;
	int i, open = 1, missing = 0;

	for (i = 1; i < argc; i++)
		if (!strcmp(argv[i], "--watch"))
			watch = 1;
		else if (argv[i][0] != '-' && count < MOST)
			names[count++].text = argv[i];
	if (!count) {
		fprintf(stderr, "usage: %s [--watch] NAME...\n", argv[0]);
		return 2;
	}
	memset(&info, 0, sizeof(info));
	info.options = LWS_SERVER_OPTION_EXPLICIT_VHOSTS;
	lws_set_log_level(LLL_ERR | LLL_WARN, NULL);
	cx = lws_create_context(&info);
	if (!cx)
		return 2;
	signal(SIGINT, interrupted);
	for (i = 0; i < count; i++)
		ask(&names[i]);
	while (!over && (open || watch) && lws_service(cx, 0) >= 0)
		for (open = i = 0; i < count; i++)
			open |= names[i].open;
	for (i = 0; i < count; i++) {
		lws_sul_cancel(&names[i].again);
		missing |= names[i].missing;
	}
	lws_context_destroy(cx);

	return missing;
}
