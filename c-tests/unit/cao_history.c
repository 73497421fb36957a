/*
 * What attempts have shown: asked for, walked through, given by the program,
 * used to order addresses, written and read again, in one piece or not at all.
 */
#include "../racing.h"

#define DEAD "2001:db8:20:1::2"
#define GOOD "192.0.2.1"

static const char *file = "/tmp/relws-cao-history.json";

static void info_to(lws_cao_info_t *i, const char *dest)
{
	memset(i, 0, sizeof(*i));
	i->size = sizeof(*i);
	if (strchr(dest, ':')) {
		i->dest.sa6.sin6_family = AF_INET6;
		i->dest.sa6.sin6_port = htons(RACE_PORT);
		CHECK(inet_pton(AF_INET6, dest, &i->dest.sa6.sin6_addr) == 1);
	} else {
		i->dest.sa4.sin_family = AF_INET;
		i->dest.sa4.sin_port = htons(RACE_PORT);
		CHECK(inet_pton(AF_INET, dest, &i->dest.sa4.sin_addr) == 1);
	}
}

static void info_get(const lws_cao_t *cao, lws_cao_info_t *i)
{
	memset(i, 0, sizeof(*i));
	i->size = sizeof(*i);
	CHECK_EQ(lws_cao_get_info(cao, i), 0);
}

static int count_cb(const lws_cao_t *cao, void *user)
{
	lws_cao_info_t i;

	info_get(cao, &i);
	CHECK(i.id > 0 && i.outcome != LWS_CAO_PENDING);
	(*(int *)user)++;

	return 0;
}

static int stop_cb(const lws_cao_t *cao, void *user)
{
	(void)cao;
	(*(int *)user)++;

	return 1;
}

static int walked(const lws_cao_info_t *like)
{
	int n = 0, r = lws_cao_foreach(cx, like, count_cb, &n);

	CHECK_EQ(r, n);

	return n;
}

static int score(const char *dest, unsigned int level, lws_cao_score_t *s)
{
	lws_cao_info_t i;

	info_to(&i, dest);
	memset(s, 0, sizeof(*s));
	s->size = sizeof(*s);

	return lws_cao_get_score(cx, level, &i, s);
}

static lws_usec_t race_of(struct run *r)
{
	lws_usec_t us = racing_run(r);

	CHECK_STR(r->peer, GOOD);

	return us;
}

