#include "app/making.h"

#include <stdlib.h>
#include <string.h>

#include "app/house.h"
#include "app/identity.h"
#include "app/internal.h"
#include "app/trust.h"
#include "app/written.h"
#include "base/lang.h"
#include "base/mem.h"
#include "base/text.h"
#include "codec/pem.h"
#include "pki/issue.h"
#include "pki/policy.h"
#include "pki/preset.h"
#include "pki/renew.h"
#include "pki/request.h"
#include "pki/wish.h"

static const struct route_row routes[ROUTE_COUNT] = {
	[ROUTE_SELF_SIGNED] = { .name = "self-signed",
		.key = "s",
		.label = N_("Self-signed certificate"),
		.cost = N_("key and certificate at once; nobody trusts it unless told to") },
	[ROUTE_REQUEST] = { .name = "request",
		.key = "r",
		.label = N_("Request for a CA"),
		.cost = N_("clients must trust a company's CA; a purchased one is short-lived") },
	[ROUTE_CA] = { .name = "ca",
		.key = "c",
		.label = N_("Company CA"),
		.cost = N_("signs your servers and clients, each of which must trust it once") },
};

const struct route_row *route_row(enum route route)
{
	return &routes[route];
}

void making_init(const struct app *app, enum route route, struct making *making)
{
	struct policy policy = house_policy(app);
	*making = (struct making){ .route = route, .path_len = 0 };
	making->profile = profile_named(route == ROUTE_CA ? "ca" : "server");
	/* The same, whichever face makes a company CA. */
	making->kind = route == ROUTE_CA ? preset_kind(preset_named("company-ca"), &policy) :
					   policy_kind(&policy);
	making->days = route == ROUTE_CA ? CA_DAYS : policy_days(&policy);
	policy_prefill(&policy, &making->subject);
}

static void free_list(char **list)
{
	for (size_t i = 0; list && list[i]; i++)
		free(list[i]);
	free(list);
}

void making_set(char **text, const char *value)
{
	if (*text)
		mem_wipe(*text, strlen(*text));
	free(*text);
	*text = value && *value ? mem_text(value) : NULL;
}

void making_done(struct making *making)
{
	making_set(&making->passphrase, NULL);
	free(making->name);
	free(making->note);
	free(making->ticket);
	free_list(making->permitted);
	free_list(making->excluded);
	subject_done(&making->subject);
	*making = (struct making){ 0 };
}

static char **take_list(char ***list)
{
	char **taken = *list;
	*list = NULL;
	return taken;
}

bool making_renew(const struct identity *identity, struct making *making, struct advice *advice,
	struct error *err)
{
	struct renewal renewal;
	const struct cert *cert = identity_cert(identity);
	if (!cert)
		return error_set(err, ERROR_FAILED, "%s has no certificate that could be renewed",
			identity_name(identity));
	renewal_of(cert, &renewal, advice);
	subject_done(&making->subject);
	making->subject = renewal.subject;
	renewal.subject = (struct subject){ 0 };
	making->profile = renewal.profile;
	making->days = renewal.days;
	making->kind = renewal.kind ? renewal.kind : making->kind;
	making->path_len = renewal.path_len;
	making->permitted = take_list(&renewal.permitted);
	making->excluded = take_list(&renewal.excluded);
	making->same_key = renewal.same_key;
	making->id = identity->id;
	making_set(&making->name, identity_name(identity));
	renewal_done(&renewal);
	return true;
}

/* --- checks -------------------------------------------------------------------------------- */

/* The name that people see: what was given, else what it is for. */
static char *name_of(const struct making *making)
{
	const char *cn = subject_get(&making->subject, "CN");
	const struct sans *sans = &making->subject.sans;
	if (making->name && *making->name)
		return text_typed(making->name);
	if (cn && *cn)
		return text_typed(cn);
	return text_typed(sans->count ? sans->items[0].value : "");
}

