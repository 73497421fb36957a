/*
 * Members behind those that are missing, of what this library does not do:
 * each is named in a line of the log, and none of another name.
 */

#include "check.h"

static char lines[16384];

static void
keep(int level, const char *line)
{
	size_t used = strlen(lines);

	(void)level;
	if (strlen(line) < sizeof(lines) - used)
		strcpy(lines + used, line);
}

/* one line, which names the member */
static void
names(const struct lws_context_creation_info *info, const char *member)
{
	struct lws_context *cx;
	const char *line;

	lines[0] = '\0';
	cx = lws_create_context(info);
	CHECK(cx);
	lws_context_destroy(cx);
	line = strstr(lines, member);
	if (!line)
		fprintf(stderr, "no line names %s: %s\n", member, lines);
	CHECK(line);
	CHECK(strchr(lines, '\n') == lines + strlen(lines) - 1);
}

int
main(void)
{
	struct lws_context_creation_info info;

	lws_set_log_level(LLL_ERR | LLL_WARN, keep);

	info_init(&info);
	info.http_nsc_filepath = "/nonexistent/jar";
	names(&info, "http_nsc_filepath");
	info_init(&info);
	info.http_nsc_heap_max_footprint = 1;
	names(&info, "http_nsc_heap_max_footprint");
	info_init(&info);
	info.http_nsc_heap_max_items = 1;
	names(&info, "http_nsc_heap_max_items");
	info_init(&info);
	info.http_nsc_heap_max_payload = 1;
	names(&info, "http_nsc_heap_max_payload");

	return 0;
}
