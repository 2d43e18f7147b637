/*
 * Doctor: check the store, and mend what can be mended without a decision.
 */
#ifndef CERTARY_APP_DOCTOR_H
#define CERTARY_APP_DOCTOR_H

#include <stdbool.h>

#include "app/app.h"
#include "store/finding.h"

bool app_doctor(struct app *app, bool mend, struct findings *out, struct error *err);

#endif
