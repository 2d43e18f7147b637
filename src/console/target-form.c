/*
 * What is saved of a target.  Which fields there are follows from its kind.  Nothing is written to it
 * by that, and undo takes it back.
 */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/lang.h"
#include "base/mem.h"
#include "base/text.h"
#include "console/pages.h"
#include "console/targets.h"

#define KINDS_MOST   24
#define FORMATS_MOST 12

static const struct form_option none = { N_("none"), NULL };

static const struct form_field fields[] = {
	{ .key = "kind", .label = N_("Kind"), .kind = FORM_CHOICE, .options = &none, .option_count = 1,
		.help = N_("Who reads it.") },
	{ .key = "name", .label = N_("Name"), .kind = FORM_TEXT,
		.help = N_("What it is called here; empty: as its kind. F10 saves it.") },
	{ .key = "path", .label = N_("Path"), .kind = FORM_TEXT, .flags = FORM_COMPLETES,
		.help = N_("The file or folder that is written; Tab completes.") },
	{ .key = "format", .label = N_("Format"), .kind = FORM_CHOICE, .options = &none,
		.option_count = 1, .help = N_("What the file is.") },
	{ .key = "password_file", .label = N_("Password in"), .kind = FORM_TEXT, .flags = FORM_COMPLETES,
		.help = N_("The file whose first line is the truststore's password; empty: changeit.") },
	{ .key = "with_system", .label = N_("System's too"), .kind = FORM_YES_NO,
		.help = N_("The system's own anchors as well.") },
	{ .key = "identity", .label = N_("Identity"), .kind = FORM_CHOICE, .options = &none,
		.option_count = 1, .help = N_("Whose key and certificate the service gets.") },
	{ .key = "key", .label = N_("Key's path"), .kind = FORM_TEXT, .flags = FORM_COMPLETES,
		.help = N_("The file of the private key.") },
	{ .key = "chain", .label = N_("Chain's path"), .kind = FORM_TEXT, .flags = FORM_COMPLETES,
		.help = N_("The file of the intermediate CAs; empty: behind the certificate.") },
	{ .key = "owner", .label = N_("Owner"), .kind = FORM_TEXT,
		.help = N_("USER or USER:GROUP; empty: as the files are.") },
	{ .key = "reload", .label = N_("Reload by"), .kind = FORM_TEXT,
		.help = N_("A program by its whole path, and its words; run only when asked for.") },
	{ .key = "note", .label = N_("Note"), .kind = FORM_TEXT, .help = N_("For whoever looks at it next.") },
};

/* --- choices ------------------------------------------------------------------------------- */

static void set_kinds(struct form *form, const struct target *target)
{
	struct form_option options[KINDS_MOST];
	size_t n = 0, chosen = 0;
	for (const struct target_kind *kind; n < KINDS_MOST && (kind = target_kind_at(n)); n++) {
		if (target && target->kind == kind)
			chosen = n;
		options[n] = (struct form_option){ kind->name, kind->help };
	}
	form_options(form, "kind", options, n);
	form_set_choice(form, "kind", chosen);
}

static const struct target_kind *chosen_kind(const struct form *form)
{
	return target_kind_at(form_choice(form, "kind"));
}

/* The words of a kind's formats; true where this is the i-th. */
static bool format_at(const struct target_kind *kind, size_t i, char **out)
{
	const char *at = kind->formats;
	for (; at && *at && i > 0; i--)
		at = strchr(at, ' ') ? strchr(at, ' ') + 1 : NULL;
	if (!at || !*at)
		return false;
	*out = mem_format("%.*s", (int)strcspn(at, " "), at);
	return true;
}

static void set_formats(struct form *form, const struct target_kind *kind, const char *saved)
{
	struct form_option options[FORMATS_MOST];
	char *words[FORMATS_MOST];
	size_t n = 0, chosen = 0;
	for (; n < FORMATS_MOST && format_at(kind, n, &words[n]); n++) {
		if (saved && strcmp(saved, words[n]) == 0)
			chosen = n;
		options[n] = (struct form_option){ words[n], NULL };
	}
	if (n > 0) {
		form_options(form, "format", options, n);
		form_set_choice(form, "format", chosen);
	}
	for (size_t i = 0; i < n; i++)
		free(words[i]);
}