static void check_name(const struct identities *all, const struct making *making,
	struct advice *advice)
{
	struct error err;
	char *name = name_of(making);
	if (!*name)
		advice_add(advice, ADVICE_REFUSES, "name", "It has no name: give it one, or a CN.");
	if (making->name && !name_is_short(name, &err))
		advice_add(advice, ADVICE_REFUSES, "name", "Its name is too long: %s.", err.text);
	for (size_t i = 0; *name && i < all->live; i++) {
		const struct identity *other = &all->items[i];
		bool same = making->same_key && fingerprint_compare(&other->id, &making->id) == 0;
		if (!same && strcmp(identity_name(other), name) == 0)
			advice_add(advice, ADVICE_REFUSES, "name",
				"Another identity is called %s: choose another name.", name);
	}
	free(name);
}

static void check_passphrase(const struct making *making, struct advice *advice)
{
	if (making->same_key)
		return;
	if (making->passphrase && making->profile && making->profile->ca)
		advice_add(advice, ADVICE_TELLS, "passphrase",
			"The passphrase is asked for whenever it signs.");
	else if (making->passphrase)
		advice_add(advice, ADVICE_TELLS, "passphrase",
			"The passphrase is asked for at every start of a server that uses the key.");
	else
		advice_add(advice, ADVICE_TELLS, "passphrase",
			"No passphrase: whoever reads the key's file has the key.");
}

static void check(struct app *app, const struct making *making, const struct identities *all,
	struct advice *advice)
{
	struct policy policy = house_policy(app);
	const struct key_size unknown = { 0 };
	const struct wish wish = { .subject = &making->subject,
		.profile = making->profile,
		.key = making->same_key ? unknown : making->kind->size,
		.days = making->route == ROUTE_REQUEST ? 0 : making->days,
		.now = app_now(),
		.self_signed = making->route != ROUTE_REQUEST,
		.policy = &policy };
	wish_check(&wish, advice);
	check_name(all, making, advice);
	check_passphrase(making, advice);
}

void app_making_check(struct app *app, const struct making *making, struct advice *advice)
{
	struct identities all = { 0 };
	if (app_open_store(app, APP_STORE_IMAGINED, NULL))
		store_identity_names(app_store(app), &all, NULL);
	check(app, making, &all, advice);
	identities_done(&all);
}

/* --- what becomes of it -------------------------------------------------------------------- */

static struct terms terms_of(const struct making *making)
{
	return (struct terms){ .profile = making->profile,
		.now = app_now(),
		.days = making->days,
		.path_len = making->path_len,
		.permitted = (const char *const *)making->permitted,
		.excluded = (const char *const *)making->excluded };
}

static bool make_cert(struct making *making, const struct new_key *key, struct made *out,
	struct error *err)
{
	struct buf der = { 0 };
	const struct terms terms = terms_of(making);
	bool ok = self_sign(&making->subject, key->key, &terms, &der, err) &&
		  cert_parse(der.data, der.len, &out->cert, err);
	if (ok)
		pem_write(&out->pem, "CERTIFICATE", der.data, der.len);
	buf_done(&der);
	return ok;
}

static bool make_request(struct making *making, const struct new_key *key, struct made *out,
	struct error *err)
{
	struct buf der = { 0 };
	bool ok = request_make(&making->subject, key->key, making->profile, &der, err) &&
		  request_read(der.data, der.len, &out->request, err);
	if (ok)
		pem_write(&out->pem, "CERTIFICATE REQUEST", der.data, der.len);
	buf_done(&der);
	return ok;
}

static void plan_request(const struct making *making, const struct identity *identity,
	const struct made *made, struct plan *plan)
{
	size_t len;
	struct headers headers = { 0 };
	const uint8_t *der = request_der(made->request, &len);
	written_headers(&headers, NULL);
	written_typed(&headers, "Ticket", making->ticket);
	plan_request_create(plan, identity, &headers, der, len);
	headers_done(&headers);
}

static void describe(const struct making *making, const struct new_key *key,
	struct identity *identity)
{
	struct headers *headers = &identity->record.headers;
	char *name = name_of(making), *words = privkey_words(key->key);
	headers_set(headers, "Name", name);
	headers_set(headers, "Key", words);
	headers_set(headers, "Sealed", making->passphrase ? "yes" : "no");
	headers_set(headers, "Profile", making->profile->name);
	written_headers(headers, NULL);
	written_typed(headers, "Note", making->note);
	free(words);
	free(name);
}

