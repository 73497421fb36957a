/*
 * Function-like macros, by hand: the other files in this folder are generated.
 */

/*
 * Structs, arrays, strings
 */

/* The struct of type T whose member M is at P. */
#if !defined(lws_container_of)
#define lws_container_of(P, T, M) ((T *)(void *)((char *)(P) - offsetof(T, M)))
/*
 * Rings
 */

/*
 * Reads _count elements for one of several readers, and gives up those that no
 * reader wants any more. _ptail points to its tail. _head is the first in a
 * list of _type, the readers; _mtail is the member that is the tail of each,
 * _mlist the one that points to the next.
 */
#define lws_ring_consume_and_update_oldest_tail(_ring, _type, _ptail, _count, _head, _mtail, \
						_mlist) \
	{ \
		int lws_was_oldest = lws_ring_get_oldest_tail(_ring) == *(_ptail); \
		\
		lws_ring_consume(_ring, _ptail, NULL, _count); \
		if (lws_was_oldest) { \
			uint32_t lws_oldest = *(_ptail); \
			size_t lws_most = 0; \
			_type *lws_reader; \
			\
			for (lws_reader = (_head); lws_reader; \
			     lws_reader = lws_reader->_mlist) { \
				size_t lws_waits = lws_ring_get_count_waiting_elements( \
					_ring, &lws_reader->_mtail); \
				\
				if (lws_waits >= lws_most) { \
					lws_most = lws_waits; \
					lws_oldest = lws_reader->_mtail; \
				} \
			} \
			lws_ring_update_oldest_tail(_ring, lws_oldest); \
		} \
	}

/* Reads _count elements for the one reader, whose tail _ptail points to, and gives them up. */
#define lws_ring_consume_single_tail(_ring, _ptail, _count) \
	{ \
		lws_ring_consume(_ring, _ptail, NULL, _count); \
		lws_ring_update_oldest_tail(_ring, *(_ptail)); \
	}

#endif

/* How many elements an array has. */
#define LWS_ARRAY_SIZE(_x) (sizeof(_x) / sizeof((_x)[0]))

/* Rounds the variable x up to a multiple of bou. */
#define LWS_ALIGN_TO(x, bou) x += ((bou) - ((x) % (bou))) % (bou)

/*
 * For filling the array _t bit by bit, with _l bytes left in it: where to go
 * on, and how much is used.
 */
#define lws_concat_temp(_t, _l) ((_t) + sizeof(_t) - (_l))
#define lws_concat_used(_t, _l) (sizeof(_t) - (_l))

/* Bytes from tail up to head. */
#define lws_ptr_diff(head, tail) ((int)((const char *)(head) - (const char *)(tail)))
/* The same when head is known not to be before tail. */
#define lws_ptr_diff_size_t(head, tail) \
	((size_t)((const char *)(head) - (const char *)(tail)))

/*
 * lws_strncpy() from a source that has size1 bytes and need not end in NUL,
 * to a dest that has destsize.
 */
#define lws_strnncpy(dest, src, size1, destsize) \
	lws_strncpy(dest, src, (size_t)(size1) < (size_t)(destsize) ? \
				       (size_t)(size1) + 1 : (size_t)(destsize))

/* Whether all bits of f are set in c. */
#define lws_check_opt(c, f) (((uint64_t)(c) & (uint64_t)(f)) == (uint64_t)(f))

/*
 * Walking lists. A _start_ opens a block that the _end_ of the same name
 * closes; `it` is declared inside and ends as NULL, unless the block is left
 * with break.
 */

/* A singly-linked list of type's objects from start; the _end_ names the link. */
#define lws_start_foreach_ll(type, it, start) \
	{ \
		type it = start; \
		while (it) {
#define lws_end_foreach_ll(it, nxt) \
			it = (it)->nxt; \
		} \
	}

/* The same with the link named first; it may be freed inside. */
#define lws_start_foreach_ll_safe(type, it, start, nxt) \
	{ \
		type it = start; \
		type next_##it; \
		for (; it; it = next_##it) { \
			next_##it = (it)->nxt;
#define lws_end_foreach_ll_safe(it) \
		} \
	}

