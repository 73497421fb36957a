/*
 * Vhosts: made and destroyed at any time, found by name, with private data
 * and options for each protocol; callbacks for all connections of one.
 */
#include "../conn.h"

struct private {
	int	number;
};

static int finalized, inits, destroys, users[4], writeables, closed, opened;
static const char *option;

static int vhost_cb(struct lws *wsi, enum lws_callback_reasons reason,
		    void *user, void *in, size_t len)
{
	struct lws_vhost *vh = lws_get_vhost(wsi);
	struct private *p;

	(void)user;
	(void)len;
	switch ((int)reason) {
	case LWS_CALLBACK_PROTOCOL_INIT:
		inits++;
		option = NULL;
		if (in)
			lws_pvo_get_str(in, "option", &option);
		CHECK(!lws_protocol_vh_priv_get(vh, lws_get_protocol(wsi)));
		p = lws_protocol_vh_priv_zalloc(vh, lws_get_protocol(wsi),
						sizeof(*p));
		CHECK(p && !p->number);
		p->number = inits;
		CHECK(lws_protocol_vh_priv_get(vh, lws_get_protocol(wsi)) == p);
		break;
	case LWS_CALLBACK_PROTOCOL_DESTROY:
		p = lws_protocol_vh_priv_get(vh, lws_get_protocol(wsi));
		/* options may have left it out */
		CHECK(!p || p->number);
		destroys++;
		break;
	case LWS_CALLBACK_RAW_ADOPT:
		opened++;
		p = lws_protocol_vh_priv_get(vh, lws_get_protocol(wsi));
		CHECK(p && p->number);
		break;
	case LWS_CALLBACK_RAW_WRITEABLE:
		writeables++;
		break;
	case LWS_CALLBACK_RAW_CLOSE:
		closed++;
		break;
	case LWS_CALLBACK_USER:
	case LWS_CALLBACK_USER + 1:
	case LWS_CALLBACK_USER + 2:
	case LWS_CALLBACK_USER + 3:
		users[reason - LWS_CALLBACK_USER]++;
		if (reason == LWS_CALLBACK_USER + 2)
			CHECK(in == &users && len == 7);
		break;
	}

	return 0;
}

static const struct lws_protocols protocols[] = {
	{ "a", vhost_cb, 0, 0, 1, NULL, 0 },
	{ "b", vhost_cb, 8, 0, 2, NULL, 0 },
	{ NULL, NULL, 0, 0, 0, NULL, 0 }
};

static void finalize(struct lws_vhost *vh, void *arg)
{
	(void)vh;
	CHECK(arg == &finalized);
	/* the protocols have been told before */
	CHECK_EQ(destroys, 2);
	finalized++;
}

static struct lws_context *cx;

static void lifecycle(void)
{
	const struct lws_protocols *const pointers[] = {
		&protocols[1], NULL
	};
	struct lws_context_creation_info info;
	struct lws_vhost *vh;
	int user;

	memset(&info, 0, sizeof(info));
	info.vhost_name = "one";
	info.port = CONTEXT_PORT_NO_LISTEN;
	info.protocols = protocols;
	info.user = &user;
	info.finalize = finalize;
	info.finalize_arg = &finalized;
	inits = destroys = 0;
	CHECK((vh = lws_create_vhost(cx, &info)) != NULL);
	/* the context runs already: at once */
	CHECK_EQ(inits, 2);
	CHECK(!option);
	CHECK(lws_get_vhost_by_name(cx, "one") == vh);
	CHECK(!lws_get_vhost_by_name(cx, "two"));
	CHECK_STR(lws_get_vhost_name(vh), "one");
	CHECK(lws_get_vhost_user(vh) == &user);
	CHECK(lws_vhost_user(vh) == &user);
	CHECK_EQ(lws_get_vhost_port(vh), CONTEXT_PORT_NO_LISTEN);
	CHECK(!lws_get_vhost_iface(vh));
	CHECK(lws_vh_tag(vh) != NULL);
	CHECK(lws_vhost_name_to_protocol(vh, "b") == &protocols[1] ||
	      !strcmp(lws_vhost_name_to_protocol(vh, "b")->name, "b"));
	CHECK(!lws_vhost_name_to_protocol(vh, "c"));
	lws_vhost_destroy(vh);
	UNTIL(cx, finalized == 1);
	CHECK_EQ(destroys, 2);
	CHECK(!lws_get_vhost_by_name(cx, "one"));

	/* by pointers */
	info.finalize = NULL;
	info.protocols = NULL;
	info.pprotocols = (const struct lws_protocols **)(uintptr_t)pointers;
	inits = 0;
	CHECK((vh = lws_create_vhost(cx, &info)) != NULL);
	CHECK_EQ(inits, 1);
	CHECK(lws_vhost_name_to_protocol(vh, "b") != NULL);
	CHECK(!lws_vhost_name_to_protocol(vh, "a"));
	lws_vhost_destroy(vh);
	pump(cx);
}

