/*
 * The quarantine: what a peer presented and nobody trusts is kept as untrusted, with the evidence.
 *
 * The headers of an entry are its case file.  A hostile server may present another certificate each
 * time, and monitoring may ask every minute: so there are limits, and the evidence of what is known
 * is written again once an hour at most.
 */
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "app/internal.h"
#include "app/probe.h"
#include "app/written.h"
#include "base/clock.h"
#include "base/lang.h"
#include "base/mem.h"
#include "base/text.h"
#include "base/user.h"
#include "store/journal.h"

#define CHAIN_MOST    8    /* certificates of one chain that are kept */
#define ENDPOINT_MOST 20   /* entries that one service may leave behind */
#define ALL_MOST      1000 /* entries that all probes may leave behind */
#define REFRESH       3600 /* seconds */
#define SOURCE        "probe "

struct keeping {
	struct app *app;
	const struct probed *probed;
	struct plan *plan;
	char *source; /* "probe ldap.example:636" */
	char now[CLOCK_ISO];
	size_t of_endpoint, of_all;
};

static void count(struct keeping *k)
{
	struct entry e;
	uint32_t cursor = 0;
	while (store_next(app_store(k->app), &cursor, &e)) {
		if (e.state != STATE_UNTRUSTED || !text_starts(e.source, SOURCE))
			continue;
		k->of_all++;
		k->of_endpoint += strcmp(e.source, k->source) == 0;
	}
}

/* Those of one chain mustn't share a name either, such as a root and its cross-signed twin. */
static bool is_taken(const struct keeping *k, const char *name)
{
	struct entry e;
	for (size_t i = 0; i < k->plan->count; i++)
		if (strcmp(k->plan->rows[i].name, name) == 0)
			return true;
	return store_find_name(app_store(k->app), name, &e);
}

static char *free_name(const struct keeping *k, const struct cert_info *info)
{
	char *wish = cert_proposed_name(info), *name = mem_text(wish);
	for (unsigned n = 2; is_taken(k, name); n++) {
		free(name);
		name = mem_format("%s (%u)", wish, n);
	}
	free(wish);
	return name;
}

/* --- the case file ------------------------------------------------------------------------- */

static void put_chain(const struct report *report, struct headers *headers)
{
	struct buf chain = { 0 };
	char hex[FINGERPRINT_HEX];
	for (size_t i = 0; i < report->chain_count; i++)
		if (report->chain[i].cert)
			buf_format(&chain, "%s%s", chain.len ? " " : "",
				fingerprint_hex(&cert_info(report->chain[i].cert)->sha256, hex));
	headers_set(headers, "Chain", buf_text(&chain));
	buf_done(&chain);
}

static void put_evidence(const struct keeping *k, struct headers *headers)
{
	const struct report *report = k->probed->report;
	const char *times = headers_get(headers, "Times");
	char *more = mem_format("%ld", (times ? strtol(times, NULL, 10) : 0) + 1);
	if (!headers_get(headers, "First-Seen"))
		headers_set(headers, "First-Seen", k->now);
	headers_set(headers, "Seen", k->now);
	headers_set(headers, "Times", more);
	headers_set(headers, "Endpoint", k->source + strlen(SOURCE));
	headers_set(headers, "Address", report->address);
	headers_set(headers, "Sni", report->sni);
	headers_set(headers, "Dialect", report->dialect->name);
	headers_set(headers, "Protocol", report->version);
	headers_set(headers, "Reason", probed_kept(k->probed));
	put_chain(report, headers);
	free(more);
}

static void plan_new(struct keeping *k, const struct cert *cert, bool leaf)
{
	const struct cert_info *info = cert_info(cert);
	struct headers headers = { 0 };
	size_t len;
	const uint8_t *der = cert_der(cert, &len);
	char *name = free_name(k, info);
	headers_set(&headers, "Name", name);
	written_headers(&headers, k->source);
	if (leaf)
		put_evidence(k, &headers);
	plan_create(k->plan, STATE_UNTRUSTED, &headers, &info->sha256, info->subject,
		plan_keep(k->plan, der, len));
	headers_done(&headers);
	free(name);
}

/* Is there something new to say? */
static bool is_news(const struct keeping *k, const struct headers *headers)
{
	const char *seen = headers_get(headers, "Seen"), *reason = headers_get(headers, "Reason");
	const char *endpoint = headers_get(headers, "Endpoint");
	int64_t when;
	if (!seen || !clock_parse(seen, &when) || when + REFRESH <= app_now())
		return true;
	return strcmp(reason ? reason : "", probed_kept(k->probed)) != 0 ||
	       strcmp(endpoint ? endpoint : "", k->source + strlen(SOURCE)) != 0;
}

