/* Any bytes as a private key, with a passphrase and without: a key that works, or an error in
 * words. */
#include "fuzz/fuzz.h"

#include "base/text.h"
#include "pki/privkey.h"

#define ROUNDS 5000 /* so that a run takes milliseconds */

static void read_key(const uint8_t *data, size_t size, const char *passphrase)
{
	struct privkey *key;
	struct error err = { 0 };
	struct buf pem = { 0 };
	struct advice advice = { 0 };
	if (!privkey_read(data, size, passphrase, ROUNDS, &key, &err)) {
		must(!key && err.text[0] && text_is_safe(err.text));
		must(err.code != ERROR_SECRET || privkey_seal(data, size) == PRIVKEY_SEALED);
		return;
	}
	must(privkey_seal(data, size) != PRIVKEY_NONE);
	char *words = privkey_words(key);
	must(*words && text_is_safe(words));
	free(words);
	privkey_check(key, &advice);
	advice_done(&advice);
	privkey_write_plain(key, &pem, &err);
	buf_wipe(&pem);
	privkey_free(key);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	read_key(data, size, NULL);
	read_key(data, size, "x");
	return 0;
}
