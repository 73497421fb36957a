/*
 * Headers of requests, the builders of answers, pages and redirects: what each
 * function returns, and the bytes on the wire.
 */
#include "../http.h"

static const char *request;

static int same_head(const unsigned char *from, const unsigned char *to,
		     const char *expected)
{
	size_t n = strlen(expected);

	if ((size_t)(to - from) == n && !memcmp(from, expected, n))
		return 1;
	fprintf(stderr, "expected %s got %.*s\n", expected, (int)(to - from),
		(const char *)from);

	return 0;
}

static void name_cb(const char *name, int nlen, void *opaque)
{
	char *all = (char *)opaque;

	snprintf(all + strlen(all), 100 - strlen(all), "%.*s;", nlen, name);
}

static void check_request(struct lws *wsi)
{
	char buf[64], all[100] = "", *uri = NULL;
	size_t max;
	int n = 0;

	CHECK_EQ(lws_hdr_total_length(wsi, WSI_TOKEN_HTTP_COOKIE), 8);
	CHECK_EQ(lws_hdr_copy(wsi, buf, 9, WSI_TOKEN_HTTP_COOKIE), 8);
	CHECK(!strcmp(buf, "a=b; c=d"));
	CHECK_EQ(lws_hdr_copy(wsi, buf, 8, WSI_TOKEN_HTTP_COOKIE), -1);
	CHECK_EQ(lws_hdr_fragment_length(wsi, WSI_TOKEN_HTTP_COOKIE, 1), 3);
	CHECK_EQ(lws_hdr_fragment_length(wsi, WSI_TOKEN_HTTP_COOKIE, 2), 0);
	CHECK_EQ(lws_hdr_copy_fragment(wsi, buf, 4, WSI_TOKEN_HTTP_COOKIE, 1), 3);
	CHECK(!strcmp(buf, "c=d"));
	CHECK_EQ(lws_hdr_copy_fragment(wsi, buf, 3, WSI_TOKEN_HTTP_COOKIE, 1), -1);
	CHECK_EQ(lws_hdr_copy_fragment(wsi, buf, 9, WSI_TOKEN_HTTP_COOKIE, -1), -1);
	CHECK_EQ(lws_hdr_copy(wsi, buf, sizeof(buf), WSI_TOKEN_HTTP), 8);
	CHECK(!strcmp(buf, "HTTP/1.1"));
	CHECK_EQ(lws_hdr_copy(wsi, buf, sizeof(buf), WSI_TOKEN_ORIGIN), 0);
	CHECK(!buf[0]);
	CHECK_EQ(lws_hdr_total_length(wsi, WSI_TOKEN_ORIGIN), 0);
	CHECK_EQ(lws_hdr_total_length(wsi, WSI_TOKEN_COUNT), 0);

	CHECK_EQ(lws_http_get_uri_and_method(wsi, &uri, &n), LWSHUMETH_GET);
	CHECK_EQ(n, 5);
	CHECK(!strcmp(uri, "/hdrs"));

	CHECK_EQ(lws_hdr_copy(wsi, buf, sizeof(buf), WSI_TOKEN_HTTP_URI_ARGS),
		 24);
	CHECK(!strcmp(buf, "a=val&x&b=2&flag&e=&ab=3"));
	CHECK(lws_get_urlarg_by_name(wsi, "a=", buf, sizeof(buf)) == buf);
	CHECK(!strcmp(buf, "val&x"));
	CHECK_EQ(lws_get_urlarg_by_name_safe(wsi, "a", buf, 6), 5);
	CHECK_EQ(lws_get_urlarg_by_name_safe(wsi, "a", buf, 5), -1);
	CHECK(!lws_get_urlarg_by_name(wsi, "a", buf, 5));
	CHECK_EQ(lws_get_urlarg_by_name_safe(wsi, "flag", buf, 6), 0);
	CHECK_EQ(lws_get_urlarg_by_name_safe(wsi, "e", buf, 6), 0);
	CHECK_EQ(lws_get_urlarg_by_name_safe(wsi, "fla", buf, 6), -1);
	CHECK(!lws_get_urlarg_by_name(wsi, "x", buf, sizeof(buf)));

	CHECK_EQ(lws_hdr_custom_length(wsi, "x-cust:", 7), 2);
	CHECK_EQ(lws_hdr_custom_length(wsi, "X-CUST", 6), 2);
	CHECK_EQ(lws_hdr_custom_length(wsi, "x-cus:", 6), -1);
	CHECK_EQ(lws_hdr_custom_copy(wsi, buf, 3, "x-cust:", 7), 2);
	CHECK(!strcmp(buf, "v1"));
	CHECK_EQ(lws_hdr_custom_copy(wsi, buf, 2, "x-cust:", 7), -1);
	CHECK_EQ(lws_hdr_custom_name_foreach(wsi, name_cb, all), 0);
	CHECK(!strcmp(all, "x-cust:;x-other:;"));

	max = sizeof(buf);
	CHECK_EQ(lws_http_cookie_get(wsi, "c", buf, &max), 0);
	CHECK_EQ(max, 1);
	CHECK(!strcmp(buf, "d"));
	CHECK_EQ(lws_http_cookie_get(wsi, "x", buf, &max), 1);

	CHECK_EQ(lws_hdr_copy(wsi, NULL, 5, WSI_TOKEN_HTTP_COOKIE), -1);
	CHECK_EQ(lws_hdr_copy_fragment(wsi, NULL, 5, WSI_TOKEN_HTTP_COOKIE, 0), -1);
	CHECK_EQ(lws_hdr_custom_length(wsi, NULL, 5), -1);
	CHECK_EQ(lws_hdr_custom_copy(wsi, buf, 5, NULL, 5), -1);
	CHECK_EQ(lws_hdr_custom_copy(wsi, NULL, 5, "x-cust:", 7), -1);
	CHECK_EQ(lws_hdr_custom_name_foreach(wsi, NULL, NULL), -1);
	CHECK_EQ(lws_http_get_uri_and_method(wsi, NULL, &n), -1);
	CHECK_EQ(lws_http_get_uri_and_method(wsi, &uri, NULL), -1);
	CHECK(!lws_get_urlarg_by_name(wsi, NULL, buf, 5));
	CHECK(!lws_get_urlarg_by_name(wsi, "a", NULL, 5));
	CHECK_EQ(lws_get_urlarg_by_name_safe(wsi, "a", NULL, 5), -1);
	CHECK_EQ(lws_http_cookie_get(wsi, NULL, buf, &max), 1);
	CHECK_EQ(lws_http_cookie_get(wsi, "c", buf, NULL), 1);
}

