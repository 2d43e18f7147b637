/*
 * What GnuTLS accepts and others refuse, or people should know: sentences about the form of a
 * certificate (judge-form.c) that name what it is about.  Those that are always the same stand in
 * the table.
 */
#include "pki/judging.h"

#include <string.h>

#include "base/lang.h"
#include "base/text.h"
#include "pki/extension.h"
#include "pki/general-name.h"

#define NAME_COLUMNS 80

/* What the extension is called; borrowed, from `oid` perhaps. */
static const char *called(struct der id, struct oid *oid)
{
	const char *dotted = oid_of(id, oid);
	const struct extension_row *row = extension_row(dotted);
	return row ? _(row->label) : dotted;
}

bool check_critical(const struct place *place, struct buf *text)
{
	const struct form *form = form_of(place->member);
	struct oid oid;
	if (form->critical.len == 0)
		return false;
	buf_format(text,
		_("Its extension \"%s\" is critical, which RFC 5280 or the CA/Browser Forum "
		  "forbids: strict programs refuse it."),
		called(form->critical, &oid));
	return true;
}

bool check_not_critical(const struct place *place, struct buf *text)
{
	const struct form *form = form_of(place->member);
	struct oid oid;
	if (form->lax.len == 0)
		return false;
	buf_format(text,
		_("Its extension \"%s\" should be critical and isn't: programs that don't know it "
		  "pass over it, strict ones refuse it."),
		called(form->lax, &oid));
	return true;
}

bool check_malformed(const struct place *place, struct buf *text)
{
	const struct form *form = form_of(place->member);
	struct oid oid;
	if (form->malformed.len == 0)
		return false;
	buf_format(text,
		_("Its extension \"%s\" is empty or isn't written as RFC 5280 has it: GnuTLS "
		  "passes over it, others refuse it."),
		called(form->malformed, &oid));
	return true;
}

/* Others know it, so that it isn't unknown; GnuTLS 3.7 refuses it for this alone. */
bool check_unread(const struct place *place, struct buf *text)
{
	const struct form *form = form_of(place->member);
	struct oid oid;
	if (form->unread.len == 0)
		return false;
	buf_format(text,
		_("Its extension \"%s\" is critical, and GnuTLS doesn't know it: it refuses what "
		  "OpenSSL and others may accept."),
		called(form->unread, &oid));
	return true;
}

bool check_odd_name(const struct place *place, struct buf *text)
{
	struct der in = form_of(place->member)->odd_name;
	struct der_item item;
	struct buf name = { 0 };
	if (!der_next(&in, &item))
		return false;
	general_name_show(&item, &name);
	size_t len = text_fit(buf_text(&name), NAME_COLUMNS, NULL);
	if (len < name.len) {
		buf_cut(&name, len);
		buf_text_add(&name, "…");
	}
	buf_format(text,
		_("Its alternative name %s isn't one that may stand there: some programs pass over "
		  "it, others refuse the certificate."),
		buf_text(&name));
	buf_done(&name);
	return true;
}

/* A certificate that signed itself needs no help in finding whose key it was, and where the issuer
 * has no identifier none can be given. */
bool check_no_issuer_key_id(const struct place *place, struct buf *text)
{
	(void)text;
	return (form_of(place->member)->faults & FAULT_NO_ISSUER_KEY_ID) != 0 &&
	       !place->member->cert->info->self_signed && place->issuer &&
	       place->issuer->cert->info->key_id;
}

/* A root that names another key as its issuer's, though its own made the signature. */
static bool is_root_of_another(const struct place *place)
{
	const struct cert_info *info = place->member->cert->info;
	const struct parts *parts = &place->member->cert->parts;
	return info->key_id && info->issuer_key_id &&
	       strcmp(info->key_id, info->issuer_key_id) != 0 &&
	       der_equal(parts->subject, parts->issuer) &&
	       link_verifies(place->pool, place->member, place->member);
}

bool check_odd_key_id(const struct place *place, struct buf *text)
{
	(void)text;
	return (form_of(place->member)->faults & FAULT_ODD_KEY_ID) != 0 ||
	       (!place->issuer && is_root_of_another(place));
}

bool check_misplaced(const struct place *place, struct buf *text)
{
	const struct form *form = form_of(place->member);
	if (place->member->cert->info->ca || (form->faults & (FAULT_SIGNS | FAULT_CA_LIMITS)) == 0)
		return false;
	buf_text_add(text, (form->faults & FAULT_SIGNS) != 0 ?
				   _("Its key usage says that it signs certificates, but it is no "
				     "CA: strict programs refuse it.") :
				   _("It sets limits that only a CA can set, but it is no CA: "
				     "strict programs refuse it."));
	return true;
}

bool check_any_purpose(const struct place *place, struct buf *text)
{
	(void)text;
	return place->question->purpose != PURPOSE_ANY &&
	       (form_of(place->member)->faults & FAULT_ANY_PURPOSE) != 0;
}

bool check_mixed_purposes(const struct place *place, struct buf *text)
{
	(void)text;
	return place->question->purpose == PURPOSE_SERVER &&
	       (form_of(place->member)->faults & FAULT_MIXED_PURPOSES) != 0;
}

/*
 * A CA may demand that all below it have a policy (RFC 5280, 6.1): so many certificates below it,
 * each but the anchor has to name one.  Which one is nobody's business here.
 */
bool check_policy(const struct place *place, struct buf *text)
{
	const struct path *path = place->path;
	bool lacking = false, wanted = false;
	for (size_t i = 0; i < path->count; i++) {
		const struct form *form = form_of(path->members[i]);
		bool anchor = path->members[i]->standing == STANDING_TRUSTED;
		wanted = wanted ||
			 (i > 0 && form->policy_after >= 0 && (size_t)form->policy_after <= i);
		lacking = lacking || (!anchor && !form->policies);
	}
	if (!wanted || !lacking)
		return false;
	buf_text_add(text, _("A CA above it demands a policy of all that stands below it, and not "
			     "every certificate names one: programs that know policies refuse it."));
	return true;
}
