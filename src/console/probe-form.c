/*
 * What is to be probed, and as whom.  What was typed is remembered as long as the console runs; a
 * certificate that a probe has brought proposes its service.
 */
#include <stdlib.h>
#include <string.h>

#include "base/lang.h"
#include "base/mem.h"
#include "base/text.h"
#include "console/pages.h"
#include "console/probe.h"
#include "pki/renew.h"

const struct form_option probe_tls[] = {
	{ N_("any"), N_("whatever both take") },
	{ "1.3", N_("only this one") },
	{ "1.2", N_("only this one") },
	{ "1.1", N_("only this one: outdated") },
	{ "1.0", N_("only this one: outdated") },
};
_Static_assert(sizeof probe_tls / sizeof *probe_tls == PROBE_TLS_COUNT, "probe.h says how many");

static const struct form_option unknown = { N_("as the port says"), NULL };
static const struct form_option nothing = { N_("nothing"), N_("no client certificate") };

static const struct form_field fields[] = {
	{ .key = "endpoint", .label = N_("Service"), .kind = FORM_TEXT,
		.flags = FORM_REQUIRED,
		.help = N_("HOST:PORT, or smtp://HOST, ldaps://HOST, https://HOST/. F10 probes it.") },
	{ .key = "dialect", .label = N_("Dialect"), .kind = FORM_CHOICE, .options = &unknown,
		.option_count = 1, .help = N_("How TLS begins there.") },
	{ .key = "identity", .label = N_("We present"), .kind = FORM_CHOICE, .options = &nothing,
		.option_count = 1,
		.help = N_("Whose certificate is sent if the server asks for one.") },
	{ .key = "sni", .label = N_("Ask for"), .kind = FORM_TEXT,
		.help = N_("The name sent as SNI and looked for in the certificate, if not the host.") },
	{ .key = "tls", .label = N_("TLS version"), .kind = FORM_CHOICE, .options = probe_tls,
		.option_count = PROBE_TLS_COUNT,
		.help = N_("As a program that takes only one.") },
	{ .key = "http", .label = N_("HTTP path"), .kind = FORM_TEXT,
		.help = N_("Try GET, POST, PUT and DELETE on it, as /api/. Empty: no HTTP.") },
};

struct probe_work *probe_of(struct desk *desk)
{
	if (!desk->probe)
		desk->probe = mem_new(sizeof *desk->probe);
	return desk->probe;
}

/* --- the options -------------------------------------------------------------------------- */

void probe_form_dialects(struct form *form)
{
	struct form_option options[32] = { unknown };
	size_t n = 1;
	const struct dialect *dialect;
	for (size_t i = 0; n < 32 && (dialect = dialect_at(i)); i++)
		options[n++] = (struct form_option){ dialect->name, dialect->label };
	form_options(form, "dialect", options, n);
}

/* Those that a client may show: no CAs, and nothing that is still waiting for its certificate. */
bool probe_may_present(const struct identity *identity)
{
	return !identity_is_ca(identity) && identity_cert(identity);
}

/* Those that say that they are a server's, and nothing else. */
static bool is_servers(const struct identity *identity)
{
	const struct cert *cert = identity_cert(identity);
	struct advice guessed = { 0 };
	bool server = cert && strcmp(profile_of_cert(cert, &guessed)->name, "server") == 0 &&
		      guessed.count == 0;
	advice_done(&guessed);
	return server;
}

/* Servers ask clients: what could be a client's goes first, in the order that it has. */
static void clients_first(struct probe_work *work)
{
	struct identity *items = work->all.items;
	struct identity *servers = mem_new((work->all.live + 1) * sizeof *servers);
	size_t n = 0;
	work->clients = 0;
	for (size_t i = 0; i < work->all.live; i++)
		if (is_servers(&items[i]))
			servers[n++] = items[i];
		else
			items[work->clients++] = items[i];
	for (size_t i = 0; i < n; i++)
		items[work->clients + i] = servers[i];
	free(servers);
}

static const char *what_it_is(const struct probe_work *work, size_t i)
{
	bool sealed = identity_is_sealed(&work->all.items[i]);
	if (i >= work->clients)
		return sealed ? N_("for servers: most refuse it; sealed") :
				N_("for servers: most refuse it");
	return sealed ? N_("sealed: its passphrase is asked for") : NULL;
}

