/*
 * Rings: whatever is written, read and given up in which order, both
 * libraries say and hold the same.
 */

#include <libwebsockets.h>

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct element {
	uint32_t number;
	char text[12];
};

struct reader {
	struct reader *next;
	uint32_t tail;
};

static uint32_t seed = 1;
static int destroyed;

static uint32_t
any(uint32_t below)
{
	seed = seed * 1103515245u + 12345u;

	return (seed >> 16) % below;
}

static void
destroy_element(void *element)
{
	printf(" destroyed %u", (unsigned int)((struct element *)element)->number);
	destroyed++;
}

static struct element
made(uint32_t number)
{
	struct element e;

	memset(&e, 0, sizeof(e));
	e.number = number;
	snprintf(e.text, sizeof(e.text), "text %u", (unsigned int)number);

	return e;
}

/* a ring that holds so many; lws's hold one less than they are asked for */
static struct lws_ring *
ring_of(size_t size, size_t count, void (*callback)(void *))
{
	struct lws_ring *ring = lws_ring_create(size, count, callback);

	if (lws_ring_get_count_free_elements(ring) == count)
		return ring;
	lws_ring_destroy(ring);

	return lws_ring_create(size, count + 1, callback);
}

static void
one_reader(size_t count, int callback, int own_tail)
{
	struct lws_ring *ring = ring_of(sizeof(struct element), count,
					callback ? destroy_element : NULL);
	struct element in[9], out[9];
	uint32_t number = 0, tail = 0, *ptail = own_tail ? &tail : NULL;
	size_t n, i;
	int turn;

	for (turn = 0; turn < 200; turn++) {
		size_t wanted = any(9);

		for (i = 0; i < 9; i++)
			in[i] = made(number + (uint32_t)i);
		n = lws_ring_insert(ring, in, wanted);
		number += (uint32_t)n;
		printf("insert %d: %d, free %d, waiting %d", (int)wanted, (int)n,
		       (int)lws_ring_get_count_free_elements(ring),
		       (int)lws_ring_get_count_waiting_elements(ring, ptail));
		if (any(2)) {
			const struct element *e = lws_ring_get_element(ring, ptail);

			printf(", first %s", e ? e->text : "none");
		}
		wanted = any(9);
		memset(out, 0, sizeof(out));
		n = lws_ring_consume(ring, ptail, any(4) ? out : NULL, wanted);
		printf(", consume %d: %d", (int)wanted, (int)n);
		for (i = 0; i < n; i++)
			printf(" %u '%s'", (unsigned int)out[i].number, out[i].text);
		if (own_tail) {
			printf(", tail %u", (unsigned int)tail);
			if (any(2))
				lws_ring_update_oldest_tail(ring, tail);
		}
		printf(", oldest %u\n", (unsigned int)lws_ring_get_oldest_tail(ring));
	}
	printf("destroy:");
	lws_ring_destroy(ring);
	printf("\n");
}

static void
three_readers(void)
{
	struct lws_ring *ring = ring_of(sizeof(struct element), 10, destroy_element);
	struct reader readers[3], *head = readers;
	uint32_t number = 0;
	int turn, n;

	memset(readers, 0, sizeof(readers));
	readers[0].next = &readers[1];
	readers[1].next = &readers[2];
	for (turn = 0; turn < 300; turn++) {
		struct element e = made(number);

		if (any(2) && lws_ring_insert(ring, &e, 1))
			number++;
		n = (int)any(3);
		if (lws_ring_get_count_waiting_elements(ring, &readers[n].tail)) {
			lws_ring_consume_and_update_oldest_tail(ring, struct reader,
								&readers[n].tail, 1, head,
								tail, next);
		}
		printf(" reader %d: tails %u %u %u, oldest %u, free %d\n", n,
		       (unsigned int)readers[0].tail, (unsigned int)readers[1].tail,
		       (unsigned int)readers[2].tail,
		       (unsigned int)lws_ring_get_oldest_tail(ring),
		       (int)lws_ring_get_count_free_elements(ring));
	}
	lws_ring_destroy(ring);
	printf("\n");
}

static void
bytes(void)
{
	struct lws_ring *ring = ring_of(1, 16, NULL);
	uint32_t tail = 0;
	char out[16];
	void *start;
	size_t room, n;
	int turn, r;

	for (turn = 0; turn < 100; turn++) {
		r = lws_ring_next_linear_insert_range(ring, &start, &room);
		printf("range %d", r);
		if (!r) {
			n = 1 + any((uint32_t)room);
			printf(" %d of %d", (int)n, (int)room);
			memset(start, 'a' + turn % 26, n);
			lws_ring_bump_head(ring, n);
		}
		n = lws_ring_consume(ring, &tail, out, any(12));
		printf(" '%.*s'", (int)n, out);
		lws_ring_consume_single_tail(ring, &tail, 1);
		printf(" tail %u\n", (unsigned int)tail);
	}
	lws_ring_destroy(ring);
}

int
main(void)
{
	size_t count;

	lws_set_log_level(0, NULL);
	for (count = 1; count < 12; count += 3) {
		one_reader(count, 1, 0);
		one_reader(count, 1, 1);
		one_reader(count, 0, 1);
	}
	three_readers();
	bytes();
	printf("%d destroyed\n", destroyed);

	return 0;
}
