/*
 * The record of an ordinary certificate, from its bytes alone.
 *
 * GnuTLS decides what a certificate is, but takes its time.  Where nothing about the bytes is odd,
 * its answer is known beforehand: the same record is then filled without asking.
 */
#ifndef CERTARY_PKI_QUICK_H
#define CERTARY_PKI_QUICK_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"
#include "pki/cert.h"

/*
 * True: cert_parse_slowly() would accept these bytes and give this very record.  False: ask it, the
 * bytes may be a certificate or not.
 *
 * The texts are appended to `texts` and the record borrows them: it is good until `texts` changes.
 * Nothing is appended where the answer is false.
 */
bool cert_info_quick(const void *der, size_t len, struct buf *texts, struct cert_info *out);

/* As cert_parse(), which is quick where it can be; but GnuTLS decides, whatever the bytes. */
bool cert_parse_slowly(const void *der, size_t len, struct cert **out, struct error *err);

#endif
