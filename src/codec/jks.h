/* What reader and writer of JKS share; the layout stands in jks.c. */
#ifndef CERTARY_SRC_CODEC_JKS_H
#define CERTARY_SRC_CODEC_JKS_H

#include "codec/span.h"

#define JKS_MAGIC  0xfeedfeed
#define JKS_DIGEST 20

/* The seal over everything before it. */
void jks_digest(const char *password, struct span body, uint8_t out[JKS_DIGEST]);

#endif
