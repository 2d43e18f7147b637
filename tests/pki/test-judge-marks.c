/*
 * Marks: what GnuTLS accepts and RFC 5280 or the CA/Browser Forum forbid, a table of it; and what
 * must not be marked, because nothing is wrong with it.
 */
#include "pki/judge.h"

#include "support/unit.h"

#include <string.h>

#include <gnutls/x509.h>

#include "support/lineup.h"

#define SERVER "1.3.6.1.5.5.7.3.1"
#define CLIENT "1.3.6.1.5.5.7.3.2"
#define ALLOWS(...)                                                                                \
	.permitted = (const char *const[])                                                         \
	{                                                                                          \
		__VA_ARGS__, NULL                                                                  \
	}
#define BANS(...)                                                                                  \
	.excluded = (const char *const[])                                                          \
	{                                                                                          \
		__VA_ARGS__, NULL                                                                  \
	}
#define LEAF_AS(...)    SENT('L', 'I', .key_ids = true, __VA_ARGS__)
#define INTER_WITH(...) SENT('I', 'R', .cn = "Inter", CA, __VA_ARGS__)
#define ROOT_WITH(...)  TRUSTED('R', 0, .cn = "Root", CA, __VA_ARGS__)

/* One extension more, or instead. */
#define EXT(oid, critical, der) EXTS(CERTGEN_EXT(oid, critical, der))
#define OWN_ID                  "2.5.29.14"
#define USAGE                   "2.5.29.15"
#define SAN                     "2.5.29.17"
#define BASIC                   "2.5.29.19"
#define LIMITS                  "2.5.29.30"
#define POLICIES                "2.5.29.32"
#define ISSUER_ID               "2.5.29.35"
#define POLICY_MAX              "2.5.29.36"
#define EXTENDED                "2.5.29.37"
#define ANY_POLICY              "2.5.29.54"
#define ACCESS                  "1.3.6.1.5.5.7.1.1"

/* An extension's value. */
#define A_EXAMPLE                                                                                  \
	"\x30\x0b\x82\x09"                                                                         \
	"a.example"
#define ONE_ACCESS                                                                                 \
	"\x30\x1c\x30\x1a\x06\x08\x2b\x06\x01\x05\x05\x07\x30\x02\x86\x0e"                         \
	"http://a.test/"
#define ONE_POLICY "\x30\x06\x30\x04\x06\x02\x2a\x03"

/* Name constraints: permitted, one base of so many octets. */
#define ALLOWS_DER(len2, len1, len0, tag, len, base)                                               \
	"\x30" len2 "\xa0" len1 "\x30" len0 tag len base

