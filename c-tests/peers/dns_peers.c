/*
 * Names of real servers, by this library and by getaddrinfo() of the C library: run-dns.sh starts the
 * servers and calls this.
 *
 *     dns_peers LIST
 *
 * LIST has a name a line, and behind it what it shall come to: found, none or failed.
 */
#include "../dns.h"

#define MOST 2000
#define UNDER_WAY 100

struct one {
	char name[300];
	lws_sorted_usec_list_t sul;
	int expected, status, heard, again;
	char theirs[48 * 1024], ours[48 * 1024], plain[48 * 1024];
};

static struct one *all;
static int count, begun, done, wrong;
static struct lws_context *cx;

static void differs(const struct one *o, const char *what, const char *a, const char *b)
{
	if (wrong++ < 20)
		fprintf(stderr, "%s: %s: %.200s instead of %.200s\n", o->name, what, a, b);
}

static int cmp(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

/* The addresses in order, each once. */
static void list(const struct addrinfo *ai, char *out, size_t room)
{
	static char texts[4096][64];
	char *sorted[4096];
	size_t n = 0, i, used = 0;

	for (; ai; ai = ai->ai_next, n++) {
		CHECK(n < 4096);
		CHECK(!getnameinfo(ai->ai_addr, ai->ai_addrlen, texts[n], sizeof(texts[n]), NULL, 0,
				   NI_NUMERICHOST));
		sorted[n] = texts[n];
	}
	qsort(sorted, n, sizeof(sorted[0]), cmp);
	out[0] = '\0';
	for (i = 0; i < n; i++) {
		used += (size_t)snprintf(out + used, room - used, "%s ", sorted[i]);
		CHECK(used < room);
	}
}

static int word(const char *w)
{
	return !strcmp(w, "found") ? LWS_DNS_FOUND : !strcmp(w, "none") ? LWS_DNS_NONE : LWS_DNS_FAILED;
}

static void read_list(const char *path)
{
	FILE *f = fopen(path, "r");
	char w[16];

	CHECK(f != NULL);
	CHECK((all = calloc(MOST, sizeof(*all))) != NULL);
	while (count < MOST && fscanf(f, "%299s %15s", all[count].name, w) == 2)
		all[count++].expected = word(w);
	CHECK(feof(f));
	fclose(f);
}

static void ask_theirs(struct one *o)
{
	struct addrinfo hints, *ai = NULL;
	int r;

	memset(&hints, 0, sizeof(hints));
	hints.ai_socktype = SOCK_STREAM;
	r = getaddrinfo(o->name, NULL, &hints, &ai);
	o->status = !r ? LWS_DNS_FOUND : r == EAI_AGAIN || r == EAI_FAIL ? LWS_DNS_FAILED : LWS_DNS_NONE;
	list(ai, o->theirs, sizeof(o->theirs));
	if (ai)
		freeaddrinfo(ai);
	if (o->status != o->expected)
		differs(o, "getaddrinfo", gai_strerror(r), "what the list says");
}

static void heard(const char *name, const lws_dns_answer_t *a, void *opaque)
{
	struct one *o = opaque;

	(void)name;
	CHECK(a->last);
	o->heard++;
	done++;
	list(a->addresses, o->ours, sizeof(o->ours));
	if (strcmp(o->ours, o->theirs))
		differs(o, "addresses", o->ours, o->theirs);
	if (a->status != o->status)
		differs(o, "status", a->status == LWS_DNS_FOUND ? "found" :
			a->status == LWS_DNS_NONE ? "none" : "failed", "getaddrinfo's");
}

static void ask_again(lws_sorted_usec_list_t *sul);
static int result_late;

static struct lws *heard_plain(struct lws *wsi, const char *ads, const struct addrinfo *result, int n,
			       void *opaque)
{
	struct one *o = opaque;

	(void)ads;
	(void)n;
	o->again++;
	done++;
	list(result, o->plain, sizeof(o->plain));
	if (result)
		lws_async_dns_freeaddrinfo(&result);
	if (!strcmp(o->plain, o->theirs))
		return wsi;
	/* on a slow machine, a family may have been late: the next who asks gets it */
	if (result_late++ < count / 20) {
		o->again--;
		done--;
		lws_sul_schedule(cx, 0, &o->sul, ask_again, 300 * LWS_US_PER_MS);
	} else
		differs(o, "addresses by lws_async_dns_query", o->plain, o->theirs);

	return wsi;
}

static void ask_ours(struct one *o)
{
	CHECK(lws_dns_query(cx, o->name, 0, heard, o) != 0);
}

static void ask_plain(struct one *o)
{
	lws_async_dns_query(cx, 0, o->name, LWS_ADNS_RECORD_A, heard_plain, NULL, o);
}

static void ask_again(lws_sorted_usec_list_t *sul)
{
	ask_plain(lws_container_of(sul, struct one, sul));
}

static void run(void (*ask)(struct one *))
{
	begun = done = 0;
	while (done < count) {
		while (begun < count && begun - done < UNDER_WAY)
			ask(&all[begun++]);
		if (done < count)
			lws_service(cx, 0);
	}
}

/* -- services (RFC 9460) -------------------------------------------------- */

static int served;

static void heard_services(const char *name, const lws_dns_answer_t *a, void *opaque)
{
	const lws_dns_service_t *s = a->services;
	char text[64];

	(void)opaque;
	if (!a->last)
		return;
	served++;
	if (!strncmp(name, "svc", 3)) {
		CHECK_EQ(a->n_services, 2);
		CHECK_EQ(s[0].priority, 1);
		CHECK_STR(s[0].target, "b1.example.test");
		CHECK_STR(s[0].alpn, "h2,h3");
		CHECK_EQ(s[0].port, 8443);
		CHECK_EQ(s[0].n_hints, 2);
		CHECK_EQ(s[0].ech_len, 4);
		lws_sa46_write_numeric_address((lws_sockaddr46 *)(uintptr_t)&s[0].hints[0], text,
					       sizeof(text));
		CHECK_STR(text, "192.0.2.77");
		CHECK_EQ(s[1].priority, 2);
		CHECK_STR(s[1].target, ".");
		CHECK_EQ(s[1].no_default_alpn, 1);
	} else if (!strncmp(name, "alias", 5)) {
		CHECK_EQ(a->n_services, 1);
		CHECK_EQ(s[0].priority, 0);
		CHECK_STR(s[0].target, "svc.example.test");
	} else {
		CHECK_EQ(a->n_services, 0);
		CHECK_EQ(a->https.status, LWS_DNS_NONE);
	}
}

static void services(void)
{
	static const char *const names[] = { "svc.example.test", "alias.example.test", "b2.example.test" };
	int i;

	for (i = 0; i < 3; i++)
		CHECK(lws_dns_query(cx, names[i], LWS_DNS_WATCH | LWS_DNS_SERVICES, heard_services,
				    NULL) != 0);
	UNTIL(cx, served == 3);
}

int main(int argc, char **argv)
{
	lws_dns_stats_t st;
	int i, before;

	CHECK(argc > 1);
	read_list(argv[1]);
	CHECK(count > 0);
	for (i = 0; i < count; i++)
		ask_theirs(&all[i]);
	before = descriptors();
	cx = context_bare();
	run(ask_ours);
	services();
	/* what is known, and what has to be asked again */
	run(ask_plain);
	lws_dns_reload(cx);
	run(ask_plain);
	for (i = 0; i < count; i++)
		if (all[i].heard != 1 || all[i].again != 2)
			differs(&all[i], "heard", "otherwise", "once");
	memset(&st, 0, sizeof(st));
	st.size = sizeof(st);
	CHECK(!lws_dns_get_stats(cx, &st));
	printf("%d names, %d wrong; %llu packets, %llu over TCP, %llu late, %llu answers, %llu dropped; "
	       "%d heard of one family\n", count, wrong, (unsigned long long)st.sent, (unsigned long long)st.over_tcp,
	       (unsigned long long)st.hedged, (unsigned long long)st.answers,
	       (unsigned long long)st.dropped, result_late);
	/* who was asked a second time because the first answer was late may be answered twice */
	CHECK(st.dropped <= st.hedged);
	CHECK(st.over_tcp > 0);
	lws_context_destroy(cx);
	CHECK_EQ(descriptors(), before);
	free(all);

	return wrong ? 1 : 0;
}
