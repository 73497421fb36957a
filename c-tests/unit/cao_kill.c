/*
 * Whenever a process is killed that saves what it knows, the file is whole: the
 * one before, or the new one.
 */
#include "../conn.h"

#include <signal.h>
#include <sys/wait.h>

static char folder[] = "/tmp/relws-kill-XXXXXX";

static void feed(struct lws_context *cx, int count)
{
	lws_cao_info_t info;
	const lws_cao_t *cao;
	int n;

	for (n = 0; n < count; n++) {
		memset(&info, 0, sizeof(info));
		info.size = sizeof(info);
		info.dest.sa4 = loopback(1000 + n);
		info.outcome = LWS_CAO_CONNECTED;
		info.took_us = 1000;
		cao = lws_cao_create(cx, &info);
		CHECK(cao != NULL);
		lws_cao_destroy(cx, &cao);
	}
}

int main(void)
{
	int n, trials = check_slow() ? 10 : 250, status, taken, cut = 0, ready[2];
	struct lws_context *cx;
	char path[64], name[96], byte;
	pid_t pid;

	CHECK(mkdtemp(folder) != NULL);
	snprintf(path, sizeof(path), "%s/paths", folder);
	for (n = 0; n < trials; n++) {
		CHECK(!pipe(ready));
		pid = fork();
		CHECK(pid >= 0);
		if (!pid) {
			cx = context_bare();
			feed(cx, 300);
			if (write(ready[1], "", 1) != 1)
				_exit(1);
			for (;;)
				if (lws_cao_save_file(cx, path))
					_exit(1);
		}
		/* at another moment of saving each time, from before the first byte on */
		CHECK_EQ(read(ready[0], &byte, 1), 1);
		usleep((useconds_t)(n * 7 % 6000));
		close(ready[0]);
		close(ready[1]);
		CHECK(!kill(pid, SIGKILL));
		CHECK_EQ(waitpid(pid, &status, 0), pid);
		CHECK(WIFSIGNALED(status));
		snprintf(name, sizeof(name), "%s.%d.new", path, (int)pid);
		cut += !unlink(name);
		if (access(path, F_OK))
			continue;
		cx = context_bare();
		taken = lws_cao_load_file(cx, path);
		CHECK(taken >= 300);
		lws_context_destroy(cx);
	}
	fprintf(stderr, "%d trials, %d in the middle of a file\n", trials, cut);
	CHECK(check_slow() || cut > 10);
	unlink(path);
	rmdir(folder);

	return 0;
}