static const struct lineup names[] = {
	{ .what = "the host in the common name only",
		.certs = { SENT('L', 'I', .cn = "a.example", .key_ids = true), INTER, ROOT },
		.answer = "yes ~common-name-only@0" },
	{ .what = "and a mailbox as the only alternative name",
		.certs = { LEAF_AS(.cn = "a.example", NAMES("email:a@a.example")), INTER, ROOT },
		.answer = "yes ~common-name-only@0" },
	{ .what = "a wildcard in the common name only",
		.certs = { LEAF_AS(.cn = "*.a.example"), INTER, ROOT },
		.host = "x.a.example",
		.answer = "yes ~common-name-only@0" },
	{ .what = "no alternative name at all, and no host asked for",
		.certs = { LEAF_AS(.cn = "a.example"), INTER, ROOT },
		.host = "",
		.answer = "yes ~no-san@0" },
	{ .what = "a wildcard for a whole top level",
		.certs = { LEAF_AS(.cn = "x", NAMES("DNS:a.example", "DNS:*.com")), INTER, ROOT },
		.answer = "yes ~odd-name@0" },
	{ .what = "a wildcard alone",
		.certs = { LEAF_AS(.cn = "x", NAMES("DNS:a.example", "DNS:*")), INTER, ROOT },
		.answer = "yes ~odd-name@0" },
	{ .what = "a wildcard within a label",
		.certs = { LEAF_AS(.cn = "x", NAMES("DNS:a.example", "DNS:ba*r.example")), INTER,
			ROOT },
		.answer = "yes ~odd-name@0" },
	{ .what = "a wildcard at the end of a label",
		.certs = { LEAF_AS(.cn = "x", NAMES("DNS:*z.a.example")), INTER, ROOT },
		.host = "baz.a.example",
		.answer = "yes ~odd-name@0" },
	{ .what = "a wildcard that isn't the first label",
		.certs = { LEAF_AS(.cn = "x", NAMES("DNS:a.example", "DNS:foo.*.example")), INTER,
			ROOT },
		.answer = "yes ~odd-name@0" },
	{ .what = "a wildcard within a label of IDN",
		.certs = { LEAF_AS(.cn = "x", NAMES("DNS:a.example", "DNS:xn--*-1b3c.example")),
			INTER, ROOT },
		.answer = "yes ~odd-name@0" },
	{ .what = "a host with a dot before it",
		.certs = { LEAF_AS(.cn = "x", NAMES("DNS:a.example", "DNS:.a.example")), INTER,
			ROOT },
		.answer = "yes ~odd-name@0" },
	{ .what = "a host with letters beyond ASCII",
		.certs = { LEAF_AS(.cn = "x", EXT(SAN, false,
						      "\x30\x15\x82\x09"
						      "a.example\x82\x08"
						      "\xf0\x9f\x98\x9c.com")),
			INTER, ROOT },
		.answer = "yes ~odd-name@0" },
	{ .what = "a host with blanks",
		.certs = { LEAF_AS(.cn = "x", NAMES("DNS:a.example", "DNS:b example")), INTER,
			ROOT },
		.answer = "yes ~odd-name@0" },
	{ .what = "an address of 8 octets",
		.certs = { LEAF_AS(.cn = "x",
				   EXT(SAN, false,
					   "\x30\x15\x82\x09"
					   "a.example\x87\x08\xc0\x00\x02\x00\xff\xff\xff\x00")),
			INTER, ROOT },
		.answer = "yes ~odd-name@0" },
	{ .what = "a mailbox with two @",
		.certs = { LEAF_AS(.cn = "x", NAMES("DNS:a.example", "email:a@b@a.example")), INTER,
			ROOT },
		.answer = "yes ~odd-name@0" },
	{ .what = "an empty list of alternative names",
		.certs = { LEAF_AS(.cn = "a.example", EXT(SAN, false, "\x30\x00")), INTER, ROOT },
		.answer = "yes ~common-name-only@0 ~malformed@0" },
	{ .what = "alternative names that are critical beside a subject",
		.certs = { LEAF_AS(.cn = "x", EXT(SAN, true, A_EXAMPLE)), INTER, ROOT },
		.answer = "yes ~critical@0" },
	{ .what = "alternative names that aren't critical without a subject",
		.certs = { LEAF_AS(EXT(SAN, false, A_EXAMPLE)), INTER, ROOT },
		.answer = "yes ~not-critical@0" },
	{ .what = "a root without a name",
		.certs = { SENT('L', 'R', LEAF_WISHES), TRUSTED('R', 0, CA) },
		.answer = "yes ~no-ca-name@1" },
};