static void set_identities(struct form *form, const struct probe_work *work)
{
	struct form_option *options = mem_new((work->all.live + 1) * sizeof *options);
	size_t n = 0, chosen = 0;
	options[n++] = nothing;
	for (size_t i = 0; i < work->all.live; i++) {
		const struct identity *identity = &work->all.items[i];
		if (!probe_may_present(identity))
			continue;
		if (work->presents && fingerprint_compare(&identity->id, &work->identity) == 0)
			chosen = n;
		options[n++] = (struct form_option){ identity_name(identity), what_it_is(work, i) };
	}
	form_options(form, "identity", options, n);
	form_set_choice(form, "identity", chosen);
	free(options);
}

static const struct identity *chosen_identity(const struct form *form,
	const struct probe_work *work)
{
	size_t left = form_choice(form, "identity");
	for (size_t i = 0; left && i < work->all.live; i++)
		if (probe_may_present(&work->all.items[i]) && --left == 0)
			return &work->all.items[i];
	return NULL;
}

const char *probe_form_dialect(const struct form *form)
{
	size_t chosen = form_choice(form, "dialect");
	return chosen ? dialect_at(chosen - 1)->name : NULL;
}

/* --- what was typed ----------------------------------------------------------------------- */

static void keep(char **text, const char *typed)
{
	free(*text);
	*text = mem_text(typed);
}

static void remember(struct probe_work *work, struct form *form)
{
	const struct identity *identity = chosen_identity(form, work);
	keep(&work->endpoint, form_text(form, "endpoint"));
	keep(&work->sni, form_text(form, "sni"));
	keep(&work->http, form_text(form, "http"));
	work->dialect = form_choice(form, "dialect");
	work->tls = form_choice(form, "tls");
	work->presents = identity != NULL;
	if (identity)
		work->identity = identity->id;
}

static const char *or_nothing(const char *text)
{
	return text ? text : "";
}

static void fill(struct form *form, const struct probe_work *work)
{
	probe_form_dialects(form);
	set_identities(form, work);
	form_set(form, "endpoint", or_nothing(work->endpoint));
	form_set(form, "sni", or_nothing(work->sni));
	form_set(form, "http", or_nothing(work->http));
	form_set_choice(form, "dialect", work->dialect);
	form_set_choice(form, "tls", work->tls);
}

static bool read(const struct form *form, struct probe_wish *out, struct error *err)
{
	const char *sni = form_text(form, "sni"), *http = form_text(form, "http");
	size_t tls = form_choice(form, "tls");
	char *typed = mem_text(form_text(form, "endpoint"));
	text_trim(typed);
	bool ok = probe_wish_parse(typed, probe_form_dialect(form), out, err);
	free(typed);
	if (!ok)
		return false;
	out->sni = *sni ? mem_text(sni) : NULL;
	out->http = *http ? mem_text(http) : NULL;
	out->tls = tls ? mem_text(probe_tls[tls].label) : NULL;
	return true;
}

/* --- the verdict on it -------------------------------------------------------------------- */

static void check_http(const struct probe_wish *wish, struct rows *verdict)
{
	if (!wish->http)
		return;
	if (*wish->http != '/')
		rows_about(verdict, ROLE_ERROR, "http", _("A path begins with a slash."));
	else if (wish->dialect->manner)
		rows_about(verdict, ROLE_ERROR, "http", _("HTTP is tried where TLS begins at once."));
}

static void check_identity(struct desk *desk, const struct identity *identity, struct rows *verdict)
{
	struct identity_row row;
	if (!identity)
		return;
	app_identity_row(desk->app, NULL, identity, &row);
	if (row.state == IDENTITY_EXPIRED || row.state == IDENTITY_NO_KEY)
		rows_about_format(verdict, row.state == IDENTITY_NO_KEY ? ROLE_ERROR : ROLE_WARNING,
			"identity", "%s", row.state == IDENTITY_NO_KEY ?
			_("Its key is gone.") : _("Its certificate is over: the server will refuse it."));
}

