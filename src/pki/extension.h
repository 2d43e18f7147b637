/* Extensions: a table of the known ones, each with a label and a function that writes its rows. */
#ifndef CERTARY_SRC_PKI_EXTENSION_H
#define CERTARY_SRC_PKI_EXTENSION_H

#include <stdbool.h>

#include "pki/sheet.h"

/* False where the value can't be decoded; the rows that were written until then stay. */
typedef bool extension_fn(struct sheet *rows, struct der value);

struct extension_row {
	const char *oid, *label;
	extension_fn *show;
	bool enforced; /* verifiers act on it, so that it may well be critical */
};

const struct extension_row *extension_row(const char *oid); /* NULL where unknown */

/* extension-use.c: what the key may do */
extension_fn show_basic_constraints, show_key_usage, show_purposes, show_key_id, show_issuer_key_id,
	show_usage_period, show_proxy;

/* extension-names.c: names and places */
extension_fn show_names, show_name_constraints, show_crl_points, show_access;

/* extension-policy.c */
extension_fn show_policies, show_policy_mappings, show_policy_constraints, show_number;

/* extension-other.c: everything beyond RFC 5280 */
extension_fn show_scts, show_tls_features, show_netscape_type, show_text, show_template,
	show_ca_version, show_octets, show_statements, show_attributes, show_no_check, show_poison;

/* Append the names of the bits that are set, or "none". */
bool show_bits(struct der value, const char *const names[], size_t count, struct buf *out);

/* A bit string as one row of such names. */
bool show_bit_names(
	struct sheet *rows, struct der value, const char *const names[], size_t count);

#endif
