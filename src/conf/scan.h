/*
 * Private to conf: what libconfig would take without a word and we don't.
 */
#ifndef CERTARY_CONF_SCAN_H
#define CERTARY_CONF_SCAN_H

#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"

/*
 * Refuse a NUL byte, which would end the text; @include, which would read further files; and
 * numbers beyond 32 bits without an L behind them, whose upper bits would be lost.  Errors name
 * `label` and the line.
 */
bool scan_check(const char *label, const char *bytes, size_t len, struct error *err);

#endif
