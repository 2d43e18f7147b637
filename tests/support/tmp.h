/*
 * A folder of its own for each test, gone afterwards.
 *
 * As fixture: cmocka_unit_test_setup_teardown(test, tmp_setup, tmp_teardown); `*state` is then the
 * struct tmp.  Or by hand: tmp_new() … tmp_free().  Names are relative to the folder; whatever can't
 * be done fails the test.
 */
#ifndef CERTARY_TESTS_TMP_H
#define CERTARY_TESTS_TMP_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#include "base/buf.h"

struct tmp;

struct tmp *tmp_new(void);
void tmp_free(struct tmp *tmp);
int tmp_setup(void **state);
int tmp_teardown(void **state);

/* The absolute path of a name in it (NULL: of the folder); lives as long as tmp. */
const char *tmp_path(struct tmp *tmp, const char *name);

/* Write a file and the folders above it, over what is there. */
void tmp_write(struct tmp *tmp, const char *name, const void *bytes, size_t len);
void tmp_text(struct tmp *tmp, const char *name, const char *text);

/* The whole file as a text that lives as long as tmp; *len, if not NULL, is set to its bytes. */
const char *tmp_read(struct tmp *tmp, const char *name, size_t *len);

void tmp_dir(struct tmp *tmp, const char *name);          /* and the folders above it */
void tmp_mode(struct tmp *tmp, const char *name, mode_t mode);
void tmp_remove(struct tmp *tmp, const char *name);       /* a file, or a folder with all in it */
bool tmp_exists(struct tmp *tmp, const char *name);
size_t tmp_count(struct tmp *tmp, const char *name);      /* entries of a folder; 0 where it isn't */

#endif
