/*
 * jansson escapes quotes, backslashes and C0 controls.  What else a terminal may not be given
 * (C1, bidi, zero-width, unassigned …) is written as \uXXXX by a second pass over its output: outside
 * strings that output is ASCII, so every other character stands inside one.
 */
#include "base/json.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/text.h"

/*
 * jansson answers a lack of memory like any refusal: a key would silently be missing in what it builds,
 * and a sound line of the journal would be none.  So it never comes to know of it.
 */
static void *memory(size_t size)
{
	void *p = malloc(size);
	if (!p)
		mem_die("out of memory");
	return p;
}

__attribute__((constructor)) static void lend_memory(void)
{
	json_set_alloc_funcs(memory, free);
}

static json_t *to_jansson(struct json *value)
{
	return (json_t *)(void *)value;
}

static const json_t *look(const struct json *value)
{
	return (const json_t *)(const void *)value;
}

static struct json *ours(json_t *value)
{
	if (!value)
		mem_die("out of memory");
	return (struct json *)(void *)value;
}

struct json *json_new_object(void)
{
	return ours(json_object());
}

struct json *json_new_array(void)
{
	return ours(json_array());
}

void json_free(struct json *value)
{
	json_decref(to_jansson(value));
}

/* The true text where it is UTF-8; where it is not, JSON can't hold it and gets the safe form. */
static json_t *text_value(const char *safe)
{
	if (!safe)
		return json_null();
	if (!strchr(safe, '\\'))
		return json_string_nocheck(safe); /* safe text is UTF-8 */
	struct buf raw = { 0 };
	text_unescape(&raw, safe);
	bool good = text_is_utf8(buf_text(&raw), raw.len);
	json_t *v = good ? json_stringn(buf_text(&raw), raw.len) : json_string(safe);
	buf_done(&raw);
	return v;
}

void json_set(struct json *object, const char *key, struct json *take)
{
	if (json_object_set_new_nocheck(to_jansson(object), key, to_jansson(take)) != 0)
		mem_die("out of memory");
}

void json_text(struct json *object, const char *key, const char *safe)
{
	json_set(object, key, ours(text_value(safe)));
}

void json_int(struct json *object, const char *key, int64_t number)
{
	json_set(object, key, ours(json_integer(number)));
}

void json_bool(struct json *object, const char *key, bool yes)
{
	json_set(object, key, ours(json_boolean(yes)));
}

void json_append(struct json *array, struct json *take)
{
	if (json_array_append_new(to_jansson(array), to_jansson(take)) != 0)
		mem_die("out of memory");
}

void json_append_text(struct json *array, const char *safe)
{
	json_append(array, ours(text_value(safe)));
}

static void put_unicode(struct buf *out, uint32_t cp)
{
	if (cp >= 0x10000) {
		cp -= 0x10000;
		buf_format(out, "\\u%04x", 0xd800 + (unsigned)(cp >> 10));
		cp = 0xdc00 + (cp & 0x3ff);
	}
	buf_format(out, "\\u%04x", (unsigned)cp);
}

/* Nearly all of it is plain. */
static const char *skip_plain(const char *p)
{
	while ((*p >= ' ' && *p < 0x7f) || *p == '\n')
		p++;
	return p;
}

static void dump(const struct json *value, size_t flags, struct buf *out)
{
	char *text = json_dumps(look(value), flags | JSON_ENCODE_ANY);
	if (!text)
		mem_die("out of memory");
	const char *p = text, *end = text + strlen(text);
	unsigned marks = 0;
	while (p < end) {
		const char *start = p;
		p = skip_plain(start);
		buf_add(out, start, (size_t)(p - start));
		marks = p > start ? 0 : marks;
		start = p;
		if (p == end)
			break;
		int32_t cp = text_next(&p, end);
		if (cp == '\n' || (cp >= 0 && text_shown_next((uint32_t)cp, &marks)))
			buf_add(out, start, (size_t)(p - start));
		else
			put_unicode(out, (uint32_t)cp);
	}
	free(text);
}

void json_dump(const struct json *value, struct buf *out)
{
	dump(value, JSON_COMPACT, out);
}

void json_dump_pretty(const struct json *value, struct buf *out)
{
	dump(value, JSON_INDENT(2), out);
}

struct json *json_parse(const char *bytes, size_t len, struct error *err)
{
	json_error_t je;
	json_t *v = json_loadb(bytes, len, JSON_ALLOW_NUL | JSON_REJECT_DUPLICATES, &je);
	if (!v)
		error_set(err, ERROR_FAILED, "line %d: not JSON: %s", je.line, je.text);
	return (struct json *)(void *)v;
}

const struct json *json_get(const struct json *object, const char *key)
{
	return (const struct json *)(const void *)json_object_get(look(object), key);
}

int64_t json_get_int(const struct json *object, const char *key, int64_t otherwise)
{
	const json_t *v = json_object_get(look(object), key);
	return json_is_integer(v) ? json_integer_value(v) : otherwise;
}

bool json_get_bool(const struct json *object, const char *key)
{
	return json_is_true(json_object_get(look(object), key));
}

char *json_text_of(const struct json *value)
{
	const json_t *v = look(value);
	return json_is_string(v) ? text_safe(json_string_value(v), json_string_length(v)) : NULL;
}

char *json_get_text(const struct json *object, const char *key)
{
	return json_text_of(json_get(object, key));
}

size_t json_count(const struct json *array)
{
	return json_array_size(look(array));
}

const struct json *json_at(const struct json *array, size_t index)
{
	return (const struct json *)(const void *)json_array_get(look(array), index);
}
