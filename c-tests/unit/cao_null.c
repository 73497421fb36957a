/*
 * NULL, sizes and numbers that make no sense: refused in one line that names
 * the function and the argument.
 */
#include "../conn.h"

static int visit(const lws_cao_t *cao, void *user)
{
	(void)cao;
	(void)user;

	return 0;
}

int main(void)
{
	struct lws_context *cx = context_bare();
	const lws_cao_t *cao = NULL;
	lws_cao_settings_t settings;
	lws_cao_score_t score;
	lws_cao_stats_t stats;
	lws_cao_info_t info;
	lws_sockaddr46 sa;

	pump(cx);
	memset(&info, 0, sizeof(info));
	memset(&sa, 0, sizeof(sa));
	memset(&score, 0, sizeof(score));
	score.size = sizeof(score);
	memset(&stats, 0, sizeof(stats));
	memset(&settings, 0, sizeof(settings));
	CHECK_FAILS("lws_wsi_cao: bad argument: wsi", !lws_wsi_cao(NULL));
	CHECK_FAILS("lws_cao_next: bad argument: wsi", !lws_cao_next(NULL, NULL));
	CHECK_FAILS("lws_cao_get_info: bad argument: cao", lws_cao_get_info(NULL, &info) == -1);
	CHECK_FAILS("lws_cao_create: bad argument: context", !lws_cao_create(NULL, &info));
	CHECK_FAILS("lws_cao_create: bad argument: info", !lws_cao_create(cx, NULL));
	CHECK_FAILS("lws_cao_create: bad argument: info", !lws_cao_create(cx, &info));
	info.size = sizeof(info);
	CHECK_FAILS("lws_cao_create: bad argument: dest", !lws_cao_create(cx, &info));
	info.dest.sa4.sin_family = AF_INET;
	info.outcome = 99;
	CHECK_FAILS("lws_cao_create: bad argument: outcome", !lws_cao_create(cx, &info));
	info.outcome = 0;
	CHECK_LOGS("lws_cao_destroy: bad argument: context", lws_cao_destroy(NULL, &cao));
	CHECK_LOGS("lws_cao_destroy: bad argument: cao", lws_cao_destroy(cx, NULL));
	lws_cao_destroy(cx, &cao);
	cao = (const lws_cao_t *)&info;
	CHECK_LOGS("lws_cao_destroy: bad argument: cao", lws_cao_destroy(cx, &cao));
	CHECK_FAILS("lws_cao_destroy_if_unreferenced: bad argument: cao",
		    !lws_cao_destroy_if_unreferenced(cx, NULL));
	CHECK_LOGS("lws_cao_remove_all: bad argument: wsi", lws_cao_remove_all(NULL));
	CHECK_FAILS("lws_cao_foreach: bad argument: context",
		    lws_cao_foreach(NULL, NULL, visit, NULL) == -1);
	CHECK_FAILS("lws_cao_foreach: bad argument: visit",
		    lws_cao_foreach(cx, NULL, NULL, NULL) == -1);
	CHECK_EQ(lws_cao_foreach(cx, NULL, visit, NULL), 0);
	info.size = 3;
	CHECK_FAILS("lws_cao_foreach: bad argument: like",
		    lws_cao_foreach(cx, &info, visit, NULL) == -1);
	info.size = sizeof(info);
	CHECK_FAILS("lws_cao_get_score: bad argument: level",
		    lws_cao_get_score(cx, 99, &info, &score) == -1);
	CHECK_FAILS("lws_cao_order: bad argument: list", lws_cao_order(cx, NULL, 1) == -1);
	CHECK_EQ(lws_cao_order(cx, &sa, 1), 0);
	CHECK_FAILS("lws_cao_get_settings: bad argument: settings",
		    lws_cao_get_settings(cx, NULL) == -1);
	CHECK_FAILS("lws_cao_set_settings: bad argument: settings",
		    lws_cao_set_settings(cx, &settings) == -1);
	settings.size = sizeof(settings);
	CHECK_EQ(lws_cao_get_settings(cx, &settings), 0);
	settings.in_flight = 65;
	CHECK_FAILS("in_flight", lws_cao_set_settings(cx, &settings) == -1);
	settings.in_flight = 1;
	settings.announce = 2;
	CHECK_FAILS("announce", lws_cao_set_settings(cx, &settings) == -1);
	CHECK_FAILS("lws_cao_get_stats: bad argument: stats",
		    lws_cao_get_stats(cx, &stats) == -1);
	CHECK_FAILS("lws_cao_set_partition: bad argument: wsi",
		    lws_cao_set_partition(NULL, 1) == -1);
	CHECK_FAILS("lws_cao_dump_json: bad argument: buf",
		    lws_cao_dump_json(cx, NULL, 5) == -1);
	CHECK_FAILS("lws_cao_load_json: bad argument: text",
		    lws_cao_load_json(cx, NULL, 0) == -1);
	CHECK_FAILS("lws_cao_load_json", lws_cao_load_json(cx, "", 0) == -1);
	CHECK_FAILS("lws_cao_save_file: bad argument: path", lws_cao_save_file(cx, NULL) == -1);
	CHECK_FAILS("lws_cao_load_file: bad argument: path", lws_cao_load_file(cx, NULL) == -1);
	lws_context_destroy(cx);

	return 0;
}
