/* What is there, what is missing, and what the CA made of a request: in words. */
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/lang.h"
#include "base/mem.h"
#include "base/text.h"
#include "pki/belonging.h"
#include "pki/subject.h"

static const char *called(const struct cert_info *info)
{
	if (info->cn)
		return info->cn;
	return *info->subject ? info->subject : _("a certificate without a name");
}

static const struct cert_info *leaf_of(
	const struct belong_parts *parts, const struct belong_group *group)
{
	return group->leaf == BELONG_NONE ? NULL : cert_info(parts->certs[group->leaf]);
}

static const struct request_info *request_of(
	const struct belong_parts *parts, const struct belong_group *group)
{
	return group->request == BELONG_NONE ? NULL : parts->requests[group->request];
}

static const char *asker(const struct request_info *request)
{
	if (request->cn)
		return request->cn;
	return *request->subject ? request->subject : _("somebody without a name");
}

/* --- what is there ------------------------------------------------------------------------ */

static void missing_certificate(
	const struct belong_parts *parts, const struct belong_group *group, struct advice *out)
{
	const struct request_info *request = request_of(parts, group);
	if (request)
		advice_add(out, ADVICE_WARNS, "certificate-missing",
			"The certificate for the request of %s isn't among them: the CA's answer "
			"is yet to come, or is for another key.",
			asker(request));
	else
		advice_add(out, ADVICE_WARNS, "certificate-missing",
			"There is no certificate for the key (%s, %u bits, %.16s…) among them.",
			parts->keys[group->key]->algorithm, parts->keys[group->key]->bits,
			parts->keys[group->key]->id);
}

static void missing_parts(
	const struct belong_parts *parts, const struct belong_group *group, struct advice *out)
{
	const struct cert_info *leaf = leaf_of(parts, group);
	if (group->key == BELONG_NONE)
		advice_add(out, ADVICE_WARNS, "key-missing",
			"The private key of %s isn't among them: whoever is to show the "
			"certificate needs it.",
			leaf ? called(leaf) : asker(request_of(parts, group)));
	if (!leaf)
		missing_certificate(parts, group, out);
	else if (group->request == BELONG_NONE)
		advice_add(out, ADVICE_TELLS, "request-missing",
			"There is no request among them; it is no longer needed.");
}

/* --- what became of the request ----------------------------------------------------------- */

/* Names of one that the other lacks, in a single sentence. */
static bool list_missing(const struct sans *in, const struct sans *from, struct buf *list)
{
	size_t count = 0;
	for (size_t i = 0; i < in->count; i++) {
		if (sans_has(from, &in->items[i]) || ++count > 8)
			continue;
		buf_text_add(list, count > 1 ? ", " : "");
		san_show(&in->items[i], true, list);
	}
	if (count > 8)
		/* TRANSLATORS: behind a list of names */
		buf_format(list, _(" and %zu more"), count - 8);
	return count > 0;
}

static void compare_names(const struct sans *asked, const struct sans *got, struct advice *out)
{
	struct buf dropped = { 0 }, added = { 0 };
	if (list_missing(asked, got, &dropped))
		advice_add(out, ADVICE_WARNS, "name-dropped",
			"The request asks for %s, which the certificate doesn't have.",
			buf_text(&dropped));
	if (list_missing(got, asked, &added))
		advice_add(out, ADVICE_TELLS, "name-added",
			"The certificate also has %s, which the request didn't ask for.",
			buf_text(&added));
	buf_done(&dropped);
	buf_done(&added);
}

static void compare_request(
	const struct request_info *request, const struct cert *cert, struct advice *out)
{
	const struct cert_info *info = cert_info(cert);
	struct subject subject = { 0 };
	struct advice unused = { 0 };
	subject_of_cert(cert, &subject, &unused);
	compare_names(request->sans, &subject.sans, out);
	if (strcmp(request->subject, info->subject) != 0)
		advice_add(out, ADVICE_TELLS, "subject-changed",
			"The subject is \"%.200s\"; the request asks for \"%.200s\".",
			info->subject, request->subject);
	if (request->asks_ca && !info->ca)
		advice_add(out, ADVICE_WARNS, "no-ca",
			"The request asks for a CA, and the certificate isn't one.");
	advice_done(&unused);
	subject_done(&subject);
}

