/* Any bytes as a certificate: what the quick reader says of them, GnuTLS says too. */
#include "fuzz/fuzz.h"

#include "base/text.h"
#include "pki/quick.h"
#include "support/same-info.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct buf texts;
	struct cert_info info;
	struct cert *cert;
	buf_cut(&texts, 0);
	buf_text_add(&texts, "kept");
	if (!cert_info_quick(data, size, &texts, &info)) {
		must(texts.len == 4);
		return 0;
	}
	must(cert_parse_slowly(data, size, &cert, NULL));
	must(same_info(&info, cert_info(cert)));
	must(text_is_safe(info.subject) && text_is_safe(info.issuer));
	cert_free(cert);
	return 0;
}
