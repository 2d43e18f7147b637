/*
 * What words and options stand for, a row each: a table of the program, or names from the store.
 *
 * A word that no row knows is completed by nothing; an option that no row knows by the names of files
 * where its argument is called FILE or DIR, or its own name ends in "file".
 */
#include <stdlib.h>
#include <string.h>

#include "app/completing.h"
#include "app/endpoint.h"
#include "app/export.h"
#include "app/identity.h"
#include "app/target.h"
#include "base/mem.h"
#include "base/text.h"
#include "codec/keystore.h"
#include "net/dialect.h"
#include "pki/preset.h"
#include "pki/profile.h"
#include "pki/privkey.h"
#include "pki/subject.h"
#include "tui/theme.h"

typedef void lister(const struct completing *c);

/* --- names from the store ---------------------------------------------------------------------- */

static void offer_name(const struct completing *c, const char *name, const char *help)
{
	if (completing_takes(c, name))
		completing_offer(c, name, help, false);
}

static bool in_trash(const struct completing *c)
{
	return c->row && (strstr(c->row->name, "restore") || strstr(c->row->name, "purge"));
}

static void list_certificates_of(const struct completing *c, bool authorities)
{
	if (!c->ask->app)
		return;
	complete_certificates(c, in_trash(c), authorities);
	complete_fingerprints(c, in_trash(c), authorities);
}

static void list_certificates(const struct completing *c)
{
	list_certificates_of(c, false);
}

static void list_identities_of(const struct completing *c, bool authorities)
{
	struct identities all = { 0 };
	if (c->ask->app && app_identities(c->ask->app, &all, NULL)) {
		bool trash = in_trash(c);
		for (size_t i = trash ? all.live : 0; i < (trash ? all.count : all.live); i++)
			if (!authorities || strcmp(identity_text(&all.items[i], "Profile"), "ca") == 0)
				offer_name(c, identity_name(&all.items[i]), "identity");
	}
	identities_done(&all);
}

static void list_identities(const struct completing *c)
{
	list_identities_of(c, false);
}

static void list_own_cas(const struct completing *c)
{
	list_identities_of(c, true);
}

static void list_cas(const struct completing *c)
{
	list_certificates_of(c, true);
	list_identities_of(c, true);
}

static void list_endpoints(const struct completing *c)
{
	struct endpoints all = { 0 };
	if (c->ask->app && app_endpoints(c->ask->app, &all, NULL))
		for (size_t i = 0; i < all.count; i++)
			offer_name(c, all.items[i].name, "endpoint");
	endpoints_done(&all);
}

static void list_places(const struct completing *c)
{
	struct endpoints all = { 0 };
	if (c->ask->app && app_endpoints(c->ask->app, &all, NULL))
		for (size_t i = 0; i < all.count; i++) {
			char *place = endpoint_place(&all.items[i]);
			offer_name(c, place, "endpoint");
			free(place);
		}
	endpoints_done(&all);
}

static void list_targets(const struct completing *c)
{
	struct targets all = { 0 };
	if (c->ask->app && app_targets(c->ask->app, &all, NULL))
		for (size_t i = 0; i < all.count; i++)
			offer_name(c, all.items[i].name, all.items[i].kind->name);
	targets_done(&all);
}

/* --- closed lists ------------------------------------------------------------------------------ */

static void list_files(const struct completing *c)
{
	c->out->files = true;
	c->out->skip = c->lead;
}

/* Identities have states of their own. */
static void list_states(const struct completing *c)
{
	bool identities = text_starts(c->row ? c->row->name : "", "identity ");
	for (int i = 0; i < (identities ? IDENTITY_STATE_COUNT : STATE_COUNT); i++)
		completing_offer(c, identities ? identity_state_name((enum identity_state)i) : state_name(i),
			NULL, false);
}

static void list_columns(const struct completing *c)
{
	size_t count;
	const struct view_column *columns = view_columns(&count);
	for (size_t i = 0; i < count; i++)
		completing_offer(c, columns[i].name, columns[i].help, false);
}

static void list_formats(const struct completing *c)
{
	size_t count, keys;
	const struct export_format *formats = export_formats(&count);
	const struct keystore_format *others = keystore_formats(&keys);
	for (size_t i = 0; i < count; i++)
		completing_offer(c, formats[i].name, formats[i].help, false);
	for (size_t i = 0; i < keys; i++)
		if (!export_format_find(others[i].name))
			completing_offer(c, others[i].name, others[i].help, false);
}

static void list_key_kinds(const struct completing *c)
{
	const struct privkey_kind *kind;
	for (size_t i = 0; (kind = privkey_kind_at(i)) != NULL; i++)
		completing_offer(c, kind->name, kind->help, false);
}

static void list_profiles(const struct completing *c)
{
	const struct profile *profile;
	for (size_t i = 0; (profile = profile_at(i)) != NULL; i++)
		completing_offer(c, profile->name, profile->help, false);
}

static void list_presets(const struct completing *c)
{
	const struct preset *preset;
	for (size_t i = 0; (preset = preset_at(i)) != NULL; i++)
		completing_offer(c, preset->name, preset->help, false);
}

static void list_dialects(const struct completing *c)
{
	const struct dialect *dialect;
	for (size_t i = 0; (dialect = dialect_at(i)) != NULL; i++)
		completing_offer(c, dialect->name, dialect->label, false);
}

static void list_versions(const struct completing *c)
{
	static const char *const versions[] = { "1.3", "1.2", "1.1", "1.0" };
	for (size_t i = 0; i < sizeof versions / sizeof *versions; i++)
		completing_offer(c, versions[i], NULL, false);
}

