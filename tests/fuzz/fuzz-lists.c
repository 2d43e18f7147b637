/*
 * Any bytes as the file of endpoints and targets: what is put into it is there afterwards, once, what
 * is taken out isn't, and what stood beside it stays.
 */
#include "fuzz/fuzz.h"
#include "fuzz/lsan.h"

#include <string.h>

#include "base/text.h"
#include "conf/lists.h"
#include "conf/tree.h"

static struct conf *parse(const struct buf *text)
{
	struct conf *tree = NULL;
	return conf_parse("f", buf_text(text), text->len, &tree, NULL) ? tree : NULL;
}

static size_t count_of(const struct conf *tree, const char *list)
{
	return conf_count(conf_get(conf_root(tree), list));
}

/* The number of the group of that name, from 1. */
static size_t place_of(const struct conf *tree, const char *list, const char *name)
{
	const struct conf_node *node = conf_get(conf_root(tree), list);
	for (size_t i = 0; i < conf_count(node); i++) {
		const char *is = conf_bytes(conf_get(conf_at(node, i), "name"));
		if (is && strcmp(is, name) == 0)
			return i + 1;
	}
	return 0;
}

static void put_one(struct buf *text, const char *list, const char *name)
{
	const struct list_field fields[] = { { .key = "name", .text = name },
		{ .key = "host", .text = "h\"\\\x01" }, { .key = "port", .number = 636 } };
	struct error err = { 0 };
	struct conf *before = parse(text), *after;
	size_t others = before ? count_of(before, "other") : 0;
	bool was = before && place_of(before, list, name);
	size_t count = before ? count_of(before, list) : 0;
	if (lists_put(text, list, fields, 3, &err)) {
		after = parse(text);
		must(before && after && place_of(after, list, name));
		must(count_of(after, list) == count + !was && count_of(after, "other") == others);
		conf_free(after);
	} else {
		must(err.text[0] && text_is_safe(err.text));
	}
	if (before)
		conf_free(before);
}

static void remove_one(struct buf *text, const char *list, const char *name)
{
	struct error err = { 0 };
	struct conf *before = parse(text), *after;
	if (lists_remove(text, list, name, &err)) {
		after = parse(text);
		must(before && after && count_of(after, list) <= count_of(before, list));
		must(count_of(before, list) - count_of(after, list) <= 1);
		conf_free(after);
	} else {
		must(err.text[0] && text_is_safe(err.text));
	}
	if (before)
		conf_free(before);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct buf text = { 0 };
	buf_add(&text, data, size);
	put_one(&text, "endpoints", "a");
	put_one(&text, "endpoints", "new");
	put_one(&text, "targets", "a");
	remove_one(&text, "endpoints", "a");
	remove_one(&text, "endpoints", "h:1");
	buf_done(&text);
	return 0;
}
