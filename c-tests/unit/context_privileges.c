/*
 * A context that is to give up root gives up all of it: the real, effective
 * and saved user and group, and every other group. The kernel is asked.
 *
 * This needs root. A user namespace that an ordinary user makes has one user,
 * and setgroups() is denied in it.
 */

#include "context.h"

#include <errno.h>
#include <grp.h>
#include <pwd.h>
#include <sched.h>
#include <sys/mount.h>
#include <sys/wait.h>

#define NOBODY 65534u
/* nobody's name */
#define UNNAMED 3999999999u

static const gid_t others[] = { 1, 2, 3, 0 };

static void
skip(const char *why)
{
	printf("skipped: %s\n", why);
	exit(CHECK_SKIPPED);
}

/* runs the case in a process of its own, as root with other groups */
static void
run(void (*test)(void))
{
	int status;
	pid_t child = fork();

	CHECK(child >= 0);
	if (!child) {
		CHECK(!setgroups(LWS_ARRAY_SIZE(others), others));
		test();
		exit(0);
	}
	CHECK(waitpid(child, &status, 0) == child);
	CHECK(WIFEXITED(status) && !WEXITSTATUS(status));
}

static void
is_user(uid_t uid)
{
	uid_t real, effective, saved;

	CHECK(!getresuid(&real, &effective, &saved));
	CHECK_EQ(real, uid);
	CHECK_EQ(effective, uid);
	CHECK_EQ(saved, uid);
}

static void
is_group(gid_t gid)
{
	gid_t real, effective, saved;

	CHECK(!getresgid(&real, &effective, &saved));
	CHECK_EQ(real, gid);
	CHECK_EQ(effective, gid);
	CHECK_EQ(saved, gid);
}

/* exactly the groups that the system's database has for the user */
static void
has_groups_of(const char *user, gid_t gid)
{
	gid_t now[64], of_user[64];
	int n, i, count = LWS_ARRAY_SIZE(of_user);

	CHECK(getgrouplist(user, gid, of_user, &count) >= 0);
	n = getgroups(LWS_ARRAY_SIZE(now), now);
	CHECK_EQ(n, count);
	for (n = 0; n < count; n++) {
		for (i = 0; i < count && now[i] != of_user[n]; i++)
			;
		CHECK(i < count);
	}
}

/* no other group than this one */
static void
has_one_group(gid_t gid)
{
	gid_t now[64];

	CHECK_EQ(getgroups(LWS_ARRAY_SIZE(now), now), 1);
	CHECK_EQ(now[0], gid);
}

static void
cannot_come_back(void)
{
	CHECK(setuid(0) && errno == EPERM);
	CHECK(seteuid(0) && errno == EPERM);
	CHECK(setgid(0) && errno == EPERM);
	CHECK(setgroups(LWS_ARRAY_SIZE(others), others) && errno == EPERM);
}

static void
still_root(void)
{
	gid_t now[64];

	is_user(0);
	is_group(0);
	CHECK_EQ(getgroups(LWS_ARRAY_SIZE(now), now), LWS_ARRAY_SIZE(others));
}

static void
test_numbers(void)
{
	struct lws_context_creation_info info;
	struct lws_context *cx;

	info_init(&info);
	info.uid = NOBODY;
	info.gid = NOBODY;
	cx = context_from(&info);
	is_user(NOBODY);
	is_group(NOBODY);
	has_groups_of(getpwuid(NOBODY)->pw_name, NOBODY);
	cannot_come_back();
	context_settle(cx);
	lws_context_destroy(cx);
	is_user(NOBODY);
}

static void
test_names(void)
{
	struct lws_context_creation_info info;
	struct passwd *user = getpwuid(NOBODY);
	struct group *group = getgrgid(NOBODY);
	struct lws_context *cx;

	info_init(&info);
	info.username = user->pw_name;
	info.groupname = group->gr_name;
	cx = context_from(&info);
	is_user(NOBODY);
	is_group(NOBODY);
	has_groups_of(user->pw_name, NOBODY);
	cannot_come_back();
	lws_context_destroy(cx);
}

static void
test_user_brings_its_group(void)
{
	struct lws_context_creation_info info;
	struct passwd *user = getpwuid(NOBODY);
	struct lws_context *cx;

	info_init(&info);
	info.username = user->pw_name;
	cx = context_from(&info);
	is_user(NOBODY);
	is_group(user->pw_gid);
	has_groups_of(user->pw_name, user->pw_gid);
	cannot_come_back();
	lws_context_destroy(cx);
}

