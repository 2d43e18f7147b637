#include "base/mem.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static void (*death_hook)(void);

void mem_on_death(void (*hook)(void))
{
	death_hook = hook;
}

/* No allocation and no stdio here: there may be no memory left. */
void mem_die(const char *why)
{
	if (death_hook)
		death_hook();
	const char *parts[] = { "certary: ", why, " (nothing was lost; try again)\n" };
	for (size_t i = 0; i < 3; i++)
		if (write(STDERR_FILENO, parts[i], strlen(parts[i])) < 0)
			break;
	_exit(1);
}

static void *must(void *p)
{
	if (!p)
		mem_die("out of memory");
	return p;
}

void *mem_new(size_t size)
{
	return must(calloc(1, size ? size : 1));
}

void *mem_copy(const void *from, size_t size)
{
	void *p = must(malloc(size ? size : 1));
	if (size)
		memcpy(p, from, size);
	return p;
}

char *mem_text(const char *text)
{
	return text ? must(strdup(text)) : NULL;
}

char *mem_textn(const char *text, size_t len)
{
	char *p = must(malloc(len + 1));
	if (len)
		memcpy(p, text, len);
	p[len] = '\0';
	return p;
}

char *mem_format(const char *format, ...)
{
	char *out = NULL;
	va_list args;
	va_start(args, format);
	int n = vasprintf(&out, format, args);
	va_end(args);
	return must(n < 0 ? NULL : out);
}

void *mem_grow(void *items, size_t count, size_t *cap, size_t size)
{
	if (count < *cap)
		return items;
	size_t more = *cap ? *cap * 2 : 8;
	items = must(reallocarray(items, more, size));
	*cap = more;
	return items;
}

void mem_wipe(void *secret, size_t size)
{
	if (secret && size)
		explicit_bzero(secret, size);
}
