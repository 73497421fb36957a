/*
 * lws_plugins_init() and lws_plugins_destroy(): which files of a directory are
 * loaded, in which order, and what is refused. c-tests/CMakeLists.txt makes
 * the plugins.
 */
#include "../context.h"
#include "../plugins/plugin.h"

static const char *const both[] = { RELWS_PLUGINS "/a", RELWS_PLUGINS "/b", NULL };
static const char *const nowhere[] = { "/nowhere/at/all", NULL };
static const char *const partly[] = { "/nowhere/at/all", RELWS_PLUGINS "/b", NULL };

static int each(struct lws_plugin *p, void *user)
{
	trace("%s%s ", (const char *)user, p->hdr->name);

	/* means nothing */
	return 1;
}

static int init(struct lws_plugin **list, const char *const *d,
		const char *class, const char *filter)
{
	return lws_plugins_init(list, d, class, filter, each, (void *)"+");
}

static int end(struct lws_plugin **list)
{
	return lws_plugins_destroy(list, each, (void *)"-");
}

int main(void)
{
	const char *const cut[] = { RELWS_PLUGINS "/a", NULL };
	struct lws_plugin *list = NULL, *p;
	int sum = 0;

	unsetenv("LD_LIBRARY_PATH");
	log_watch(LLL_ERR | LLL_WARN | LLL_INFO);

	/* by directory, then by name; the last is the first of the list */
	CHECK_EQ(init(&list, both, "relws test", NULL), 0);
	CHECK_TRACE("+one +two_b +three ");
	for (p = list; p; p = p->list) {
		trace("%s ", p->hdr->name);
		sum = sum * 10 + ((const struct plugin *)(const void *)p->hdr)->number();
		CHECK(p->u.l != NULL);
	}
	CHECK_TRACE("three two_b one ");
	CHECK_EQ(sum, 321);
	CHECK_EQ(log_lines("another class"), 1);
	CHECK_EQ(log_lines("another version"), 1);
	CHECK_EQ(log_lines("another build"), 1);
	CHECK_EQ(log_lines("without an export"), 1);
	CHECK_EQ(log_lines("there already"), 1);
	CHECK_EQ(log_lines("junk"), 1);

	/* each once */
	CHECK_EQ(init(&list, both, "relws test", NULL), 1);
	CHECK_TRACE("");
	CHECK_EQ(end(&list), 0);
	CHECK_TRACE("-three -two_b -one ");
	CHECK(!list);
	CHECK_EQ(end(&list), 0);
	CHECK_TRACE("");

	/* one by its name, in the first directory that has it */
	CHECK_EQ(init(&list, both, "relws test", "one"), 0);
	CHECK_TRACE("+one ");
	CHECK(list && !list->list);
	CHECK_EQ(((const struct plugin *)(const void *)list->hdr)->number(), 1);
	CHECK_EQ(end(&list), 0);
	trace_reset();
	CHECK_EQ(init(&list, both, "relws test", "on"), 1);
	CHECK_EQ(init(&list, both, "relws test", "class"), 1);
	CHECK_EQ(init(&list, both, "relws other", NULL), 0);
	CHECK_TRACE("+class ");
	CHECK_EQ(end(&list), 0);
	trace_reset();

	/* nothing to be had */
	CHECK_EQ(init(&list, both, "no class", NULL), 1);
	CHECK_EQ(init(&list, NULL, "relws test", NULL), 1);
	log_watch(LLL_WARN);
	CHECK_EQ(init(&list, nowhere, "relws test", NULL), 1);
	CHECK_EQ(log_lines("lws_plugins_init: /nowhere/at/all: "), 1);
	CHECK(!list);
	CHECK_EQ(init(&list, partly, "relws test", NULL), 0);
	CHECK_TRACE("+one +three ");
	CHECK_EQ(end(&list), 0);
	trace_reset();

	/* the environment goes first */
	CHECK(!setenv("LD_LIBRARY_PATH", ":" RELWS_PLUGINS "/b:", 1));
	CHECK_EQ(init(&list, cut, "relws test", NULL), 0);
	CHECK_TRACE("+one +three +two_b ");
	CHECK_EQ(((const struct plugin *)(const void *)list->list->list->hdr)->number(), 9);
	/* without callbacks */
	CHECK_EQ(lws_plugins_destroy(&list, NULL, NULL), 0);
	CHECK_EQ(lws_plugins_init(&list, NULL, "relws test", "three", NULL, NULL), 0);
	CHECK_EQ(lws_plugins_destroy(&list, NULL, NULL), 0);

	log_watch(LLL_ERR);
	CHECK_EQ(lws_plugins_init(NULL, both, "relws test", NULL, NULL, NULL), 1);
	CHECK_EQ(log_lines("lws_plugins_init: bad argument: pplugin"), 1);
	CHECK_EQ(lws_plugins_init(&list, both, NULL, NULL, NULL, NULL), 1);
	CHECK_EQ(log_lines("lws_plugins_init: bad argument: _class"), 1);
	CHECK_EQ(lws_plugins_destroy(NULL, NULL, NULL), 1);
	CHECK_EQ(log_lines("lws_plugins_destroy: bad argument: pplugin"), 1);

	return 0;
}
