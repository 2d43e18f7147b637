#include "app/limits.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "app/endpoint.h"
#include "app/internal.h"
#include "app/trust.h"
#include "base/clock.h"
#include "base/lang.h"
#include "base/mem.h"
#include "base/set.h"
#include "base/text.h"
#include "store/journal.h"

#define SCOPE_MOST  2000 /* bytes: a line that people can still read */
#define TICKET_MOST 200
#define DAYS_MOST   36500

void limits_made_done(struct limits_made *made)
{
	buf_done(&made->scope);
	buf_done(&made->until);
	buf_done(&made->ticket);
}

/* ---- what is wished for ---- */

/* Stored is where it is, and not what it is called: names change. */
static bool put_service(const struct endpoints *all, const char *text, struct buf *out,
	struct error *err)
{
	const struct endpoint *found;
	struct error not_found = { 0 };
	struct probe_wish wish = { 0 };
	char *place;
	if (app_endpoint_find(all, text, &found, &not_found)) {
		place = endpoint_place(found);
	} else if (probe_wish_parse(text, NULL, &wish, err)) {
		place = endpoint_place(&(struct endpoint){ .host = wish.host, .port = wish.port });
		probe_wish_done(&wish);
	} else {
		char *safe = text_safe(text, strlen(text));
		error_set(err, ERROR_USAGE, "--for %s: neither an endpoint nor HOST:PORT", safe);
		free(safe);
		return false;
	}
	char *safe = text_safe(place, strlen(place));
	if (out->len > 0)
		buf_text_add(out, ", ");
	buf_text_add(out, safe);
	free(safe);
	free(place);
	return true;
}

static bool put_scope(struct app *app, const struct limits_wish *wish, struct buf *out,
	struct error *err)
{
	struct endpoints all = { 0 };
	bool ok = wish->count == 0 || app_endpoints(app, &all, err);
	for (size_t i = 0; ok && i < wish->count; i++)
		ok = put_service(&all, wish->services[i], out, err);
	endpoints_done(&all);
	if (ok && out->len > SCOPE_MOST)
		ok = error_set(err, ERROR_USAGE, "--for: more than %d bytes of services", SCOPE_MOST);
	return ok;
}

/* "7d", "2w": from now on. */
static bool parse_span(const char *text, int64_t *when)
{
	char *end;
	if (!isdigit((unsigned char)*text))
		return false;
	unsigned long n = strtoul(text, &end, 10);
	unsigned long days = strcmp(end, "w") == 0 ? 7 : strcmp(end, "d") == 0 ? 1 : 0;
	if (days == 0 || n > DAYS_MOST || n * days > DAYS_MOST)
		return false;
	*when = app_now() + (int64_t)(n * days) * CLOCK_DAY;
	return true;
}

static bool put_until(const char *text, struct buf *out, struct error *err)
{
	int64_t when;
	char iso[CLOCK_ISO];
	if (!text)
		return true;
	bool date = clock_parse(text, &when);
	if (!date && !parse_span(text, &when)) {
		char *safe = text_safe(text, strlen(text));
		error_set(err, ERROR_USAGE, "--until %s: give a date as in 2026-12-01, or 7d, 2w", safe);
		free(safe);
		return false;
	}
	if (when <= app_now())
		return error_set(err, ERROR_USAGE, "--until %s: that is past (UTC)", text);
	buf_text_add(out, date ? text : clock_iso(iso, when));
	return true;
}

static bool put_ticket(const char *text, struct buf *out, struct error *err)
{
	char *safe = text ? text_typed(text) : NULL;
	bool ok = !safe || strlen(safe) <= TICKET_MOST ||
		  error_set(err, ERROR_USAGE, "--ticket: longer than %d bytes", TICKET_MOST);
	if (ok && safe)
		buf_text_add(out, safe);
	free(safe);
	return ok;
}

bool app_limits(struct app *app, const struct limits_wish *wish, struct limits_made *out,
	struct error *err)
{
	*out = (struct limits_made){ 0 };
	if (wish->count == 0 && !wish->until)
		return error_set(err, ERROR_USAGE, "trust within limits needs a service or an end "
			"(--for HOST:PORT, --until DATE)");
	return put_scope(app, wish, &out->scope, err) && put_until(wish->until, &out->until, err) &&
	       put_ticket(wish->ticket, &out->ticket, err);
}

/* ---- the change ---- */

static bool is_so(const struct entry *entry, const struct limits *limits)
{
	return entry->state == STATE_LIMITED && strcasecmp(entry->scope, limits->scope) == 0 &&
	       strcmp(entry->until, limits->until) == 0 &&
	       strcmp(entry->ticket, limits->ticket) == 0;
}

/* "limited: for ldap.example:636 until 2026-12-01 (OPS-123)" */
static char *state_in_words(const struct limits *limits)
{
	struct buf words = { 0 };
	buf_text_add(&words, "limited: trusted ");
	limits_words(limits, &words);
	if (*limits->ticket)
		buf_format(&words, " (%s)", limits->ticket);
	return buf_take(&words);
}

