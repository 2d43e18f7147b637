/*
 * What is amiss among identities: records, requests and issued certificates that nobody can use, keys
 * without records and the opposite, and who may look at all of it.
 *
 * One cause makes one finding: a record that is damaged still stands for its identity where others
 * ask whether that is there.
 */
#include <stdlib.h>
#include <string.h>

#include "base/lang.h"
#include "base/mem.h"
#include "codec/pem.h"
#include "pki/privkey.h"
#include "store/doctoring.h"
#include "store/entryfile.h"
#include "store/record.h"

#define LOOSE_KEY  077 /* what others may not have */
#define LOOSE_OPEN 002

struct visit {
	struct doctor *d;
	int folder;
};

static void each_file(struct doctor *d, int folder, bool (*each)(void *ctx, const char *name))
{
	struct visit visit = { d, folder };
	if (d->store->dirs[folder] >= 0)
		fs_list(d->store->dirs[folder], each, &visit, NULL);
}

static bool is_there(const struct doctor *d, int folder, const char *name)
{
	return fs_exists(d->store->dirs[folder], name);
}

/* --- records ----------------------------------------------------------------------------------- */

/* What stands in a record: what it is named after, and the key that it belongs to. */
struct inside {
	int folder;
	size_t blocks;
	struct fingerprint hash;
	uint8_t spki[FINGERPRINT_SIZE];
};

static bool is_label(const char *label, size_t len, const char *wanted)
{
	return strlen(wanted) == len && memcmp(label, wanted, len) == 0;
}

static bool take_cert(struct inside *c, const void *der, size_t len)
{
	struct cert *cert;
	if ((c->blocks > 0 && c->folder == FOLDER_ISSUED) || !cert_parse(der, len, &cert, NULL))
		return false;
	if (c->blocks++ == 0) {
		memcpy(c->spki, cert_info(cert)->spki, sizeof c->spki);
		c->hash = cert_info(cert)->sha256;
	}
	cert_free(cert);
	return true;
}

static bool take_request(struct inside *c, const void *der, size_t len)
{
	struct request *request;
	if (c->blocks++ > 0 || !request_read(der, len, &request, NULL))
		return false;
	memcpy(c->spki, request_info(request)->spki, sizeof c->spki);
	fingerprint_of(der, len, &c->hash);
	request_free(request);
	return true;
}

static bool take_block(void *ctx, const char *label, size_t label_len, const void *der, size_t len)
{
	struct inside *c = ctx;
	if (c->folder != FOLDER_REQUESTS)
		return is_label(label, label_len, "CERTIFICATE") && take_cert(c, der, len);
	return (is_label(label, label_len, "CERTIFICATE REQUEST") ||
		       is_label(label, label_len, "NEW CERTIFICATE REQUEST")) &&
	       take_request(c, der, len);
}

static bool holds_key(const struct doctor *d, int folder, const char *name)
{
	struct buf bytes = { .secret = true };
	struct entry_file file = { 0 };
	bool holds = fs_read(d->store->dirs[folder], name, FS_NOFOLLOW, FILE_MOST, &bytes, NULL, NULL);
	if (holds) {
		entry_file_read(buf_text(&bytes), bytes.len, &file);
		holds = file.has_key || privkey_seal(bytes.data, bytes.len) != PRIVKEY_NONE;
		entry_file_done(&file);
	}
	buf_wipe(&bytes);
	return holds;
}

static bool has_identity(const struct doctor *d, const struct fingerprint *id)
{
	char *name = record_file_name(id);
	bool has = is_there(d, FOLDER_IDENTITIES, name);
	free(name);
	return has;
}

static void check_owner(struct doctor *d, const char *name, const struct record *record,
	const struct inside *c)
{
	struct fingerprint id;
	const char *ca = headers_get(&record->headers, "Ca");
	memcpy(id.bytes, c->spki, sizeof id.bytes);
	if (c->folder == FOLDER_REQUESTS && !has_identity(d, &id))
		doctor_file(d, "orphan", c->folder, name, "no identity has the key of this request "
			"(certary identity restore, where it is in the trash)");
	if (c->folder == FOLDER_ISSUED && (!ca || !fingerprint_parse(ca, &id) || !has_identity(d, &id)))
		doctor_file(d, "orphan", c->folder, name, "the CA that issued it is gone, so that "
			"nobody can revoke it (certary identity restore, where it is in the trash)");
}

