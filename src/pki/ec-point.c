/*
 * Coordinates are numbers modulo p in Montgomery's form (each times 2^(32 n)), so that a product
 * needs no division.  Points are projective (x/z, y/z), added by the complete formula of Renes,
 * Costello and Batina (2016, algorithm 1), which has no exceptions: doubling and the point at
 * infinity go the same way.  So each bit of the key takes the same steps, and what the key is
 * doesn't show in the time it takes.
 */
#include "pki/ec-point.h"

#include <string.h>

#include "base/mem.h"
#include "pki/oid.h"

#define LIMBS_MOST 17

static const struct ec_curve curves[] = {
	{ .oid = "1.2.840.10045.3.1.7",
		.id = GNUTLS_ECC_CURVE_SECP256R1,
		.bytes = 32,
		.p = "ffffffff00000001000000000000000000000000ffffffffffffffffffffffff",
		.b = "5ac635d8aa3a93e7b3ebbd55769886bc651d06b0cc53b0f63bce3c3e27d2604b",
		.x = "6b17d1f2e12c4247f8bce6e563a440f277037d812deb33a0f4a13945d898c296",
		.y = "4fe342e2fe1a7f9b8ee7eb4a7c0f9e162bce33576b315ececbb6406837bf51f5" },
	{ .oid = "1.3.132.0.34",
		.id = GNUTLS_ECC_CURVE_SECP384R1,
		.bytes = 48,
		.p = "ffffffffffffffffffffffffffffffffffffffffffffffff"
		     "fffffffffffffffeffffffff0000000000000000ffffffff",
		.b = "b3312fa7e23ee7e4988e056be3f82d19181d9c6efe814112"
		     "0314088f5013875ac656398d8a2ed19d2a85c8edd3ec2aef",
		.x = "aa87ca22be8b05378eb1c71ef320ad746e1d3b628ba79b98"
		     "59f741e082542a385502f25dbf55296c3a545e3872760ab7",
		.y = "3617de4a96262c6f5d9e98bf9292dc29f8f41dbd289a147c"
		     "e9da3113b5f0b8c00a60b1ce1d7e819d7a431d7c90ea0e5f" },
	{ .oid = "1.3.132.0.35",
		.id = GNUTLS_ECC_CURVE_SECP521R1,
		.bytes = 66,
		.p = "01ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff"
		     "ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
		.b = "0051953eb9618e1c9a1f929a21a0b68540eea2da725b99b315f3b8b489918ef109"
		     "e156193951ec7e937b1652c0bd3bb1bf073573df883d2c34f1ef451fd46b503f00",
		.x = "00c6858e06b70404e9cd9e3ecb662395b4429c648139053fb521f828af606b4d3d"
		     "baa14b5e77efe75928fe1dc127a2ffa8de3348b3c1856a429bf97e7e31c2e5bd66",
		.y = "011839296a789a3bc0045c8a5fb42c7d1bd998f54449579b446817afbd17273e66"
		     "2c97ee72995ef42640c550b9013fad0761353c7086a272c24088be94769fd16650" },
};

const struct ec_curve *ec_curve(struct der oid)
{
	for (size_t i = 0; i < sizeof curves / sizeof curves[0]; i++)
		if (oid_is(oid, curves[i].oid))
			return &curves[i];
	return NULL;
}

/* --- numbers, least limb first ------------------------------------------------------------ */

struct number {
	uint32_t limb[LIMBS_MOST];
};

struct field {
	size_t limbs;
	uint32_t inverse;             /* of -p, modulo 2^32 */
	struct number p, one, square; /* 1 and 2^(32 n) in Montgomery's form */
	struct number a, b3;          /* -3 and three times b, the same */
};

/* out = a - b, or a where that is negative and carry is none. */
static void reduce_once(
	const struct field *f, const struct number *a, uint32_t carry, struct number *out)
{
	struct number less = { { 0 } };
	uint64_t borrow = 0;
	uint32_t keep;
	for (size_t i = 0; i < f->limbs; i++) {
		borrow = (uint64_t)a->limb[i] - f->p.limb[i] - borrow;
		less.limb[i] = (uint32_t)borrow;
		borrow = borrow >> 63;
	}
	keep = (uint32_t)0 - (uint32_t)(borrow > carry);
	for (size_t i = 0; i < f->limbs; i++)
		out->limb[i] = (a->limb[i] & keep) | (less.limb[i] & ~keep);
}

static void add(
	const struct field *f, const struct number *a, const struct number *b, struct number *out)
{
	struct number sum = { { 0 } };
	uint64_t carry = 0;
	for (size_t i = 0; i < f->limbs; i++) {
		carry += (uint64_t)a->limb[i] + b->limb[i];
		sum.limb[i] = (uint32_t)carry;
		carry >>= 32;
	}
	reduce_once(f, &sum, (uint32_t)carry, out);
}