static const struct lineup keys[] = {
	{ .what = "a leaf of version 1",
		.certs = { SENT('L', 'I', .cn = "a.example", .version = 1), INTER, ROOT },
		.answer = "yes ~common-name-only@0 ~v1@0" },
	{ .what = "a root of version 1",
		.certs = { LEAF('I'), INTER, TRUSTED('R', 0, .cn = "Root", .version = 1) },
		.answer = "yes ~v1@2",
		.openssl_too = true },
	{ .what = "RSA of 2050 bits",
		.certs = { LEAF_WITH(.key = CERTGEN_RSA2050), INTER, ROOT },
		.answer = "yes ~odd-key@0",
		.openssl_too = true },
	{ .what = "RSA of 2050 bits in the root",
		.certs = { LEAF('I'), INTER, ROOT_WITH(.key = CERTGEN_RSA2050) },
		.answer = "yes ~odd-key@2",
		.openssl_too = true },
	{ .what = "a serial of zero",
		.certs = { LEAF_WITH(.serial = "\x55", .patch = "\x02\x01\x55",
				   .by = "\x02\x01\x00", .patch_len = 3, .patch_signed = true),
			INTER, ROOT },
		.answer = "yes ~serial@0",
		.openssl_too = true },
	{ .what = "a negative serial",
		.certs = { LEAF_WITH(.serial = "\x55", .patch = "\x02\x01\x55",
				   .by = "\x02\x01\x85", .patch_len = 3, .patch_signed = true),
			INTER, ROOT },
		.answer = "yes ~serial@0",
		.openssl_too = true },
	{ .what = "a serial of 22 octets",
		.certs = { LEAF_WITH(.serial = "1234567890123456789012"), INTER, ROOT },
		.answer = "yes ~serial@0",
		.openssl_too = true },
	{ .what = "an intermediate's serial of zero",
		.certs = { LEAF('I'),
			INTER_WITH(.serial = "\x55", .patch = "\x02\x01\x55", .by = "\x02\x01\x00",
				.patch_len = 3, .patch_signed = true),
			ROOT },
		.answer = "yes ~serial@1",
		.openssl_too = true },
	{ .what = "no issuer's key identifier on the leaf",
		.certs = { LEAF_WITH(.no_issuer_id = true), INTER, ROOT },
		.answer = "yes ~no-issuer-key-id@0",
		.openssl_too = true },
	{ .what = "none on the intermediate",
		.certs = { LEAF('I'), INTER_WITH(.no_issuer_id = true), ROOT },
		.answer = "yes ~no-issuer-key-id@1",
		.openssl_too = true },
	{ .what = "an intermediate without a key identifier of its own",
		.certs = { LEAF('I'), INTER_WITH(.no_own_id = true), ROOT },
		.answer = "yes ~no-key-id@1",
		.openssl_too = true },
	{ .what = "an issuer's key identifier that holds none",
		.certs = { LEAF_WITH(EXT(ISSUER_ID, false, "\x30\x00")), INTER, ROOT },
		.answer = "yes ~no-issuer-key-id@0 ~odd-key-id@0",
		.openssl_too = true },
	{ .what = "such a one in the root",
		.certs = { LEAF('I'), INTER, ROOT_WITH(EXT(ISSUER_ID, false, "\x30\x00")) },
		.answer = "yes ~odd-key-id@2",
		.openssl_too = true },
	{ .what = "a critical one",
		.certs = { SENT('L', 'I', LEAF_WISHES, .no_issuer_id = true,
				   EXT(ISSUER_ID, true, "\x30\x04\x80\x02\x12\x34")),
			INTER_WITH(EXT(OWN_ID, false, "\x04\x02\x12\x34")), ROOT },
		.answer = "yes ~critical@0" },
	{ .what = "a critical one in the root",
		.certs = { SENT('L', 'R', LEAF_WISHES,
				   EXT(ISSUER_ID, false, "\x30\x04\x80\x02\x12\x34")),
			ROOT_WITH(EXTS(CERTGEN_EXT(OWN_ID, false, "\x04\x02\x12\x34"),
				CERTGEN_EXT(ISSUER_ID, true, "\x30\x04\x80\x02\x12\x34"))) },
		.answer = "yes ~critical@1" },
	{ .what = "another key's in a root",
		.certs = { SENT('L', 'R', LEAF_WISHES,
				   EXT(ISSUER_ID, false, "\x30\x04\x80\x02\x12\x34")),
			ROOT_WITH(EXTS(CERTGEN_EXT(OWN_ID, false, "\x04\x02\x12\x34"),
				CERTGEN_EXT(ISSUER_ID, false, "\x30\x04\x80\x02\x56\x78"))) },
		.answer = "yes ~odd-key-id@1" },
	{ .what = "a critical key identifier of the intermediate",
		.certs = { SENT('L', 'I', LEAF_WISHES,
				   EXT(ISSUER_ID, false, "\x30\x04\x80\x02\x12\x34")),
			INTER_WITH(EXT(OWN_ID, true, "\x04\x02\x12\x34")), ROOT },
		.answer = "yes ~critical@1" },
	{ .what = "an intermediate's date of 2049 as those from 2050 are written",
		.certs = { LEAF('I'),
			INTER_WITH(.to = "2100-01-01T00:00:00Z",
				.patch = "\x18\x0f"
					 "2100",
				.by = "\x18\x0f"
				      "2049",
				.patch_len = 6, .patch_signed = true),
			ROOT },
		.answer = "yes ~time-format@1",
		.openssl_too = true },
	{ .what = "an intermediate's serial of 22 octets",
		.certs = { LEAF('I'), INTER_WITH(.serial = "1234567890123456789012"), ROOT },
		.answer = "yes ~serial@1",
		.openssl_too = true },
	{ .what = "RSA of 2050 bits in the intermediate",
		.certs = { LEAF('I'), INTER_WITH(.key = CERTGEN_RSA2050), ROOT },
		.answer = "yes ~odd-key@1",
		.openssl_too = true },
	{ .what = "a date of 2049 as those from 2050 are written",
		.certs = { LEAF_WITH(.to = "2100-01-01T00:00:00Z",
				   .patch = "\x18\x0f"
					    "2100",
				   .by = "\x18\x0f"
					 "2049",
				   .patch_len = 6, .patch_signed = true),
			INTER, ROOT },
		.answer = "yes ~time-format@0",
		.openssl_too = true },
};

