/*
 * lws_daemonize(): where the new process is, what its lock file is for, and
 * that a context made before serves on in it.
 */
#include "../conn.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/stat.h>
#include <sys/wait.h>

static char dir[] = "/tmp/relws-daemon-XXXXXX";
static char lock[64], told[64];
static struct lws_context *cx;
static lws_sorted_usec_list_t sul;
static int fired, handled;

static void sul_cb(lws_sorted_usec_list_t *s)
{
	(void)s;
	fired = 1;
}

static void on_term(int signal)
{
	(void)signal;
	handled = 1;
}

static void text_of(const char *file, char *text, size_t size)
{
	int fd = open(file, O_RDONLY);
	ssize_t n = 0;

	if (fd >= 0) {
		n = read(fd, text, size - 1);
		close(fd);
	}
	text[n > 0 ? n : 0] = '\0';
}

/* What the daemon says of itself, in one write. */
static void tell(const char *text)
{
	char part[80];
	int fd;

	snprintf(part, sizeof(part), "%s.part", told);
	fd = open(part, O_WRONLY | O_CREAT | O_TRUNC, 0666);
	if (fd < 0 || write(fd, text, strlen(text)) != (ssize_t)strlen(text) ||
	    close(fd) || rename(part, told))
		_exit(9);
}

/* As daemon: says where it is, then waits for SIGTERM. */
static void daemon_life(void)
{
	char text[512], cwd[256], at[3][64];
	struct stat null, made;
	int n;

	CHECK(!stat("/dev/null", &null));
	for (n = 0; n < 3; n++) {
		struct stat fd;

		snprintf(at[n], sizeof(at[n]), "%s", !fstat(n, &fd) &&
			 fd.st_rdev == null.st_rdev ? "null" : "other");
	}
	if (cx) {
		lws_sul_schedule(cx, 0, &sul, sul_cb, 1000);
		while (!fired && !lws_service(cx, 0))
			;
	}
	snprintf(text, sizeof(text), "%d %d %s %s %s %s served %d\n", (int)getpid(),
		 getsid(0) == getpid(), getcwd(cwd, sizeof(cwd)) ? cwd : "?",
		 at[0], at[1], at[2], fired);
	tell(text);
	/* its files have the mode that it asks for */
	if (stat(told, &made) || (made.st_mode & 0777) != 0666)
		_exit(8);
	for (n = 0; n < 20000 && !handled; n++)
		usleep(1000);
	_exit(7);
}

enum { PLAIN, WITH_CONTEXT, STDIO, HANDLES, STANDARD_CLOSED };

/* A program that goes to the background: its exit status. */
static int program(const char *lock_path, int how)
{
	pid_t child;
	int status, out = -1;

	unlink(told);
	fflush(NULL);
	child = fork();
	CHECK(child >= 0);
	if (!child) {
		umask(022);
		if (chdir(dir))
			_exit(6);
		if (how == STDIO) {
			out = open("out", O_WRONLY | O_CREAT | O_TRUNC, 0600);
			if (dup2(out, 1) < 0)
				_exit(6);
			printf("once ");
		}
		if (how == WITH_CONTEXT)
			cx = context_bare();
		if (how == HANDLES)
			signal(SIGTERM, on_term);
		if (how == STANDARD_CLOSED) {
			close(0);
			close(1);
			close(2);
		}
		if (lws_daemonize(lock_path))
			_exit(3);
		if (how == STDIO)
			fflush(stdout);
		daemon_life();
	}
	CHECK(waitpid(child, &status, 0) == child);
	CHECK(WIFEXITED(status));

	return WEXITSTATUS(status);
}

/* Waits for what the daemon tells; its process. */
static int daemon_of(int served)
{
	char text[512], wanted[512];
	int n, pid = 0;

	for (n = 0; n < 10000 && access(told, F_OK); n++)
		usleep(1000);
	text_of(told, text, sizeof(text));
	CHECK(sscanf(text, "%d", &pid) == 1 && pid > 0);
	snprintf(wanted, sizeof(wanted), "%d 1 /tmp null null null served %d\n",
		 pid, served);
	CHECK_STR(text, wanted);

	return pid;
}

