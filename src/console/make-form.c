/*
 * The form of what is to be made: a table of fields, of which each route shows its own; filled from a
 * making, and read into one at every change.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/lang.h"
#include "base/mem.h"
#include "base/text.h"
#include "console/make.h"

#define OPTIONS_MOST 16

static const struct form_option below_options[] = {
	{ N_("none"), N_("it signs servers and clients, and no other CA") },
	{ N_("one level"), N_("it may sign CAs, which sign servers and clients") },
	{ N_("any"), N_("whatever it signs may be a CA again") },
};
static const int below_lengths[] = { 0, 1, -1 };

static const struct form_field fields[] = {
	{ .key = "preset", .label = N_("For"), .kind = FORM_CHOICE,
		.help = N_("What it is wanted for: fills in the fields that follow from it, and all of "
			"them can be changed.") },
	{ .key = "CN", .label = N_("Common name"), .kind = FORM_TEXT, .flags = FORM_IMPORTANT,
		.help = N_("The host name of a server, the name of a person, program or CA. A host is "
			"put among the names as well.") },
	{ .key = "sans", .label = N_("Names"), .kind = FORM_LIST,
		.help = N_("Every name and address by which clients call it, a line each: "
			"www.example.com, *.example.com, 192.0.2.1, a@example.com, https://…") },
	{ .key = "name", .label = N_("Called here"), .kind = FORM_TEXT,
		.help = N_("How it is called in this console; empty: like its common name.") },

	{ .kind = FORM_HEADING, .label = N_("Key and time") },
	{ .key = "kind", .label = N_("Key"), .kind = FORM_CHOICE, .help = N_("What kind of key is made.") },
	{ .key = "pass", .label = N_("Passphrase"), .kind = FORM_SECRET,
		.help = N_("With one it is asked for at every start of a server that uses the key; "
			"empty: whoever reads the key's file has the key.") },
	{ .key = "again", .label = N_("Once more"), .kind = FORM_SECRET, .match = "pass",
		.help = N_("The same passphrase. Nobody can find out a forgotten one.") },
	{ .key = "days", .label = N_("Valid for"), .kind = FORM_NUMBER, .least = 1, .most = 36525,
		.unit = N_("days"), .flags = FORM_REQUIRED,
		.help = N_("From now on. Browsers refuse servers' certificates of more than 398.") },
	{ .key = "profile", .label = N_("Made for"), .kind = FORM_CHOICE,
		.help = N_("Usage and purposes follow from it.") },

	{ .key = "limits", .kind = FORM_HEADING, .label = N_("Limits of the CA") },
	{ .key = "below", .label = N_("CAs below it"), .kind = FORM_CHOICE, .options = below_options,
		.option_count = 3, .help = N_("Whether it may sign other CAs.") },
	{ .key = "permitted", .label = N_("Only names in"), .kind = FORM_LIST,
		.help = N_("Domains and networks that it may sign for, a line each: example.com, "
			"IP:192.0.2.0/24. Empty: any, and who steals its key can pose as a bank.") },
	{ .key = "excluded", .label = N_("No names in"), .kind = FORM_LIST,
		.help = N_("Domains and networks that it may not sign for, a line each.") },

	{ .kind = FORM_HEADING, .label = N_("Subject") },
	{ .key = "O", .label = N_("Organisation"), .kind = FORM_TEXT,
		.help = N_("The company, as registered.") },
	{ .key = "OU", .label = N_("Unit"), .kind = FORM_TEXT,
		.help = N_("The department. Public CAs no longer take it.") },
	{ .key = "L", .label = N_("Locality"), .kind = FORM_TEXT, .help = N_("The town.") },
	{ .key = "ST", .label = NC_("subject", "State"), .kind = FORM_TEXT,
		.help = N_("State or province, in full.") },
	{ .key = "C", .label = N_("Country"), .kind = FORM_TEXT, .cols = 4,
		.help = N_("Two letters, such as DE.") },
	{ .key = "email", .label = N_("E-mail"), .kind = FORM_TEXT,
		.help = N_("Whom to ask about it; seldom needed.") },

	{ .kind = FORM_HEADING, .label = N_("Here") },
	{ .key = "ticket", .label = N_("Ticket"), .kind = FORM_TEXT,
		.help = N_("The number under which the CA's people know the request.") },
	{ .key = "note", .label = N_("Note"), .kind = FORM_TEXT, .help = N_("Anything worth knowing.") },
	{ .key = "cert_file", .label = N_("Also write to"), .kind = FORM_TEXT, .flags = FORM_COMPLETES,
		.help = N_("A file for the certificate or the request, beside what the store keeps; "
			"empty: none. Tab completes.") },
	{ .key = "key_file", .label = N_("Key also to"), .kind = FORM_TEXT, .flags = FORM_COMPLETES,
		.help = N_("A file for the key, with mode 0600, sealed as in the store; empty: none. Tab "
			"completes.") },
};

/* Which field a piece of advice is about. */
static const char *const about[][2] = {
	{ "country", "C" },
	{ "country-capitals", "C" },
	{ "country-uk", "C" },
	{ "email", "email" },
	{ "cn-host", "CN" },
	{ "cn-as-san", "CN" },
	{ "cn-not-in-san", "CN" },
	{ "no-cn", "CN" },
	{ "nameless", "CN" },
	{ "empty", "CN" },
	{ "hint-cn", "CN" },
	{ "idn", "sans" },
	{ "no-host", "sans" },
	{ "wildcard", "sans" },
	{ "wildcard-high", "sans" },
	{ "underscore", "sans" },
	{ "short-host", "sans" },
	{ "san-unwritable", "sans" },
	{ "hint-names", "sans" },
	{ "several-domains", "sans" },
	{ "on-behalf", "sans" },
	{ "address", "sans" },
	{ "public-private", "sans" },
	{ "public-days", "days" },
	{ "public-key", "kind" },
	{ "public-unit", "OU" },
	{ "public-client", "profile" },
	{ "name", "name" },
	{ "passphrase", "pass" },
	{ "hint-key", "pass" },
	{ "days", "days" },
	{ "policy-days", "days" },
	{ "long-lived", "days" },
	{ "longer-than-public", "days" },
	{ "policy-key", "kind" },
	{ "weak-key", "kind" },
	{ "constraint", "permitted" },
	{ "any-name", "permitted" },
	{ "hint-constraints", "permitted" },
	{ "path-length", "below" },
	{ NULL, NULL },
};