static const struct lineup cas[] = {
	{ .what = "a CA as server",
		.certs = { LEAF_AS(.cn = "a.example", NAMES("DNS:a.example"), .ca = true,
				   .usage = GNUTLS_KEY_DIGITAL_SIGNATURE),
			INTER, ROOT },
		.answer = "yes ~ca-as-leaf@0",
		.openssl_too = true },
	{ .what = "a CA as client",
		.certs = { LEAF_AS(.cn = "a.example", .ca = true,
				   .usage = GNUTLS_KEY_DIGITAL_SIGNATURE),
			INTER, ROOT },
		.client = true,
		.host = "",
		.answer = "yes ~ca-as-leaf@0",
		.openssl_too = true },
	{ .what = "a leaf that may sign certificates",
		.certs = { LEAF_WITH(EXT(USAGE, true, "\x03\x02\x02\x84")), INTER, ROOT },
		.answer = "yes ~misplaced@0",
		.openssl_too = true },
	{ .what = "a leaf whose key may do nothing",
		.certs = { LEAF_WITH(EXT(USAGE, true, "\x03\x02\x01\x06")), INTER, ROOT },
		.answer = "yes ~leaf-key-usage@0 ~misplaced@0" },
	{ .what = "a leaf with a path length",
		.certs = { LEAF_WITH(EXT(BASIC, true, "\x30\x03\x02\x01\x00")), INTER, ROOT },
		.answer = "yes ~misplaced@0" },
	{ .what = "a leaf with name constraints",
		.certs = { LEAF_WITH(ALLOWS("DNS:a.example")), INTER, ROOT },
		.answer = "yes ~misplaced@0",
		.openssl_too = true },
	{ .what = "basic constraints of an intermediate that aren't critical",
		.certs = { LEAF('I'), INTER_WITH(EXT(BASIC, false, "\x30\x03\x01\x01\xff")), ROOT },
		.answer = "yes ~not-critical@1",
		.openssl_too = true },
	{ .what = "policy constraints that aren't critical",
		.certs = { LEAF_WITH(EXT(POLICIES, false, ONE_POLICY)),
			INTER_WITH(EXTS(CERTGEN_EXT(POLICY_MAX, false, "\x30\x03\x80\x01\x03"),
				CERTGEN_EXT(POLICIES, false, ONE_POLICY))),
			ROOT },
		.answer = "yes ~not-critical@1",
		.openssl_too = true },
	{ .what = "a policy is demanded, and the leaf has none",
		.certs = { LEAF('I'),
			INTER_WITH(EXTS(CERTGEN_EXT(POLICY_MAX, false, "\x30\x03\x80\x01\x00"),
				CERTGEN_EXT(POLICIES, false, ONE_POLICY))),
			ROOT },
		.answer = "yes ~not-critical@1 ~policy@0" },
	{ .what = "a leaf with policy constraints",
		.certs = { LEAF_WITH(EXT(ANY_POLICY, true, "\x02\x01\x00")), INTER, ROOT },
		.answer = "yes ~misplaced@0",
		.openssl_too = true },
	{ .what = "any-policy inhibited, and not critical",
		.certs = { LEAF('I'), INTER_WITH(EXT(ANY_POLICY, false, "\x02\x01\x00")), ROOT },
		.answer = "yes ~not-critical@1",
		.openssl_too = true },
	{ .what = "an intermediate without key usage",
		.certs = { LEAF('I'),
			SENT('I', 'R', .cn = "Inter", .key_ids = true,
				EXT(BASIC, true, "\x30\x03\x01\x01\xff")),
			ROOT },
		.answer = "yes ~no-key-usage@1",
		.openssl_too = true },
	{ .what = "a root that doesn't say it is a CA",
		.certs = { LEAF('I'), INTER, TRUSTED('R', 0, .cn = "Root", .key_ids = true) },
		.answer = "yes ~not-a-ca@2" },
	{ .what = "a CA below an intermediate as server",
		.certs = { SENT('L', 'J', .cn = "a.example", NAMES("DNS:a.example"), CA,
				   .usage = GNUTLS_KEY_DIGITAL_SIGNATURE),
			SENT('J', 'I', .cn = "Lower", CA), INTER, ROOT },
		.answer = "yes ~ca-as-leaf@0",
		.openssl_too = true },
	{ .what = "the lower of two CAs without key usage",
		.certs = { LEAF('J'),
			SENT('J', 'I', .cn = "Lower", .key_ids = true,
				EXT(BASIC, true, "\x30\x03\x01\x01\xff")),
			INTER, ROOT },
		.answer = "yes ~no-key-usage@1",
		.openssl_too = true },
	{ .what = "issuer's services that are critical",
		.certs = { LEAF_WITH(EXT(ACCESS, true, ONE_ACCESS)), INTER, ROOT },
		.answer = "yes ~critical@0" },
	{ .what = "issuer's services that can't be read",
		.certs = { LEAF_WITH(EXT(ACCESS, false, "malformed")), INTER, ROOT },
		.answer = "yes ~malformed@0",
		.openssl_too = true },
	{ .what = "an empty list of services",
		.certs = { LEAF_WITH(EXT(ACCESS, false, "\x30\x00")), INTER, ROOT },
		.answer = "yes ~malformed@0",
		.openssl_too = true },
};