/*
 * The same with `it` a pointer to the link that leads to the object, so that
 * the object can be unlinked by `*it = (*it)->nxt; continue;`.
 */
#define lws_start_foreach_llp(type, it, start) \
	{ \
		type it = &(start); \
		while (*(it)) {
#define lws_end_foreach_llp(it, nxt) \
			it = &(*(it))->nxt; \
		} \
	}

/* The same with the link named first; the link after it is remembered. */
#define lws_start_foreach_llp_safe(type, it, start, nxt) \
	{ \
		type it = &(start); \
		type next_##it; \
		for (; *(it); it = next_##it) { \
			next_##it = &(*(it))->nxt;
#define lws_end_foreach_llp_safe(it) \
		} \
	}

/* Puts an object at the head of a singly-linked list. */
#define lws_ll_fwd_insert(___new_object, ___m_list, ___list_head) \
	do { \
		(___new_object)->___m_list = (___list_head); \
		(___list_head) = (___new_object); \
	} while (0)

/* Takes an object off a singly-linked list; nothing happens if it is not on it. */
#define lws_ll_fwd_remove(___type, ___m_list, ___target, ___list_head) \
	do { \
		___type **___link = &(___list_head); \
		while (*___link && *___link != (___target)) \
			___link = &(*___link)->___m_list; \
		if (*___link) \
			*___link = (*___link)->___m_list; \
	} while (0)

/* A lws_dll2 list from an element on. */
#define lws_start_foreach_dll(___type, ___it, ___start) \
	{ \
		for (___type ___it = ___start; ___it; ___it = (___it)->next) {
#define lws_end_foreach_dll(___it) \
		} \
	}

/* The same; ___it may be removed and freed inside. */
#define lws_start_foreach_dll_safe(___type, ___it, ___tmp, ___start) \
	{ \
		___type ___it = ___start; \
		___type ___tmp; \
		for (; ___it; ___it = ___tmp) { \
			___tmp = (___it)->next;
#define lws_end_foreach_dll_safe(___it, ___tmp) \
		} \
	}

/*
 * The first object of the list own whose string has the namelen bytes at
 * name, or NULL. membd2list is the member that is on the list, membptr the
 * one that points to the string.
 */
#define lws_dll2_search_sz_pl(own, name, namelen, type, membd2list, membptr) \
	((type *)_lws_dll2_search_sz_pl(own, name, namelen, offsetof(type, membd2list), \
					offsetof(type, membptr)))

/*
 * Time and service
 */

#define LWS_USEC_PER_SEC ((lws_usec_t)1000000)
/* As an interval: cancel the timer. */
#define LWS_SET_TIMER_USEC_CANCEL ((lws_usec_t)-1ll)
#define lws_time_in_microseconds lws_now_usecs
#define lws_plat_service_tsi lws_service_tsi
/* Timers in freed memory are not looked for: use valgrind or a sanitizer. */
#define lws_sul_debug_zombies(_a, _b, _c, _d)

/*
 * Connections
 */

/* n and what is missing to a multiple of _LWS_PAD_SIZE. */
#define _LWS_PAD_SIZE 16
#define _LWS_PAD(n) \
	(((n) % _LWS_PAD_SIZE) ? (n) + (_LWS_PAD_SIZE - ((n) % _LWS_PAD_SIZE)) : (n))

/*
 * Bytes before those that are written, which the program leaves to the
 * library: roles put headers there, so that nothing is copied.
 */
#define LWS_PRE _LWS_PAD(4 + 10 + 2)
#define LWS_SEND_BUFFER_PRE_PADDING LWS_PRE
#define LWS_SEND_BUFFER_POST_PADDING 0
#define LWS_SIZEOFPTR ((int)sizeof(void *))

/* For lws_write(): the bytes as they are. */
#define LWS_WRITE_RAW LWS_WRITE_HTTP
#define lws_write_http(wsi, buf, len) \
	lws_write(wsi, (unsigned char *)(buf), len, LWS_WRITE_HTTP)

/* Closes a connection: to_kill is LWS_TO_KILL_ASYNC or LWS_TO_KILL_SYNC. */
#define lws_wsi_close(w, to_kill) \
	lws_set_timeout(w, PENDING_TIMEOUT_AWAITING_PROXY_RESPONSE, to_kill)

