//! `lws-http.h`: headers, requests and responses of HTTP.

use super::types::lws_filepos_t;
use core::ffi::{c_char, c_int, c_uint, c_void};

/// Headers and parts of a request by number. The numbers are part of the ABI.
#[repr(C)]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum lws_token_indexes {
    /// The path of a GET request.
    WSI_TOKEN_GET_URI = 0,
    /// The path of a POST request.
    WSI_TOKEN_POST_URI = 1,
    /// The path of a OPTIONS request.
    WSI_TOKEN_OPTIONS_URI = 2,
    /// The header `host`.
    WSI_TOKEN_HOST = 3,
    /// The header `connection`.
    WSI_TOKEN_CONNECTION = 4,
    /// The header `upgrade`.
    WSI_TOKEN_UPGRADE = 5,
    /// The header `origin`.
    WSI_TOKEN_ORIGIN = 6,
    /// The header `sec-websocket-draft`.
    WSI_TOKEN_DRAFT = 7,
    /// The end of the headers.
    WSI_TOKEN_CHALLENGE = 8,
    /// The header `sec-websocket-extensions`.
    WSI_TOKEN_EXTENSIONS = 9,
    /// The header `sec-websocket-key1`.
    WSI_TOKEN_KEY1 = 10,
    /// The header `sec-websocket-key2`.
    WSI_TOKEN_KEY2 = 11,
    /// The header `sec-websocket-protocol`.
    WSI_TOKEN_PROTOCOL = 12,
    /// The header `sec-websocket-accept`.
    WSI_TOKEN_ACCEPT = 13,
    /// The header `sec-websocket-nonce`.
    WSI_TOKEN_NONCE = 14,
    /// The version word of a request; the status line after it of a response.
    WSI_TOKEN_HTTP = 15,
    /// The header `http2-settings`.
    WSI_TOKEN_HTTP2_SETTINGS = 16,
    /// The header `accept`.
    WSI_TOKEN_HTTP_ACCEPT = 17,
    /// The header `access-control-request-headers`.
    WSI_TOKEN_HTTP_AC_REQUEST_HEADERS = 18,
    /// The header `if-modified-since`.
    WSI_TOKEN_HTTP_IF_MODIFIED_SINCE = 19,
    /// The header `if-none-match`.
    WSI_TOKEN_HTTP_IF_NONE_MATCH = 20,
    /// The header `accept-encoding`.
    WSI_TOKEN_HTTP_ACCEPT_ENCODING = 21,
    /// The header `accept-language`.
    WSI_TOKEN_HTTP_ACCEPT_LANGUAGE = 22,
    /// The header `pragma`.
    WSI_TOKEN_HTTP_PRAGMA = 23,
    /// The header `cache-control`.
    WSI_TOKEN_HTTP_CACHE_CONTROL = 24,
    /// The header `authorization`.
    WSI_TOKEN_HTTP_AUTHORIZATION = 25,
    /// The header `cookie`.
    WSI_TOKEN_HTTP_COOKIE = 26,
    /// The header `content-length`.
    WSI_TOKEN_HTTP_CONTENT_LENGTH = 27,
    /// The header `content-type`.
    WSI_TOKEN_HTTP_CONTENT_TYPE = 28,
    /// The header `date`.
    WSI_TOKEN_HTTP_DATE = 29,
    /// The header `range`.
    WSI_TOKEN_HTTP_RANGE = 30,
    /// The header `referer`.
    WSI_TOKEN_HTTP_REFERER = 31,
    /// The header `sec-websocket-key`.
    WSI_TOKEN_KEY = 32,
    /// The header `sec-websocket-version`.
    WSI_TOKEN_VERSION = 33,
    /// The header `sec-websocket-origin`.
    WSI_TOKEN_SWORIGIN = 34,
    /// The pseudo-header `:authority` of HTTP/2.
    WSI_TOKEN_HTTP_COLON_AUTHORITY = 35,
    /// The pseudo-header `:method` of HTTP/2.
    WSI_TOKEN_HTTP_COLON_METHOD = 36,
    /// The pseudo-header `:path` of HTTP/2.
    WSI_TOKEN_HTTP_COLON_PATH = 37,
    /// The pseudo-header `:scheme` of HTTP/2.
    WSI_TOKEN_HTTP_COLON_SCHEME = 38,
    /// The pseudo-header `:status` of HTTP/2.
    WSI_TOKEN_HTTP_COLON_STATUS = 39,
    /// The header `accept-charset`.
    WSI_TOKEN_HTTP_ACCEPT_CHARSET = 40,
    /// The header `accept-ranges`.
    WSI_TOKEN_HTTP_ACCEPT_RANGES = 41,
    /// The header `access-control-allow-origin`.
    WSI_TOKEN_HTTP_ACCESS_CONTROL_ALLOW_ORIGIN = 42,
    /// The header `age`.
    WSI_TOKEN_HTTP_AGE = 43,
    /// The header `allow`.
    WSI_TOKEN_HTTP_ALLOW = 44,
    /// The header `content-disposition`.
    WSI_TOKEN_HTTP_CONTENT_DISPOSITION = 45,
    /// The header `content-encoding`.
    WSI_TOKEN_HTTP_CONTENT_ENCODING = 46,
    /// The header `content-language`.
    WSI_TOKEN_HTTP_CONTENT_LANGUAGE = 47,
    /// The header `content-location`.
    WSI_TOKEN_HTTP_CONTENT_LOCATION = 48,
    /// The header `content-range`.
    WSI_TOKEN_HTTP_CONTENT_RANGE = 49,
    /// The header `etag`.
    WSI_TOKEN_HTTP_ETAG = 50,
    /// The header `expect`.
    WSI_TOKEN_HTTP_EXPECT = 51,
    /// The header `expires`.
    WSI_TOKEN_HTTP_EXPIRES = 52,
    /// The header `from`.
    WSI_TOKEN_HTTP_FROM = 53,
    /// The header `if-match`.
    WSI_TOKEN_HTTP_IF_MATCH = 54,
    /// The header `if-range`.
    WSI_TOKEN_HTTP_IF_RANGE = 55,
    /// The header `if-unmodified-since`.
    WSI_TOKEN_HTTP_IF_UNMODIFIED_SINCE = 56,
    /// The header `last-modified`.
    WSI_TOKEN_HTTP_LAST_MODIFIED = 57,
    /// The header `link`.
    WSI_TOKEN_HTTP_LINK = 58,
    /// The header `location`.
    WSI_TOKEN_HTTP_LOCATION = 59,
    /// The header `max-forwards`.
    WSI_TOKEN_HTTP_MAX_FORWARDS = 60,
    /// The header `proxy-authenticate`.
    WSI_TOKEN_HTTP_PROXY_AUTHENTICATE = 61,
    /// The header `proxy-authorization`.
    WSI_TOKEN_HTTP_PROXY_AUTHORIZATION = 62,
    /// The header `refresh`.
    WSI_TOKEN_HTTP_REFRESH = 63,
    /// The header `retry-after`.
    WSI_TOKEN_HTTP_RETRY_AFTER = 64,
    /// The header `server`.
    WSI_TOKEN_HTTP_SERVER = 65,
    /// The header `set-cookie`.
    WSI_TOKEN_HTTP_SET_COOKIE = 66,
    /// The header `strict-transport-security`.
    WSI_TOKEN_HTTP_STRICT_TRANSPORT_SECURITY = 67,
    /// The header `transfer-encoding`.
    WSI_TOKEN_HTTP_TRANSFER_ENCODING = 68,
    /// The header `user-agent`.
    WSI_TOKEN_HTTP_USER_AGENT = 69,
    /// The header `vary`.
    WSI_TOKEN_HTTP_VARY = 70,
    /// The header `via`.
    WSI_TOKEN_HTTP_VIA = 71,
    /// The header `www-authenticate`.
    WSI_TOKEN_HTTP_WWW_AUTHENTICATE = 72,
    /// The path of a PATCH request.
    WSI_TOKEN_PATCH_URI = 73,
    /// The path of a PUT request.
    WSI_TOKEN_PUT_URI = 74,
    /// The path of a DELETE request.
    WSI_TOKEN_DELETE_URI = 75,
    /// The arguments of the URL, a fragment each.
    WSI_TOKEN_HTTP_URI_ARGS = 76,
    /// Not used.
    WSI_TOKEN_PROXY = 77,
    /// The header `x-real-ip`.
    WSI_TOKEN_HTTP_X_REAL_IP = 78,
    /// As WSI_TOKEN_HTTP, of a response of HTTP/1.0.
    WSI_TOKEN_HTTP1_0 = 79,
    /// The header `x-forwarded-for`.
    WSI_TOKEN_X_FORWARDED_FOR = 80,
    /// The header `connect`.
    WSI_TOKEN_CONNECT = 81,
    /// The path of a HEAD request.
    WSI_TOKEN_HEAD_URI = 82,
    /// The header `te`.
    WSI_TOKEN_TE = 83,
    /// The header `replay-nonce`.
    WSI_TOKEN_REPLAY_NONCE = 84,
    /// The pseudo-header `:protocol` of HTTP/2.
    WSI_TOKEN_COLON_PROTOCOL = 85,
    /// The header `x-auth-token`.
    WSI_TOKEN_X_AUTH_TOKEN = 86,
    /// The header `x-amzn-dss-signature`.
    WSI_TOKEN_DSS_SIGNATURE = 87,
    /// Of the library.
    _WSI_TOKEN_CLIENT_SENT_PROTOCOLS = 88,
    /// Of the library.
    _WSI_TOKEN_CLIENT_PEER_ADDRESS = 89,
    /// Of the library.
    _WSI_TOKEN_CLIENT_URI = 90,
    /// Of the library.
    _WSI_TOKEN_CLIENT_HOST = 91,
    /// Of the library.
    _WSI_TOKEN_CLIENT_ORIGIN = 92,
    /// Of the library.
    _WSI_TOKEN_CLIENT_METHOD = 93,
    /// Of the library.
    _WSI_TOKEN_CLIENT_IFACE = 94,
    /// Of the library.
    _WSI_TOKEN_CLIENT_ALPN = 95,
    /// How many headers there are.
    WSI_TOKEN_COUNT = 96,
    /// Of the library: a state of the parser.
    WSI_TOKEN_NAME_PART = 97,
    /// Of the library: a state of the parser.
    WSI_TOKEN_UNKNOWN_VALUE_PART = 98,
    /// Of the library: a state of the parser.
    WSI_TOKEN_SKIPPING = 99,
    /// Of the library: a state of the parser.
    WSI_TOKEN_SKIPPING_SAW_CR = 100,
    /// Of the library: a state of the parser.
    WSI_PARSING_COMPLETE = 101,
    /// Of the library: a state of the parser.
    WSI_INIT_TOKEN_MUXURL = 102,
}

