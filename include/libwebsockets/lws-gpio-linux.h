/* Generated from the Rust sources by cbindgen: do not edit. */

#if !defined(LWS_GPIO_LINUX_H)
#define LWS_GPIO_LINUX_H

/** As kind of a descriptor: a line of a GPIO chip (linux/gpio.h, version 2). */
#define LWS_GPIO_LINUX_CHIP 0

/** As kind of a descriptor: an input device (linux/input.h). */
#define LWS_GPIO_LINUX_KEY 1

#if defined(LWS_WITH_BUTTON)

/**
 * Operations on the pins that the functions here open, for lws_button_controller_t and others. An
 * input device's key is high while it is pressed; it cannot be driven. Levels as interrupt
 * (LWSGGPIO_IRQ_LOW, _HIGH) are told when they begin.
 *
 * # Returns
 *
 * The operations, which are there for ever.
 */
LWS_VISIBLE LWS_EXTERN const lws_gpio_ops_t *lws_gpio_linux_ops(void);

/**
 * Opens a line of a GPIO chip as input, for the thread that services the context, which also calls
 * the operations.
 *
 * @param context: the context whose loop hears of its edges; it closes it at its end
 * @param path: the chip, as /dev/gpiochip0
 * @param offset: the number of the line on it
 *
 * # Returns
 *
 * The number of the pin for lws_gpio_linux_ops(); -1 when it cannot be had, with a line in the log.
 *
 * # Safety
 *
 * `context` is NULL or a live context, `path` NULL or a text.
 */
LWS_VISIBLE LWS_EXTERN
int lws_gpio_linux_line(struct lws_context *context,
			const char *path,
			uint32_t offset);

/**
 * Opens a key of an input device, as lws_gpio_linux_line() a line.
 *
 * @param context: the context whose loop hears of its presses; it closes it at its end
 * @param path: the device, as /dev/input/event0
 * @param code: the key (KEY_ or BTN_ of linux/input-event-codes.h)
 *
 * # Returns
 *
 * The number of the pin for lws_gpio_linux_ops(); -1 when it cannot be had, with a line in the log.
 *
 * # Safety
 *
 * `context` is NULL or a live context, `path` NULL or a text.
 */
LWS_VISIBLE LWS_EXTERN
int lws_gpio_linux_key(struct lws_context *context,
		       const char *path,
		       uint16_t code);

/**
 * As lws_gpio_linux_line() and lws_gpio_linux_key(), for a descriptor that the program has already,
 * from a session manager for instance. It is closed with the pin, also when this fails.
 *
 * @param context: the context whose loop hears of its events
 * @param fd: the descriptor: of a line that was requested, or of an input device
 * @param kind: LWS_GPIO_LINUX_CHIP or LWS_GPIO_LINUX_KEY
 * @param code: of LWS_GPIO_LINUX_KEY, the key
 *
 * # Returns
 *
 * The number of the pin for lws_gpio_linux_ops(); -1 when it cannot be had, with a line in the log.
 *
 * # Safety
 *
 * `context` is NULL or a live context, `fd` a descriptor that nobody else closes, or -1.
 */
LWS_VISIBLE LWS_EXTERN
int lws_gpio_linux_adopt(struct lws_context *context,
			 int fd,
			 int kind,
			 uint16_t code);

/**
 * Closes a pin. For the thread that services the context.
 *
 * # Returns
 *
 * 0; -1 when the context has no such pin.
 *
 * # Safety
 *
 * `context` is NULL or a live context.
 */
LWS_VISIBLE LWS_EXTERN int lws_gpio_linux_close(struct lws_context *context, int gpio);

#endif /* LWS_WITH_BUTTON */

#endif
