/*
 * Arenas and files in memory, where lws crashes or says nothing: files that
 * change, arguments that are none, memory that there is not.
 */

#include "context.h"

#include <fcntl.h>
#include <sys/stat.h>

static char path[64];

static void
write_file(const char *text)
{
	FILE *f = fopen(path, "w");

	CHECK(f);
	CHECK(fputs(text, f) >= 0);
	CHECK(!fclose(f));
}

static void
written_at(time_t when)
{
	struct timespec times[2];

	memset(times, 0, sizeof(times));
	times[1].tv_sec = when;
	CHECK(!utimensat(AT_FDCWD, path, times, 0));
}

static void
test_files(void)
{
	char dir[] = "/tmp/relws-lwsac-XXXXXX";
	lwsac_cached_file_t file = NULL, old;
	size_t len = 77;

	CHECK(mkdtemp(dir));
	CHECK((size_t)snprintf(path, sizeof(path), "%s/file", dir) < sizeof(path));

	CHECK_EQ(lwsac_cached_file(path, &file, &len), 1);
	CHECK(!file);
	CHECK_EQ(lwsac_cached_file(dir, &file, &len), 1);
	CHECK_EQ(len, 77);

	write_file("hello");
	written_at(1000);
	CHECK_EQ(lwsac_cached_file(path, &file, &len), 0);
	CHECK_EQ(len, 5);
	CHECK_STR((char *)file, "hello");
	old = file;
	CHECK_EQ(lwsac_cached_file(path, &file, &len), 0);
	CHECK(file == old);
	CHECK_EQ(len, 5);

	/* written again, as long and longer; what is used stays */
	lwsac_use_cached_file_start(file);
	write_file("HELLO");
	written_at(2000);
	CHECK_EQ(lwsac_cached_file(path, &file, &len), 0);
	CHECK(file != old);
	CHECK_STR((char *)file, "HELLO");
	CHECK_STR((char *)old, "hello");
	write_file("hello again");
	written_at(2000);
	CHECK_EQ(lwsac_cached_file(path, &file, &len), 0);
	CHECK_EQ(len, 11);
	CHECK_STR((char *)file, "hello again");
	lwsac_use_cached_file_end(&old);
	CHECK(!old);

	/* gone: what there is stays */
	CHECK(!unlink(path));
	CHECK_EQ(lwsac_cached_file(path, &file, &len), 1);
	CHECK_STR((char *)file, "hello again");
	lwsac_use_cached_file_start(file);
	old = file;
	lwsac_use_cached_file_detach(&file);
	CHECK(file == old);
	CHECK_STR((char *)file, "hello again");
	lwsac_use_cached_file_end(&file);
	CHECK(!file);

	write_file("");
	CHECK_EQ(lwsac_cached_file(path, &file, &len), 0);
	CHECK_EQ(len, 0);
	CHECK_STR((char *)file, "");
	CHECK_FAILS("lwsac_use_cached_file_end", (lwsac_use_cached_file_end(&file), file != NULL));
	lwsac_use_cached_file_detach(&file);
	CHECK(!file);
	CHECK(!unlink(path) && !rmdir(dir));
}

static void
test_walk(void)
{
	struct lwsac *head = NULL, *chunk;
	int n, *at, sum = 0;

	/* every byte that was taken is between the header and the tail */
	for (n = 0; n < 1000; n++) {
		at = lwsac_use(&head, sizeof(int), 100);
		CHECK(at);
		*at = n;
	}
	for (chunk = head; chunk; chunk = lwsac_get_next(chunk)) {
		size_t pos = lwsac_sizeof(chunk == head);

		for (; pos < lwsac_get_tail_pos(chunk); pos += lwsac_align(sizeof(int)))
			sum += *(int *)(void *)((char *)chunk + pos);
	}
	CHECK_EQ(sum, 499500);
	log_watch(LLL_INFO);
	lwsac_info(head);
	CHECK_EQ(log_lines("84 chunks"), 1);
	lwsac_free(&head);
}

