/*
 * Buttons on pins that the test plays: what the pins are made, which presses
 * are told how, and that it ends when its button is disabled or destroyed.
 */
#include "../conn.h"

static struct lws_context *cx;
static char heard[4096];

/* -- pins ------------------------------------------------------------------ */

static struct {
	int			level, irq;
	lws_gpio_irq_cb_t	cb;
	void			*arg;
} pins[8];
static char calls[4096];

static void note(const char *format, int a, int b)
{
	size_t used = strlen(calls);

	snprintf(calls + used, sizeof(calls) - used, format, a, b);
}

static void pin_mode(_lws_plat_gpio_t gpio, int flags)
{
	note("mode %d %d, ", gpio, flags);
}

static int pin_read(_lws_plat_gpio_t gpio)
{
	return pins[gpio].level;
}

static void pin_set(_lws_plat_gpio_t gpio, int val)
{
	note("set %d %d, ", gpio, val);
}

static int pin_irq(_lws_plat_gpio_t gpio, lws_gpio_irq_t irq,
		   lws_gpio_irq_cb_t cb, void *arg)
{
	note("irq %d %d, ", gpio, (int)irq);
	pins[gpio].irq = (int)irq;
	pins[gpio].cb = cb;
	pins[gpio].arg = arg;

	return 0;
}

static const lws_gpio_ops_t ops = { pin_mode, pin_read, pin_set, pin_irq };

static void pin_to(int gpio, int level)
{
	int edge = level ? LWSGGPIO_IRQ_RISING : LWSGGPIO_IRQ_FALLING;

	if (pins[gpio].level != level && pins[gpio].irq == edge)
		pins[gpio].cb(pins[gpio].arg);
	pins[gpio].level = level;
}

/* -- buttons --------------------------------------------------------------- */

static const lws_button_regime_t plain = { 20, 200, 20, 120, 0, 0 };
static const lws_button_regime_t held_down = { 20, 5000, 20, 120, 50, 0 };
static const lws_button_map_t map[] = {
	{ 3, "ok", NULL },
	{ 4, "back", &plain },
	{ 5, "\"odd\"", &held_down },
};
static const lws_button_controller_t panel = {
	"panel", &ops, map, 4, LWS_ARRAY_SIZE(map)
};

static int on_press(void *opaque, lws_smd_class_t class, lws_usec_t timestamp,
		    void *buf, size_t len)
{
	size_t used = strlen(heard);

	(void)opaque;
	(void)timestamp;
	CHECK_EQ(class, LWSSMDCL_INTERACTION);
	snprintf(heard + used, sizeof(heard) - used, "%.*s\n", (int)len,
		 (const char *)buf);

	return 0;
}

static void go_on(int ms)
{
	lws_usec_t end = lws_now_usecs() + ms * (lws_usec_t)1000;

	while (lws_now_usecs() < end) {
		CHECK(lws_service(cx, -1) >= 0);
		usleep(500);
	}
}

/* CHECK what was heard since the last time: the events of one button, in order. */
static void events(const char *src, const char *const *names)
{
	char expected[1024];
	size_t used = 0;

	expected[0] = '\0';
	for (; *names; names++)
		used += (size_t)snprintf(expected + used,
				sizeof(expected) - used,
				"{\"type\":\"button\",\"src\":\"%s\","
				"\"event\":\"%s\"}\n", src, *names);
	CHECK_STR(heard, expected);
	heard[0] = '\0';
}

#define EVENTS(src, ...) \
	events(src, (const char *const[]){ __VA_ARGS__, NULL })
#define SILENT() CHECK_STR(heard, "")

static void context_up(void)
{
	struct lws_context_creation_info info;

	info_init(&info);
	info.early_smd_cb = on_press;
	info.early_smd_class_filter = LWSSMDCL_INTERACTION;
	cx = context_from(&info);
}

