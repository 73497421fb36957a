/*
 * A client of curl's multi interface, for races.c:
 *
 *     race_curl NAME PORT COUNT
 */
#include <curl/curl.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static double now_ms(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);

	return (double)ts.tv_sec * 1e3 + (double)ts.tv_nsec / 1e6;
}

static double one(CURLM *multi, const char *url)
{
	CURL *easy = curl_easy_init();
	double began = now_ms(), ms = -1;
	int running = 1, left;
	CURLMsg *msg;

	curl_easy_setopt(easy, CURLOPT_URL, url);
	curl_easy_setopt(easy, CURLOPT_CONNECT_ONLY, 1L);
	curl_easy_setopt(easy, CURLOPT_FRESH_CONNECT, 1L);
	curl_easy_setopt(easy, CURLOPT_FORBID_REUSE, 1L);
	curl_easy_setopt(easy, CURLOPT_CONNECTTIMEOUT, 20L);
	curl_multi_add_handle(multi, easy);
	while (running) {
		curl_multi_perform(multi, &running);
		if (running)
			curl_multi_poll(multi, NULL, 0, 1000, NULL);
	}
	while ((msg = curl_multi_info_read(multi, &left)))
		if (msg->msg == CURLMSG_DONE && msg->data.result == CURLE_OK)
			ms = now_ms() - began;
	curl_multi_remove_handle(multi, easy);
	curl_easy_cleanup(easy);

	return ms;
}

int main(int argc, char **argv)
{
	CURLM *multi;
	char url[256];
	double ms;
	int n;

	if (argc < 4)
		return 1;
	curl_global_init(CURL_GLOBAL_DEFAULT);
	multi = curl_multi_init();
	snprintf(url, sizeof(url), "http://%s:%s/", argv[1], argv[2]);
	for (n = 0; n < atoi(argv[3]); n++) {
		ms = one(multi, url);
		printf("%.3f\n", ms);
		fflush(stdout);
		/* it learns nothing, and what is that slow need not be seen four times */
		if (ms < 0 || (ms > 5000 && n))
			break;
	}
	curl_multi_cleanup(multi);

	return 0;
}
