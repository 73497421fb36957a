/* What the plugins of util_plugins.c export. */
#ifndef RELWS_TEST_PLUGIN_H
#define RELWS_TEST_PLUGIN_H

#include <libwebsockets.h>

struct plugin {
	lws_plugin_header_t hdr;
	int (*number)(void);
};

#endif