static const struct lineup limits[] = {
	{ .what = "a directory name outside",
		.certs = { LEAF('I'),
			INTER_WITH(EXT(LIMITS, true,
				"\x30\x16\xa0\x14\x30\x12\xa4\x10\x30\x0e\x31\x0c\x30\x0a\x06\x03"
				"\x55\x04"
				"\x0a\x0c\x03"
				"foo")),
			ROOT },
		.answer = "yes ~name-constraint@0" },
	{ .what = "a URI outside",
		.certs = { LEAF_AS(.cn = "x", NAMES("DNS:a.example", "URI:https://a.test/")),
			INTER_WITH(ALLOWS("URI:b.test")), ROOT },
		.answer = "yes ~name-constraint@0" },
	{ .what = "an intermediate's host is excluded by the upper one",
		.certs = { LEAF('J'), SENT('J', 'I', .cn = "Lower", CA, NAMES("DNS:b.example")),
			INTER_WITH(BANS("DNS:b.example")), ROOT },
		.answer = "yes ~name-constraint@1" },
	{ .what = "and by the root",
		.certs = { LEAF('J'), SENT('J', 'I', .cn = "Lower", CA, NAMES("DNS:b.example")),
			INTER, ROOT_WITH(BANS("DNS:b.example")) },
		.answer = "yes ~name-constraint@1" },
	{ .what = "a URI that is excluded",
		.certs = { LEAF_AS(.cn = "x", NAMES("DNS:a.example", "URI:https://a.test/")),
			INTER_WITH(BANS("URI:a.test")), ROOT },
		.answer = "no name-constraint@0 gnutls@0" },
	{ .what = "a directory name that is excluded",
		.certs = { SENT('L', 'I', .org = "foo", NAMES("DNS:a.example"), .key_ids = true),
			INTER_WITH(EXT(LIMITS, true,
				"\x30\x16\xa1\x14\x30\x12\xa4\x10\x30\x0e\x31\x0c\x30\x0a\x06\x03"
				"\x55\x04"
				"\x0a\x0c\x03"
				"foo")),
			ROOT },
		.answer = "no name-constraint@0 gnutls@0" },
	{ .what = "a wildcard as base",
		.certs = { LEAF('I'), INTER_WITH(BANS("DNS:*.test")), ROOT },
		.answer = "yes ~odd-constraint@1",
		.openssl_too = true },
	{ .what = "a base with a dot before it",
		.certs = { LEAF('I'), INTER_WITH(ALLOWS("DNS:.example")), ROOT },
		.answer = "yes ~odd-constraint@1",
		.openssl_too = true },
	{ .what = "a base with two @",
		.certs = { LEAF('I'), INTER_WITH(BANS("email:a@b@c.test")), ROOT },
		.answer = "yes ~odd-constraint@1",
		.openssl_too = true },
	{ .what = "an address without its mask",
		.certs = { LEAF('I'),
			INTER_WITH(EXT(LIMITS, true,
				ALLOWS_DER("\x0a", "\x08", "\x06", "\x87", "\x04",
					"\x7f\x00\x00\x01"))),
			ROOT },
		.answer = "no gnutls@0 ~odd-constraint@1" },
	{ .what = "a mask with a gap",
		.certs = { LEAF('I'),
			INTER_WITH(EXT(LIMITS, true,
				ALLOWS_DER("\x0e", "\x0c", "\x0a", "\x87", "\x08",
					"\x7f\x00\x00\x01\xff\x00\xff\x00"))),
			ROOT },
		.answer = "no gnutls@0 ~odd-constraint@1" },
	{ .what = "no constraints in them",
		.certs = { LEAF('I'), INTER_WITH(EXT(LIMITS, true, "\x30\x00")), ROOT },
		.answer = "yes ~malformed@1" },
	{ .what = "two empty lists in them",
		.certs = { LEAF('I'), INTER_WITH(EXT(LIMITS, true, "\x30\x04\xa0\x00\xa1\x00")),
			ROOT },
		.answer = "yes ~odd-constraint@1" },
};

