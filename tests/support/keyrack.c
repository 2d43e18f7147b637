#include "support/keyrack.h"

#include "support/unit.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "pki/privkey.h"

static const struct privkey *key_of(size_t slot)
{
	return notary_key("ec256", slot);
}

static struct fingerprint id_of(size_t slot)
{
	struct fingerprint id;
	memcpy(id.bytes, privkey_info(key_of(slot))->spki, sizeof id.bytes);
	return id;
}

/* Kept as long as the depot. */
static const char *keep(struct depot *d, int folder, char *file)
{
	char *name = mem_format("%s/%s", folder_name(folder), file);
	const char *path = depot_path(d, name);
	const char *kept = path + strlen(path) - strlen(name);
	free(name);
	free(file);
	return kept;
}

static char *file_of(const struct fingerprint *hash)
{
	char hex[FINGERPRINT_HEX];
	return mem_format("%s.pem", fingerprint_hex(hash, hex));
}

const char *keyrack_file(struct depot *d, int folder, size_t slot)
{
	struct fingerprint id = id_of(slot);
	return keep(d, folder, file_of(&id));
}

const char *keyrack_discarded(struct depot *d, int folder, size_t slot)
{
	struct fingerprint id = id_of(slot);
	char *file = file_of(&id);
	char *name = discarded_name(folder, file);
	free(file);
	return keep(d, FOLDER_DISCARDED, name);
}

void keyrack_plan(struct plan *plan, size_t slot, bool with_cert)
{
	struct fingerprint id = id_of(slot);
	struct identity made;
	struct buf key = { 0 };
	char *name = mem_format("id-%zu", slot);
	identity_init(&made, &id);
	headers_set(&made.record.headers, "Name", name);
	headers_set(&made.record.headers, "Sealed", "no");
	struct cert *cert = with_cert ? notary_ca(key_of(slot), 0) : NULL;
	if (cert)
		assert_true(identity_put(&made, (const struct cert *const[]){ cert }, 1, NULL));
	assert_true(privkey_write_plain(key_of(slot), &key, NULL));
	plan_identity_create(plan, &made, &key, "made");
	cert_free(cert);
	buf_wipe(&key);
	identity_done(&made);
	free(name);
}

void keyrack_make(struct depot *d, size_t slot)
{
	struct plan plan = { .op = "generate" };
	keyrack_plan(&plan, slot, true);
	depot_apply(d, &plan);
}

const struct identity *keyrack_in(const struct identities *all, size_t slot)
{
	struct fingerprint id = id_of(slot);
	for (size_t i = 0; i < all->count; i++)
		if (fingerprint_compare(&all->items[i].id, &id) == 0)
			return &all->items[i];
	return NULL;
}

struct identities keyrack_read(struct depot *d)
{
	struct identities all = { 0 };
	struct error err = { 0 };
	if (!store_identities(d->store, &all, &err))
		fail_msg("%s", err.text);
	return all;
}

void keyrack_plan_name(struct plan *plan, const struct identity *identity, const char *name)
{
	struct identity now;
	identity_copy(identity, &now);
	headers_set(&now.record.headers, "Name", name);
	plan_identity_edit(plan, identity, &now, identity_name(identity), name);
	identity_done(&now);
}

/* The file that a plan is going to write, as long as the depot lives. */
static const char *made_by(struct depot *d, struct plan *plan)
{
	const struct place *place = &plan->rows[0].dst;
	const char *file = keep(d, place->state, mem_text(place->file));
	depot_apply(d, plan);
	return file;
}

void keyrack_plan_request(struct plan *plan, const struct identity *identity, size_t slot)
{
	struct headers headers = { 0 };
	size_t len;
	struct request *request = notary_request(WORDS("CN=a.example", "a.example"), key_of(slot), NULL);
	const uint8_t *der = request_der(request, &len);
	headers_set(&headers, "Added", NOTARY_NOW);
	plan_request_create(plan, identity, &headers, der, len);
	request_free(request);
	headers_done(&headers);
}

const char *keyrack_request(struct depot *d, size_t slot)
{
	struct identities all = keyrack_read(d);
	struct plan plan = { .op = "request" };
	keyrack_plan_request(&plan, keyrack_in(&all, slot), slot);
	identities_done(&all);
	return made_by(d, &plan);
}

void keyrack_plan_issue(struct plan *plan, size_t slot, const char *name)
{
	struct headers headers = { 0 };
	struct cert *ca = notary_ca(key_of(slot), 0);
	const struct authority authority = { ca, key_of(slot) };
	const struct terms terms = notary_terms("server");
	struct request *request = notary_request(WORDS("CN=b.example", "b.example"),
		key_of((slot + 1) % 4), NULL);
	struct cert *cert = notary_issue(request, &authority, &terms);
	struct fingerprint id = id_of(slot);
	char hex[FINGERPRINT_HEX];
	headers_set(&headers, "Name", name);
	headers_set(&headers, "Ca", fingerprint_hex(&id, hex));
	plan_issued_create(plan, &headers, cert);
	cert_free(cert);
	request_free(request);
	cert_free(ca);
	headers_done(&headers);
}

const char *keyrack_issue(struct depot *d, size_t slot, const char *name)
{
	struct plan plan = { .op = "issue" };
	keyrack_plan_issue(&plan, slot, name);
	return made_by(d, &plan);
}