/* --- options ------------------------------------------------------------------------------- */

/* Which rows of the tables a choice offers, in their order; the numbers are the choice's. */
static size_t offered_presets(enum route route, const struct preset *out[OPTIONS_MOST])
{
	size_t n = 0;
	out[n++] = NULL;
	for (size_t i = 0; preset_at(i) && n < OPTIONS_MOST; i++)
		if (preset_profile(preset_at(i))->ca == (route == ROUTE_CA))
			out[n++] = preset_at(i);
	return n;
}

static size_t offered_profiles(enum route route, const struct profile *out[OPTIONS_MOST])
{
	size_t n = 0;
	for (size_t i = 0; profile_at(i) && n < OPTIONS_MOST; i++)
		if (route == ROUTE_REQUEST || profile_at(i)->ca == (route == ROUTE_CA))
			out[n++] = profile_at(i);
	return n;
}

static void set_options(struct form *form, enum route route)
{
	const struct preset *presets[OPTIONS_MOST];
	const struct profile *profiles[OPTIONS_MOST];
	struct form_option options[OPTIONS_MOST];
	size_t n = offered_presets(route, presets);
	options[0] = (struct form_option){ N_("anything"), N_("nothing is filled in") };
	for (size_t i = 1; i < n; i++)
		options[i] = (struct form_option){ presets[i]->label, presets[i]->help };
	form_options(form, "preset", options, n);
	n = offered_profiles(route, profiles);
	for (size_t i = 0; i < n; i++)
		options[i] = (struct form_option){ profiles[i]->label, profiles[i]->help };
	form_options(form, "profile", options, n);
	for (n = 0; privkey_kind_at(n) && n < OPTIONS_MOST; n++)
		options[n] = (struct form_option){ privkey_kind_at(n)->label,
			privkey_kind_at(n)->help };
	form_options(form, "kind", options, n);
}

