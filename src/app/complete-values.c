/*
 * What words and options stand for, a row each: a table of the program, or names from the store.
 *
 * A word that no row knows is completed by nothing; an option that no row knows by the names of files
 * where its argument is called FILE or DIR, or its own name ends in "file" or "path".
 */
#include <stdlib.h>
#include <string.h>

#include "app/completing.h"
#include "app/export.h"
#include "app/identity.h"
#include "app/runbook-template.h"
#include "base/mem.h"
#include "base/text.h"
#include "check/declared.h"
#include "check/endpoint.h"
#include "codec/keystore.h"
#include "deploy/target.h"
#include "net/dialect.h"
#include "pki/preset.h"
#include "pki/profile.h"
#include "pki/privkey.h"
#include "pki/subject.h"
#include "tui/theme.h"

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

static void list_services(const struct completing *c)
{
	const struct declared_kind *kind;
	for (size_t i = 0; (kind = declared_kind_at(i)) != NULL; i++)
		completing_offer(c, kind->name, kind->label, false);
}

static void list_templates(const struct completing *c)
{
	for (const struct template *template = runbook_templates; template->name; template++)
		completing_offer(c, template->name, template->help, false);
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
	[OPTION_BY_CA] = complete_own_cas,
	[OPTION_PROFILE] = list_profiles,
	[OPTION_PRESET] = list_presets,
	[OPTION_RENEW] = complete_identities,
	[OPTION_DIALECT] = list_dialects,
	[OPTION_IDENTITY] = complete_identities,
	[OPTION_TLS] = list_versions,
	[OPTION_CLIENT_CA] = complete_cas,
	[OPTION_FOR] = list_uses,
	[OPTION_TRUST_FOR] = complete_endpoints,
	[OPTION_TARGET_KIND] = list_target_kinds,
	[OPTION_SERVICE] = list_services,
	[OPTION_TEMPLATE] = list_templates,
	[OPTION_OF_IDENTITY] = complete_identities,
};

/* Where a name is one in some commands only, these are named by their first word. */
static const struct {
	const char *word, *command;
	lister *list;
} of_words[] = {
	{ "CERT", "ca", NULL }, /* one that it has signed */
	{ "CERT", NULL, complete_any_certificate },
	{ "CA", "crl", NULL }, /* one whose list is here: those are long, and read whole */
	{ "CA", NULL, complete_cas },
	{ "PATTERN", "list", complete_any_certificate },
	{ "PATTERN", "identity", complete_identities },
	{ "FILE", NULL, list_files },
	{ "CSR", NULL, list_files },
	{ "DIR", NULL, list_files },
	{ "NAME", "export", complete_identities },
	{ "NAME", "identity", complete_identities },
	{ "NAME", "ca", complete_own_cas },
	{ "NAME", "endpoint", complete_endpoints },
	{ "NAME", "check", complete_endpoints },
	{ "NAME", "target", complete_targets },
	{ "NAME", "runbook", complete_runbooks },
	{ "KIND", "services", list_services },
	{ "IDENTITY", NULL, complete_identities },
	{ "ENDPOINT", NULL, complete_endpoints },
	{ "TARGET", NULL, complete_targets },
	{ "HOST:PORT", NULL, complete_places },
};

static bool is_file(const struct option_row *option)
{
	size_t len = strlen(option->name);
	const char *end = option->name + (len > 4 ? len - 4 : 0);
	return strcmp(option->argument, "FILE") == 0 || strcmp(option->argument, "DIR") == 0 ||
	       strcmp(end, "file") == 0 || strcmp(end, "path") == 0;
}

bool complete_value(const struct completing *c, enum option option)
{
	const struct option_row *row = option_row(option);
	if (!row->argument)
		return false;
	if (of_options[option])
		of_options[option](c);
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
