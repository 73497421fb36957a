/*
 * Buttons and pins: arguments that make no sense get the documented value and
 * one log line.
 */
#include "../conn.h"

static void pin_mode(_lws_plat_gpio_t gpio, int flags)
{
	(void)gpio;
	(void)flags;
}

static int pin_read(_lws_plat_gpio_t gpio)
{
	(void)gpio;

	return 0;
}

static int pin_irq(_lws_plat_gpio_t gpio, lws_gpio_irq_t irq,
		   lws_gpio_irq_cb_t cb, void *arg)
{
	(void)gpio;
	(void)irq;
	(void)cb;
	(void)arg;

	return 1;
}

int main(void)
{
	static const lws_gpio_ops_t ops = {
		pin_mode, pin_read, pin_mode, pin_irq
	};
	lws_gpio_ops_t some = ops;
	lws_button_map_t map[17];
	lws_button_controller_t c = { "c", &ops, map, 0, 1 };
	struct lws_context *cx = context_bare();
	struct lws_button_state *bcs;
	int n, fds[2];

	for (n = 0; n < 17; n++) {
		map[n].gpio = n;
		map[n].smd_interaction_name = "b";
		map[n].regime = NULL;
	}
#define NONE(...) CHECK_FAILS("lws_button_controller_create", \
			      !lws_button_controller_create(__VA_ARGS__))
	NONE(NULL, &c);
	NONE(cx, NULL);
	c.count_buttons = 17;
	NONE(cx, &c);
	c.count_buttons = 1;
	c.smd_bc_name = NULL;
	NONE(cx, &c);
	c.smd_bc_name = "c";
	c.button_map = NULL;
	NONE(cx, &c);
	c.button_map = map;
	c.gpio_ops = NULL;
	NONE(cx, &c);
	c.gpio_ops = &some;
	some.set = NULL;
	NONE(cx, &c);
	c.gpio_ops = &ops;
	map[0].smd_interaction_name = NULL;
	NONE(cx, &c);
	map[0].smd_interaction_name = "b";

	CHECK_LOGS("lws_button_enable", lws_button_enable(NULL, 0, 0));
	CHECK_LOGS("lws_button_controller_destroy",
		   lws_button_controller_destroy(NULL));
	CHECK_FAILS("lws_button_get_bit", !lws_button_get_bit(NULL, "b"));
	c.count_buttons = 16;
	bcs = lws_button_controller_create(cx, &c);
	CHECK(bcs != NULL);
	CHECK_FAILS("lws_button_get_bit", !lws_button_get_bit(bcs, NULL));
	/* a pin that cannot tell */
	CHECK_LOGS("button b", lws_button_enable(bcs, 0, 1 << 15));

	CHECK_FAILS("lws_gpio_linux_line",
		    lws_gpio_linux_line(NULL, "/dev/null", 0) == -1);
	CHECK_FAILS("lws_gpio_linux_line",
		    lws_gpio_linux_line(cx, NULL, 0) == -1);
	CHECK_FAILS("lws_gpio_linux_line",
		    lws_gpio_linux_line(cx, "/dev/null", 0) == -1);
	CHECK_FAILS("lws_gpio_linux_key",
		    lws_gpio_linux_key(cx, NULL, 0) == -1);
	CHECK_FAILS("lws_gpio_linux_key",
		    lws_gpio_linux_key(cx, "/nonexistent", 0) == -1);
	CHECK_FAILS("lws_gpio_linux_adopt",
		    lws_gpio_linux_adopt(cx, -1, LWS_GPIO_LINUX_KEY, 0) == -1);
	CHECK(!pipe(fds));
	CHECK_FAILS("lws_gpio_linux_adopt",
		    lws_gpio_linux_adopt(cx, fds[0], 7, 0) == -1);
	close(fds[1]);
	CHECK_FAILS("lws_gpio_linux_close", lws_gpio_linux_close(cx, 0) == -1);
	CHECK_FAILS("lws_gpio_linux_close",
		    lws_gpio_linux_close(NULL, 0) == -1);
	CHECK(lws_gpio_linux_ops()->irq_mode(9, LWSGGPIO_IRQ_NONE, NULL, NULL));
	CHECK_EQ(lws_gpio_linux_ops()->read(9), 0);
	lws_context_destroy(cx);

	return 0;
}
