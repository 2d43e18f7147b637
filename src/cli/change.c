/*
 * Changes of an endpoint: what both check and probe tell, its history, and accepting what waits.
 */
#include "cli/change.h"

#include <stdlib.h>
#include <string.h>

#include "app/check.h"
#include "base/clock.h"
#include "base/lang.h"
#include "base/mem.h"
#include "base/text.h"

/* --- one change ---------------------------------------------------------------------------- */

void print_change(const struct change *change, int indent)
{
	bool plain = print_is_in_words();
	print_format("%*s%s\n", plain ? 0 : indent, "", lang_text(change_name(change->verdict)));
	for (size_t i = 0; i < change->count; i++) {
		bool weighs = change->reasons[i].weight <= CHANGE_WEIGHS;
		if (plain)
			print_format("%s%s\n", weighs ? _("Warning: ") : "", change->reasons[i].text);
		else
			print_format("%*s  %s %s\n", indent, "", weighs ? "!" : "-",
				change->reasons[i].text);
	}
}

void print_endpoint_change(const struct endpoint_change *change, const char *name, int indent)
{
	char last[CLOCK_ISO];
	if (!change->is)
		return;
	char *safe = text_safe(name, strlen(name));
	indent = print_is_in_words() ? 0 : indent;
	print_format("%*sanother certificate than on %s:\n", indent, "",
		lang_date(last, change->before->last));
	print_change(&change->change, indent);
	if (change->waits)
		print_format("%*sit waits until somebody accepts it: certary endpoint accept %s\n",
			indent, "", safe);
	free(safe);
}

struct json *change_json(const struct change *change)
{
	struct json *o = json_new_object(), *reasons = json_new_array();
	json_text(o, "verdict", change_name(change->verdict));
	for (size_t i = 0; i < change->count; i++) {
		struct json *r = json_new_object();
		json_text(r, "code", change->reasons[i].code);
		json_text(r, "text", change->reasons[i].text);
		json_text(r, "weight", change_weight_name(change->reasons[i].weight));
		json_append(reasons, r);
	}
	json_set(o, "reasons", reasons);
	return o;
}

static void put_time(struct json *o, const char *key, int64_t when)
{
	char text[CLOCK_ISO];
	json_text(o, key, clock_iso(text, when));
}

static void put_leaf(struct json *o, const struct sighting *s)
{
	struct json *leaf = s->chain_count ? json_new_object() : NULL;
	if (!leaf) {
		json_text(o, "certificate", NULL);
		return;
	}
	info_json(leaf, cert_info(s->chain[0]));
	json_set(o, "certificate", leaf);
}

void put_change(struct json *out, const struct endpoint_change *change)
{
	if (!change->is) {
		json_text(out, "change", NULL);
		return;
	}
	struct json *o = change_json(&change->change), *before = json_new_object();
	json_bool(o, "waits", change->waits);
	put_time(before, "last", change->before->last);
	put_leaf(before, change->before);
	json_set(o, "before", before);
	json_set(out, "change", o);
}

/* --- the history --------------------------------------------------------------------------- */

struct listing {
	struct endpoints all;
	const struct endpoint *endpoint;
	struct history history;
};

static bool read_listing(struct run *run, struct listing *out, struct error *err)
{
	*out = (struct listing){ 0 };
	return app_endpoints(run->app, &out->all, err) &&
	       app_endpoint_find(&out->all, run->args->words[0], &out->endpoint, err) &&
	       app_endpoint_history(run->app, out->endpoint, &out->history, err);
}

static void listing_done(struct listing *listing)
{
	history_done(&listing->history);
	endpoints_done(&listing->all);
}

static void print_leaf(const struct sighting *s)
{
	char to[CLOCK_ISO], hex[FINGERPRINT_HEX];
	if (s->chain_count == 0)
		return;
	const struct cert_info *info = cert_info(s->chain[0]);
	print_format("  %s\n  by %s, until %s\n  SHA-256 %s\n", info->subject, info->issuer,
		lang_date(to, info->not_after), fingerprint_hex(&info->sha256, hex));
}

