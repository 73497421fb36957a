/*
 * What programs of newer versions of lws begin and end with.
 */

#include "context.h"

#include <signal.h>

static struct lws_context *cx;
static int fired;

static void
test_defaults(void)
{
	struct lws_context_creation_info info;

	memset(&info, 0xaa, sizeof(info));
	lws_context_info_defaults(&info, NULL);
	CHECK_EQ(info.port, CONTEXT_PORT_NO_LISTEN);
	CHECK(info.options == (LWS_SERVER_OPTION_EXPLICIT_VHOSTS |
			       LWS_SERVER_OPTION_H2_JUST_FIX_WINDOW_UPDATE_OVERFLOW |
			       LWS_SERVER_OPTION_DO_SSL_GLOBAL_INIT));
	CHECK(!info.pss_policies_json);
	CHECK(!info.protocols && !info.uid && !info.log_cx);
	CHECK(!info._unused[0] && !info._unused[1]);

	/* they ask for nothing that a line of the log would have to name */
	log_watch(LOG_USUAL);
	cx = lws_create_context(&info);
	CHECK(cx);
	lws_context_destroy(cx);
	CHECK_EQ(log_lines(""), 0);

	lws_context_info_defaults(&info, "policy.json");
	CHECK_STR(info.pss_policies_json, "policy.json");
}

static struct lws_context *
explicit_context(void)
{
	struct lws_context_creation_info info;

	lws_context_info_defaults(&info, NULL);
	lws_set_log_level(LOG_USUAL, NULL);

	return context_from(&info);
}

static void
leave_cb(lws_sorted_usec_list_t *sul)
{
	(void)sul;
	fired++;
	lws_default_loop_exit(cx);
}

static void
destroy_cb(lws_sorted_usec_list_t *sul)
{
	(void)sul;
	fired++;
	lws_context_destroy(cx);
}

static void
interrupted(int sig)
{
	(void)sig;
	fired++;
	lws_default_loop_exit(cx);
}

static void *
elsewhere(void *unused)
{
	(void)unused;
	usleep(20000);
	lws_default_loop_exit(cx);

	return NULL;
}

static void
test_loop(void)
{
	lws_sorted_usec_list_t sul;
	pthread_t thread;
	int n;

	/* asked for before it began */
	cx = explicit_context();
	lws_default_loop_exit(cx);
	lws_context_default_loop_run_destroy(cx);

	for (n = 0; n < 2; n++) {
		memset(&sul, 0, sizeof(sul));
		cx = explicit_context();
		lws_sul_schedule(cx, 0, &sul, n ? destroy_cb : leave_cb, 20000);
		fired = 0;
		lws_context_default_loop_run_destroy(cx);
		CHECK_EQ(fired, 1);
	}

	cx = explicit_context();
	CHECK(!pthread_create(&thread, NULL, elsewhere, NULL));
	lws_context_default_loop_run_destroy(cx);
	CHECK(!pthread_join(thread, NULL));

	cx = explicit_context();
	fired = 0;
	CHECK(signal(SIGALRM, interrupted) != SIG_ERR);
	CHECK(!ualarm(20000, 0));
	lws_context_default_loop_run_destroy(cx);
	CHECK_EQ(fired, 1);
}

static int
passfail(const char *option, int actual, const char *line)
{
	const char *argv[] = { "program", option };
	int result;

	log_watch(LOG_USUAL | LLL_USER);
	result = lws_cmdline_passfail(option ? 2 : 1, argv, actual);
	CHECK(strstr(log_text, line));
	CHECK_EQ(log_lines(""), 1);

	return result;
}

static void
test_passfail(void)
{
	CHECK_EQ(passfail(NULL, 0, "OK"), 0);
	CHECK_EQ(passfail(NULL, 1, "failed: exit 1, expected 0"), 1);
	CHECK_EQ(passfail("--expected-exit=3", 3, "OK"), 0);
	CHECK_EQ(passfail("--expected-exit=3", 0, "failed: exit 0, expected 3"), 1);
	CHECK_EQ(passfail("--expected-exit=many", 0, "--expected-exit"), 1);
	CHECK_EQ(passfail("--other", 0, "OK"), 0);
	CHECK_EQ(lws_cmdline_passfail(0, NULL, 0), 0);
}

static void
test_switches(void)
{
	static const struct lws_switches switches[] = {
		{ "-d", "Log levels" },
		{ NULL, "not built" },
		{ "--port", NULL },
	};

	log_watch(LOG_USUAL | LLL_USER);
	lws_switches_print_help("program", switches, LWS_ARRAY_SIZE(switches));
	CHECK(strstr(log_text, "Usage: program [options]"));
	CHECK(strstr(log_text, "  -d                   Log levels"));
	CHECK(strstr(log_text, "  --port"));
	CHECK_EQ(log_lines(""), 3);

	log_watch(LOG_USUAL | LLL_USER);
	lws_switches_print_help("program", NULL, 0);
	CHECK_EQ(log_lines(""), 1);
}

static void
test_null(void)
{
	static const struct lws_switches none;
	const char *null[] = { NULL, NULL };

	CHECK_LOGS("_lws_context_info_defaults", _lws_context_info_defaults(NULL, NULL));
	CHECK_LOGS("lws_default_loop_exit", lws_default_loop_exit(NULL));
	CHECK_LOGS("lws_context_default_loop_run_destroy",
		   lws_context_default_loop_run_destroy(NULL));
	CHECK_LOGS("lws_cmdline_option", lws_cmdline_passfail(2, NULL, 0));
	log_watch(LOG_USUAL);
	CHECK_EQ(lws_cmdline_passfail(2, null, 0), 0);
	CHECK_EQ(log_lines(""), 0);
	CHECK_LOGS("prog", lws_switches_print_help(NULL, &none, 1));
	CHECK_LOGS("switches", lws_switches_print_help("program", NULL, 1));
}

int
main(void)
{
	test_defaults();
	test_loop();
	test_passfail();
	test_switches();
	test_null();

	return 0;
}
