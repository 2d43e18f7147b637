/*
 * What configurations were read as, in one text for a test to compare.
 */
#ifndef CERTARY_TESTS_SHEET_H
#define CERTARY_TESTS_SHEET_H

#include "base/buf.h"
#include "check/declared.h"

/*
 *	postgresql 15/main [postgresql@15-main]: ssl on (/etc/…:3)
 *	  certificate 0 ssl_cert_file /etc/x.pem (/etc/…:4)
 *	  localhost:5432 postgres (by default)
 *	! /etc/…:9 a quote without its end
 */
void sheet_of(const struct declared *declared, struct buf *out);

#endif
