/*
 * Traces of protocol callbacks, as lines of text that can be compared between
 * libraries. There is one list of lines for each lane; events of different
 * lanes may come in any order, those of one lane may not. A lane is a vhost,
 * unless the test says otherwise.
 */
#ifndef RELWS_TEST_TRACE_H
#define RELWS_TEST_TRACE_H

#include "context.h"

#define LANES 32

static struct {
	char	name[32];
	char	text[8192];
} lanes[LANES];

/* One more line at the end of a lane. */
__attribute__((format(printf, 2, 3)))
static inline void lane_add(const char *lane, const char *format, ...)
{
	size_t used, n = 0;
	va_list ap;
	int len;

	while (n < LANES && lanes[n].name[0] && strcmp(lanes[n].name, lane))
		n++;
	CHECK(n < LANES);
	snprintf(lanes[n].name, sizeof(lanes[n].name), "%s", lane);
	used = strlen(lanes[n].text);
	va_start(ap, format);
	len = vsnprintf(lanes[n].text + used, sizeof(lanes[n].text) - used,
			format, ap);
	va_end(ap);
	CHECK(len >= 0 && used + (size_t)len + 2 < sizeof(lanes[n].text));
	strcat(lanes[n].text, "\n");
}

static inline int lane_compare(const void *a, const void *b)
{
	return strcmp((const char *)a, (const char *)b);
}

/* Print all lanes by name, forget them. */
static inline void lanes_print(const char *title)
{
	char text[8192], *line, *rest;
	size_t n;

	printf("%s\n", title);
	qsort(lanes, LANES, sizeof(lanes[0]), lane_compare);
	for (n = 0; n < LANES; n++) {
		memcpy(text, lanes[n].text, sizeof(text));
		for (line = strtok_r(text, "\n", &rest); line;
		     line = strtok_r(NULL, "\n", &rest))
			printf("  %s: %s\n", lanes[n].name, line);
	}
	memset(lanes, 0, sizeof(lanes));
}

/* That a client begins to connect: 4.1.6 neither has it nor says it. */
#define REASON_CONNECTING 105

/*
 * What is left out: 31 to 36 and EVENT_WAIT_CANCELLED are about the loop, and
 * how often they come is not the same.
 */
static inline int trace_skips(int reason)
{
	return (reason >= LWS_CALLBACK_GET_THREAD_ID &&
		reason <= LWS_CALLBACK_UNLOCK_POLL) ||
	       reason == LWS_CALLBACK_EVENT_WAIT_CANCELLED ||
	       reason == REASON_CONNECTING;
}

/*
 * Some callbacks go to the vhost's first protocol, whatever the connection is
 * bound to: TRACE_FIRST(f) makes first_f(), which is f() and says so.
 */
static const char *trace_by = "";

#define TRACE_FIRST(callback) \
	static int first_##callback(struct lws *wsi, \
				    enum lws_callback_reasons reason, \
				    void *user, void *in, size_t len) \
	{ \
		int n; \
\
		trace_by = "to the first: "; \
		n = callback(wsi, reason, user, in, len); \
		trace_by = ""; \
\
		return n; \
	}

/*
 * A line for this callback: reason, protocol, whether there is user space,
 * the length, and what was received. The text of an error is not the same in
 * each version, only that there is one.
 */
static inline void lane_callback_in(const char *lane, struct lws *wsi,
				    int reason, void *user, void *in,
				    size_t len)
{
	const struct lws_protocols *p = lws_get_protocol(wsi);
	const char *name = p ? p->name : "-", *text = in;

	if (reason == LWS_CALLBACK_RAW_RX)
		lane_add(lane, "%s%d %s user %d len %d %.*s", trace_by,
			 reason, name, user != NULL, (int)len, (int)len, text);
	else if (reason == LWS_CALLBACK_CLIENT_CONNECTION_ERROR)
		lane_add(lane, "%s%d %s user %d text %d", trace_by, reason,
			 name, user != NULL, text && len && strlen(text) == len);
	else
		lane_add(lane, "%s%d %s user %d len %d", trace_by, reason,
			 name, user != NULL, (int)len);
}

static inline void lane_callback(struct lws *wsi, int reason, void *user,
				 void *in, size_t len)
{
	if (!trace_skips(reason))
		lane_callback_in(lws_get_vhost_name(lws_get_vhost(wsi)), wsi,
				 reason, user, in, len);
}

#endif
