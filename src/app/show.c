#include "app/show.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>

#include "app/import.h"
#include "base/fs.h"
#include "base/lang.h"
#include "base/mem.h"
#include "codec/pem.h"
#include "store/journal.h"
#include "store/limits.h"
#include "app/internal.h"

static void put_field(struct details *d, const char *label, const char *text)
{
	if (text && *text)
		details_field(d, lang_text(label), "%s", text);
}

/*
 * Headers that we know have their places: first what people say of it, then what a probe saw.  What
 * others have written into the file follows as it is.
 */
struct known_header {
	const char *key, *label;
	bool list; /* fingerprints, a blank between them */
	bool time;
};

static const struct known_header provenance[] = {
	{ "Note", N_("Note"), false, false },
	{ "Source", N_("Source"), false, false },
	{ "Added", N_("Added"), false, true },
	{ "By", N_("By"), false, false },
};

static const struct known_header evidence[] = {
	{ "Endpoint", N_("Service"), false, false },
	{ "Reason", N_("Reason"), false, false },
	{ "First-Seen", N_("First seen"), false, true },
	{ "Seen", N_("Last seen"), false, true },
	{ "Times", N_("Times noted"), false, false },
	{ "Address", N_("Address"), false, false },
	{ "Sni", N_("Asked for"), false, false },
	{ "Dialect", N_("Dialect"), false, false },
	{ "Protocol", N_("Protocol"), false, false },
	{ "Chain", N_("Chain"), true, false },
};

#define COUNT(table) (sizeof(table) / sizeof *(table))

static bool is_known(const struct known_header *rows, size_t count, const char *key)
{
	for (size_t i = 0; i < count; i++)
		if (strcmp(rows[i].key, key) == 0)
			return true;
	return false;
}

/* A row each: by its name where it is in the store. */
static void put_list(struct app *app, struct details *d, const char *label, const char *text)
{
	for (size_t len; *text; text += len + strspn(text + len, " "), label = "") {
		struct fingerprint print;
		struct entry e;
		char *hex = mem_textn(text, len = strcspn(text, " "));
		if (fingerprint_parse(hex, &print) && app_find(app, &print, &e))
			details_field(d, label, "%.16s  %s", hex, e.name);
		else
			details_field(d, label, "%s", hex);
		free(hex);
	}
}

static void put_known(struct app *app, struct details *d, const struct known_header *rows, size_t count,
	const struct headers *headers)
{
	for (size_t i = 0; i < count; i++) {
		const char *value = headers_get(headers, rows[i].key);
		char when[CLOCK_ISO];
		if (rows[i].list && value)
			put_list(app, d, lang_text(rows[i].label), value);
		else if (rows[i].time)
			put_field(d, rows[i].label, lang_kept(when, value));
		else /* reasons are kept in English, many of them as sentences that are known */
			put_field(d, rows[i].label, strcmp(rows[i].key, "Reason") ? value : lang_text(value));
	}
}

static bool is_limit(const char *key)
{
	return strcmp(key, LIMITS_FOR) == 0 || strcmp(key, LIMITS_UNTIL) == 0 ||
	       strcmp(key, LIMITS_TICKET) == 0;
}

/* The file keeps what it said; it is in force in one state alone. */
static void put_past_limits(struct details *d, const struct entry *entry)
{
	const struct limits limits = limits_of(entry);
	struct buf words = { 0 };
	if (!*limits.scope && !*limits.until)
		return;
	limits_show(&limits, &words);
	if (*limits.ticket)
		buf_format(&words, " (%s)", limits.ticket);
	put_field(d, "Was limited", buf_text(&words));
	buf_done(&words);
}

static void put_provenance(struct app *app, struct details *d, const struct entry *entry,
	const struct headers *headers)
{
	bool probed = headers_get(headers, "Endpoint") != NULL;
	char seen[CLOCK_ISO];
	details_section(d, _("In the store"));
	put_field(d, "Name", entry->name);
	put_field(d, "State", lang_text(state_name((int)entry->state)));
	bool past = entry->state != STATE_LIMITED;
	if (past)
		put_past_limits(d, entry);
	put_known(app, d, provenance, COUNT(provenance), headers);
	if (!probed)
		put_field(d, "Seen", lang_kept(seen, headers_get(headers, "Seen")));
	for (size_t i = 0; i < headers->count; i++) {
		const char *key = headers->items[i].key;
		if (strcmp(key, "Name") == 0 || (past && is_limit(key)) ||
			is_known(provenance, COUNT(provenance), key) ||
			(probed ? is_known(evidence, COUNT(evidence), key) :
				  strcmp(key, "Seen") == 0))
			continue;
		const char *value = headers->items[i].value;
		put_field(d, key, strcmp(key, LIMITS_UNTIL) == 0 ? lang_kept(seen, value) : value);
	}
	if (!probed)
		return;
	details_section(d, _("Evidence"));
	put_known(app, d, evidence, COUNT(evidence), headers);
}

