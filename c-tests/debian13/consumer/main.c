/* Says which library it runs on. */

#include <libwebsockets.h>

#include <stdio.h>

int main(void)
{
	puts(lws_get_library_version());
	return 0;
}
