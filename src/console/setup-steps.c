/* The steps of the wizard, a row each, and the forms of those that have one. */
#include <stdlib.h>
#include <string.h>

#include "base/lang.h"
#include "base/mem.h"
#include "console/setup.h"

static const struct form_option access_options[] = {
	{ N_("everybody"), N_("whose programs trust by it; keys stay the owner's") },
	{ N_("owner"), N_("nobody else sees even what is trusted") },
};

static const struct form_option anchor_options[] = {
	{ N_("system"), N_("the public CAs that this system trusts") },
	{ N_("none"), N_("only what you choose in the next step is trusted") },
};

static const struct form_option identity_options[] = {
	{ N_("none"), N_("this host shows no certificate, or has one") },
	{ N_("self-signed"), N_("key and certificate at once, trusted here") },
	{ N_("request"), N_("a key, and a request for a CA to answer") },
};

/* Those that are there come behind it. */
static const struct form_option theme_options[] = {
	{ N_("as it is"), N_("what the settings say") },
};

#define OPTIONS(table) .options = table, .option_count = sizeof table / sizeof *table

static const struct form_field store_fields[] = {
	{ .key = "store", .label = N_("Folder"), .kind = FORM_TEXT, .flags = FORM_REQUIRED | FORM_COMPLETES,
		.cols = 48,
		.help = N_("Where certificates and keys are kept. A store that is there already keeps all "
			"it has, and gets what is missing.") },
	{ .key = "access", .label = N_("Readable by"), .kind = FORM_CHOICE, OPTIONS(access_options),
		.help = N_("Who may read a new store. Keys are the owner's in any case.") },
};

static const struct form_field anchor_fields[] = {
	{ .key = "anchors", .label = N_("Begin with"), .kind = FORM_CHOICE, OPTIONS(anchor_options),
		.help = N_("Taken over as they are now; what you decide later stays as you decided it.") },
};

static const struct form_field identity_fields[] = {
	{ .key = "identity", .label = N_("Make"), .kind = FORM_CHOICE, OPTIONS(identity_options),
		.help = N_("A key for the services of this host. It has no passphrase, so that they can "
			"start with it.") },
	{ .key = "names", .label = N_("Names"), .kind = FORM_LIST,
		.help = N_("Names and addresses that clients use, a line each, the main one first.") },
};

static const struct form_field theme_fields[] = {
	{ .key = "theme", .label = N_("Colours"), .kind = FORM_CHOICE, OPTIONS(theme_options),
		.help = N_("Of this console; the screen shows it at once. It is written into the settings "
			"with all the rest.") },
};

#define FIELDS(table) .fields = table, .field_count = sizeof table / sizeof *table

const struct setup_step_row setup_steps[SETUP_COUNT] = {
	[SETUP_STORE] = { .title = N_("the store"),
		.help = N_("certary keeps what this host trusts in one folder of plain files. These eight "
			"steps make one; nothing is written before the last."),
		.first = ANSWER_STORE, .last = ANSWER_ACCESS, FIELDS(store_fields) },
	[SETUP_ANCHORS] = { .title = N_("what it begins with"),
		.help = N_("A store can begin with what this system trusts already, or with nothing."),
		.first = ANSWER_ANCHORS, .last = ANSWER_ANCHORS, FIELDS(anchor_fields) },
	[SETUP_CERTS] = { .title = N_("what is already here"),
		.help = N_("Certificates that somebody has put onto this host. What is ticked will be trusted."),
		.first = ANSWER_IMPORT, .last = ANSWER_IMPORT, .answer = ANSWER_IMPORT,
		.add = N_("File or folder of certificates") },
	[SETUP_ENDPOINTS] = { .title = N_("services to watch"),
		.help = N_("Services that this host talks to. p asks those that are ticked what they present."),
		.first = ANSWER_ENDPOINTS, .last = ANSWER_PROBE, .answer = ANSWER_ENDPOINTS,
		.add = N_("Service, as in ldaps://ldap.example") },
	[SETUP_TARGETS] = { .title = N_("who is fed"),
		.help = N_("Programs with lists of their own. What is ticked gets what the store trusts, whenever "
			"you deploy."),
		.first = ANSWER_TARGETS, .last = ANSWER_DEPLOY, .answer = ANSWER_TARGETS,
		.add = N_("KIND:PATH, as in java:/opt/ca.jks") },
	[SETUP_IDENTITY] = { .title = N_("a key for this host"),
		.help = N_("Services of this host show a certificate of their own."),
		.first = ANSWER_IDENTITY, .last = ANSWER_NAMES, FIELDS(identity_fields) },
	[SETUP_THEME] = { .title = N_("colours"),
		.help = N_("How the console looks."),
		.first = ANSWER_THEME, .last = ANSWER_THEME, FIELDS(theme_fields) },
	[SETUP_SUMMARY] = { .title = N_("summary"),
		.help = N_("This will be done, as one change that undo takes back. y does it."),
		.first = ANSWER_STORE, .last = ANSWER_STORE },
};