static void
test_without_a_name(void)
{
	struct lws_context_creation_info info;
	struct lws_context *cx;

	info_init(&info);
	info.uid = UNNAMED;
	info.gid = UNNAMED;
	cx = context_from(&info);
	is_user(UNNAMED);
	is_group(UNNAMED);
	has_one_group(UNNAMED);
	cannot_come_back();
	lws_context_destroy(cx);
}

static void
test_group_alone(void)
{
	struct lws_context_creation_info info;
	struct lws_context *cx;

	info_init(&info);
	info.gid = NOBODY;
	cx = context_from(&info);
	is_user(0);
	is_group(NOBODY);
	has_one_group(NOBODY);
	lws_context_destroy(cx);
}

/* with vhosts of its own, root is needed until the protocols know of them */
static void
test_explicit_vhosts(void)
{
	struct lws_context_creation_info info;
	struct lws_context *cx;

	info_init(&info);
	info.options = LWS_SERVER_OPTION_EXPLICIT_VHOSTS;
	info.uid = NOBODY;
	info.gid = NOBODY;
	cx = context_from(&info);
	still_root();
	info.options = 0;
	CHECK(lws_create_vhost(cx, &info));
	still_root();
	pump(cx);
	is_user(NOBODY);
	is_group(NOBODY);
	has_groups_of(getpwuid(NOBODY)->pw_name, NOBODY);
	cannot_come_back();
	lws_context_destroy(cx);
}

static void
test_nothing_asked(void)
{
	lws_context_destroy(context_new());
	still_root();
}

/* who may not become another does not go on as who it is */
static void
test_not_allowed(void)
{
	struct lws_context_creation_info info;

	CHECK(!setuid(UNNAMED));
	info_init(&info);
	info.uid = NOBODY;
	CHECK_FAILS("privileges", !lws_create_context(&info));
}

/* root that was put aside by seteuid() would be back at any time */
static void
test_root_aside(void)
{
	struct lws_context_creation_info info;

	CHECK(!setresgid(0, NOBODY, 0));
	CHECK(!setresuid(0, NOBODY, 0));
	info_init(&info);
	info.uid = NOBODY;
	info.gid = NOBODY;
	CHECK_FAILS("privileges", !lws_create_context(&info));

	/* and where only that is asked for which needs no other rights, it is given up */
	CHECK(!setresuid(0, 0, 0));
	CHECK(!setresgid(0, NOBODY, 0));
	info.uid = 0;
	lws_context_destroy(context_from(&info));
	is_group(NOBODY);
}

static void
test_unknown_names(void)
{
	struct lws_context_creation_info info;

	info_init(&info);
	info.username = "no such user";
	CHECK_FAILS("username", !lws_create_context(&info));
	info_init(&info);
	info.groupname = "no such group";
	CHECK_FAILS("groupname", !lws_create_context(&info));
	still_root();
}

/* a group of 20,000 members is a group; the system's file is replaced for this process alone */
static void
test_large_group(void)
{
	struct lws_context_creation_info info;
	char path[] = "/tmp/relws-group-XXXXXX";
	FILE *file;
	int n, fd;

	if (unshare(CLONE_NEWNS) || mount("none", "/", "none", MS_REC | MS_PRIVATE, NULL)) {
		printf("left out: a large group: no mount namespaces here\n");
		return;
	}
	fd = mkstemp(path);
	CHECK(fd >= 0);
	file = fdopen(fd, "w");
	CHECK(file);
	CHECK(fprintf(file, "relws-large:x:%u:", NOBODY) > 0);
	for (n = 0; n < 20000; n++)
		CHECK(fprintf(file, "%smember%d", n ? "," : "", n) > 0);
	CHECK(fprintf(file, "\n") > 0);
	CHECK(!fchmod(fd, 0644));
	CHECK(!fclose(file));
	CHECK(!mount(path, "/etc/group", "none", MS_BIND, NULL));
	CHECK(!unlink(path));

	info_init(&info);
	info.groupname = "relws-large";
	lws_context_destroy(context_from(&info));
	is_group(NOBODY);
}

int
main(void)
{
	if (geteuid())
		skip("only root can become another user");
	if (setgroups(LWS_ARRAY_SIZE(others), others))
		skip("root without CAP_SETGID");
	if (!getpwuid(NOBODY) || !getgrgid(NOBODY))
		skip("this system has no user or group 65534");
	if (getpwuid(UNNAMED))
		skip("this system has a user 3999999999");

	run(test_numbers);
	run(test_names);
	run(test_user_brings_its_group);
	run(test_without_a_name);
	run(test_group_alone);
	run(test_explicit_vhosts);
	run(test_nothing_asked);
	run(test_not_allowed);
	run(test_root_aside);
	run(test_unknown_names);
	run(test_large_group);

	return 0;
}
