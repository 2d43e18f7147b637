/*
 * Revocation lists, read.
 *
 * GnuTLS unfolds a list into a tree that takes a hundred times its bytes, and searches that from the
 * start for each row.  So the list is walked here, and GnuTLS checks its signature only.
 */
#include "pki/crl.h"

#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/clock.h"
#include "base/lang.h"
#include "base/mem.h"
#include "base/text.h"
#include "pki/crl-look.h"
#include "pki/general-name.h"
#include "pki/name.h"
#include "pki/oid.h"

#define EXT_CRL_NUMBER  "2.5.29.20"
#define EXT_CRL_REASON  "2.5.29.21"
#define EXT_CRL_INVALID "2.5.29.24"
#define EXT_CRL_DELTA   "2.5.29.27"
#define EXT_CRL_SCOPE   "2.5.29.28"
#define EXT_CRL_POINTS  "2.5.29.31"

/* --- rows ------------------------------------------------------------------------------------ */

/* As DER wants numbers: without octets in front that say nothing. */
static struct der shortest(struct der number)
{
	while (number.len > 1 && ((number.data[0] == 0 && !(number.data[1] & 0x80)) ||
					 (number.data[0] == 0xff && number.data[1] & 0x80))) {
		number.data++;
		number.len--;
	}
	return number;
}

static const struct reason {
	const char *words;
	bool hold, removed;
} reasons[] = {
	[1] = { .words = N_("its key was compromised") },
	[2] = { .words = N_("the key of a CA was compromised") },
	[3] = { .words = N_("what it says of its owner is no longer so") },
	[4] = { .words = N_("it was replaced") },
	[5] = { .words = N_("it is no longer needed") },
	[6] = { .words = N_("it is on hold"), .hold = true },
	[8] = { .words = N_("it was taken off the list"), .removed = true },
	[9] = { .words = N_("a right in it was withdrawn") },
	[10] = { .words = N_("the key of an attribute authority was compromised") },
};

void revocation_reason(struct revocation *out, int reason)
{
	bool known = reason > 0 && (size_t)reason < sizeof reasons / sizeof reasons[0];
	struct reason row = known ? reasons[reason] : (struct reason){ 0 };
	out->reason = reason;
	out->words = row.words;
	out->hold = row.hold;
	out->removed = row.removed;
}

static void read_entry_extensions(struct der in, struct revocation *out)
{
	struct extension ext;
	struct der list, body;
	uint64_t reason;
	if (!der_take(&in, DER_SEQUENCE, &list))
		return;
	while (extension_next(&list, &ext))
		if (ext.oid.len > 0 && oid_is(ext.oid, EXT_CRL_REASON) &&
			der_only(ext.value, DER_ENUMERATED, &body) && der_number(body, &reason) &&
			reason <= 10)
			revocation_reason(out, (int)reason);
}

static bool read_row(struct der *in, struct der *serial, struct der *rest)
{
	return der_take(in, DER_SEQUENCE, rest) && der_take(rest, DER_INTEGER, serial);
}

static void read_rest(struct der rest, struct revocation *out)
{
	struct der_item when;
	*out = (struct revocation){ 0 };
	if (der_next(&rest, &when) && der_time(&when, &out->when))
		read_entry_extensions(rest, out);
}

static bool find(const struct crl *crl, struct der serial, struct revocation *out)
{
	struct der in = crl->rows, at, rest;
	serial = shortest(serial);
	while (read_row(&in, &at, &rest)) {
		if (!der_equal(shortest(at), serial))
			continue;
		read_rest(rest, out);
		return true;
	}
	return false;
}

bool crl_lists(const struct crl *crl, const struct cert *cert, struct revocation *out)
{
	return !crl->info.indirect && find(crl, cert->parts.serial, out);
}

static int digit(char c)
{
	return c >= '0' && c <= '9' ? c - '0' : (c | 32) >= 'a' && (c | 32) <= 'f' ? (c | 32) - 'a' + 10 : -1;
}