/*
 * Of the lws_sockaddr46 at _sa46: the address for the system, its length, and
 * the bytes of the IP address and how many they are.
 */
#define sa46_sockaddr(_sa46) ((struct sockaddr *)(_sa46))
#define sa46_socklen(_sa46) \
	((socklen_t)((_sa46)->sa4.sin_family == AF_INET ? sizeof(struct sockaddr_in) : \
							   sizeof(struct sockaddr_in6)))
#define sa46_address(_sa46) \
	((uint8_t *)((_sa46)->sa4.sin_family == AF_INET ? (void *)&(_sa46)->sa4.sin_addr : \
							   (void *)&(_sa46)->sa6.sin6_addr))
#define sa46_address_len(_sa46) ((_sa46)->sa4.sin_family == AF_INET ? 4 : 16)
/* Sets the port, in network byte order. A block, which also stands without a semicolon. */
#define sa46_sockport(_sa46, _sp) \
	{ \
		*((_sa46)->sa4.sin_family == AF_INET ? &(_sa46)->sa4.sin_port : \
						       &(_sa46)->sa6.sin6_port) = (_sp); \
	}

/*
 * The type of a Secure Stream that carries messages of the bus
 */

#define LWS_SMD_STREAMTYPENAME "_lws_smd"

/*
 * Initialiser of the entry that ends an array of protocols
 */

#define LWS_PROTOCOL_LIST_TERM { NULL, NULL, 0, 0, 0, NULL, 0 }

/*
 * Logging. A level that _LWS_ENABLED_LOGS does not have costs nothing: its
 * arguments are compiled and never evaluated.
 */

#define _LWS_LINIT ((1 << LLL_COUNT) - 1)
#define _LWS_LBS (LWS_LOGGING_BITFIELD_SET)
#define _LWS_LBC (LWS_LOGGING_BITFIELD_CLEAR)
#define _LWS_ENABLED_LOGS (((_LWS_LINIT) | (_LWS_LBS)) & ~(_LWS_LBC))

/* A logging call, as an expression, made when its level is compiled in. */
#define _LWS_LOG_IF(_level, _call) \
	((_LWS_ENABLED_LOGS & (_level)) ? (_call) : (void)0)

/*
 * A line of level _fil (LLL_...) about a context, a vhost or a connection,
 * through that object's own log context.
 */
#define lwsl_cx(_c, _fil, ...) \
	_lws_log_cx(lwsl_context_get_cx(_c), lws_log_prepend_context, _c, _fil, __func__, \
		    __VA_ARGS__)
#define lwsl_vhost(_v, _fil, ...) \
	_lws_log_cx(lwsl_vhost_get_cx(_v), lws_log_prepend_vhost, _v, _fil, __func__, \
		    __VA_ARGS__)
#define lwsl_wsi(_w, _fil, ...) \
	_lws_log_cx(lwsl_wsi_get_cx(_w), lws_log_prepend_wsi, _w, _fil, __func__, __VA_ARGS__)

/* The same for _len bytes at _buf as a hex dump. */
#define lwsl_hexdump_context(_c, _fil, _buf, _len) \
	lwsl_hexdump_level_cx(lwsl_context_get_cx(_c), lws_log_prepend_context, _c, _fil, _buf, \
			      _len)
#define lwsl_hexdump_vhost(_v, _fil, _buf, _len) \
	lwsl_hexdump_level_cx(lwsl_vhost_get_cx(_v), lws_log_prepend_vhost, _v, _fil, _buf, _len)
#define lwsl_hexdump_wsi(_w, _fil, _buf, _len) \
	lwsl_hexdump_level_cx(lwsl_wsi_get_cx(_w), lws_log_prepend_wsi, _w, _fil, _buf, _len)

