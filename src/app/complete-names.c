/*
 * Names from the store.
 *
 * Names and fingerprints of certificates that begin with what was typed: those of a view in their order are
 * found by halving it, so that of a hundred thousand only the few that are handed out are looked at.
 *
 * Names are sorted folded, and a shell takes only what begins as it was typed: among those that do when
 * folded, one after the other is held against it.
 */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "app/completing.h"
#include "app/endpoint.h"
#include "app/identity.h"
#include "app/runbook.h"
#include "app/target.h"
#include "base/buf.h"
#include "base/mem.h"
#include "base/text.h"

struct range {
	const struct completing *c;
	struct view view;
	bool by_print;
	const char *prefix; /* folded, or digits */
	size_t from, to;    /* what begins with it */
};

/* Negative where the entry stands before what begins with the prefix, 0 where it does itself. */
static int place(const struct range *r, size_t i)
{
	struct entry e;
	char hex[FINGERPRINT_HEX];
	struct buf folded = { 0 };
	app_view_entry(r->c->ask->app, &r->view, i, &e);
	if (!r->by_print)
		text_fold(&folded, e.name);
	const char *key = r->by_print ? fingerprint_hex(&e.info.sha256, hex) : buf_text(&folded);
	int order = strncmp(key, r->prefix, strlen(r->prefix));
	buf_done(&folded);
	return order;
}

/* The first index whose entry stands behind those before (past: and behind those that begin with it). */
static size_t halve(const struct range *r, bool past)
{
	size_t low = 0, high = r->view.count;
	while (low < high) {
		size_t mid = low + (high - low) / 2;
		int order = place(r, mid);
		if (order < 0 || (past && order == 0))
			low = mid + 1;
		else
			high = mid;
	}
	return low;
}

static void range_find(struct range *r, const char *column, bool trash, bool authorities)
{
	struct app *app = r->c->ask->app;
	struct query query = app_query(app);
	query.sort = view_column_find(column);
	query.states = trash ? 1u << STATE_TRASH : 0;
	query.filters = authorities ? FILTER_CA : 0;
	app_view(app, &query, &r->view);
	r->from = halve(r, false);
	r->to = halve(r, true);
}

static bool fits(const struct completing *c, const char *name)
{
	bool dash = name[0] == '-' && !c->only_words && !c->lead; /* it would be read as an option */
	return *name && !dash && text_starts(name, completing_text(c)) && text_is_safe(name);
}

/* The same name twice stands side by side. */
static bool offer_at(const struct range *r, size_t i, char **last)
{
	struct entry e;
	app_view_entry(r->c->ask->app, &r->view, i, &e);
	if (!fits(r->c, e.name) || (*last && strcmp(*last, e.name) == 0))
		return false;
	completing_offer(r->c, e.name, state_name((int)e.state), false);
	free(*last);
	*last = mem_text(e.name);
	return true;
}

static void offer_certificates(const struct completing *c, bool trash, bool authorities)
{
	struct buf folded = { 0 };
	char *last = NULL;
	text_fold(&folded, completing_text(c));
	struct range r = { .c = c, .prefix = buf_text(&folded) };
	range_find(&r, "name", trash, authorities);
	size_t i = r.from, count = 0;
	while (i < r.to && count + 1 < COMPLETIONS_MOST)
		count += offer_at(&r, i++, &last);
	for (size_t at = r.to; at-- > i;)
		if (offer_at(&r, at, &last))
			break;
	free(last);
	view_done(&r.view);
	buf_done(&folded);
}

/* --- fingerprints ------------------------------------------------------------------------------ */

/* Digits that are begun, in lower case; false where it is something else, or one alone. */
static bool begun_digits(const char *begun, struct buf *digits)
{
	for (const char *p = begun; *p; p++) {
		if (!strchr("ABCDEFabcdef0123456789:", *p))
			return false;
		if (*p != ':')
			buf_char(digits, (char)tolower((unsigned char)*p));
	}
	return digits->len >= 2;
}

/* In the notation that is begun: with colons or without, in upper or lower case. */
static void offer_print(const struct completing *c, const char *hex, const char *help)
{
	const char *begun = completing_text(c);
	struct buf text = { 0 };
	bool colons = strchr(begun, ':'), upper = strcspn(begun, "ABCDEF") < strlen(begun);
	for (size_t i = 0; hex[i]; i++) {
		if (colons && i && i % 2 == 0)
			buf_char(&text, ':');
		buf_char(&text, upper ? (char)toupper((unsigned char)hex[i]) : hex[i]);
	}
	completing_offer(c, buf_text(&text), help, false);
	buf_done(&text);
}

static void offer_fingerprints(const struct completing *c, bool trash, bool authorities)
{
	struct buf digits = { 0 };
	bool begun = begun_digits(completing_text(c), &digits);
	struct range r = { .c = c, .by_print = true, .prefix = buf_text(&digits) };
	if (begun)
		range_find(&r, "fingerprint", trash, authorities);
	for (size_t i = r.from; i < r.to && i < r.from + COMPLETIONS_MOST; i++) {
		char hex[FINGERPRINT_HEX];
		struct entry e;
		app_view_entry(c->ask->app, &r.view, i, &e);
		offer_print(c, fingerprint_hex(&e.info.sha256, hex), e.name);
	}
	view_done(&r.view);
	buf_done(&digits);
}

/* --- by what they are for ---------------------------------------------------------------------- */

static void offer_name(const struct completing *c, const char *name, const char *help)
{
	if (fits(c, name))
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
	offer_certificates(c, in_trash(c), authorities);
	offer_fingerprints(c, in_trash(c), authorities);
}

void complete_any_certificate(const struct completing *c)
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

void complete_identities(const struct completing *c)
{
	list_identities_of(c, false);
}

void complete_own_cas(const struct completing *c)
{
	list_identities_of(c, true);
}

void complete_cas(const struct completing *c)
{
	list_certificates_of(c, true);
	list_identities_of(c, true);
}

void complete_endpoints(const struct completing *c)
{
	struct endpoints all = { 0 };
	if (c->ask->app && app_endpoints(c->ask->app, &all, NULL))
		for (size_t i = 0; i < all.count; i++)
			offer_name(c, all.items[i].name, "endpoint");
	endpoints_done(&all);
}

void complete_places(const struct completing *c)
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

void complete_targets(const struct completing *c)
{
	struct targets all = { 0 };
	if (c->ask->app && app_targets(c->ask->app, &all, NULL))
		for (size_t i = 0; i < all.count; i++)
			offer_name(c, all.items[i].name, all.items[i].kind->name);
	targets_done(&all);
}

void complete_runbooks(const struct completing *c)
{
	struct runbooks all = { 0 };
	if (c->ask->app && app_runbooks(c->ask->app, &all, NULL))
		for (size_t i = 0; i < all.count; i++)
			offer_name(c, all.items[i].name, "runbook");
	runbooks_done(&all);
}