/* The words of a record that holds something, though not what its name says. */
static const char *swapped_words(const struct inside *c)
{
	return c->folder == FOLDER_IDENTITIES ?
		       N_("the certificate on top of it isn't this key's: somebody changed it") :
		       N_("holds something else than its name says: somebody changed it");
}

static void check_content(struct doctor *d, const char *name, const struct fingerprint *named,
	const struct record *record, const struct inside *c)
{
	bool is_identity = c->folder == FOLDER_IDENTITIES;
	const uint8_t *held = is_identity ? c->spki : c->hash.bytes;
	if (c->blocks == 0 && !is_identity)
		doctor_file(d, "record", c->folder, name, "nothing stands behind its headers");
	else if (c->blocks && memcmp(named->bytes, held, FINGERPRINT_SIZE) != 0)
		doctor_file(d, "record", c->folder, name, "%s", swapped_words(c));
	else
		check_owner(d, name, record, c);
}

static void check_record(struct doctor *d, int folder, const char *name)
{
	struct inside content = { .folder = folder };
	struct record record;
	struct fingerprint named;
	struct error err = { 0 };
	if (holds_key(d, folder, name)) {
		doctor_file(d, "private-key", folder, name, "holds a private key, which others may "
			"read: import it (certary identity import FILE) and remove it here");
	} else if (!record_file_hash(folder, name, &named)) {
		doctor_file(d, "record", folder, name, "isn't called as files are here, so that "
			"nothing looks at it: remove it");
	} else if (!record_read(d->store, folder, name, &record, take_block, &content, &err)) {
		doctor_file(d, "record", folder, name, "can't be used: %s", err.text);
	} else {
		check_content(d, name, &named, &record, &content);
		record_done(&record);
	}
}

static bool visit_record(void *ctx, const char *name)
{
	const struct visit *v = ctx;
	if (name[0] != '.')
		check_record(v->d, v->folder, name);
	return true;
}

void doctor_records(struct doctor *d)
{
	each_file(d, FOLDER_IDENTITIES, visit_record);
	each_file(d, FOLDER_REQUESTS, visit_record);
	each_file(d, FOLDER_ISSUED, visit_record);
}

/* --- keys -------------------------------------------------------------------------------------- */

/* One block, of one of the two kinds that PKCS#8 knows, and nothing else. */
static bool is_pkcs8(const struct buf *bytes)
{
	struct pem_reader reader;
	struct pem_block block = { 0 };
	pem_start(&reader, bytes->data, bytes->len);
	bool is = pem_next(&reader, &block) && !block.broken &&
		  (pem_is(&block, "PRIVATE KEY") || pem_is(&block, "ENCRYPTED PRIVATE KEY"));
	is = is && !pem_next(&reader, &block);
	buf_wipe(&block.der);
	return is;
}

/* Of a sealed key nobody but its owner can tell. */
static bool is_of(const struct buf *bytes, const struct fingerprint *named, struct error *err)
{
	struct privkey *key;
	if (privkey_seal(bytes->data, bytes->len) == PRIVKEY_SEALED)
		return true;
	if (!privkey_read(bytes->data, bytes->len, NULL, PRIVKEY_ROUNDS, &key, err))
		return false;
	bool is = memcmp(privkey_info(key)->spki, named->bytes, FINGERPRINT_SIZE) == 0;
	privkey_free(key);
	return is || error_set(err, ERROR_FAILED, "it is another key than its name says");
}

static bool is_good_key(const struct doctor *d, const char *name, struct buf *bytes, struct error *err)
{
	struct fingerprint named;
	if (!fs_read(d->store->dirs[FOLDER_KEYS], name, FS_NOFOLLOW, FILE_MOST, bytes, NULL, err))
		return error_wrap(err, "can't be used");
	if (!is_pkcs8(bytes))
		return error_set(err, ERROR_FAILED, "isn't one private key in PKCS#8 PEM: move it away "
			"(certary identity import FILE takes keys of any form)");
	if (!record_file_hash(FOLDER_KEYS, name, &named) || !has_identity(d, &named))
		return error_set(err, ERROR_FAILED, "no identity knows this key: move it away and "
			"import it (certary identity import FILE)");
	return is_of(bytes, &named, err) || error_wrap(err, "can't be used");
}

