/* A revocation list as it lies in its DER. */
#ifndef CERTARY_SRC_PKI_CRL_LOOK_H
#define CERTARY_SRC_PKI_CRL_LOOK_H

#include "base/arena.h"
#include "pki/crl.h"
#include "pki/parts.h"

struct crl {
	struct crl_info info;
	uint8_t *der;
	size_t len;
	struct der tbs; /* with its header */
	struct der algorithm, signature;
	struct der issuer; /* content of the SEQUENCE */
	struct der key_id, number;
	struct der rows; /* content */
	struct der points; /* names of its distribution point, where it is one's */
	bool has_points;
	struct arena texts;
	/* Who was asked last whether it is theirs, and the answer. */
	bool asked;
	struct fingerprint ca;
	enum crl_by by;
};

void revocation_reason(struct revocation *out, int reason);

/* crl-sign.c: the first X509 CRL of a PEM text, as DER. */
bool crl_unwrap(const void *text, size_t len, struct buf *der);

#endif
