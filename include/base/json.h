/*
 * JSON values: a thin doorway to jansson.
 *
 * Life: a value that is put into an object or array belongs to it; only the outermost one is freed,
 * by json_free().  Getters return borrowed values and tolerate NULL and other types, so that a file
 * which somebody edited by hand needs no checks at every step.
 *
 * Text is *safe text* (base/text.h) on our side and the true text in JSON: json_text() undoes the
 * escaping, and json_dump() writes everything that a terminal may not be given as \uXXXX.
 */
#ifndef CERTARY_BASE_JSON_H
#define CERTARY_BASE_JSON_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/error.h"

struct json;

struct json *json_new_object(void);
struct json *json_new_array(void);
void json_free(struct json *value);

void json_text(struct json *object, const char *key, const char *safe); /* NULL gives null */
void json_int(struct json *object, const char *key, int64_t number);
void json_bool(struct json *object, const char *key, bool yes);
void json_set(struct json *object, const char *key, struct json *take); /* takes the value */
void json_append(struct json *array, struct json *take);
void json_append_text(struct json *array, const char *safe);

/* One line, keys in the order in which they were set. */
void json_dump(const struct json *value, struct buf *out);
/* Indented by two blanks, for people. */
void json_dump_pretty(const struct json *value, struct buf *out);

struct json *json_parse(const char *bytes, size_t len, struct error *err);
const struct json *json_get(const struct json *object, const char *key);
int64_t json_get_int(const struct json *object, const char *key, int64_t otherwise);
bool json_get_bool(const struct json *object, const char *key); /* false where it is not true */
/* Safe text, which the caller frees; NULL where there is no such string. */
char *json_get_text(const struct json *object, const char *key);
char *json_text_of(const struct json *value); /* the same of a value at hand: of an array */
size_t json_count(const struct json *array);
const struct json *json_at(const struct json *array, size_t index);

#endif
