/*
 * An identity into a file: its certificate and those that are sent with it, with its key or without.
 */
#include <stdlib.h>
#include <string.h>

#include "app/export-file.h"
#include "app/identity.h"
#include "app/internal.h"
#include "app/making.h"
#include "base/mem.h"
#include "codec/export.h"
#include "codec/keystore.h"

/* The current certificate and its chain: they stand in a row. */
static const struct cert *const *sent(const struct identity *identity, size_t *count)
{
	size_t at = 0, chain;
	if (!identity_own(identity, &at, &chain))
		return NULL;
	*count = chain + 1;
	return (const struct cert *const *)identity->certs + (at - chain - 1);
}

static bool export_certs(const struct identity *identity, const struct identity_export *wish,
	struct buf *out, struct error *err)
{
	size_t count = 0;
	const struct cert *const *certs = sent(identity, &count);
	const struct export_format *format = export_format_find(wish->format);
	if (!format)
		return error_set(err, ERROR_USAGE, "%s: no certificates are written as that",
			wish->format);
	if (!export_password_fits(format, wish->password, err))
		return false;
	count = format->several || format->chain ? count : 1;
	struct export_item *items = mem_new(count * sizeof *items);
	for (size_t i = 0; i < count; i++) {
		items[i].der = cert_der(certs[i], &items[i].len);
		items[i].sha256 = cert_info(certs[i])->sha256;
		items[i].name = i ? cert_info(certs[i])->subject : identity_name(identity);
	}
	const struct export_list list = { .items = items,
		.count = count,
		.password = wish->password,
		.now = app_now() };
	bool ok = export_write(format, &list, out, err);
	free(items);
	return ok;
}

static bool export_key(struct app *app, const struct identity *identity,
	const struct identity_export *wish, struct buf *out, struct error *err)
{
	struct new_key key;
	struct keystore_entry entry = { .name = identity_name(identity),
		.password = wish->password,
		.plain = wish->plain_key,
		.now = app_now() };
	/* With a key, a chain is what every PEM of it has. */
	bool chain = strcmp(wish->format, "chain") == 0;
	const struct keystore_format *format = keystore_format_find(chain ? "pem" : wish->format);
	if (!format)
		return error_set(err, ERROR_USAGE, "%s: a key isn't written as that (give pem, pkcs12 "
			"or jks)", wish->format);
	entry.chain = sent(identity, &entry.count);
	bool ok = keystore_password_fits(format, wish->password, wish->plain_key, err) &&
		  app_key_open(app, identity, wish->passphrase, &key, err);
	if (!ok)
		return false;
	entry.key = key.key;
	ok = keystore_write(format, &entry, out, err);
	new_key_done(&key);
	return ok;
}

bool app_identity_export(struct app *app, const struct identity *identity,
	const struct identity_export *wish, struct buf *out, struct error *err)
{
	if (!identity_cert(identity))
		return error_set(err, ERROR_FAILED, "%s has no certificate yet%s",
			identity_name(identity),
			identity_pending(identity) ? " (its request waits for an answer)" : "");
	bool ok = wish->with_key ? export_key(app, identity, wish, out, err) :
				   export_certs(identity, wish, out, err);
	return ok || error_wrap(err, "export %s", identity_name(identity));
}

bool app_identity_password_fits(const char *format, const char *password, struct error *err)
{
	const struct keystore_format *row = keystore_format_find(format);
	if (!row)
		return error_set(err, ERROR_USAGE, "%s: a key isn't written as that", format);
	return keystore_password_fits(row, password, false, err);
}

bool app_identity_save(struct app *app, const char *path, const struct buf *bytes, bool has_key,
	bool replace, struct error *err)
{
	if (app_read_only(app))
		return error_set(err, ERROR_FAILED, "%s: --read-only writes no file", path);
	return export_file_put(path, bytes, has_key, replace, err);
}
