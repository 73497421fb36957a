/* Generated from the Rust sources by cbindgen: do not edit. */

#if !defined(LWS_HTTP_H)
#define LWS_HTTP_H

struct lws_process_html_args;
struct lws_process_html_state;

/** Method of lws_http_get_uri_and_method(). */
#define LWSHUMETH_GET 0

/** Method of lws_http_get_uri_and_method(). */
#define LWSHUMETH_POST 1

/** Method of lws_http_get_uri_and_method(). */
#define LWSHUMETH_OPTIONS 2

/** Method of lws_http_get_uri_and_method(). */
#define LWSHUMETH_PUT 3

/** Method of lws_http_get_uri_and_method(). */
#define LWSHUMETH_PATCH 4

/** Method of lws_http_get_uri_and_method(). */
#define LWSHUMETH_DELETE 5

/** Method of lws_http_get_uri_and_method(). */
#define LWSHUMETH_CONNECT 6

/** Method of lws_http_get_uri_and_method(). */
#define LWSHUMETH_HEAD 7

/** Method of lws_http_get_uri_and_method(). */
#define LWSHUMETH_COLON_PATH 8

/** The status code in the code that the builders of headers take. */
#define LWSAHH_CODE_MASK ((1 << 16) - 1)

/** Flag in the code that the builders of headers take: no `server:`. */
#define LWSAHH_FLAG_NO_SERVER_NAME (1 << 30)

/** Room that headers need at least. */
#define LWS_RECOMMENDED_MIN_HEADER_SPACE 2048

/** Status codes. */
enum http_status {
	/** 100. */
	HTTP_STATUS_CONTINUE = 100,
	/** 200. */
	HTTP_STATUS_OK = 200,
	/** 204. */
	HTTP_STATUS_NO_CONTENT = 204,
	/** 206. */
	HTTP_STATUS_PARTIAL_CONTENT = 206,
	/** 301. */
	HTTP_STATUS_MOVED_PERMANENTLY = 301,
	/** 302. */
	HTTP_STATUS_FOUND = 302,
	/** 303. */
	HTTP_STATUS_SEE_OTHER = 303,
	/** 304. */
	HTTP_STATUS_NOT_MODIFIED = 304,
	/** 400. */
	HTTP_STATUS_BAD_REQUEST = 400,
	/** 401. */
	HTTP_STATUS_UNAUTHORIZED = 401,
	/** 402. */
	HTTP_STATUS_PAYMENT_REQUIRED = 402,
	/** 403. */
	HTTP_STATUS_FORBIDDEN = 403,
	/** 404. */
	HTTP_STATUS_NOT_FOUND = 404,
	/** 405. */
	HTTP_STATUS_METHOD_NOT_ALLOWED = 405,
	/** 406. */
	HTTP_STATUS_NOT_ACCEPTABLE = 406,
	/** 407. */
	HTTP_STATUS_PROXY_AUTH_REQUIRED = 407,
	/** 408. */
	HTTP_STATUS_REQUEST_TIMEOUT = 408,
	/** 409. */
	HTTP_STATUS_CONFLICT = 409,
	/** 410. */
	HTTP_STATUS_GONE = 410,
	/** 411. */
	HTTP_STATUS_LENGTH_REQUIRED = 411,
	/** 412. */
	HTTP_STATUS_PRECONDITION_FAILED = 412,
	/** 413. */
	HTTP_STATUS_REQ_ENTITY_TOO_LARGE = 413,
	/** 414. */
	HTTP_STATUS_REQ_URI_TOO_LONG = 414,
	/** 415. */
	HTTP_STATUS_UNSUPPORTED_MEDIA_TYPE = 415,
	/** 416. */
	HTTP_STATUS_REQ_RANGE_NOT_SATISFIABLE = 416,
	/** 417. */
	HTTP_STATUS_EXPECTATION_FAILED = 417,
	/** 500. */
	HTTP_STATUS_INTERNAL_SERVER_ERROR = 500,
	/** 501. */
	HTTP_STATUS_NOT_IMPLEMENTED = 501,
	/** 502. */
	HTTP_STATUS_BAD_GATEWAY = 502,
	/** 503. */
	HTTP_STATUS_SERVICE_UNAVAILABLE = 503,
	/** 504. */
	HTTP_STATUS_GATEWAY_TIMEOUT = 504,
	/** 505. */
	HTTP_STATUS_HTTP_VERSION_NOT_SUPPORTED = 505,
};

