/*
 * button-watch: show what the presses of keys and GPIO lines mean.
 *
 *     button-watch power=/dev/input/event0:116 reset=/dev/gpiochip0:17
 *
 * Each argument is a name, a device and a number: of an input device the code
 * of a key, of a GPIO chip the line, which is low while it is pressed. Every
 * press, click, double click and long click is a line, until it is interrupted.
 */
#include <libwebsockets.h>

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MOST	16

static struct lws_context *context;
static volatile sig_atomic_t interrupted;

static int on_message(void *opaque, lws_smd_class_t class,
		      lws_usec_t timestamp, void *buf, size_t len)
{
	const char *text = buf, *src, *event;
	size_t src_len, event_len;

	(void)opaque;
	(void)class;
	(void)timestamp;
	src = lws_json_simple_find(text, len, "\"src\":", &src_len);
	event = lws_json_simple_find(text, len, "\"event\":", &event_len);
	if (src && event)
		printf("%.*s %.*s\n", (int)src_len, src, (int)event_len, event);

	return 0;
}

static void on_signal(int sig)
{
	(void)sig;
	interrupted = 1;
	lws_cancel_service(context);
}

/* "name=device:number" into its parts, in place. */
static int parse(char *arg, char **device, unsigned long *number)
{
	char *colon, *end;

	*device = strchr(arg, '=');
	colon = strrchr(arg, ':');
	if (!*device || !colon || colon < *device)
		return 1;
	*(*device)++ = '\0';
	*colon++ = '\0';
	*number = strtoul(colon, &end, 10);

	return end == colon || *end || *number > 0xffff;
}

int main(int argc, char **argv)
{
	struct lws_context_creation_info info;
	lws_button_controller_t panel;
	struct lws_button_state *buttons;
	lws_button_map_t map[MOST];
	unsigned long number;
	char *device;
	int n;

	if (argc < 2 || argc > 1 + MOST) {
		fprintf(stderr, "usage: button-watch NAME=DEVICE:NUMBER...\n");
		return 1;
	}

	setvbuf(stdout, NULL, _IOLBF, 0);
	lws_set_log_level(LLL_ERR | LLL_WARN, NULL);
	memset(&info, 0, sizeof(info));
	info.port = CONTEXT_PORT_NO_LISTEN;
	info.early_smd_cb = on_message;
	info.early_smd_class_filter = LWSSMDCL_INTERACTION;
	context = lws_create_context(&info);
	if (!context) {
		fprintf(stderr, "button-watch: cannot create a context\n");
		return 1;
	}
	signal(SIGINT, on_signal);
	signal(SIGTERM, on_signal);

	memset(&panel, 0, sizeof(panel));
	memset(map, 0, sizeof(map));
	panel.smd_bc_name = "button-watch";
	panel.gpio_ops = lws_gpio_linux_ops();
	panel.button_map = map;
	for (n = 1; n < argc; n++) {
		lws_button_map_t *m = &map[panel.count_buttons];

		if (parse(argv[n], &device, &number)) {
			fprintf(stderr, "button-watch: %s is no "
					"NAME=DEVICE:NUMBER\n", argv[n]);
			goto bail;
		}
		m->smd_interaction_name = argv[n];
		if (strstr(device, "gpiochip")) {
			m->gpio = lws_gpio_linux_line(context, device,
						      (uint32_t)number);
		} else {
			m->gpio = lws_gpio_linux_key(context, device,
						     (uint16_t)number);
			/* a key is high while it is pressed */
			panel.active_state_bitmap = (lws_button_idx_t)
				(panel.active_state_bitmap |
				 1u << panel.count_buttons);
		}
		if (m->gpio < 0) {
			fprintf(stderr, "button-watch: cannot open %s\n",
				device);
			goto bail;
		}
		panel.count_buttons++;
	}
	buttons = lws_button_controller_create(context, &panel);
	if (!buttons)
		goto bail;
	lws_button_enable(buttons, 0, 0xffff);

	/* 0 means: sleep until there is something to do */
	while (!interrupted)
		if (lws_service(context, 0)) {
			fprintf(stderr, "button-watch: the loop failed\n");
			goto bail;
		}
	lws_button_controller_destroy(buttons);
	lws_context_destroy(context);

	return 0;

bail:
	lws_context_destroy(context);

	return 1;
}
