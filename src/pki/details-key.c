#include "pki/sheet.h"

#include <inttypes.h>
#include <string.h>

#include "base/lang.h"
#include "pki/algorithm.h"
#include "pki/oid.h"

#define VALUE_MAX                                                                                  \
	32 /* bytes of a key or signature: nobody reads them, but they show that it is one */

static void value(struct details *out, const char *label, struct der bytes)
{
	struct buf hex = { 0 };
	der_hex(bytes, VALUE_MAX, &hex);
	details_field(out, label, "%s", buf_text(&hex));
	buf_done(&hex);
}

static void algorithm(struct details *out, struct der identifier, const char *name)
{
	struct der oid, parameters;
	struct oid dotted;
	if (!algorithm_read(identifier, &oid, &parameters))
		details_field(out, "Algorithm", "%s", name);
	else if (strcmp(oid_of(oid, &dotted), name) == 0)
		details_field(out, "Algorithm", N_("unknown (%s)"), name);
	else
		details_field(out, "Algorithm", "%s (%s)", name, dotted.text);
}

/* The scale of NIST SP 800-57, part 1, table 4. */
static const char *strength(unsigned security)
{
	if (security == 0)
		return _("unknown");
	if (security < 80)
		return _("broken: others can compute the private key");
	if (security < 112)
		return _("weak: below what is accepted today");
	return security < 128 ? _("good") : _("strong");
}

static void exponent(struct details *out, struct der bytes)
{
	uint64_t number;
	if (bytes.len == 0)
		return;
	if (der_number(bytes, &number))
		details_field(out, "Exponent", "%" PRIu64, number);
	else
		value(out, N_("Exponent"), bytes);
}

void details_key(const struct parts *parts, struct details *out)
{
	struct key_facts key;
	struct der bits;
	unsigned unused;
	key_facts(parts, &key);
	details_section(out, "Key");
	algorithm(out, parts->key_algorithm, key.algorithm);
	if (key.bits > 0)
		details_field(out, "Size", N_("%u bits"), key.bits);
	if (key.curve)
		details_field(out, "Curve", "%s", key.curve);
	exponent(out, key.exponent);
	if (key.security > 0)
		details_field(out, "Strength", N_("%s (about %u bits of security)"),
			strength(key.security), key.security);
	else
		details_field(out, "Strength", "%s", strength(key.security));
	value(out, N_("Value"), der_bits(parts->key, &bits, &unused) ? bits : parts->key);
}

void details_signature(const struct parts *parts, struct details *out)
{
	struct buf name = { 0 };
	struct der bits;
	unsigned unused;
	signature_name(parts->signature_algorithm, &name);
	details_section(out, "Signature");
	algorithm(out, parts->signature_algorithm, buf_text(&name));
	value(out, N_("Value"), der_bits(parts->signature, &bits, &unused) ? bits : parts->signature);
	buf_done(&name);
}