/* A line of the level in the name, to the process-wide log. */
#define lwsl_err(...) _LWS_LOG_IF(LLL_ERR, _lws_log(LLL_ERR, __VA_ARGS__))
#define lwsl_warn(...) _LWS_LOG_IF(LLL_WARN, _lws_log(LLL_WARN, __VA_ARGS__))
#define lwsl_notice(...) _LWS_LOG_IF(LLL_NOTICE, _lws_log(LLL_NOTICE, __VA_ARGS__))
#define lwsl_info(...) _LWS_LOG_IF(LLL_INFO, _lws_log(LLL_INFO, __VA_ARGS__))
#define lwsl_debug(...) _LWS_LOG_IF(LLL_DEBUG, _lws_log(LLL_DEBUG, __VA_ARGS__))
#define lwsl_parser(...) _LWS_LOG_IF(LLL_PARSER, _lws_log(LLL_PARSER, __VA_ARGS__))
#define lwsl_header(...) _LWS_LOG_IF(LLL_HEADER, _lws_log(LLL_HEADER, __VA_ARGS__))
#define lwsl_ext(...) _LWS_LOG_IF(LLL_EXT, _lws_log(LLL_EXT, __VA_ARGS__))
#define lwsl_client(...) _LWS_LOG_IF(LLL_CLIENT, _lws_log(LLL_CLIENT, __VA_ARGS__))
#define lwsl_latency(...) _LWS_LOG_IF(LLL_LATENCY, _lws_log(LLL_LATENCY, __VA_ARGS__))
#define lwsl_user(...) _LWS_LOG_IF(LLL_USER, _lws_log(LLL_USER, __VA_ARGS__))
#define lwsl_thread(...) _LWS_LOG_IF(LLL_THREAD, _lws_log(LLL_THREAD, __VA_ARGS__))

/* The same about a context. */
#define lwsl_cx_err(_c, ...) \
	_LWS_LOG_IF(LLL_ERR, lwsl_cx(_c, LLL_ERR, __VA_ARGS__))
#define lwsl_cx_warn(_c, ...) \
	_LWS_LOG_IF(LLL_WARN, lwsl_cx(_c, LLL_WARN, __VA_ARGS__))
#define lwsl_cx_notice(_c, ...) \
	_LWS_LOG_IF(LLL_NOTICE, lwsl_cx(_c, LLL_NOTICE, __VA_ARGS__))
#define lwsl_cx_info(_c, ...) \
	_LWS_LOG_IF(LLL_INFO, lwsl_cx(_c, LLL_INFO, __VA_ARGS__))
#define lwsl_cx_debug(_c, ...) \
	_LWS_LOG_IF(LLL_DEBUG, lwsl_cx(_c, LLL_DEBUG, __VA_ARGS__))
#define lwsl_cx_parser(_c, ...) \
	_LWS_LOG_IF(LLL_PARSER, lwsl_cx(_c, LLL_PARSER, __VA_ARGS__))
#define lwsl_cx_header(_c, ...) \
	_LWS_LOG_IF(LLL_HEADER, lwsl_cx(_c, LLL_HEADER, __VA_ARGS__))
#define lwsl_cx_ext(_c, ...) \
	_LWS_LOG_IF(LLL_EXT, lwsl_cx(_c, LLL_EXT, __VA_ARGS__))
#define lwsl_cx_client(_c, ...) \
	_LWS_LOG_IF(LLL_CLIENT, lwsl_cx(_c, LLL_CLIENT, __VA_ARGS__))
#define lwsl_cx_latency(_c, ...) \
	_LWS_LOG_IF(LLL_LATENCY, lwsl_cx(_c, LLL_LATENCY, __VA_ARGS__))
#define lwsl_cx_user(_c, ...) \
	_LWS_LOG_IF(LLL_USER, lwsl_cx(_c, LLL_USER, __VA_ARGS__))
#define lwsl_cx_thread(_c, ...) \
	_LWS_LOG_IF(LLL_THREAD, lwsl_cx(_c, LLL_THREAD, __VA_ARGS__))

/* The same about a vhost. */
#define lwsl_vhost_err(_v, ...) \
	_LWS_LOG_IF(LLL_ERR, lwsl_vhost(_v, LLL_ERR, __VA_ARGS__))
#define lwsl_vhost_warn(_v, ...) \
	_LWS_LOG_IF(LLL_WARN, lwsl_vhost(_v, LLL_WARN, __VA_ARGS__))
