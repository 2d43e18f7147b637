/*
 * The text is parted into values by their brackets and quotes alone, and each value of the two
 * arrays is parsed by itself.  What the parting takes for a value and isn't one, the parser
 * refuses.
 */
#include "check/manifest.h"

#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/json.h"
#include "base/mem.h"

/* Bytes: a certificate with very many names, a target with many certificates. */
#define VALUE_MOST (4u << 20)

struct scan {
	const char *at, *end;
};

static void skip_blanks(struct scan *s)
{
	while (s->at < s->end && strchr(" \t\r\n", *s->at) && *s->at)
		s->at++;
}

static bool is_next(struct scan *s, char c)
{
	skip_blanks(s);
	if (s->at == s->end || *s->at != c)
		return false;
	s->at++;
	return true;
}

static bool skip_string(struct scan *s)
{
	for (s->at++; s->at < s->end && *s->at != '"'; s->at++)
		if (*s->at == '\\')
			s->at++;
	if (s->at >= s->end) {
		s->at = s->end;
		return false;
	}
	s->at++;
	return true;
}

static bool skip_nested(struct scan *s)
{
	size_t depth = 0;
	while (s->at < s->end) {
		char c = *s->at;
		if (c == '"') {
			if (!skip_string(s))
				return false;
			continue;
		}
		s->at++;
		depth += c == '[' || c == '{';
		if ((c == ']' || c == '}') && --depth == 0)
			return true;
	}
	return false;
}

/* One value, of which the first and the last byte are known. */
static bool next_value(struct scan *s, struct scan *out, struct error *err)
{
	skip_blanks(s);
	out->at = s->at;
	bool ok = s->at < s->end;
	if (ok && (*s->at == '[' || *s->at == '{'))
		ok = skip_nested(s);
	else if (ok && *s->at == '"')
		ok = skip_string(s);
	else
		while (s->at < s->end && !strchr(",]} \t\r\n", *s->at))
			s->at++;
	out->end = s->at;
	if (!ok || out->at == out->end)
		return error_set(err, ERROR_FAILED, "not JSON, or the end of it is missing");
	return true;
}

static struct json *parse(const struct scan *value, struct error *err)
{
	size_t len = (size_t)(value->end - value->at);
	if (len > VALUE_MOST) {
		error_set(err, ERROR_FAILED,
			"a value in it has %zu bytes, and at most %u are taken", len, VALUE_MOST);
		return NULL;
	}
	return json_parse(value->at, len, err);
}

/* --- what stands in a value ---------------------------------------------------------------- */

static const char *keep(struct manifest *m, char *take)
{
	const char *kept = arena_text(&m->texts, take);
	free(take);
	return kept;
}

static const char *take_text(struct manifest *m, const struct json *o, const char *key)
{
	return keep(m, json_get_text(o, key));
}

static bool take_time(const struct json *o, const char *key, int64_t *out)
{
	char *text = json_get_text(o, key);
	bool ok = text && clock_parse(text, out);
	free(text);
	return ok;
}

static bool take_print(char *take, struct fingerprint *out)
{
	bool ok = take && fingerprint_parse(take, out);
	free(take);
	return ok;
}

static bool take_state(const struct json *o, enum state *out)
{
	char *text = json_get_text(o, "state");
	bool ok = text && state_parse(text, out);
	free(text);
	return ok;
}

static const char *take_key(struct manifest *m, const struct json *o)
{
	const struct json *key = json_get(o, "key");
	char *algorithm = json_get_text(key, "algorithm");
	char *text = algorithm ? mem_format("%s %lld", algorithm,
					 (long long)json_get_int(key, "bits", 0)) :
				 mem_text("");
	free(algorithm);
	return keep(m, text);
}

typedef bool take_fn(struct manifest *m, const struct json *o, struct error *err);

static bool take_entry(struct manifest *m, const struct json *o, struct error *err)
{
	struct manifest_entry e = { 0 };
	if (m->count == MANIFEST_ENTRIES)
		return error_set(err, ERROR_FAILED, "more than %d certificates", MANIFEST_ENTRIES);
	if (!take_print(json_get_text(o, "fingerprint"), &e.sha256))
		return error_set(err, ERROR_FAILED, "it has no fingerprint");
	if (!take_state(o, &e.state))
		return error_set(err, ERROR_FAILED, "it has no state");
	if (!take_time(o, "not_before", &e.not_before) || !take_time(o, "not_after", &e.not_after))
		return error_set(err, ERROR_FAILED, "it doesn't say from when to when it is valid");
	e.name = take_text(m, o, "name");
	e.subject = take_text(m, o, "subject");
	if (!e.name || !e.subject)
		return error_set(err, ERROR_FAILED, "it has no name or no subject");
	e.key = take_key(m, o);
	m->entries = mem_grow(m->entries, m->count, &m->cap, sizeof *m->entries);
	m->entries[m->count++] = e;
	return true;
}

static bool take_prints(struct manifest_target *t, const struct json *list, struct error *err)
{
	for (size_t i = 0; i < json_count(list); i++) {
		struct fingerprint print;
		if (!take_print(json_text_of(json_at(list, i)), &print))
			return error_set(
				err, ERROR_FAILED, "certificate %zu is no fingerprint", i + 1);
		manifest_target_put(t, &print);
	}
	manifest_target_sort(t);
	return true;
}

