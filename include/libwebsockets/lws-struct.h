/* Generated from the Rust sources by cbindgen: do not edit. */

#if !defined(LWS_STRUCT_H)
#define LWS_STRUCT_H

struct lejp_collation;
struct lws_struct_args;
struct lws_struct_map;
struct lws_struct_serialize;
struct lws_struct_serialize_st;

/** Flags of lws_struct_json_serialize_create(). */
enum {
	/** Each member has a line of its own, with blanks in front. */
	LSSERJ_FLAG_PRETTY = 1 << 0,
	/** Without the member `schema`. */
	LSSERJ_FLAG_OMIT_SCHEMA = 1 << 1
};

/** What lws_struct_json_serialize() returns. */
enum lws_struct_json_serialize_result_t {
	/** The buffer is full, and more follows. */
	LSJS_RESULT_CONTINUE,
	/** That was all. */
	LSJS_RESULT_FINISH,
	/**
	 * It cannot be written: an argument is bad, or structs are more than LEJP_MAX_PARSING_STACK_DEPTH
	 * deep in each other.
	 */
	LSJS_RESULT_ERROR,
};

/** What a member of a struct is. */
enum lws_struct_map_type_eum {
	/** A signed integer of 1, 2, 4 or 8 bytes. */
	LSMT_SIGNED,
	/** An unsigned one. */
	LSMT_UNSIGNED,
	/** An integer that is 0 or 1, `false` or `true` in JSON. */
	LSMT_BOOLEAN,
	/** A char array with a text that ends in a NUL. */
	LSMT_STRING_CHAR_ARRAY,
	/** A pointer to a text that ends in a NUL. NULL is not in JSON. */
	LSMT_STRING_PTR,
	/** A lws_dll2_owner_t of structs, an array in JSON. An empty one is not in it. */
	LSMT_LIST,
	/** A pointer to a struct. NULL is not in JSON. */
	LSMT_CHILD_PTR,
	/** Not a member, but a struct as a whole, which the member `schema` of the JSON names. */
	LSMT_SCHEMA,
	/** A pointer to bytes, which JSON has nothing of. */
	LSMT_BLOB_PTR,
};

/** A member of a struct, or a struct as a whole. The macros LSM_... make one. */
struct lws_struct_map {
	/** The name in JSON. It may be a path as those of lejp_construct() are. */
	const char *colname;
	/** The members of a list's structs, a child, or a schema. */
	const struct lws_struct_map *child_map;
	/**
	 * What reads such a struct, NULL for lws_struct_default_lejp_cb(), which the callback calls for
	 * what it does not do itself.
	 */
	lejp_callback lejp_cb;
	/** Where the member is in its struct. */
	size_t ofs;
	/** How many bytes the member has; of a list, child or schema, the struct. */
	size_t aux;
	/** Where a list's struct has its lws_dll2_t. */
	size_t ofs_clist;
	/** How many members `child_map` has, 255 at most. */
	size_t child_map_size;
	/** What it is. */
	enum lws_struct_map_type_eum type;
};

/** A struct that is written. */
struct lws_struct_serialize_st {
	/** Its place in the list that it is in, or NULL. */
	const struct lws_dll2 *dllpos;
	/** Its members. */
	const struct lws_struct_map *map;
	/** The struct. */
	const char *obj;
	/** How many members it has. */
	size_t map_entries;
	/** Which one is written. */
	size_t map_entry;
	/** Where the struct has its place in the list. */
	size_t size;
	/** Whether a member was written. */
	char subsequent;
	/** What of the member is written. */
	char idt;
};

/** What lws_struct_json_serialize_create() makes. All of it is the library's. */
struct lws_struct_serialize {
	/** The structs in each other, from the outermost. */
	struct lws_struct_serialize_st st[LEJP_MAX_PARSING_STACK_DEPTH];
	/** How far a text is written. */
	size_t offset;
	/** How many bytes of what comes next are written. */
	size_t remaining;
	/** The present struct. */
	int sp;
	/** LSSERJ_FLAG_... flags. */
	int flags;
};

