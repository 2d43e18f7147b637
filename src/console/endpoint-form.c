/*
 * What is saved of an endpoint.  Saving is no danger and wants no second question: undo takes it
 * back.
 */
#include <stdlib.h>
#include <string.h>

#include "base/lang.h"
#include "base/mem.h"
#include "base/text.h"
#include "console/endpoints.h"
#include "console/pages.h"

#define PURPOSES_MOST 30

static const struct form_option unknown = { N_("as the port says"), NULL };
static const struct form_option nothing = { N_("nothing"), N_("no client certificate") };
static const struct form_option unsaid = { N_("not said"), NULL };

static const struct form_field fields[] = {
	{ .key = "endpoint", .label = N_("Service"), .kind = FORM_TEXT, .flags = FORM_REQUIRED,
		.help = N_("HOST:PORT, or smtp://HOST, ldaps://HOST, https://HOST/. F10 saves it.") },
	{ .key = "name", .label = N_("Name"), .kind = FORM_TEXT,
		.help = N_("What it is called here; empty: HOST:PORT.") },
	{ .key = "dialect", .label = N_("Dialect"), .kind = FORM_CHOICE, .options = &unknown,
		.option_count = 1, .help = N_("How TLS begins there.") },
	{ .key = "purpose", .label = N_("Purpose"), .kind = FORM_CHOICE, .options = &unsaid,
		.option_count = 1, .help = N_("What it is used for.") },
	{ .key = "other", .label = N_("Namely"), .kind = FORM_TEXT, .help = N_("The purpose in a word or two.") },
	{ .key = "identity", .label = N_("We present"), .kind = FORM_CHOICE, .options = &nothing,
		.option_count = 1,
		.help = N_("Whose certificate is sent if the server asks for one.") },
	{ .key = "sni", .label = N_("Ask for"), .kind = FORM_TEXT,
		.help = N_("The name sent as SNI and looked for in the certificate, where it isn't the host.") },
	{ .key = "tls", .label = N_("TLS version"), .kind = FORM_CHOICE, .options = probe_tls,
		.option_count = PROBE_TLS_COUNT,
		.help = N_("As a program that takes only one.") },
	{ .key = "days", .label = N_("Warn at"), .kind = FORM_NUMBER, .least = 1, .most = 36500,
		.unit = N_("days left"), .help = N_("Empty: as the settings say.") },
	{ .key = "percent", .label = N_("or at"), .kind = FORM_NUMBER, .least = 1, .most = 100,
		/* xgettext:no-c-format */
		.unit = N_("% of its life left"), .help = N_("Empty: as the settings say.") },
	{ .key = "note", .label = N_("Note"), .kind = FORM_TEXT, .help = N_("For whoever looks at it next.") },
};

static const char *or_nothing(const char *text)
{
	return text ? text : "";
}

/* --- choices -------------------------------------------------------------------------- */

static size_t purpose_count(void)
{
	size_t n = 0;
	while (endpoint_purpose_at(n))
		n++;
	return n;
}

/* None, those that are proposed, another one. */
static void set_purposes(struct form *form, const char *purpose)
{
	struct form_option options[PURPOSES_MOST] = { unsaid };
	size_t n = 1, chosen = 0, proposed = purpose_count();
	for (size_t i = 0; i < proposed && n + 1 < PURPOSES_MOST; i++) {
		if (purpose && strcmp(purpose, endpoint_purpose_at(i)) == 0)
			chosen = n;
		options[n++] = (struct form_option){ endpoint_purpose_at(i), NULL };
	}
	if (purpose && *purpose && !chosen)
		chosen = n;
	options[n++] = (struct form_option){ N_("another one"), NULL };
	form_options(form, "purpose", options, n);
	form_set_choice(form, "purpose", chosen);
	form_set(form, "other", chosen == n - 1 ? purpose : "");
}

static bool purpose_is_other(const struct form *form)
{
	return form_choice(form, "purpose") > purpose_count();
}

static const char *chosen_purpose(const struct form *form)
{
	size_t chosen = form_choice(form, "purpose");
	return purpose_is_other(form) ? form_text(form, "other") :
	       chosen		      ? endpoint_purpose_at(chosen - 1) :
					"";
}

