/*
 * Directories: order, kinds, filters, and removing trees; whole files.
 */
#include "../context.h"
#include <fcntl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>

static char top[] = "/tmp/relws-dir-XXXXXX";

static const char *at(const char *name)
{
	static char path[8][512];
	static int turn;

	turn = (turn + 1) & 7;
	lws_snprintf(path[turn], sizeof(path[turn]), "%s/%s", top, name);

	return path[turn];
}

static void file(const char *name)
{
	int fd = lws_open(at(name), O_WRONLY | O_CREAT, 0600);

	CHECK(fd >= 0);
	close(fd);
}

static int exists(const char *name)
{
	struct stat st;

	return !lstat(at(name), &st);
}

static int note(const char *dirpath, void *user, struct lws_dir_entry *lde)
{
	CHECK_STR(dirpath, *(const char **)user);
	trace("%s:%d ", lde->name, (int)lde->type);

	return 0;
}

static int second(const char *dirpath, void *user, struct lws_dir_entry *lde)
{
	(void)dirpath;
	trace("%s ", lde->name);

	return ++*(int *)user == 2;
}

static int remover(const char *dirpath, void *user, struct lws_dir_entry *lde)
{
	(void)user;
	trace("%s ", lde->name);
	CHECK(!strcmp(dirpath + strlen(dirpath) - 3, "/rm"));
	unlink(at("rm/a"));
	unlink(at("rm/b"));

	return 0;
}

static int globbed(void *data, const char *path)
{
	CHECK(data == top);
	CHECK(!strncmp(path, top, sizeof(top) - 1) && path[sizeof(top) - 1] == '/');
	trace("%s ", path + sizeof(top));

	return 1; /* is not looked at */
}

static void test_walk(void)
{
	struct sockaddr_un sa = { .sun_family = AF_UNIX };
	char walk[128], *dir = walk;
	int s, n = 0;

	lws_strncpy(walk, at("walk"), sizeof(walk));
	CHECK(!mkdir(walk, 0700));
	file("walk/b");
	file("walk/a10");
	file("walk/a2");
	file("walk/B");
	file("walk/.dot");
	file("walk/backup~");
	CHECK(!mkdir(at("walk/sub"), 0700));
	CHECK(!symlink("sub", at("walk/link")));
	CHECK(!mkfifo(at("walk/fifo"), 0600));
	s = socket(AF_UNIX, SOCK_STREAM, 0);
	strcpy(sa.sun_path, at("walk/sock"));
	CHECK(s >= 0 && !bind(s, (struct sockaddr *)&sa, sizeof(sa)));
	close(s);

	CHECK_EQ(lws_dir(dir, &dir, note), 1);
	CHECK_TRACE(".dot:1 B:1 a10:1 a2:1 b:1 fifo:4 link:3 sock:5 sub:2 ");
	CHECK_EQ(lws_dir(dir, &n, second), 0);
	CHECK_TRACE(".dot B ");

	CHECK(!mkdir(at("empty"), 0700));
	CHECK_EQ(lws_dir(at("empty"), &dir, note), 1);
	CHECK_TRACE("");
	CHECK_FAILS("nowhere", lws_dir(at("nowhere"), NULL, note) == -1);
	CHECK_FAILS("walk/b", lws_dir(at("walk/b"), NULL, note) == -1);

	/* the callback may change the directory that is walked */
	CHECK(!mkdir(at("rm"), 0700));
	file("rm/a");
	file("rm/b");
	CHECK_EQ(lws_dir(at("rm"), NULL, remover), 1);
	CHECK_TRACE("a b ");
}

static void test_glob(void)
{
	static const char *const t[][2] = {
		{ "*", "f.txt g.txt link pkg-1.deb pkg-2.deb x.deb " },
		{ "pkg-*.deb", "pkg-1.deb pkg-2.deb " },
		{ "*.txt", "f.txt g.txt " },
		{ "?.txt", "f.txt g.txt " },
		{ "f.txt", "f.txt " },
		{ "p*", "pkg-1.deb pkg-2.deb " },
		{ "*b", "pkg-1.deb pkg-2.deb x.deb " },
		{ "*k*1*", "pkg-1.deb " },
		{ "d*", "" }, /* a directory */
		{ "", "" },
	};
	lws_dir_glob_t g = { NULL, globbed, top };
	char want[200];
	size_t n;

	CHECK(!mkdir(at("glob"), 0700));
	CHECK(!mkdir(at("glob/dir"), 0700));
	file("glob/dir/in.txt");
	file("glob/f.txt");
	file("glob/g.txt");
	file("glob/pkg-1.deb");
	file("glob/pkg-2.deb");
	file("glob/x.deb");
	CHECK(!symlink("nothing", at("glob/link")));

	for (n = 0; n < LWS_ARRAY_SIZE(t); n++) {
		const char *p = t[n][1];
		char *w = want;

		while (*p) { /* the paths have the directory in front */
			size_t len = strcspn(p, " ") + 1;

			w += lws_snprintf(w, lws_ptr_diff_size_t(want + sizeof(want), w),
					  "glob/%.*s", (int)len, p);
			p += len;
		}
		*w = '\0';
		g.filter = t[n][0];
		CHECK_EQ(lws_dir(at("glob"), &g, lws_dir_glob_cb), 1);
		CHECK_TRACE(want);
	}
}

