/*
 * Unix sockets that listen: who may connect, what a socket that was left
 * behind does, and the abstract namespace.
 */
#include "../conn.h"

#include <grp.h>
#include <pwd.h>
#include <sys/wait.h>

static int opened, closed;
static char peer[128];

static int unix_cb(struct lws *wsi, enum lws_callback_reasons reason,
		   void *user, void *in, size_t len)
{
	(void)user;
	switch ((int)reason) {
	case LWS_CALLBACK_RAW_ADOPT:
		/* there is no address, but this is no reason to crash */
		lws_get_peer_simple(wsi, peer, sizeof(peer));
		opened++;
		break;
	case LWS_CALLBACK_RAW_RX:
		CHECK(write_text(wsi, in, len) == (int)len);
		break;
	case LWS_CALLBACK_RAW_CLOSE:
		closed++;
		break;
	}

	return 0;
}

static const struct lws_protocols protocols[] = {
	{ "unix", unix_cb, 0, 0, 0, NULL, 0 },
	{ NULL, NULL, 0, 0, 0, NULL, 0 }
};

static struct lws_context *cx;

static int echoes(const char *path)
{
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	size_t len = strlen(path);
	struct sockaddr_un a;

	memset(&a, 0, sizeof(a));
	a.sun_family = AF_UNIX;
	memcpy(a.sun_path, path, len);
	if (path[0] == '@')
		a.sun_path[0] = '\0';
	CHECK(fd >= 0);
	if (connect(fd, (struct sockaddr *)&a, (socklen_t)
		    (offsetof(struct sockaddr_un, sun_path) + len))) {
		close(fd);
		return 0;
	}
	closed = 0;
	plain_send(fd, "hello");
	plain_expect(cx, fd, "hello");
	close(fd);
	UNTIL(cx, closed == 1);

	return 1;
}

static struct lws_vhost *listens(const char *path, const char *perms)
{
	struct lws_context_creation_info info;

	info_server(&info, "unix", protocols, "unix");
	info.options |= LWS_SERVER_OPTION_UNIX_SOCK;
	info.iface = path;
	info.unix_socket_perms = perms;

	return lws_create_vhost(cx, &info);
}

/* What is not a socket that was left behind is nobody's to remove. */
static void others(const char *path)
{
	struct lws_context *mine = cx;
	char absolute[80], here[256];
	struct lws_vhost *vh;
	struct stat st;
	int fd, status;
	pid_t child;

	/* a file, a directory, a link to a socket */
	CHECK((fd = open(path, O_WRONLY | O_CREAT | O_EXCL, 0600)) >= 0);
	CHECK(write(fd, "mine", 4) == 4);
	close(fd);
	CHECK_FAILS("iface", !listens(path, NULL));
	CHECK(!stat(path, &st) && S_ISREG(st.st_mode) && st.st_size == 4);
	CHECK(!unlink(path) && !mkdir(path, 0700));
	CHECK_FAILS("iface", !listens(path, NULL));
	CHECK(!rmdir(path) && !symlink("elsewhere", path));
	CHECK_FAILS("iface", !listens(path, NULL));
	CHECK(!lstat(path, &st) && S_ISLNK(st.st_mode) && !unlink(path));

	/* another context listens there; vhosts of this one would share it */
	CHECK((vh = listens(path, NULL)) != NULL);
	cx = context_bare();
	CHECK_FAILS("iface", !listens(path, NULL));
	lws_context_destroy(cx);
	cx = mine;
	CHECK(echoes(path));

	/* another one's file is there by now */
	CHECK(!unlink(path));
	CHECK((fd = open(path, O_WRONLY | O_CREAT | O_EXCL, 0600)) >= 0);
	close(fd);
	lws_vhost_destroy(vh);
	pump(cx);
	CHECK(!lstat(path, &st) && S_ISREG(st.st_mode) && !unlink(path));

	/* nobody has such a user: what was begun is taken back */
	CHECK_FAILS("perms", !listens(path, "no such user:nor group"));
	CHECK(lstat(path, &st) && errno == ENOENT);

	/* the path is relative, and the program goes elsewhere */
	CHECK(getcwd(here, sizeof(here)) != NULL);
	snprintf(absolute, sizeof(absolute), "%s", path);
	*strrchr(absolute, '/') = '\0';
	CHECK(!chdir(absolute));
	CHECK((vh = listens(strrchr(path, '/') + 1, NULL)) != NULL);
	CHECK(!chdir(here));
	CHECK(echoes(path));
	lws_vhost_destroy(vh);
	pump(cx);
	CHECK(lstat(path, &st) && errno == ENOENT);

	if (check_slow())
		return;
	/* a child process has the socket too: it ends, and this one goes on */
	CHECK((vh = listens(path, NULL)) != NULL);
	child = fork();
	CHECK(child >= 0);
	if (!child) {
		lws_vhost_destroy(vh);
		_exit(lstat(path, &st) ? 1 : 0);
	}
	CHECK(waitpid(child, &status, 0) == child);
	CHECK(WIFEXITED(status) && !WEXITSTATUS(status));
	/* the child tried whether anybody listens */
	UNTIL(cx, closed > 0);
	lws_vhost_destroy(vh);
	pump(cx);
	CHECK(lstat(path, &st) && errno == ENOENT);
}