static void check_builders(struct lws *wsi)
{
	unsigned char buf[LWS_PRE + 512], *start = buf + LWS_PRE, *p = start;
	unsigned char *end = buf + sizeof(buf);
	const unsigned char *value = (const unsigned char *)"1234567";

	CHECK_EQ(lws_add_http_header_status(wsi, 200, &p, end), 0);
	CHECK_EQ(lws_add_http_header_by_token(wsi, WSI_TOKEN_HTTP_CONTENT_TYPE,
					      (const unsigned char *)"a/b", 3,
					      &p, end), 0);
	CHECK_EQ(lws_add_http_header_by_name(wsi,
					     (const unsigned char *)"X-Foo:",
					     value, 1, &p, end), 0);
	CHECK_EQ(lws_add_http_header_by_name(wsi,
					     (const unsigned char *)"X-NoColon",
					     value, 1, &p, end), 0);
	CHECK_EQ(lws_add_http_header_by_name(wsi, NULL, value, 7, &p, end), 0);
	CHECK_EQ(lws_add_http_header_content_length(wsi, 12, &p, end), 0);
	CHECK_EQ(lws_finalize_http_header(wsi, &p, end), 0);
	CHECK(same_head(start, p,
			"HTTP/1.1 200 OK\r\ncontent-type: a/b\r\nX-Foo: 1\r\n"
			"X-NoColon: 1\r\n1234567\r\ncontent-length: 12\r\n\r\n"));

	/* 19 bytes and two for the end */
	p = start;
	CHECK_EQ(lws_add_http_header_by_name(wsi,
					     (const unsigned char *)"X-Header:",
					     value, 7, &p, start + 20), 1);
	CHECK(p == start);
	CHECK_EQ(lws_add_http_header_by_name(wsi,
					     (const unsigned char *)"X-Header:",
					     value, 7, &p, start + 21), 0);
	CHECK(p == start + 19);
	CHECK_EQ(lws_finalize_http_header(wsi, &p, p + 2), 1);
	CHECK_EQ(lws_finalize_http_header(wsi, &p, p + 3), 0);

	/* no value begins another line */
	p = start;
	CHECK_EQ(lws_add_http_header_by_name(wsi, (const unsigned char *)"A:",
					     (const unsigned char *)"b\r\nC: d",
					     7, &p, end), 1);
	CHECK(p == start);
	CHECK_EQ(lws_add_http_header_by_token(wsi, WSI_TOKEN_GET_URI, value, 7,
					      &p, end), 1);

	CHECK_EQ(lws_add_http_header_status(NULL, 200, &p, end), 1);
	CHECK_EQ(lws_add_http_header_status(wsi, 200, NULL, end), 1);
	CHECK_EQ(lws_add_http_header_by_token(NULL, WSI_TOKEN_HOST, value, 7,
					      &p, end), 1);
	CHECK_EQ(lws_add_http_header_by_token(wsi, WSI_TOKEN_HOST, NULL, 7, &p,
					      end), 1);
	CHECK_EQ(lws_add_http_header_by_name(wsi, NULL, NULL, 7, &p, end), 1);
	CHECK_EQ(lws_add_http_header_content_length(NULL, 1, &p, end), 1);
	CHECK_EQ(lws_add_http_common_headers(NULL, 200, NULL, 1, &p, end), 1);
	CHECK_EQ(lws_finalize_http_header(NULL, &p, end), 1);
	CHECK_EQ(lws_finalize_write_http_header(NULL, start, &p, end), 1);
	CHECK_EQ(lws_return_http_status(NULL, 404, NULL), 1);
	CHECK_EQ(lws_http_redirect(NULL, 301, value, 7, &p, end), -1);
	CHECK_EQ(lws_http_redirect(wsi, 301, NULL, 7, &p, end), -1);
	CHECK_EQ(lws_http_redirect(wsi, 301, value, 7, NULL, end), -1);
}