static void test_rm_rf(void)
{
	struct lws_dir_entry e = { "t", LDOT_DIR };
	char deep[300], *p = deep;
	int n;

	CHECK(!mkdir(at("t"), 0700));
	CHECK(!mkdir(at("keep"), 0700));
	file("keep/me");
	file("keep/too");
	CHECK(!mkdir(at("t/sub"), 0700));
	CHECK(!mkdir(at("t/.hidden"), 0700));
	CHECK(!mkdir(at("t/sub/deeper"), 0700));
	file("t/f");
	file("t/sub/backup~");
	file("t/sub/deeper/x");
	file("t/.hidden/y");
	CHECK(!mkfifo(at("t/fifo"), 0600));
	CHECK(!symlink("../keep", at("t/link")));
	CHECK(!symlink("../../keep/me", at("t/sub/link")));

	/* empties the directory */
	CHECK_EQ(lws_dir(at("t"), NULL, lws_dir_rm_rf_cb), 1);
	CHECK(exists("t") && exists("keep/me") && exists("keep/too"));
	CHECK(!rmdir(at("t")));

	/* called for one entry */
	CHECK(!mkdir(at("t"), 0700));
	file("t/f");
	CHECK(!lws_dir_rm_rf_cb(top, NULL, &e));
	CHECK(!exists("t"));
	/* a link that took its place is removed, not followed */
	CHECK(!symlink("keep", at("t")));
	CHECK(!lws_dir_rm_rf_cb(top, NULL, &e));
	CHECK(!exists("t") && exists("keep/me"));

	/* a deep one */
	p += lws_snprintf(p, sizeof(deep), "t");
	CHECK(!mkdir(at(deep), 0700));
	for (n = 0; n < 30; n++) {
		p += lws_snprintf(p, lws_ptr_diff_size_t(deep + sizeof(deep), p), "/d");
		CHECK(!mkdir(at(deep), 0700));
	}
	CHECK(!lws_dir_rm_rf_cb(top, NULL, &e));
	CHECK(!exists("t"));

	/* what is not there is said */
	CHECK_FAILS("lws_dir_rm_rf_cb", !lws_dir_rm_rf_cb(top, NULL, &e));
	CHECK_FAILS("lws_dir_rm_rf_cb", !lws_dir_rm_rf_cb(at("nowhere"), NULL, &e));
	/* the ways out of the tree are not taken */
	e.name = "..";
	CHECK(!lws_dir_rm_rf_cb(at("keep"), NULL, &e));
	e.name = ".";
	CHECK(!lws_dir_rm_rf_cb(at("keep"), NULL, &e));
	CHECK(exists("keep/me"));
}

static void test_files(void)
{
	char buf[8], text[] = "hello";
	struct stat st;

	CHECK_EQ(lws_plat_write_file(at("f"), text, 5), 0);
	CHECK(!stat(at("f"), &st) && (st.st_mode & 0777) == 0600 && st.st_size == 5);
	memset(buf, 9, sizeof(buf));
	CHECK_EQ(lws_plat_read_file(at("f"), buf, sizeof(buf)), 5);
	CHECK(!memcmp(buf, "hello\x09", 6));
	CHECK_EQ(lws_plat_write_file(at("f"), text, 2), 0);
	CHECK_EQ(lws_plat_read_file(at("f"), buf, sizeof(buf)), 2);
	CHECK_EQ(lws_plat_read_file(at("f"), buf, 1), 1);
	CHECK_EQ(lws_plat_read_file(at("f"), buf, 0), 0);
	CHECK_EQ(lws_plat_write_file(at("f"), text, 0), 0);
	CHECK_EQ(lws_plat_read_file(at("f"), buf, sizeof(buf)), 0);
	CHECK_EQ(lws_plat_read_file(at("nothing"), buf, sizeof(buf)), -1);
	CHECK_EQ(lws_plat_read_file(top, buf, sizeof(buf)), -1);
	CHECK_EQ(lws_plat_write_file(at("nowhere/f"), text, 5), 1);
}

int main(void)
{
	lws_set_log_level(LOG_USUAL, NULL);
	CHECK(mkdtemp(top));
	test_walk();
	test_glob();
	test_rm_rf();
	test_files();

	CHECK_EQ(lws_dir(top, NULL, lws_dir_rm_rf_cb), 1);
	CHECK(!rmdir(top));

	return 0;
}
