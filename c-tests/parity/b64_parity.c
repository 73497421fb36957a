/*
 * Base64, SHA-1 and the header of basic authentication. Where the result does
 * not fit both libraries differ, so that there is room for all here, but in
 * steps where 4.1.6 and 4.3.5 agree.
 */

#include <libwebsockets.h>

#include <stdio.h>
#include <string.h>

#define COUNT(x) (sizeof(x) / sizeof((x)[0]))

static void
hex(const unsigned char *bytes, int len)
{
	int n;

	for (n = 0; n < len; n++)
		printf(" %02x", bytes[n]);
}

static void
decode(const char *text, int len)
{
	char out[64];
	int n;

	memset(out, 0x55, sizeof(out));
	n = lws_b64_decode_string_len(text, len, out, sizeof(out));
	printf("decode '%s' %d: %d", text, len, n);
	hex((unsigned char *)out, n + 2);
	if (len < 0) {
		memset(out, 0x55, sizeof(out));
		n = lws_b64_decode_string(text, out, sizeof(out));
		printf(", %d", n);
		hex((unsigned char *)out, n + 2);
	}
	printf("\n");
}

int
main(void)
{
	static const char *const texts[] = {
		"", "YQ==", "YWI=", "YWJj", "YWJjZA==", "YWJj ZA==", "YWJj\nZGVm", "YQ", "YWI",
		"YWJjZ", "Y!WJj", "YQ==YQ==", "Y===", "====", "-_-_", "+/+/", "YWJjZGVmZ2hp",
		"Y\x80WJj", "YWJj=", "A", "AB", "AB=", "A=BC",
	};
	char in[256], out[512];
	unsigned char digest[20];
	unsigned int seed = 7;
	int n, len, used;
	size_t i;

	lws_set_log_level(0, NULL);
	for (n = 0; n < (int)sizeof(in); n++) {
		seed = seed * 1103515245u + 12345u;
		in[n] = (char)(seed >> 16);
	}
	for (len = 0; len < 200; len++) {
		n = lws_b64_encode_string(in, len, out, sizeof(out));
		printf("encode %d: %d '%s'", len, n, out);
		n = lws_b64_encode_string_url(in, len, out, sizeof(out));
		printf(" url %d '%s'", n, out);
		memset(digest, 0, sizeof(digest));
		printf(" SHA-1 %d:", lws_SHA1((unsigned char *)in, (size_t)len, digest) == digest);
		hex(digest, 20);
		printf("\n");
	}
	printf("no room: %d\n", lws_b64_encode_string(in, 6, out, 8));

	for (i = 0; i < COUNT(texts); i++)
		decode(texts[i], -1);
	for (n = 0; n <= 12; n++)
		decode("YWJjZGVmZ2hp", n);

	for (used = 0; used < 40; used++) {
		memset(out, 0, sizeof(out));
		n = lws_http_basic_auth_gen("user", "pass", out, (size_t)used);
		printf("auth %d: %d '%s'\n", used, n, out);
	}
	n = lws_http_basic_auth_gen("", "", out, sizeof(out));
	printf("auth of nobody: %d '%s'\n", n, out);

	return 0;
}
