#include "pki/sheet.h"

#include <stdlib.h>
#include <string.h>

#include <gnutls/gnutls.h>

#include "base/clock.h"
#include "base/lang.h"
#include "base/mem.h"
#include "base/text.h"
#include "pki/general-name.h"
#include "pki/name.h"
#include "pki/oid.h"

#define NEVER INT64_C(253402300799) /* 9999-12-31T23:59:59Z: "no end" (RFC 5280, 4.1.2.5) */

/* Other types than strings stand in hexadecimal; what isn't a name is told apart by its bytes. */
static void name_row(struct details *out, const struct attribute *attribute)
{
	struct oid oid;
	struct buf text = { 0 }, unicode = { 0 };
	const char *label = attribute_label(oid_of(attribute->oid, &oid));
	attribute_show(attribute, &text);
	if (idn_unicode(buf_text(&text), text.len, &unicode))
		buf_format(&text, " (%s)", buf_text(&unicode));
	details_field(out, label ? label : oid.text, "%s", buf_text(&text));
	buf_done(&unicode);
	buf_done(&text);
}

void details_name(struct details *out, const char *section, struct der rdns)
{
	struct name name;
	size_t shown;
	name_read(&name, rdns);
	details_section(out, section);
	shown = name.count < ROWS_MAX ? name.count : ROWS_MAX;
	for (size_t i = 0; i < shown; i++)
		name_row(out, &name.items[name.count - 1 - i]);
	if (name.count > shown)
		details_field(out, "", N_("… and %zu more"), name.count - shown);
	if (name.broken) {
		struct buf hex = { 0 };
		der_hex(rdns, SIZE_MAX, &hex);
		details_field(out, "Cannot be decoded", "%s", buf_text(&hex));
		buf_done(&hex);
	} else if (name.count == 0) {
		details_field(out, "Name", N_("(empty)"));
	}
	name_done(&name);
}

static void names(const struct cert *cert, int64_t now, struct details *out)
{
	(void)now;
	details_name(out, "Subject", cert->parts.subject);
	details_name(out, "Issuer", cert->parts.issuer);
}

static void life_left(const struct cert_info *info, int64_t now, struct details *out)
{
	long long left = cert_days_left(info, now), until = clock_days(now, info->not_before);
	if (now > info->not_after)
		details_field(out, "Left",
			lang_n("nothing: it ended %lld day ago", "nothing: it ended %lld days ago",
				(size_t)-left),
			-left);
	else if (now < info->not_before)
		details_field(out, "Left",
			lang_n("it begins in %lld day", "it begins in %lld days", (size_t)until),
			until);
	else if (info->not_after >= NEVER)
		details_field(out, "Left", N_("it never ends"));
	else
		details_field(out, "Left",
			lang_n("%lld day, %d %% of its life", "%lld days, %d %% of its life",
				(size_t)left),
			left, cert_percent_left(info, now));
}

static void validity(const struct cert *cert, int64_t now, struct details *out)
{
	const struct cert_info *info = cert->info;
	char from[CLOCK_ISO], to[CLOCK_ISO];
	long long life = clock_days(info->not_before, info->not_after + 1);
	details_section(out, "Validity");
	details_field(out, "Not before", "%s", lang_time(from, info->not_before));
	details_field(out, "Not after", "%s", lang_time(to, info->not_after));
	life_left(info, now, out);
	if (life >= 0)
		details_field(out, "Lifetime", lang_n("%lld day", "%lld days", (size_t)life), life);
	else
		details_field(out, "Lifetime", N_("none: it ends before it begins"));
}

/* One row for each line of groups. */
static void groups(struct details *out, const char *label, const uint8_t *bytes, size_t len)
{
	struct sheet rows = { .out = out, .label = label };
	char *text = fingerprint_groups(bytes, len), *next = text;
	for (char *line; (line = strsep(&next, "\n")) != NULL;)
		sheet_add(&rows, "%s", line);
	free(text);
}

static void pin(struct details *out, const uint8_t spki[FINGERPRINT_SIZE])
{
	gnutls_datum_t bytes = { (unsigned char *)(uintptr_t)spki, FINGERPRINT_SIZE }, text;
	if (gnutls_base64_encode2(&bytes, &text) < 0)
		return;
	details_field(out, "Pin", "sha256//%.*s", (int)text.size, (const char *)text.data);
	gnutls_free(text.data);
}

/* In hexadecimal, and in decimal where that is short enough to be compared by eye. */
static void serial(const struct cert *cert, struct details *out)
{
	const char *hex = cert->info->serial;
	uint64_t number;
	if (*hex == '\0')
		details_field(out, "Serial", N_("(empty)"));
	else if (cert->parts.serial.len <= 4 && der_number(cert->parts.serial, &number))
		details_field(out, "Serial", N_("%s (%llu in decimal)"), hex,
			(unsigned long long)number);
	else
		details_field(out, "Serial", "%s", hex);
}

static void unique_id(struct details *out, const char *label, struct der id)
{
	struct buf hex = { 0 };
	if (id.len == 0)
		return;
	der_hex(id, 256, &hex);
	details_field(out, label, "%s", buf_text(&hex));
	buf_done(&hex);
}

static void fingerprints(const struct cert *cert, int64_t now, struct details *out)
{
	const struct cert_info *info = cert->info;
	(void)now;
	details_section(out, "Fingerprints");
	groups(out, "SHA-256", info->sha256.bytes, FINGERPRINT_SIZE);
	groups(out, "SHA-1", info->sha1, SHA1_SIZE);
	groups(out, N_("Public key SHA-256"), info->spki, FINGERPRINT_SIZE);
	pin(out, info->spki);
	serial(cert, out);
	details_field(out, "Version", "%d", info->version);
	unique_id(out, N_("Issuer unique ID"), cert->parts.issuer_id);
	unique_id(out, N_("Subject unique ID"), cert->parts.subject_id);
}

static void technical(const struct cert *cert, int64_t now, struct details *out)
{
	(void)now;
	details_key(&cert->parts, out);
	details_signature(&cert->parts, out);
	details_extensions(&cert->parts, out);
}

void details_body(const struct cert *cert, int64_t now, struct details *out)
{
	static void (*const sections[])(const struct cert *, int64_t, struct details *) = {
		names,
		validity,
		fingerprints,
		technical,
	};
	for (size_t i = 0; i < sizeof sections / sizeof sections[0]; i++)
		sections[i](cert, now, out);
}

static void move_rows(struct details *to, struct details *from, size_t first)
{
	for (size_t i = first; i < from->count; i++) {
		to->items = mem_grow(to->items, to->count, &to->cap, sizeof *to->items);
		to->items[to->count++] = from->items[i];
	}
	from->count = first;
}

void details_split(struct details *details, size_t at, struct details *rest)
{
	move_rows(rest, details, at);
}

void details_append(struct details *details, struct details *take)
{
	move_rows(details, take, 0);
	details_done(take);
}

static void add_warnings(struct warnings *warnings, struct details *out)
{
	for (size_t i = 0; i < warnings->count; i++) {
		details_field(out, "", "%s", warnings->items[i].text);
		struct detail *row = &out->items[out->count - 1];
		free(row->label);
		row->label = mem_text(warnings->items[i].code);
		row->kind = DETAIL_WARNING;
	}
}

void details_of(const struct cert *cert, int64_t now, struct details *out)
{
	struct details body = { 0 };
	struct warnings warnings = { 0 };
	details_body(cert, now, &body);
	warnings_find(cert, now, &body, &warnings);
	add_warnings(&warnings, out);
	warnings_done(&warnings);
	details_append(out, &body);
}