/** What lws_struct_json_serialize_create() makes. */
typedef struct lws_struct_serialize lws_struct_serialize_t;

/** A member of a struct, or a struct as a whole. */
typedef struct lws_struct_map lws_struct_map_t;

/** A piece of a text that is read. Not used. */
struct lejp_collation {
	/** Its place in the list. */
	struct lws_dll2 chunks;
	/** How many bytes it has. */
	int len;
	/** The bytes, and a NUL. */
	char buf[255];
};

/**
 * Called after each member that got its value, with `dest` and `cb_arg` of the lws_struct_args_t. What
 * it returns says nothing.
 */
typedef int (*lws_struct_args_cb)(void *obj, void *cb_arg);

/**
 * What lws_struct_json_init_parse() is given. The program zeroes it, sets `map_st[0]`,
 * `map_entries_st[0]` and what else it likes to, and gives the arena back by `lwsac_free(&a.ac)`,
 * whether the parsing ended well or not. It stays as long as the parser is used.
 */
struct lws_struct_args {
	/** The schemas, then the members of the struct that each parser is for. */
	const struct lws_struct_map *map_st[LEJP_MAX_PARSING_STACK_DEPTH];
	/** What is called after each value, or NULL. */
	lws_struct_args_cb cb;
	/** The arena of all structs and texts. */
	struct lwsac *ac;
	/** For `cb`. */
	void *cb_arg;
	/** The outermost struct. Of what failed, as far as it was read; NULL where nothing was. */
	void *dest;
	/** How many bytes that has. */
	size_t dest_len;
	/** Not used for JSON. */
	size_t toplevel_dll2_ofs;
	/** How many entries the maps have. */
	size_t map_entries_st[LEJP_MAX_PARSING_STACK_DEPTH];
	/** How large the chunks of the arena are, as lwsac_use() takes it. */
	size_t ac_block_size;
	/** The program's. */
	int subtype;
	/** Which one of the schemas `dest` is of, from 0. */
	int top_schema_index;
	/** Not used. */
	struct lwsac *ac_chunks;
	/** Not used. */
	struct lws_dll2_owner chunks_owner;
	/** How many bytes of the present text have come. */
	size_t chunks_length;
};

/** A piece of a text that is read. */
typedef struct lejp_collation lejp_collation_t;

/** What lws_struct_json_init_parse() is given. */
typedef struct lws_struct_args lws_struct_args_t;

/** A struct that is written. */
typedef struct lws_struct_serialize_st lws_struct_serialize_st_t;

typedef enum lws_struct_json_serialize_result_t lws_struct_json_serialize_result_t;

#if defined(LWS_WITH_STRUCT_JSON)

/**
 * Readies a parser for lejp_parse() that makes structs of JSON. `cb` NULL is
 * lws_struct_schema_only_lejp_cb(): the JSON says by its first member, `"schema":"..."`, which of the
 * schemas in `map_st[0]` it is of, and that one's struct becomes `dest`.
 *
 * With lws_struct_default_lejp_cb() as `cb`, `map_st[0]` has the members of `dest`, which the program
 * sets; where it is NULL, `dest_len` bytes are taken for it. Another callback calls one of these two for
 * what it does not do itself.
 *
 * Structs, zeroed before, and texts are taken from the arena `ac`, which the program gives back by
 * lwsac_free() in any case; lejp_destruct() frees nothing. Members that the JSON has not, or has as
 * `null`, stay as they are. What is in no map is passed over.
 *
 * lejp_parse() ends with LEJP_REJECT_CALLBACK and a log line where a number has a fraction or does not
 * fit its member, a string is none, no schema fits, or structs are more than
 * LEJP_MAX_PARSING_STACK_DEPTH - 1 deep in each other, the outermost one included. A text that an array
 * has no room for is cut, between two characters.
 *
 * @param ctx: room for a parser
 * @param cb: the callback, or NULL
 * @param user: a lws_struct_args_t, which stays the program's
 *
 * # Returns
 *
 * 0; -1 when `ctx` or `user` is NULL.
 *
 * # Safety
 *
 * `ctx` is NULL or has room for a parser; `user` is NULL or valid as long as the parser is used, and
 * its maps fit the structs.
 */
