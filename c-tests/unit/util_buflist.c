/*
 * Buffer lists: bytes come out as they went in, once, whatever the segments.
 */
#include "../context.h"

static struct lws_buflist *bl;
static uint8_t out[64];

static int put(const char *text)
{
	return lws_buflist_append_segment(&bl, (const uint8_t *)text, strlen(text));
}

static void start(void)
{
	lws_buflist_destroy_all_segments(&bl);
	CHECK(!bl);
	CHECK_EQ(put("hello"), 1);
	CHECK_EQ(put("world!"), 0);
	CHECK_EQ(put("abc"), 0);
}

#define OUT(n, text) CHECK((n) == (int)strlen(text) && !memcmp(out, text, strlen(text)))

static void test_segments(void)
{
	uint8_t *p = out;

	CHECK(!lws_buflist_next_segment_len(&bl, &p) && !p);
	CHECK(!lws_buflist_total_len(&bl));

	start();
	CHECK(lws_buflist_next_segment_len(&bl, NULL) == 5);
	CHECK(lws_buflist_next_segment_len(&bl, &p) == 5 && !memcmp(p, "hello", 5));
	CHECK(lws_buflist_total_len(&bl) == 14);
	memset(p - 16, 0, 16); /* a header may go there */
	CHECK(lws_buflist_next_segment_len(&bl, &p) == 5 && !memcmp(p, "hello", 5));

	/* used bytes are gone, for every function */
	CHECK(lws_buflist_use_segment(&bl, 0) == 5);
	CHECK(lws_buflist_use_segment(&bl, 2) == 3);
	CHECK(lws_buflist_next_segment_len(&bl, &p) == 3 && !memcmp(p, "llo", 3));
	CHECK(lws_buflist_total_len(&bl) == 12);
	OUT(lws_buflist_linear_copy(&bl, 0, out, sizeof(out)), "lloworld!abc");
	CHECK(lws_buflist_use_segment(&bl, 3) == 6);
	CHECK(lws_buflist_use_segment(&bl, 6) == 3);
	CHECK_EQ(put("more"), 0);
	CHECK(lws_buflist_use_segment(&bl, 3) == 4);
	CHECK(!lws_buflist_use_segment(&bl, 4));
	CHECK(!bl);
}

static void test_linear(void)
{
	start();
	OUT(lws_buflist_linear_copy(&bl, 0, out, 4), "hell");
	OUT(lws_buflist_linear_copy(&bl, 3, out, 8), "loworld!");
	OUT(lws_buflist_linear_copy(&bl, 5, out, 6), "world!");
	OUT(lws_buflist_linear_copy(&bl, 12, out, 9), "bc");
	CHECK_EQ(lws_buflist_linear_copy(&bl, 14, out, 9), 0);
	CHECK_EQ(lws_buflist_linear_copy(&bl, (size_t)-1, out, 9), 0);
	CHECK_EQ(lws_buflist_linear_copy(&bl, 0, out, 0), 0);
	CHECK(lws_buflist_total_len(&bl) == 14);

	OUT(lws_buflist_linear_use(&bl, out, 4), "hell");
	CHECK(lws_buflist_total_len(&bl) == 10);
	CHECK_EQ(lws_buflist_linear_use(&bl, out, 0), 0);
	OUT(lws_buflist_linear_use(&bl, out, 7), "oworld!");
	OUT(lws_buflist_linear_use(&bl, out, 99), "abc");
	CHECK_EQ(lws_buflist_linear_use(&bl, out, 99), 0);
	CHECK(!bl);
}

static void test_fragments(void)
{
	char first, fin;

	start();
	OUT(lws_buflist_fragment_use(&bl, out, 3, &first, &fin), "hel");
	CHECK(first == 1 && fin == 0);
	OUT(lws_buflist_fragment_use(&bl, out, 1, &first, &fin), "l");
	CHECK(first == 0 && fin == 0);
	OUT(lws_buflist_fragment_use(&bl, out, 9, &first, &fin), "o");
	CHECK(first == 0 && fin == 1);
	CHECK_EQ(lws_buflist_fragment_use(&bl, out, 0, &first, &fin), 0);
	CHECK(first == 1 && fin == 0);
	OUT(lws_buflist_fragment_use(&bl, out, 6, &first, &fin), "world!");
	CHECK(first == 1 && fin == 1);
	OUT(lws_buflist_fragment_use(&bl, out, 9, NULL, NULL), "abc");
	first = fin = 9;
	CHECK_EQ(lws_buflist_fragment_use(&bl, out, 9, &first, &fin), 0);
	CHECK(first == 9 && fin == 9);
}

static void test_odd(void)
{
	/* nothing is nothing to append */
	CHECK_EQ(lws_buflist_append_segment(&bl, out, 0), 0);
	CHECK(!bl);
	start();
	CHECK_EQ(lws_buflist_append_segment(&bl, NULL, 0), 0);
	CHECK(lws_buflist_total_len(&bl) == 14);

	/* more than there is: said, and no further than the segment */
	CHECK_FAILS("lws_buflist_use_segment", lws_buflist_use_segment(&bl, 6) == 6);
	CHECK_FAILS("lws_buflist_use_segment",
		    lws_buflist_use_segment(&bl, (size_t)-1) == 3);
	lws_buflist_destroy_all_segments(&bl);
	CHECK_FAILS("lws_buflist_use_segment", !lws_buflist_use_segment(&bl, 1));
	lws_buflist_destroy_all_segments(&bl);

	start();
	CHECK(lws_buflist_use_segment(&bl, 1) == 4);
	log_watch(LLL_NOTICE);
	lws_buflist_describe(&bl, NULL, "why");
	CHECK(log_lines("") == 3 && log_lines("why") == 3);
	CHECK(log_lines("1 of 5 bytes used, 4 left") == 1);
	lws_buflist_destroy_all_segments(&bl);
	log_watch(LLL_NOTICE);
	lws_buflist_describe(&bl, NULL, "why");
	CHECK(log_lines("") == 1 && log_lines("empty") == 1);
}

/* Random appends and uses against one long array. */
static void test_against_model(void)
{
	static uint8_t model[100000], got[300];
	size_t in = 0, used = 0, n, i;
	unsigned int seed = 1;
	int r;

	for (i = 0; i < 3000; i++) {
		seed = seed * 1103515245u + 12345u;
		n = 1 + (seed >> 16) % 60;
		if (seed >> 31 && in + n <= sizeof(model)) {
			for (r = 0; r < (int)n; r++)
				model[in + (size_t)r] = (uint8_t)(seed >> (r % 24));
			CHECK_EQ(lws_buflist_append_segment(&bl, model + in, n), in == used);
			in += n;
		} else {
			r = seed & 0x8000 ?
				lws_buflist_linear_use(&bl, got, n * 5) :
				lws_buflist_fragment_use(&bl, got, n, NULL, NULL);
			CHECK(r >= 0 && used + (size_t)r <= in);
			CHECK(r > 0 || in == used);
			CHECK(!memcmp(got, model + used, (size_t)r));
			used += (size_t)r;
		}
		CHECK(lws_buflist_total_len(&bl) == in - used);
		CHECK(!bl == (in == used));
	}
	CHECK(used > 1000);
	lws_buflist_destroy_all_segments(&bl);
}

int main(void)
{
	lws_set_log_level(LOG_USUAL, NULL);
	test_segments();
	test_linear();
	test_fragments();
	test_odd();
	test_against_model();
	CHECK(!bl);

	return 0;
}