static const struct lineup purposes[] = {
	{ .what = "any purpose",
		.certs = { LEAF_WITH(PURPOSES("2.5.29.37.0")), INTER, ROOT },
		.answer = "yes ~any-purpose@0" },
	{ .what = "servers and any purpose",
		.certs = { LEAF_WITH(PURPOSES(SERVER, "2.5.29.37.0")), INTER, ROOT },
		.answer = "yes ~any-purpose@0",
		.openssl_too = true },
	{ .what = "servers and code",
		.certs = { LEAF_WITH(PURPOSES(SERVER, "1.3.6.1.5.5.7.3.3")), INTER, ROOT },
		.answer = "yes ~mixed-purposes@0",
		.openssl_too = true },
	{ .what = "servers and mail",
		.certs = { LEAF_WITH(PURPOSES(SERVER, "1.3.6.1.5.5.7.3.4")), INTER, ROOT },
		.answer = "yes ~mixed-purposes@0",
		.openssl_too = true },
	{ .what = "servers and time stamps",
		.certs = { LEAF_WITH(PURPOSES(SERVER, "1.3.6.1.5.5.7.3.8")), INTER, ROOT },
		.answer = "yes ~mixed-purposes@0",
		.openssl_too = true },
	{ .what = "servers and OCSP",
		.certs = { LEAF_WITH(PURPOSES(SERVER, "1.3.6.1.5.5.7.3.9")), INTER, ROOT },
		.answer = "yes ~mixed-purposes@0",
		.openssl_too = true },
	{ .what = "clients and any purpose, as a client",
		.certs = { LEAF_WITH(PURPOSES(CLIENT, "2.5.29.37.0")), INTER, ROOT },
		.client = true,
		.host = "",
		.answer = "yes ~any-purpose@0",
		.openssl_too = true },
	{ .what = "an empty list of purposes",
		.certs = { LEAF_WITH(EXT(EXTENDED, false, "\x30\x00")), INTER, ROOT },
		.answer = "yes ~wrong-purpose@0 ~malformed@0" },
};

