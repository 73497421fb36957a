/*
 * Functions that belong to the thread that services the context, called on
 * another one: each does nothing, returns its error and logs one line.
 * lws_get_socket_fd() and lws_callback_on_writable() work anywhere.
 */
#include "../conn.h"

static struct lws_context *cx;
static struct lws_vhost *vh;
static struct lws *volatile server;
static volatile int stop;
static struct shared serving = SHARED_INIT, writeables = SHARED_INIT;

static int other_cb(struct lws *wsi, enum lws_callback_reasons reason,
		    void *user, void *in, size_t len)
{
	(void)user;
	(void)in;
	(void)len;
	if (reason == LWS_CALLBACK_RAW_ADOPT)
		server = wsi;
	if (reason == LWS_CALLBACK_RAW_RX)
		return write_text(wsi, in, len) == (int)len ? 0 : -1;
	if (reason == LWS_CALLBACK_RAW_WRITEABLE)
		shared_add(&writeables, 1);

	return 0;
}

static const struct lws_protocols protocols[] = {
	{ "other", other_cb, 8, 0, 0, NULL, 0 },
	{ NULL, NULL, 0, 0, 0, NULL, 0 }
};

static void *service(void *unused)
{
	(void)unused;
	CHECK(lws_service(cx, -1) >= 0);
	shared_set(&serving, 1);
	while (!stop)
		CHECK(lws_service(cx, 0) >= 0);

	return NULL;
}

static void sul_cb(lws_sorted_usec_list_t *sul)
{
	(void)sul;
	CHECK(0);
}

/* One line, which names the function. */
#define REFUSED(function, condition) CHECK_FAILS(function, condition)

static void misuse(void)
{
	unsigned char buf[LWS_PRE + 1] = { 0 };
	struct lws_client_connect_info i;
	struct lws_context_creation_info info;
	lws_sorted_usec_list_t sul;
	lws_sock_file_fd_type fd;

	REFUSED("lws_write",
		lws_write(server, buf + LWS_PRE, 1, LWS_WRITE_RAW) == -1);
	REFUSED("lws_callback_all_protocol",
		lws_callback_all_protocol(cx, &protocols[0],
					  LWS_CALLBACK_USER));
	REFUSED("lws_callback_vhost_protocols",
		lws_callback_vhost_protocols(server, LWS_CALLBACK_USER, NULL,
					     0));
	REFUSED("lws_rx_flow_control", lws_rx_flow_control(server, 0) == -1);
	CHECK_LOGS("lws_rx_flow_allow_all_protocol",
		   lws_rx_flow_allow_all_protocol(cx, &protocols[0]));
	CHECK_LOGS("lws_set_timeout",
		   lws_set_timeout(server, PENDING_TIMEOUT_USER_OK,
				   LWS_TO_KILL_SYNC));
	CHECK_LOGS("lws_set_timer_usecs", lws_set_timer_usecs(server, 1));
	REFUSED("lws_get_child", !lws_get_child(server));
	REFUSED("lws_get_parent", !lws_get_parent(server));
	REFUSED("lws_get_vhost_by_name", !lws_get_vhost_by_name(cx, "other"));
	CHECK_LOGS("lws_vhost_destroy", lws_vhost_destroy(vh));
	REFUSED("lws_protocol_vh_priv_get",
		!lws_protocol_vh_priv_get(vh, &protocols[0]));

	memset(&sul, 0, sizeof(sul));
	CHECK_LOGS("lws_sul_schedule",
		   lws_sul_schedule(cx, 0, &sul, sul_cb, 1));
	info_connect(&i, cx, vh, "other", "127.0.0.1", 1);
	REFUSED("lws_client_connect_via_info",
		!lws_client_connect_via_info(&i));
	info_init(&info);
	info.vhost_name = "more";
	info.protocols = protocols;
	REFUSED("lws_create_vhost", !lws_create_vhost(cx, &info));
	CHECK((fd.sockfd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) >=
	      0);
	REFUSED("lws_adopt_descriptor_vhost",
		!lws_adopt_descriptor_vhost(vh, LWS_ADOPT_SOCKET, fd, "other",
					    NULL));
	REFUSED("lws_service", lws_service(cx, -1) < 0);
	CHECK_LOGS("lws_context_destroy", lws_context_destroy(cx));
}

int main(void)
{
	unsigned int n, rounds = repeats(20000, 100);
	pthread_t thread;
	char answer;
	int fd;

	cx = context_bare();
	vh = vhost_server(cx, "other", protocols, "other");
	fd = plain_connect(lws_get_vhost_listen_port(vh));
	CHECK(!pthread_create(&thread, NULL, service, NULL));
	shared_wait(&serving, 1);
	plain_send(fd, "x");
	CHECK(read(fd, &answer, 1) == 1);

	misuse();
	/* asked for on this thread, told on the one that serves */
	CHECK(lws_callback_on_writable(server) == 1);
	shared_wait(&writeables, 1);
	CHECK(!lws_callback_on_writable_all_protocol(cx, &protocols[0]));
	shared_wait(&writeables, 2);
	CHECK(!lws_callback_on_writable_all_protocol_vhost(vh, &protocols[0]));
	shared_wait(&writeables, 3);
	/* while the loop is at work */
	lws_set_log_level(0, NULL);
	for (n = 0; n < rounds; n++) {
		plain_send(fd, "x");
		CHECK(lws_get_socket_fd(server) >= 0);
		CHECK(lws_callback_on_writable(server) == 1);
		CHECK(lws_rx_flow_control(server, 0) == -1);
		CHECK(read(fd, &answer, 1) == 1);
	}

	stop = 1;
	lws_cancel_service(cx);
	CHECK(!pthread_join(thread, NULL));
	/* a thread that has ended services nothing */
	log_watch(LOG_USUAL);
	lws_callback_on_writable(server);
	lws_context_destroy(cx);
	CHECK(!log_lines(""));
	close(fd);

	return 0;
}
