/*
 * Which envelope it is, and whether what came out of it is a key: padding alone is right once in
 * 256 times.  An envelope that is known to nobody here goes to GnuTLS, which knows a few more of
 * the old ones and, where it doesn't, has the words for it (pki/privkey.h).
 */
#include "codec/sealed-key.h"

#include "codec/intake.h"
#include "codec/java-key.h"
#include "codec/tlv.h"

struct envelope {
	struct span algorithm, data;
};

/* SEQUENCE { AlgorithmIdentifier, OCTET STRING } */
static bool take_envelope(struct span der, struct envelope *out)
{
	struct span all, oid, algorithm;

	if (!tlv_take(&der, TLV_SEQUENCE, &all) || !tlv_take(&all, TLV_SEQUENCE, &out->algorithm) ||
		!tlv_take(&all, TLV_OCTET_STRING, &out->data))
		return false;
	algorithm = out->algorithm;
	return tlv_take(&algorithm, TLV_OID, &oid);
}

bool sealed_key_is(struct span der)
{
	struct envelope envelope;

	return take_envelope(der, &envelope);
}

void sealed_key_cost(struct span der, struct pbe_cost *cost)
{
	struct envelope envelope;
	struct pbe pbe;

	if (take_envelope(der, &envelope) && pbe_parse(envelope.algorithm, &pbe, NULL))
		pbe_cost_add(cost, pbe.rounds);
}

enum opened { OPENED, WRONG, UNKNOWN };

/* What GnuTLS sealed, its letters were composed first: "a" and a diaeresis are "ä". */
static bool has_other_forms(const char *password)
{
	for (; password && *password; password++)
		if (*password & 0x80)
			return true;
	return false;
}

static enum opened open_envelope(
	const struct envelope *envelope, const char *password, struct buf *plain)
{
	struct span algorithm = envelope->algorithm, oid;
	bool good = false;
	struct pbe pbe;

	tlv_take(&algorithm, TLV_OID, &oid);
	if (tlv_is(oid, &java_jks_seal))
		good = java_jks_open(envelope->data, password ? password : "", plain);
	else if (pbe_parse(envelope->algorithm, &pbe, NULL))
		good = pbe_decrypt(&pbe, password, envelope->data, plain);
	else
		return UNKNOWN;
	if (!good && has_other_forms(password))
		return UNKNOWN;
	return good ? OPENED : WRONG;
}

static bool is_key(const struct buf *plain)
{
	const struct der_shape *shape = der_shape(span_of(plain->data, plain->len));

	return shape && shape->kind == BAG_KEY;
}

bool sealed_key_open(struct span der, const char *password, uint64_t rounds, struct privkey **out,
	struct error *err)
{
	struct envelope envelope;
	struct buf plain = { .secret = true };
	enum opened opened = UNKNOWN;
	bool ok = false;

	*out = NULL;
	if (take_envelope(der, &envelope))
		opened = open_envelope(&envelope, password, &plain);
	if (opened == UNKNOWN)
		ok = privkey_read(der.at, span_len(der), password, rounds, out, err);
	else if (opened == WRONG || !is_key(&plain))
		error_set(err, ERROR_SECRET, "the password doesn't open the key");
	else
		ok = privkey_read(plain.data, plain.len, NULL, rounds, out, err);
	buf_wipe(&plain);
	return ok;
}