/** Headers and parts of a request by number. The numbers are part of the ABI. */
enum lws_token_indexes {
	/** The path of a GET request. */
	WSI_TOKEN_GET_URI = 0,
	/** The path of a POST request. */
	WSI_TOKEN_POST_URI = 1,
	/** The path of a OPTIONS request. */
	WSI_TOKEN_OPTIONS_URI = 2,
	/** The header `host`. */
	WSI_TOKEN_HOST = 3,
	/** The header `connection`. */
	WSI_TOKEN_CONNECTION = 4,
	/** The header `upgrade`. */
	WSI_TOKEN_UPGRADE = 5,
	/** The header `origin`. */
	WSI_TOKEN_ORIGIN = 6,
	/** The header `sec-websocket-draft`. */
	WSI_TOKEN_DRAFT = 7,
	/** The end of the headers. */
	WSI_TOKEN_CHALLENGE = 8,
	/** The header `sec-websocket-extensions`. */
	WSI_TOKEN_EXTENSIONS = 9,
	/** The header `sec-websocket-key1`. */
	WSI_TOKEN_KEY1 = 10,
	/** The header `sec-websocket-key2`. */
	WSI_TOKEN_KEY2 = 11,
	/** The header `sec-websocket-protocol`. */
	WSI_TOKEN_PROTOCOL = 12,
	/** The header `sec-websocket-accept`. */
	WSI_TOKEN_ACCEPT = 13,
	/** The header `sec-websocket-nonce`. */
	WSI_TOKEN_NONCE = 14,
	/** The version word of a request; the status line after it of a response. */
	WSI_TOKEN_HTTP = 15,
	/** The header `http2-settings`. */
	WSI_TOKEN_HTTP2_SETTINGS = 16,
	/** The header `accept`. */
	WSI_TOKEN_HTTP_ACCEPT = 17,
	/** The header `access-control-request-headers`. */
	WSI_TOKEN_HTTP_AC_REQUEST_HEADERS = 18,
	/** The header `if-modified-since`. */
	WSI_TOKEN_HTTP_IF_MODIFIED_SINCE = 19,
	/** The header `if-none-match`. */
	WSI_TOKEN_HTTP_IF_NONE_MATCH = 20,
	/** The header `accept-encoding`. */
	WSI_TOKEN_HTTP_ACCEPT_ENCODING = 21,
	/** The header `accept-language`. */
	WSI_TOKEN_HTTP_ACCEPT_LANGUAGE = 22,
	/** The header `pragma`. */
	WSI_TOKEN_HTTP_PRAGMA = 23,
	/** The header `cache-control`. */
	WSI_TOKEN_HTTP_CACHE_CONTROL = 24,
	/** The header `authorization`. */
	WSI_TOKEN_HTTP_AUTHORIZATION = 25,
	/** The header `cookie`. */
	WSI_TOKEN_HTTP_COOKIE = 26,
	/** The header `content-length`. */
	WSI_TOKEN_HTTP_CONTENT_LENGTH = 27,
	/** The header `content-type`. */
	WSI_TOKEN_HTTP_CONTENT_TYPE = 28,
	/** The header `date`. */
	WSI_TOKEN_HTTP_DATE = 29,
	/** The header `range`. */
	WSI_TOKEN_HTTP_RANGE = 30,
	/** The header `referer`. */
	WSI_TOKEN_HTTP_REFERER = 31,
	/** The header `sec-websocket-key`. */
	WSI_TOKEN_KEY = 32,
	/** The header `sec-websocket-version`. */
	WSI_TOKEN_VERSION = 33,
	/** The header `sec-websocket-origin`. */
	WSI_TOKEN_SWORIGIN = 34,
	/** The pseudo-header `:authority` of HTTP/2. */
	WSI_TOKEN_HTTP_COLON_AUTHORITY = 35,
	/** The pseudo-header `:method` of HTTP/2. */
	WSI_TOKEN_HTTP_COLON_METHOD = 36,
	/** The pseudo-header `:path` of HTTP/2. */
	WSI_TOKEN_HTTP_COLON_PATH = 37,
	/** The pseudo-header `:scheme` of HTTP/2. */
	WSI_TOKEN_HTTP_COLON_SCHEME = 38,
	/** The pseudo-header `:status` of HTTP/2. */
	WSI_TOKEN_HTTP_COLON_STATUS = 39,
	/** The header `accept-charset`. */
	WSI_TOKEN_HTTP_ACCEPT_CHARSET = 40,
	/** The header `accept-ranges`. */
	WSI_TOKEN_HTTP_ACCEPT_RANGES = 41,
	/** The header `access-control-allow-origin`. */
	WSI_TOKEN_HTTP_ACCESS_CONTROL_ALLOW_ORIGIN = 42,
	/** The header `age`. */
	WSI_TOKEN_HTTP_AGE = 43,
	/** The header `allow`. */
	WSI_TOKEN_HTTP_ALLOW = 44,
	/** The header `content-disposition`. */
	WSI_TOKEN_HTTP_CONTENT_DISPOSITION = 45,
	/** The header `content-encoding`. */
	WSI_TOKEN_HTTP_CONTENT_ENCODING = 46,
	/** The header `content-language`. */
	WSI_TOKEN_HTTP_CONTENT_LANGUAGE = 47,
	/** The header `content-location`. */
	WSI_TOKEN_HTTP_CONTENT_LOCATION = 48,
	/** The header `content-range`. */
	WSI_TOKEN_HTTP_CONTENT_RANGE = 49,
	/** The header `etag`. */
	WSI_TOKEN_HTTP_ETAG = 50,
	/** The header `expect`. */
	WSI_TOKEN_HTTP_EXPECT = 51,
	/** The header `expires`. */
	WSI_TOKEN_HTTP_EXPIRES = 52,
	/** The header `from`. */
	WSI_TOKEN_HTTP_FROM = 53,
	/** The header `if-match`. */
	WSI_TOKEN_HTTP_IF_MATCH = 54,
	/** The header `if-range`. */
	WSI_TOKEN_HTTP_IF_RANGE = 55,
	/** The header `if-unmodified-since`. */
	WSI_TOKEN_HTTP_IF_UNMODIFIED_SINCE = 56,
	/** The header `last-modified`. */
	WSI_TOKEN_HTTP_LAST_MODIFIED = 57,
	/** The header `link`. */
	WSI_TOKEN_HTTP_LINK = 58,
	/** The header `location`. */
	WSI_TOKEN_HTTP_LOCATION = 59,
	/** The header `max-forwards`. */
	WSI_TOKEN_HTTP_MAX_FORWARDS = 60,
	/** The header `proxy-authenticate`. */
	WSI_TOKEN_HTTP_PROXY_AUTHENTICATE = 61,
	/** The header `proxy-authorization`. */
	WSI_TOKEN_HTTP_PROXY_AUTHORIZATION = 62,
	/** The header `refresh`. */
	WSI_TOKEN_HTTP_REFRESH = 63,
	/** The header `retry-after`. */
	WSI_TOKEN_HTTP_RETRY_AFTER = 64,
	/** The header `server`. */
	WSI_TOKEN_HTTP_SERVER = 65,
	/** The header `set-cookie`. */
	WSI_TOKEN_HTTP_SET_COOKIE = 66,
	/** The header `strict-transport-security`. */
	WSI_TOKEN_HTTP_STRICT_TRANSPORT_SECURITY = 67,
	/** The header `transfer-encoding`. */
	WSI_TOKEN_HTTP_TRANSFER_ENCODING = 68,
	/** The header `user-agent`. */
	WSI_TOKEN_HTTP_USER_AGENT = 69,
	/** The header `vary`. */
	WSI_TOKEN_HTTP_VARY = 70,
	/** The header `via`. */
	WSI_TOKEN_HTTP_VIA = 71,
	/** The header `www-authenticate`. */
	WSI_TOKEN_HTTP_WWW_AUTHENTICATE = 72,
	/** The path of a PATCH request. */
	WSI_TOKEN_PATCH_URI = 73,
	/** The path of a PUT request. */
	WSI_TOKEN_PUT_URI = 74,
	/** The path of a DELETE request. */
	WSI_TOKEN_DELETE_URI = 75,
	/** The arguments of the URL, a fragment each. */
	WSI_TOKEN_HTTP_URI_ARGS = 76,
	/** Not used. */
	WSI_TOKEN_PROXY = 77,
	/** The header `x-real-ip`. */
	WSI_TOKEN_HTTP_X_REAL_IP = 78,
	/** As WSI_TOKEN_HTTP, of a response of HTTP/1.0. */
	WSI_TOKEN_HTTP1_0 = 79,
	/** The header `x-forwarded-for`. */
	WSI_TOKEN_X_FORWARDED_FOR = 80,
	/** The header `connect`. */
	WSI_TOKEN_CONNECT = 81,
	/** The path of a HEAD request. */
	WSI_TOKEN_HEAD_URI = 82,
	/** The header `te`. */
	WSI_TOKEN_TE = 83,
	/** The header `replay-nonce`. */
	WSI_TOKEN_REPLAY_NONCE = 84,
	/** The pseudo-header `:protocol` of HTTP/2. */
	WSI_TOKEN_COLON_PROTOCOL = 85,
	/** The header `x-auth-token`. */
	WSI_TOKEN_X_AUTH_TOKEN = 86,
	/** The header `x-amzn-dss-signature`. */
	WSI_TOKEN_DSS_SIGNATURE = 87,
	/** Of the library. */
	_WSI_TOKEN_CLIENT_SENT_PROTOCOLS = 88,
	/** Of the library. */
	_WSI_TOKEN_CLIENT_PEER_ADDRESS = 89,
	/** Of the library. */
	_WSI_TOKEN_CLIENT_URI = 90,
	/** Of the library. */
	_WSI_TOKEN_CLIENT_HOST = 91,
	/** Of the library. */
	_WSI_TOKEN_CLIENT_ORIGIN = 92,
	/** Of the library. */
	_WSI_TOKEN_CLIENT_METHOD = 93,
	/** Of the library. */
	_WSI_TOKEN_CLIENT_IFACE = 94,
	/** Of the library. */
	_WSI_TOKEN_CLIENT_ALPN = 95,
	/** How many headers there are. */
	WSI_TOKEN_COUNT = 96,
	/** Of the library: a state of the parser. */
	WSI_TOKEN_NAME_PART = 97,
	/** Of the library: a state of the parser. */
	WSI_TOKEN_UNKNOWN_VALUE_PART = 98,
	/** Of the library: a state of the parser. */
	WSI_TOKEN_SKIPPING = 99,
	/** Of the library: a state of the parser. */
	WSI_TOKEN_SKIPPING_SAW_CR = 100,
	/** Of the library: a state of the parser. */
	WSI_PARSING_COMPLETE = 101,
	/** Of the library: a state of the parser. */
	WSI_INIT_TOKEN_MUXURL = 102,
};