bool crl_find(const struct crl *crl, const char *serial, struct revocation *out)
{
	uint8_t bytes[66] = { 0 };
	size_t len = 1;
	for (; serial[0] && len < sizeof bytes; serial += 2) {
		int high = digit(serial[0]), low = high < 0 ? -1 : digit(serial[1]);
		if (low < 0)
			return false;
		bytes[len++] = (uint8_t)(high << 4 | low);
	}
	return find(crl, (struct der){ bytes, len }, out);
}

static void write_serial(struct der serial, char *out, size_t size)
{
	struct buf hex = { 0 };
	if (serial.len > 1 && serial.data[0] == 0 && serial.data[1] & 0x80)
		serial = (struct der){ serial.data + 1, serial.len - 1 };
	if (serial.len > (size - 1) / 2)
		serial.len = (size - 1) / 2;
	text_hex(&hex, serial.data, serial.len, 0);
	memcpy(out, buf_text(&hex), hex.len + 1);
	buf_done(&hex);
}

bool crl_next(const struct crl *crl, struct crl_row *row)
{
	struct der in = crl->rows, serial, rest;
	if (row->at >= in.len)
		return false;
	in = (struct der){ in.data + row->at, in.len - row->at };
	if (!read_row(&in, &serial, &rest))
		return false;
	write_serial(serial, row->serial, sizeof row->serial);
	read_rest(rest, &row->revocation);
	row->at = (size_t)(in.data - crl->rows.data);
	return true;
}

/* --- the head ---------------------------------------------------------------------------------- */

static const char *keep_hex(struct crl *crl, struct der bytes)
{
	struct buf hex = { 0 };
	text_hex(&hex, bytes.data, bytes.len < 64 ? bytes.len : 64, 0);
	const char *kept = arena_text(&crl->texts, buf_text(&hex));
	buf_done(&hex);
	return kept;
}

static void unfit(struct crl *crl, const char *why)
{
	if (!crl->info.unfit)
		crl->info.unfit = why;
}

/* IssuingDistributionPoint (RFC 5280, 5.2.5). */
static bool read_scope(struct crl *crl, struct der value)
{
	struct crl_info *info = &crl->info;
	struct der in, body;
	if (!der_only(value, DER_SEQUENCE, &in))
		return false;
	if (der_take(&in, DER_INSIDE + 0, &body)) {
		struct der names = { 0 };
		der_take(&body, DER_INSIDE + 0, &names);
		crl->points = names;
		crl->has_points = true;
	}
	if (der_take(&in, DER_CONTEXT + 1, &body))
		info->only_leaves = der_boolean(body);
	if (der_take(&in, DER_CONTEXT + 2, &body))
		info->only_cas = der_boolean(body);
	if (der_take(&in, DER_CONTEXT + 3, &body))
		unfit(crl, N_("it covers some reasons of revocation only"));
	if (der_take(&in, DER_CONTEXT + 4, &body) && der_boolean(body)) {
		info->indirect = true;
		unfit(crl, N_("it is an indirect list, which speaks for other CAs as well"));
	}
	if (der_take(&in, DER_CONTEXT + 5, &body) && der_boolean(body))
		unfit(crl, N_("it covers attribute certificates only"));
	return der_end(&in);
}

static void read_key_id(struct crl *crl, struct der value)
{
	struct der in, id;
	if (der_only(value, DER_SEQUENCE, &in) && der_take(&in, DER_CONTEXT + 0, &id)) {
		crl->key_id = id;
		crl->info.key_id = keep_hex(crl, id);
	}
}