static void check(struct desk *desk, struct form *form, struct rows *verdict)
{
	struct probe_work *work = probe_of(desk);
	struct probe_wish wish;
	struct error err = { 0 };
	remember(work, form);
	desk->sheet.opened = form_changed(form); /* so Esc loses nothing, and needn't ask */
	check_identity(desk, chosen_identity(form, work), verdict);
	if (!*form_text(form, "endpoint"))
		return;
	if (!read(form, &wish, &err)) {
		rows_about(verdict, ROLE_ERROR, "endpoint", err.text);
		return;
	}
	check_http(&wish, verdict);
	if (!form_choice(form, "dialect"))
		rows_about_format(verdict, ROLE_DIM, "dialect", "Port %u: %s.", wish.port,
			_(wish.dialect->label));
	probe_wish_done(&wish);
}

/* --- from the form to the probe ----------------------------------------------------------- */

static enum reaction go(struct desk *desk, struct new_key *key)
{
	struct probe_work *work = probe_of(desk);
	struct probe_wish wish;
	struct error err = { 0 };
	if (desk_page(desk) != PAGE_FORM) { /* the key was opened beside the loop */
		new_key_done(key);
		return REACT_REPAINT;
	}
	const struct identity *identity = chosen_identity(desk->sheet.form, work);
	if (!read(desk->sheet.form, &wish, &err)) {
		new_key_done(key);
		return desk_error(desk, &err);
	}
	desk_pop(desk); /* the form */
	return probe_begin(desk, &wish, identity, key);
}

static enum reaction key_opened(struct desk *desk, struct new_key *take)
{
	return go(desk, take);
}

static enum reaction accept(struct desk *desk, struct form *form)
{
	const struct identity *identity = chosen_identity(form, probe_of(desk));
	struct new_key none = { 0 };
	if (!identity)
		return go(desk, &none);
	return ask_key(desk, identity, N_("Probe"), key_opened);
}

/* --- opening it --------------------------------------------------------------------------- */

size_t probe_dialect_option(const struct dialect *wanted)
{
	const struct dialect *dialect;
	for (size_t i = 0; (dialect = dialect_at(i)); i++)
		if (dialect == wanted)
			return i + 1;
	return 0;
}

/* The service that this certificate came from. */
static void propose(struct probe_work *work, const struct probe_wish *wish)
{
	bool usual = wish->dialect == dialect_of_port(wish->port);
	bool address = strchr(wish->host, ':') != NULL;
	free(work->endpoint);
	work->endpoint = mem_format(address ? "[%s]:%u" : "%s:%u", wish->host, wish->port);
	work->dialect = usual ? 0 : probe_dialect_option(wish->dialect);
	keep(&work->sni, or_nothing(wish->sni));
}

static void propose_current(struct desk *desk)
{
	enum page page = desk_page(desk);
	bool about_one = page == PAGE_LIST || page == PAGE_DETAIL;
	const struct entry *e = about_one ? desk_current(desk) : NULL;
	struct probe_wish wish;
	if (!e || !app_probe_seen(desk->app, e, &wish))
		return;
	propose(probe_of(desk), &wish);
	probe_wish_done(&wish);
}

enum reaction action_probe(struct desk *desk)
{
	struct probe_work *work = probe_of(desk);
	struct error err = { 0 };
	propose_current(desk);
	identities_done(&work->all);
	work->all = (struct identities){ 0 };
	if (!app_identities(desk->app, &work->all, &err))
		desk_say(desk, ROLE_WARNING, "%s", err.text);
	clients_first(work);
	struct form *form = form_new(N_("Probe a service"), N_("Probe"), fields,
		sizeof fields / sizeof *fields);
	fill(form, work);
	form_focus(form, "endpoint");
	return sheet_open(desk, form, check, accept, NULL);
}

/* `:probe HOST:PORT` alone is the page with nothing else chosen; with options it is the command. */
bool probe_line(struct desk *desk, const char *line, enum reaction *reaction)
{
	struct probe_wish wish;
	struct new_key none = { 0 };
	struct error ignored = { 0 };
	if (!text_starts(line, "probe "))
		return false;
	line += strlen("probe ");
	line += strspn(line, " ");
	size_t len = strcspn(line, " ");
	if (*line == '-' || strpbrk(line, "\"'\\") || line[len + strspn(line + len, " ")])
		return false;
	char *word = mem_textn(line, len);
	bool ok = probe_wish_parse(word, NULL, &wish, &ignored);
	if (ok) {
		propose(probe_of(desk), &wish);
		*reaction = probe_begin(desk, &wish, NULL, &none);
	}
	free(word);
	return ok;
}