static void
test_found(void)
{
	struct lwsac *head = NULL;
	uint8_t find[] = { 0, 'h', 'e' };
	char *at = lwsac_use_zero(&head, 24, 24);

	CHECK(at);
	memcpy(at, "first\0hello", 11);
	memcpy(lwsac_use_zero(&head, 24, 24), "second", 6);
	CHECK(lwsac_scan_extant(head, find, 3, 0) == (uint8_t *)at + 5);
	CHECK(lwsac_scan_extant(head, (uint8_t *)"second", 6, 1) != NULL);
	CHECK(!lwsac_scan_extant(head, (uint8_t *)"secon", 5, 1));
	CHECK(!lwsac_scan_extant(NULL, find, 3, 0));
	lwsac_free(&head);
}

static void
test_null(void)
{
	struct lwsac *head = NULL;
	lwsac_cached_file_t file = NULL;
	lws_list_ptr list = NULL;
	size_t len = 0;

	CHECK_FAILS("lwsac_use", !lwsac_use(NULL, 1, 0));
	CHECK_FAILS("lwsac_use_backfill", !lwsac_use_backfill(NULL, 1, 0));
	CHECK_FAILS("lwsac_use_zero", !lwsac_use_zero(NULL, 1, 0));
	CHECK_FAILS("no memory", !lwsac_use(&head, SIZE_MAX, 0));
	CHECK_FAILS("no memory", !lwsac_use(&head, 1, SIZE_MAX));
	CHECK_FAILS("no memory", !lwsac_use_zero(&head, SIZE_MAX / 2, 0));
	CHECK(!head);
	CHECK_LOGS("lwsac_free", lwsac_free(NULL));
	CHECK_LOGS("lwsac_detach", lwsac_detach(NULL));
	CHECK_LOGS("lwsac_reference", lwsac_reference(NULL));
	CHECK_LOGS("lwsac_unreference", lwsac_unreference(NULL));
	CHECK_LOGS("lwsac_unreference", lwsac_unreference(&head));
	CHECK_FAILS("lwsac_extend", lwsac_extend(NULL, 1) == 1);
	CHECK_FAILS("lwsac_get_tail_pos", lwsac_get_tail_pos(NULL) == 0);
	CHECK_FAILS("lwsac_get_next", !lwsac_get_next(NULL));
	CHECK_FAILS("lwsac_scan_extant", !lwsac_scan_extant(NULL, NULL, 1, 0));
	CHECK_LOGS("lws_list_ptr_insert", lws_list_ptr_insert(NULL, &list, NULL));
	CHECK_LOGS("lws_list_ptr_insert", lws_list_ptr_insert(&list, NULL, NULL));
	CHECK_LOGS("lwsac_use_cached_file_start", lwsac_use_cached_file_start(NULL));
	CHECK_LOGS("lwsac_use_cached_file_end", lwsac_use_cached_file_end(NULL));
	CHECK_LOGS("lwsac_use_cached_file_end", lwsac_use_cached_file_end(&file));
	CHECK_LOGS("lwsac_use_cached_file_detach", lwsac_use_cached_file_detach(NULL));
	CHECK_FAILS("filepath", lwsac_cached_file(NULL, &file, &len) == 1);
	CHECK_FAILS("cache", lwsac_cached_file("/", NULL, &len) == 1);
	CHECK_FAILS("len", lwsac_cached_file("/", &file, NULL) == 1);
	log_watch(LOG_USUAL);
	lwsac_free(&head);
	lwsac_detach(&head);
	lwsac_info(NULL);
	CHECK_EQ(lwsac_total_alloc(NULL), 0);
	CHECK_EQ(lwsac_total_overhead(NULL), 0);
	CHECK_EQ(log_lines(""), 0);
}

int
main(void)
{
	test_files();
	test_walk();
	test_found();
	test_null();

	return 0;
}
