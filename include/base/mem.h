/*
 * Memory that is there or the program ends.
 *
 * None of these returns NULL: where memory runs out, one line goes to standard error and the
 * process ends with status 1.  The store on disk is safe against that at any moment, and a console
 * that has the terminal registers a hook that gives it back first.
 */
#ifndef CERTARY_BASE_MEM_H
#define CERTARY_BASE_MEM_H

#include <stddef.h>

void *mem_new(size_t size);                  /* zeroed */
void *mem_copy(const void *from, size_t size); /* a copy that the caller frees */
char *mem_text(const char *text);            /* strdup; NULL gives NULL */
char *mem_textn(const char *text, size_t len);
char *mem_format(const char *format, ...) __attribute__((format(printf, 1, 2)));

/*
 * Make room for one more element: `items = mem_grow(items, count, &cap, sizeof *items)`.
 * The array doubles, so that appending n elements costs O(n).
 */
void *mem_grow(void *items, size_t count, size_t *cap, size_t size);

void mem_wipe(void *secret, size_t size); /* explicit_bzero: never optimised away */

/* Called once before the process ends for want of memory, or by mem_die(). */
void mem_on_death(void (*hook)(void));
_Noreturn void mem_die(const char *why);

#endif
