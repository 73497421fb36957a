/*
 * lws_smd_ss_msg_printf writes the 16 byte header of a stream (class and
 * timestamp, both 64 bit big-endian) and the text behind it.
 */
#include "../context.h"

int main(void)
{
	static const uint8_t header[LWS_SMD_SS_RX_HEADER_LEN] = {
		0, 0, 0, 0, 0x81, 0, 0, 4, /* class */
		0, 0, 0, 0, 0, 0, 0, 0,    /* the receiver stamps it */
	};
	const lws_smd_class_t c = 0x81000004;
	uint8_t buf[LWS_SMD_SS_RX_HEADER_LEN + LWS_SMD_MAX_PAYLOAD + 64];
	size_t len;

	lws_set_log_level(LOG_USUAL, NULL);

	len = sizeof(buf);
	memset(buf, 0xff, sizeof(buf));
	CHECK(!lws_smd_ss_msg_printf("tag", buf, &len, c, "{\"n\":%d}", 5));
	CHECK(len == 16 + 7);
	CHECK(!memcmp(buf, header, sizeof(header)));
	CHECK(!memcmp(buf + 16, "{\"n\":5}", 7));

	/* the terminator has to fit as well, though it is not counted */
	len = 16 + 8;
	memset(buf, 0xff, sizeof(buf));
	CHECK(!lws_smd_ss_msg_printf("tag", buf, &len, c, "{\"n\":%d}", 5));
	CHECK(len == 16 + 7 && buf[16 + 7] == '\0' && buf[16 + 8] == 0xff);
	len = 16 + 7;
	memset(buf, 0xff, sizeof(buf));
	CHECK_FAILS("lws_smd_ss_msg_printf",
		    lws_smd_ss_msg_printf("tag", buf, &len, c, "{\"n\":%d}",
					  5) == 1);
	CHECK(buf[16 + 7] == 0xff);

	/* no room for the header, or none for anything else */
	len = 15;
	memset(buf, 0xff, sizeof(buf));
	CHECK_FAILS("lws_smd_ss_msg_printf",
		    lws_smd_ss_msg_printf("tag", buf, &len, c, "%s", "") == 1);
	CHECK(buf[0] == 0xff && buf[15] == 0xff);
	len = 0;
	CHECK_FAILS("lws_smd_ss_msg_printf",
		    lws_smd_ss_msg_printf("tag", buf, &len, c, "%s", "") == 1);
	len = 16;
	CHECK_FAILS("lws_smd_ss_msg_printf",
		    lws_smd_ss_msg_printf("tag", buf, &len, c, "%s", "") == 1);
	len = 17;
	CHECK(!lws_smd_ss_msg_printf("tag", buf, &len, c, "%s", ""));
	CHECK(len == 16);

	/* the limit of a message holds here too */
	len = sizeof(buf);
	CHECK(!lws_smd_ss_msg_printf("tag", buf, &len, c, "%0384d", 7));
	CHECK(len == 16 + 384 && buf[16 + 383] == '7');
	len = sizeof(buf);
	CHECK_FAILS("lws_smd_ss_msg_printf",
		    lws_smd_ss_msg_printf("tag", buf, &len, c, "%0385d",
					  7) == 1);

	return 0;
}
