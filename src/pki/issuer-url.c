#include "pki/cert.h"

#include "base/text.h"
#include "pki/general-name.h"
#include "pki/oid.h"
#include "pki/parts.h"

#define CA_ISSUERS "1.3.6.1.5.5.7.48.2"

/* One AccessDescription: a method and a place. */
static bool is_issuer_url(struct der in, struct der *url)
{
	struct der method;
	return der_take(&in, DER_OID, &method) && oid_is(method, CA_ISSUERS) &&
	       der_take(&in, DER_CONTEXT + GN_URI, url);
}

char *cert_issuer_url(const struct cert *cert)
{
	struct extension extension;
	struct der list, one, url;
	if (!extension_find(&cert->parts, EXT_ACCESS, &extension) ||
		!der_only(extension.value, DER_SEQUENCE, &list))
		return NULL;
	while (der_take(&list, DER_SEQUENCE, &one))
		if (is_issuer_url(one, &url))
			return text_safe(url.data, url.len);
	return NULL;
}