int main(void)
{
	char dir[] = "/tmp/relws-unix-XXXXXX", path[64], name[200], perms[128];
	struct group *group = getgrgid(getegid());
	struct passwd *owner = getpwuid(geteuid());
	int before = descriptors();
	struct lws_vhost *vh, *second;
	struct lws_context *mine;
	struct stat st;

	CHECK(mkdtemp(dir) != NULL);
	snprintf(path, sizeof(path), "%s/socket", dir);
	cx = context_bare();
	pump(cx);

	CHECK((vh = listens(path, NULL)) != NULL);
	CHECK(!stat(path, &st) && S_ISSOCK(st.st_mode));
	CHECK(echoes(path));
	lws_vhost_destroy(vh);
	/* the file goes with the socket */
	CHECK(lstat(path, &st) && errno == ENOENT);
	pump(cx);
	CHECK(!echoes(path));

	/* one that a server left behind is not in the way */
	CHECK((vh = listens(path, NULL)) != NULL);
	CHECK(echoes(path));
	lws_vhost_destroy(vh);
	pump(cx);
	{
		struct sockaddr_un a = { AF_UNIX, "" };
		int fd = socket(AF_UNIX, SOCK_STREAM, 0);

		unlink(path);
		snprintf(a.sun_path, sizeof(a.sun_path), "%s", path);
		CHECK(!bind(fd, (struct sockaddr *)&a, sizeof(a)));
		close(fd);
	}
	CHECK((vh = listens(path, NULL)) != NULL);
	CHECK(echoes(path));
	lws_vhost_destroy(vh);
	pump(cx);

	others(path);

	/* owner and group have it, and nobody else */
	if (group && owner) {
		snprintf(perms, sizeof(perms), "%s:%s", owner->pw_name,
			 group->gr_name);
		CHECK((vh = listens(path, perms)) != NULL);
		CHECK(!stat(path, &st));
		CHECK_EQ(st.st_mode & 0777, 0660);
		CHECK_EQ(st.st_uid, geteuid());
		CHECK_EQ(st.st_gid, getegid());
		CHECK(echoes(path));
		lws_vhost_destroy(vh);
		pump(cx);
	}

	/* abstract: no file, and the name is free when it is closed */
	snprintf(name, sizeof(name), "@%s", path);
	CHECK((vh = listens(name, NULL)) != NULL);
	CHECK(echoes(name));
	lws_vhost_destroy(vh);
	pump(cx);
	CHECK(!echoes(name));
	CHECK((vh = listens(name, NULL)) != NULL);
	CHECK(echoes(name));

	/* taken by another context */
	mine = cx;
	cx = context_bare();
	log_watch(LOG_USUAL);
	second = listens(name, NULL);
	CHECK(!second || lws_get_vhost_listen_port(second) <= 0);
	CHECK(log_lines("") >= 1);
	lws_context_destroy(cx);
	cx = mine;
	CHECK(echoes(name));

	/* too long for a socket address */
	memset(name, 'x', sizeof(name) - 1);
	name[0] = '@';
	name[sizeof(name) - 1] = '\0';
	log_watch(LOG_USUAL);
	CHECK(!listens(name, NULL));
	CHECK(log_lines("iface") == 1);

	/* the context's end removes it as well */
	CHECK(listens(path, NULL) != NULL);
	lws_context_destroy(cx);
	CHECK(!rmdir(dir));
	CHECK_EQ(descriptors(), before);

	return 0;
}
