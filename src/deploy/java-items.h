/*
 * What a truststore that Java reads may hold of the trusted certificates.
 */
#ifndef CERTARY_SRC_DEPLOY_JAVA_ITEMS_H
#define CERTARY_SRC_DEPLOY_JAVA_ITEMS_H

#include "codec/export.h"
#include "deploy/kind.h"

/*
 * The trusted ones without those that Java can't read; a warning names them, and those whose time is over.
 * The caller frees; bytes and names are the demand's.
 */
struct export_item *java_items(const struct visit *visit, size_t *count);

#endif