int main(void)
{
	struct lws_button_state *bcs;
	int before = descriptors(), slow = check_slow(), n;

	context_up();
	bcs = lws_button_controller_create(cx, &panel);
	CHECK(bcs != NULL);
	CHECK_STR(calls, "");
	CHECK_EQ(lws_button_get_bit(bcs, "ok"), 1);
	CHECK_EQ(lws_button_get_bit(bcs, "\"odd\""), 4);
	CHECK_EQ(lws_button_get_bit(bcs, "none"), 0);

	/* active low has a pull-up and falls; active high the other way */
	lws_button_enable(bcs, 0, 0xffff);
	CHECK_STR(calls, "mode 3 5, irq 3 2, mode 4 5, irq 4 2, "
			 "mode 5 9, irq 5 1, ");
	calls[0] = '\0';
	lws_button_enable(bcs, 0, 1);
	CHECK_STR(calls, "");
	pins[3].level = pins[4].level = 1;

	/* what is done to a pin at its edge */
	pin_to(4, 0);
	go_on(3);
	CHECK_STR(calls, "irq 4 0, set 4 0, mode 4 2, mode 4 1, irq 4 2, ");
	/* too short */
	pin_to(4, 1);
	go_on(60);
	SILENT();

	/* times are not to be had to the millisecond under valgrind */
	pin_to(4, 0);
	go_on(slow ? 100 : 60);
	pin_to(4, 1);
	go_on(80);
	if (!slow)
		EVENTS("panel/back", "down", "click");
	heard[0] = '\0';
	pin_to(4, 0);
	go_on(400);
	pin_to(4, 1);
	go_on(100);
	EVENTS("panel/back", "down", "longclick", "up");

	if (!slow) {
		pin_to(3, 0);
		go_on(60);
		pin_to(3, 1);
		go_on(300);
		EVENTS("panel/ok", "down", "up", "click");
		pin_to(3, 0);
		go_on(60);
		pin_to(3, 1);
		go_on(60);
		pin_to(3, 0);
		go_on(60);
		pin_to(3, 1);
		go_on(100);
		EVENTS("panel/ok", "down", "up", "down", "doubleclick", "up");
	}

	/* a name is no JSON until it is made so */
	pin_to(5, 1);
	go_on(300);
	CHECK(strstr(heard, "\"src\":\"panel/\\u0022odd\\u0022\","
			    "\"event\":\"down\""));
	CHECK(strstr(heard, "\"event\":\"stilldown\""));

	/* disabled while it is pressed: nothing is told any more */
	calls[0] = '\0';
	lws_button_enable(bcs, 4, 0);
	CHECK_STR(calls, "irq 5 0, ");
	go_on(50);
	heard[0] = '\0';
	pin_to(5, 0);
	go_on(100);
	SILENT();

	/* two at a time, and destroyed in the middle */
	pin_to(3, 0);
	pin_to(4, 0);
	go_on(100);
	CHECK(strstr(heard, "panel/ok") && strstr(heard, "panel/back"));
	calls[0] = '\0';
	lws_button_controller_destroy(bcs);
	CHECK_STR(calls, "irq 3 0, irq 4 0, ");
	heard[0] = '\0';
	go_on(100);
	SILENT();

	/* one that is destroyed is recognised */
	CHECK_LOGS("lws_button_enable", lws_button_enable(bcs, 0, 1));
	CHECK_LOGS("lws_button_controller_destroy",
		   lws_button_controller_destroy(bcs));
	CHECK_FAILS("lws_button_get_bit", !lws_button_get_bit(bcs, "ok"));

	/* the context ends those that are left */
	bcs = lws_button_controller_create(cx, &panel);
	lws_button_enable(bcs, 0, 1);
	calls[0] = '\0';
	lws_context_destroy(cx);
	CHECK_STR(calls, "irq 3 0, ");
	CHECK_LOGS("lws_button_enable", lws_button_enable(bcs, 0, 1));
	CHECK_EQ(descriptors(), before);

	/* often */
	context_up();
	for (n = 0; n < 1000; n++) {
		bcs = lws_button_controller_create(cx, &panel);
		lws_button_enable(bcs, 0, 7);
		lws_button_controller_destroy(bcs);
	}
	lws_context_destroy(cx);

	return 0;
}