static int api_cb(struct lws *wsi, enum lws_callback_reasons reason,
		  void *user, void *in, size_t len)
{
	unsigned char buf[LWS_PRE + 512], *start = buf + LWS_PRE, *p = start;
	const char *path = (const char *)in;

	if (reason != LWS_CALLBACK_HTTP)
		return lws_callback_http_dummy(wsi, reason, user, in, len);
	if (!strcmp(path, "/hdrs")) {
		check_request(wsi);
		check_builders(wsi);
		if (lws_return_http_status(wsi, 200, "<b>"))
			return -1;
	} else if (!strcmp(path, "/redirect")) {
		CHECK_EQ(lws_http_redirect(wsi, 301,
					   (const unsigned char *)"/elsewhere",
					   10, &p, buf + sizeof(buf)), 91);
		CHECK(p == start + 91);
	} else if (!strcmp(path, "/bare")) {
		if (lws_return_http_status(wsi, 204, NULL))
			return -1;
	} else if (!strcmp(path, "/open")) {
		CHECK_EQ(lws_add_http_common_headers(wsi, 200, "text/plain",
				LWS_ILLEGAL_HTTP_CONTENT_LEN, &p,
				buf + sizeof(buf)), 0);
		CHECK_EQ(lws_finalize_write_http_header(wsi, start, &p,
							buf + sizeof(buf)), 0);
		CHECK_EQ(lws_write(wsi, start, 4, LWS_WRITE_HTTP_FINAL), 4);
		CHECK(lws_http_transaction_completed(wsi) != 0);
		return -1;
	} else if (!strcmp(path, "/sse")) {
		CHECK_EQ(lws_http_mark_sse(wsi), 0);
		CHECK_EQ(lws_hdr_total_length(wsi, WSI_TOKEN_GET_URI), 0);
		if (lws_return_http_status(wsi, 200, NULL))
			return -1;
	} else {
		return lws_callback_http_dummy(wsi, reason, user, in, len);
	}

	return lws_http_transaction_completed(wsi) ? -1 : 0;
}

