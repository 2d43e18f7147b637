/*
 * Reading identities: their records, then the requests and keys that belong to them.
 *
 * A file that is damaged or named after another key is left out here; doctor names it.
 */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "store/internal.h"
#include "store/record.h"

struct reader {
	struct store *store;
	struct identities *all;
	int folder;
	bool names_only;
};

struct identity *identities_add(struct identities *all)
{
	all->items = mem_grow(all->items, all->count, &all->cap, sizeof *all->items);
	return &all->items[all->count++];
}

static bool is_label(const char *label, size_t len, const char *wanted)
{
	return strlen(wanted) == len && memcmp(label, wanted, len) == 0;
}

static bool take_cert(void *ctx, const char *label, size_t label_len, const void *der, size_t len)
{
	struct identity *identity = ctx;
	struct cert *cert;
	if (!is_label(label, label_len, "CERTIFICATE") || !cert_parse(der, len, &cert, NULL))
		return false;
	identity->certs = mem_grow(identity->certs, identity->cert_count, &identity->cert_cap,
		sizeof(struct cert *));
	identity->certs[identity->cert_count++] = cert;
	return true;
}

/* A key that nobody but root may see is believed to be there. */
static bool has_key(const struct store *store, const struct identity *identity)
{
	char *file = record_file_name(&identity->id);
	int folder = identity->record.folder;
	if (folder == FOLDER_DISCARDED) {
		char *name = discarded_name(FOLDER_KEYS, file);
		free(file);
		file = name;
	} else {
		folder = FOLDER_KEYS;
	}
	int dir = store->dirs[folder];
	bool has = dir < 0 ? fs_exists(store->root, folder_name(folder)) : fs_exists(dir, file);
	free(file);
	return has;
}

/* Its own certificate is on top, where it has one. */
static bool is_of_another(const struct identity *identity)
{
	return identity->cert_count > 0 && identity_cert(identity) != identity->certs[0];
}

static bool read_identity(struct reader *r, const char *file)
{
	struct fingerprint id;
	struct error ignored;
	if (!record_file_hash(r->folder, file, &id))
		return true;
	struct identity made;
	identity_init(&made, &id);
	if (!record_read(r->store, r->folder, file, &made.record,
		    r->names_only ? NULL : take_cert, &made, &ignored) ||
		is_of_another(&made)) {
		identity_done(&made);
		return true;
	}
	made.has_key = !r->names_only && has_key(r->store, &made);
	*identities_add(r->all) = made;
	return true;
}

static struct identity *owner_of(struct identities *all, const uint8_t *spki, bool discarded)
{
	for (size_t i = 0; i < all->count; i++) {
		struct identity *identity = &all->items[i];
		bool is_discarded = identity->record.folder == FOLDER_DISCARDED;
		if (is_discarded == discarded &&
			memcmp(identity->id.bytes, spki, FINGERPRINT_SIZE) == 0)
			return identity;
	}
	return NULL;
}

static bool take_request(void *ctx, const char *label, size_t label_len, const void *der, size_t len)
{
	struct identity_request *out = ctx;
	bool right = is_label(label, label_len, "CERTIFICATE REQUEST") ||
		     is_label(label, label_len, "NEW CERTIFICATE REQUEST");
	if (!right || out->request || !request_read(der, len, &out->request, NULL))
		return false;
	fingerprint_of(der, len, &out->sha256);
	return true;
}

static void request_done(struct identity_request *request)
{
	record_done(&request->record);
	request_free(request->request);
}

static bool read_request(struct reader *r, const char *file)
{
	struct identity_request made = { 0 };
	struct error ignored;
	struct identity *owner = NULL;
	struct fingerprint named;
	if (record_file_hash(r->folder, file, &named) &&
		record_read(r->store, r->folder, file, &made.record, take_request, &made,
			&ignored) &&
		made.request && fingerprint_compare(&named, &made.sha256) == 0)
		owner = owner_of(r->all, request_info(made.request)->spki,
			r->folder == FOLDER_DISCARDED);
	if (!owner) {
		request_done(&made);
		return true;
	}
	owner->requests = mem_grow(owner->requests, owner->request_count, &owner->request_cap,
		sizeof *owner->requests);
	owner->requests[owner->request_count++] = made;
	return true;
}

