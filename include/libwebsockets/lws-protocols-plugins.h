/* Generated from the Rust sources by cbindgen: do not edit. */

#if !defined(LWS_PROTOCOLS_PLUGINS_H)
#define LWS_PROTOCOLS_PLUGINS_H

struct lws_plugin;
struct lws_plugin_header;
struct lws_plugin_protocol;
union lws_plugin_u;
struct lws_protocols;

/** What the header of a plugin says it was made for: this interface of plugins. */
#define LWS_PLUGIN_API_MAGIC 191

/** What each plugin's export begins with; what follows is up to its class. */
struct lws_plugin_header {
	/** The plugin's name, which tells it from the others of its class. */
	const char *name;
	/** Its class: a name that its program chose. */
	const char *_class;
	/** LWS_BUILD_HASH of the headers that it was compiled with. */
	const char *lws_build_hash;
	/** LWS_PLUGIN_API_MAGIC of the headers that it was compiled with. */
	unsigned int api_magic;
};

/** A plugin's shared object. */
union lws_plugin_u {
	/** What dlopen() gave for it. */
	void *l;
};

/** A plugin that lws_plugins_init() has loaded. The library frees it. */
struct lws_plugin {
	/** The one that was loaded before it, or NULL. */
	struct lws_plugin *list;
	/** What it exports. */
	const struct lws_plugin_header *hdr;
	/** Its shared object. */
	union lws_plugin_u u;
};

/** What is called for each plugin of a list. */
typedef int (*each_plugin_cb_t)(struct lws_plugin *p, void *user);

/** One protocol that connections of a vhost can be bound to. */
struct lws_protocols {
	/** The protocol's name, as connections choose it; NULL ends an array of protocols. */
	const char *name;
	/**
	 * Called for everything that happens to the protocol's connections. Returns 0 to go on; for
	 * most reasons nonzero closes the connection.
	 */
	lws_callback_function *callback;
	/** Bytes of zeroed memory each connection gets: `user` in the callback. */
	size_t per_session_data_size;
	/** Bytes that may reach the callback in one piece; 0 for the size of the service buffer. */
	size_t rx_buffer_size;
	/** For the program's own use. */
	unsigned int id;
	/** For the program's own use. */
	void *user;
	/** Bytes written in one piece at most; 0 for `rx_buffer_size`. */
	size_t tx_packet_size;
};

/** The export of a plugin that has protocols, of the class "lws_protocol_plugin". */
struct lws_plugin_protocol {
	/** What each plugin's begins with. */
	struct lws_plugin_header hdr;
	/** Its protocols: give them to lws_create_vhost(). */
	const struct lws_protocols *protocols;
	/** Its extensions. */
	const struct lws_extension *extensions;
	/** How many protocols there are. */
	int count_protocols;
	/** How many extensions there are. */
	int count_extensions;
};

/**
 * Loads the plugins of a class: shared objects in the directories of the environment variable
 * LD_LIBRARY_PATH, then in those of `d`, an array that ends in NULL, or NULL.
 *
 * A plugin is a file like `libmyapp-name.so`, which exports a constant `name` that begins with a
 * lws_plugin_header_t: the name is what stands after the first `-` or `_` up to the next dot. Its
 * header has LWS_PLUGIN_API_MAGIC and LWS_BUILD_HASH, and the class. Each that is loaded comes to the
 * front of `*pplugin`, a list that is NULL at first, unless one with the same name in its header is
 * in it, and `each`, if it is not NULL, is called for it with `each_user`; what it returns means
 * nothing. Files whose plugin is of another class are loaded to see that and unloaded again: their
 * constructors run.
 *
 * With `filter` that is the one name to look for, and the first that is found is enough.
 *
 * The directories are read and what is in them is run: nobody else may be able to write to them. Not
 * for several threads at a time on one list. What was not taken is told at LLL_INFO.
 *
 * # Returns
 *
 * 0 when there is one more in the list, 1 when not.
 *
 * # Safety
 *
 * `pplugin` is NULL or leads to a list of plugins or to NULL; the texts end in NUL; `each` may be
 * called with `each_user`; what the directories hold is as above.
 */
LWS_VISIBLE LWS_EXTERN
int lws_plugins_init(struct lws_plugin **pplugin,
		     const char *const *d,
		     const char *_class,
		     const char *filter,
		     each_plugin_cb_t each,
		     void *each_user);

/**
 * Unloads the plugins of a list, the last loaded first, and empties it. Before that `each`, if it is
 * not NULL, is called for each with `each_user`; what it returns means nothing.
 *
 * # Returns
 *
 * 0, or 1 when `pplugin` is NULL.
 *
 * # Safety
 *
 * `pplugin` is NULL or leads to a list that lws_plugins_init() made; nothing of the plugins is used
 * afterwards.
 */
LWS_VISIBLE LWS_EXTERN
int lws_plugins_destroy(struct lws_plugin **pplugin,
			each_plugin_cb_t each,
			void *each_user);

/**
 * The protocol that a connection is bound to; also what a callback is about when it is not about a
 * connection.
 *
 * # Returns
 *
 * The program's own struct; NULL when `wsi` is NULL.
 *
 * # Safety
 *
 * `wsi` is NULL or what a callback was called with, while it runs.
 */