/* Options choose protocols, and say which one is the default. */
static void options(void)
{
	struct lws_protocol_vhost_options
		value = { NULL, NULL, "option", "value" },
		raw = { &value, NULL, "raw", "1" },
		b = { NULL, &raw, "b", "" };
	struct lws_context_creation_info info;
	lws_sock_file_fd_type fd;
	struct lws_vhost *vh;
	struct lws *wsi;
	int pair[2];

	memset(&info, 0, sizeof(info));
	info.vhost_name = "options";
	info.port = CONTEXT_PORT_NO_LISTEN;
	info.protocols = protocols;
	info.pvo = &b;
	inits = destroys = 0;
	CHECK((vh = lws_create_vhost(cx, &info)) != NULL);
	CHECK_EQ(inits, 1);
	CHECK_STR(option, "value");
	CHECK_STR(lws_pvo_search(&raw, "option")->value, "value");
	CHECK(!lws_pvo_search(&raw, "other"));
	CHECK(lws_pvo_get_str(&raw, "other", &option) != 0);

	/* the raw one takes sockets for which no protocol is named */
	CHECK(!socketpair(AF_UNIX, SOCK_STREAM, 0, pair));
	fd.sockfd = pair[0];
	opened = closed = 0;
	CHECK((wsi = lws_adopt_descriptor_vhost(vh, LWS_ADOPT_SOCKET, fd, NULL,
						NULL)) != NULL);
	CHECK_STR(lws_get_protocol(wsi)->name, "b");
	close(pair[1]);
	UNTIL(cx, closed == 1);
	lws_vhost_destroy(vh);
	pump(cx);
}

static void broadcasts(void)
{
	struct lws_vhost *one = vhost_server(cx, "one", protocols, "b");
	struct lws_vhost *two = vhost_server(cx, "two", protocols, "b");
	int fds[3], ports[2], n, before;

	before = descriptors();
	ports[0] = lws_get_vhost_listen_port(one);
	ports[1] = lws_get_vhost_listen_port(two);
	CHECK(ports[0] != ports[1]);
	CHECK_STR(lws_get_vhost_iface(one), "127.0.0.1");
	opened = closed = 0;
	for (n = 0; n < 3; n++) {
		fds[n] = plain_connect(ports[n == 2]);
		UNTIL(cx, opened == n + 1);
	}

	/* two are of vhost one, one of vhost two */
	memset(users, 0, sizeof(users));
	CHECK(!lws_callback_all_protocol(cx, &protocols[1],
					 LWS_CALLBACK_USER));
	CHECK_EQ(users[0], 3);
	CHECK(!lws_callback_all_protocol_vhost_args(one,
			lws_vhost_name_to_protocol(one, "b"),
			LWS_CALLBACK_USER + 1, NULL, 0));
	CHECK_EQ(users[1], 2);
	CHECK(!lws_callback_all_protocol_vhost_args(two,
			lws_vhost_name_to_protocol(two, "b"),
			LWS_CALLBACK_USER + 2, &users, 7));
	CHECK_EQ(users[2], 1);
	/* not connections: each protocol of the vhost */
	CHECK(!lws_callback_vhost_protocols_vhost(one, LWS_CALLBACK_USER + 3,
						  NULL, 0));
	CHECK_EQ(users[3], 2);

	writeables = 0;
	lws_callback_on_writable_all_protocol(cx,
			lws_vhost_name_to_protocol(one, "b"));
	UNTIL(cx, writeables == 3);
	writeables = 0;
	lws_callback_on_writable_all_protocol_vhost(one,
			lws_vhost_name_to_protocol(one, "b"));
	UNTIL(cx, writeables == 2);
	service_for(cx, 5000);
	CHECK_EQ(writeables, 2);

	/* a vhost takes its connections and its port with it */
	inits = destroys = 0;
	lws_vhost_destroy(one);
	UNTIL(cx, closed == 2 && destroys == 2);
	n = socket(AF_INET, SOCK_STREAM, 0);
	{
		struct sockaddr_in a = loopback(ports[0]);

		CHECK(connect(n, (struct sockaddr *)&a, sizeof(a)) == -1);
		CHECK_EQ(errno, ECONNREFUSED);
	}
	close(n);
	/* the other one's are as they were */
	plain_send(fds[2], "still there");
	service_for(cx, 5000);
	CHECK_EQ(closed, 2);
	for (n = 0; n < 3; n++)
		close(fds[n]);
	UNTIL(cx, closed == 3);
	/* one listening socket less */
	CHECK_EQ(descriptors(), before - 1);
	lws_vhost_destroy(two);
	pump(cx);
}

int main(void)
{
	struct lws_vhost *vh;
	int n, before = descriptors();

	cx = context_bare();
	pump(cx);
	lifecycle();
	options();
	broadcasts();

	/* many, of the same name: the one that was made last or first, but one */
	for (n = 0; n < 200; n++) {
		vh = vhost_server(cx, "again", protocols, "b");
		CHECK(lws_get_vhost_by_name(cx, "again") == vh);
		lws_vhost_destroy(vh);
		pump(cx);
	}
	lws_context_destroy(cx);
	CHECK_EQ(descriptors(), before);

	return 0;
}
