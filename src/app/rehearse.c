#include "app/rehearse.h"

#include <fcntl.h>
#include <stdlib.h>

#include "app/identity.h"
#include "app/import.h"
#include "app/internal.h"
#include "base/fs.h"
#include "base/mem.h"
#include "pki/issue.h"

#define DAYS 7 /* of the certificate that is made for one rehearsal */

struct rehearsal {
	struct server *server;
	struct cert **cas;
	size_t ca_count, ca_cap;
	struct cert *made; /* NULL: an identity is shown */
	struct privkey *made_key;
	const struct cert *const *chain;
	size_t chain_count;
};

/* --- whose clients it takes ------------------------------------------------------------------- */

static bool add_der(struct rehearsal *r, const void *der, size_t len, struct error *err)
{
	struct cert *cert;
	if (!cert_parse(der, len, &cert, err))
		return false;
	r->cas = mem_grow(r->cas, r->ca_count, &r->ca_cap, sizeof(struct cert *));
	r->cas[r->ca_count++] = cert;
	return true;
}

static bool add_cert(struct rehearsal *r, const struct cert *cert, struct error *err)
{
	size_t len;
	const uint8_t *der = cert_der(cert, &len);
	return add_der(r, der, len, err);
}

static bool add_entry(struct app *app, struct rehearsal *r, const struct entry *entry,
	struct error *err)
{
	struct cert *cert;
	struct headers headers = { 0 };
	bool ok = store_read_cert(app_store(app), entry, &cert, &headers, NULL, err);
	headers_done(&headers);
	if (!ok)
		return false;
	ok = add_cert(r, cert, err);
	cert_free(cert);
	return ok;
}

static bool add_file(struct app *app, struct rehearsal *r, const char *path, struct error *err)
{
	struct haul haul = { 0 };
	bool ok = app_read_file(app, path, &haul, err);
	for (size_t i = 0; ok && i < haul.count; i++) {
		struct import_more more = { 0 };
		ok = import_item_read(&haul, &haul.items[i], &more, err) &&
		     add_der(r, more.der.data, more.der.len, err);
		import_more_done(&more);
	}
	import_done(&haul);
	return ok;
}

static bool add_named(struct app *app, struct rehearsal *r, const struct identities *all,
	const char *text, struct error *err)
{
	const struct identity *identity;
	struct entry entry;
	struct error ignored, not_found;
	if (identities_find(all, text, false, &identity, &ignored) && identity_is_ca(identity))
		return add_cert(r, identity_cert(identity), err);
	if (app_resolve(app, text, &entry, &not_found))
		return add_entry(app, r, &entry, err);
	if (fs_exists(AT_FDCWD, text))
		return add_file(app, r, text, err);
	*err = not_found;
	return error_wrap(err, "--client-ca");
}

static bool add_ours(struct rehearsal *r, const struct identities *all, struct error *err)
{
	for (size_t i = 0; i < all->live; i++)
		if (identity_is_ca(&all->items[i]) && !add_cert(r, identity_cert(&all->items[i]), err))
			return false;
	return true;
}

static bool add_trusted(struct app *app, struct rehearsal *r, struct error *err)
{
	struct entry e;
	uint32_t cursor = 0;
	while (app_next(app, &cursor, &e))
		if (e.state == STATE_TRUSTED && e.info.ca && !add_entry(app, r, &e, err))
			return false;
	return true;
}

static bool choose_cas(struct app *app, struct rehearsal *r, const struct rehearse_wish *wish,
	struct error *err)
{
	struct identities all = { 0 };
	bool ok = app_identities(app, &all, err);
	for (size_t i = 0; ok && i < wish->ca_count; i++)
		ok = add_named(app, r, &all, wish->cas[i], err);
	if (ok && wish->ca_count == 0)
		ok = add_ours(r, &all, err) && (r->ca_count > 0 || add_trusted(app, r, err));
	identities_done(&all);
	if (ok && r->ca_count == 0)
		return error_set(err, ERROR_NOT_FOUND,
			"there is no CA here whose clients could be taken: name one by --client-ca");
	return ok;
}

/* --- what it presents ------------------------------------------------------------------------- */

static bool make_localhost(struct rehearsal *r, struct error *err)
{
	struct subject subject = { 0 };
	struct buf der = { 0 };
	const struct terms terms = {
		.profile = profile_named("server"), .now = app_now(), .days = DAYS
	};
	subject_set(&subject, "O", "certary rehearsal");
	subject_set(&subject, "CN", "localhost");
	r->made_key = privkey_generate(privkey_kind_at(0));
	bool ok = (r->made_key || error_set(err, ERROR_FAILED, "no key could be made")) &&
		  sans_add(&subject.sans, "DNS:localhost", err) &&
		  sans_add(&subject.sans, "IP:127.0.0.1", err) &&
		  self_sign(&subject, r->made_key, &terms, &der, err) &&
		  cert_parse(der.data, der.len, &r->made, err);
	subject_done(&subject);
	buf_done(&der);
	return ok;
}

static bool choose_chain(struct rehearsal *r, const struct rehearse_wish *wish, struct error *err)
{
	size_t at = 0, chain;
	if (wish->identity && identity_own(wish->identity, &at, &chain)) {
		r->chain = (const struct cert *const *)wish->identity->certs + at - chain - 1;
		r->chain_count = chain + 1;
		return true;
	}
	if (!make_localhost(r, err))
		return false;
	r->chain = (const struct cert *const *)&r->made;
	r->chain_count = 1;
	return true;
}

/* --- life ------------------------------------------------------------------------------------- */

void rehearsal_end(struct rehearsal *r)
{
	if (!r)
		return;
	serve_stop(r->server);
	for (size_t i = 0; i < r->ca_count; i++)
		cert_free(r->cas[i]);
	free(r->cas);
	cert_free(r->made);
	privkey_free(r->made_key);
	free(r);
}

struct rehearsal *app_rehearse(struct app *app, struct loop *loop, const struct rehearse_wish *wish,
	serve_fn *fn, void *ctx, struct error *err)
{
	struct rehearsal *r = mem_new(sizeof *r);
	if (choose_cas(app, r, wish, err) && choose_chain(r, wish, err)) {
		const struct serve_wish serve = { .port = wish->port,
			.tls = wish->tls,
			.chain = r->chain,
			.chain_count = r->chain_count,
			.key = r->made ? r->made_key : wish->key->key,
			.clients = (const struct cert *const *)r->cas,
			.client_count = r->ca_count };
		r->server = serve_start(loop, &serve, fn, ctx, err);
	}
	if (r->server)
		return r;
	rehearsal_end(r);
	return NULL;
}

uint16_t rehearsal_port(const struct rehearsal *r)
{
	return serve_port(r->server);
}

const struct cert *rehearsal_cert(const struct rehearsal *r)
{
	return r->chain[0];
}

const struct cert *rehearsal_ca(const struct rehearsal *r, size_t i)
{
	return i < r->ca_count ? r->cas[i] : NULL;
}