static void choose_profile(struct form *form, enum route route, const struct profile *profile)
{
	const struct profile *profiles[OPTIONS_MOST];
	size_t n = offered_profiles(route, profiles);
	for (size_t i = 0; i < n; i++)
		if (profiles[i] == profile)
			form_set_choice(form, "profile", i);
}

static void choose_kind(struct form *form, const struct privkey_kind *kind)
{
	for (size_t i = 0; privkey_kind_at(i); i++)
		if (privkey_kind_at(i) == kind)
			form_set_choice(form, "kind", i);
}

/* --- filling ------------------------------------------------------------------------------- */

static const char *text_of(const char *text)
{
	return text ? text : "";
}

static void fill_list(struct form *form, const char *key, char *const *texts)
{
	form_list_clear(form, key);
	for (size_t i = 0; texts && texts[i]; i++)
		form_list_add(form, key, texts[i]);
}

static void fill_subject(struct form *form, const struct subject *subject)
{
	struct buf name = { 0 };
	for (size_t i = 0; subject_kind_at(i); i++)
		if (subject_kind_at(i)->form)
			form_set(form, subject_kind_at(i)->key,
				text_of(subject_get(subject, subject_kind_at(i)->key)));
	form_list_clear(form, "sans");
	for (size_t i = 0; i < subject->sans.count; i++) {
		const struct san *san = &subject->sans.items[i];
		buf_cut(&name, 0);
		san_show(san, false, &name);
		form_list_add(form, "sans", san->kind == SAN_DNS ? san->value : buf_text(&name));
	}
	buf_done(&name);
}

static void show_fields(struct form *form, const struct making *begun)
{
	bool ca = begun->profile && begun->profile->ca && begun->route != ROUTE_REQUEST;
	bool request = begun->route == ROUTE_REQUEST;
	static const char *const of_keys[] = { "kind", "pass", "again", "name", "note", "key_file" };
	static const char *const of_cas[] = { "limits", "below", "permitted", "excluded" };
	for (size_t i = 0; i < sizeof of_keys / sizeof *of_keys; i++)
		form_show(form, of_keys[i], !begun->same_key);
	for (size_t i = 0; i < sizeof of_cas / sizeof *of_cas; i++)
		form_show(form, of_cas[i], ca);
	form_show(form, "preset", !ca && !begun->same_key);
	form_show(form, "profile", !ca);
	form_show(form, "sans", !ca);
	form_show(form, "days", !request);
	form_show(form, "ticket", request);
}

struct form *make_form(const struct making *begun, const char *title)
{
	const char *verb = begun->route == ROUTE_REQUEST ? N_("Make the request") :
			   begun->same_key ? N_("Renew") : N_("Create");
	struct form *form = form_new(title, verb, fields, sizeof fields / sizeof *fields);
	set_options(form, begun->route);
	show_fields(form, begun);
	fill_subject(form, &begun->subject);
	form_set(form, "name", text_of(begun->name));
	form_set(form, "note", text_of(begun->note));
	form_set(form, "ticket", text_of(begun->ticket));
	form_set_number(form, "days", (long)begun->days);
	choose_profile(form, begun->route, begun->profile);
	choose_kind(form, begun->kind);
	for (size_t i = 0; i < 3; i++)
		if (below_lengths[i] == begun->path_len)
			form_set_choice(form, "below", i);
	fill_list(form, "permitted", begun->permitted);
	fill_list(form, "excluded", begun->excluded);
	form_paths(form);
	form_focus(form, "CN");
	return form;
}

/* --- reading ------------------------------------------------------------------------------- */

static void read_sans(struct form *form, struct sans *out, struct rows *verdict)
{
	for (size_t i = 0; i < form_list_count(form, "sans"); i++) {
		struct error err = { 0 };
		char key[32];
		snprintf(key, sizeof key, "sans.%zu", i);
		if (!sans_add(out, form_list_at(form, "sans", i), &err))
			rows_about(verdict, ROLE_ERROR, key, err.text);
	}
}

static char **read_list(struct form *form, const char *key)
{
	size_t count = form_list_count(form, key);
	char **list = count ? mem_new((count + 1) * sizeof *list) : NULL;
	for (size_t i = 0; i < count; i++)
		list[i] = mem_text(form_list_at(form, key, i));
	return list;
}

