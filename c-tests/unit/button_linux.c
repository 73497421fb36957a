/*
 * Pins of Linux with descriptors that the test plays, as machines that run
 * tests have no GPIO chip and no keys: what the kernel would write is written
 * into a pipe, and what it would be asked fails.
 */
#include "../conn.h"

#include <linux/gpio.h>
#include <linux/input.h>

static struct lws_context *cx;
static char heard[4096];

static int on_press(void *opaque, lws_smd_class_t class, lws_usec_t timestamp,
		    void *buf, size_t len)
{
	size_t used = strlen(heard);

	(void)opaque;
	(void)class;
	(void)timestamp;
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

static void key(int fd, int type, int code, int value)
{
	struct input_event e;

	memset(&e, 0, sizeof(e));
	e.type = (uint16_t)type;
	e.code = (uint16_t)code;
	e.value = value;
	CHECK(write(fd, &e, sizeof(e)) == sizeof(e));
}

static void edge(int fd, unsigned int id)
{
	struct gpio_v2_line_event e;

	memset(&e, 0, sizeof(e));
	e.id = id;
	CHECK(write(fd, &e, sizeof(e)) == sizeof(e));
}

int main(void)
{
	struct lws_context_creation_info info;
	lws_button_map_t map[2] = { { -1, "power", NULL }, { -1, "reset", NULL } };
	lws_button_controller_t c = { "case", NULL, map, 1, 2 };
	struct lws_button_state *bcs;
	int keys[2], line[2], before = descriptors();

	CHECK(!pipe(keys) && !pipe(line));
	info_init(&info);
	info.early_smd_cb = on_press;
	info.early_smd_class_filter = LWSSMDCL_INTERACTION;
	cx = context_from(&info);
	map[0].gpio = lws_gpio_linux_adopt(cx, keys[0], LWS_GPIO_LINUX_KEY,
					   KEY_POWER);
	map[1].gpio = lws_gpio_linux_adopt(cx, line[0], LWS_GPIO_LINUX_CHIP, 0);
	CHECK(map[0].gpio >= 0 && map[1].gpio >= 0);
	CHECK(map[0].gpio != map[1].gpio);
	c.gpio_ops = lws_gpio_linux_ops();
	bcs = lws_button_controller_create(cx, &c);
	CHECK(bcs != NULL);
	/* a pipe cannot be made an input with a pull-up; that is logged */
	lws_set_log_level(0, NULL);
	lws_button_enable(bcs, 0, 3);

	/* another key, and the same one's repetition, are nothing */
	key(keys[1], EV_KEY, KEY_A, 1);
	key(keys[1], EV_SYN, SYN_REPORT, 0);
	go_on(60);
	CHECK_STR(heard, "");
	key(keys[1], EV_KEY, KEY_POWER, 1);
	go_on(30);
	key(keys[1], EV_KEY, KEY_POWER, 2);
	go_on(400);
	key(keys[1], EV_KEY, KEY_POWER, 0);
	go_on(100);
	CHECK_STR(heard,
		  "{\"type\":\"button\",\"src\":\"case/power\",\"event\":\"down\"}\n"
		  "{\"type\":\"button\",\"src\":\"case/power\",\"event\":\"longclick\"}\n"
		  "{\"type\":\"button\",\"src\":\"case/power\",\"event\":\"up\"}\n");
	heard[0] = '\0';

	/* the line is pressed when it is low */
	edge(line[1], GPIO_V2_LINE_EVENT_RISING_EDGE);
	go_on(60);
	CHECK_STR(heard, "");
	edge(line[1], GPIO_V2_LINE_EVENT_FALLING_EDGE);
	go_on(400);
	edge(line[1], GPIO_V2_LINE_EVENT_RISING_EDGE);
	go_on(100);
	CHECK_STR(heard,
		  "{\"type\":\"button\",\"src\":\"case/reset\",\"event\":\"down\"}\n"
		  "{\"type\":\"button\",\"src\":\"case/reset\",\"event\":\"longclick\"}\n"
		  "{\"type\":\"button\",\"src\":\"case/reset\",\"event\":\"up\"}\n");

	/* pulled out: told once, and the loop sleeps */
	log_watch(LOG_USUAL);
	close(keys[1]);
	go_on(50);
	CHECK_EQ(log_lines("its device is gone"), 1);
	CHECK_EQ(lws_gpio_linux_close(cx, map[0].gpio), 0);
	lws_context_destroy(cx);
	close(line[1]);
	CHECK_EQ(descriptors(), before);

	return 0;
}