/* Nothing is wrong with these, odd as some of them look. */
static const struct lineup
	good[] = {
		{ .what = "as it should be", .certs = { LEAF('I'), INTER, ROOT }, .answer = "yes" },
		{ .what = "straight below the root",
			.certs = { LEAF('R'), ROOT },
			.answer = "yes" },
		{ .what = "for servers and clients",
			.certs = { LEAF_WITH(PURPOSES(SERVER, CLIENT)), INTER, ROOT },
			.answer = "yes" },
		{ .what = "critical purposes",
			.certs = { LEAF_WITH(EXT(EXTENDED, true,
					   "\x30\x0a\x06\x08\x2b\x06\x01\x05\x05\x07\x03\x01")),
				INTER, ROOT },
			.answer = "yes" },
		{ .what = "no CA, and says so",
			.certs = { LEAF_WITH(EXT(BASIC, true, "\x30\x00")), INTER, ROOT },
			.answer = "yes" },
		{ .what = "a subject that is no host",
			.certs = { LEAF_AS(.cn = "Web server 7", .org = "Acme",
					   NAMES("DNS:a.example")),
				INTER, ROOT },
			.answer = "yes" },
		{ .what = "no subject, and critical names",
			.certs = { LEAF_AS(EXT(SAN, true, A_EXAMPLE)), INTER, ROOT },
			.answer = "yes" },
		{ .what = "a wildcard",
			.certs = { LEAF_AS(.cn = "x", NAMES("DNS:*.a.example", "DNS:a.example")),
				INTER, ROOT },
			.host = "b.a.example",
			.answer = "yes" },
		{ .what = "an address",
			.certs = { LEAF_AS(.cn = "x", NAMES("IP:192.0.2.1", "IP:2001:db8::1")),
				INTER, ROOT },
			.host = "2001:db8::1",
			.answer = "yes" },
		{ .what = "underscore, one label, IDN, a mailbox and a URI",
			.certs = { LEAF_AS(.cn = "x",
					   NAMES("DNS:a.example", "DNS:_dmarc.a.example", "DNS:nas",
						   "DNS:xn--bcher-kva.example", "email:a@a.example",
						   "URI:https://a.example/")),
				INTER, ROOT },
			.answer = "yes" },
		{ .what = "issuer's services and a policy",
			.certs = { LEAF_WITH(EXTS(CERTGEN_EXT(ACCESS, false, ONE_ACCESS),
					   CERTGEN_EXT(POLICIES, false, ONE_POLICY))),
				INTER, ROOT },
			.answer = "yes" },
		{ .what = "an old root: no key identifier, basic constraints that aren't critical",
			.certs = { LEAF('I'), INTER,
				TRUSTED('R', 0, .cn = "Root",
					EXT(BASIC, false, "\x30\x03\x01\x01\xff")) },
			.answer = "yes" },
		{ .what = "a root that names its own name and serial",
			.certs = { SENT('L', 'R', LEAF_WISHES,
					   EXT(ISSUER_ID, false, "\x30\x04\x80\x02\x12\x34")),
				ROOT_WITH(EXTS(CERTGEN_EXT(OWN_ID, false, "\x04\x02\x12\x34"),
					CERTGEN_EXT(ISSUER_ID, false,
						"\x30\x07\x80\x02\x12\x34\x82\x01\x01"))) },
			.answer = "yes" },
		{ .what = "a root of serial zero and SHA-1",
			.certs = { LEAF('I'), INTER,
				ROOT_WITH(.sha1 = true, .serial = "\x55", .patch = "\x02\x01\x55",
					.by = "\x02\x01\x00", .patch_len = 3) },
			.answer = "yes" },
		{ .what = "name constraints that hold",
			.certs = { LEAF('I'),
				INTER_WITH(
					ALLOWS("DNS:example", "IP:192.0.2.0/24", "email:.example"),
					BANS("DNS:test", "IP:0.0.0.0/0", "email:a@b.test")),
				ROOT },
			.answer = "yes" },
		{ .what = "name constraints that aren't critical",
			.certs = { LEAF('I'),
				INTER_WITH(EXT(LIMITS, false,
					ALLOWS_DER("\x0d", "\x0b", "\x09", "\x82", "\x07",
						"example"))),
				ROOT },
			.answer = "yes" },
		{ .what = "a directory name within its limits",
			.certs = { SENT('L', 'I', .org = "foo", NAMES("DNS:a.example"), .key_ids = true),
				INTER_WITH(EXT(LIMITS, true,
					"\x30\x16\xa0\x14\x30\x12\xa4\x10\x30\x0e\x31\x0c\x30\x0a"
					"\x06\x03\x55\x04"
					"\x0a\x0c\x03"
					"foo")),
				ROOT },
			.answer = "yes" },
		{ .what = "a URI within its limits",
			.certs = { LEAF_AS(.cn = "x", NAMES("DNS:a.example", "URI:https://a.test/")),
				INTER_WITH(ALLOWS("URI:a.test")), ROOT },
			.answer = "yes" },
		{ .what = "a key rollover",
			.certs = { LEAF('J'), SENT('J', 'R', .cn = "Root", CA), ROOT },
			.answer = "yes" },
		{ .what = "dates from 1970 to 2100",
			.certs = { SENT('L', 'I', LEAF_WISHES, .from = "1970-01-01T00:00:00Z",
					   .to = "2100-01-01T00:00:00Z"),
				INTER, ROOT },
			.answer = "yes" },
		{ .what = "Ed25519",
			.certs = { LEAF_WITH(.key = CERTGEN_ED25519), INTER, ROOT },
			.answer = "yes" },
		{ .what = "RSA",
			.certs = { LEAF_WITH(.key = CERTGEN_RSA2048), INTER, ROOT },
			.answer = "yes" },
		{ .what = "a client without alternative names",
			.certs = { LEAF_AS(.cn = "Alice", PURPOSES(CLIENT)), INTER, ROOT },
			.client = true,
			.host = "",
			.answer = "yes" },
		{ .what = "for code and mail, as neither server nor client",
			.certs = { LEAF_AS(.cn = "Alice",
					   PURPOSES("1.3.6.1.5.5.7.3.3", "1.3.6.1.5.5.7.3.4")),
				INTER, ROOT },
			.any = true,
			.host = "",
			.answer = "yes" },
	};