/// An `enum lws_token_indexes` as it crosses the edge.
pub type lws_token_indexes_int = c_uint;

/// Status codes.
#[repr(C)]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum http_status {
    /// 100.
    HTTP_STATUS_CONTINUE = 100,
    /// 200.
    HTTP_STATUS_OK = 200,
    /// 204.
    HTTP_STATUS_NO_CONTENT = 204,
    /// 206.
    HTTP_STATUS_PARTIAL_CONTENT = 206,
    /// 301.
    HTTP_STATUS_MOVED_PERMANENTLY = 301,
    /// 302.
    HTTP_STATUS_FOUND = 302,
    /// 303.
    HTTP_STATUS_SEE_OTHER = 303,
    /// 304.
    HTTP_STATUS_NOT_MODIFIED = 304,
    /// 400.
    HTTP_STATUS_BAD_REQUEST = 400,
    /// 401.
    HTTP_STATUS_UNAUTHORIZED = 401,
    /// 402.
    HTTP_STATUS_PAYMENT_REQUIRED = 402,
    /// 403.
    HTTP_STATUS_FORBIDDEN = 403,
    /// 404.
    HTTP_STATUS_NOT_FOUND = 404,
    /// 405.
    HTTP_STATUS_METHOD_NOT_ALLOWED = 405,
    /// 406.
    HTTP_STATUS_NOT_ACCEPTABLE = 406,
    /// 407.
    HTTP_STATUS_PROXY_AUTH_REQUIRED = 407,
    /// 408.
    HTTP_STATUS_REQUEST_TIMEOUT = 408,
    /// 409.
    HTTP_STATUS_CONFLICT = 409,
    /// 410.
    HTTP_STATUS_GONE = 410,
    /// 411.
    HTTP_STATUS_LENGTH_REQUIRED = 411,
    /// 412.
    HTTP_STATUS_PRECONDITION_FAILED = 412,
    /// 413.
    HTTP_STATUS_REQ_ENTITY_TOO_LARGE = 413,
    /// 414.
    HTTP_STATUS_REQ_URI_TOO_LONG = 414,
    /// 415.
    HTTP_STATUS_UNSUPPORTED_MEDIA_TYPE = 415,
    /// 416.
    HTTP_STATUS_REQ_RANGE_NOT_SATISFIABLE = 416,
    /// 417.
    HTTP_STATUS_EXPECTATION_FAILED = 417,
    /// 500.
    HTTP_STATUS_INTERNAL_SERVER_ERROR = 500,
    /// 501.
    HTTP_STATUS_NOT_IMPLEMENTED = 501,
    /// 502.
    HTTP_STATUS_BAD_GATEWAY = 502,
    /// 503.
    HTTP_STATUS_SERVICE_UNAVAILABLE = 503,
    /// 504.
    HTTP_STATUS_GATEWAY_TIMEOUT = 504,
    /// 505.
    HTTP_STATUS_HTTP_VERSION_NOT_SUPPORTED = 505,
}

