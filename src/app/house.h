/*
 * What the settings say of certificates that are made here.
 */
#ifndef CERTARY_SRC_APP_HOUSE_H
#define CERTARY_SRC_APP_HOUSE_H

#include "app/app.h"
#include "pki/policy.h"

#define CA_DAYS 3650 /* proposed for a CA: a new one has to reach every client */

struct policy house_policy(const struct app *app); /* borrows from the settings */

#endif