static bool plan_seen_again(struct keeping *k, const struct entry *entry, struct error *err)
{
	struct cert *cert;
	struct headers headers = { 0 };
	char base[FINGERPRINT_HEX];
	size_t len;
	bool ok = store_read_cert(app_store(k->app), entry, &cert, &headers, base, err);
	if (ok && is_news(k, &headers)) {
		char *was = mem_text(headers_get(&headers, "Times"));
		put_evidence(k, &headers);
		const uint8_t *der = cert_der(cert, &len);
		plan_edit(k->plan, entry, &headers, der, len, base, was,
			headers_get(&headers, "Times"));
		free(was);
	}
	if (ok)
		cert_free(cert);
	headers_done(&headers);
	return ok;
}

/* --- what is kept -------------------------------------------------------------------------- */

static void tell_why(struct buf *note, const char *format, ...) __attribute__((format(printf, 2, 3)));
static void tell_why(struct buf *note, const char *format, ...)
{
	va_list args;
	if (!note)
		return;
	va_start(args, format);
	buf_vformat(note, lang_text(format), args);
	va_end(args);
	buf_char(note, '\n');
}

static bool has_room(const struct keeping *k, struct buf *note)
{
	size_t mine = k->of_endpoint + k->plan->count, all = k->of_all + k->plan->count;
	if (mine >= ENDPOINT_MOST)
		tell_why(note, "Not kept: %zu certificates of this service wait for a decision already.",
			k->of_endpoint);
	else if (all >= ALL_MOST)
		tell_why(note, "Not kept: %zu certificates of probes wait for a decision already.",
			k->of_all);
	return mine < ENDPOINT_MOST && all < ALL_MOST;
}

static bool keep_cert(struct keeping *k, const struct cert *cert, bool leaf, struct buf *note,
	struct error *err)
{
	struct entry entry;
	const struct fingerprint *print = &cert_info(cert)->sha256;
	if (plan_has(k->plan, print))
		return true;
	if (!app_find(k->app, print, &entry)) {
		if (has_room(k, note))
			plan_new(k, cert, leaf);
		return true;
	}
	if (leaf && entry.state == STATE_TRASH)
		tell_why(note, "%s is in the trash, and stays there.", entry.name);
	return !leaf || entry.state != STATE_UNTRUSTED || plan_seen_again(k, &entry, err);
}

static char *source_of(const struct report *report)
{
	bool address = strchr(report->host, ':') != NULL;
	return mem_format(address ? SOURCE "[%s]:%u" : SOURCE "%s:%u", report->host, report->port);
}

bool app_plan_quarantine(struct app *app, const struct probed *probed, struct plan *plan,
	struct buf *note, struct error *err)
{
	const struct report *report = probed->report;
	struct keeping k = { .app = app, .probed = probed, .plan = plan };
	bool ok = true;
	plan->op = OP_PROBE;
	if (probed->verdict != PROBE_UNTRUSTED || !probed->judged)
		return true;
	k.source = source_of(report);
	clock_iso(k.now, app_now());
	count(&k);
	for (size_t i = 0, kept = 0; ok && i < report->chain_count; i++) {
		if (!report->chain[i].cert)
			continue;
		if (++kept > CHAIN_MOST) {
			tell_why(note, "Of its chain the first %d certificates are kept.", CHAIN_MOST);
			break;
		}
		ok = keep_cert(&k, report->chain[i].cert, i == 0, note, err);
	}
	free(k.source);
	return ok;
}

bool app_probe_seen(struct app *app, const struct entry *entry, struct probe_wish *out)
{
	struct cert *cert = NULL;
	struct headers headers = { 0 };
	struct error ignored = { 0 };
	bool ok = store_read_cert(app_store(app), entry, &cert, &headers, NULL, &ignored);
	const char *endpoint = headers_get(&headers, "Endpoint"), *sni = headers_get(&headers, "Sni");
	ok = ok && endpoint && probe_wish_parse(endpoint, headers_get(&headers, "Dialect"), out,
				      &ignored);
	if (ok && sni && strcmp(sni, out->host) != 0)
		out->sni = mem_text(sni);
	headers_done(&headers);
	cert_free(cert);
	return ok;
}