#define lwsl_vhost_notice(_v, ...) \
	_LWS_LOG_IF(LLL_NOTICE, lwsl_vhost(_v, LLL_NOTICE, __VA_ARGS__))
#define lwsl_vhost_info(_v, ...) \
	_LWS_LOG_IF(LLL_INFO, lwsl_vhost(_v, LLL_INFO, __VA_ARGS__))
#define lwsl_vhost_debug(_v, ...) \
	_LWS_LOG_IF(LLL_DEBUG, lwsl_vhost(_v, LLL_DEBUG, __VA_ARGS__))
#define lwsl_vhost_parser(_v, ...) \
	_LWS_LOG_IF(LLL_PARSER, lwsl_vhost(_v, LLL_PARSER, __VA_ARGS__))
#define lwsl_vhost_header(_v, ...) \
	_LWS_LOG_IF(LLL_HEADER, lwsl_vhost(_v, LLL_HEADER, __VA_ARGS__))
#define lwsl_vhost_ext(_v, ...) \
	_LWS_LOG_IF(LLL_EXT, lwsl_vhost(_v, LLL_EXT, __VA_ARGS__))
#define lwsl_vhost_client(_v, ...) \
	_LWS_LOG_IF(LLL_CLIENT, lwsl_vhost(_v, LLL_CLIENT, __VA_ARGS__))
#define lwsl_vhost_latency(_v, ...) \
	_LWS_LOG_IF(LLL_LATENCY, lwsl_vhost(_v, LLL_LATENCY, __VA_ARGS__))
#define lwsl_vhost_user(_v, ...) \
	_LWS_LOG_IF(LLL_USER, lwsl_vhost(_v, LLL_USER, __VA_ARGS__))
#define lwsl_vhost_thread(_v, ...) \
	_LWS_LOG_IF(LLL_THREAD, lwsl_vhost(_v, LLL_THREAD, __VA_ARGS__))

/* The same about a connection. */
#define lwsl_wsi_err(_w, ...) \
	_LWS_LOG_IF(LLL_ERR, lwsl_wsi(_w, LLL_ERR, __VA_ARGS__))
#define lwsl_wsi_warn(_w, ...) \
	_LWS_LOG_IF(LLL_WARN, lwsl_wsi(_w, LLL_WARN, __VA_ARGS__))
#define lwsl_wsi_notice(_w, ...) \
	_LWS_LOG_IF(LLL_NOTICE, lwsl_wsi(_w, LLL_NOTICE, __VA_ARGS__))
#define lwsl_wsi_info(_w, ...) \
	_LWS_LOG_IF(LLL_INFO, lwsl_wsi(_w, LLL_INFO, __VA_ARGS__))
#define lwsl_wsi_debug(_w, ...) \
	_LWS_LOG_IF(LLL_DEBUG, lwsl_wsi(_w, LLL_DEBUG, __VA_ARGS__))
#define lwsl_wsi_parser(_w, ...) \
	_LWS_LOG_IF(LLL_PARSER, lwsl_wsi(_w, LLL_PARSER, __VA_ARGS__))
#define lwsl_wsi_header(_w, ...) \
	_LWS_LOG_IF(LLL_HEADER, lwsl_wsi(_w, LLL_HEADER, __VA_ARGS__))
#define lwsl_wsi_ext(_w, ...) \
	_LWS_LOG_IF(LLL_EXT, lwsl_wsi(_w, LLL_EXT, __VA_ARGS__))
#define lwsl_wsi_client(_w, ...) \
	_LWS_LOG_IF(LLL_CLIENT, lwsl_wsi(_w, LLL_CLIENT, __VA_ARGS__))
#define lwsl_wsi_latency(_w, ...) \
	_LWS_LOG_IF(LLL_LATENCY, lwsl_wsi(_w, LLL_LATENCY, __VA_ARGS__))
#define lwsl_wsi_user(_w, ...) \
	_LWS_LOG_IF(LLL_USER, lwsl_wsi(_w, LLL_USER, __VA_ARGS__))
#define lwsl_wsi_thread(_w, ...) \
	_LWS_LOG_IF(LLL_THREAD, lwsl_wsi(_w, LLL_THREAD, __VA_ARGS__))

