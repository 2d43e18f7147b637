/* A request, parsed. */
#ifndef CERTARY_SRC_PKI_ASKING_H
#define CERTARY_SRC_PKI_ASKING_H

#include "pki/parts.h"
#include "pki/request.h"

struct request {
	struct request_info info;
	char *subject, *signature, *cn;
	struct sans sans;
	uint8_t *der;
	size_t len;
	struct parts parts; /* tbs, subject, key, extensions and signature; the rest is empty */
	struct der attributes;
};

#endif