static void read_subject(struct form *form, const struct subject *begun, struct subject *out)
{
	subject_done(out);
	subject_copy(out, begun);
	sans_done(&out->sans);
	for (size_t i = 0; subject_kind_at(i); i++)
		if (subject_kind_at(i)->form)
			subject_set(out, subject_kind_at(i)->key,
				form_text(form, subject_kind_at(i)->key));
}

void make_form_read(struct desk *desk, struct form *form, struct making *out, struct rows *verdict)
{
	const struct making *begun = &desk->make->begun;
	const struct profile *profiles[OPTIONS_MOST];
	long days;
	making_init(desk->app, begun->route, out);
	offered_profiles(begun->route, profiles);
	read_subject(form, &begun->subject, &out->subject);
	if (begun->profile && begun->profile->ca && begun->route != ROUTE_REQUEST)
		sans_copy(&out->subject.sans, &begun->subject.sans);
	else
		read_sans(form, &out->subject.sans, verdict);
	making_set(&out->name, form_text(form, "name"));
	making_set(&out->note, form_text(form, "note"));
	making_set(&out->ticket, form_text(form, "ticket"));
	making_set(&out->passphrase, form_text(form, "pass"));
	out->profile = profiles[form_choice(form, "profile")];
	out->kind = privkey_kind_at(form_choice(form, "kind"));
	if (form_number(form, "days", &days)) /* else the form says what is wrong with it */
		out->days = (unsigned)days;
	out->path_len = below_lengths[form_choice(form, "below")];
	out->permitted = read_list(form, "permitted");
	out->excluded = read_list(form, "excluded");
	out->same_key = begun->same_key;
	out->id = begun->id;
}

/* --- checking ------------------------------------------------------------------------------ */

/* What a preset knows goes into the fields once, when it is chosen. */
static void apply_preset(struct desk *desk, struct form *form)
{
	struct make_work *work = desk->make;
	const struct preset *presets[OPTIONS_MOST];
	offered_presets(work->begun.route, presets);
	const struct preset *chosen = presets[form_choice(form, "preset")];
	if (work->preset == chosen || work->begun.route == ROUTE_CA)
		return;
	work->preset = chosen;
	if (!chosen)
		return;
	choose_profile(form, work->begun.route, preset_profile(chosen));
	choose_kind(form, chosen->kind ? privkey_kind(chosen->kind) : work->begun.kind);
	form_set_number(form, "days", (long)(chosen->days ? chosen->days : work->begun.days));
}

/* A key mustn't replace the certificate that was written an instant before. */
static void check_paths(struct form *form, struct rows *verdict)
{
	char *cert = typed_path(form_text(form, "cert_file"));
	char *key = typed_path(form_text(form, "key_file"));
	check_path(form, "cert_file", verdict);
	if (*key && strcmp(cert, key) == 0)
		rows_about(verdict, ROLE_ERROR, "key_file", _("It is the file of the certificate."));
	else
		check_path(form, "key_file", verdict);
	free(cert);
	free(key);
}

/* A preset that wants a passphrase says so until there is one. */
static void advise(const struct preset *preset, const struct making *making, struct advice *out)
{
	struct advice hints = { 0 };
	preset_advise(preset, &hints);
	for (size_t i = 0; i < hints.count; i++)
		if (strcmp(hints.items[i].code, "passphrase") != 0)
			advice_add(out, hints.items[i].weight, hints.items[i].code, "%s",
				hints.items[i].text);
	if (preset->passphrase && !making->passphrase && !making->same_key)
		advice_add(out, ADVICE_WARNS, "passphrase",
			_("Such a key is usually sealed: nothing has to read it unattended."));
	advice_done(&hints);
}

void make_advise(struct desk *desk, const struct making *making, struct advice *out)
{
	app_making_check(desk->app, making, out);
	if (desk->make->preset)
		advise(desk->make->preset, making, out);
}

void make_form_check(struct desk *desk, struct form *form, struct rows *verdict)
{
	struct making making;
	struct advice advice = { 0 };
	apply_preset(desk, form);
	make_form_read(desk, form, &making, verdict);
	make_advise(desk, &making, &advice);
	sheet_advise(&advice, about, verdict);
	check_paths(form, verdict);
	advice_done(&advice);
	making_done(&making);
}