static void list_purposes(const struct completing *c)
{
	completing_offer(c, "server", NULL, false);
	completing_offer(c, "client", NULL, false);
}

static void list_uses(const struct completing *c)
{
	for (size_t i = 0; endpoint_purpose_at(i); i++)
		completing_offer(c, endpoint_purpose_at(i), NULL, false);
}

static void list_subject(const struct completing *c)
{
	const struct subject_kind *kind;
	for (size_t i = 0; (kind = subject_kind_at(i)) != NULL; i++) {
		char *text = mem_format("%s=", kind->key);
		completing_offer(c, text, kind->label, true);
		free(text);
	}
}

static void list_target_kinds(const struct completing *c)
{
	const struct target_kind *kind;
	for (size_t i = 0; (kind = target_kind_at(i)) != NULL; i++)
		completing_offer(c, kind->name, kind->help, false);
}

/* The same name may lie in several folders, one before the other. */
static void take_theme(void *ctx, const char *name)
{
	const struct completing *c = ctx;
	for (size_t i = 0; i < c->out->count; i++)
		if (strcmp(c->out->items[i].text + c->lead, name) == 0)
			return;
	if (text_is_safe(name))
		completing_offer(c, name, NULL, false);
}

static void list_themes(const struct completing *c)
{
	struct completing copy = *c;
	theme_each(take_theme, &copy);
	list_files(c);
}

/* --- the tables -------------------------------------------------------------------------------- */

static lister *const of_options[OPTION_COUNT] = {
	[OPTION_THEME] = list_themes,
	[OPTION_STATE] = list_states,
	[OPTION_SORT] = list_columns,
	[OPTION_PURPOSE] = list_purposes,
	[OPTION_FORMAT] = list_formats,
	[OPTION_SUBJECT] = list_subject,
	[OPTION_KIND] = list_key_kinds,
	[OPTION_BY_CA] = list_own_cas,
	[OPTION_PROFILE] = list_profiles,
	[OPTION_PRESET] = list_presets,
	[OPTION_RENEW] = list_identities,
	[OPTION_DIALECT] = list_dialects,
	[OPTION_IDENTITY] = list_identities,
	[OPTION_TLS] = list_versions,
	[OPTION_CLIENT_CA] = list_cas,
	[OPTION_FOR] = list_uses,
};

/* Where a name is one in some commands only, these are named by their first word. */
static const struct {
	const char *word, *command;
	lister *list;
} of_words[] = {
	{ "CERT", "ca", NULL }, /* one that it has signed */
	{ "CERT", NULL, list_certificates },
	{ "CA", NULL, list_cas },
	{ "PATTERN", "list", list_certificates },
	{ "PATTERN", "identity", list_identities },
	{ "FILE", NULL, list_files },
	{ "CSR", NULL, list_files },
	{ "DIR", NULL, list_files },
	{ "NAME", "export", list_identities },
	{ "NAME", "identity", list_identities },
	{ "NAME", "ca", list_own_cas },
	{ "NAME", "endpoint", list_endpoints },
	{ "NAME", "check", list_endpoints },
	{ "NAME", "target", list_targets },
	{ "IDENTITY", NULL, list_identities },
	{ "ENDPOINT", NULL, list_endpoints },
	{ "TARGET", NULL, list_targets },
	{ "HOST:PORT", NULL, list_places },
};

static bool is_file(const struct option_row *option)
{
	size_t len = strlen(option->name);
	return strcmp(option->argument, "FILE") == 0 || strcmp(option->argument, "DIR") == 0 ||
	       (len > 4 && strcmp(option->name + len - 4, "file") == 0);
}

/* Two options of one name may stand for the same, and only one has a row: `target add --kind`. */
bool complete_value(const struct completing *c, enum option option)
{
	const struct option_row *row = option_row(option);
	if (!row->argument)
		return false;
	if (of_options[option])
		of_options[option](c);
	else if (strcmp(row->name, "kind") == 0)
		list_target_kinds(c);
	else if (is_file(row))
		list_files(c);
	else
		return false;
	return true;
}

/* One of the alternatives of a word: the row of its name, and of this command before that of any. */
static bool list_alternative(const struct completing *c, const char *word, size_t len)
{
	size_t first = strcspn(c->row->name, " ");
	for (size_t i = 0; i < sizeof of_words / sizeof *of_words; i++) {
		const char *command = of_words[i].command;
		if (strlen(of_words[i].word) != len || memcmp(of_words[i].word, word, len) != 0)
			continue;
		if (command && (strlen(command) != first || memcmp(command, c->row->name, first) != 0))
			continue;
		if (of_words[i].list)
			of_words[i].list(c);
		return of_words[i].list != NULL;
	}
	return false;
}

/* The word at a place of "NAME FILE…": its last one again and again where an ellipsis follows it. */
static char *word_at(const char *words, size_t place)
{
	const char *at = words, *last = words;
	for (size_t i = 0; *at; i++) {
		size_t len = strcspn(at, " ");
		if (i == place)
			return mem_textn(at, len);
		last = at;
		at += len;
		at += strspn(at, " ");
	}
	return strstr(last, "…") ? mem_text(last) : NULL;
}

bool complete_word(const struct completing *c, size_t place)
{
	char *words = word_at(c->row->words ? c->row->words : "", place), *at = words;
	while (at && *at) {
		at += strspn(at, "[|");
		size_t len = strcspn(at, "|]");
		const char *dots = strstr(at, "…");
		size_t bare = dots && (size_t)(dots - at) < len ? (size_t)(dots - at) : len;
		list_alternative(c, at, bare);
		at += len + strspn(at + len, "]");
	}
	bool asked = words != NULL;
	free(words);
	return asked;
}