LWS_VISIBLE LWS_EXTERN const struct lws_protocols *lws_get_protocol(struct lws *wsi);

/**
 * Finds an option by its name in a list of options, as the callback gets it with
 * LWS_CALLBACK_PROTOCOL_INIT. Any thread may look, while nobody changes the list.
 *
 * # Returns
 *
 * The first option of that name; NULL when there is none, `pvo` is NULL, which is an empty list, or
 * `name` is NULL.
 *
 * # Safety
 *
 * `pvo` is NULL or a valid list; `name` is NUL-terminated.
 */
LWS_VISIBLE LWS_EXTERN
const struct lws_protocol_vhost_options *lws_pvo_search(const struct lws_protocol_vhost_options *pvo,
							const char *name);

/**
 * Finds the value of an option by its name in a list of options, as the callback gets it with
 * LWS_CALLBACK_PROTOCOL_INIT. Any thread may look, while nobody changes the list.
 *
 * # Returns
 *
 * 0 and in `*result` the value, which may be NULL and stays the list's; or 1, with `*result` as it
 * was, when there is no such option, `in` is NULL, which is an empty list, or another argument is
 * NULL.
 *
 * # Safety
 *
 * `in` is NULL or a valid list of `struct lws_protocol_vhost_options`; `name` is NUL-terminated;
 * `result` is valid.
 */
LWS_VISIBLE LWS_EXTERN int lws_pvo_get_str(void *in_, const char *name, const char **result);

/**
 * The protocol of a connection, as lws_get_protocol().
 *
 * # Returns
 *
 * The program's own struct; NULL when `wsi` is NULL.
 *
 * # Safety
 *
 * `wsi` is NULL or what a callback was called with, while it runs.
 */
LWS_VISIBLE LWS_EXTERN const struct lws_protocols *lws_protocol_get(struct lws *wsi);

/**
 * Finds a protocol of a vhost by its name.
 *
 * # Returns
 *
 * The program's own struct; NULL when there is none of that name or an argument is NULL.
 *
 * # Safety
 *
 * `vh` is NULL or a live vhost, `name` NULL or NUL-terminated.
 */
LWS_VISIBLE LWS_EXTERN
const struct lws_protocols *lws_vhost_name_to_protocol(struct lws_vhost *vh,
						       const char *name);

/**
 * Allocates zeroed memory that a vhost keeps for one of its protocols, usually at
 * LWS_CALLBACK_PROTOCOL_INIT. It is freed with the vhost.
 *
 * # Returns
 *
 * The memory; NULL when there is none, `prot` is not the vhost's, or an argument is NULL.
 *
 * # Safety
 *
 * `vhost` is NULL or a live vhost.
 */
LWS_VISIBLE LWS_EXTERN
void *lws_protocol_vh_priv_zalloc(struct lws_vhost *vhost,
				  const struct lws_protocols *prot,
				  int size);

/**
 * The memory of lws_protocol_vh_priv_zalloc().
 *
 * # Returns
 *
 * The memory; NULL when none was allocated, `prot` is not the vhost's, or an argument is NULL.
 *
 * # Safety
 *
 * `vhost` is NULL or a live vhost.
 */
LWS_VISIBLE LWS_EXTERN
void *lws_protocol_vh_priv_get(struct lws_vhost *vhost,
			       const struct lws_protocols *prot);

/**
 * Finds what a protocol of some vhost keeps, by an option of that vhost: the first vhost of the
 * context whose options for the protocol `protname` have `pvo_name` with the value `pvo_value`.
 *
 * # Returns
 *
 * The memory of lws_protocol_vh_priv_zalloc() there; NULL when there is none or an argument is
 * NULL.
 *
 * # Safety
 *
 * `cx` is NULL or a live context; the texts are NULL or NUL-terminated.
 */
LWS_VISIBLE LWS_EXTERN
void *lws_vhd_find_by_pvo(struct lws_context *cx,
			  const char *protname,
			  const char *pvo_name,
			  const char *pvo_value);

/**
 * Gives the program's memory for a connection another size. What it held is lost; the new memory
 * is zeroed.
 *
 * # Returns
 *
 * The memory; NULL when there is none, or `wsi` is NULL or closed.
 *
 * # Safety
 *
 * `wsi` is NULL or a live connection.
 */
LWS_VISIBLE LWS_EXTERN void *lws_adjust_protocol_psds(struct lws *wsi, size_t new_size);

/**
 * Initialises the protocols of all vhosts that are not yet, which lws_service() does otherwise.
 *
 * # Returns
 *
 * 0, or 1 when the privileges could not be dropped or `context` is NULL.
 *
 * # Safety
 *
 * `context` is NULL or a live context.
 */
LWS_VISIBLE LWS_EXTERN int lws_protocol_init(struct lws_context *context);

/**
 * Ends the start: drops the privileges that the vhosts were made with, which lws_service() does
 * otherwise.
 *
 * # Returns
 *
 * 0, or 1 when they could not be dropped or `context` is NULL.
 *
 * # Safety
 *
 * `context` is NULL or a live context.
 */
LWS_VISIBLE LWS_EXTERN int lws_finalize_startup(struct lws_context *context);

typedef struct lws_plugin_header lws_plugin_header_t;
typedef struct lws_plugin_protocol lws_plugin_protocol_t;

#endif