static enum answer answer_of(const char *key)
{
	int i = 0;
	while (i < ANSWER_COUNT && strcmp(answer_row((enum answer)i)->name, key) != 0)
		i++;
	return (enum answer)i;
}

/* Themes are found, all other options stand in a table. */
static const struct form_option *options_of(const struct setup_work *work,
	const struct form_field *field, size_t *count)
{
	bool theme = answer_of(field->key) == ANSWER_THEME;
	*count = theme ? work->themes.count + 1 : field->option_count;
	return theme ? work->theme_options : field->options;
}

static size_t option_of(const struct setup_work *work, const struct form_field *field, const char *text)
{
	size_t count;
	const struct form_option *options = options_of(work, field, &count);
	for (size_t i = 0; i < count; i++)
		if (strcmp(options[i].label, text) == 0)
			return i;
	return 0;
}

static const char *chosen_label(const struct setup_work *work, const struct form_field *field)
{
	size_t count, chosen = form_choice(work->form, field->key);
	const struct form_option *options = options_of(work, field, &count);
	bool unsaid = answer_of(field->key) == ANSWER_THEME && chosen == 0;
	return unsaid || chosen >= count ? "" : options[chosen].label;
}

void setup_themes_open(struct setup_work *work)
{
	theme_list(&work->themes);
	work->theme_options = mem_new((work->themes.count + 1) * sizeof *work->theme_options);
	work->theme_options[0] = theme_options[0];
	for (size_t i = 0; i < work->themes.count; i++)
		work->theme_options[i + 1] = (struct form_option){ .label = work->themes.items[i].name,
			.help = work->themes.items[i].about };
}

void setup_themes_done(struct setup_work *work)
{
	theme_list_done(&work->themes);
	free(work->theme_options);
	free(work->theme_before);
}

void setup_theme_show(struct desk *desk)
{
	struct setup_work *work = desk->setup;
	const char *name = work->step == SETUP_THEME ? chosen_label(work, &theme_fields[0]) : "";
	struct error err = { 0 };
	name = *name ? name : work->theme_before;
	if (work->step == SETUP_THEME && strcmp(name, theme_shown(desk)) != 0 &&
		!theme_show(desk, name, &err))
		desk_say(desk, ROLE_ERROR, "%s", err.text);
}

static void fill(struct setup_work *work, const struct form_field *field)
{
	enum answer which = answer_of(field->key);
	const struct answer_value *value = &work->answers.values[which];
	if (which == ANSWER_THEME)
		form_options(work->form, field->key, work->theme_options, work->themes.count + 1);
	if (field->kind == FORM_CHOICE)
		form_set_choice(work->form, field->key,
			option_of(work, field, answers_text(&work->answers, which)));
	else if (field->kind == FORM_TEXT)
		form_set(work->form, field->key, answers_text(&work->answers, which));
	for (size_t i = 0; field->kind == FORM_LIST && i < value->count; i++)
		form_list_add(work->form, field->key, value->items[i]);
}

void setup_form_open(struct setup_work *work)
{
	const struct setup_step_row *row = &setup_steps[work->step];
	if (!row->fields)
		return;
	char *title = mem_format(_("Step %d of %d: %s"), (int)work->step + 1, SETUP_COUNT, _(row->title));
	work->form = form_new(title, N_("Next"), row->fields, row->field_count);
	free(title);
	form_paths(work->form);
	for (size_t i = 0; i < row->field_count; i++)
		fill(work, &row->fields[i]);
	work->opened = form_changed(work->form);
}

static void take(struct setup_work *work, const struct form_field *field)
{
	enum answer which = answer_of(field->key);
	if (field->kind == FORM_CHOICE) {
		answers_set(&work->answers, which, chosen_label(work, field));
	} else if (field->kind == FORM_TEXT) {
		answers_set(&work->answers, which, form_text(work->form, field->key));
	} else if (field->kind == FORM_LIST) {
		answers_clear(&work->answers, which);
		for (size_t i = 0; i < form_list_count(work->form, field->key); i++)
			answers_add(&work->answers, which, form_list_at(work->form, field->key, i));
	}
}

void setup_form_close(struct setup_work *work)
{
	const struct setup_step_row *row = &setup_steps[work->step];
	if (!work->form)
		return;
	for (size_t i = 0; i < row->field_count; i++)
		take(work, &row->fields[i]);
	work->touched |= form_changed(work->form) != work->opened;
	form_free(work->form);
	work->form = NULL;
}
