/*
 * An identity in words: what it is, what is sent with it, what waits; what is amiss comes first.
 */
#include <stdlib.h>
#include <string.h>

#include "app/identity.h"
#include "app/internal.h"
#include "base/clock.h"
#include "base/lang.h"
#include "base/mem.h"

static void put_field(struct details *d, const char *label, const char *text)
{
	if (text && *text)
		details_field(d, lang_text(label), "%s", text);
}

/* What each state means, and what to do. */
static const char *const hints[IDENTITY_STATE_COUNT] = {
	[IDENTITY_NO_KEY] = N_("Its key's file is gone: restore it, or import the key again."),
	[IDENTITY_EXPIRED] = N_("Its certificate is over: renew it."),
	[IDENTITY_EMPTY] = N_("It has neither request nor certificate: make a request, or attach one."),
	[IDENTITY_PENDING] = N_("A request waits: send it to the CA, and attach the answer."),
	[IDENTITY_INCOMPLETE] =
		N_("Its issuer isn't known here: attach the CA's chain, or trust the CA if it is a root."),
	[IDENTITY_EXPIRING] = N_("Its certificate ends soon: renew it."),
	[IDENTITY_DISCARDED] = N_("It is in the trash, from where it can be restored."),
};

static void put_head(const struct app *app, const struct identity *identity, struct details *d)
{
	struct identity_row row;
	char hex[FINGERPRINT_HEX], when[CLOCK_ISO];
	app_identity_row(app, NULL, identity, &row);
	details_section(d, _("Identity"));
	put_field(d, "Name", identity_name(identity));
	put_field(d, "State", lang_text(row.state_name));
	put_field(d, "", lang_text(hints[row.state]));
	put_field(d, "Kind", lang_text(row.kind));
	put_field(d, "Key", identity_text(identity, "Key"));
	put_field(d, "", identity_is_sealed(identity) ? _("sealed with a passphrase") :
							_("without a passphrase"));
	put_field(d, "Note", identity_text(identity, "Note"));
	put_field(d, "Added", lang_kept(when, identity_text(identity, "Added")));
	put_field(d, "By", identity_text(identity, "By"));
	put_field(d, "Source", identity_text(identity, "Source"));
	details_field(d, _("Id"), "%s", fingerprint_hex(&identity->id, hex));
}

static void put_when(struct details *d, const struct cert_info *info)
{
	char from[CLOCK_ISO], to[CLOCK_ISO];
	int64_t left = cert_days_left(info, app_now());
	lang_date(from, info->not_before);
	lang_date(to, info->not_after);
	if (left >= 0)
		details_field(d, _("Valid"), _("%s to %s, %lld days left"), from, to, (long long)left);
	else
		details_field(d, _("Valid"), _("%s to %s: over since %lld days"), from, to,
			(long long)-left);
}

static void put_names(struct details *d, const struct cert_info *info)
{
	const char *label = N_("Names");
	for (const char *san = NULL; (san = cert_info_san(info, san)); label = "")
		put_field(d, label, san);
}

static void put_cert(const struct identity *identity, const struct cert *cert, size_t first,
	size_t chain, bool current, struct details *d)
{
	const struct cert_info *info = cert_info(cert);
	char hex[FINGERPRINT_HEX];
	details_section(d, current ? _("Certificate") : _("Certificate before it"));
	put_field(d, "Subject", info->subject);
	put_field(d, "Issuer", info->self_signed ? _("itself") : info->issuer);
	put_names(d, info);
	put_when(d, info);
	put_field(d, "Serial", info->serial);
	details_field(d, "SHA-256", "%s", fingerprint_hex(&info->sha256, hex));
	for (size_t i = 0; i < chain; i++)
		put_field(d, i ? "" : N_("Sent with it"),
			cert_info(identity->certs[first + i])->subject);
}

static void put_certs(const struct identity *identity, struct details *d)
{
	size_t at = 0, chain;
	const struct cert *cert;
	for (bool current = true; (cert = identity_own(identity, &at, &chain)); current = false)
		put_cert(identity, cert, at - chain, chain, current, d);
}

static void put_request(const struct identity_request *request, struct details *d)
{
	const struct headers *headers = &request->record.headers;
	const struct request_info *info = request_info(request->request);
	const char *answered = headers_get(headers, "Answered");
	struct buf name = { 0 };
	char when[CLOCK_ISO];
	details_section(d, answered ? _("Request, answered") : _("Request that waits"));
	put_field(d, "Subject", info->subject);
	for (size_t i = 0; i < info->sans->count; i++) {
		buf_cut(&name, 0);
		san_show(&info->sans->items[i], true, &name);
		put_field(d, i ? "" : N_("Names"), buf_text(&name));
	}
	put_field(d, "Ticket", headers_get(headers, "Ticket"));
	put_field(d, "Made", lang_kept(when, headers_get(headers, "Added")));
	put_field(d, "By", headers_get(headers, "By"));
	put_field(d, "Answered by", answered);
	buf_done(&name);
}

void app_identity_details(struct app *app, const struct identity *identity, struct details *out)
{
	put_head(app, identity, out);
	for (size_t i = 0; i < identity->request_count; i++)
		if (!headers_get(&identity->requests[i].record.headers, "Answered"))
			put_request(&identity->requests[i], out);
	put_certs(identity, out);
	for (size_t i = 0; i < identity->request_count; i++)
		if (headers_get(&identity->requests[i].record.headers, "Answered"))
			put_request(&identity->requests[i], out);
}