static bool each_identity(void *ctx, const char *name)
{
	return name[0] == '.' || read_identity(ctx, name);
}

static bool each_request(void *ctx, const char *name)
{
	return name[0] == '.' || read_request(ctx, name);
}

static bool each_discarded(void *ctx, const char *name)
{
	int folder;
	char *origin = discarded_origin(name, &folder);
	if (origin && folder == FOLDER_IDENTITIES)
		read_identity(ctx, name);
	free(origin);
	return true;
}

static bool each_discarded_request(void *ctx, const char *name)
{
	int folder;
	char *origin = discarded_origin(name, &folder);
	if (origin && folder == FOLDER_REQUESTS)
		read_request(ctx, name);
	free(origin);
	return true;
}

static const struct {
	int folder;
	bool (*each)(void *ctx, const char *name);
} steps[] = {
	{ FOLDER_IDENTITIES, each_identity },
	{ FOLDER_REQUESTS, each_request },
	{ FOLDER_DISCARDED, each_discarded },
	{ FOLDER_DISCARDED, each_discarded_request },
};

static int by_name(const void *a, const void *b)
{
	const struct identity *x = a, *y = b;
	int x_gone = x->record.folder == FOLDER_DISCARDED, y_gone = y->record.folder == FOLDER_DISCARDED;
	if (x_gone != y_gone)
		return x_gone - y_gone;
	int order = strcmp(identity_name(x), identity_name(y));
	return order ? order : fingerprint_compare(&x->id, &y->id);
}

static int newest_first(const void *a, const void *b)
{
	const struct identity_request *x = a, *y = b;
	const char *when_x = headers_get(&x->record.headers, "Added");
	const char *when_y = headers_get(&y->record.headers, "Added");
	int order = strcmp(when_y ? when_y : "", when_x ? when_x : "");
	return order ? order : fingerprint_compare(&x->sha256, &y->sha256);
}

bool store_identities(struct store *store, struct identities *out, struct error *err)
{
	bool ok = true;
	for (size_t i = 0; ok && i < sizeof steps / sizeof *steps; i++) {
		struct reader r = { .store = store, .all = out, .folder = steps[i].folder };
		int dir = store->dirs[steps[i].folder];
		ok = dir < 0 || fs_list(dir, steps[i].each, &r, err);
	}
	if (out->count)
		qsort(out->items, out->count, sizeof *out->items, by_name);
	for (size_t i = 0; i < out->count; i++) {
		struct identity *identity = &out->items[i];
		if (identity->request_count)
			qsort(identity->requests, identity->request_count,
				sizeof *identity->requests, newest_first);
		out->live += identity->record.folder != FOLDER_DISCARDED;
	}
	if (!ok)
		identities_done(out);
	return ok;
}

bool store_identity_names(struct store *store, struct identities *out, struct error *err)
{
	struct reader r = { .store = store,
		.all = out,
		.folder = FOLDER_IDENTITIES,
		.names_only = true };
	int dir = store->dirs[FOLDER_IDENTITIES];
	bool ok = dir < 0 || fs_list(dir, each_identity, &r, err);
	out->live = out->count;
	if (!ok)
		identities_done(out);
	return ok;
}

void identities_done(struct identities *identities)
{
	for (size_t i = 0; i < identities->count; i++)
		identity_done(&identities->items[i]);
	free(identities->items);
	*identities = (struct identities){ 0 };
}

bool store_read_key(const struct store *store, const struct identity *identity, struct buf *out,
	struct error *err)
{
	char *file = record_file_name(&identity->id);
	int dir = store->dirs[FOLDER_KEYS];
	bool ok = dir >= 0 ? fs_read(dir, file, FS_NOFOLLOW, FILE_MOST, out, NULL, err) :
			     error_set(err, ERROR_FAILED, "keys/ can't be read (who owns it?)");
	free(file);
	return ok || error_wrap(err, "the key of %s", identity_name(identity));
}
