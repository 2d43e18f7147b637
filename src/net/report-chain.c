/*
 * A chain as people expect it: the leaf first, each certificate issued by the next one, the root
 * left out.  Names and key identifiers tell that; signatures are the judgement's.
 */
#include "net/report.h"

#include "base/lang.h"

#include <string.h>

static const struct cert_info *info_at(const struct report *report, size_t i)
{
	const struct cert *cert = report->chain[i].cert;
	return cert ? cert_info(cert) : NULL;
}

static bool issued(const struct cert_info *issuer, const struct cert_info *cert)
{
	if (strcmp(issuer->subject, cert->issuer) != 0)
		return false;
	return !issuer->key_id || !cert->issuer_key_id ||
	       strcmp(issuer->key_id, cert->issuer_key_id) == 0;
}

static bool same(const struct report_cert *a, const struct report_cert *b)
{
	return a->len == b->len && memcmp(a->der, b->der, a->len) == 0;
}

static bool seen_before(const struct report *report, size_t i)
{
	for (size_t k = 0; k < i; k++)
		if (same(&report->chain[k], &report->chain[i]))
			return true;
	return false;
}

/* Does any other certificate of the chain name this one as its issuer? */
static bool issues_any(const struct report *report, size_t i)
{
	const struct cert_info *issuer = info_at(report, i), *other;
	for (size_t k = 0; k < report->chain_count; k++)
		if (k != i && (other = info_at(report, k)) && !other->self_signed &&
			issued(issuer, other))
			return true;
	return false;
}

static bool has_issuer(const struct report *report, const struct cert_info *cert)
{
	const struct cert_info *other;
	for (size_t k = 0; k < report->chain_count; k++)
		if ((other = info_at(report, k)) && issued(other, cert))
			return true;
	return false;
}

static size_t note(struct buf *out, size_t i, const char *format)
{
	buf_format(out, lang_text(format), i + 1);
	return 1;
}

static size_t note_one(const struct report *report, size_t i, struct buf *out)
{
	const struct cert_info *info = info_at(report, i), *before = i ? info_at(report, i - 1) : NULL;
	if (!info)
		return note(out, i, N_("Certificate %zu can't be read.\n"));
	if (i > 0 && seen_before(report, i))
		return note(out, i, N_("Certificate %zu was sent twice.\n"));
	if (i > 0 && !issues_any(report, i))
		return note(out, i, N_("Certificate %zu is a stranger: it issued none of the others.\n"));
	if (i > 0 && info->self_signed)
		return note(out, i, N_("Certificate %zu is a root, which clients must have anyway.\n"));
	if (before && !issued(info, before))
		return note(out, i, N_("Certificate %zu stands in the wrong place: it isn't the issuer of the one before.\n"));
	if (!info->self_signed && !has_issuer(report, info) && (i == 0 || !info->ca))
		return note(out, i, N_("Certificate %zu came without its issuer.\n"));
	return 0;
}

size_t report_chain_notes(const struct report *report, struct buf *out)
{
	size_t notes = 0;
	for (size_t i = 0; i < report->chain_count; i++)
		notes += note_one(report, i, out);
	if (report->chain_sent > report->chain_count) {
		buf_format(out, _("%zu certificates were sent, %zu are kept.\n"), report->chain_sent,
			report->chain_count);
		notes++;
	}
	return notes;
}