static bool plan_new(const struct making *making, const struct new_key *key, const struct made *made,
	struct plan *plan, struct error *err)
{
	struct identity identity;
	identity_init(&identity, &made->id);
	describe(making, key, &identity);
	const struct cert *certs[] = { made->cert };
	bool ok = !made->cert || identity_put(&identity, certs, 1, err);
	if (ok)
		plan_identity_create(plan, &identity, &key->pem, made->cert ? "identity" : "pending");
	if (ok && made->request)
		plan_request(making, &identity, made, plan);
	identity_done(&identity);
	return ok;
}

static bool plan_renewed(const struct making *making, const struct identity *was,
	const struct made *made, struct plan *plan, struct error *err)
{
	struct identity now;
	if (made->request) {
		plan_request(making, was, made, plan);
		return true;
	}
	identity_copy(was, &now);
	const struct cert *certs[] = { made->cert };
	bool ok = identity_put(&now, certs, 1, err);
	if (ok)
		plan_identity_edit(plan, was, &now, NULL, "a new certificate");
	identity_done(&now);
	return ok;
}

static bool plan_files(const struct making *making, const struct identities *all,
	const struct new_key *key, const struct made *made, struct plan *plan, struct error *err)
{
	const struct identity *was = identities_of_key(all, made->id.bytes);
	if (was && making->same_key)
		return plan_renewed(making, was, made, plan, err);
	if (making->same_key) /* another process was quicker */
		return error_set(err, ERROR_FAILED, "%s is no longer there",
			making->name ? making->name : _("the identity that was to be renewed"));
	if (was)
		return error_set(err, ERROR_FAILED, "this key is an identity already: %s",
			identity_name(was));
	return plan_new(making, key, made, plan, err);
}

/* Names are all that a new one has to do with others. */
static bool read_others(struct app *app, const struct making *making, struct identities *all,
	struct error *err)
{
	return app_open_store(app, APP_STORE_IMAGINED, err) &&
	       (making->same_key ? store_identities : store_identity_names)(
		       app_store(app), all, err);
}

bool app_plan_make(struct app *app, struct making *making, const struct new_key *key,
	struct plan *plan, struct made *out, struct error *err)
{
	static const char *const ops[ROUTE_COUNT] = {
		[ROUTE_SELF_SIGNED] = N_("generate"),
		[ROUTE_REQUEST] = "request",
		[ROUTE_CA] = N_("generate"),
	};
	struct advice advice = { 0 };
	struct identities all = { 0 };
	*out = (struct made){ 0 };
	plan->op = ops[making->route];
	memcpy(out->id.bytes, privkey_info(key->key)->spki, FINGERPRINT_SIZE);
	if (!read_others(app, making, &all, err))
		return false;
	check(app, making, &all, &advice);
	bool ok = advice_allows(&advice, err);
	subject_complete(&making->subject, making->profile, &advice);
	if (ok && making->route == ROUTE_REQUEST)
		ok = make_request(making, key, out, err);
	else if (ok)
		ok = make_cert(making, key, out, err);
	ok = ok && plan_files(making, &all, key, out, plan, err);
	advice_done(&advice);
	identities_done(&all);
	if (!ok)
		made_done(out);
	return ok;
}

void made_done(struct made *made)
{
	cert_free(made->cert);
	request_free(made->request);
	buf_done(&made->pem);
	*made = (struct made){ 0 };
}

bool app_plan_trust_made(struct app *app, const struct made *made, const char *name,
	struct plan *plan, struct error *err)
{
	struct entry known;
	struct headers headers = { 0 };
	const struct cert_info *info = cert_info(made->cert);
	size_t len;
	const uint8_t *der = cert_der(made->cert, &len);
	plan->op = "trust";
	if (app_find(app, &info->sha256, &known)) {
		if (known.state == STATE_BLOCKED || known.state == STATE_TRASH)
			return error_set(err, ERROR_FAILED, "%s is in the store already, and %s",
				known.name, state_name((int)known.state));
		return app_plan_decision(app, DECISION_TRUST, &known, plan, err);
	}
	headers_set(&headers, "Name", name);
	written_headers(&headers, "made here");
	plan_create(plan, STATE_TRUSTED, &headers, &info->sha256, info->subject,
		plan_keep(plan, der, len));
	headers_done(&headers);
	return true;
}
