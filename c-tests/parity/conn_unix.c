/*
 * Unix sockets, in the file system and in the abstract namespace: a server,
 * and a client whose address begins with +.
 */
#include "../conn.h"

static int closed[2], received[2];
static struct lws *connected;

static int unix_cb(struct lws *wsi, enum lws_callback_reasons reason,
		   void *user, void *in, size_t len)
{
	const char *lane;
	int client;

	if (trace_skips((int)reason))
		return 0;
	lane = lws_get_vhost_name(lws_get_vhost(wsi));
	client = !strcmp(lane, "client");
	if (reason == LWS_CALLBACK_WSI_DESTROY &&
	    !strcmp(lws_get_protocol(wsi)->name, "first"))
		/* the listening socket: what its user space is, is open */
		lane_callback(wsi, (int)reason, NULL, in, len);
	else
		lane_callback(wsi, (int)reason, user, in, len);
	switch ((int)reason) {
	case LWS_CALLBACK_RAW_RX:
		received[client]++;
		if (!client)
			lane_add(lane, "written %d", write_text(wsi, in, len));
		break;
	case LWS_CALLBACK_RAW_CONNECTED:
		connected = wsi;
		break;
	case LWS_CALLBACK_RAW_WRITEABLE:
		if (client)
			lane_add(lane, "written %d",
				 write_text(wsi, "hello", 5));
		break;
	case LWS_CALLBACK_WSI_DESTROY:
		closed[client]++;
		break;
	}

	return 0;
}

TRACE_FIRST(unix_cb)

static const struct lws_protocols protocols[] = {
	{ "first", first_unix_cb, 0, 0, 1, NULL, 0 },
	{ "unix", unix_cb, 16, 0, 2, NULL, 0 },
	{ NULL, NULL, 0, 0, 0, NULL, 0 }
};

/* What the kernel calls it: a leading @ stands for NUL. */
static int plain_unix(const char *path)
{
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	size_t len = strlen(path);
	struct sockaddr_un a;

	memset(&a, 0, sizeof(a));
	a.sun_family = AF_UNIX;
	CHECK(len < sizeof(a.sun_path));
	memcpy(a.sun_path, path, len);
	if (path[0] == '@')
		a.sun_path[0] = '\0';
	CHECK(fd >= 0);
	CHECK(!connect(fd, (struct sockaddr *)&a, (socklen_t)
		       (offsetof(struct sockaddr_un, sun_path) + len)));

	return fd;
}

static void one(const char *path, const char *title)
{
	struct lws_context_creation_info info;
	struct lws_context *cx = context_bare();
	struct lws_client_connect_info i;
	struct lws_vhost *vh;
	char address[128];
	struct lws *wsi;
	struct stat st;
	int fd;

	lws_set_log_level(0, NULL);
	info_server(&info, "server", protocols, "unix");
	info.iface = path;
	info.options |= LWS_SERVER_OPTION_UNIX_SOCK;
	vh = lws_create_vhost(cx, &info);
	printf("%s: vhost %d\n", title, vh != NULL);
	vh = vhost_client(cx, "client", protocols);
	pump(cx);
	if (path[0] != '@')
		printf("socket %d\n", !stat(path, &st) && S_ISSOCK(st.st_mode));
	lanes_print("vhosts");

	connected = NULL;
	memset(closed, 0, sizeof(closed));
	memset(received, 0, sizeof(received));
	fd = plain_unix(path);
	plain_send(fd, "plain");
	plain_expect(cx, fd, "plain");
	close(fd);
	UNTIL(cx, closed[0] == 1);
	lanes_print("plain client");

	snprintf(address, sizeof(address), "+%s", path);
	info_connect(&i, cx, vh, "unix", address, 0);
	wsi = lws_client_connect_via_info(&i);
	lane_add("client", "returned %d", wsi != NULL);
	/* nobody tells it by itself that it may write */
	UNTIL(cx, connected);
	service_for(cx, 20000);
	lanes_print("connected");
	lws_callback_on_writable(connected);
	UNTIL(cx, received[1]);
	lanes_print("client");

	lws_set_timeout(wsi, PENDING_TIMEOUT_USER_OK, LWS_TO_KILL_ASYNC);
	UNTIL(cx, closed[0] == 2 && closed[1] == 1);
	lanes_print("closed");
	lws_context_destroy(cx);
	lanes_print("destroy");
	if (path[0] != '@')
		printf("left behind %d\n", !stat(path, &st));
}

int main(void)
{
	char path[64];

	snprintf(path, sizeof(path), "/tmp/relws-parity-%d", (int)getpid());
	one(path, "file system");
	path[0] = '@';
	snprintf(path, sizeof(path), "@relws-parity-%d", (int)getpid());
	one(path, "abstract");

	return 0;
}