/* One that is saved but no longer there stays the choice: the check says so. */
static void set_identities(struct form *form, const struct identities *all, const char *saved)
{
	struct form_option *options = mem_new((all->live + 2) * sizeof *options);
	char *safe = saved ? text_safe(saved, strlen(saved)) : NULL;
	size_t n = 0, chosen = 0;
	options[n++] = nothing;
	for (size_t i = 0; i < all->live; i++) {
		const struct identity *identity = &all->items[i];
		if (!probe_may_present(identity))
			continue;
		if (safe && strcmp(identity_name(identity), safe) == 0)
			chosen = n;
		options[n++] = (struct form_option){ identity_name(identity),
			identity_is_sealed(identity) ? N_("sealed: check goes without it") : NULL };
	}
	if (safe && *safe && !chosen) {
		chosen = n;
		options[n++] = (struct form_option){ safe, N_("it isn't there") };
	}
	form_options(form, "identity", options, n);
	form_set_choice(form, "identity", chosen);
	free(options);
	free(safe);
}

/* NULL and true: the one that is saved but isn't there. */
static const struct identity *chosen_identity(const struct form *form, const struct identities *all,
	bool *lost)
{
	size_t left = form_choice(form, "identity");
	*lost = false;
	for (size_t i = 0; left && i < all->live; i++)
		if (probe_may_present(&all->items[i]) && --left == 0)
			return &all->items[i];
	*lost = left > 0;
	return NULL;
}

/* --- from and to an endpoint ---------------------------------------------------------- */

static void fill(struct desk *desk, struct form *form, const struct endpoint *e)
{
	static const struct endpoint none = { 0 };
	char *place = e ? endpoint_place(e) : mem_text("");
	const struct endpoint *is = e ? e : &none;
	bool usual = !e || e->dialect == dialect_of_port(e->port);
	probe_form_dialects(form);
	form_set_choice(form, "dialect", usual ? 0 : probe_dialect_option(e->dialect));
	set_purposes(form, is->purpose);
	set_identities(form, &desk->ends->identities, is->identity);
	form_set(form, "endpoint", place);
	form_set(form, "name", is->name && strcmp(is->name, place) != 0 ? is->name : "");
	form_set(form, "sni", or_nothing(is->sni));
	form_set(form, "note", or_nothing(is->note));
	for (size_t i = 1; is->tls && i < PROBE_TLS_COUNT; i++)
		if (strcmp(is->tls, probe_tls[i].label) == 0)
			form_set_choice(form, "tls", i);
	if (is->days)
		form_set_number(form, "days", is->days);
	if (is->percent)
		form_set_number(form, "percent", is->percent);
	free(place);
}

static char *typed(const struct form *form, const char *key)
{
	char *text = mem_text(form_text(form, key));
	text_trim(text);
	return text;
}

/* Blanks at the ends are a slip; an empty text is none. */
static char *typed_or_null(const struct form *form, const char *key)
{
	char *text = typed(form, key);
	if (*text)
		return text;
	free(text);
	return NULL;
}

static char *identity_typed(struct desk *desk, const struct form *form)
{
	bool lost;
	const struct identity *identity = chosen_identity(form, &desk->ends->identities, &lost);
	struct buf name = { 0 };
	if (identity)
		text_unescape(&name, identity_name(identity));
	if (lost) {
		const struct end_row *row = ends_current(desk);
		buf_text_add(&name, row ? or_nothing(row->seen.endpoint->identity) : "");
	}
	return name.len ? buf_take(&name) : NULL;
}

static unsigned number(const struct form *form, const char *key)
{
	long n = 0;
	return *form_text(form, key) && form_number(form, key, &n) ? (unsigned)n : 0;
}

static bool read(struct desk *desk, const struct form *form, struct endpoint *out,
	struct error *err)
{
	struct probe_wish wish;
	size_t tls = form_choice(form, "tls");
	char *service = typed(form, "endpoint");
	bool ok = probe_wish_parse(service, probe_form_dialect(form), &wish, err);
	free(service);
	if (!ok)
		return false;
	*out = (struct endpoint){ .host = wish.host,
		.port = wish.port,
		.dialect = wish.dialect,
		.name = typed_or_null(form, "name"),
		.sni = typed_or_null(form, "sni"),
		.note = typed_or_null(form, "note"),
		.tls = tls ? mem_text(probe_tls[tls].label) : NULL,
		.identity = identity_typed(desk, form),
		.days = number(form, "days"),
		.percent = number(form, "percent") };
	if (*chosen_purpose(form))
		out->purpose = mem_text(chosen_purpose(form));
	wish.host = NULL;
	probe_wish_done(&wish);
	if (!out->name)
		out->name = endpoint_place(out);
	return true;
}

