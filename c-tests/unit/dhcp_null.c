/*
 * Arguments that make no sense get the documented value and one log line.
 */
#include "../dhcp.h"

int main(void)
{
	lws_dhcpc_settings_t settings;
	uint8_t id[256] = { 255, 1 };

	memset(&settings, 0, sizeof(settings));
	descriptors_before = descriptors();
	cx = context_bare();
	CHECK_FAILS("lws_dhcpc_request",
		    lws_dhcpc_request(NULL, "v0", AF_INET, NULL, NULL) == 1);
	CHECK_FAILS("lws_dhcpc_request",
		    lws_dhcpc_request(cx, NULL, AF_INET, NULL, NULL) == 1);
	CHECK_FAILS("lws_dhcpc_request",
		    lws_dhcpc_request(cx, "", AF_INET, NULL, NULL) == 1);
	CHECK_FAILS("lws_dhcpc_request",
		    lws_dhcpc_request(cx, "a-name-of-16-byt", AF_INET, NULL, NULL) == 1);
	CHECK_FAILS("lws_dhcpc_request",
		    lws_dhcpc_request(cx, "v0", AF_INET6, NULL, NULL) == 1);
	CHECK_FAILS("lws_dhcpc_remove", lws_dhcpc_remove(NULL, NULL) == 1);
	CHECK_EQ(lws_dhcpc_remove(cx, NULL), 0);
	CHECK_FAILS("lws_dhcpc_status", lws_dhcpc_status(NULL, NULL) == 0);
	CHECK_EQ(lws_dhcpc_status(cx, NULL), 0);
	CHECK_FAILS("lws_dhcpc_state", lws_dhcpc_state(NULL, "v0") == LWS_DHCPC_NONE);
	CHECK_FAILS("lws_dhcpc_state", lws_dhcpc_state(cx, NULL) == LWS_DHCPC_NONE);
	CHECK_EQ(lws_dhcpc_state(cx, "v0"), LWS_DHCPC_NONE);
	CHECK_FAILS("lws_dhcpc_settings_default",
		    lws_dhcpc_settings_default(NULL) == -1);
	CHECK_FAILS("lws_dhcpc_settings_default",
		    lws_dhcpc_settings_default(&settings) == -1);
	CHECK_FAILS("lws_dhcpc_request_settings",
		    lws_dhcpc_request_settings(cx, "v0", NULL, NULL, NULL) == 1);
	CHECK_FAILS("lws_dhcpc_request_settings",
		    lws_dhcpc_request_settings(cx, "v0", &settings, NULL, NULL) == 1);
	settings.size = sizeof(settings);
	CHECK_EQ(lws_dhcpc_settings_default(&settings), 0);
	settings.flags = 4;
	CHECK_FAILS("lws_dhcpc_request_settings",
		    lws_dhcpc_request_settings(cx, "v0", &settings, NULL, NULL) == 1);
	settings.flags = 0;
	settings.client_id = id;
	settings.client_id_len = 1;
	CHECK_FAILS("lws_dhcpc_request_settings",
		    lws_dhcpc_request_settings(cx, "v0", &settings, NULL, NULL) == 1);
	settings.client_id_len = 256;
	CHECK_FAILS("lws_dhcpc_request_settings",
		    lws_dhcpc_request_settings(cx, "v0", &settings, NULL, NULL) == 1);
	settings.client_id = NULL;
	settings.client_id_len = 2;
	CHECK_FAILS("lws_dhcpc_request_settings",
		    lws_dhcpc_request_settings(cx, "v0", &settings, NULL, NULL) == 1);
	settings.client_id_len = 0;
	/* an interface may come later */
	CHECK_EQ(lws_dhcpc_request_settings(cx, "relws-none", &settings, NULL, NULL), 0);
	CHECK_EQ(lws_dhcpc_state(cx, "relws-none"), LWS_DHCPC_OFF);
	lws_context_destroy(cx);
	CHECK_EQ(descriptors(), descriptors_before);

	return 0;
}
