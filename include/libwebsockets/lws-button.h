/* Generated from the Rust sources by cbindgen: do not edit. */

#if !defined(LWS_BUTTON_H)
#define LWS_BUTTON_H

struct lws_button_controller;
struct lws_button_map;
struct lws_button_regime;
struct lws_button_state;

/** How often a button that is not idle is looked at, milliseconds. */
#define LWS_BUTTON_MON_TIMER_MS 5

/** Flags of a regime. */
enum lws_button_regime_flags {
	/**
	 * Two presses in a row are a double click, so a click is only told when no second one came.
	 */
	LWSBTNRGMFLAG_CLASSIFY_DOUBLECLICK = 1,
};

/** Buttons at work. The pointer is never followed: one that is destroyed already is recognised. */
struct lws_button_state;

/** The times that tell one kind of press from another, milliseconds. */
struct lws_button_regime {
	/** Shorter presses are noise. */
	uint16_t ms_min_down;
	/** Longer presses are long clicks. */
	uint16_t ms_min_down_longpress;
	/** The contact may bounce for so long when it opens. */
	uint16_t ms_up_settle;
	/** A second press within this makes a double click. */
	uint16_t ms_doubleclick_grace;
	/** How often a button that is held says so; 0 for never. */
	uint16_t ms_repeat_down;
	/** LWSBTNRGMFLAG_ or 0. */
	uint8_t flags;
};

/** The times that tell one kind of press from another. */
typedef struct lws_button_regime lws_button_regime_t;

/** One button. */
struct lws_button_map {
	/** Its pin. */
	_lws_plat_gpio_t gpio;
	/** Its name in messages. */
	const char *smd_interaction_name;
	/** Its times, or NULL for the usual ones: 20, 300, 20, 120, 0, with double clicks. */
	const lws_button_regime_t *regime;
};

/** One button. */
typedef struct lws_button_map lws_button_map_t;

/** Buttons of a controller, as bits; or one of them, by number. */
typedef uint16_t lws_button_idx_t;

/** The buttons that belong together. */
struct lws_button_controller {
	/** Their common name in messages. */
	const char *smd_bc_name;
	/** What is done with their pins. It outlives the controller. */
	const lws_gpio_ops_t *gpio_ops;
	/** The buttons. */
	const lws_button_map_t *button_map;
	/** A bit for each: set when its pin is high while it is pressed. */
	lws_button_idx_t active_state_bitmap;
	/** How many there are, at most 16. */
	uint8_t count_buttons;
};

/** The buttons that belong together. */
typedef struct lws_button_controller lws_button_controller_t;

/** What is told of a button; for programs of their own, nothing here calls it. */
typedef void (*lws_button_cb_t)(void *opaque, lws_button_idx_t idx, int state);

#if defined(LWS_WITH_BUTTON)

/**
 * Makes buttons that belong together, none of them enabled. Their presses become messages of class
 * INTERACTION: `{"type":"button","src":"controller/button","event":"down"}`, with `down`,
 * `stilldown`, `up`, `click`, `longclick` and `doubleclick` as events. For the thread that services
 * the context.
 *
 * @param ctx: the context
 * @param controller: what they are; copied, but for its `gpio_ops`
 *
 * # Returns
 *
 * What stands for them, until lws_button_controller_destroy() or the end of the context; NULL when
 * an argument makes no sense (more than 16 buttons, an operation or a name that is missing), or
 * when there is no memory or descriptor.
 *
 * # Safety
 *
 * `ctx` is NULL or a live context, `controller` NULL or valid. The operations may be called with the
 * pins until the controller is destroyed.
 */
LWS_VISIBLE LWS_EXTERN
struct lws_button_state *lws_button_controller_create(struct lws_context *ctx,
						      const lws_button_controller_t *controller);

/**
 * Ends buttons: their pins tell nothing any more. For the thread that services the context.
 *
 * # Safety
 *
 * `bcs` is any pointer; one that was not made by lws_button_controller_create(), or is destroyed
 * already, is recognised.
 */
LWS_VISIBLE LWS_EXTERN void lws_button_controller_destroy(struct lws_button_state *bcs);

/**
 * The bit of a button, by its name.
 *
 * # Returns
 *
 * The bit; 0 when there is no such button or an argument is NULL.
 *
 * # Safety
 *
 * `name` is NULL or a text.
 */
LWS_VISIBLE LWS_EXTERN
lws_button_idx_t lws_button_get_bit(struct lws_button_state *bcs,
				    const char *name);

/**
 * Changes which buttons are looked at. A press that is under way when its button is disabled is
 * forgotten. For the thread that services the context.
 *
 * @param bcs: the buttons
 * @param _reset: bits of those that shall not be looked at any more
 * @param _set: bits of those that shall be looked at; they win where both have a bit
 *
 * # Safety
 *
 * As for lws_button_controller_destroy().
 */
LWS_VISIBLE LWS_EXTERN
void lws_button_enable(struct lws_button_state *bcs,
		       lws_button_idx_t _reset,
		       lws_button_idx_t _set);

#endif /* LWS_WITH_BUTTON */

#endif
