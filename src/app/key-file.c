#include "app/key-file.h"

#include <string.h>

#include "app/internal.h"
#include "codec/keyring.h"

bool key_file_read(struct app *app, const struct identity *identity, struct key_file *out,
	struct error *err)
{
	*out = (struct key_file){ .identity = identity,
		.bytes = { .secret = true },
		.rounds = (uint64_t)settings_int(app_settings(app), SETTING_LIMIT_KDF_ROUNDS) };
	if (store_read_key(app_store(app), identity, &out->bytes, err))
		return true;
	key_file_done(out);
	return false;
}

void key_file_done(struct key_file *file)
{
	buf_wipe(&file->bytes);
}

static bool is_its_own(const struct key_file *file, const struct privkey *key)
{
	return memcmp(privkey_info(key)->spki, file->identity->id.bytes, FINGERPRINT_SIZE) == 0;
}

/* Java seals EC keys without their public point, which only the readers of keystores make up for. */
static bool open_foreign(const struct key_file *file, const char *passphrase, struct privkey **key)
{
	const struct keyring_options options = { .limits.kdf_rounds = file->rounds,
		.password = passphrase };
	struct keyring ring = { 0 };
	struct error ignored;
	keyring_read(file->bytes.data, file->bytes.len, &options, &ring, &ignored);
	for (size_t i = 0; i < ring.count && !*key; i++)
		if (ring.items[i].kind == KEYRING_KEY && is_its_own(file, ring.items[i].key)) {
			*key = ring.items[i].key;
			ring.items[i].key = NULL;
		}
	keyring_done(&ring);
	return *key != NULL;
}

static bool open_any(const struct key_file *file, const char *passphrase, struct privkey **key,
	struct error *err)
{
	return privkey_read(file->bytes.data, file->bytes.len, passphrase, file->rounds, key, err) ||
	       (passphrase && open_foreign(file, passphrase, key));
}

bool key_file_open(const struct key_file *file, const char *passphrase, struct new_key *out,
	struct error *err)
{
	const char *name = identity_name(file->identity);
	*out = (struct new_key){ 0 };
	if (!open_any(file, passphrase, &out->key, err))
		return error_wrap(err, "the key of %s", name);
	if (is_its_own(file, out->key))
		return true;
	new_key_done(out);
	return error_set(err, ERROR_FAILED, "the key of %s: its file holds another key", name);
}

bool app_key_open(struct app *app, const struct identity *identity, const char *passphrase,
	struct new_key *out, struct error *err)
{
	struct key_file file;
	*out = (struct new_key){ 0 };
	if (!key_file_read(app, identity, &file, err))
		return false;
	bool ok = key_file_open(&file, passphrase, out, err);
	key_file_done(&file);
	return ok;
}