/* A hex dump of bytes and their length, to the process-wide log. */
#define lwsl_hexdump_err(...) \
	_LWS_LOG_IF(LLL_ERR, lwsl_hexdump_level(LLL_ERR, __VA_ARGS__))
#define lwsl_hexdump_warn(...) \
	_LWS_LOG_IF(LLL_WARN, lwsl_hexdump_level(LLL_WARN, __VA_ARGS__))
#define lwsl_hexdump_notice(...) \
	_LWS_LOG_IF(LLL_NOTICE, lwsl_hexdump_level(LLL_NOTICE, __VA_ARGS__))
#define lwsl_hexdump_info(...) \
	_LWS_LOG_IF(LLL_INFO, lwsl_hexdump_level(LLL_INFO, __VA_ARGS__))
#define lwsl_hexdump_debug(...) \
	_LWS_LOG_IF(LLL_DEBUG, lwsl_hexdump_level(LLL_DEBUG, __VA_ARGS__))

/* The same about a context. */
#define lwsl_hexdump_cx_err(_c, ...) \
	_LWS_LOG_IF(LLL_ERR, lwsl_hexdump_context(_c, LLL_ERR, __VA_ARGS__))
#define lwsl_hexdump_cx_warn(_c, ...) \
	_LWS_LOG_IF(LLL_WARN, lwsl_hexdump_context(_c, LLL_WARN, __VA_ARGS__))
#define lwsl_hexdump_cx_notice(_c, ...) \
	_LWS_LOG_IF(LLL_NOTICE, lwsl_hexdump_context(_c, LLL_NOTICE, __VA_ARGS__))
#define lwsl_hexdump_cx_info(_c, ...) \
	_LWS_LOG_IF(LLL_INFO, lwsl_hexdump_context(_c, LLL_INFO, __VA_ARGS__))
#define lwsl_hexdump_cx_debug(_c, ...) \
	_LWS_LOG_IF(LLL_DEBUG, lwsl_hexdump_context(_c, LLL_DEBUG, __VA_ARGS__))

/* The same about a vhost. */
#define lwsl_hexdump_vhost_err(_v, ...) \
	_LWS_LOG_IF(LLL_ERR, lwsl_hexdump_vhost(_v, LLL_ERR, __VA_ARGS__))
#define lwsl_hexdump_vhost_warn(_v, ...) \
	_LWS_LOG_IF(LLL_WARN, lwsl_hexdump_vhost(_v, LLL_WARN, __VA_ARGS__))
#define lwsl_hexdump_vhost_notice(_v, ...) \
	_LWS_LOG_IF(LLL_NOTICE, lwsl_hexdump_vhost(_v, LLL_NOTICE, __VA_ARGS__))
#define lwsl_hexdump_vhost_info(_v, ...) \
	_LWS_LOG_IF(LLL_INFO, lwsl_hexdump_vhost(_v, LLL_INFO, __VA_ARGS__))
#define lwsl_hexdump_vhost_debug(_v, ...) \
	_LWS_LOG_IF(LLL_DEBUG, lwsl_hexdump_vhost(_v, LLL_DEBUG, __VA_ARGS__))

/* The same about a connection. */
#define lwsl_hexdump_wsi_err(_v, ...) \
	_LWS_LOG_IF(LLL_ERR, lwsl_hexdump_wsi(_v, LLL_ERR, __VA_ARGS__))
#define lwsl_hexdump_wsi_warn(_v, ...) \
	_LWS_LOG_IF(LLL_WARN, lwsl_hexdump_wsi(_v, LLL_WARN, __VA_ARGS__))
#define lwsl_hexdump_wsi_notice(_v, ...) \
	_LWS_LOG_IF(LLL_NOTICE, lwsl_hexdump_wsi(_v, LLL_NOTICE, __VA_ARGS__))
#define lwsl_hexdump_wsi_info(_v, ...) \
	_LWS_LOG_IF(LLL_INFO, lwsl_hexdump_wsi(_v, LLL_INFO, __VA_ARGS__))
#define lwsl_hexdump_wsi_debug(_v, ...) \
	_LWS_LOG_IF(LLL_DEBUG, lwsl_hexdump_wsi(_v, LLL_DEBUG, __VA_ARGS__))
