#include "deploy/target.h"

#include <stdlib.h>
#include <string.h>

#include "base/lang.h"
#include "base/mem.h"

struct target *targets_add(struct targets *targets)
{
	targets->items = mem_grow(targets->items, targets->count, &targets->cap,
		sizeof *targets->items);
	struct target *target = &targets->items[targets->count++];
	*target = (struct target){ 0 };
	return target;
}

void target_done(struct target *target)
{
	free(target->name);
	free(target->path);
	free(target->format);
	free(target->password_file);
	free(target->identity);
	free(target->key);
	free(target->chain);
	free(target->owner);
	free(target->service);
	free(target->reload);
	free(target->note);
	*target = (struct target){ 0 };
}

void targets_done(struct targets *targets)
{
	for (size_t i = 0; i < targets->count; i++)
		target_done(&targets->items[i]);
	free(targets->items);
	*targets = (struct targets){ 0 };
}

/* --- what a kind needs and takes --------------------------------------------------------------- */

/* The texts of each field, and what an operator calls them; the first of a field is what it needs. */
static const struct {
	enum target_field field;
	size_t offset;
	const char *option;
} texts[] = {
	{ TARGET_PATH, offsetof(struct target, path), "--path" },
	{ TARGET_FORMAT, offsetof(struct target, format), "--format" },
	{ TARGET_PASSWORD, offsetof(struct target, password_file), "--password-file" },
	{ TARGET_IDENTITY, offsetof(struct target, identity), "--identity" },
	{ TARGET_IDENTITY, offsetof(struct target, key), "--key-path" },
	{ TARGET_IDENTITY, offsetof(struct target, chain), "--chain-path" },
	{ TARGET_IDENTITY, offsetof(struct target, service), "--service" },
};
#define TEXTS (sizeof texts / sizeof *texts)

static const char *text_of(const struct target *target, size_t i)
{
	return *(char *const *)(const void *)((const char *)target + texts[i].offset);
}

static bool fields_fit(const struct target *target, struct error *err)
{
	const struct target_kind *kind = target->kind;
	for (size_t i = 0; i < TEXTS; i++) {
		bool first = i == 0 || texts[i - 1].field != texts[i].field;
		if (text_of(target, i) && !((kind->needs | kind->takes) & texts[i].field))
			return error_set(err, ERROR_USAGE, "a target of kind %s takes no %s", kind->name,
				texts[i].option);
		if (!text_of(target, i) && first && kind->needs & texts[i].field)
			return error_set(err, ERROR_USAGE, "a target of kind %s needs %s", kind->name,
				texts[i].option);
	}
	if (target->with_system && !(kind->takes & TARGET_WITH_SYSTEM))
		return error_set(err, ERROR_USAGE, "a target of kind %s takes no --with-system",
			kind->name);
	return true;
}

static bool paths_differ(const struct target *target, struct error *err)
{
	const char *const files[] = { target->path, target->key, target->chain };
	for (size_t i = 0; i < 3; i++)
		for (size_t k = i + 1; k < 3; k++)
			if (files[i] && files[k] && strcmp(files[i], files[k]) == 0)
				return error_set(err, ERROR_USAGE,
					"certificate, key and chain of a target have paths of their own "
					"(without --key-path all is written to one file)");
	return true;
}

static bool paths_fit(const struct target *target, struct error *err)
{
	const char *const paths[] = { target->path, target->key, target->chain,
		target->password_file };
	for (size_t i = 0; i < sizeof paths / sizeof *paths; i++)
		if (paths[i] && paths[i][0] != '/')
			return error_set(err, ERROR_USAGE,
				"a target's paths begin with a slash, so that they mean the same from everywhere");
	return paths_differ(target, err);
}

/* One of the words of a list? */
static bool in_words(const char *words, const char *word)
{
	size_t len = strcspn(word, " ");
	for (const char *at = words; !word[len] && at && *at; at = strchr(at, ' ')) {
		at += *at == ' ';
		if (strncmp(at, word, len) == 0 && (at[len] == ' ' || !at[len]))
			return len > 0;
	}
	return false;
}

bool target_check(const struct target *target, struct error *err)
{
	if (!fields_fit(target, err) || !paths_fit(target, err))
		return false;
	if (target->format && !in_words(target->kind->formats, target->format))
		return error_set(err, ERROR_USAGE, "a target of kind %s has one of the formats %s",
			target->kind->name, target->kind->formats);
	if (!target->reload)
		return true;
	char **words = target_command(target->reload, err);
	free(words);
	return words != NULL;
}

/* --- commands ------------------------------------------------------------------------------------ */

/* One word to *out, with its quotes gone; false where a quote is open. */
static bool take_word(const char **at, char **out)
{
	char quote = '\0';
	for (; **at && (quote || **at != ' '); (*at)++) {
		if (quote ? **at == quote : **at == '"' || **at == '\'')
			quote = quote ? '\0' : **at;
		else
			*(*out)++ = **at;
	}
	*(*out)++ = '\0';
	return !quote;
}

char **target_command(const char *text, struct error *err)
{
	size_t len = strlen(text), most = len / 2 + 2, count = 0;
	char **words = mem_new(most * sizeof *words + len + 2);
	char *out = (char *)&words[most];
	bool closed = true;
	while (closed && *(text += strspn(text, " "))) {
		words[count++] = out;
		closed = take_word(&text, &out);
	}
	if (closed && count > 0 && words[0][0] == '/')
		return words;
	free(words);
	error_set(err, ERROR_USAGE,
		closed ? N_("a command to reload begins with the whole path of a program") :
			 N_("a command to reload has an open quote"));
	return NULL;
}