/**
 * What LWS_CALLBACK_ADD_HEADERS, LWS_CALLBACK_CHECK_ACCESS_RIGHTS and LWS_CALLBACK_PROCESS_HTML are
 * given.
 */
struct lws_process_html_args {
	/** Where to write; moved by who writes. */
	char *p;
	/** Bytes at `p`. */
	int len;
	/** Room at `p`. */
	int max_len;
	/** Whether this is the last piece. */
	int final;
	/** Whether the content is sent in chunks. */
	int chunked;
};

/** What a name in a page is replaced by, see lws_chunked_html_process(). */
typedef const char *(*lws_process_html_state_cb)(void *data, int index);

/** The state of lws_chunked_html_process() between pieces. Zero all of it first. */
struct lws_process_html_state {
	/** Of the library. */
	char *start;
	/** The beginning of a name that a piece ended in. */
	char swallow[16];
	/** How much of that there is. */
	int pos;
	/** For `replace`. */
	void *data;
	/** Names that are replaced, each with its `$`. */
	const char *const *vars;
	/** How many. */
	int count_vars;
	/** Gives what takes the place of a name. */
	lws_process_html_state_cb replace;
};

/**
 * What lws_hdr_custom_name_foreach() calls for each name, which ends with its colon at `nlen` and not
 * with a NUL.
 */