static void set_identities(struct form *form, const struct identities *all, const char *saved)
{
	struct form_option *options = mem_new((all->live + 1) * sizeof *options);
	char *safe = saved ? text_safe(saved, strlen(saved)) : NULL;
	size_t chosen = 0;
	for (size_t i = 0; i < all->live; i++) {
		options[i] = (struct form_option){ identity_name(&all->items[i]), NULL };
		if (safe && strcmp(identity_name(&all->items[i]), safe) == 0)
			chosen = i;
	}
	if (all->live) {
		form_options(form, "identity", options, all->live);
		form_set_choice(form, "identity", chosen);
	}
	free(options);
	free(safe);
}

/* --- which fields there are ---------------------------------------------------------------- */

static bool knows(const struct target_kind *kind, enum target_field field)
{
	return (kind->needs | kind->takes) & field;
}

static void show_fields(struct form *form, const struct target_kind *kind)
{
	bool pair = knows(kind, TARGET_IDENTITY);
	form_show(form, "path", knows(kind, TARGET_PATH));
	form_show(form, "format", knows(kind, TARGET_FORMAT));
	form_show(form, "password_file", knows(kind, TARGET_PASSWORD));
	form_show(form, "with_system", knows(kind, TARGET_WITH_SYSTEM));
	form_show(form, "identity", pair);
	form_show(form, "key", pair);
	form_show(form, "chain", pair);
}

/* --- from and to a target ------------------------------------------------------------------ */

static void fill(struct form *form, const struct target *target, const struct identities *all)
{
	const struct {
		const char *key, *text;
	} texts[] = {
		{ "name", target ? target->name : NULL },
		{ "path", target ? target->path : NULL },
		{ "password_file", target ? target->password_file : NULL },
		{ "key", target ? target->key : NULL },
		{ "chain", target ? target->chain : NULL },
		{ "owner", target ? target->owner : NULL },
		{ "reload", target ? target->reload : NULL },
		{ "note", target ? target->note : NULL },
	};
	for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
		form_set(form, texts[i].key, texts[i].text ? texts[i].text : "");
	set_kinds(form, target);
	set_formats(form, chosen_kind(form), target ? target->format : NULL);
	set_identities(form, all, target ? target->identity : NULL);
	form_set_yes(form, "with_system", target && target->with_system);
	show_fields(form, chosen_kind(form));
}

static char *typed(const struct form *form, const char *key, bool known)
{
	char *text = known ? mem_text(form_text(form, key)) : NULL;
	if (text)
		text_trim(text);
	if (text && *text)
		return text;
	free(text);
	return NULL;
}

static char *path_typed(const struct form *form, const char *key, bool known)
{
	char *text = typed(form, key, known);
	char *path = text ? typed_path(text) : NULL;
	free(text);
	return path;
}

static char *identity_typed(const struct form *form, const struct identities *all)
{
	struct buf name = { 0 };
	size_t i = form_choice(form, "identity");
	if (i < all->live)
		text_unescape(&name, identity_name(&all->items[i]));
	return name.len ? buf_take(&name) : NULL;
}

/* What the form doesn't show stays as it was saved. */
static void read_form(const struct form *form, const struct identities *all, const struct target *before,
	struct target *out)
{
	const struct target_kind *kind = chosen_kind(form);
	bool pair = knows(kind, TARGET_IDENTITY);
	*out = (struct target){ .kind = kind,
		.name = typed(form, "name", true),
		.path = path_typed(form, "path", knows(kind, TARGET_PATH)),
		.password_file = path_typed(form, "password_file", knows(kind, TARGET_PASSWORD)),
		.identity = pair ? identity_typed(form, all) : NULL,
		.key = path_typed(form, "key", pair),
		.chain = path_typed(form, "chain", pair),
		.owner = typed(form, "owner", true),
		.reload = typed(form, "reload", true),
		.note = typed(form, "note", true),
		.service = before && before->kind == kind ? mem_text(before->service) : NULL,
		.mode = before ? before->mode : 0,
		.with_system = knows(kind, TARGET_WITH_SYSTEM) && form_yes(form, "with_system") };
	if (knows(kind, TARGET_FORMAT))
		format_at(kind, form_choice(form, "format"), &out->format);
	if (!out->name)
		out->name = mem_text(kind->name);
}

