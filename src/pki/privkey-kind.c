/* The kinds of keys that are made, and making one. */
#include <string.h>

#include "base/lang.h"
#include "base/mem.h"
#include "pki/craft.h"

struct kind_row {
	struct privkey_kind kind;
	gnutls_pk_algorithm_t algorithm;
	unsigned bits;
};

static const struct kind_row kinds[] = {
	{
		.kind = {
			.name = "ec256",
			.label = N_("EC P-256"),
			.help = N_("small and quick, taken by everything since about 2012"),
			.size = { "EC", 256 },
			.expected_ms = 1,
		},
		.algorithm = GNUTLS_PK_ECDSA,
		.bits = GNUTLS_CURVE_TO_BITS(GNUTLS_ECC_CURVE_SECP256R1),
	},
	{
		.kind = {
			.name = "rsa2048",
			.label = N_("RSA 2048"),
			.help = N_("what every program takes; vendors' recipes mean this one"),
			.size = { "RSA", 2048 },
			.expected_ms = 150,
		},
		.algorithm = GNUTLS_PK_RSA,
		.bits = 2048,
	},
	{
		.kind = {
			.name = "rsa3072",
			.label = N_("RSA 3072"),
			.help = N_("where a policy asks for 128 bits of security and RSA"),
			.size = { "RSA", 3072 },
			.expected_ms = 600,
		},
		.algorithm = GNUTLS_PK_RSA,
		.bits = 3072,
	},
	{
		.kind = {
			.name = "rsa4096",
			.label = N_("RSA 4096"),
			.help = N_("for a CA that lives long; handshakes with it are slow"),
			.size = { "RSA", 4096 },
			.expected_ms = 1500,
		},
		.algorithm = GNUTLS_PK_RSA,
		.bits = 4096,
	},
	{
		.kind = {
			.name = "ec384",
			.label = N_("EC P-384"),
			.help = N_("for a CA, or where a policy asks for 192 bits of security"),
			.size = { "EC", 384 },
			.expected_ms = 1,
		},
		.algorithm = GNUTLS_PK_ECDSA,
		.bits = GNUTLS_CURVE_TO_BITS(GNUTLS_ECC_CURVE_SECP384R1),
	},
	{
		.kind = {
			.name = "ed25519",
			.label = N_("Ed25519"),
			.help = N_("between your own programs; browsers and public CAs don't take it"),
			.size = { "Ed25519", 256 },
			.expected_ms = 1,
		},
		.algorithm = GNUTLS_PK_EDDSA_ED25519,
		.bits = 256,
	},
};

#define COUNT (sizeof kinds / sizeof kinds[0])

const struct privkey_kind *privkey_kind_at(size_t i)
{
	return i < COUNT ? &kinds[i].kind : NULL;
}

const struct privkey_kind *privkey_kind(const char *name)
{
	for (size_t i = 0; i < COUNT; i++)
		if (strcmp(kinds[i].kind.name, name) == 0)
			return &kinds[i].kind;
	return NULL;
}

/* The kind is the first member of its row, and comes from no other place than the table. */
struct privkey *privkey_generate(const struct privkey_kind *kind)
{
	const struct kind_row *row = (const struct kind_row *)kind;
	gnutls_x509_privkey_t key;
	craft_must(gnutls_x509_privkey_init(&key));
	if (gnutls_x509_privkey_generate(key, row->algorithm, row->bits, 0) < 0)
		mem_die("GnuTLS can't make a key: no randomness?");
	struct privkey *made = privkey_take(key, NULL);
	if (!made)
		mem_die("GnuTLS can't make a key");
	return made;
}