static void read_extension(struct crl *crl, const struct extension *ext)
{
	struct der body;
	if (ext->oid.len == 0)
		unfit(crl, N_("one of its extensions can't be read"));
	else if (oid_is(ext->oid, EXT_CRL_NUMBER) && der_only(ext->value, DER_INTEGER, &body)) {
		crl->number = shortest(body);
		bool padded = crl->number.len > 1 && crl->number.data[0] == 0;
		crl->info.number = keep_hex(crl, padded ? (struct der){ crl->number.data + 1,
								  crl->number.len - 1 } :
							  crl->number);
	} else if (oid_is(ext->oid, EXT_ISSUER_KEY_ID))
		read_key_id(crl, ext->value);
	else if (oid_is(ext->oid, EXT_CRL_DELTA))
		unfit(crl, N_("it is a delta list, which tells the changes to another one only"));
	else if (oid_is(ext->oid, EXT_CRL_SCOPE)) {
		if (!read_scope(crl, ext->value))
			unfit(crl, N_("what it covers can't be read"));
	} else if (ext->critical)
		unfit(crl, N_("it has a critical extension that is unknown"));
}

/* A critical extension of a row may say that the row is about another CA's certificate. */
static void look_at_row(struct crl *crl, struct der rest)
{
	struct der_item when;
	struct extension ext;
	struct der list;
	if (!der_next(&rest, &when) || !der_take(&rest, DER_SEQUENCE, &list))
		return;
	while (extension_next(&list, &ext))
		if (ext.critical && !(ext.oid.len > 0 && (oid_is(ext.oid, EXT_CRL_REASON) ||
								 oid_is(ext.oid, EXT_CRL_INVALID))))
			unfit(crl, N_("a row of it has a critical extension that is unknown"));
}

static bool count_rows(struct crl *crl)
{
	struct der in = crl->rows, serial, rest;
	while (read_row(&in, &serial, &rest)) {
		look_at_row(crl, rest);
		crl->info.count++;
	}
	return der_end(&in);
}

static void make_id(struct der issuer, struct der key_id, struct fingerprint *out)
{
	struct buf all = { 0 };
	buf_add(&all, issuer.data, issuer.len);
	buf_add(&all, "|", 1);
	buf_add(&all, key_id.data, key_id.len);
	fingerprint_of(all.data, all.len, out);
	buf_done(&all);
}

static bool read_dates(struct crl *crl, struct der *tbs)
{
	struct der_item item;
	struct der ahead;
	if (!der_next(tbs, &item) || !der_time(&item, &crl->info.now))
		return false;
	ahead = *tbs;
	if (der_next(&ahead, &item) && (item.tag == DER_UTC_TIME || item.tag == DER_TIME)) {
		*tbs = ahead;
		return der_time(&item, &crl->info.next);
	}
	return true;
}

int64_t crl_end(int64_t now, int64_t next)
{
	return next > 0 ? next : now + CRL_UNSAID_DAYS * CLOCK_DAY;
}

static bool read_tbs(struct crl *crl, struct der tbs)
{
	struct der version, algorithm, wrapped, extensions = { 0 };
	struct extension ext;
	struct buf issuer = { 0 };
	der_take(&tbs, DER_INTEGER, &version);
	if (!der_take(&tbs, DER_SEQUENCE, &algorithm) ||
		!der_equal(algorithm, crl->algorithm) ||
		!der_take(&tbs, DER_SEQUENCE, &crl->issuer) || !read_dates(crl, &tbs))
		return false;
	der_take(&tbs, DER_SEQUENCE, &crl->rows);
	if (der_take(&tbs, DER_INSIDE + 0, &wrapped) &&
		!der_only(wrapped, DER_SEQUENCE, &extensions))
		return false;
	name_show(crl->issuer, &issuer);
	crl->info.issuer = arena_text(&crl->texts, buf_text(&issuer));
	buf_done(&issuer);
	while (extension_next(&extensions, &ext))
		read_extension(crl, &ext);
	make_id(crl->issuer, crl->key_id, &crl->info.id);
	return der_end(&tbs) && der_end(&extensions) && count_rows(crl);
}

static bool read_list(struct crl *crl)
{
	struct der all = { crl->der, crl->len }, in;
	struct der_item tbs;
	if (!der_only(all, DER_SEQUENCE, &in) || !der_next(&in, &tbs) || tbs.tag != DER_SEQUENCE ||
		!der_take(&in, DER_SEQUENCE, &crl->algorithm) ||
		!der_take(&in, DER_BITS, &crl->signature) || !der_end(&in))
		return false;
	crl->tbs = tbs.whole;
	return read_tbs(crl, tbs.body);
}

