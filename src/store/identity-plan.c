/*
 * Plans over the files of identities.  Those of one change stand in one plan, so that a crash leaves
 * no key without its record and no record without its key.
 */
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/lang.h"
#include "base/mem.h"
#include "codec/pem.h"
#include "store/entryfile.h"
#include "store/record.h"

static void write_cert(struct buf *out, const struct cert *cert)
{
	size_t len;
	const uint8_t *der = cert_der(cert, &len);
	pem_write(out, "CERTIFICATE", der, len);
}

static void write_identity(struct buf *out, const struct identity *identity)
{
	entry_file_head(out, &identity->record.headers);
	for (size_t i = 0; i < identity->cert_count; i++)
		write_cert(out, identity->certs[i]);
}

void plan_identity_create(struct plan *plan, const struct identity *identity, const struct buf *key,
	const char *now)
{
	struct buf text = { 0 };
	char *file = record_file_name(&identity->id);
	struct plan_file row = { FOLDER_KEYS, file, &identity->id, identity_name(identity), NULL,
		"private key" };
	if (key)
		plan_file_create(plan, &row, key->data, key->len);
	row.folder = FOLDER_IDENTITIES;
	row.now = now;
	write_identity(&text, identity);
	plan_file_create(plan, &row, text.data, text.len);
	buf_done(&text);
	free(file);
}

void plan_identity_edit(struct plan *plan, const struct identity *was, const struct identity *now,
	const char *was_words, const char *now_words)
{
	struct buf text = { 0 };
	const struct plan_file row = { FOLDER_IDENTITIES, was->record.file, &was->id,
		identity_name(was), was_words, now_words };
	write_identity(&text, now);
	plan_file_edit(plan, &row, text.data, text.len, was->record.base);
	buf_done(&text);
}

/* What each file of an identity is: `each` gets the key's, the record's, and those of its requests. */
typedef void each_file_fn(struct plan *plan, const struct plan_file *file, int origin);

static void each_file(struct plan *plan, const struct identity *identity, each_file_fn *each)
{
	bool gone = identity->record.folder == FOLDER_DISCARDED;
	char *plain = record_file_name(&identity->id);
	char *key = gone ? discarded_name(FOLDER_KEYS, plain) : mem_text(plain);
	struct plan_file row = { gone ? FOLDER_DISCARDED : FOLDER_KEYS, key, &identity->id,
		identity_name(identity), NULL, NULL };
	if (identity->has_key)
		each(plan, &row, FOLDER_KEYS);
	row.folder = identity->record.folder;
	row.file = identity->record.file;
	each(plan, &row, FOLDER_IDENTITIES);
	for (size_t i = 0; i < identity->request_count; i++) {
		const struct identity_request *request = &identity->requests[i];
		row.folder = request->record.folder;
		row.file = request->record.file;
		row.about = &request->sha256;
		each(plan, &row, FOLDER_REQUESTS);
	}
	free(key);
	free(plain);
}

static const char *what(int origin)
{
	return origin == FOLDER_KEYS ? N_("private key") :
	       origin == FOLDER_REQUESTS ? N_("request") :
					   N_("identity");
}

static void discard(struct plan *plan, const struct plan_file *file, int origin)
{
	struct plan_file row = *file;
	char *as = discarded_name(file->folder, file->file);
	row.was = what(origin);
	row.now = "trash";
	plan_file_move(plan, &row, FOLDER_DISCARDED, as);
	free(as);
}

static void restore(struct plan *plan, const struct plan_file *file, int origin)
{
	struct plan_file row = *file;
	int folder = origin;
	char *as = discarded_origin(file->file, &folder);
	row.was = "trash";
	row.now = what(origin);
	if (as)
		plan_file_move(plan, &row, folder, as);
	free(as);
}

static void purge(struct plan *plan, const struct plan_file *file, int origin)
{
	struct plan_file row = *file;
	row.was = what(origin);
	plan_file_remove(plan, &row);
}

void plan_identity_discard(struct plan *plan, const struct identity *identity)
{
	each_file(plan, identity, discard);
}

void plan_identity_restore(struct plan *plan, const struct identity *identity)
{
	each_file(plan, identity, restore);
}

void plan_identity_purge(struct plan *plan, const struct identity *identity)
{
	each_file(plan, identity, purge);
}

/* --- requests and issued certificates ------------------------------------------------------ */

static void write_block(struct buf *out, const struct headers *headers, const char *label,
	const void *der, size_t len)
{
	entry_file_head(out, headers);
	pem_write(out, label, der, len);
}

void plan_request_create(struct plan *plan, const struct identity *identity,
	const struct headers *headers, const void *der, size_t len)
{
	struct buf text = { 0 };
	struct fingerprint hash;
	fingerprint_of(der, len, &hash);
	char *file = record_file_name(&hash);
	const struct plan_file row = { FOLDER_REQUESTS, file, &hash, identity_name(identity), NULL,
		"request" };
	write_block(&text, headers, "CERTIFICATE REQUEST", der, len);
	plan_file_create(plan, &row, text.data, text.len);
	buf_done(&text);
	free(file);
}

void plan_request_edit(struct plan *plan, const struct identity *identity,
	const struct identity_request *request, const struct headers *headers, const char *was,
	const char *now)
{
	struct buf text = { 0 };
	size_t len;
	const uint8_t *der = request_der(request->request, &len);
	const struct plan_file row = { request->record.folder, request->record.file, &request->sha256,
		identity_name(identity), was, now };
	write_block(&text, headers, "CERTIFICATE REQUEST", der, len);
	plan_file_edit(plan, &row, text.data, text.len, request->record.base);
	buf_done(&text);
}

void plan_issued_create(struct plan *plan, const struct headers *headers, const struct cert *cert)
{
	struct buf text = { 0 };
	size_t len;
	const uint8_t *der = cert_der(cert, &len);
	const char *name = headers_get(headers, "Name");
	char *file = record_file_name(&cert_info(cert)->sha256);
	const struct plan_file row = { FOLDER_ISSUED, file, &cert_info(cert)->sha256,
		name ? name : "", NULL, "issued" };
	write_block(&text, headers, "CERTIFICATE", der, len);
	plan_file_create(plan, &row, text.data, text.len);
	buf_done(&text);
	free(file);
}

void plan_issued_edit(struct plan *plan, const struct issued *issued, const struct headers *headers,
	const char *was, const char *now)
{
	struct buf text = { 0 };
	size_t len;
	const uint8_t *der = cert_der(issued->cert, &len);
	const char *name = headers_get(headers, "Name");
	const struct plan_file row = { FOLDER_ISSUED, issued->record.file,
		&cert_info(issued->cert)->sha256, name ? name : "", was, now };
	write_block(&text, headers, "CERTIFICATE", der, len);
	plan_file_edit(plan, &row, text.data, text.len, issued->record.base);
	buf_done(&text);
}
