/* What the tests for warnings look at: gathered once for all of them. */
#ifndef CERTARY_SRC_PKI_LOOK_H
#define CERTARY_SRC_PKI_LOOK_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "pki/algorithm.h"
#include "pki/cert.h"
#include "pki/name.h"
#include "pki/parts.h"
#include "pki/traits.h"

struct look {
	const struct cert_info *info;
	const struct parts *parts;
	int64_t now;
	struct name subject, issuer;
	struct key_facts key;
	struct traits names;    /* of subject, issuer and alternative names */
	struct traits anywhere; /* of everything that is shown */
};

/* True where the warning is due; the test may write a sentence of its own into text. */
typedef bool warning_fn(const struct look *look, struct buf *text);

/* warning-life.c: dates, keys, signatures and structure */
warning_fn warn_expired, warn_not_yet_valid, warn_invalid_period, warn_ends_soon, warn_long_lived,
	warn_weak_signature, warn_weak_key, warn_v1, warn_any_ca, warn_serial,
	warn_unknown_critical, warn_duplicate_extension;

/* warning-name.c: whom it names, and what its names pretend to be */
warning_fn warn_no_san, warn_cn_not_in_san, warn_no_name, warn_nul, warn_bidi, warn_invisible,
	warn_escaped, warn_mixed_script, warn_idn, warn_long_name;

#endif
