#include "pki/renew.h"

#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/lang.h"
#include "base/mem.h"
#include "pki/craft.h"
#include "pki/general-name.h"
#include "pki/oid.h"
#include "pki/parts.h"

/* --- the profile -------------------------------------------------------------------------- */

struct purposes {
	bool listed, server, client, any;
	size_t others;
};

static struct purposes purposes_of(const struct cert *cert)
{
	struct purposes purposes = { 0 };
	struct extension extension;
	struct der list, oid;
	if (!extension_find(&cert->parts, EXT_PURPOSES, &extension) ||
		!der_only(extension.value, DER_SEQUENCE, &list))
		return purposes;
	purposes.listed = true;
	while (der_take(&list, DER_OID, &oid)) {
		bool server = oid_is(oid, GNUTLS_KP_TLS_WWW_SERVER);
		bool client = oid_is(oid, GNUTLS_KP_TLS_WWW_CLIENT);
		bool any = oid_is(oid, GNUTLS_KP_ANY);
		purposes.server = purposes.server || server;
		purposes.client = purposes.client || client;
		purposes.any = purposes.any || any;
		purposes.others += !server && !client && !any;
	}
	return purposes;
}

/* Where nothing is said, or anything is allowed, its names tell. */
static const char *guess(const struct cert *cert)
{
	const struct cert_info *info = cert->info;
	for (const char *san = NULL; (san = cert_info_san(info, san));)
		if (strncmp(san, "DNS:", 4) == 0 || strncmp(san, "IP:", 3) == 0)
			return "server";
	bool email = info->san_count > 0 || !info->cn;
	return !email && strchr(info->cn, '.') && !strchr(info->cn, ' ') ? "server" : "client";
}

static const char *name_of(const struct cert *cert, const struct purposes *purposes)
{
	if (cert->info->ca)
		return "ca";
	if (purposes->server)
		return purposes->client ? "both" : "server";
	return purposes->client ? "client" : guess(cert);
}

const struct profile *profile_of_cert(const struct cert *cert, struct advice *advice)
{
	struct purposes purposes = purposes_of(cert);
	const struct profile *profile = profile_named(name_of(cert, &purposes));
	if (profile->ca && purposes.listed)
		advice_add(advice, ADVICE_WARNS, "renew-ca-purposes",
			"It is a CA for certain purposes only; the new one is for all of them.");
	else if (!profile->ca && !purposes.server && !purposes.client)
		advice_add(advice, ADVICE_TELLS, "renew-guessed",
			"It doesn't say whether it is a server's or a client's; by its names it "
			"is that of: %s.",
			_(profile->label));
	if (!profile->ca && purposes.others > 0)
		advice_add(advice, ADVICE_WARNS, "renew-purposes",
			"%zu of its purposes are neither a server's nor a client's, and aren't "
			"taken over.",
			purposes.others);
	return profile;
}

/* --- days and key ------------------------------------------------------------------------- */

unsigned days_of_cert(const struct cert_info *info)
{
	int64_t seconds = info->not_after - info->not_before;
	int64_t days = (seconds + CLOCK_DAY / 2) / CLOCK_DAY;
	if (days < 1)
		return 1;
	return days > PROFILE_DAYS_MOST ? PROFILE_DAYS_MOST : (unsigned)days;
}

static const struct privkey_kind *kind_like(const struct cert_info *info)
{
	const struct privkey_kind *kind;
	for (size_t i = 0; (kind = privkey_kind_at(i)); i++)
		if (strcmp(kind->size.algorithm, info->key_algorithm) == 0 &&
			kind->size.bits == info->key_bits)
			return kind;
	return NULL;
}

/* The exponent is looked at where the key itself is there: 65537 stands for one without fault. */
static bool key_serves(const struct cert_info *info, struct advice *advice)
{
	struct advice faults = { 0 };
	craft_check_key(info->key_algorithm, info->key_bits, 65537, &faults);
	bool ok = advice_allows(&faults, NULL);
	if (!ok)
		advice_add(advice, ADVICE_WARNS, "renew-weak-key", "%s So it needs a new key.",
			faults.items[0].text);
	advice_done(&faults);
	return ok;
}