/* Warnings first, then what people say of it, then what it says of itself. */
static void fill(struct app *app, struct shown *out, const struct headers *headers)
{
	struct details all = { 0 }, rest = { 0 };
	size_t warnings = 0;
	details_of(out->cert, app_now(), &all);
	while (warnings < all.count && all.items[warnings].kind == DETAIL_WARNING)
		warnings++;
	details_split(&all, warnings, &rest);
	out->details = all;
	if (headers)
		put_provenance(app, &out->details, &out->entry, headers);
	details_append(&out->details, &rest);
}

bool app_show_entry(struct app *app, const struct entry *entry, struct shown *out, struct error *err)
{
	struct headers headers = { 0 };
	bool ok = store_read_cert(app_store(app), entry, &out->cert, &headers, NULL, err);
	if (ok) {
		out->entry = *entry;
		out->is_entry = true;
		fill(app, out, &headers);
	}
	headers_done(&headers);
	return ok;
}

bool app_read_file(struct app *app, const char *path, struct haul *haul, struct error *err)
{
	struct import_options options = { 0 };
	import_haul(app, path, &options, haul);
	return haul->count > 0 ||
	       error_set(err, haul->secret ? ERROR_SECRET : ERROR_FAILED, "%s: %s", path,
		       haul->problem_count ? haul->problems[0].why :
		       haul->list_count    ? _("holds a revocation list and no certificate "
					       "(certary crl import keeps it)") :
					     _("holds no certificate"));
}

static bool show_file(struct app *app, const char *path, struct shown *out, struct error *err)
{
	struct haul haul = { 0 };
	struct import_more more = { 0 };
	bool ok = app_read_file(app, path, &haul, err) &&
		  import_item_read(&haul, &haul.items[0], &more, err) &&
		  cert_parse(more.der.data, more.der.len, &out->cert, err);
	out->others = ok ? haul.count - 1 : 0;
	import_more_done(&more);
	import_done(&haul);
	if (ok)
		fill(app, out, NULL);
	return ok;
}

bool app_show_text(struct app *app, const char *cert_or_file, struct shown *out, struct error *err)
{
	struct entry entry;
	struct error not_found = { 0 };
	if (app_open_store(app, APP_STORE_THERE, &not_found) &&
		app_resolve(app, cert_or_file, &entry, &not_found))
		return app_show_entry(app, &entry, out, err);
	if (fs_exists(AT_FDCWD, cert_or_file))
		return show_file(app, cert_or_file, out, err);
	*err = not_found;
	return false;
}

void shown_done(struct shown *shown)
{
	details_done(&shown->details);
	cert_free(shown->cert);
	*shown = (struct shown){ 0 };
}

char *app_pem(const struct cert *cert)
{
	struct buf out = { 0 };
	size_t len;
	const uint8_t *der = cert_der(cert, &len);
	pem_write(&out, "CERTIFICATE", der, len);
	return buf_take(&out);
}

bool app_match(const struct cert_info *info, const char *text, struct fingerprint_match *out,
	struct error *err)
{
	if (fingerprint_match(&info->sha256, info->sha1, text, out))
		return true;
	char digits[FINGERPRINT_HEX];
	if (fingerprint_digits(text, digits, sizeof digits))
		return error_set(err, ERROR_USAGE,
			"these are %zu digits; a SHA-256 fingerprint has 64, a SHA-1 has 40",
			strlen(digits));
	return error_set(err, ERROR_USAGE,
		"no fingerprint: 64 hexadecimal digits of SHA-256 or 40 of SHA-1, in any notation");
}

static bool match_haul(const struct haul *haul, const char *text, struct fingerprint_match *out,
	struct error *err)
{
	struct cert_info info = { 0 };
	bool ok = true;
	/* The first is looked at last: it stays where none matches. */
	for (size_t i = haul->count; ok && i > 0; i--) {
		struct import_more more = { 0 };
		info.sha256 = haul->items[i - 1].sha256;
		ok = import_item_read(haul, &haul->items[i - 1], &more, err);
		fingerprint_sha1(more.der.data, more.der.len, info.sha1);
		ok = ok && app_match(&info, text, out, err);
		import_more_done(&more);
		if (ok && out->match)
			break;
	}
	return ok;
}

bool app_match_text(struct app *app, const char *cert_or_file, const char *text,
	struct fingerprint_match *out, size_t *count, struct error *err)
{
	struct entry entry;
	struct haul haul = { 0 };
	struct error not_found = { 0 };
	*count = 1;
	if (app_open_store(app, APP_STORE_THERE, &not_found) &&
		app_resolve(app, cert_or_file, &entry, &not_found))
		return app_match(&entry.info, text, out, err);
	if (!fs_exists(AT_FDCWD, cert_or_file)) {
		*err = not_found;
		return false;
	}
	bool ok = app_read_file(app, cert_or_file, &haul, err) && match_haul(&haul, text, out, err);
	*count = haul.count;
	import_done(&haul);
	return ok;
}

char *app_match_words(const struct fingerprint_match *match, size_t count)
{
	if (match->match)
		return mem_format(_("match: this is the certificate (%s)"), match->algorithm);
	if (count > 1)
		return mem_format(_("no match (%s): none of the %zu certificates in that file"),
			match->algorithm, count);
	return mem_format(_("no match (%s): group %u differs, it is %s here and %s there"),
		match->algorithm, match->group, match->ours, match->theirs);
}