LWS_VISIBLE LWS_EXTERN
int lws_struct_json_init_parse(struct lejp_ctx *ctx,
			       lejp_callback cb,
			       void *user);

/**
 * A callback of LEJP that finds the schema of the JSON: by the text of its first member, `schema`, or
 * where the first one is another, as the first schema that has a member of its name. From there on the
 * callback of the schema is called.
 *
 * # Returns
 *
 * 0; another number ends the parsing.
 *
 * # Safety
 *
 * `ctx` is NULL, or LEJP's in a callback, and `ctx->user` is what lws_struct_json_init_parse() takes.
 */
LWS_VISIBLE LWS_EXTERN
signed char lws_struct_schema_only_lejp_cb(struct lejp_ctx *ctx,
					   char reason);

/**
 * A callback of LEJP that writes members of structs, as lws_struct_json_init_parse() says.
 *
 * Where a map has a callback of its own, `ctx->pst[ctx->pst_sp].user` is the struct there: from
 * LEJPCB_PAIR_NAME of its first member to LEJPCB_OBJECT_END, which that one gives to this function, as
 * the other reasons.
 *
 * # Returns
 *
 * 0; another number ends the parsing.
 *
 * # Safety
 *
 * As lws_struct_schema_only_lejp_cb().
 */
LWS_VISIBLE LWS_EXTERN
signed char lws_struct_default_lejp_cb(struct lejp_ctx *ctx,
				       char reason);

/**
 * Begins to write a struct as JSON. `map` is its schema (of several, the first one): the JSON begins
 * with a member `schema`, but for LSSERJ_FLAG_OMIT_SCHEMA. Or `map` has the members of the struct, and
 * no `schema` is written.
 *
 * Structs and maps stay the program's, and as they are while it is written.
 *
 * @param map: a schema, or members
 * @param map_entries: how many
 * @param flags: LSSERJ_FLAG_PRETTY for lines and blanks, LSSERJ_FLAG_OMIT_SCHEMA
 * @param ptoplevel: the struct
 *
 * # Returns
 *
 * A handle for lws_struct_json_serialize_destroy(). NULL when there is no memory, a pointer is NULL, or
 * `map_entries` is 0.
 *
 * # Safety
 *
 * `map` is NULL or has as many entries as is said, which fit the struct that `ptoplevel` points to.
 */
LWS_VISIBLE LWS_EXTERN
lws_struct_serialize_t *lws_struct_json_serialize_create(const lws_struct_map_t *map,
							 size_t map_entries,
							 int flags,
							 const void *ptoplevel);

/**
 * Writes as much of the JSON as there is room for, and a NUL behind it, which does not count.
 *
 * Pointers to texts or structs that are NULL, and empty lists, are left out. Texts are escaped as by
 * lws_json_purify().
 *
 * @param js: the handle
 * @param buf: where the next piece goes
 * @param len: how many bytes there are, with the one for the NUL
 * @param written: becomes how many bytes were written, or NULL
 *
 * # Returns
 *
 * LSJS_RESULT_CONTINUE: more follows, for which it is called again. LSJS_RESULT_FINISH: that was all.
 * LSJS_RESULT_ERROR: `js` or `buf` is NULL, `len` is below 2, or structs are more than
 * LEJP_MAX_PARSING_STACK_DEPTH - 1 deep in each other, the outermost one included.
 *
 * # Safety
 *
 * `js` is NULL or from lws_struct_json_serialize_create(), whose structs are as they were; `buf` has
 * room for `len` bytes.
 */