static void subtract(
	const struct field *f, const struct number *a, const struct number *b, struct number *out)
{
	struct number negative = { { 0 } };
	uint64_t borrow = 0;
	for (size_t i = 0; i < f->limbs; i++) {
		borrow = (uint64_t)f->p.limb[i] - b->limb[i] - borrow;
		negative.limb[i] = (uint32_t)borrow;
		borrow = borrow >> 63;
	}
	add(f, a, &negative, out);
}

/* One limb of b, and as many of p that the least limb vanishes. */
static void multiply_limb(
	const struct field *f, const struct number *a, uint32_t limb, uint32_t *sum)
{
	uint64_t low = 0, high = 0;
	uint32_t times;
	size_t n = f->limbs;
	for (size_t i = 0; i < n; i++) {
		low += (uint64_t)a->limb[i] * limb + sum[i];
		sum[i] = (uint32_t)low;
		low >>= 32;
	}
	low += sum[n];
	sum[n] = (uint32_t)low;
	times = sum[0] * f->inverse;
	high = ((uint64_t)times * f->p.limb[0] + sum[0]) >> 32;
	for (size_t i = 1; i < n; i++) {
		high += (uint64_t)times * f->p.limb[i] + sum[i];
		sum[i - 1] = (uint32_t)high;
		high >>= 32;
	}
	high += sum[n];
	sum[n - 1] = (uint32_t)high;
	sum[n] = (uint32_t)(high >> 32) + (uint32_t)(low >> 32);
}

/* Montgomery's product, a b / 2^(32 n). */
static void multiply(
	const struct field *f, const struct number *a, const struct number *b, struct number *out)
{
	uint32_t sum[LIMBS_MOST + 1] = { 0 };
	struct number product = { { 0 } };
	for (size_t i = 0; i < f->limbs; i++)
		multiply_limb(f, a, b->limb[i], sum);
	memcpy(product.limb, sum, f->limbs * sizeof sum[0]);
	reduce_once(f, &product, sum[f->limbs], out);
	mem_wipe(sum, sizeof sum);
}

static void read_hex(const char *hex, struct number *out)
{
	size_t len = strlen(hex);
	*out = (struct number){ { 0 } };
	for (size_t i = 0; i < len; i++) {
		char c = hex[len - 1 - i];
		uint32_t digit = (uint32_t)(c <= '9' ? c - '0' : c - 'a' + 10);
		out->limb[i / 8] |= digit << 4 * (i % 8);
	}
}

static void make_field(const struct ec_curve *curve, struct field *f)
{
	struct number b;
	*f = (struct field){ .limbs = (curve->bytes + 3) / 4 };
	read_hex(curve->p, &f->p);
	f->inverse = 1;
	for (int i = 0; i < 5; i++) /* Newton: right bits double */
		f->inverse *= 2 + f->p.limb[0] * f->inverse;
	f->one.limb[0] = 1;
	for (size_t i = 0; i < 32 * f->limbs; i++)
		add(f, &f->one, &f->one, &f->one);
	f->square = f->one;
	for (size_t i = 0; i < 32 * f->limbs; i++)
		add(f, &f->square, &f->square, &f->square);
	subtract(f, &f->a, &f->one, &f->a);
	subtract(f, &f->a, &f->one, &f->a);
	subtract(f, &f->a, &f->one, &f->a);
	read_hex(curve->b, &b);
	multiply(f, &b, &f->square, &b);
	add(f, &b, &b, &f->b3);
	add(f, &f->b3, &b, &f->b3);
}

/* --- points ------------------------------------------------------------------------------- */

struct point {
	struct number x, y, z;
};

/* Registers of the formula: A and B3 are constants, the second point has the lower-case letters. */
enum { X, Y, Z, x, y, z, A, B3, RX, RY, RZ, T0, T1, T2, T3, T4, T5, REGISTERS };

static const struct step {
	uint8_t out, left;
	char operation;
	uint8_t right;
} formula[] = {
	/* clang-format off */
	{ T0, X, '*', x },    { T1, Y, '*', y },    { T2, Z, '*', z },    { T3, X, '+', Y },
	{ T4, x, '+', y },    { T3, T3, '*', T4 },  { T4, T0, '+', T1 },  { T3, T3, '-', T4 },
	{ T4, X, '+', Z },    { T5, x, '+', z },    { T4, T4, '*', T5 },  { T5, T0, '+', T2 },
	{ T4, T4, '-', T5 },  { T5, Y, '+', Z },    { RX, y, '+', z },    { T5, T5, '*', RX },
	{ RX, T1, '+', T2 },  { T5, T5, '-', RX },  { RZ, A, '*', T4 },   { RX, B3, '*', T2 },
	{ RZ, RX, '+', RZ },  { RX, T1, '-', RZ },  { RZ, T1, '+', RZ },  { RY, RX, '*', RZ },
	{ T1, T0, '+', T0 },  { T1, T1, '+', T0 },  { T2, A, '*', T2 },   { T4, B3, '*', T4 },
	{ T1, T1, '+', T2 },  { T2, T0, '-', T2 },  { T2, A, '*', T2 },   { T4, T4, '+', T2 },
	{ T0, T1, '*', T4 },  { RY, RY, '+', T0 },  { T0, T5, '*', T4 },  { RX, T3, '*', RX },
	{ RX, RX, '-', T0 },  { T0, T3, '*', T1 },  { RZ, T5, '*', RZ },  { RZ, RZ, '+', T0 },
	/* clang-format on */
};

