/*
 * OpenSSL's hash of a subject: what files of a hashed folder (-CApath, SSL_CERT_DIR) are called, eight
 * hexadecimal digits and behind a dot the number among those of one hash.
 *
 * It is the SHA-1 of the name in a canonical form (X509_NAME_hash_ex): texts as UTF-8, trimmed, runs of
 * white space as one blank, ASCII in lower case; the first four bytes of it, the last one first.
 */
#ifndef CERTARY_PKI_NAME_HASH_H
#define CERTARY_PKI_NAME_HASH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Of the subject of a certificate's DER; false where its name can't be read. */
bool name_hash(const void *der, size_t len, uint32_t *out);

#endif