static void gone(int pid)
{
	int n;

	/* an orphan that ended is reaped by somebody else, sooner or later */
	for (n = 0; n < 10000 && !kill(pid, 0); n++) {
		char file[64], text[512], *state;

		snprintf(file, sizeof(file), "/proc/%d/stat", pid);
		text_of(file, text, sizeof(text));
		state = strrchr(text, ')');
		if (!state || state[2] == 'Z' || state[2] == 'X')
			return;
		usleep(1000);
	}
	CHECK(n < 10000);
}

static void ends(int pid)
{
	CHECK(!kill(pid, SIGTERM));
	gone(pid);
}

int main(void)
{
	char text[64];
	struct stat s;
	int pid, fd;

	log_watch(LLL_ERR);
	CHECK(mkdtemp(dir) != NULL);
	snprintf(lock, sizeof(lock), "%s/lock", dir);
	snprintf(told, sizeof(told), "%s/told", dir);

	/* without a lock file */
	CHECK_EQ(program(NULL, PLAIN), 0);
	ends(daemon_of(0));

	/* the lock file is there when the program has returned */
	CHECK_EQ(program(lock, PLAIN), 0);
	text_of(lock, text, sizeof(text));
	pid = daemon_of(0);
	CHECK_EQ(atoi(text), pid);
	CHECK(!stat(lock, &s));
	CHECK_EQ(s.st_mode & 0777, 0640);

	/* once is enough */
	CHECK_EQ(program(lock, PLAIN), 3);
	text_of(lock, text, sizeof(text));
	CHECK_EQ(atoi(text), pid);
	CHECK(!kill(pid, 0));
	ends(pid);
	CHECK(access(lock, F_OK) != 0);

	/* one that a process left which is gone, and an empty one */
	fd = open(lock, O_WRONLY | O_CREAT, 0600);
	CHECK(fd >= 0 && write(fd, "99999999", 8) == 8 && !close(fd));
	CHECK_EQ(program(lock, PLAIN), 0);
	ends(daemon_of(0));
	fd = open(lock, O_WRONLY | O_CREAT, 0600);
	CHECK(fd >= 0 && !close(fd));
	CHECK_EQ(program(lock, PLAIN), 0);
	text_of(lock, text, sizeof(text));
	pid = daemon_of(0);
	CHECK_EQ(atoi(text), pid);
	ends(pid);

	/* by a relative path: the daemon is elsewhere and takes it away all the same */
	CHECK_EQ(program("lock", PLAIN), 0);
	CHECK(!access(lock, F_OK));
	ends(daemon_of(0));
	CHECK(access(lock, F_OK) != 0);

	/* not in the background where the lock file cannot be */
	CHECK_EQ(program("/nowhere/at/all", PLAIN), 3);
	CHECK(access("/nowhere", F_OK) != 0);
	CHECK_EQ(program(dir, PLAIN), 3);
	CHECK_EQ(program("/dev/null", PLAIN), 3);
	CHECK(!stat("/dev/null", &s) && S_ISCHR(s.st_mode));

	/* what stdio has is written once */
	CHECK_EQ(program(lock, STDIO), 0);
	ends(daemon_of(0));
	snprintf(text, sizeof(text), "%s/out", dir);
	unlink(lock);
	CHECK(!stat(text, &s));
	CHECK_EQ(s.st_size, 5);
	unlink(text);

	/* standard descriptors that were closed are /dev/null all the same */
	CHECK_EQ(program(lock, STANDARD_CLOSED), 0);
	text_of(lock, text, sizeof(text));
	pid = daemon_of(0);
	CHECK_EQ(atoi(text), pid);
	ends(pid);

	/* a program's own handler stays */
	CHECK_EQ(program(lock, HANDLES), 0);
	pid = daemon_of(0);
	ends(pid);
	CHECK(!access(lock, F_OK));
	unlink(lock);

	/* a context from before; memcheck blames the process that ends for what it has of that */
	if (!check_slow()) {
		CHECK_EQ(program(lock, WITH_CONTEXT), 0);
		ends(daemon_of(1));
	}

	unlink(told);
	CHECK(!rmdir(dir));

	return 0;
}