static void check_key(struct doctor *d, const char *name)
{
	struct buf bytes = { .secret = true };
	struct error err = { 0 };
	if (!is_good_key(d, name, &bytes, &err))
		doctor_file(d, "key", FOLDER_KEYS, name, "%s", err.text);
	buf_done(&bytes);
}

static bool visit_key(void *ctx, const char *name)
{
	const struct visit *v = ctx;
	if (name[0] != '.')
		check_key(v->d, name);
	return true;
}

static bool visit_identity(void *ctx, const char *name)
{
	const struct visit *v = ctx;
	struct fingerprint id;
	if (record_file_hash(FOLDER_IDENTITIES, name, &id) && !is_there(v->d, FOLDER_KEYS, name))
		doctor_file(v->d, "key", FOLDER_IDENTITIES, name, "its key is gone from keys/: put it "
			"back from a backup, or delete the identity (certary identity delete)");
	return true;
}

/* A key among the discarded that has no record there is never shown, and never purged. */
static bool visit_discarded(void *ctx, const char *name)
{
	const struct visit *v = ctx;
	int origin;
	char *file = discarded_origin(name, &origin);
	char *record = file ? discarded_name(FOLDER_IDENTITIES, file) : NULL;
	if (file && origin == FOLDER_KEYS && !is_there(v->d, FOLDER_DISCARDED, record))
		doctor_file(v->d, "key", FOLDER_DISCARDED, name, "no identity in the trash knows this "
			"key: move it away and import it, or remove it");
	free(record);
	free(file);
	return true;
}

/* Who may not look at keys misses none. */
void doctor_keys(struct doctor *d)
{
	each_file(d, FOLDER_KEYS, visit_key);
	each_file(d, FOLDER_DISCARDED, visit_discarded);
	if (d->store->dirs[FOLDER_KEYS] >= 0 || !fs_exists(d->store->root, folder_name(FOLDER_KEYS)))
		each_file(d, FOLDER_IDENTITIES, visit_identity);
}

/* --- modes and leftovers ----------------------------------------------------------------------- */

/*
 * What is moved to the discarded and back keeps its mode: there the folder protects it, and a key is
 * closed by itself.
 */
static bool is_secret(int folder, const char *name)
{
	int origin = folder;
	char *file = folder == FOLDER_DISCARDED ? discarded_origin(name, &origin) : NULL;
	free(file);
	return folder == FOLDER_KEYS || (folder == FOLDER_DISCARDED && origin != FOLDER_IDENTITIES &&
						origin != FOLDER_REQUESTS);
}

static bool visit_mode(void *ctx, const char *name)
{
	const struct visit *v = ctx;
	bool secret = is_secret(v->folder, name);
	doctor_file_mode(v->d, folder_name(v->folder), name, secret ? LOOSE_KEY : LOOSE_OPEN,
		secret ? 0600 : 0644);
	return true;
}

void doctor_record_modes(struct doctor *d)
{
	for (int s = STATE_COUNT; s < FOLDER_REPORTS; s++) {
		const struct folder_row *row = folder_row(s);
		doctor_mode(d, row->name, row->secret ? LOOSE_KEY : LOOSE_OPEN, row->mode);
		each_file(d, s, visit_mode);
	}
}

static bool visit_leftover(void *ctx, const char *name)
{
	const struct visit *v = ctx;
	if (store_is_leftover(name))
		doctor_file(v->d, "leftover", v->folder, name,
			"a temporary file of a crash: the next change removes it");
	return true;
}

void doctor_record_leftovers(struct doctor *d)
{
	for (int s = STATE_COUNT; s < FOLDER_COUNT; s++)
		each_file(d, s, visit_leftover);
}

static bool note_leftover(void *ctx, const char *name)
{
	bool *any = ctx;
	*any = store_is_leftover(name);
	return !*any;
}

bool doctor_has_record_leftovers(struct doctor *d)
{
	bool any = false;
	struct error ignored;
	for (int s = STATE_COUNT; !any && s < FOLDER_COUNT; s++)
		if (d->store->dirs[s] >= 0)
			fs_list(d->store->dirs[s], note_leftover, &any, &ignored);
	return any;
}