typedef void (*lws_hdr_custom_fe_cb_t)(const char *name, int nlen, void *opaque);

/** A length of content that is not known. */
#define LWS_ILLEGAL_HTTP_CONTENT_LEN UINT64_MAX

#if defined(LWS_ROLE_H1)

/**
 * Writes the status line to `*p`, moves that, and adds what the vhost has for all answers. `code` may
 * have LWSAHH_FLAG_NO_SERVER_NAME. Two bytes before `end` are kept for the end of the head. Only for
 * the thread that services the context.
 *
 * # Returns
 *
 * 0; 1 when there is no room, and `*p` stays, or an argument is NULL.
 *
 * # Safety
 *
 * `wsi` is NULL or a live connection, `p` NULL or the address of a pointer into memory that ends at
 * `end`.
 */
LWS_VISIBLE LWS_EXTERN
int lws_add_http_header_status(struct lws *wsi,
			       unsigned int code,
			       uint8_t **p,
			       uint8_t *end);

/**
 * Writes a header with the name that `token` stands for to `*p`, and moves that; see
 * lws_add_http_header_status(). A value with the end of a line in it is refused.
 *
 * # Returns
 *
 * 0; 1 when there is no room, and `*p` stays, or an argument is bad.
 *
 * # Safety
 *
 * As for lws_add_http_header_status(); `value` is NULL or `length` bytes.
 */
LWS_VISIBLE LWS_EXTERN
int lws_add_http_header_by_token(struct lws *wsi,
				 enum lws_token_indexes token,
				 const uint8_t *value,
				 int length,
				 uint8_t **p,
				 uint8_t *end);

