#include "store/entry.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/mem.h"
#include "base/text.h"
#include "store/internal.h"

static const char *const state_names[STATE_COUNT] = {
	[STATE_TRUSTED] = "trusted",
	[STATE_UNTRUSTED] = "untrusted",
	[STATE_BLOCKED] = "blocked",
	[STATE_TRASH] = "trash",
};

const char *state_name(int state)
{
	return state >= 0 && state < STATE_COUNT ? state_names[state] : "none";
}

bool state_parse(const char *text, enum state *out)
{
	for (int i = 0; i < STATE_COUNT; i++) {
		if (strcmp(text, state_names[i]) == 0) {
			*out = (enum state)i;
			return true;
		}
	}
	return false;
}

static struct header *find_header(const struct headers *headers, const char *key)
{
	for (size_t i = 0; i < headers->count; i++)
		if (strcasecmp(headers->items[i].key, key) == 0)
			return &headers->items[i];
	return NULL;
}

const char *headers_get(const struct headers *headers, const char *key)
{
	const struct header *h = find_header(headers, key);
	return h ? h->value : NULL;
}

static void remove_header(struct headers *headers, struct header *h)
{
	free(h->key);
	free(h->value);
	size_t after = headers->count - (size_t)(h - headers->items) - 1;
	memmove(h, h + 1, after * sizeof *h);
	headers->count--;
}

void headers_set(struct headers *headers, const char *key, const char *value)
{
	struct header *h = find_header(headers, key);
	if (!value || !*value) {
		if (h)
			remove_header(headers, h);
		return;
	}
	if (h) {
		char *copy = mem_text(value);
		free(h->value);
		h->value = copy;
		return;
	}
	headers->items = mem_grow(headers->items, headers->count, &headers->cap, sizeof *h);
	headers->items[headers->count++] =
		(struct header){ .key = mem_text(key), .value = mem_text(value) };
}

void headers_copy(const struct headers *from, struct headers *to)
{
	for (size_t i = 0; i < from->count; i++)
		headers_set(to, from->items[i].key, from->items[i].value);
}

void headers_done(struct headers *headers)
{
	for (size_t i = 0; i < headers->count; i++) {
		free(headers->items[i].key);
		free(headers->items[i].value);
	}
	free(headers->items);
	*headers = (struct headers){ 0 };
}

static const char *header_or_empty(const struct entry *entry, const char *key)
{
	const char *value = headers_get(&entry->headers, key);
	return value ? value : "";
}

const char *entry_note(const struct entry *entry)
{
	return header_or_empty(entry, "Note");
}

const char *entry_source(const struct entry *entry)
{
	return header_or_empty(entry, "Source");
}

const char *entry_added(const struct entry *entry)
{
	return header_or_empty(entry, "Added");
}

/* A dropped-in file is named after itself, but for the suffix. */
static char *name_from_file(const char *file)
{
	const char *dot = strrchr(file, '.');
	size_t len = dot && dot > file ? (size_t)(dot - file) : strlen(file);
	char *name = text_safe(file, len);
	text_trim(name);
	return name;
}

/* Everything a search looks at, a line each, so that no match runs over a border. */
static char *fold_all(const struct entry *entry)
{
	const struct cert_info *info = entry->info;
	char hex[FINGERPRINT_HEX];
	struct buf all = { 0 };
	text_fold(&all, entry->name);
	buf_char(&all, '\n');
	text_fold(&all, info->subject);
	buf_char(&all, '\n');
	text_fold(&all, info->issuer);
	for (const char *san = NULL; (san = cert_info_san(info, san));) {
		buf_char(&all, '\n');
		text_fold(&all, san);
	}
	buf_format(&all, "\n%s\n%s\n", info->serial, fingerprint_hex(&info->sha256, hex));
	text_hex(&all, info->sha1, SHA1_SIZE, 0);
	buf_char(&all, '\n');
	text_fold(&all, entry_note(entry));
	return buf_take(&all);
}

struct entry *entry_new(enum state state, const char *file, struct headers *take_headers,
	const struct cert_info *info, const struct fs_stamp *stamp)
{
	struct entry *entry = mem_new(sizeof *entry);
	entry->state = state;
	entry->file = mem_text(file);
	entry->headers = *take_headers;
	*take_headers = (struct headers){ 0 };
	const char *name = headers_get(&entry->headers, "Name");
	entry->name = name ? mem_text(name) : name_from_file(file);
	entry->info = cert_info_copy(info);
	entry->stamp = *stamp;
	entry->folded = fold_all(entry);
	return entry;
}

void entry_free(struct entry *entry)
{
	if (!entry)
		return;
	free(entry->file);
	free(entry->name);
	free(entry->folded);
	headers_done(&entry->headers);
	cert_info_free(entry->info);
	free(entry);
}