static void print_sighting(struct run *run, const struct listing *l, size_t i)
{
	const struct sighting *s = &l->history.items[i];
	char first[CLOCK_ISO], last[CLOCK_ISO];
	struct change change;
	print_format(lang_n("%s%s to %s, %lld time  %s: %s\n", "%s%s to %s, %lld times  %s: %s\n",
			     (size_t)s->times),
		i ? "\n" : "", lang_time(first, s->first), lang_time(last, s->last),
		(long long)s->times, lang_text(s->verdict), lang_text(s->reason));
	print_leaf(s);
	if (app_change_since(run->app, l->endpoint, &l->history, i, &change)) {
		print_change(&change, 2);
		change_done(&change);
	}
	if (history_waits(&l->history, i))
		print_format("  not accepted yet (certary endpoint accept)\n");
}

static struct json *sighting_json(struct run *run, const struct listing *l, size_t i)
{
	const struct sighting *s = &l->history.items[i];
	struct json *o = json_new_object();
	struct change change;
	put_time(o, "first", s->first);
	put_time(o, "last", s->last);
	json_int(o, "times", s->times);
	json_text(o, "verdict", s->verdict);
	json_text(o, "reason", s->reason);
	json_text(o, "address", s->address);
	json_text(o, "protocol", s->protocol);
	json_bool(o, "waits", history_waits(&l->history, i));
	put_leaf(o, s);
	if (app_change_since(run->app, l->endpoint, &l->history, i, &change)) {
		json_set(o, "change", change_json(&change));
		change_done(&change);
	} else {
		json_text(o, "change", NULL);
	}
	return o;
}

static void print_listing_json(struct run *run, const struct listing *l)
{
	struct json *list = json_new_array();
	for (size_t i = 0; i < l->history.count; i++)
		json_append(list, sighting_json(run, l, i));
	print_json(list);
	json_free(list);
}

bool run_endpoint_history(struct run *run, struct error *err)
{
	struct listing l;
	bool ok = read_listing(run, &l, err);
	if (ok && run_has(run, OPTION_JSON))
		print_listing_json(run, &l);
	for (size_t i = 0; ok && !run_has(run, OPTION_JSON) && i < l.history.count; i++)
		print_sighting(run, &l, i);
	if (ok && !run_has(run, OPTION_JSON) && l.history.count == 0)
		print_format("nothing was seen of it yet (certary check)\n");
	listing_done(&l);
	return ok;
}

/* --- accepting ----------------------------------------------------------------------------- */

static void tell_accepted(struct run *run, const struct listing *l, const struct change *change)
{
	char *name = text_safe(l->endpoint->name, strlen(l->endpoint->name));
	if (run_has(run, OPTION_JSON)) {
		struct json *o = json_new_object();
		json_text(o, "endpoint", name);
		json_bool(o, "dry_run", run_has(run, OPTION_DRY_RUN));
		json_set(o, "change", change_json(change));
		print_json(o);
		json_free(o);
	} else {
		print_format(run_has(run, OPTION_DRY_RUN) ?
				     _("%s: would accept what was presented last\n") :
				     _("%s: accepted what was presented last\n"),
			name);
		print_change(change, 2);
	}
	free(name);
}

bool run_endpoint_accept(struct run *run, struct error *err)
{
	struct listing l;
	struct change change = { 0 };
	bool ok = read_listing(run, &l, err) &&
		  app_change_waiting(run->app, l.endpoint, &l.history, &change, err) &&
		  (run_has(run, OPTION_DRY_RUN) || app_change_accept(run->app, l.endpoint, err));
	if (ok)
		tell_accepted(run, &l, &change);
	change_done(&change);
	listing_done(&l);
	return ok;
}