/**
 * Writes a header to `*p`, and moves that; see lws_add_http_header_status(). A `name` without a colon
 * at its end gets one; without a name only the value is written. A value with the end of a line in it
 * is refused.
 *
 * # Returns
 *
 * 0; 1 when there is no room, and `*p` stays, or an argument is bad.
 *
 * # Safety
 *
 * As for lws_add_http_header_status(); `name` is NULL or NUL-terminated, `value` NULL or `length`
 * bytes.
 */
LWS_VISIBLE LWS_EXTERN
int lws_add_http_header_by_name(struct lws *wsi,
				const uint8_t *name,
				const uint8_t *value,
				int length,
				uint8_t **p,
				uint8_t *end);

/**
 * Writes how long the content is to `*p`, and moves that; see lws_add_http_header_status().
 *
 * # Returns
 *
 * 0; 1 when there is no room, and `*p` stays, or an argument is NULL.
 *
 * # Safety
 *
 * As for lws_add_http_header_status().
 */
LWS_VISIBLE LWS_EXTERN
int lws_add_http_header_content_length(struct lws *wsi,
				       lws_filepos_t content_length,
				       uint8_t **p,
				       uint8_t *end);

/**
 * Writes the status line, the type of the content, if not NULL, and its length to `*p`, and moves
 * that; see lws_add_http_header_status(). With LWS_ILLEGAL_HTTP_CONTENT_LEN for the length the answer
 * ends with the connection, and the client is told so.
 *
 * # Returns
 *
 * 0; 1 when there is no room, and `*p` stays, or an argument is NULL.
 *
 * # Safety
 *
 * As for lws_add_http_header_status(); `content_type` is NULL or NUL-terminated.
 */
LWS_VISIBLE LWS_EXTERN
int lws_add_http_common_headers(struct lws *wsi,
				unsigned int code,
				const char *content_type,
				lws_filepos_t content_len,
				uint8_t **p,
				uint8_t *end);

/**
 * Writes the empty line after the headers to `*p`, and moves that. Three bytes of room are needed.
 *
 * # Returns
 *
 * 0; 1 when there is no room, or an argument is NULL.
 *
 * # Safety
 *
 * As for lws_add_http_header_status().
 */
LWS_VISIBLE LWS_EXTERN int lws_finalize_http_header(struct lws *wsi, uint8_t **p, uint8_t *end);

/**
 * As lws_finalize_http_header(), and sends the head, which begins at `start`.
 *
 * # Returns
 *
 * 0; 1 when there is no room, the connection is dead, or an argument is NULL.
 *
 * # Safety
 *
 * As for lws_finalize_http_header(); `start` is NULL or in the memory before `*p`.
 */
LWS_VISIBLE LWS_EXTERN
int lws_finalize_write_http_header(struct lws *wsi,
				   uint8_t *start,
				   uint8_t **p,
				   uint8_t *end);

/**
 * Answers with a page that shows the status, and `html_body`, which is not escaped, if it is not
 * NULL. With 404, a vhost that has `error_document_404` sends the client there instead. 204, 304 and
 * those below 200 have no page. The program calls lws_http_transaction_completed() afterwards.
 *
 * # Returns
 *
 * 0; 1 when the connection is dead, or `wsi` is NULL.
 *
 * # Safety
 *
 * `wsi` is NULL or a live connection, `html_body` NULL or NUL-terminated.
 */
LWS_VISIBLE LWS_EXTERN
int lws_return_http_status(struct lws *wsi,
			   unsigned int code,
			   const char *html_body);

/**
 * Sends the client to `loc`, of `len` bytes. The head is made at `*p`, which moves. The program calls
 * lws_http_transaction_completed() afterwards.
 *
 * # Returns
 *
 * How many bytes were sent; -1 when there is no room, the connection is dead, or an argument is bad.
 *
 * # Safety
 *
 * As for lws_add_http_header_status(); `loc` is NULL or `len` bytes.
 */
LWS_VISIBLE LWS_EXTERN
int lws_http_redirect(struct lws *wsi,
		      int code,
		      const uint8_t *loc,
		      int len,
		      uint8_t **p,
		      uint8_t *end);

