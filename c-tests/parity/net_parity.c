/*
 * Addresses, options and back-off over a table of inputs. Left out is what differs on purpose: the
 * list is in docs/differences.md.
 */
#include <libwebsockets.h>
#include <stdio.h>
#include <string.h>

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

static void addresses(void)
{
	static const char *const texts[] = {
		"1.2.3.4", "0.0.0.0", "255.255.255.255", "001.002.003.004", "1.2.3.4 ", " 1.2.3.4",
		"256.1.1.1", "1.2.3", "1.2.3.4.5", "1.2.3.4x", "1..2.3", "", "1", "a", "localhost",
		"1.2.3.", ".1.2.3", "1.2.3.4/24", "::", "::1", "1::", "1::2", "2001:db8::1",
		"2001:DB8:0:0:0:0:0:1", "1:2:3:4:5:6:7:8", "1:2:3:4:5:6:7", "1:2:3:4:5:6:7:8:9",
		":::", ":::1", "cats", "1.cat.dog.com", "::ffff:1.2.3.4", "fe80::1%1", "[::1]", "12345::", "ffff::", "g::", "::1 ",
		"1:2:3:4:5:6:7::", "::2:3:4:5:6:7:8", "1::3:4:5:6:7:8", ":1", "1:", "0x1.2.3.4",
		"-1.2.3.4", "+1.2.3.4", "1,2,3,4", "00001::", "0001::1", "1.2.3.0004", "1.2.3.4:80",
		"::1:2:3:4:5:6:7:8", "1:0:0:2:0:0:0:3", "1:0:2:3:4:5:6:7", "1:0:3:0:5:0:7:0",
		"ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff",
	};
	uint8_t bytes[16];
	char text[64];
	size_t n;
	int i, r;

	for (n = 0; n < COUNT(texts); n++) {
		lws_sockaddr46 sa;

		memset(&sa, 0, sizeof(sa));
		r = lws_parse_numeric_address(texts[n], bytes, sizeof(bytes));
		printf("parse '%s': %d", texts[n], r);
		for (i = 0; i < r; i++)
			printf(" %02x", bytes[i]);
		if (r > 0) {
			int len = lws_write_numeric_address(bytes, r, text, sizeof(text));

			printf(", write %d '%s'", len, text);
		}
		r = lws_sa46_parse_numeric_address(texts[n], &sa);
		printf(", sa46 %d", r < 0 ? -1 : r);
		if (!r) {
			r = lws_sa46_write_numeric_address(&sa, text, sizeof(text));
			printf(" family %d, write %d '%s'", sa.sa4.sin_family, r, text);
		}
		printf("\n");
	}
	for (n = 0; n < COUNT(texts); n++) {
		lws_sockaddr46 a, b;

		if (lws_sa46_parse_numeric_address(texts[n], &a))
			continue;
		for (i = 0; i < (int)COUNT(texts); i++)
			if (!lws_sa46_parse_numeric_address(texts[i], &b))
				printf("compare '%s' '%s': %d\n", texts[n], texts[i],
				       lws_sa46_compare_ads(&a, &b) != 0);
	}
	memset(bytes, 0, sizeof(bytes));
	for (i = -1; i < 18; i++)
		if (i != 4 && i != 16)
			printf("write %d bytes: %d\n", i,
			       lws_write_numeric_address(bytes, i, text, sizeof(text)));
	for (n = 0; n < 17; n++) {
		r = lws_parse_numeric_address("::1", bytes, n);
		printf("parse into %d: %d", (int)n, r < 0 ? -1 : r);
		r = lws_parse_numeric_address("1.2.3.4", bytes, n);
		printf(" %d\n", r < 0 ? -1 : r);
	}
}

static void interfaces(void)
{
	static const char *const names[] = {
		"lo", "127.0.0.1", "8.8.8.8", "0.0.0.0", "nosuchinterface", "", "localhost",
	};
	size_t n;

	for (n = 0; n < COUNT(names); n++) {
		struct sockaddr_in sa;
		int r;

		memset(&sa, 0, sizeof(sa));
		r = lws_interface_to_sa(0, names[n], &sa, sizeof(sa));
		printf("interface '%s': %d %08x\n", names[n], r,
		       (unsigned int)ntohl(sa.sin_addr.s_addr));
	}
}