LWS_VISIBLE LWS_EXTERN
enum lws_struct_json_serialize_result_t lws_struct_json_serialize(lws_struct_serialize_t *js,
								  uint8_t *buf,
								  size_t len,
								  size_t *written);

/**
 * Gives a handle back, and makes it NULL, which it may be before. The structs stay.
 *
 * # Safety
 *
 * `pjs` is NULL, or points to NULL or what lws_struct_json_serialize_create() returned.
 */
LWS_VISIBLE LWS_EXTERN void lws_struct_json_serialize_destroy(lws_struct_serialize_t **pjs);

#endif /* LWS_WITH_STRUCT_JSON */

typedef enum lws_struct_map_type_eum lws_struct_map_type_eum;

/* Each of these makes an entry of a map: `name` is a member of `type`, `qname` its name in JSON. */
#define LWS_STRUCT_PLAIN_(type, name, qname, kind) \
	{ qname, NULL, NULL, offsetof(type, name), sizeof(((type *)0)->name), 0, 0, kind }

/** A signed integer. */
#define LSM_SIGNED(type, name, qname) LWS_STRUCT_PLAIN_(type, name, qname, LSMT_SIGNED)
/** An unsigned integer. */
#define LSM_UNSIGNED(type, name, qname) LWS_STRUCT_PLAIN_(type, name, qname, LSMT_UNSIGNED)
/** An integer that is 0 or 1. */
#define LSM_BOOLEAN(type, name, qname) LWS_STRUCT_PLAIN_(type, name, qname, LSMT_BOOLEAN)
/** A text in a char array. */
#define LSM_CARRAY(type, name, qname) \
	LWS_STRUCT_PLAIN_(type, name, qname, LSMT_STRING_CHAR_ARRAY)
/** A pointer to a text. */
#define LSM_STRING_PTR(type, name, qname) LWS_STRUCT_PLAIN_(type, name, qname, LSMT_STRING_PTR)
/** A pointer to bytes, which is not in JSON. */
#define LSM_BLOB_PTR(type, blobptr_name, qname) \
	LWS_STRUCT_PLAIN_(type, blobptr_name, qname, LSMT_BLOB_PTR)

/**
 * A list: `pname` is a lws_dll2_owner_t of `ptype`, `cname` a lws_dll2_t of `ctype`, whose members are
 * in `cmap`. `lejp_cb` reads them, or NULL.
 */
#define LSM_LIST(ptype, pname, ctype, cname, lejp_cb, cmap, qname) \
	{ qname, cmap, lejp_cb, offsetof(ptype, pname), sizeof(ctype), offsetof(ctype, cname), \
	  LWS_ARRAY_SIZE(cmap), LSMT_LIST }
/** A child: `pname` of `ptype` points to a `ctype`, whose members are in `cmap`. */
#define LSM_CHILD_PTR(ptype, pname, ctype, lejp_cb, cmap, qname) \
	{ qname, cmap, lejp_cb, offsetof(ptype, pname), sizeof(ctype), 0, \
	  LWS_ARRAY_SIZE(cmap), LSMT_CHILD_PTR }
/** A schema: a `ctype`, whose members are in `map`. */
#define LSM_SCHEMA(ctype, lejp_cb, map, schema_name) \
	{ schema_name, map, lejp_cb, 0, sizeof(ctype), 0, LWS_ARRAY_SIZE(map), LSMT_SCHEMA }
/** The same; `cdll2mem` is a lws_dll2_t of `ctype`, which JSON has no use for. */
#define LSM_SCHEMA_DLL2(ctype, cdll2mem, lejp_cb, map, schema_name) \
	{ schema_name, map, lejp_cb, offsetof(ctype, cdll2mem), sizeof(ctype), 0, \
	  LWS_ARRAY_SIZE(map), LSMT_SCHEMA }

#endif