static const struct target *edited(const struct target_view *view)
{
	for (size_t i = 0; view->editing && i < view->all.count; i++)
		if (strcmp(view->all.items[i].name, view->editing) == 0)
			return &view->all.items[i];
	return NULL;
}

/* --- the verdict on it --------------------------------------------------------------------- */

static bool name_is_taken(const struct target_view *view, const char *name)
{
	for (size_t i = 0; i < view->all.count; i++)
		if (strcmp(view->all.items[i].name, name) == 0)
			return !view->editing || strcmp(view->editing, name) != 0;
	return false;
}

/* It can be made before the first deployment, so that this is no error. */
static void warn_of_folder(const struct target *target, struct rows *verdict)
{
	const char *slash = target->path ? strrchr(target->path, '/') : NULL;
	char *folder = slash && slash > target->path
		? mem_textn(target->path, (size_t)(slash - target->path))
		: NULL;
	if (folder && access(folder, F_OK) != 0)
		rows_about(verdict, ROLE_WARNING, "path", _("Its folder isn't there yet."));
	free(folder);
}

/* The field that is off: the verdict itself only says what. */
static const char *to_blame(const struct target *target)
{
	const struct {
		const char *key, *path;
		bool needed;
	} paths[] = {
		{ "path", target->path, target->kind->needs & TARGET_PATH },
		{ "password_file", target->password_file, false },
		{ "key", target->key, false },
		{ "chain", target->chain, false },
	};
	for (size_t i = 0; i < sizeof paths / sizeof *paths; i++)
		if (paths[i].path ? paths[i].path[0] != '/' : paths[i].needed)
			return paths[i].key;
	return target->reload ? "reload" : "kind";
}

static void check(struct desk *desk, struct form *form, struct rows *verdict)
{
	struct target_view *view = desk->targets;
	const struct target_kind *kind = chosen_kind(form);
	struct target target;
	struct error err = { 0 };
	show_fields(form, kind);
	if (desk->sheet.form && strcmp(form_focused(form) ? form_focused(form) : "", "kind") == 0)
		set_formats(form, kind, NULL);
	read_form(form, &view->identities, edited(view), &target);
	if (!target_check(&target, &err))
		rows_about(verdict, ROLE_ERROR, to_blame(&target), err.text);
	if (name_is_taken(view, target.name))
		rows_about(verdict, ROLE_ERROR, "name", _("Another target is called so already."));
	warn_of_folder(&target, verdict);
	if (kind->shared)
		rows_about(verdict, ROLE_WARNING, "kind", _("It changes more than one application."));
	target_done(&target);
}

static enum reaction accept(struct desk *desk, struct form *form)
{
	struct target_view *view = desk->targets;
	struct target target;
	struct error err = { 0 };
	read_form(form, &view->identities, edited(view), &target);
	plan_done(&desk->plan);
	bool ok = app_plan_target(desk->app, &target, view->editing, &desk->plan, &err);
	if (ok)
		targets_select(desk, target.name);
	target_done(&target);
	if (!ok) {
		plan_done(&desk->plan);
		return desk_error(desk, &err);
	}
	desk_pop(desk); /* the form */
	if (desk->plan.count)
		return desk_carry_out(desk) | REACT_LAYOUT;
	desk_say(desk, ROLE_STATUS, "nothing was changed");
	return REACT_LAYOUT;
}

enum reaction targets_open_form(struct desk *desk, const struct target *target)
{
	struct target_view *view = targets_of(desk);
	struct error err = { 0 };
	free(view->editing);
	view->editing = target ? mem_text(target->name) : NULL;
	identities_done(&view->identities);
	view->identities = (struct identities){ 0 };
	if (!app_identities(desk->app, &view->identities, &err))
		desk_say(desk, ROLE_WARNING, "%s", err.text);
	struct form *form = form_new(target ? N_("Edit a target") : N_("Add a target"), N_("Save"), fields,
		sizeof fields / sizeof *fields);
	form_paths(form);
	fill(form, target, &view->identities);
	form_focus(form, "kind");
	return sheet_open(desk, form, check, accept, NULL);
}
