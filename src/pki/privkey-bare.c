#include "pki/privkey-bare.h"

#include "pki/ec-point.h"
#include "pki/oid.h"

#define EC "1.2.840.10045.2.1"

/* ECPrivateKey (RFC 5915): 1, number, [0] curve OPTIONAL, and no [1] with the point. */
static bool take_number(struct der bytes, struct der *number, struct der *curve)
{
	struct der in, version, parameters, point;
	if (!der_only(bytes, DER_SEQUENCE, &in) || !der_take(&in, DER_INTEGER, &version) ||
		!der_take(&in, DER_OCTETS, number))
		return false;
	if (der_take(&in, DER_INSIDE, &parameters))
		der_take(&parameters, DER_OID, curve);
	return !der_take(&in, DER_INSIDE + 1, &point);
}

/* PrivateKeyInfo (RFC 5208): 0, { EC, curve }, the above in an OCTET STRING. */
static bool take_inside(struct der bytes, struct der *number, struct der *curve)
{
	struct der in, version, algorithm, oid, inside;
	return der_only(bytes, DER_SEQUENCE, &in) && der_take(&in, DER_INTEGER, &version) &&
	       der_take(&in, DER_SEQUENCE, &algorithm) && der_take(&algorithm, DER_OID, &oid) &&
	       oid_is(oid, EC) && der_take(&algorithm, DER_OID, curve) &&
	       der_take(&in, DER_OCTETS, &inside) && take_number(inside, number, curve);
}

bool privkey_bare(struct der bytes, gnutls_x509_privkey_t key)
{
	struct der number = { 0 }, oid = { 0 };
	struct ec_point point;
	if (!take_inside(bytes, &number, &oid) && !take_number(bytes, &number, &oid))
		return false;
	const struct ec_curve *curve = ec_curve(oid);
	if (!curve || !ec_point(curve, number, &point))
		return false;
	gnutls_datum_t x = { point.x, (unsigned)curve->bytes };
	gnutls_datum_t y = { point.y, (unsigned)curve->bytes };
	gnutls_datum_t k = craft_datum(number.data, number.len);
	return gnutls_x509_privkey_import_ecc_raw(key, curve->id, &x, &y, &k) >= 0;
}