/**
 * Answers a request with a file. `file` is used as it is. `other_headers` are whole lines with their
 * ends. The file is sent without blocking; then the protocol gets
 * LWS_CALLBACK_HTTP_FILE_COMPLETION. A GET request may ask for parts of it (`Range`): 206, or 416. What
 * comes of the request's body is discarded. Only for the thread that services the context.
 *
 * # Returns
 *
 * 0: it is under way, or was all that a HEAD request wanted, whose transaction is complete then.
 * Above 0: the client got a page of status 404; call lws_http_transaction_completed(). Below 0: the
 * callback returns -1; also when an argument is NULL.
 *
 * # Safety
 *
 * `wsi` is NULL or a live connection, texts are NULL or NUL-terminated, `other_headers` is NULL or
 * `other_headers_len` bytes.
 */
LWS_VISIBLE LWS_EXTERN
int lws_serve_http_file(struct lws *wsi,
			const char *file,
			const char *content_type,
			const char *other_headers,
			int other_headers_len);

/**
 * Sends the next piece of a file that lws_serve_http_file() has begun, if there is room. The library does
 * so by itself whenever there is. Only for the thread that services the context.
 *
 * # Returns
 *
 * 0: there is more. Above 0: all of it has been sent, and LWS_CALLBACK_HTTP_FILE_COMPLETION was called; or none
 * is being sent. Below 0: the callback returns -1; also when `wsi` is NULL or closed.
 *
 * # Safety
 *
 * `wsi` is NULL or a live connection.
 */
LWS_VISIBLE LWS_EXTERN
int lws_serve_http_file_fragment(struct lws *wsi);

/**
 * The type of a file by its suffix: what the mount says, if not NULL, else what the library knows.
 * Any thread.
 *
 * # Returns
 *
 * A text of the library's or the mount's; NULL when it is not known, or `file` is NULL.
 *
 * # Safety
 *
 * `file` is NULL or NUL-terminated, `m` NULL or a mount.
 */
LWS_VISIBLE LWS_EXTERN
const char *lws_get_mimetype(const char *file,
			     const struct lws_http_mount *m);

/**
 * Replaces names in a piece of a page, as the callback of LWS_CALLBACK_PROCESS_HTML is given it: each of
 * `s->vars` by what `s->replace` returns for its index, `NULL` where that is NULL. Names begin with `$`, and
 * have at most 16 bytes; one that a piece ends in is recognised with the next one, so `s` belongs to one
 * page. What comes of it takes the place of the piece, and with `args->chunked` is made a chunk: its size
 * stands before `args->p`, which moves, and needs up to 10 bytes there. Only for the thread that services
 * the context.
 *
 * # Returns
 *
 * 0; -1 when it does not fit `args->max_len` bytes less 7, or an argument is NULL or bad: then nothing changes
 * at `args->p`.
 *
 * # Safety
 *
 * `args` and `s` are NULL or valid; `args->p` has `args->max_len` bytes, and 10 before it; `s->vars` are
 * `s->count_vars` texts.
 */
LWS_VISIBLE LWS_EXTERN
int lws_chunked_html_process(struct lws_process_html_args *args,
			     struct lws_process_html_state *s);

/**
 * The length of a header: all of its lines together, with what stands between them. Headers can be
 * read from LWS_CALLBACK_FILTER_HTTP_CONNECTION on, until the transaction is complete. Only for the
 * thread that services the context.
 *
 * # Returns
 *
 * The length without a NUL; 0 when the header is absent or empty, or `wsi` is NULL.
 *
 * # Safety
 *
 * `wsi` is NULL or a live connection.
 */
LWS_VISIBLE LWS_EXTERN int lws_hdr_total_length(struct lws *wsi, enum lws_token_indexes h);

/**
 * The length of one line of a header that is repeated, or of one argument of the URL; `frag_idx`
 * counts from 0. Only for the thread that services the context.
 *
 * # Returns
 *
 * The length without a NUL; 0 when there is no such line, or `wsi` is NULL.
 *
 * # Safety
 *
 * `wsi` is NULL or a live connection.
 */
LWS_VISIBLE LWS_EXTERN
int lws_hdr_fragment_length(struct lws *wsi,
			    enum lws_token_indexes h,
			    int frag_idx);

/**
 * Copies a header, all of its lines together: `; ` stands between those of cookies, `&` between the
 * arguments of the URL, `, ` between others. Only for the thread that services the context.
 *
 * # Returns
 *
 * The length, after which is a NUL; 0 when the header is absent; -1 when `len` is less than the length
 * and 1, or an argument is NULL.
 *
 * # Safety
 *
 * `wsi` is NULL or a live connection, `dest` NULL or `len` bytes.
 */
LWS_VISIBLE LWS_EXTERN
int lws_hdr_copy(struct lws *wsi,
		 char *dest,
		 int len,
		 enum lws_token_indexes h);

