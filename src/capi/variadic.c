/*
 * The functions of the interface that take `...`. Each only starts and ends
 * the argument list; what it does is in Rust, which receives a pointer to the
 * va_list and hands it to relws_vsnprintf() at the bottom of this file.
 */

#if !defined(_GNU_SOURCE)
#define _GNU_SOURCE /* O_TMPFILE */
#endif
#include <fcntl.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#if defined(O_TMPFILE)
#define LWS_OFLAGS_WITH_MODE (O_CREAT | O_TMPFILE)
#else
#define LWS_OFLAGS_WITH_MODE O_CREAT
#endif

struct lws_context;
struct lws_log_cx;

typedef void (*relws_prepend_t)(struct lws_log_cx *cx, void *obj, char **p, char *e);

void relws_logv(int filter, const char *format, va_list *ap);
void relws_logv_cx(struct lws_log_cx *cx, relws_prepend_t prep, void *obj, int filter,
		   const char *function, const char *format, va_list *ap);
int relws_snprintf_va(char *str, size_t size, const char *format, va_list *ap);
int relws_open_mode(const char *file, int oflag, unsigned int mode);

void _lws_log(int filter, const char *format, ...);
void _lws_logv(int filter, const char *format, va_list vl);
void _lws_log_cx(struct lws_log_cx *cx, relws_prepend_t prep, void *obj, int filter,
		 const char *function, const char *format, ...);
int lws_snprintf(char *str, size_t size, const char *format, ...);
int lws_open(const char *file, int oflag, ...);
int relws_vsnprintf(char *buf, size_t size, const char *format, va_list *ap);

void
_lws_log(int filter, const char *format, ...)
{
	va_list ap;

	va_start(ap, format);
	relws_logv(filter, format, &ap);
	va_end(ap);
}

void
_lws_logv(int filter, const char *format, va_list vl)
{
	va_list ap;

	va_copy(ap, vl);
	relws_logv(filter, format, &ap);
	va_end(ap);
}

void
_lws_log_cx(struct lws_log_cx *cx, relws_prepend_t prep, void *obj, int filter,
	    const char *function, const char *format, ...)
{
	va_list ap;

	va_start(ap, format);
	relws_logv_cx(cx, prep, obj, filter, function, format, &ap);
	va_end(ap);
}

int
lws_snprintf(char *str, size_t size, const char *format, ...)
{
	va_list ap;
	int n;

	va_start(ap, format);
	n = relws_snprintf_va(str, size, format, &ap);
	va_end(ap);

	return n;
}

int
lws_open(const char *file, int oflag, ...)
{
	va_list ap;
	unsigned int mode = 0;

	/* as with open(), there is a mode only when a file may be created */
	if (oflag & LWS_OFLAGS_WITH_MODE) {
		va_start(ap, oflag);
		mode = va_arg(ap, unsigned int);
		va_end(ap);
	}

	return relws_open_mode(file, oflag, mode);
}

#if defined(LWS_WITH_SYS_SMD)

int relws_smd_msg_printf(struct lws_context *ctx, uint32_t msg_class, const char *format,
			 va_list *ap);
int relws_smd_ss_msg_printf(const char *tag, uint8_t *buf, size_t *len, uint32_t msg_class,
			    const char *format, va_list *ap);
int lws_smd_msg_printf(struct lws_context *ctx, uint32_t msg_class, const char *format, ...);
int lws_smd_ss_msg_printf(const char *tag, uint8_t *buf, size_t *len, uint32_t msg_class,
			  const char *format, ...);

int
lws_smd_msg_printf(struct lws_context *ctx, uint32_t msg_class, const char *format, ...)
{
	va_list ap;
	int n;

	va_start(ap, format);
	n = relws_smd_msg_printf(ctx, msg_class, format, &ap);
	va_end(ap);

	return n;
}

int
lws_smd_ss_msg_printf(const char *tag, uint8_t *buf, size_t *len, uint32_t msg_class,
		      const char *format, ...)
{
	va_list ap;
	int n;

	va_start(ap, format);
	n = relws_smd_ss_msg_printf(tag, buf, len, msg_class, format, &ap);
	va_end(ap);

	return n;
}

#endif

int
relws_vsnprintf(char *buf, size_t size, const char *format, va_list *ap)
{
	return vsnprintf(buf, size, format, *ap);
}
