#include "base/error.h"

#include <stdarg.h>
#include <stdio.h>

bool error_set(struct error *e, enum error_kind kind, const char *format, ...)
{
	va_list arguments;

	if (!e)
		return false;
	e->kind = kind;
	va_start(arguments, format);
	vsnprintf(e->text, sizeof(e->text), format, arguments);
	va_end(arguments);
	return false;
}

int error_status(const struct error *e)
{
	switch (e->kind) {
	case ERROR_NONE:
		return 0;
	case ERROR_USE:
		return 2;
	case ERROR_MISSING:
		return 3;
	case ERROR_FAILED:
		break;
	}
	return 1;
}
