#include "deploy/prints.h"

#include <fcntl.h>
#include <stdint.h>

#include "base/fs.h"
#include "codec/pem.h"

void prints_add(struct set *prints, const struct fingerprint *print)
{
	char hex[FINGERPRINT_HEX];
	set_add(prints, fingerprint_hex(print, hex));
	++*set_number(prints, hex);
}

bool prints_have(const struct set *prints, const struct fingerprint *print)
{
	char hex[FINGERPRINT_HEX];
	return set_has(prints, fingerprint_hex(print, hex));
}

/* How long the first element is: behind a certificate, OpenSSL's form has what it is trusted for.
 */
static size_t first_element(const uint8_t *der, size_t len)
{
	if (len < 4 || der[0] != 0x30)
		return 0;
	size_t octets = der[1] & 0x7f, size = 0;
	if (!(der[1] & 0x80))
		return octets + 2 <= len ? octets + 2 : 0;
	if (octets == 0 || octets > 4 || octets + 2 > len)
		return 0;
	for (size_t i = 0; i < octets; i++)
		size = size << 8 | der[2 + i];
	return size <= len - 2 - octets ? size + 2 + octets : 0;
}

static bool is_certificate(const struct pem_block *block)
{
	return !block->broken &&
	       (pem_is(block, "CERTIFICATE") || pem_is(block, "X509 CERTIFICATE") ||
		       pem_is(block, "TRUSTED CERTIFICATE"));
}

void prints_each(const void *pem, size_t len,
	void (*each)(void *ctx, const struct fingerprint *print), void *ctx)
{
	struct pem_reader reader;
	struct pem_block block = { 0 };
	struct fingerprint print;
	pem_start(&reader, pem, len);
	while (pem_next(&reader, &block)) {
		const uint8_t *der = (const uint8_t *)block.der.data;
		size_t size = is_certificate(&block) ? first_element(der, block.der.len) : 0;
		if (size == 0)
			continue;
		fingerprint_of(der, size, &print);
		each(ctx, &print);
	}
	buf_wipe(&block.der);
}

struct counting {
	struct set *out;
	struct fingerprint *first;
	size_t count;
};

static void count_one(void *ctx, const struct fingerprint *print)
{
	struct counting *counting = ctx;
	if (counting->out)
		prints_add(counting->out, print);
	if (counting->count++ == 0 && counting->first)
		*counting->first = *print;
}

size_t prints_of(const void *pem, size_t len, struct set *out, struct fingerprint *first)
{
	struct counting counting = { .out = out, .first = first };
	prints_each(pem, len, count_one, &counting);
	return counting.count;
}

bool prints_of_file(const char *path, struct set *out, struct error *err)
{
	struct buf bytes = { 0 };
	bool ok = fs_read(AT_FDCWD, path, FS_FOLLOW, BUNDLE_MOST, &bytes, NULL, err);
	if (ok)
		prints_of(bytes.data, bytes.len, out, NULL);
	buf_done(&bytes);
	return ok;
}
