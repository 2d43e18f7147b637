/*
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

bool completing_takes(const struct completing *c, const char *name)
{
	bool dash = name[0] == '-' && !c->only_words && !c->lead; /* it would be read as an option */
	return *name && !dash && text_starts(name, completing_text(c)) && text_is_safe(name);
}

/* The same name twice stands side by side. */
static bool offer_at(const struct range *r, size_t i, char **last)
{
	struct entry e;
	app_view_entry(r->c->ask->app, &r->view, i, &e);
	if (!completing_takes(r->c, e.name) || (*last && strcmp(*last, e.name) == 0))
		return false;
	completing_offer(r->c, e.name, state_name((int)e.state), false);
	free(*last);
	*last = mem_text(e.name);
	return true;
}

void complete_certificates(const struct completing *c, bool trash, bool authorities)
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

void complete_fingerprints(const struct completing *c, bool trash, bool authorities)
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
