#include "store/identity.h"

#include <stdlib.h>
#include <string.h>

#include "base/lang.h"
#include "base/mem.h"
#include "store/record.h"

#define PREFIX_LEAST 6

void identity_init(struct identity *identity, const struct fingerprint *id)
{
	*identity = (struct identity){ .id = *id, .record.folder = FOLDER_IDENTITIES };
}

static struct cert *copy_cert(const struct cert *cert)
{
	size_t len;
	struct cert *copy = NULL;
	const uint8_t *der = cert_der(cert, &len);
	cert_parse(der, len, &copy, NULL);
	return copy;
}

static void insert(struct identity *identity, size_t at, struct cert *cert)
{
	identity->certs = mem_grow(identity->certs, identity->cert_count, &identity->cert_cap,
		sizeof(struct cert *));
	memmove(identity->certs + at + 1, identity->certs + at,
		(identity->cert_count - at) * sizeof(struct cert *));
	identity->certs[at] = cert;
	identity->cert_count++;
}

void identity_copy(const struct identity *from, struct identity *to)
{
	identity_init(to, &from->id);
	to->has_key = from->has_key;
	to->record.folder = from->record.folder;
	headers_copy(&from->record.headers, &to->record.headers);
	for (size_t i = 0; i < from->cert_count; i++)
		insert(to, i, copy_cert(from->certs[i]));
}

void identity_done(struct identity *identity)
{
	record_done(&identity->record);
	for (size_t i = 0; i < identity->cert_count; i++)
		cert_free(identity->certs[i]);
	for (size_t i = 0; i < identity->request_count; i++) {
		record_done(&identity->requests[i].record);
		request_free(identity->requests[i].request);
	}
	free(identity->certs);
	free(identity->requests);
	*identity = (struct identity){ 0 };
}

static bool is_own(const struct identity *identity, const struct cert *cert)
{
	return memcmp(cert_info(cert)->spki, identity->id.bytes, FINGERPRINT_SIZE) == 0;
}

bool identity_put(struct identity *identity, const struct cert *const *certs, size_t count,
	struct error *err)
{
	if (count == 0 || !is_own(identity, certs[0]))
		return error_set(err, ERROR_FAILED, "the certificate isn't this key's");
	for (size_t i = 0; i < count; i++)
		insert(identity, i, copy_cert(certs[i]));
	return true;
}

const char *identity_text(const struct identity *identity, const char *key)
{
	const char *value = headers_get(&identity->record.headers, key);
	return value ? value : "";
}

/* A record without a name is called by its id. */
const char *identity_name(const struct identity *identity)
{
	const char *name = headers_get(&identity->record.headers, "Name");
	return name ? name : identity->record.file ? identity->record.file : "";
}

bool identity_is_sealed(const struct identity *identity)
{
	return strcmp(identity_text(identity, "Sealed"), "yes") == 0;
}

const struct cert *identity_own(const struct identity *identity, size_t *at, size_t *chain)
{
	size_t i = *at;
	while (i < identity->cert_count && !is_own(identity, identity->certs[i]))
		i++;
	if (i == identity->cert_count)
		return NULL;
	const struct cert *own = identity->certs[i];
	for (*chain = 0, i++; i < identity->cert_count && !is_own(identity, identity->certs[i]); i++)
		++*chain;
	*at = i;
	return own;
}

const struct cert *identity_cert(const struct identity *identity)
{
	size_t at = 0, chain;
	return identity_own(identity, &at, &chain);
}

bool identity_is_ca(const struct identity *identity)
{
	const struct cert *cert = identity_cert(identity);
	return cert && cert_info(cert)->ca;
}

const struct identity_request *identity_pending(const struct identity *identity)
{
	for (size_t i = 0; i < identity->request_count; i++)
		if (!headers_get(&identity->requests[i].record.headers, "Answered"))
			return &identity->requests[i];
	return NULL;
}

/* 2: by name, 1: by the beginning of its id. */
static int fits(const struct identity *identity, const char *text)
{
	char hex[FINGERPRINT_HEX];
	if (strcmp(identity_name(identity), text) == 0)
		return 2;
	fingerprint_hex(&identity->id, hex);
	return strlen(text) >= PREFIX_LEAST && strncasecmp(hex, text, strlen(text)) == 0;
}

bool identities_find(const struct identities *all, const char *text, bool discarded,
	const struct identity **out, struct error *err)
{
	size_t found[3] = { 0 };
	for (size_t i = 0; i < all->count; i++) {
		const struct identity *identity = &all->items[i];
		int fit = fits(identity, text);
		if (fit == 0 || (identity->record.folder == FOLDER_DISCARDED) != discarded)
			continue;
		if (fit >= (found[2] ? 2 : 1))
			*out = identity;
		found[fit]++;
	}
	size_t count = found[2] ? found[2] : found[1];
	if (count == 0)
		return error_set(err, ERROR_NOT_FOUND,
			discarded ? N_("%s: there is no such identity in the trash (certary identity list)") :
				    N_("%s: there is no such identity (certary identity list)"),
			text);
	return count == 1 || error_set(err, ERROR_NOT_FOUND,
		"%s: %zu identities are called that (say one by its id)", text, count);
}

const struct identity *identities_of_key(const struct identities *all, const uint8_t *spki)
{
	for (size_t i = 0; i < all->live; i++)
		if (memcmp(all->items[i].id.bytes, spki, FINGERPRINT_SIZE) == 0)
			return &all->items[i];
	return NULL;
}