bool app_plan_limits(struct app *app, const struct limits *limits, const struct entry *entry,
	enum state to, struct plan *plan, struct error *err)
{
	struct cert *cert = NULL;
	struct headers headers = { 0 };
	char base[FINGERPRINT_HEX];
	size_t len;
	headers_set(&headers, "Name", entry->name);
	if (!store_read_cert(app_store(app), entry, &cert, &headers, base, err)) {
		headers_done(&headers);
		return false;
	}
	headers_set(&headers, LIMITS_FOR, limits->scope);
	headers_set(&headers, LIMITS_UNTIL, limits->until);
	headers_set(&headers, LIMITS_TICKET, limits->ticket);
	char *now = to == STATE_LIMITED ? state_in_words(limits) : NULL;
	const uint8_t *der = cert_der(cert, &len);
	plan_edit_to(plan, entry, to, &headers, der, len, base, now ? now : state_name((int)to));
	free(now);
	headers_done(&headers);
	cert_free(cert);
	return true;
}

bool app_plan_limited(struct app *app, const struct limits *limits, const struct entry *entry,
	struct plan *plan, struct error *err)
{
	plan->op = decision_row(DECISION_TRUST)->verb;
	if (entry->state == STATE_TRASH)
		return error_set(err, ERROR_FAILED, "trust %s: it is in the trash: restore it first",
			entry->name);
	return is_so(entry, limits) || plan_has(plan, &entry->info.sha256) ||
	       app_plan_limits(app, limits, entry, STATE_LIMITED, plan, err);
}

/* ---- the end ---- */

static int64_t find_next(struct app *app)
{
	int64_t next = INT64_MAX;
	struct entry e;
	if (app_count_state(app, STATE_LIMITED) == 0)
		return next;
	for (uint32_t at = 0; app_next(app, &at, &e);) {
		const struct limits limits = limits_of(&e);
		if (e.state == STATE_LIMITED && limits_end(&limits) < next)
			next = limits_end(&limits);
	}
	return next;
}

int64_t app_next_lapse(struct app *app)
{
	struct app_ends *ends = app_ends(app);
	uint64_t generation = store_generation(app_store(app));
	if (!ends->known || ends->generation != generation)
		*ends = (struct app_ends){ true, generation, find_next(app) };
	return ends->next;
}

static bool is_among(const struct set *prints, const struct entry *e)
{
	char hex[FINGERPRINT_HEX];
	fingerprint_hex(&e->info.sha256, hex);
	return set_has(prints, hex);
}

static bool find_over(struct app *app, const struct set *stuck, struct entry *out)
{
	for (uint32_t at = 0; app_next(app, &at, out);) {
		const struct limits limits = limits_of(out);
		if (out->state == STATE_LIMITED && limits_are_over(&limits, app_now()) &&
			!is_among(stuck, out))
			return true;
	}
	return false;
}

/* The file keeps what it said: it tells why the certificate was trusted once. */
static bool put_back(struct app *app, const struct entry *entry, struct buf *told)
{
	struct plan plan = { .op = OP_LAPSE };
	struct error err = { 0 };
	const struct limits limits = limits_of(entry);
	char *name = mem_text(entry->name);
	const char *why = limits_end(&limits) == INT64_MIN ? N_("its end, %s, is no date") :
							     N_("its end, %s, has come");
	plan.why = mem_format(why, entry->until); /* the journal's, in English */
	char day[CLOCK_ISO], *shown = mem_format(lang_text(why), lang_kept(day, entry->until));
	plan_move(&plan, entry, STATE_UNTRUSTED);
	bool ok = app_apply(app, &plan, NULL, &err);
	if (ok)
		buf_format(told, _("%s is untrusted again: %s\n"), name, shown);
	app_reload(app, &err);
	free(shown);
	free(name);
	plan_done(&plan);
	return ok;
}

bool app_lapse(struct app *app, struct buf *told)
{
	struct entry entry;
	struct set stuck = { 0 }; /* can't be moved, and mustn't hold up those behind them */
	char hex[FINGERPRINT_HEX];
	bool any = false;
	if (!app_store(app) || app_read_only(app) || store_is_imagined(app_store(app)) ||
		store_is_incomplete(app_store(app)))
		return false;
	while (app_next_lapse(app) <= app_now() && find_over(app, &stuck, &entry)) {
		fingerprint_hex(&entry.info.sha256, hex);
		bool ok = put_back(app, &entry, told);
		any = any || ok;
		if (!ok)
			set_add(&stuck, hex);
	}
	set_done(&stuck);
	return any;
}

/* ---- whom they mean ---- */

static bool is_saved(const struct endpoints *all, const char *place, size_t len)
{
	bool found = false;
	for (size_t i = 0; i < all->count && !found; i++) {
		char *own = endpoint_place(&all->items[i]);
		found = strlen(own) == len && strncasecmp(own, place, len) == 0;
		free(own);
	}
	return found;
}

static void doubt(const struct endpoints *all, const struct entry *e, struct buf *out)
{
	const struct limits limits = limits_of(e);
	const char *place;
	size_t cursor = 0, len;
	while (limits_next(&limits, &cursor, &place, &len))
		if (!is_saved(all, place, len))
			buf_format(out, _("%s is trusted for %.*s, which is no endpoint here\n"), e->name,
				(int)len, place);
}

void app_limits_doubts(struct app *app, struct buf *out)
{
	struct endpoints all = { 0 };
	struct error ignored;
	struct entry e;
	if (app_count_state(app, STATE_LIMITED) == 0 || !app_endpoints(app, &all, &ignored))
		return;
	for (uint32_t at = 0; app_next(app, &at, &e);)
		if (e.state == STATE_LIMITED)
			doubt(&all, &e, out);
	endpoints_done(&all);
}