/* --- the verdict on it ---------------------------------------------------------------- */

static bool name_is_taken(const struct end_view *ends, const char *name)
{
	for (size_t i = 0; i < ends->all.count; i++)
		if (strcmp(ends->all.items[i].name, name) == 0)
			return !ends->editing || strcmp(ends->editing, name) != 0;
	return false;
}

static void check(struct desk *desk, struct form *form, struct rows *verdict)
{
	struct end_view *ends = desk->ends;
	struct endpoint e;
	struct error err = { 0 };
	bool lost;
	form_show(form, "other", purpose_is_other(form));
	chosen_identity(form, &ends->identities, &lost);
	if (lost)
		rows_about(verdict, ROLE_WARNING, "identity", _("There is no such identity any more."));
	if (!*form_text(form, "endpoint"))
		return;
	if (!read(desk, form, &e, &err)) {
		rows_about(verdict, ROLE_ERROR, "endpoint", err.text);
		return;
	}
	if (name_is_taken(ends, e.name))
		rows_about(verdict, ROLE_ERROR, "name", _("Another endpoint is called so already."));
	if (!form_choice(form, "dialect"))
		rows_about_format(verdict, ROLE_DIM, "dialect", "Port %u: %s.", e.port, _(e.dialect->label));
	endpoint_done(&e);
}

static enum reaction accept(struct desk *desk, struct form *form)
{
	struct end_view *ends = desk->ends;
	struct endpoint e;
	struct error err = { 0 };
	if (!read(desk, form, &e, &err))
		return desk_error(desk, &err);
	plan_done(&desk->plan);
	bool ok = app_plan_endpoint(desk->app, &e, ends->editing, &desk->plan, &err);
	if (ok)
		ends_select(desk, e.name);
	endpoint_done(&e);
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

/* --- opening it ----------------------------------------------------------------------- */

enum reaction ends_open_form(struct desk *desk, const struct endpoint *endpoint,
	const char *editing)
{
	struct end_view *ends = ends_of(desk);
	struct error err = { 0 };
	char *name = editing ? mem_text(editing) : NULL;
	free(ends->editing);
	ends->editing = name;
	identities_done(&ends->identities);
	ends->identities = (struct identities){ 0 };
	if (!app_identities(desk->app, &ends->identities, &err))
		desk_say(desk, ROLE_WARNING, "%s", err.text);
	struct form *form = form_new(editing ? N_("Edit an endpoint") : N_("Save an endpoint"), N_("Save"), fields,
		sizeof fields / sizeof *fields);
	fill(desk, form, endpoint);
	form_focus(form, "endpoint");
	return sheet_open(desk, form, check, accept, NULL);
}

enum reaction action_add_endpoint(struct desk *desk)
{
	return desk_refuse_read_only(desk) ? REACT_REPAINT : ends_open_form(desk, NULL, NULL);
}

enum reaction action_edit_endpoint(struct desk *desk)
{
	const struct end_row *row = ends_pin(desk);
	if (!row || desk_refuse_read_only(desk))
		return REACT_REPAINT;
	return ends_open_form(desk, row->seen.endpoint, row->seen.endpoint->name);
}

enum reaction action_save_probed(struct desk *desk)
{
	const struct probe_wish *wish = &desk->probe->wish;
	struct buf identity = { 0 };
	if (desk_refuse_read_only(desk) || !wish->host)
		return REACT_REPAINT;
	if (wish->identity)
		text_unescape(&identity, identity_name(wish->identity));
	const struct endpoint e = { .host = wish->host,
		.port = wish->port,
		.dialect = wish->dialect,
		.sni = wish->sni,
		.tls = wish->tls,
		.identity = identity.len ? identity.data : NULL };
	enum reaction r = ends_open_form(desk, &e, NULL);
	buf_done(&identity);
	return r;
}
