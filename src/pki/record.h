/* Records: their texts, and how they are filled from the parts of a certificate. */
#ifndef CERTARY_SRC_PKI_RECORD_H
#define CERTARY_SRC_PKI_RECORD_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"
#include "pki/cert.h"
#include "pki/parts.h"

enum record_text {
	RECORD_SUBJECT,
	RECORD_ISSUER,
	RECORD_CN,
	RECORD_ORG,
	RECORD_UNIT,
	RECORD_SERIAL,
	RECORD_SIGNATURE,
	RECORD_KEY_ID,
	RECORD_ISSUER_KEY_ID,
	RECORD_SANS, /* all of them */
	RECORD_TEXTS,
};

/* The member that points to a text, and the bytes of the text with its NUL; 0 for NULL. */
const char **record_text(struct cert_info *info, enum record_text which);
size_t record_text_size(const struct cert_info *info, enum record_text which);

/*
 * Fill everything but self_signed.  The texts are appended to `texts` and borrowed from it: they
 * are good until it changes.
 */
void record_fill(
	const struct parts *parts, struct der cert, struct buf *texts, struct cert_info *info);

/*
 * Set self_signed of a filled record where names and key identifiers answer.  They do for nearly
 * all, and checking a signature on P-384 takes ten times as long as all the rest.  False where
 * nothing but the signature tells.
 */
bool record_self_signed(const struct parts *parts, struct cert_info *info);

#endif