/// Method of lws_http_get_uri_and_method().
pub const LWSHUMETH_GET: c_int = 0;
/// Method of lws_http_get_uri_and_method().
pub const LWSHUMETH_POST: c_int = 1;
/// Method of lws_http_get_uri_and_method().
pub const LWSHUMETH_OPTIONS: c_int = 2;
/// Method of lws_http_get_uri_and_method().
pub const LWSHUMETH_PUT: c_int = 3;
/// Method of lws_http_get_uri_and_method().
pub const LWSHUMETH_PATCH: c_int = 4;
/// Method of lws_http_get_uri_and_method().
pub const LWSHUMETH_DELETE: c_int = 5;
/// Method of lws_http_get_uri_and_method().
pub const LWSHUMETH_CONNECT: c_int = 6;
/// Method of lws_http_get_uri_and_method().
pub const LWSHUMETH_HEAD: c_int = 7;
/// Method of lws_http_get_uri_and_method().
pub const LWSHUMETH_COLON_PATH: c_int = 8;

/// The status code in the code that the builders of headers take.
pub const LWSAHH_CODE_MASK: c_int = (1 << 16) - 1;
/// Flag in the code that the builders of headers take: no `server:`.
pub const LWSAHH_FLAG_NO_SERVER_NAME: c_int = 1 << 30;
/// Room that headers need at least.
pub const LWS_RECOMMENDED_MIN_HEADER_SPACE: c_int = 2048;
/// A length of content that is not known.
pub const LWS_ILLEGAL_HTTP_CONTENT_LEN: lws_filepos_t = u64::MAX;