static bool take_target(struct manifest *m, const struct json *o, struct error *err)
{
	const char *name = take_text(m, o, "name");
	const char *kind = take_text(m, o, "kind"), *path = take_text(m, o, "path");
	const struct json *certs = json_get(o, "certificates");
	if (!name)
		return error_set(err, ERROR_FAILED, "it has no name");
	struct manifest_target *t =
		manifest_add_target(m, name, kind, path, take_text(m, o, "state"));
	t->held = json_get_int(o, "count", -1);
	t->has_certs = certs != NULL;
	return take_prints(t, certs, err);
}

/* --- the whole ----------------------------------------------------------------------------- */

static bool each_value(struct manifest *m, struct scan *s, take_fn *take, const char *what,
	struct error *err)
{
	struct scan value;
	if (!is_next(s, '['))
		return error_set(
			err, ERROR_FAILED, "it has no list where each %s should stand", what);
	if (is_next(s, ']'))
		return true;
	for (size_t n = 1;; n++) {
		struct json *o = next_value(s, &value, err) ? parse(&value, err) : NULL;
		bool ok = o && take(m, o, err);
		json_free(o);
		if (!ok)
			return error_wrap(err, "%s %zu", what, n);
		if (is_next(s, ']'))
			return true;
		if (!is_next(s, ','))
			return error_set(err, ERROR_FAILED, "behind %s %zu: not JSON", what, n);
	}
}

static bool is_key(const struct scan *key, const char *word)
{
	size_t len = (size_t)(key->end - key->at);
	return len == strlen(word) + 2 && memcmp(key->at + 1, word, len - 2) == 0;
}

/* A text alone is no JSON document of the parser's: it is put into an object. */
static bool take_word(struct manifest *m, const struct scan *value, const char **out,
	struct error *err)
{
	struct buf text = { 0 };
	buf_text_add(&text, "{\"v\":");
	buf_add(&text, value->at, (size_t)(value->end - value->at));
	buf_char(&text, '}');
	const struct scan all = { text.data, text.data + text.len };
	struct json *o = parse(&all, err);
	*out = o ? take_text(m, o, "v") : NULL;
	json_free(o);
	buf_done(&text);
	return o != NULL;
}

static bool take_member(struct manifest *m, struct scan *s, struct error *err)
{
	struct scan key, value;
	if (!next_value(s, &key, err))
		return false;
	if (*key.at != '"' || !is_next(s, ':'))
		return error_set(err, ERROR_FAILED, "not JSON");
	if (is_key(&key, "entries"))
		return each_value(m, s, take_entry, "entry", err);
	if (is_key(&key, "targets")) {
		m->has_targets = true;
		return each_value(m, s, take_target, "target", err);
	}
	if (!next_value(s, &value, err))
		return false;
	if (is_key(&key, "host"))
		return take_word(m, &value, &m->host, err);
	return !is_key(&key, "made") || take_word(m, &value, &m->made, err);
}

static bool each_member(struct manifest *m, struct scan *s, struct error *err)
{
	s->at++;
	if (is_next(s, '}'))
		return true;
	do {
		if (!take_member(m, s, err))
			return false;
	} while (is_next(s, ','));
	return is_next(s, '}') || error_set(err, ERROR_FAILED, "not JSON");
}

bool manifest_read(const char *bytes, size_t len, struct manifest *out, struct error *err)
{
	struct scan s = { bytes, bytes + len };
	skip_blanks(&s);
	if (s.at == s.end)
		return error_set(err, ERROR_FAILED, "it is empty");
	if (len > MANIFEST_MOST)
		return error_set(err, ERROR_FAILED, "more than %u bytes", MANIFEST_MOST);
	bool ok = *s.at == '[' ? each_value(out, &s, take_entry, "entry", err) :
		  *s.at == '{' ? each_member(out, &s, err) :
				 error_set(err, ERROR_FAILED,
					 "no list as certary list --json prints it");
	skip_blanks(&s);
	return ok && (s.at == s.end || error_set(err, ERROR_FAILED,
					       "something follows behind the end of the list"));
}

void manifest_done(struct manifest *m)
{
	for (size_t i = 0; i < m->target_count; i++)
		free(m->targets[i].certs);
	free(m->targets);
	free(m->entries);
	arena_done(&m->texts);
	*m = (struct manifest){ 0 };
}

void manifest_add(struct manifest *m, const struct manifest_entry *entry)
{
	m->entries = mem_grow(m->entries, m->count, &m->cap, sizeof *m->entries);
	struct manifest_entry *e = &m->entries[m->count++];
	*e = *entry;
	e->name = arena_text(&m->texts, entry->name);
	e->subject = arena_text(&m->texts, entry->subject);
	e->key = arena_text(&m->texts, entry->key);
}

struct manifest_target *manifest_add_target(struct manifest *m, const char *name, const char *kind,
	const char *path, const char *state)
{
	m->targets = mem_grow(m->targets, m->target_count, &m->target_cap, sizeof *m->targets);
	struct manifest_target *t = &m->targets[m->target_count++];
	*t = (struct manifest_target){ .name = arena_text(&m->texts, name),
		.kind = arena_text(&m->texts, kind ? kind : ""),
		.path = arena_text(&m->texts, path ? path : ""),
		.state = arena_text(&m->texts, state ? state : ""),
		.held = -1 };
	m->has_targets = true;
	return t;
}

void manifest_target_put(struct manifest_target *target, const struct fingerprint *cert)
{
	target->has_certs = true;
	target->certs = mem_grow(target->certs, target->count, &target->cap, sizeof *target->certs);
	target->certs[target->count++] = *cert;
}

static int by_print(const void *a, const void *b)
{
	return fingerprint_compare(a, b);
}

void manifest_target_sort(struct manifest_target *target)
{
	if (target->count)
		qsort(target->certs, target->count, sizeof *target->certs, by_print);
}
