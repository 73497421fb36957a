/*
 * Families of connections: a parent's children end before it, the youngest
 * first, each of them told to the parent, and once the parent's own end is
 * told nothing more is.
 */
#include "../conn.h"

static struct lws_context *cx;
static struct lws_vhost *vh;
static struct lws *wsis[8];
static int ours[8], count;

/* What happens in the RAW_CLOSE of the connection with this number. */
static enum { NOTHING, KILLS_PARENT, ADOPTS, ADOPTS_TO_PARENT } then;
static int when;

static int number_of(struct lws *wsi)
{
	int n = 0;

	while (n < count && wsis[n] != wsi)
		n++;
	CHECK(n < count);

	return n;
}

static struct lws *adopt(struct lws *parent)
{
	lws_sock_file_fd_type fd;
	int pair[2], n = count++;

	CHECK(n < (int)LWS_ARRAY_SIZE(wsis));
	CHECK(!socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair));
	fd.sockfd = pair[0];
	ours[n] = pair[1];
	wsis[n] = lws_adopt_descriptor_vhost(vh, LWS_ADOPT_SOCKET, fd, "child",
					     parent);
	CHECK(wsis[n] != NULL);

	return wsis[n];
}

static void act(struct lws *wsi)
{
	struct lws *parent = lws_get_parent(wsi), *child;

	switch (then) {
	case NOTHING:
		break;
	case KILLS_PARENT:
		trace("(");
		lws_set_timeout(parent, PENDING_TIMEOUT_USER_OK,
				LWS_TO_KILL_SYNC);
		trace(")");
		break;
	case ADOPTS:
	case ADOPTS_TO_PARENT:
		child = adopt(then == ADOPTS ? wsi : parent);
		CHECK(!lws_get_parent(child));
		/* it ends between the last callbacks of the other */
		then = NOTHING;
		lws_set_timeout(child, PENDING_TIMEOUT_USER_OK,
				LWS_TO_KILL_SYNC);
		break;
	}
}

static int child_cb(struct lws *wsi, enum lws_callback_reasons reason,
		    void *user, void *in, size_t len)
{
	(void)user;
	(void)len;
	switch ((int)reason) {
	case LWS_CALLBACK_RAW_RX:
		return -1;
	case LWS_CALLBACK_CHILD_CLOSING:
		trace("%d:child%d ", number_of(wsi), number_of(in));
		CHECK(lws_get_parent(in) == wsi);
		break;
	case LWS_CALLBACK_RAW_SKT_DROP_PROTOCOL:
		trace("%d:drop ", number_of(wsi));
		break;
	case LWS_CALLBACK_RAW_CLOSE:
		trace("%d:close ", number_of(wsi));
		if (number_of(wsi) == when)
			act(wsi);
		break;
	case LWS_CALLBACK_WSI_DESTROY:
		trace("%d:end ", number_of(wsi));
		break;
	}

	return 0;
}

static const struct lws_protocols protocols[] = {
	{ "child", child_cb, 8, 0, 0, NULL, 0 },
	{ NULL, NULL, 0, 0, 0, NULL, 0 }
};

/* 0 has the children 1 and 2, 2 has the child 3. */
static void family(void)
{
	adopt(NULL);
	adopt(wsis[0]);
	adopt(adopt(wsis[0]));
	pump(cx);
	trace_reset();
}

static void family_ends(void)
{
	while (count)
		CHECK(!close(ours[--count]));
	then = NOTHING;
}

static void closes(int number)
{
	plain_send(ours[number], "x");
	pump(cx);
}

int main(void)
{
	int before = descriptors();

	cx = context_bare();
	vh = vhost_client(cx, "vhost", protocols);
	pump(cx);

	/* one child ends: the parent hears of it, and stays */
	family();
	closes(2);
	CHECK_TRACE("3:drop 3:close 2:child3 3:end "
		    "2:drop 2:close 0:child2 2:end ");
	CHECK(lws_get_child(wsis[0]) == wsis[1]);
	lws_clear_child_pending_on_writable(wsis[0]);
	CHECK(!lws_get_child_pending_on_writable(wsis[0]) && !lws_is_cgi(wsis[1]));
	closes(0);
	CHECK_TRACE("1:drop 1:close 0:child1 1:end 0:drop 0:close 0:end ");
	family_ends();

	/* the parent ends */
	family();
	closes(0);
	CHECK_TRACE("3:drop 3:close 2:child3 3:end "
		    "2:drop 2:close 0:child2 2:end "
		    "1:drop 1:close 0:child1 1:end "
		    "0:drop 0:close 0:end ");
	family_ends();

	/* a child takes its parent with it: nothing is left to be told of it */
	family();
	then = KILLS_PARENT;
	when = 1;
	closes(1);
	CHECK_TRACE("1:drop 1:close ("
		    "3:drop 3:close 2:child3 3:end "
		    "2:drop 2:close 0:child2 2:end "
		    "0:drop 0:close 0:end )1:end ");
	family_ends();

	/* nobody becomes the child of one that is going */
	family();
	then = ADOPTS;
	when = 0;
	closes(0);
	CHECK_TRACE("3:drop 3:close 2:child3 3:end "
		    "2:drop 2:close 0:child2 2:end "
		    "1:drop 1:close 0:child1 1:end "
		    "0:drop 0:close 4:drop 4:close 4:end 0:end ");
	family_ends();
	family();
	then = ADOPTS_TO_PARENT;
	when = 1;
	closes(0);
	CHECK_TRACE("3:drop 3:close 2:child3 3:end "
		    "2:drop 2:close 0:child2 2:end "
		    "1:drop 1:close 4:drop 4:close 4:end 0:child1 1:end "
		    "0:drop 0:close 0:end ");
	family_ends();

	lws_context_destroy(cx);
	CHECK_EQ(descriptors(), before);

	return 0;
}