static const struct lws_protocols api_protocols[] = {
	{ "api", api_cb, 0, 0, 0, NULL, 0 },
	{ NULL, NULL, 0, 0, 0, NULL, 0 }
};

/* Sends a request, which is to have this answer. */
static void answers(struct lws_context *cx, struct lws_vhost *vh,
		    const char *sent, const char *expected)
{
	int fd = http_connect(vh);

	request = sent;
	http_send(fd, sent, strlen(sent));
	http_until(cx, fd, strlen(expected));
	if (strncmp(http_got, expected, strlen(expected))) {
		fprintf(stderr, "%s\nexpected %s\ngot %s\n", sent, expected,
			http_got);
		exit(1);
	}
	close(fd);
}

#define PAGE(status, body)                                                   \
	"<html><head><meta charset=utf-8 http-equiv=\"Content-Language\" "   \
	"content=\"en\"/><link rel=\"stylesheet\" type=\"text/css\" "        \
	"href=\"/error.css\"/></head><body><h1>" status "</h1>" body         \
	"</body></html>"

static void texts(void)
{
	char buf[64];
	time_t t = 10;

	CHECK(!strcmp((const char *)lws_token_to_string(WSI_TOKEN_HOST), "host:"));
	CHECK(!strcmp((const char *)lws_token_to_string(WSI_TOKEN_GET_URI), "get "));
	CHECK(!strcmp((const char *)lws_token_to_string((enum lws_token_indexes)88), ""));
	CHECK(!lws_token_to_string(WSI_TOKEN_COUNT));
	CHECK(lws_urlencode(buf, "a b/c", 10) == buf);
	CHECK(!strcmp(buf, "a+b%2Fc"));
	CHECK(lws_urlencode(buf, "a b/c", 6) == buf);
	CHECK(!strcmp(buf, "a+b"));
	CHECK_EQ(lws_urldecode(buf, "a%41+b", sizeof(buf)), 0);
	CHECK(!strcmp(buf, "aA b"));
	CHECK_EQ(lws_urldecode(buf, "abc", 3), 0);
	CHECK(!strcmp(buf, "ab"));
	CHECK_EQ(lws_urldecode(buf, "%zz", sizeof(buf)), -1);
	snprintf(buf, sizeof(buf), "%%41%%42");
	CHECK_EQ(lws_urldecode(buf, buf, sizeof(buf)), 0);
	CHECK(!strcmp(buf, "AB"));
	CHECK(!lws_urlencode(NULL, "a", 5));
	CHECK(!lws_urlencode(buf, NULL, 5));
	CHECK_EQ(lws_urldecode(NULL, "a", 5), -1);
	CHECK_EQ(lws_urldecode(buf, NULL, 5), -1);

	CHECK_EQ(lws_http_date_render_from_unix(buf, 30, &t), 0);
	CHECK(!strcmp(buf, "Thu, 01 Jan 1970 00:00:10 GMT"));
	CHECK_EQ(lws_http_date_render_from_unix(buf, 29, &t), -1);
	t = 0;
	CHECK_EQ(lws_http_date_parse_unix(buf, strlen(buf), &t), 0);
	CHECK_EQ(t, 10);
	CHECK_EQ(lws_http_date_parse_unix("no date", 7, &t), -1);
	CHECK_EQ(lws_http_date_render_from_unix(NULL, 30, &t), -1);
	CHECK_EQ(lws_http_date_render_from_unix(buf, 30, NULL), -1);
	CHECK_EQ(lws_http_date_parse_unix(NULL, 30, &t), -1);
	CHECK_EQ(lws_http_date_parse_unix(buf, 29, NULL), -1);

	CHECK_EQ(lws_hdr_total_length(NULL, WSI_TOKEN_HOST), 0);
	CHECK_EQ(lws_hdr_fragment_length(NULL, WSI_TOKEN_HOST, 0), 0);
	CHECK_EQ(lws_hdr_copy(NULL, buf, 5, WSI_TOKEN_HOST), -1);
	CHECK_EQ(lws_hdr_copy_fragment(NULL, buf, 5, WSI_TOKEN_HOST, 0), -1);
	CHECK_EQ(lws_hdr_custom_length(NULL, "a:", 2), -1);
	CHECK_EQ(lws_hdr_custom_copy(NULL, buf, 5, "a:", 2), -1);
	CHECK_EQ(lws_hdr_custom_name_foreach(NULL, name_cb, buf), -1);
	CHECK(!lws_get_urlarg_by_name(NULL, "a", buf, 5));
	CHECK_EQ(lws_get_urlarg_by_name_safe(NULL, "a", buf, 5), -1);
	CHECK_EQ(lws_http_headers_detach(NULL), -1);
	CHECK_EQ(lws_http_mark_sse(NULL), 1);
}

