/* Generated from the Rust sources by cbindgen: do not edit. */

#if !defined(LWS_GPIO_H)
#define LWS_GPIO_H

struct lws_gpio_ops;

/** What a pin is for, and what it does when nobody drives it. */
enum lws_gpio_flags {
	/** It is read. */
	LWSGGPIO_FL_READ = 1,
	/** It is driven. */
	LWSGGPIO_FL_WRITE = 2,
	/** It is high when nobody drives it. */
	LWSGGPIO_FL_PULLUP = 4,
	/** It is low when nobody drives it. */
	LWSGGPIO_FL_PULLDOWN = 8,
	/** It starts low when it is driven. */
	LWSGGPIO_FL_START_LOW = 16,
};

/** Which changes of a pin are told. */
enum lws_gpio_irq_t {
	/** None. */
	LWSGGPIO_IRQ_NONE = 0,
	/** From low to high. */
	LWSGGPIO_IRQ_RISING = 1,
	/** From high to low. */
	LWSGGPIO_IRQ_FALLING = 2,
	/** Both. */
	LWSGGPIO_IRQ_CHANGE = 3,
	/** That it is low. */
	LWSGGPIO_IRQ_LOW = 4,
	/** That it is high. */
	LWSGGPIO_IRQ_HIGH = 5,
};

/** A pin, by a number that lws_gpio_ops_t understands. */
typedef int _lws_plat_gpio_t;

/** What is called when a pin has changed, from whatever thread or interrupt. */
typedef void (*lws_gpio_irq_cb_t)(void *arg);

/**
 * What a program can do with pins. All members are called on the thread that services the context.
 */
struct lws_gpio_ops {
	/** Makes a pin what `flags` say (LWSGGPIO_FL_). */
	void (*mode)(_lws_plat_gpio_t gpio, int flags);
	/** The level of a pin: 0 or 1. */
	int (*read)(_lws_plat_gpio_t gpio);
	/** Drives a pin to a level. */
	void (*set)(_lws_plat_gpio_t gpio, int val);
	/**
	 * Has `cb` called with `arg` when the pin changes as `irq` says, in place of what was said
	 * before. 0, or nonzero when that cannot be.
	 */
	int (*irq_mode)(_lws_plat_gpio_t gpio,
			enum lws_gpio_irq_t irq,
			lws_gpio_irq_cb_t cb,
			void *arg);
};

/** What a program can do with pins. */
typedef struct lws_gpio_ops lws_gpio_ops_t;

typedef enum lws_gpio_irq_t lws_gpio_irq_t;

#endif
