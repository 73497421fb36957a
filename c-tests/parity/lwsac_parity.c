/*
 * Arenas: both libraries take bytes from the same chunks, and end them for the
 * same calls.
 */

#include <libwebsockets.h>

#include <stdint.h>
#include <stdio.h>
#include <string.h>

#define COUNT(x) (sizeof(x) / sizeof((x)[0]))

struct item {
	int key;
	int number;
	lws_list_ptr next;
};

static void
show(const char *what, struct lwsac *head)
{
	struct lwsac *chunk;

	printf("%s: %llu bytes, %llu over:", what, (unsigned long long)lwsac_total_alloc(head),
	       (unsigned long long)lwsac_total_overhead(head));
	for (chunk = head; chunk; chunk = lwsac_get_next(chunk))
		printf(" %d", (int)lwsac_get_tail_pos(chunk));
	printf("\n");
}

static int
compare(lws_list_ptr a, lws_list_ptr b)
{
	struct item *x = lws_list_ptr_container(a, struct item, next);
	struct item *y = lws_list_ptr_container(b, struct item, next);

	printf(" (%d, %d)", x->number, y->number);

	return x->key - y->key;
}

static void
lists(lws_list_ptr_sort_func_t sort)
{
	static const int keys[] = { 5, 3, 5, 1, 9, 3, 5 };
	lws_list_ptr head = NULL, at;
	struct item items[COUNT(keys)];
	size_t i;

	for (i = 0; i < COUNT(keys); i++) {
		items[i].key = keys[i];
		items[i].number = (int)i;
		items[i].next = NULL;
		lws_list_ptr_insert(&head, &items[i].next, sort);
		at = head;
		while (at) {
			struct item *x = lws_list_ptr_container(at, struct item, next);

			printf(" %d/%d", x->key, x->number);
			lws_list_ptr_advance(at);
		}
		printf("\n");
	}
}

int
main(void)
{
	static const size_t sizes[] = {
		1, 7, 8, 9, 100, 3800, 50, 10, 5000, 1, 0, 200, 4000, 4096, 3900, 3999,
	};
	static const size_t chunks[] = { 0, 1, 16, 104, 4096, 100000 };
	static const char *const texts[] = {
		"hello", "hello world", "abc", "abcdef", "zyx", "lo wor", "nope", "world",
	};
	struct lwsac *head = NULL;
	uint8_t *p, *found;
	size_t i, k;

	lws_set_log_level(0, NULL);
	printf("headers %d %d\n", (int)lwsac_sizeof(1), (int)lwsac_sizeof(0));
	for (i = 0; i < 40; i++)
		printf(" %d", (int)lwsac_align(i));
	printf("\n");

	for (k = 0; k < COUNT(chunks); k++) {
		for (i = 0; i < COUNT(sizes); i++) {
			p = lwsac_use(&head, sizes[i], chunks[k]);
			printf("%d ", (int)((uintptr_t)p % sizeof(void *)));
			show("use", head);
			printf("%d", lwsac_extend(head, 5));
			printf("%d", lwsac_extend(head, 3));
			printf("%d\n", lwsac_extend(head, 20));
			show("extend", head);
		}
		for (i = 0; i < COUNT(sizes); i++) {
			p = lwsac_use_backfill(&head, sizes[i], chunks[k]);
			printf("%d ", p != NULL);
			show("backfill", head);
		}
		lwsac_free(&head);
		printf("%d\n", head == NULL);
	}

	p = lwsac_use_zero(&head, 30, 0);
	memcpy(p, "hello world\0hello\0abcdef", 24);
	memcpy(lwsac_use_zeroed(&head, 30, 0), "zyx", 3);
	for (i = 0; i < COUNT(texts); i++) {
		found = lwsac_scan_extant(head, (uint8_t *)texts[i], strlen(texts[i]), 0);
		printf("'%s': %d", texts[i], found ? (int)(found - p) : -1);
		found = lwsac_scan_extant(head, (uint8_t *)texts[i], strlen(texts[i]), 1);
		printf(" %d\n", found ? (int)(found - p) : -1);
	}

	lwsac_reference(head);
	lwsac_reference(head);
	lwsac_detach(&head);
	printf("%d", head != NULL);
	lwsac_unreference(&head);
	printf("%d", head != NULL);
	lwsac_unreference(&head);
	printf("%d\n", head != NULL);
	p = lwsac_use_zero(&head, 30, 0);
	lwsac_reference(head);
	lwsac_unreference(&head);
	printf("%d", head != NULL);
	lwsac_detach(&head);
	printf("%d\n", head != NULL);
	lwsac_free(&head);
	lwsac_detach(&head);
	lwsac_info(head);

	lists(NULL);
	lists(compare);

	return 0;
}