static void request_words(
	const struct belong_parts *parts, const struct belong_group *group, struct advice *out)
{
	const struct request_info *request = request_of(parts, group);
	if (request && !request->signed_by_key)
		advice_add(out, ADVICE_WARNS, "request-signature",
			"The request's signature isn't good: it was changed or damaged.");
	if (request && group->leaf != BELONG_NONE)
		compare_request(request, parts->certs[group->leaf], out);
}

/* --- the chain ---------------------------------------------------------------------------- */

static void date_words(const struct belong_step *step, int64_t now, struct advice *out)
{
	const struct cert_info *info = cert_info(step->cert);
	char date[CLOCK_ISO];
	if (now > info->not_after)
		advice_add(out, ADVICE_WARNS, "expired", "%s ended on %s.", called(info),
			lang_date(date, info->not_after));
	else if (now < info->not_before)
		advice_add(out, ADVICE_WARNS, "not-yet", "%s begins on %s.", called(info),
			lang_date(date, info->not_before));
	if (step->standing == STANDING_BLOCKED)
		advice_add(out, ADVICE_WARNS, "blocked", "%s is blocked here.", called(info));
}

/* Without any CA above it no client finds the way; without the last one most do, as it's a root. */
static void missing_words(const struct belong_group *group, struct advice *out)
{
	const struct belong_missing *missing = &group->missing;
	const struct cert_info *last = cert_info(group->chain[group->chain_count - 1].cert);
	struct buf who = { 0 };
	if (!missing->subject)
		return;
	/* TRANSLATORS: stands for the name of an issuer that has none */
	buf_format(&who, "%.300s", *missing->subject ? missing->subject : _("without a name"));
	if (missing->key_id)
		buf_format(&who, _(" (key identifier %.80s)"), missing->key_id);
	if (missing->url)
		buf_format(&who, _(", found at %.300s"), missing->url);
	if (group->chain_count > 1)
		advice_add(out, ADVICE_TELLS, "root-missing",
			"The issuer of %s is missing: %s. If that is a root, clients have it, and "
			"servers needn't send it.",
			called(last), buf_text(&who));
	else
		advice_add(out, ADVICE_WARNS, "chain-missing",
			"The issuer of %s is missing: %s. Without it, clients don't find the way "
			"to a root.",
			called(last), buf_text(&who));
	buf_done(&who);
}

static void order_words(const struct belong_group *group, struct advice *out)
{
	size_t last = 0, held = 0;
	bool turned = false;
	for (size_t i = 0; i < group->chain_count; i++) {
		size_t at = group->chain[i].at;
		held += at == BELONG_NONE;
		turned = turned || (at != BELONG_NONE && at < last);
		last = at == BELONG_NONE ? last : at;
	}
	if (turned)
		advice_add(out, ADVICE_TELLS, "order",
			"The certificates came in another order; they are put in that of the "
			"chain.");
	if (held > 0)
		advice_add(out, ADVICE_TELLS, "chain-held",
			lang_n("%zu of the chain is taken from what is known here.",
				"%zu of the chain are taken from what is known here.", held),
			held);
	if (group->chain_count > 1 && group->rooted &&
		group->chain[group->chain_count - 1].at != BELONG_NONE)
		advice_add(out, ADVICE_TELLS, "root-there",
			"The root is among them; servers needn't send it.");
}

static void chain_words(
	const struct belong_parts *parts, const struct belong_group *group, struct advice *out)
{
	for (size_t i = 0; i < group->chain_count; i++)
		date_words(&group->chain[i], parts->now, out);
	if (group->chain_count == 1 && group->rooted)
		advice_add(out, ADVICE_TELLS, "self-signed",
			"%s is self-signed: nobody stands above it.",
			called(leaf_of(parts, group)));
	if (group->chain_count > 0) {
		missing_words(group, out);
		order_words(group, out);
	}
}

/* --- all together ------------------------------------------------------------------------- */

/* "3 certificates …: a, b, c." */
static void role_words(struct sorting *sorting, enum belong_role role, enum advice_weight weight,
	const char *code, const char *what)
{
	const struct belong_parts *parts = sorting->parts;
	struct buf list = { 0 };
	size_t count = 0;
	for (size_t i = 0; i < parts->cert_count; i++) {
		if (sorting->out->roles[i] != role || ++count > 5)
			continue;
		buf_format(&list, "%s%.100s", count > 1 ? ", " : "",
			called(cert_info(parts->certs[i])));
	}
	if (count > 5)
		buf_format(&list, _(" and %zu more"), count - 5);
	if (count > 0)
		advice_add(&sorting->out->advice, weight, code, "%s: %s.", _(what),
			buf_text(&list));
	buf_done(&list);
}