/**
 * Copies one line of a header that is repeated, or one argument of the URL; `frag_idx` counts from 0.
 * Only for the thread that services the context.
 *
 * # Returns
 *
 * The length, after which is a NUL; -1 when there is no such line, `len` is less than the length and
 * 1, or an argument is NULL.
 *
 * # Safety
 *
 * `wsi` is NULL or a live connection, `dest` NULL or `len` bytes.
 */
LWS_VISIBLE LWS_EXTERN
int lws_hdr_copy_fragment(struct lws *wsi,
			  char *dest,
			  int len,
			  enum lws_token_indexes h,
			  int frag_idx);

/**
 * The length of a header that lws has no number for. `name` has `nlen` bytes, with its colon or
 * without, in any case. Only for the thread that services the context.
 *
 * # Returns
 *
 * The length without a NUL; -1 when there is no such header, or an argument is NULL.
 *
 * # Safety
 *
 * `wsi` is NULL or a live connection, `name` NULL or `nlen` bytes.
 */
LWS_VISIBLE LWS_EXTERN int lws_hdr_custom_length(struct lws *wsi, const char *name, int nlen);

/**
 * Copies a header that lws has no number for; see lws_hdr_custom_length().
 *
 * # Returns
 *
 * The length, after which is a NUL; -1 when there is no such header, `len` is less than the length
 * and 1, or an argument is NULL.
 *
 * # Safety
 *
 * `wsi` is NULL or a live connection, `dst` NULL or `len` bytes, `name` NULL or `nlen` bytes.
 */
LWS_VISIBLE LWS_EXTERN
int lws_hdr_custom_copy(struct lws *wsi,
			char *dst,
			int len,
			const char *name,
			int nlen);

/**
 * Calls `cb` for the name of each header that lws has no number for, in the order of their arrival.
 * Only for the thread that services the context.
 *
 * # Returns
 *
 * 0; -1 when there are no headers, or an argument is NULL.
 *
 * # Safety
 *
 * `wsi` is NULL or a live connection; `cb` may be called with `opaque`.
 */
LWS_VISIBLE LWS_EXTERN
int lws_hdr_custom_name_foreach(struct lws *wsi,
				lws_hdr_custom_fe_cb_t cb,
				void *opaque);

/**
 * The path of a request, and its method.
 *
 * # Returns
 *
 * `LWSHUMETH_GET` and its siblings, with the path at `*puri_ptr`, in memory of the library that is
 * valid until the transaction is complete, and its length at `*puri_len`; -1 when there is no request,
 * or an argument is NULL.
 *
 * # Safety
 *
 * `wsi` is NULL or a live connection, the others are NULL or valid.
 */
LWS_VISIBLE LWS_EXTERN
int lws_http_get_uri_and_method(struct lws *wsi,
				char **puri_ptr,
				int *puri_len);

/**
 * Tells, while a client makes its request in LWS_CALLBACK_CLIENT_APPEND_HANDSHAKE_HEADER, whether a
 * redirect (303, RFC 9110 15.4.4) has made that a GET, whatever the program asked for: then it has no
 * body.
 *
 * # Returns
 *
 * 1, or 0, also when `wsi` is NULL or no client of HTTP.
 *
 * # Safety
 *
 * `wsi` is NULL or a live connection.
 */
LWS_VISIBLE LWS_EXTERN
int lws_http_is_redirected_to_get(struct lws *wsi);

/**
 * Finds the argument `name` of the URL; a `=` at its end does not matter. Only for the thread that
 * services the context.
 *
 * # Returns
 *
 * `buf` with the value and a NUL; NULL when there is no such argument, it does not fit `len` bytes,
 * or an argument is NULL.
 *
 * # Safety
 *
 * `wsi` is NULL or a live connection, `name` NULL or NUL-terminated, `buf` NULL or `len` bytes.
 */
LWS_VISIBLE LWS_EXTERN
const char *lws_get_urlarg_by_name(struct lws *wsi,
				   const char *name,
				   char *buf,
				   int len);

/**
 * As lws_get_urlarg_by_name(), for values that may have a NUL in them.
 *
 * # Returns
 *
 * The length of the value, which is at `buf` with a NUL; -1 when there is no such argument, it does
 * not fit `len` bytes, or an argument is NULL.
 *
 * # Safety
 *
 * As for lws_get_urlarg_by_name().
 */
LWS_VISIBLE LWS_EXTERN
int lws_get_urlarg_by_name_safe(struct lws *wsi,
				const char *name,
				char *buf,
				int len);

