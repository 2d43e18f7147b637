/*
 * What the verbs share: the open store.
 */
#ifndef CERTARY_SRC_APP_INTERNAL_H
#define CERTARY_SRC_APP_INTERNAL_H

#include "app/app.h"
#include "store/store.h"

struct store *app_store(const struct app *app); /* NULL before app_open_store() */

#endif