bool crl_read(const void *bytes, size_t len, struct crl **out, struct error *err)
{
	struct buf der = { 0 };
	*out = NULL;
	if (len == 0 || len > CRL_MOST)
		return error_set(err, ERROR_FAILED,
			len == 0 ? N_("it is empty") : N_("it is far too long"));
	if (*(const uint8_t *)bytes != DER_SEQUENCE && !crl_unwrap(bytes, len, &der))
		return error_set(err, ERROR_FAILED, "it isn't a revocation list");
	struct crl *crl = mem_new(sizeof *crl);
	crl->len = der.len ? der.len : len;
	crl->der = mem_copy(der.len ? (const void *)der.data : bytes, crl->len);
	buf_done(&der);
	if (!read_list(crl)) {
		crl_free(crl);
		return error_set(err, ERROR_FAILED, "it isn't a revocation list, or it is damaged");
	}
	*out = crl;
	return true;
}

void crl_free(struct crl *crl)
{
	if (!crl)
		return;
	free(crl->der);
	arena_done(&crl->texts);
	free(crl);
}

const struct crl_info *crl_info(const struct crl *crl)
{
	return &crl->info;
}

const uint8_t *crl_der(const struct crl *crl, size_t *len)
{
	*len = crl->len;
	return crl->der;
}

/* Both shortest and not negative: the longer one is larger. */
static int compare_numbers(struct der a, struct der b)
{
	if (a.len == 0 || b.len == 0)
		return 0;
	return a.len != b.len ? (a.len < b.len ? -1 : 1) : memcmp(a.data, b.data, a.len);
}

int crl_compare(const struct crl *a, const struct crl *b)
{
	int order = compare_numbers(a->number, b->number);
	return order ? order : (a->info.now > b->info.now) - (a->info.now < b->info.now);
}

/* --- whom it is about ---------------------------------------------------------------------------- */

bool crl_id_of(const struct cert *ca, bool with_key, struct fingerprint *out)
{
	struct extension ext;
	struct der id = { 0 };
	if (with_key && (!extension_find(&ca->parts, EXT_KEY_ID, &ext) ||
				!der_only(ext.value, DER_OCTETS, &id)))
		return false;
	make_id(ca->parts.subject, id, out);
	return true;
}

/* The names of a list's point stand in the certificate letter for letter, or it is another point's. */
static bool names_point(const struct crl *crl, const struct cert *cert)
{
	struct der names = crl->points;
	struct der_item name;
	struct extension ext;
	if (!extension_find(&cert->parts, EXT_CRL_POINTS, &ext))
		return false;
	while (der_next(&names, &name))
		if (memmem(ext.value.data, ext.value.len, name.whole.data, name.whole.len))
			return true;
	return false;
}

bool crl_covers(const struct crl *crl, const struct cert *cert)
{
	const struct crl_info *info = &crl->info;
	if (info->unfit || (info->only_leaves && cert->info->ca) ||
		(info->only_cas && !cert->info->ca))
		return false;
	return !crl->has_points || names_point(crl, cert);
}

static bool point_url(struct der point, size_t *skip, struct der *url)
{
	struct der name, full;
	struct der_item item;
	if (!der_take(&point, DER_INSIDE + 0, &name) || !der_take(&name, DER_INSIDE + 0, &full))
		return false;
	while (der_next(&full, &item)) {
		if (item.tag != DER_CONTEXT + GN_URI || (*skip)-- > 0)
			continue;
		*url = item.body;
		return true;
	}
	return false;
}

char *cert_crl_url(const struct cert *cert, size_t n)
{
	struct extension ext;
	struct der list, point, url;
	if (!extension_find(&cert->parts, EXT_CRL_POINTS, &ext) ||
		!der_only(ext.value, DER_SEQUENCE, &list))
		return NULL;
	while (der_take(&list, DER_SEQUENCE, &point))
		if (point_url(point, &n, &url))
			return mem_textn((const char *)url.data, url.len);
	return NULL;
}
