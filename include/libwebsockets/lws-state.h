/* Generated from the Rust sources by cbindgen: do not edit. */

#if !defined(LWS_STATE_H)
#define LWS_STATE_H

struct lws_state_manager;
struct lws_state_notify_link;

/** A thing with a state. Programs may have their own: zero one, then fill in what is wanted. */
struct lws_state_manager {
	/** The notifiers, the newest first. */
	lws_dll2_owner_t notify_list;
	/** The context that messages about it go through; may be NULL. */
	struct lws_context *context;
	/** The program's own. */
	void *parent;
	/** The class of the message about each change, `{"state":"<name>"}`; 0 for no message. */
	lws_smd_class_t smd_class;
	/** The names of the states, by number. May be NULL; then the number stands for the name. */
	const char **state_names;
	/** Its name, for logs. */
	const char *name;
	/** The state it is in. */
	int state;
};

/** A thing with a state. */
typedef struct lws_state_manager lws_state_manager_t;

/**
 * A notifier's callback. With `current` != `target` it is asked whether the manager may go from
 * one to the other: nonzero refuses. With both equal it is told that the manager is there now; the
 * return value means nothing then.
 *
 * It may call anything, also change the state and remove any notifier.
 */
typedef int (*lws_state_notify_t)(struct lws_state_manager *mgr,
				  struct lws_state_notify_link *link,
				  int current,
				  int target);

/** A notifier. It belongs to the program and outlives its registration. */
struct lws_state_notify_link {
	/** On the manager's list while it is registered. Zero it before the first use. */
	lws_dll2_t list;
	/** What is asked and told. */
	lws_state_notify_t notify_cb;
	/** Its name, for logs. */
	const char *name;
};

/** A notifier. */
typedef struct lws_state_notify_link lws_state_notify_link_t;

#if defined(LWS_WITH_SYS_STATE)

/**
 * Registers a notifier. It is asked before those registered earlier. Only for the thread that
 * uses the manager.
 *
 * # Safety
 *
 * `mgr` and `nl` are valid, `nl` until it is deregistered or the manager is gone.
 */
LWS_VISIBLE LWS_EXTERN
void lws_state_reg_notifier(lws_state_manager_t *mgr,
			    lws_state_notify_link_t *nl);

/**
 * Ends a notifier's registration; it is not called again. Does nothing when it has none. Only for
 * the thread that uses the manager; also inside any notifier.
 *
 * # Safety
 *
 * `nl` is NULL or a valid notifier.
 */
LWS_VISIBLE LWS_EXTERN void lws_state_reg_deregister(lws_state_notify_link_t *nl);

/**
 * Registers each notifier of a NULL-terminated list of pointers, in that order: the last one is
 * asked first. `nl` may be NULL.
 *
 * # Safety
 *
 * As lws_state_reg_notifier(), for each.
 */
LWS_VISIBLE LWS_EXTERN
void lws_state_reg_notifier_list(lws_state_manager_t *mgr,
				 lws_state_notify_link_t *const *nl);

/**
 * Moves the manager up to `target`, state by state. At each step every notifier is asked; the
 * first that refuses stops the climb, and has to call this again once it no longer does. Never
 * moves down. Only for the thread that uses the manager.
 *
 * # Returns
 *
 * 0, refused or not: look at the manager's state. 1 when `mgr` is NULL or `target` is no state.
 *
 * # Safety
 *
 * `mgr` is a valid manager.
 */
LWS_VISIBLE LWS_EXTERN int lws_state_transition_steps(lws_state_manager_t *mgr, int target);

/**
 * Moves the manager to `target` in one step, up or down. Every notifier is asked; the first that
 * refuses stops it. Then every notifier is told, and the message is sent if the manager has a
 * class for it. Only for the thread that uses the manager.
 *
 * # Returns
 *
 * 0, refused or not: look at the manager's state. 1 when `mgr` is NULL or `target` is no state.
 *
 * # Safety
 *
 * `mgr` is a valid manager.
 */
LWS_VISIBLE LWS_EXTERN int lws_state_transition(lws_state_manager_t *mgr, int target);

#endif /* LWS_WITH_SYS_STATE */

#endif
