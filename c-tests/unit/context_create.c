/*
 * What lws_create_context takes, refuses, and says about what it cannot do.
 */
#include "../context.h"
#include <signal.h>

static struct lws_context_creation_info info;

static void works(void)
{
	struct lws_context *cx, *mine = (void *)&info;
	int user;

	info_init(&info);
	info.user = &user;
	info.pcontext = &mine;
	signal(SIGPIPE, SIG_DFL);
	cx = context_from(&info);
	CHECK(signal(SIGPIPE, SIG_DFL) == SIG_IGN);
	CHECK(lws_context_user(cx) == &user);
	CHECK(!lws_context_is_being_destroyed(cx));
	CHECK(!lws_context_is_deprecated(cx));
	mine = cx;
	lws_context_destroy(cx);
	CHECK(!mine);

	/* two at a time know nothing of each other */
	info_init(&info);
	cx = context_from(&info);
	mine = context_from(&info);
	CHECK(!lws_context_user(cx));
	context_settle(mine);
	lws_context_destroy(cx);
	pump(mine);
	lws_context_destroy(mine);
}

/* The info is only read while the context is created. */
static void info_is_copied(void)
{
	static const struct lws_protocols term[] = { LWS_PROTOCOL_LIST_TERM };
	struct lws_context_creation_info *own = malloc(sizeof(*own));
	char *name = strdup("vhost_of_mine");
	struct lws_context *cx;

	CHECK(own && name);
	info_init(own);
	own->vhost_name = name;
	own->protocols = term;
	cx = context_from(own);
	memset(own, 0xff, sizeof(*own));
	free(own);
	context_settle(cx);
	lws_context_destroy(cx);
	free(name);
}

/* Refused, with one line that names the member. */
static void refused(const char *member)
{
	struct lws_context *cx;

	log_watch(LOG_USUAL);
	cx = lws_create_context(&info);
	if (log_lines(member) != 1)
		fprintf(stderr, "log: '%s', shall name %s\n", log_text, member);
	CHECK(!cx && log_lines(member) == 1);
	info_init(&info);
}

/* Created, but with one line that says what it does not do. */
static void warned(const char *member)
{
	struct lws_context *cx;

	log_watch(LOG_USUAL);
	cx = lws_create_context(&info);
	if (!cx || log_lines(member) != 1)
		fprintf(stderr, "log: '%s', shall name %s\n", log_text, member);
	CHECK(cx && log_lines(member) == 1);
	info_init(&info);
	context_settle(cx);
	lws_context_destroy(cx);
}

static void not_silent(void)
{
	info_init(&info);
	/* HTTP has something to say without a protocol of the program's */
	info.port = 7681;
	info.options |= LWS_SERVER_OPTION_ADOPT_APPLY_LISTEN_ACCEPT_CONFIG;
	info.listen_accept_role = "raw-skt";
	refused("protocols");
	info.ka_time = 10;
	refused("ka_interval");
	info.smd_ttl_us = -1;
	refused("smd_ttl_us");
	info.rlimit_nofile = -1;
	refused("rlimit_nofile");

	/* any free port, which is not taken either */
	info.port = 0;
	warned("port");
	info.log_filepath = "access.log";
	warned("log_filepath");
	info.ssl_cert_filepath = "cert.pem";
	warned("ssl_cert_filepath");

	/* nothing to say about what is set to its default */
	log_watch(LOG_USUAL);
	lws_context_destroy(context_from(&info));
	CHECK(!log_lines(""));
}

static void destroys(void)
{
	struct lws_context *cx;

	info_init(&info);
	/* before the first pass, after it, and with the ladder at its end */
	lws_context_destroy(context_from(&info));
	cx = context_from(&info);
	CHECK(!lws_service(cx, -1));
	lws_context_destroy(cx);
	cx = context_from(&info);
	context_settle(cx);
	lws_context_destroy(cx);

	/* memory that goes with the context */
	info.external_baggage_free_on_destroy = malloc(100);
	CHECK(info.external_baggage_free_on_destroy);
	lws_context_destroy(context_from(&info));
}

int main(void)
{
	works();
	info_is_copied();
	not_silent();
	destroys();

	return 0;
}
