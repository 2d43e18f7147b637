/* Any bytes as a certificate: its record, every row of its properties and every warning is safe. */
#include "fuzz/fuzz.h"

#include "base/text.h"
#include "pki/details.h"
#include "pki/pack.h"
#include "pki/warning.h"

#define NOW 1767225600 /* 2026-01-01 */

static void check_details(const struct cert *cert)
{
	struct details details = { 0 };
	details_of(cert, NOW, &details);
	for (size_t i = 0; i < details.count; i++) {
		must(text_is_safe(details.items[i].label));
		must(!details.items[i].text || text_is_safe(details.items[i].text));
	}
	details_done(&details);
}

static void check_pack(const struct cert_info *info)
{
	struct buf packed = { 0 };
	cert_info_pack(&packed, info);
	struct unpack u = { .at = packed.data, .end = packed.data + packed.len };
	struct cert_info *copy = cert_info_unpack(&u);
	must(copy && !u.bad && u.at == u.end && copy->san_count == info->san_count);
	cert_info_free(copy);
	buf_done(&packed);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct cert *cert;
	struct error err = { 0 };
	if (!cert_parse(data, size, &cert, &err)) {
		must(err.text[0] && text_is_safe(err.text));
		return 0;
	}
	const struct cert_info *info = cert_info(cert);
	char *name = cert_proposed_name(info);
	must(text_is_safe(info->subject) && text_is_safe(info->issuer) && text_is_safe(name) && *name);
	free(name);
	check_details(cert);
	check_pack(info);
	cert_free(cert);
	return 0;
}