int main(void)
{
	const lws_cao_t *won, *other, *made;
	lws_cao_settings_t settings;
	lws_sockaddr46 list[3];
	lws_cao_stats_t stats;
	lws_cao_info_t i, like;
	lws_cao_score_t s;
	struct run a, b;
	char *text;
	int len, n;
	FILE *f;

	racing_enter();
	racing_listen(GOOD);
	racing_rule(DEAD, DROP);
	racing_rule(GOOD, 1000);
	racing_name(DEAD " " GOOD);
	racing_context(20);

	/* a race: who won is known, and who is still on its way */
	race_of(&a);
	won = lws_wsi_cao(a.wsi);
	CHECK(won != NULL);
	info_get(won, &i);
	CHECK_EQ(i.won, 1);
	CHECK_EQ(i.outcome, LWS_CAO_CONNECTED);
	CHECK_EQ(i.error, 0);
	CHECK(i.took_us >= 1000 && i.rtt_us >= 1000);
	CHECK_EQ(i.dest.sa4.sin_family, AF_INET);
	CHECK_EQ(i.source.sa4.sin_family, AF_INET);
	CHECK_EQ(i.source.sa4.sin_addr.s_addr, inet_addr("198.51.100.1"));
	CHECK(lws_cao_next(a.wsi, won) == NULL);
	memset(&stats, 0, sizeof(stats));
	stats.size = sizeof(stats);
	CHECK_EQ(lws_cao_get_stats(cx, &stats), 0);
	CHECK_EQ(stats.races, 1);
	CHECK_EQ(stats.won, 1);
	CHECK_EQ(stats.attempts, 2);
	CHECK_EQ(stats.under_way, 1);
	/* the loser has two seconds; then it is the connection's second */
	UNTIL(cx, lws_cao_next(a.wsi, won) != NULL);
	other = lws_cao_next(a.wsi, won);
	info_get(other, &like);
	CHECK_EQ(like.race, i.race);
	CHECK_EQ(like.outcome, LWS_CAO_LOST_RACE);
	CHECK_EQ(like.won, 0);
	CHECK(like.took_us >= 2200000);
	CHECK(lws_cao_next(a.wsi, other) == NULL);
	CHECK_EQ(lws_cao_get_stats(cx, &stats), 0);
	CHECK_EQ(stats.under_way, 0);

	/* all of them, and those like some */
	CHECK_EQ(walked(NULL), 2);
	info_to(&like, DEAD);
	CHECK_EQ(walked(&like), 1);
	info_to(&like, "192.0.2.9");
	CHECK_EQ(walked(&like), 0);
	memset(&like, 0, sizeof(like));
	like.size = sizeof(like);
	like.race = i.race;
	CHECK_EQ(walked(&like), 2);
	like.source.sa4.sin_family = AF_INET;
	like.source.sa4.sin_addr.s_addr = inet_addr("198.51.100.1");
	CHECK_EQ(walked(&like), 1);
	n = 0;
	CHECK_EQ(lws_cao_foreach(cx, NULL, stop_cb, &n), 1);
	CHECK_EQ(n, 1);

	/* scores */
	CHECK_EQ(score(GOOD, LWS_CAO_ENDPOINT, &s), 0);
	CHECK_EQ(s.fails, 0);
	CHECK(s.ok_milli > 900 && s.ok_milli <= 1000);
	CHECK(s.srtt_us >= 1000 && s.srtt_us < 100000);
	CHECK_EQ(score(DEAD, LWS_CAO_ENDPOINT, &s), 0);
	CHECK(s.fails >= 1 && s.penalty_us > 0);
	CHECK_EQ(s.srtt_us, 0);
	CHECK_EQ(score("192.0.2.7", LWS_CAO_ENDPOINT, &s), 1);
	CHECK_EQ(score("192.0.2.7", LWS_CAO_DESTINATION, &s), 0);
	CHECK_EQ(score("192.0.2.7", LWS_CAO_FAMILY, &s), 0);

	/* the program's own attempts count as well */
	info_to(&i, "192.0.2.7");
	i.outcome = LWS_CAO_REFUSED;
	i.error = ECONNREFUSED;
	made = lws_cao_create(cx, &i);
	CHECK(made != NULL);
	CHECK_EQ(score("192.0.2.7", LWS_CAO_ENDPOINT, &s), 0);
	CHECK_EQ(s.fails, 1);
	CHECK_EQ(s.last, LWS_CAO_REFUSED);
	CHECK_EQ(lws_cao_destroy_if_unreferenced(cx, &made), 0);
	CHECK(made != NULL);
	lws_cao_destroy(cx, &made);
	CHECK(made == NULL);

	/* any list, ordered by all that */
	info_to(&i, DEAD);
	list[0] = i.dest;
	info_to(&i, "192.0.2.7");
	list[1] = i.dest;
	info_to(&i, GOOD);
	list[2] = i.dest;
	CHECK_EQ(lws_cao_order(cx, list, 3), 3);
	CHECK_EQ(list[0].sa4.sin_addr.s_addr, inet_addr(GOOD));

	/* what attempts have shown stays when a connection forgets them */
	lws_cao_remove_all(a.wsi);
	CHECK(lws_wsi_cao(a.wsi) == NULL);
	CHECK_EQ(score(GOOD, LWS_CAO_ENDPOINT, &s), 0);
	racing_close(&a);

	/* written, in another context read, and used by its first race */
	len = lws_cao_dump_json(cx, NULL, 0);
	CHECK(len > 100);
	/* ages grow meanwhile, and with them the text */
	len += 4096;
	text = malloc((size_t)len + 1);
	CHECK(text != NULL);
	CHECK(lws_cao_dump_json(cx, text, 10) > 100);
	CHECK_EQ(strlen(text), 9);
	CHECK_EQ(lws_cao_save_file(cx, file), 0);
	CHECK(lws_cao_dump_json(cx, text, (size_t)len + 1) > 0);
	lws_context_destroy(cx);
	racing_context(20);
	CHECK(lws_cao_load_file(cx, file) > 3);
	CHECK(race_of(&b) < (check_slow() ? 200000 : 50000));
	racing_close(&b);
	lws_context_destroy(cx);

	/* another one's partition learns nothing of destinations */
	racing_context(20);
	CHECK(lws_cao_load_json(cx, text, strlen(text)) > 3);
	CHECK(racing_start(&b) != NULL);
	CHECK_EQ(lws_cao_set_partition(b.wsi, 77), 0);
	UNTIL(cx, b.connected || b.failed);
	CHECK(b.ended - b.began >= 240000);
	racing_close(&b);

	/* nor do others learn of what it says at the last moment */
	racing_partition = 78;
	CHECK(racing_start_to(&b, GOOD) != NULL);
	UNTIL(cx, b.connected);
	info_get(lws_wsi_cao(b.wsi), &i);
	CHECK_EQ(i.partition, 78);
	racing_close(&b);
	CHECK(racing_start_to(&b, "192.0.2.8") != NULL);
	UNTIL(cx, b.failed);
	racing_partition = 0;
	CHECK_EQ(score("192.0.2.8", LWS_CAO_ENDPOINT, &s), 1);
	racing_close(&b);

	/* damaged, cut off, foreign or missing: refused, and nothing is lost */
	CHECK_EQ(lws_cao_get_stats(cx, &stats), 0);
	n = (int)stats.aggregates;
	CHECK_FAILS("lws_cao_load_json",
		    lws_cao_load_json(cx, text, strlen(text) / 2) == -1);
	text[strlen(text) / 2] ^= 1;
	CHECK_FAILS("lws_cao_load_json",
		    lws_cao_load_json(cx, text, strlen(text)) == -1);
	CHECK_FAILS("lws_cao_load_json",
		    lws_cao_load_json(cx, "{\"a\":1}", 7) == -1);
	CHECK_FAILS("/nowhere", lws_cao_load_file(cx, "/nowhere/x") == -1);
	CHECK_FAILS("/nowhere", lws_cao_save_file(cx, "/nowhere/x") == -1);
	f = fopen(file, "w");
	CHECK(f && fwrite("garbage", 7, 1, f) == 1 && !fclose(f));
	CHECK_FAILS("lws_cao_load_file", lws_cao_load_file(cx, file) == -1);
	CHECK_EQ(lws_cao_get_stats(cx, &stats), 0);
	CHECK_EQ(stats.aggregates, n);
	unlink(file);
	free(text);

	/* settings within their bounds */
	memset(&settings, 0, sizeof(settings));
	settings.size = sizeof(settings);
	CHECK_EQ(lws_cao_get_settings(cx, &settings), 0);
	CHECK_EQ(settings.delay_us, 250000);
	CHECK_EQ(settings.in_flight, 8);
	CHECK_EQ(settings.fallout_us, 2000000);
	settings.delay_us = 9999;
	CHECK_FAILS("delay_us", lws_cao_set_settings(cx, &settings) == -1);
	settings.delay_us = 50000;
	settings.fallout_us = 0;
	CHECK_EQ(lws_cao_set_settings(cx, &settings), 0);
	CHECK_EQ(lws_cao_get_settings(cx, &settings), 0);
	CHECK_EQ(settings.delay_us, 50000);
	lws_context_destroy(cx);

	/* a shorter delay, and losers that end at once */
	racing_context(20);
	CHECK_EQ(lws_cao_set_settings(cx, &settings), 0);
	CHECK(race_of(&a) >= 49000);
	CHECK_EQ(lws_cao_get_stats(cx, &stats), 0);
	CHECK_EQ(stats.under_way, 0);
	CHECK(lws_cao_next(a.wsi, lws_wsi_cao(a.wsi)) != NULL);
	racing_close(&a);
	lws_context_destroy(cx);

	return 0;
}
