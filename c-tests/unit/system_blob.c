/*
 * Blobs of the system: either memory of the user's (direct), or copies of
 * segments (heap).
 */
#include "../context.h"

static const uint8_t text[] = "0123456789";

static void direct(lws_system_blob_t *b)
{
	const uint8_t *p = NULL;
	uint8_t buf[32];
	size_t len;

	lws_system_blob_direct_set(b, text, 10);
	CHECK(lws_system_blob_get_size(b) == 10);
	CHECK(!lws_system_blob_get_single_ptr(b, &p));
	CHECK(p == text); /* no copy */

	len = sizeof(buf);
	memset(buf, 0, sizeof(buf));
	CHECK(!lws_system_blob_get(b, buf, &len, 0));
	CHECK(len == 10 && !strcmp((char *)buf, "0123456789"));
	len = 3;
	memset(buf, 0, sizeof(buf));
	CHECK(!lws_system_blob_get(b, buf, &len, 5));
	CHECK(len == 3 && !strcmp((char *)buf, "567"));
	len = 30;
	CHECK(!lws_system_blob_get(b, buf, &len, 9));
	CHECK(len == 1 && buf[0] == '9');

	/* at the end and behind it */
	len = 30;
	CHECK(lws_system_blob_get(b, buf, &len, 10) == 1);
	CHECK(len == 0);
	len = 30;
	CHECK(lws_system_blob_get(b, buf, &len, SIZE_MAX) == 1);
	CHECK(len == 0);
}

static void heap(lws_system_blob_t *b)
{
	const uint8_t *p = NULL;
	uint8_t buf[32], own[4] = { 'a', 'b', 'c', 'd' };
	size_t len;

	/* on a direct blob too: the memory of the user's is let go */
	lws_system_blob_heap_empty(b);
	CHECK(lws_system_blob_get_size(b) == 0);
	CHECK(lws_system_blob_get_single_ptr(b, &p) == -1);
	len = sizeof(buf);
	CHECK(!lws_system_blob_get(b, buf, &len, 0));
	CHECK(len == 0);

	CHECK(!lws_system_blob_heap_append(b, own, sizeof(own)));
	own[0] = 'x'; /* a copy */
	CHECK(!lws_system_blob_get_single_ptr(b, &p));
	CHECK(p != own && !memcmp(p, "abcd", 4));
	CHECK(!lws_system_blob_heap_append(b, text, 3));
	CHECK(!lws_system_blob_heap_append(b, text + 3, 2));
	CHECK(lws_system_blob_get_size(b) == 9);
	/* in more than one piece: no single pointer */
	CHECK(lws_system_blob_get_single_ptr(b, &p) == -1);

	len = sizeof(buf);
	memset(buf, 0, sizeof(buf));
	CHECK(!lws_system_blob_get(b, buf, &len, 0));
	CHECK(len == 9 && !strcmp((char *)buf, "abcd01234"));
	len = 4;
	memset(buf, 0, sizeof(buf));
	CHECK(!lws_system_blob_get(b, buf, &len, 3));
	CHECK(len == 4 && !strcmp((char *)buf, "d012"));
	len = sizeof(buf);
	CHECK(!lws_system_blob_get(b, buf, &len, 8));
	CHECK(len == 1 && buf[0] == '4');
	len = sizeof(buf);
	CHECK(!lws_system_blob_get(b, buf, &len, 9));
	CHECK(len == 0);

	lws_system_blob_heap_empty(b);
	CHECK(lws_system_blob_get_size(b) == 0);
	CHECK(!lws_system_blob_heap_append(b, text, 1));
	CHECK(lws_system_blob_get_size(b) == 1);

	/* direct again: the copies are freed (a leak shows in memcheck) */
	lws_system_blob_direct_set(b, text, 2);
	CHECK(lws_system_blob_get_size(b) == 2);
	CHECK_FAILS("lws_system_blob_heap_append",
		    lws_system_blob_heap_append(b, text, 1) == -1);
	CHECK(lws_system_blob_get_size(b) == 2);

	lws_system_blob_heap_empty(b);
	CHECK(!lws_system_blob_heap_append(b, text, 10));
	lws_system_blob_destroy(b);
	CHECK(lws_system_blob_get_size(b) == 0);
	CHECK(!lws_system_blob_heap_append(b, text, 10));
	/* the context frees what is left */
}

static void slots(struct lws_context *cx)
{
	lws_system_blob_t *b[LWS_SYSBLOB_TYPE_COUNT];
	int n, m;

	for (n = 0; n < LWS_SYSBLOB_TYPE_COUNT; n++) {
		b[n] = lws_system_get_blob(cx, (lws_system_blob_item_t)n, 0);
		CHECK(b[n]);
		for (m = 0; m < n; m++)
			CHECK(b[m] != b[n]);
	}
	CHECK(lws_system_get_blob(cx, LWS_SYSBLOB_TYPE_AUTH, 0) == b[0]);
	CHECK(lws_system_get_blob(cx, LWS_SYSBLOB_TYPE_AUTH, 1) == b[1]);

	CHECK_FAILS("lws_system_get_blob",
		    !lws_system_get_blob(cx, LWS_SYSBLOB_TYPE_AUTH, -1));
	CHECK_FAILS("lws_system_get_blob",
		    !lws_system_get_blob(cx, LWS_SYSBLOB_TYPE_AUTH,
					 LWS_SYSBLOB_TYPE_COUNT));
	/* the sum of type and index counts */
	CHECK_FAILS("lws_system_get_blob",
		    !lws_system_get_blob(cx, LWS_SYSBLOB_TYPE_MQTT_PASSWORD,
					 1));
	CHECK_FAILS("lws_system_get_blob",
		    !lws_system_get_blob(cx, LWS_SYSBLOB_TYPE_COUNT, 0));
}

int main(void)
{
	struct lws_context *cx = context_new();
	lws_system_blob_t *b;

	slots(cx);
	b = lws_system_get_blob(cx, LWS_SYSBLOB_TYPE_DEVICE_SERIAL, 0);
	CHECK(b);
	CHECK(lws_system_blob_get_size(b) == 0);
	direct(b);
	heap(b);
	lws_context_destroy(cx);

	return 0;
}