static void options(void)
{
	static const struct lws_protocol_vhost_options
		fourth = { NULL, NULL, "a", "again" },
		third = { &fourth, NULL, "c", NULL },
		second = { &third, NULL, "b", "two" },
		first = { &second, NULL, "a", "1" };
	static const char *const names[] = { "a", "b", "c", "d", "A", "", "ab" };
	size_t n;

	for (n = 0; n < COUNT(names); n++) {
		const struct lws_protocol_vhost_options *o = lws_pvo_search(&first, names[n]);
		const char *value = "as it was";
		int r = lws_pvo_get_str((void *)&first, names[n], &value);

		printf("option '%s': %s, %d %s\n", names[n], o ? o->name : "none", r,
		       value ? value : "NULL");
		r = lws_pvo_get_str(NULL, names[n], &value);
		printf("of no options: %d %d\n", lws_pvo_search(NULL, names[n]) != NULL, r);
	}
}

static void cb(lws_sorted_usec_list_t *sul)
{
	(void)sul;
}

/* whether the delay is what the table says and no more than the jitter above it */
static void delay(unsigned int ms, unsigned int base, unsigned int percent)
{
	if (ms >= base && ms <= base + base * percent / 100)
		printf(" %u", base);
	else
		printf(" %u is not %u", ms, base);
}

static void backoff(struct lws_context *cx)
{
	static const uint32_t table[] = { 100, 200, 400 };
	static const uint16_t conceals[] = { 0, 2, 5, LWS_RETRY_CONCEAL_ALWAYS };
	lws_retry_bo_t r = { table, 3, 0, 0, 0, 0 };
	lws_sorted_usec_list_t sul;
	uint16_t ctry;
	size_t n;
	int i, scheduled;
	char conceal;

	for (n = 0; n < COUNT(conceals); n++) {
		r.conceal_count = conceals[n];
		for (i = 0; i < 40; i++) {
			r.jitter_percent = (uint8_t)(i % 2 ? 50 : 0);
			if (!(i % 10))
				ctry = (uint16_t)(i < 30 ? 0 : 65530);
			conceal = 9;
			printf("delay");
			delay(lws_retry_get_delay_ms(cx, &r, &ctry, &conceal),
			      table[i >= 30 || i % 10 > 2 ? 2 : i % 10], i % 2 ? 50 : 30);
			printf(", try %d, conceal %d\n", ctry, conceal);
		}
		memset(&sul, 0, sizeof(sul));
		ctry = 0;
		for (i = 0; i < 8; i++) {
			scheduled = lws_retry_sul_schedule(cx, 0, &sul, &r, cb, &ctry);
			printf("schedule %d, try %d, listed %d\n", scheduled, ctry,
			       !lws_dll2_is_detached(&sul.list));
		}
		lws_sul_cancel(&sul);
	}
	for (i = 0; i < 4; i++) {
		ctry = (uint16_t)i;
		conceal = 9;
		printf("no policy");
		delay(lws_retry_get_delay_ms(cx, NULL, &ctry, &conceal), 3000, 30);
		printf(", try %d, conceal %d\n", ctry, conceal);
	}
}

int main(void)
{
	struct lws_context_creation_info info;
	struct lws_context *cx;
	char name[256];

	lws_set_log_level(0, NULL);
	addresses();
	interfaces();
	options();
	memset(&info, 0, sizeof(info));
	info.port = CONTEXT_PORT_NO_LISTEN;
	cx = lws_create_context(&info);
	if (!cx)
		return 1;
	backoff(cx);
	if (gethostname(name, sizeof(name)))
		return 1;
	printf("hostname %d\n", strcmp(lws_canonical_hostname(cx), name));
	lws_context_destroy(cx);

	return 0;
}
