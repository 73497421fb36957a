/*
 * A plugin, by what the compiler is told: EXPORT, and what its header says.
 */
#include "plugin.h"

#if !defined(CLASS)
#define CLASS "relws test"
#endif
#if !defined(HASH)
#define HASH LWS_BUILD_HASH
#endif
#if !defined(MAGIC)
#define MAGIC LWS_PLUGIN_API_MAGIC
#endif
#define TEXT_(x) #x
#define TEXT(x) TEXT_(x)

extern const struct plugin EXPORT;

static int number(void)
{
	return NUMBER;
}

const struct plugin EXPORT = {
	{ TEXT(EXPORT), CLASS, HASH, MAGIC }, number
};
