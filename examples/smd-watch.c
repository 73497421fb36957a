/*
 * smd-watch: show every message on the bus of a context.
 *
 *     printf 'hello\nworld\n' | smd-watch
 *
 * prints the messages of the boot ladder, then each line of the input as a
 * message of a class of our own. The lines are published by a second thread,
 * and each shows its class, its age when it arrived, and its text.
 */
#define _GNU_SOURCE
#include <libwebsockets.h>

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* Programs have eight classes for themselves, from this bit on. */
#define CLASS_LINE	((lws_smd_class_t)1 << LWSSMDCL_USER_BASE_BITNUM)
#define CLASS_END	((lws_smd_class_t)2 << LWSSMDCL_USER_BASE_BITNUM)

static struct lws_context *context;
static pthread_t reader;
static int reading;	/* the second thread was started */
static int finished;	/* and all that it had to say was heard */

/*
 * Publish: any thread may. A full queue is not an error but a request to be
 * patient; a message that was refused is still ours.
 */
static int publish(lws_smd_class_t class, const char *text, size_t len)
{
	void *payload = lws_smd_msg_alloc(context, class, len);

	if (!payload) {
		fprintf(stderr, "smd-watch: no memory for a message\n");
		return 1;
	}
	memcpy(payload, text, len);
	while (lws_smd_msg_send(context, payload))
		usleep(1000);

	return 0;
}

/* The second thread: a message for each line, one more at the end. */
static void *read_lines(void *arg)
{
	unsigned long number = 0;
	char *line = NULL, *failed = NULL;
	size_t space = 0, len;
	ssize_t got;

	(void)arg;
	while ((got = getline(&line, &space, stdin)) >= 0) {
		len = (size_t)got;
		if (len && line[len - 1] == '\n')
			len--;
		number++;
		if (len > LWS_SMD_MAX_PAYLOAD) {
			fprintf(stderr, "smd-watch: line %lu skipped: "
				"%zu bytes, a message holds %d\n", number, len,
				LWS_SMD_MAX_PAYLOAD);
			continue;
		}
		if (publish(CLASS_LINE, line, len)) {
			failed = "publish";
			break;
		}
	}
	if (ferror(stdin)) {
		perror("smd-watch: standard input");
		failed = "read";
	}
	free(line);

	/*
	 * Messages of one sender arrive in order: whoever hears this one has
	 * heard all lines.
	 */
	if (publish(CLASS_END, "", 0))
		exit(1);

	return failed;
}

static const char *class_name(lws_smd_class_t class)
{
	switch (class) {
	case LWSSMDCL_INTERACTION:
		return "interaction";
	case LWSSMDCL_SYSTEM_STATE:
		return "system state";
	case LWSSMDCL_NETWORK:
		return "network";
	case LWSSMDCL_METRICS:
		return "metrics";
	case CLASS_LINE:
		return "line";
	default:
		return "other";
	}
}

/* Called by lws_service() for each message, one at a time. */
static int on_message(void *opaque, lws_smd_class_t class,
		      lws_usec_t timestamp, void *buf, size_t len)
{
	(void)opaque;

	if (class == CLASS_END) {
		finished = 1;
		/* the loop sleeps until something happens: this does */
		lws_cancel_service(context);
		return 0;
	}

	printf("%-12s %6lld us  ", class_name(class),
	       (long long)(lws_now_usecs() - timestamp));
	fwrite(buf, 1, len, stdout);
	putchar('\n');

	/* now that the system is up, let the input in */
	if (class == LWSSMDCL_SYSTEM_STATE && !reading &&
	    strstr(buf, "\"OPERATIONAL\"")) {
		if (pthread_create(&reader, NULL, read_lines, NULL)) {
			fprintf(stderr, "smd-watch: cannot start a thread\n");
			exit(1);
		}
		reading = 1;
	}

	return 0;
}

int main(void)
{
	struct lws_context_creation_info info;
	void *failed = NULL;

	setvbuf(stdout, NULL, _IOLBF, 0);
	/* a full queue is no news here, publish() deals with it */
	lws_set_log_level(LLL_ERR, NULL);

	memset(&info, 0, sizeof(info));
	info.port = CONTEXT_PORT_NO_LISTEN;
	/* a participant from the very first message on, for all classes */
	info.early_smd_cb = on_message;
	info.early_smd_class_filter = ~(lws_smd_class_t)0;
	/* whoever reads our output may be slow: do not drop old messages */
	info.smd_ttl_us = 24 * 3600 * LWS_USEC_PER_SEC;

	context = lws_create_context(&info);
	if (!context) {
		fprintf(stderr, "smd-watch: cannot create a context\n");
		return 1;
	}

	/* 0 means: sleep until there is something to do */
	while (!finished)
		if (lws_service(context, 0)) {
			fprintf(stderr, "smd-watch: the loop failed\n");
			return 1;
		}

	pthread_join(reader, &failed);
	lws_context_destroy(context);

	return failed || fflush(stdout) ? 1 : 0;
}