/* Names of certificates that have neither key nor request, each with the number of its group. */
static void note_name(struct set *names, const char *name, size_t group)
{
	struct buf folded = { 0 };
	text_fold(&folded, name);
	set_add(names, buf_text(&folded));
	*set_number(names, buf_text(&folded)) = (unsigned)group + 1;
	buf_done(&folded);
}

static const struct belong_group *named(
	const struct sorting *sorting, const struct set *names, const char *name)
{
	struct buf folded = { 0 };
	text_fold(&folded, name);
	unsigned *number = set_number(names, buf_text(&folded));
	buf_done(&folded);
	return number ? &sorting->out->groups[*number - 1] : NULL;
}

static void note_leaves(const struct sorting *sorting, struct set *names)
{
	for (size_t i = 0; i < sorting->out->group_count; i++) {
		const struct belong_group *group = &sorting->out->groups[i];
		const struct cert_info *info = leaf_of(sorting->parts, group);
		if (!info || group->key != BELONG_NONE || group->request != BELONG_NONE)
			continue;
		if (info->cn)
			note_name(names, info->cn, i);
		for (const char *san = NULL; (san = cert_info_san(info, san));)
			note_name(names, san, i);
	}
}

static const struct belong_group *answer_to(
	const struct sorting *sorting, const struct set *names, const struct request_info *request)
{
	const struct belong_group *group = request->cn ? named(sorting, names, request->cn) : NULL;
	for (size_t i = 0; !group && i < request->sans->count; i++) {
		struct buf san = { 0 };
		san_show(&request->sans->items[i], false, &san);
		group = named(sorting, names, buf_text(&san));
		buf_done(&san);
	}
	return group;
}

/* A certificate that has the names of a request, and not its key. */
static void changed_words(struct sorting *sorting)
{
	struct set names = { 0 };
	note_leaves(sorting, &names);
	for (size_t i = 0; i < sorting->out->group_count && names.count > 0; i++) {
		struct belong_group *group = &sorting->out->groups[i];
		const struct request_info *request = request_of(sorting->parts, group);
		const struct belong_group *other = request && group->leaf == BELONG_NONE
							   ? answer_to(sorting, &names, request)
							   : NULL;
		if (other)
			advice_add(&sorting->out->advice, ADVICE_WARNS, "key-changed",
				"The certificate of %s isn't for the key of the request of %s: it "
				"answers another request, an older one perhaps.",
				called(leaf_of(sorting->parts, other)), asker(request));
	}
	set_done(&names);
}

/* Keys on one side, certificates on the other, and none of them fits. */
static void strange_keys(struct sorting *sorting)
{
	size_t keys = 0, certs = 0, pairs = 0;
	for (size_t i = 0; i < sorting->out->group_count; i++) {
		const struct belong_group *group = &sorting->out->groups[i];
		bool key = group->key != BELONG_NONE, cert = group->leaf != BELONG_NONE;
		keys += key && !cert;
		certs += cert && !key;
		pairs += key && cert;
	}
	if (keys > 0 && certs > 0 && pairs == 0)
		advice_add(&sorting->out->advice, ADVICE_WARNS, "other-key",
			keys == 1 ? N_("The key belongs to none of the certificates.")
				  : N_("None of the keys belongs to any of the certificates."));
}

void belong_words(struct sorting *sorting)
{
	for (size_t i = 0; i < sorting->out->group_count; i++) {
		struct belong_group *group = &sorting->out->groups[i];
		missing_parts(sorting->parts, group, &group->advice);
		request_words(sorting->parts, group, &group->advice);
		chain_words(sorting->parts, group, &group->advice);
	}
	strange_keys(sorting);
	changed_words(sorting);
	role_words(sorting, BELONG_STRANGER, ADVICE_WARNS, "stranger",
		N_("Not needed, as it stands above none of the others"));
	role_words(sorting, BELONG_OTHER_WAY, ADVICE_TELLS, "other-way",
		N_("Another way to a root, for clients that don't know this one"));
	role_words(sorting, BELONG_OLDER, ADVICE_TELLS, "older",
		N_("For the same key, but not as good as the newest"));
	role_words(sorting, BELONG_DUPLICATE, ADVICE_TELLS, "duplicate",
		N_("There more than once"));
}
