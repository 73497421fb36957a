/*
 * Rings, where the order of lws says nothing: callbacks that use the ring,
 * places that are none, sizes that cannot be, alignment.
 */

#include "context.h"

static struct lws_ring *ring;
static int destroyed, again;

static void
insert_more(void *element)
{
	int n = 100 + destroyed, was = *(int *)element;

	/* what is given up is not written over meanwhile */
	if (again) {
		again--;
		CHECK_EQ(lws_ring_insert(ring, &n, 1),
			 lws_ring_get_count_free_elements(ring) ? 1 : 0);
	}
	CHECK_EQ(*(int *)element, was);
	destroyed++;
}

static void
read_on(void *element)
{
	(void)element;
	destroyed++;
	lws_ring_consume(ring, NULL, NULL, 1);
}

static void
end_it(void *element)
{
	(void)element;
	destroyed++;
	lws_ring_destroy(ring);
}

static void
fill(void (*callback)(void *), int count)
{
	int n;

	ring = lws_ring_create(sizeof(int), (size_t)count, callback);
	CHECK(ring);
	for (n = 0; n < count; n++)
		CHECK_EQ(lws_ring_insert(ring, &n, 1), 1);
	CHECK_EQ(lws_ring_insert(ring, &n, 1), 0);
	destroyed = 0;
}

static void
test_callbacks(void)
{
	int n, out[8];

	/* each inserts one; there is room when all have returned */
	fill(insert_more, 4);
	again = 4;
	CHECK_EQ(lws_ring_consume(ring, NULL, NULL, 3), 3);
	CHECK_EQ(destroyed, 3);
	CHECK_EQ(lws_ring_get_count_free_elements(ring), 3);
	n = 7;
	CHECK_EQ(lws_ring_insert(ring, &n, 1), 1);
	again = 0;
	CHECK_EQ(lws_ring_consume(ring, NULL, out, 8), 2);
	CHECK_EQ(out[0], 3);
	CHECK_EQ(out[1], 7);
	lws_ring_destroy(ring);

	/* one that reads on inside: each element once */
	fill(read_on, 5);
	CHECK_EQ(lws_ring_consume(ring, NULL, NULL, 1), 1);
	CHECK_EQ(destroyed, 5);
	CHECK_EQ(lws_ring_get_count_waiting_elements(ring, NULL), 0);
	CHECK_EQ(lws_ring_get_count_free_elements(ring), 5);
	lws_ring_destroy(ring);
	CHECK_EQ(destroyed, 5);

	/* one that ends the ring: all elements are destroyed, once each */
	fill(end_it, 5);
	CHECK_EQ(lws_ring_consume(ring, NULL, NULL, 2), 2);
	CHECK_EQ(destroyed, 5);
	fill(end_it, 5);
	lws_ring_destroy(ring);
	CHECK_EQ(destroyed, 5);
}

static void
test_places(void)
{
	uint32_t tail = 4, far = 4000;
	size_t bytes;
	void *start;
	int n = 1;

	ring = lws_ring_create(sizeof(int), 3, NULL);
	CHECK(ring);
	/* nothing is there yet */
	CHECK_FAILS("tail", lws_ring_get_count_waiting_elements(ring, &tail) == 0);
	CHECK_FAILS("tail", lws_ring_get_element(ring, &far) == NULL);
	CHECK_FAILS("tail", lws_ring_consume(ring, &far, &n, 1) == 0);
	CHECK_LOGS("tail", lws_ring_update_oldest_tail(ring, far));
	CHECK_LOGS("tail", lws_ring_dump(ring, &far));
	CHECK_EQ(far, 4000);

	CHECK_EQ(lws_ring_next_linear_insert_range(ring, &start, &bytes), 0);
	CHECK_EQ(bytes, 3 * sizeof(int));
	CHECK_LOGS("bytes", lws_ring_bump_head(ring, bytes + 1));
	CHECK_EQ(lws_ring_get_count_waiting_elements(ring, NULL), 0);
	lws_ring_bump_head(ring, bytes);
	CHECK_EQ(lws_ring_get_count_waiting_elements(ring, NULL), 3);
	CHECK_EQ(lws_ring_next_linear_insert_range(ring, &start, &bytes), 1);

	log_watch(LLL_NOTICE);
	lws_ring_dump(ring, &tail);
	CHECK(strstr(log_text, "2 waiting, 0 free"));
	lws_ring_destroy(ring);
}

static void
test_sizes(void)
{
	CHECK_FAILS("element_len", !lws_ring_create(0, 1, NULL));
	CHECK_FAILS("element_len", !lws_ring_create(1, 0, NULL));
	CHECK_FAILS("element_len", !lws_ring_create((size_t)-1, (size_t)-1, NULL));
	CHECK_FAILS("element_len", !lws_ring_create(1, (size_t)1 << 32, NULL));
	ring = lws_ring_create(32, 3, NULL);
	CHECK(ring);
	CHECK_EQ(lws_ring_insert(ring, "0123456789012345678901234567890", 1), 1);
	CHECK_EQ((uintptr_t)lws_ring_get_element(ring, NULL) % 16, 0);
	lws_ring_destroy(ring);
}

static void
test_null(void)
{
	uint32_t tail = 0;
	size_t bytes;
	void *start;

	CHECK_LOGS("lws_ring_destroy", lws_ring_destroy(NULL));
	CHECK_FAILS("lws_ring_get_count_free_elements",
		    lws_ring_get_count_free_elements(NULL) == 0);
	CHECK_FAILS("lws_ring_get_count_waiting_elements",
		    lws_ring_get_count_waiting_elements(NULL, &tail) == 0);
	CHECK_FAILS("lws_ring_insert", lws_ring_insert(NULL, "1234", 1) == 0);
	CHECK_FAILS("lws_ring_consume", lws_ring_consume(NULL, &tail, NULL, 1) == 0);
	CHECK_FAILS("lws_ring_get_element", lws_ring_get_element(NULL, &tail) == NULL);
	CHECK_LOGS("lws_ring_update_oldest_tail", lws_ring_update_oldest_tail(NULL, 0));
	CHECK_FAILS("lws_ring_get_oldest_tail", lws_ring_get_oldest_tail(NULL) == 0);
	CHECK_FAILS("lws_ring_next_linear_insert_range",
		    lws_ring_next_linear_insert_range(NULL, &start, &bytes) == 1);
	CHECK_LOGS("lws_ring_bump_head", lws_ring_bump_head(NULL, 0));
	CHECK_LOGS("lws_ring_dump", lws_ring_dump(NULL, &tail));

	ring = lws_ring_create(4, 2, NULL);
	CHECK(ring);
	CHECK_FAILS("src", lws_ring_insert(ring, NULL, 1) == 0);
	CHECK_FAILS("start", lws_ring_next_linear_insert_range(ring, NULL, &bytes) == 1);
	CHECK_FAILS("bytes", lws_ring_next_linear_insert_range(ring, &start, NULL) == 1);
	log_watch(LOG_USUAL);
	CHECK_EQ(lws_ring_insert(ring, NULL, 0), 0);
	CHECK_EQ(lws_ring_consume(ring, NULL, NULL, 1), 0);
	CHECK_EQ(log_lines(""), 0);
	lws_ring_destroy(ring);
}

int
main(void)
{
	test_callbacks();
	test_places();
	test_sizes();
	test_null();

	return 0;
}