/**
 * Copies the value of a cookie. Only for the thread that services the context.
 *
 * # Returns
 *
 * 0 with the value and a NUL at `buf`, and its length at `*max`, which was the room before; 1 when there
 * is no such cookie, it does not fit, or an argument is NULL.
 *
 * # Safety
 *
 * `wsi` is NULL or a live connection, `name` NULL or NUL-terminated, `max` NULL or valid, `buf` NULL
 * or `*max` bytes.
 */
LWS_VISIBLE LWS_EXTERN
int lws_http_cookie_get(struct lws *wsi,
			const char *name,
			char *buf,
			size_t *max);

/**
 * Gives up the headers of a request before its transaction is complete, with their memory.
 *
 * # Returns
 *
 * 0; -1 when `wsi` is NULL or speaks no HTTP.
 *
 * # Safety
 *
 * `wsi` is NULL or a live connection.
 */
LWS_VISIBLE LWS_EXTERN int lws_http_headers_detach(struct lws *wsi);

/**
 * The name of a header with its colon, or what else a token stands for. Any thread.
 *
 * # Returns
 *
 * A text of the library's, NULL when the token has none.
 *
 * # Safety
 *
 * None: nothing is followed.
 */
LWS_VISIBLE LWS_EXTERN const uint8_t *lws_token_to_string(enum lws_token_indexes token);

/**
 * Makes a text fit for the arguments of a URL: letters and digits stay, a space becomes `+`, all else
 * `%` and two hexadecimal digits. What does not fit `len` bytes is left out. Any thread.
 *
 * # Returns
 *
 * `escaped`, with a NUL; NULL when an argument is NULL.
 *
 * # Safety
 *
 * `escaped` is NULL or `len` bytes, `string` NULL or NUL-terminated, not in those.
 */
LWS_VISIBLE LWS_EXTERN
const char *lws_urlencode(char *escaped,
			  const char *string,
			  int len);

/**
 * Undoes lws_urlencode(). What does not fit `len` bytes is left out, with an escape that is cut short.
 * `string` and `escaped` may be the same. Any thread.
 *
 * # Returns
 *
 * 0, and a NUL is at the end; -1 when an escape is bad, or an argument is NULL.
 *
 * # Safety
 *
 * `string` is NULL or `len` bytes, `escaped` NULL or NUL-terminated.
 */
LWS_VISIBLE LWS_EXTERN
int lws_urldecode(char *string,
		  const char *escaped,
		  int len);

/**
 * Writes a time as HTTP has dates: `Thu, 01 Jan 1970 00:00:10 GMT`. Any thread.
 *
 * # Returns
 *
 * 0; -1 when `len` is less than 30, the year does not have four digits, or an argument is NULL.
 *
 * # Safety
 *
 * `buf` is NULL or `len` bytes, `t` NULL or valid.
 */
LWS_VISIBLE LWS_EXTERN int lws_http_date_render_from_unix(char *buf, size_t len, const time_t *t);

/**
 * Reads a date as HTTP has it: `Thu, 01 Jan 1970 00:00:10 GMT`. Any thread.
 *
 * # Returns
 *
 * 0 with the time at `*t`; -1 when it is none, or an argument is NULL.
 *
 * # Safety
 *
 * `b` is NULL or `len` bytes, `t` NULL or valid.
 */
LWS_VISIBLE LWS_EXTERN int lws_http_date_parse_unix(const char *b, size_t len, time_t *t);

/**
 * Tells that the answer to a request is complete. The connection goes on with the next request, if
 * there can be one: its protocol gets LWS_CALLBACK_HTTP_DROP_PROTOCOL, and the vhost's first one is
 * bound to it. While output waits, or the body of the request has not come, that happens later by
 * itself; what comes of the body is discarded. Only for the thread that services the context.
 *
 * # Returns
 *
 * 0; nonzero when the connection cannot go on: the callback returns -1, which closes it after its
 * output. 0 also when no request is under way; nonzero when `wsi` is NULL or closed.
 *
 * # Safety
 *
 * `wsi` is NULL or a live connection.
 */
LWS_VISIBLE LWS_EXTERN int lws_http_transaction_completed(struct lws *wsi);

/**
 * Marks an answer as one that goes on for as long as the client likes (`text/event-stream`): its
 * headers are given up, and no time limits it. Only for the thread that services the context.
 *
 * # Returns
 *
 * 0; 1 when `wsi` is NULL or closed.
 *
 * # Safety
 *
 * `wsi` is NULL or a live connection.
 */
LWS_VISIBLE LWS_EXTERN int lws_http_mark_sse(struct lws *wsi);

#endif /* LWS_ROLE_H1 */

/** Whether a status is not one of success. */
#define lws_http_client_http_resp_is_error(code) (!(code < 400))

#endif