struct table {
	const struct lineup *rows;
	size_t count;
};

#define TABLE(rows)                                                                                \
	{                                                                                          \
		(rows), sizeof(rows) / sizeof((rows)[0])                                           \
	}

enum { NAMES_OF, KEYS, CAS, LIMITS_OF, PURPOSES_OF, GOOD, TABLE_COUNT };

static struct table tables[] = {
	[NAMES_OF] = TABLE(names),
	[KEYS] = TABLE(keys),
	[CAS] = TABLE(cas),
	[LIMITS_OF] = TABLE(limits),
	[PURPOSES_OF] = TABLE(purposes),
	[GOOD] = TABLE(good),
};

static void marks_of(void **state)
{
	const struct table *table = *state;
	lineup_expect(table->rows, table->count);
}

static void there_are_many(void **state)
{
	size_t marked = 0;
	(void)state;
	for (size_t i = 0; i < GOOD; i++)
		for (size_t row = 0; row < tables[i].count; row++)
			marked += strncmp(tables[i].rows[row].answer, "yes ~", 5) == 0;
	assert_true(marked >= 70);
	for (size_t row = 0; row < tables[GOOD].count; row++)
		assert_string_equal(tables[GOOD].rows[row].answer, "yes");
}

#define OF_TABLE(name, which)                                                                      \
	{                                                                                          \
		(name), marks_of, NULL, NULL, &tables[which]                                       \
	}

int main(void)
{
	const struct CMUnitTest tests[] = {
		OF_TABLE("names", NAMES_OF),
		OF_TABLE("keys, serials and key identifiers", KEYS),
		OF_TABLE("rights of CAs", CAS),
		OF_TABLE("name constraints", LIMITS_OF),
		OF_TABLE("purposes", PURPOSES_OF),
		OF_TABLE("what isn't marked", GOOD),
		cmocka_unit_test(there_are_many),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