static void tell_ca(const struct cert_info *info, struct advice *advice)
{
	if (info->ca)
		advice_add(advice, ADVICE_TELLS, "renew-ca",
			"With its name and key kept, what the CA issued goes on to hold; with a "
			"new key all of it has to be issued again.");
	if (info->ca && !info->self_signed)
		advice_add(advice, ADVICE_TELLS, "renew-sub-ca",
			"It was issued by %s, which has to sign the new one.", info->issuer);
}

void renewal_check_key(const struct cert *cert, const struct privkey *key, struct advice *out)
{
	const struct cert_info *info = cert_info(cert);
	privkey_check(key, out);
	if (privkey_matches(key, info))
		advice_add(out, ADVICE_TELLS, "renew-same-key",
			"It keeps its key: whoever got hold of that in the past keeps it as well.");
	else if (info->ca)
		advice_add(out, ADVICE_WARNS, "renew-ca-key",
			"The key is another one than before: what the CA issued no longer holds.");
}

/* --- name constraints --------------------------------------------------------------------- */

/* As craft_constraint_parse() reads them; one that it wouldn't write again is told. */
static char *subtree_text(struct der tree, struct advice *advice)
{
	struct der_item name;
	struct buf text = { 0 }, value = { 0 };
	enum san_kind kind;
	struct error err;
	if (der_next(&tree, &name))
		general_name_show(&name, &text);
	bool ok = text.len > 0 && craft_constraint_parse(buf_text(&text), &kind, &value, &err);
	buf_done(&value);
	if (ok)
		return buf_take(&text);
	advice_add(advice, ADVICE_WARNS, "left-out",
		"A name constraint (%.200s) can't be written, and isn't taken over.",
		buf_text(&text));
	buf_done(&text);
	return NULL;
}

static char **subtrees(struct der list, struct advice *advice)
{
	char **texts = NULL;
	size_t count = 0, cap = 0;
	struct der tree;
	while (der_take(&list, DER_SEQUENCE, &tree)) {
		char *text = subtree_text(tree, advice);
		texts = mem_grow(texts, count, &cap, sizeof *texts);
		texts[count] = text;
		count += text != NULL;
	}
	texts = mem_grow(texts, count, &cap, sizeof *texts);
	texts[count] = NULL;
	return texts;
}

static void take_constraints(const struct cert *cert, struct renewal *out, struct advice *advice)
{
	struct extension extension;
	struct der in, list;
	if (!extension_find(&cert->parts, EXT_NAME_CONSTRAINTS, &extension) ||
		!der_only(extension.value, DER_SEQUENCE, &in))
		return;
	if (der_take(&in, DER_INSIDE + 0, &list))
		out->permitted = subtrees(list, advice);
	if (der_take(&in, DER_INSIDE + 1, &list))
		out->excluded = subtrees(list, advice);
}

static void texts_free(char **texts)
{
	for (size_t i = 0; texts && texts[i]; i++)
		free(texts[i]);
	free(texts);
}

/* --- all of it ---------------------------------------------------------------------------- */

void renewal_of(const struct cert *cert, struct renewal *out, struct advice *advice)
{
	const struct cert_info *info = cert_info(cert);
	*out = (struct renewal){ .path_len = info->path_len };
	subject_of_cert(cert, &out->subject, advice);
	out->profile = profile_of_cert(cert, advice);
	out->days = days_of_cert(info);
	out->kind = kind_like(info);
	out->same_key = key_serves(info, advice);
	tell_ca(info, advice);
	if (out->profile->ca)
		take_constraints(cert, out, advice);
}

void renewal_done(struct renewal *renewal)
{
	subject_done(&renewal->subject);
	texts_free(renewal->permitted);
	texts_free(renewal->excluded);
	*renewal = (struct renewal){ 0 };
}

void renewal_terms(const struct renewal *renewal, struct terms *terms)
{
	terms->profile = renewal->profile;
	terms->days = renewal->days;
	terms->path_len = renewal->path_len;
	terms->permitted = (const char *const *)renewal->permitted;
	terms->excluded = (const char *const *)renewal->excluded;
}
