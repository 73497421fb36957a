/*
 * Base64 and SHA-1 where lws's documentation says nothing: exact fits, texts
 * that come in pieces, arguments that are none.
 */

#include "context.h"

static void
test_room(void)
{
	char out[32];
	int room;

	for (room = 0; room < 12; room++) {
		memset(out, 0x55, sizeof(out));
		if (room >= 9) {
			CHECK_EQ(lws_b64_encode_string("abcd", 4, out, room), 8);
			CHECK_STR(out, "YWJjZA==");
		} else {
			CHECK_FAILS("lws_b64_encode_string",
				    lws_b64_encode_string("abcd", 4, out, room) == -1);
			CHECK_EQ(out[0], 0x55);
		}

	}
	for (room = 1; room < 12; room++) {
		int want = room > 7 ? 7 : room > 6 ? 6 : room > 3 ? 3 : 0;

		memset(out, 0x55, sizeof(out));
		log_watch(LOG_USUAL);
		CHECK_EQ(lws_b64_decode_string("YWJjZGVmZw==", out, room), want);
		CHECK(!memcmp(out, "abcdefg", (size_t)want));
		CHECK_EQ(out[want], 0);
		CHECK_EQ(out[want + 1], 0x55);
		CHECK_EQ(log_lines("out_size"), want < 7);
		CHECK_EQ(log_lines(""), want < 7);
	}
}

static void
test_pieces(void)
{
	static const char text[] = "YW Jj\nZGVmZw==";
	struct lws_b64state s;
	uint8_t out[32];
	size_t step, room;

	for (step = 1; step <= sizeof(text); step++)
		for (room = 3; room < 9; room++) {
			size_t at = 0, got = 0, len = strlen(text);

			lws_b64_decode_state_init(&s);
			while (at < len) {
				size_t in = len - at < step ? len - at : step, n = room;
				int final = at + in == len;

				CHECK_EQ(lws_b64_decode_stateful(&s, text + at, &in, out + got,
								 &n, final), 0);
				CHECK(in && n <= room);
				at += in;
				got += n;
			}
			CHECK_EQ(got, 7);
			CHECK(!memcmp(out, "abcdefg", 7));
		}
}

static void
test_auth(void)
{
	char out[64], user[300];

	CHECK_EQ(lws_http_basic_auth_gen("Aladdin", "open sesame", out, sizeof(out)), 0);
	CHECK_STR(out, "Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ==");
	memset(user, 'u', sizeof(user));
	user[sizeof(user) - 1] = '\0';
	CHECK_FAILS("len", lws_http_basic_auth_gen(user, user, out, sizeof(out)) == 1);
}

static void
test_null(void)
{
	struct lws_b64state s;
	uint8_t b[20];
	char c[20];
	size_t n = 4, room = sizeof(b);

	CHECK_FAILS("lws_SHA1", !lws_SHA1(NULL, 1, b));
	CHECK_FAILS("lws_SHA1", !lws_SHA1(b, 1, NULL));
	CHECK(lws_SHA1(NULL, 0, b) == b);
	CHECK_EQ(b[0], 0xda);
	CHECK_FAILS("lws_b64_encode_string", lws_b64_encode_string(NULL, 1, c, 20) == -1);
	CHECK_FAILS("lws_b64_encode_string", lws_b64_encode_string("a", -1, c, 20) == -1);
	CHECK_FAILS("lws_b64_encode_string", lws_b64_encode_string("a", 1, NULL, 20) == -1);
	CHECK_FAILS("lws_b64_encode_string", lws_b64_encode_string("a", 1, c, -1) == -1);
	CHECK_FAILS("lws_b64_encode_string_url",
		    lws_b64_encode_string_url(NULL, 1, c, 20) == -1);
	CHECK_FAILS("lws_b64_decode_string", lws_b64_decode_string(NULL, c, 20) == -1);
	CHECK_FAILS("lws_b64_decode_string", lws_b64_decode_string("YQ==", NULL, 20) == -1);
	CHECK_FAILS("lws_b64_decode_string", lws_b64_decode_string("YQ==", c, 0) == -1);
	CHECK_FAILS("lws_b64_decode_string_len",
		    lws_b64_decode_string_len(NULL, -1, c, 20) == -1);
	CHECK_FAILS("lws_b64_decode_string_len",
		    lws_b64_decode_string_len("YQ==", 4, c, -1) == -1);
	CHECK_LOGS("lws_b64_decode_state_init", lws_b64_decode_state_init(NULL));
	lws_b64_decode_state_init(&s);
	CHECK_FAILS("s", lws_b64_decode_stateful(NULL, "YQ==", &n, b, &room, 1) == -1);
	CHECK_FAILS("in", lws_b64_decode_stateful(&s, NULL, &n, b, &room, 1) == -1);
	CHECK_FAILS("in_len", lws_b64_decode_stateful(&s, "YQ==", NULL, b, &room, 1) == -1);
	CHECK_FAILS("out", lws_b64_decode_stateful(&s, "YQ==", &n, NULL, &room, 1) == -1);
	CHECK_FAILS("out_size", lws_b64_decode_stateful(&s, "YQ==", &n, b, NULL, 1) == -1);
	memset(&s, 0xff, sizeof(s));
	CHECK_FAILS("s", lws_b64_decode_stateful(&s, "YQ==", &n, b, &room, 1) == -1);
	CHECK_FAILS("user", lws_http_basic_auth_gen(NULL, "p", c, sizeof(c)) == 1);
	CHECK_FAILS("pw", lws_http_basic_auth_gen("u", NULL, c, sizeof(c)) == 1);
	CHECK_FAILS("buf", lws_http_basic_auth_gen("u", "p", NULL, 20) == 1);
}

int
main(void)
{
	test_room();
	test_pieces();
	test_auth();
	test_null();

	return 0;
}