int main(void)
{
	struct lws_context_creation_info info;
	struct lws_protocol_vhost_options extra = { NULL, NULL, "x-vh:", "1" };
	struct lws_context *cx;
	struct lws_vhost *vh, *more;

	lws_set_log_level(0, NULL);
	texts();
	cx = context_new();
	info_http(&info);
	info.protocols = api_protocols;
	vh = lws_create_vhost(cx, &info);
	CHECK(vh != NULL);
	info.headers = &extra;
	info.vhost_name = "more";
	info.error_document_404 = "/missing.html";
	info.options |= LWS_SERVER_OPTION_STS;
	more = lws_create_vhost(cx, &info);
	CHECK(more != NULL);

	answers(cx, vh,
		"GET /hdrs?a=val%26x&b=2&flag&e=&ab=3 HTTP/1.1\r\nHost: a\r\n"
		"Cookie: a=b\r\nX-Cust: v1\r\nCookie:   c=d  \r\nX-Other: \r\n"
		"\r\n",
		"HTTP/1.1 200 OK\r\ncontent-type: text/html\r\n"
		"content-length: 176\r\n\r\n" PAGE("200", "<b>"));
	answers(cx, vh, "GET /none HTTP/1.1\r\n\r\n",
		"HTTP/1.1 404 Not Found\r\ncontent-type: text/html\r\n"
		"content-length: 173\r\n\r\n" PAGE("404", ""));
	answers(cx, vh, "GET /none HTTP/1.0\r\nConnection: keep-alive\r\n\r\n",
		"HTTP/1.0 404 Not Found\r\ncontent-type: text/html\r\n"
		"content-length: 173\r\nconnection: keep-alive\r\n\r\n"
		PAGE("404", ""));
	answers(cx, vh, "HEAD /none HTTP/1.1\r\n\r\nGET /bare HTTP/1.1\r\n\r\n",
		"HTTP/1.1 404 Not Found\r\ncontent-type: text/html\r\n"
		"content-length: 173\r\n\r\nHTTP/1.1 204 \r\n\r\n");
	answers(cx, vh, "POST /none HTTP/1.1\r\nContent-Length: 2\r\n\r\nabGET "
			"/redirect HTTP/1.1\r\n\r\n",
		"HTTP/1.1 404 Not Found\r\ncontent-type: text/html\r\n"
		"content-length: 173\r\n\r\n" PAGE("404", "")
		"HTTP/1.1 301 Redirect\r\nlocation: /elsewhere\r\n"
		"content-type: text/html\r\ncontent-length: 0\r\n\r\n");
	answers(cx, vh, "GET /open HTTP/1.1\r\n\r\n",
		"HTTP/1.1 200 OK\r\ncontent-type: text/plain\r\n"
		"connection: close\r\n\r\nHTTP");
	answers(cx, vh, "GET /sse HTTP/1.1\r\n\r\n",
		"HTTP/1.1 200 OK\r\ncontent-type: text/html\r\n"
		"content-length: 173\r\n\r\n");
	answers(cx, more, "GET /none HTTP/1.1\r\n\r\n",
		"HTTP/1.1 302 Redirect\r\nx-vh: 1\r\n"
		"Strict-Transport-Security: max-age=15768000 ; "
		"includeSubDomains\r\nlocation: /missing.html\r\n"
		"content-type: text/html\r\ncontent-length: 0\r\n\r\n");

	lws_context_destroy(cx);

	return 0;
}
