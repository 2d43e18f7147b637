/* Any bytes as a file with keys: what comes out keeps the promises of codec/keyring.h. */
#include "fuzz/fuzz.h"

#include "base/text.h"
#include "codec/keyring.h"

#define ROUNDS 1000 /* so that a run takes milliseconds */

static void check_item(const struct keyring_item *item)
{
	struct buf bytes = { 0 };
	struct error err;

	must((item->kind == KEYRING_KEY) == (item->key != NULL));
	must((item->kind == KEYRING_CERT) == (item->cert != NULL));
	must((item->kind == KEYRING_REQUEST) == (item->request != NULL));
	must((item->kind >= KEYRING_OTHER) == (item->why != NULL));
	must(item->where && text_is_safe(item->where));
	must(!item->label || text_is_safe(item->label));
	must(!item->why || text_is_safe(item->why));
	must(keyring_bytes(item, &bytes, &err) == (item->why == NULL));
	buf_wipe(&bytes);
}

static void read_with(const uint8_t *data, size_t size, const char *password)
{
	struct keyring_options options = {
		.limits = { .certificates = 50, .kdf_rounds = ROUNDS },
		.password = password,
		.key_password = password ? "key" : NULL,
	};
	struct error err = { 0 };
	struct keyring ring = { 0 };
	bool good = keyring_read(data, size, &options, &ring, &err);
	size_t useful = keyring_count(&ring, KEYRING_KEY) + keyring_count(&ring, KEYRING_CERT) +
			keyring_count(&ring, KEYRING_REQUEST);

	must(good ? useful > 0 : err.code != ERROR_NONE && err.text[0] && text_is_safe(err.text));
	must(good || !useful || err.code == ERROR_SECRET);
	must(!good || ring.format);
	for (size_t i = 0; i < ring.count; i++)
		check_item(&ring.items[i]);
	keyring_done(&ring);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	read_with(data, size, NULL);
	read_with(data, size, "secret");
	return 0;
}