/// What LWS_CALLBACK_ADD_HEADERS, LWS_CALLBACK_CHECK_ACCESS_RIGHTS and LWS_CALLBACK_PROCESS_HTML are
/// given.
#[repr(C)]
pub struct lws_process_html_args {
    /// Where to write; moved by who writes.
    pub p: *mut c_char,
    /// Bytes at `p`.
    pub len: c_int,
    /// Room at `p`.
    pub max_len: c_int,
    /// Whether this is the last piece.
    pub r#final: c_int,
    /// Whether the content is sent in chunks.
    pub chunked: c_int,
}

/// What a name in a page is replaced by, see lws_chunked_html_process().
pub type lws_process_html_state_cb =
    Option<unsafe extern "C" fn(data: *mut c_void, index: c_int) -> *const c_char>;

/// The state of lws_chunked_html_process() between pieces. Zero all of it first.
#[repr(C)]
pub struct lws_process_html_state {
    /// Of the library.
    pub start: *mut c_char,
    /// The beginning of a name that a piece ended in.
    pub swallow: [c_char; 16],
    /// How much of that there is.
    pub pos: c_int,
    /// For `replace`.
    pub data: *mut c_void,
    /// Names that are replaced, each with its `$`.
    pub vars: *const *const c_char,
    /// How many.
    pub count_vars: c_int,
    /// Gives what takes the place of a name.
    pub replace: lws_process_html_state_cb,
}

/// What lws_hdr_custom_name_foreach() calls for each name, which ends with its colon at `nlen` and not
/// with a NUL.
pub type lws_hdr_custom_fe_cb_t =
    Option<unsafe extern "C" fn(name: *const c_char, nlen: c_int, opaque: *mut c_void)>;

// The layout of lws 4.3.5 in the frozen profile (x86-64).
#[cfg(target_pointer_width = "64")]
const _: () = {
    use core::mem::{offset_of, size_of};
    assert!(size_of::<lws_process_html_args>() == 24);
    assert!(offset_of!(lws_process_html_args, r#final) == 16);
    assert!(size_of::<lws_process_html_state>() == 64);
    assert!(offset_of!(lws_process_html_state, replace) == 56);
};