static void add_points(
	const struct field *f, const struct point *a, const struct point *b, struct point *out)
{
	/* clang-format off */
	struct number r[REGISTERS] = {
		[X] = a->x, [Y] = a->y, [Z] = a->z, [x] = b->x, [y] = b->y, [z] = b->z,
		[A] = f->a, [B3] = f->b3,
	};
	/* clang-format on */
	for (size_t i = 0; i < sizeof formula / sizeof formula[0]; i++) {
		const struct step *s = &formula[i];
		if (s->operation == '*')
			multiply(f, &r[s->left], &r[s->right], &r[s->out]);
		else if (s->operation == '+')
			add(f, &r[s->left], &r[s->right], &r[s->out]);
		else
			subtract(f, &r[s->left], &r[s->right], &r[s->out]);
	}
	*out = (struct point){ r[RX], r[RY], r[RZ] };
	mem_wipe(r, sizeof r);
}

/* *to = from where bit is 1, in the same time as where it is 0. */
static void choose(uint32_t bit, const struct point *from, struct point *to)
{
	uint32_t mask = (uint32_t)0 - bit;
	for (size_t i = 0; i < LIMBS_MOST; i++) {
		to->x.limb[i] ^= mask & (to->x.limb[i] ^ from->x.limb[i]);
		to->y.limb[i] ^= mask & (to->y.limb[i] ^ from->y.limb[i]);
		to->z.limb[i] ^= mask & (to->z.limb[i] ^ from->z.limb[i]);
	}
}

static void times_generator(
	const struct ec_curve *curve, const struct field *f, struct der number, struct point *out)
{
	struct point generator = { .z = f->one }, more;
	read_hex(curve->x, &generator.x);
	read_hex(curve->y, &generator.y);
	multiply(f, &generator.x, &f->square, &generator.x);
	multiply(f, &generator.y, &f->square, &generator.y);
	*out = (struct point){ .y = f->one }; /* infinity */
	for (size_t i = 0; i < 8 * number.len; i++) {
		uint32_t bit = number.data[i / 8] >> (7 - i % 8) & 1;
		add_points(f, out, out, out);
		add_points(f, out, &generator, &more);
		choose(bit, &more, out);
	}
	mem_wipe(&more, sizeof more);
}

/* 1 / a by Fermat: a to the power of p - 2. */
static void invert(const struct field *f, const struct number *a, struct number *out)
{
	struct number power = f->p, made = f->one;
	power.limb[0] -= 2; /* p ends in more than that */
	for (size_t i = 32 * f->limbs; i-- > 0;) {
		multiply(f, &made, &made, &made);
		if (power.limb[i / 32] >> i % 32 & 1)
			multiply(f, &made, a, &made);
	}
	*out = made;
}

static bool is_zero(const struct number *a)
{
	uint32_t all = 0;
	for (size_t i = 0; i < LIMBS_MOST; i++)
		all |= a->limb[i];
	return all == 0;
}

/* The coordinate out of Montgomery's form and of the projection. */
static void write_out(const struct field *f, const struct number *a, const struct number *by,
	size_t bytes, uint8_t *out)
{
	struct number plain = { { 0 } }, unit = { { 1 } };
	multiply(f, a, by, &plain);
	multiply(f, &plain, &unit, &plain);
	for (size_t i = 0; i < bytes; i++)
		out[bytes - 1 - i] = (uint8_t)(plain.limb[i / 4] >> 8 * (i % 4));
}

bool ec_point(const struct ec_curve *curve, struct der number, struct ec_point *out)
{
	struct field f;
	struct point point;
	struct number by;
	if (number.len > curve->bytes)
		return false;
	make_field(curve, &f);
	times_generator(curve, &f, number, &point);
	if (is_zero(&point.z))
		return false;
	invert(&f, &point.z, &by);
	write_out(&f, &point.x, &by, curve->bytes, out->x);
	write_out(&f, &point.y, &by, curve->bytes, out->y);
	mem_wipe(&point, sizeof point);
	mem_wipe(&by, sizeof by);
	return true;
}
