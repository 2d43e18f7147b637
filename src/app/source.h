/*
 * The store as what a judgement asks: how a certificate is held, and who might have issued another.
 */
#ifndef CERTARY_SRC_APP_SOURCE_H
#define CERTARY_SRC_APP_SOURCE_H

#include "pki/judge.h"
#include "store/store.h"

struct judge_source app_source(struct store *store);

#endif
