/*
 * Which link fails: one table of chains, each with what the judgement says of it and at which
 * certificate.  With every row GnuTLS is asked about each path that ends at an anchor, in one go
 * and by the clock of the row, and must come to the same verdict; OpenSSL about what is trusted.
 */
#include "pki/judge.h"

#include "support/unit.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <gnutls/x509.h>

#include "support/lineup.h"

#define SERVER "1.3.6.1.5.5.7.3.1"
#define CLIENT "1.3.6.1.5.5.7.3.2"
#define EMAIL  "1.3.6.1.5.5.7.3.4"

#define UNKNOWN_CRITICAL EXTS(CERTGEN_EXT("1.2.3.4", true, "\x05\x00"))
#define NO_CA            EXTS(CERTGEN_EXT("2.5.29.19", true, "\x30\x00"))
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

/* 2.5.29.30: only below O=Acme */
#define ONLY_ACME                                                                                  \
	EXTS(CERTGEN_EXT("2.5.29.30", true,                                                        \
		"\x30\x17\xa0\x15\x30\x13\xa4\x11\x30\x0f\x31\x0d\x30\x0b\x06\x03\x55\x04\x0a\x0c" \
		"\x04"                                                                             \
		"Acme"))

static const struct lineup whole[] = {
	{ .what = "nothing speaks against it",
		.certs = { LEAF('I'), INTER, ROOT },
		.answer = "yes" },
	{ .what = "straight below the root", .certs = { LEAF('R'), ROOT }, .answer = "yes" },
	{ .what = "two intermediates",
		.certs = { LEAF('J'), SENT('J', 'I', .cn = "Lower", CA), INTER, ROOT },
		.answer = "yes" },
	{ .what = "not in their order",
		.certs = { LEAF('J'), INTER, SENT('J', 'I', .cn = "Lower", CA), ROOT },
		.answer = "yes" },
	{ .what = "a stranger among them",
		.certs = { LEAF('I'), SENT('X', 0, .cn = "X", CA), INTER, ROOT },
		.answer = "yes" },
	{ .what = "the same one twice",
		.certs = { LEAF('I'), INTER, INTER, ROOT },
		.answer = "yes" },
	{ .what = "an intermediate that is held",
		.certs = { LEAF('I'), MADE(KEPT, 'I', 'R', .cn = "Inter", CA), ROOT },
		.answer = "yes" },
	{ .what = "an intermediate that is trusted",
		.certs = { LEAF('I'), TRUSTED('I', 'R', .cn = "Inter", CA),
			MADE(ASIDE, 'R', 0, .cn = "Root", CA) },
		.answer = "yes" },
	{ .what = "trusted itself",
		.certs = { { .letter = 'L',
			.place = LINEUP_TRUSTED,
			.sent = true,
			.wish = { LEAF_WISHES } } },
		.answer = "direct" },
};

static const struct lineup ends[] = {
	{ .what = "no issuer at all",
		.certs = { LEAF('I'), MADE(ASIDE, 'I', 'R', .cn = "Inter", CA), ROOT },
		.answer = "no issuer-missing@0" },
	{ .what = "the upper of two isn't there",
		.certs = { LEAF('J'), SENT('J', 'I', .cn = "Lower", CA),
			MADE(ASIDE, 'I', 'R', .cn = "Inter", CA), ROOT },
		.answer = "no issuer-missing@1" },
	{ .what = "the root isn't there",
		.certs = { LEAF('I'), INTER, MADE(ASIDE, 'R', 0, .cn = "Root", CA) },
		.answer = "no issuer-missing@1" },
	{ .what = "a root of the same name with another key",
		.certs = { LEAF('I'), INTER, MADE(ASIDE, 'R', 0, .cn = "Root", CA),
			TRUSTED('S', 0, .cn = "Root", CA) },
		.answer = "no issuer-missing@1" },
	{ .what = "an intermediate of the same name with another key",
		.certs = { LEAF('I'), MADE(ASIDE, 'I', 'R', .cn = "Inter", CA),
			SENT('J', 'R', .cn = "Inter", CA), ROOT },
		.answer = "no issuer-missing@0" },
	{ .what = "the same key under another name",
		.certs = { LEAF('I'), MADE(ASIDE, 'I', 'R', .cn = "Inter", CA),
			MADE_WITH(SENT, 'J', 'I', 'R', .cn = "Renamed", CA), ROOT },
		.answer = "no issuer-missing@0" },
	{ .what = "a root that isn't held",
		.certs = { LEAF('I'), INTER, SENT('R', 0, .cn = "Root", CA) },
		.answer = "no untrusted-root@2" },
	{ .what = "a root that is held as untrusted",
		.certs = { LEAF('I'), INTER, MADE(KEPT, 'R', 0, .cn = "Root", CA) },
		.answer = "no untrusted-root@2" },
	{ .what = "signed by itself",
		.certs = { SENT('L', 0, LEAF_WISHES) },
		.answer = "no self-signed@0" },
	{ .what = "two that certify each other",
		.certs = { LEAF('A'), MADE_WITH(SENT, 'B', 'Y', 'A', .cn = "B", CA),
			MADE_WITH(SENT, 'C', 'A', 'Y', .cn = "A", CA),
			MADE(ASIDE, 'A', 0, .cn = "A", CA), MADE(ASIDE, 'Y', 0, .cn = "B", CA) },
		.answer = "no circle@2" },
	{ .what = "two that certify each other, and one is trusted",
		.certs = { LEAF('A'), MADE_WITH(SENT, 'B', 'Y', 'A', .cn = "B", CA),
			MADE_WITH(SENT, 'C', 'A', 'Y', .cn = "A", CA),
			MADE(ASIDE, 'A', 0, .cn = "A", CA), TRUSTED('Y', 0, .cn = "B", CA) },
		.answer = "yes" },
	{ .what = "the leaf is blocked",
		.certs = { { .letter = 'L',
				   .by = 'I',
				   .place = LINEUP_BLOCKED,
				   .sent = true,
				   .wish = { LEAF_WISHES } },
			INTER, ROOT },
		.answer = "no blocked@0" },
	{ .what = "the intermediate is blocked",
		.certs = { LEAF('I'), MADE(BLOCKED, 'I', 'R', .cn = "Inter", CA), ROOT },
		.answer = "no blocked@1" },
	{ .what = "the root is blocked",
		.certs = { LEAF('I'), INTER, MADE(BLOCKED, 'R', 0, .cn = "Root", CA) },
		.answer = "no blocked@2" },
};

static const struct lineup dates[] = {
	{ .what = "the leaf is over",
		.certs = { LEAF_WITH(.to = PAST), INTER, ROOT },
		.answer = "no expired@0" },
	{ .what = "the intermediate is over",
		.certs = { LEAF('I'), SENT('I', 'R', .cn = "Inter", CA, .to = PAST), ROOT },
		.answer = "no expired@1" },
	{ .what = "the root is over",
		.certs = { LEAF('I'), INTER, TRUSTED('R', 0, .cn = "Root", CA, .to = PAST) },
		.answer = "no expired@2" },
	{ .what = "the leaf's time has not come",
		.certs = { LEAF_WITH(.from = FUTURE), INTER, ROOT },
		.answer = "no not-yet-valid@0" },
	{ .what = "the intermediate's time has not come",
		.certs = { LEAF('I'), SENT('I', 'R', .cn = "Inter", CA, .from = FUTURE), ROOT },
		.answer = "no not-yet-valid@1" },
	{ .what = "the root's time has not come",
		.certs = { LEAF('I'), INTER, TRUSTED('R', 0, .cn = "Root", CA, .from = FUTURE) },
		.answer = "no not-yet-valid@2" },
	{ .what = "all three are over",
		.certs = { LEAF_WITH(.to = PAST), SENT('I', 'R', .cn = "Inter", CA, .to = PAST),
			TRUSTED('R', 0, .cn = "Root", CA, .to = PAST) },
		.answer = "no expired@0 expired@1 expired@2" },
	{ .what = "one is over, another's time has not come",
		.certs = { LEAF_WITH(.from = FUTURE), SENT('I', 'R', .cn = "Inter", CA, .to = PAST),
			ROOT },
		.answer = "no expired@1 not-yet-valid@0" },
};

/* Without key identifiers only signatures tell keys of one name apart. */
#define BARE_CA .ca = true

static const struct lineup signatures[] = {
	{ .what = "the leaf was altered",
		.certs = { LEAF_WITH(.patch = "a.example", .by = "a.eXample", .patch_len = 9),
			INTER, ROOT },
		.answer = "no bad-signature@0 gnutls@0" },
	{ .what = "the intermediate was altered",
		.certs = { LEAF('I'),
			SENT('I', 'R', .cn = "Inter", CA, .serial = "\x55", .patch = "\x02\x01\x55",
				.by = "\x02\x01\x56", .patch_len = 3),
			ROOT },
		.answer = "no bad-signature@1 gnutls@0" },
	{ .what = "an intermediate of the same name made it",
		.certs = { SENT('L', 'J', .cn = "a.example", NAMES("DNS:a.example")),
			SENT('I', 'R', .cn = "Inter", BARE_CA),
			MADE(ASIDE, 'J', 'R', .cn = "Inter", BARE_CA),
			TRUSTED('R', 0, .cn = "Root", BARE_CA) },
		.answer = "no bad-signature@0 gnutls@0 ~no-key-id@1" },
	{ .what = "a root of the same name made the intermediate",
		.certs = { LEAF('I'), SENT('I', 'S', .cn = "Inter", CA, .no_issuer_id = true),
			MADE(ASIDE, 'S', 0, .cn = "Root", CA),
			TRUSTED('R', 0, .cn = "Root", BARE_CA) },
		.answer = "no bad-signature@1 gnutls@0" },
	{ .what = "SHA-1 on the leaf",
		.certs = { LEAF_WITH(.sha1 = true), INTER, ROOT },
		.answer = "no weak-signature@0 gnutls@0" },
	{ .what = "SHA-1 on the intermediate",
		.certs = { LEAF('I'), SENT('I', 'R', .cn = "Inter", CA, .sha1 = true), ROOT },
		.answer = "no weak-signature@1 gnutls@0" },
	{ .what = "SHA-1 on the root, on which nobody relies",
		.certs = { LEAF('I'), INTER, TRUSTED('R', 0, .cn = "Root", CA, .sha1 = true) },
		.answer = "yes" },
	{ .what = "a weak key of the leaf",
		.certs = { LEAF_WITH(.key = CERTGEN_RSA1024), INTER, ROOT },
		.answer = "no weak-key@0 gnutls@0" },
	{ .what = "a weak key of the intermediate",
		.certs = { LEAF('I'), SENT('I', 'R', .cn = "Inter", CA, .key = CERTGEN_RSA1024),
			ROOT },
		.answer = "no weak-key@1 gnutls@0" },
	{ .what = "a weak key of the root",
		.certs = { LEAF('I'), INTER,
			TRUSTED('R', 0, .cn = "Root", CA, .key = CERTGEN_RSA1024) },
		.answer = "no weak-key@2 gnutls@0" },
};

static const struct lineup rights[] = {
	{ .what = "an intermediate that doesn't say it is a CA",
		.certs = { LEAF('I'), SENT('I', 'R', .cn = "Inter", .key_ids = true), ROOT },
		.answer = "no not-a-ca@1 gnutls@0" },
	{ .what = "an intermediate that says it is none",
		.certs = { LEAF('I'), SENT('I', 'R', .cn = "Inter", .key_ids = true, NO_CA), ROOT },
		.answer = "no not-a-ca@1 gnutls@0" },
	{ .what = "a root that says it is none",
		.certs = { LEAF('I'), INTER,
			TRUSTED('R', 0, .cn = "Root", .key_ids = true, NO_CA) },
		.answer = "no not-a-ca@2 gnutls@0" },
	{ .what = "a server that issued",
		.certs = { LEAF('M'),
			SENT('M', 'I', .cn = "b.example", NAMES("DNS:b.example"), .key_ids = true),
			INTER, ROOT },
		.answer = "no not-a-ca@1 gnutls@0" },
	{ .what = "an intermediate of version 1",
		.certs = { SENT('L', 'I', .cn = "a.example", NAMES("DNS:a.example"),
				   .key_ids = true),
			SENT('I', 'R', .cn = "Inter", .version = 1), ROOT },
		.answer = "no not-a-ca@1 gnutls@0 ~v1@1" },
	{ .what = "a root of version 1",
		.certs = { LEAF('I'), SENT('I', 'R', .cn = "Inter", CA),
			TRUSTED('R', 0, .cn = "Root", .version = 1) },
		.answer = "yes ~v1@2",
		.openssl_too = true },
	{ .what = "an intermediate whose key may not sign certificates",
		.certs = { LEAF('I'),
			SENT('I', 'R', .cn = "Inter", CA, .usage = GNUTLS_KEY_CRL_SIGN), ROOT },
		.answer = "no key-usage@1 gnutls@0" },
	{ .what = "a root whose key may not",
		.certs = { LEAF('I'), INTER,
			TRUSTED('R', 0, .cn = "Root", CA, .usage = GNUTLS_KEY_CRL_SIGN) },
		.answer = "no key-usage@2 gnutls@0" },
	{ .what = "a root that allows no CA below it",
		.certs = { LEAF('I'), INTER, TRUSTED('R', 0, .cn = "Root", CA, .limited = true) },
		.answer = "no path-length@2 gnutls@0" },
	{ .what = "an intermediate that allows none",
		.certs = { LEAF('J'), SENT('J', 'I', .cn = "Lower", CA),
			SENT('I', 'R', .cn = "Inter", CA, .limited = true), ROOT },
		.answer = "no path-length@2 gnutls@0" },
	{ .what = "a root that allows one, and there are two",
		.certs = { LEAF('J'), SENT('J', 'I', .cn = "Lower", CA), INTER,
			TRUSTED('R', 0, .cn = "Root", CA, .limited = true, .path_len = 1) },
		.answer = "no path-length@3 gnutls@0" },
	{ .what = "a root that allows one, and there is one",
		.certs = { LEAF('I'), INTER,
			TRUSTED('R', 0, .cn = "Root", CA, .limited = true, .path_len = 1) },
		.answer = "yes" },
	{ .what = "a critical extension of the leaf that nobody knows",
		.certs = { LEAF_WITH(UNKNOWN_CRITICAL), INTER, ROOT },
		.answer = "no unknown-critical@0 gnutls@0" },
	{ .what = "a critical extension of the intermediate",
		.certs = { LEAF('I'), SENT('I', 'R', .cn = "Inter", CA, UNKNOWN_CRITICAL), ROOT },
		.answer = "no unknown-critical@1 gnutls@0" },
	{ .what = "critical policy constraints, which GnuTLS doesn't know",
		.certs = { LEAF('I'),
			SENT('I', 'R', .cn = "Inter", CA,
				EXTS(CERTGEN_EXT("2.5.29.36", true, "\x30\x03\x80\x01\x03"))),
			ROOT },
		.answer = "no unread-critical@1 gnutls@0" },
	{ .what = "a critical extension of the root",
		.certs = { LEAF('I'), INTER, TRUSTED('R', 0, .cn = "Root", CA, UNKNOWN_CRITICAL) },
		.answer = "no unknown-critical@2 gnutls@0" },
};

static const struct lineup uses[] = {
	{ .what = "another host",
		.certs = { LEAF('I'), INTER, ROOT },
		.answer = "no wrong-host@0",
		.host = "b.example" },
	{ .what = "a wildcard covers one label",
		.certs = { SENT('L', 'I', .cn = "x", NAMES("DNS:*.a.example"), .key_ids = true),
			INTER, ROOT },
		.answer = "no wrong-host@0",
		.host = "x.y.a.example" },
	{ .what = "an address written as a name",
		.certs = { SENT('L', 'I', .cn = "x", NAMES("DNS:192.0.2.1"), .key_ids = true),
			INTER, ROOT },
		.answer = "no wrong-host@0",
		.host = "192.0.2.1" },
	{ .what = "a leaf for clients",
		.certs = { LEAF_WITH(PURPOSES(CLIENT)), INTER, ROOT },
		.answer = "no wrong-purpose@0 gnutls@0" },
	{ .what = "a server as client",
		.certs = { LEAF_WITH(PURPOSES(SERVER)), INTER, ROOT },
		.answer = "no wrong-purpose@0 gnutls@0",
		.client = true,
		.host = "" },
	{ .what = "an intermediate for mail",
		.certs = { LEAF('I'), SENT('I', 'R', .cn = "Inter", CA, PURPOSES(EMAIL)), ROOT },
		.answer = "no wrong-purpose@1 gnutls@0" },
	{ .what = "the upper of two for mail",
		.certs = { LEAF('J'), SENT('J', 'I', .cn = "Lower", CA),
			SENT('I', 'R', .cn = "Inter", CA, PURPOSES(EMAIL)), ROOT },
		.answer = "no wrong-purpose@2 gnutls@0" },
	{ .what = "both for something else",
		.certs = { LEAF_WITH(PURPOSES(CLIENT)),
			SENT('I', 'R', .cn = "Inter", CA, PURPOSES(EMAIL)), ROOT },
		.answer = "no wrong-purpose@0 wrong-purpose@1 gnutls@0" },
};

static const struct lineup limits[] = {
	{ .what = "a host that the root's constraints don't allow",
		.certs = { LEAF('I'), INTER,
			TRUSTED('R', 0, .cn = "Root", CA, ALLOWS("DNS:example.com")) },
		.answer = "no name-constraint@0 gnutls@0" },
	{ .what = "a host that the intermediate's exclude",
		.certs = { LEAF('I'), SENT('I', 'R', .cn = "Inter", CA, BANS("DNS:a.example")),
			ROOT },
		.answer = "no name-constraint@0 gnutls@0" },
	{ .what = "a host that they allow",
		.certs = { LEAF('I'), SENT('I', 'R', .cn = "Inter", CA, ALLOWS("DNS:example")),
			ROOT },
		.answer = "yes" },
	{ .what = "one of two hosts is outside",
		.certs = { SENT('L', 'I', .cn = "x", .key_ids = true,
				   NAMES("DNS:a.example", "DNS:b.example.com")),
			SENT('I', 'R', .cn = "Inter", CA, ALLOWS("DNS:example")), ROOT },
		.answer = "no name-constraint@0 gnutls@0" },
	{ .what = "an address outside",
		.certs = { SENT('L', 'I', .cn = "x", NAMES("IP:192.0.3.1"), .key_ids = true),
			SENT('I', 'R', .cn = "Inter", CA, ALLOWS("IP:192.0.2.0/24")), ROOT },
		.answer = "no name-constraint@0 gnutls@0",
		.host = "192.0.3.1" },
	{ .what = "an intermediate's own name is outside, which GnuTLS doesn't look at",
		.certs = { LEAF('J'), SENT('J', 'I', .cn = "Lower", CA, NAMES("DNS:b.example.com")),
			SENT('I', 'R', .cn = "Inter", CA, ALLOWS("DNS:example")), ROOT },
		.answer = "yes ~name-constraint@1" },
	{ .what = "the upper of two is narrower",
		.certs = { LEAF('J'), SENT('J', 'I', .cn = "Lower", CA, ALLOWS("DNS:example")),
			SENT('I', 'R', .cn = "Inter", CA, ALLOWS("DNS:b.example")), ROOT },
		.answer = "no name-constraint@0 gnutls@0" },
	{ .what = "a directory name outside, which GnuTLS doesn't compare",
		.certs = { LEAF('I'), SENT('I', 'R', .cn = "Inter", CA, ONLY_ACME), ROOT },
		.answer = "yes ~name-constraint@0" },
};

/* One key under two roots, or under one root twice. */
static const struct lineup crossed[] = {
	{ .what = "one of two is over",
		.certs = { LEAF('I'), SENT('I', 'R', .cn = "Inter", CA, .to = PAST),
			MADE_WITH(SENT, 'J', 'I', 'S', .cn = "Inter", CA), ROOT,
			TRUSTED('S', 0, .cn = "Other", CA) },
		.answer = "yes ~another-path@0",
		.openssl_too = true },
	{ .what = "one of two is over, and it stands last",
		.certs = { LEAF('I'), MADE_WITH(SENT, 'J', 'I', 'S', .cn = "Inter", CA),
			SENT('I', 'R', .cn = "Inter", CA, .to = PAST), ROOT,
			TRUSTED('S', 0, .cn = "Other", CA) },
		.answer = "yes" },
	{ .what = "both are over",
		.certs = { LEAF('I'), SENT('I', 'R', .cn = "Inter", CA, .to = PAST),
			MADE_WITH(SENT, 'J', 'I', 'S', .cn = "Inter", CA, .to = PAST), ROOT,
			TRUSTED('S', 0, .cn = "Other", CA) },
		.answer = "no expired@1" },
	{ .what = "one of two is blocked",
		.certs = { LEAF('I'),
			{ .letter = 'I',
				.by = 'R',
				.place = LINEUP_BLOCKED,
				.sent = true,
				.wish = { .cn = "Inter", CA } },
			MADE_WITH(SENT, 'J', 'I', 'S', .cn = "Inter", CA), ROOT,
			TRUSTED('S', 0, .cn = "Other", CA) },
		.answer = "yes" },
	{ .what = "one of two leads to a root that isn't trusted",
		.certs = { LEAF('I'), SENT('I', 'R', .cn = "Inter", CA),
			MADE_WITH(SENT, 'J', 'I', 'S', .cn = "Inter", CA),
			SENT('R', 0, .cn = "Root", CA), TRUSTED('S', 0, .cn = "Other", CA) },
		.answer = "yes ~another-path@0" },
	{ .what = "one of two breaks the limits of its root",
		.certs = { LEAF('I'), SENT('I', 'R', .cn = "Inter", CA),
			MADE_WITH(SENT, 'J', 'I', 'S', .cn = "Inter", CA),
			TRUSTED('R', 0, .cn = "Root", CA, .limited = true),
			TRUSTED('S', 0, .cn = "Other", CA) },
		.answer = "yes ~another-path@0" },
	{ .what = "sent by way of a root that is over, while a younger one is held",
		.certs = { LEAF('Y'), MADE_WITH(SENT, 'C', 'Y', 'O', .cn = "Young", CA),
			TRUSTED('Y', 0, .cn = "Young", CA),
			TRUSTED('O', 0, .cn = "Old", CA, .to = PAST) },
		.answer = "yes" },
	{ .what = "a renewed root of the same key",
		.certs = { LEAF('R'), SENT('R', 0, .cn = "Root", CA, .to = PAST),
			MADE_WITH(TRUSTED, 'S', 'R', 0, .cn = "Root", CA, .serial = "\x02") },
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

enum { WHOLE, ENDS, DATES, SIGNATURES, RIGHTS, USES, LIMITS, CROSSED, TABLE_COUNT };

static struct table tables[] = {
	[WHOLE] = TABLE(whole),
	[ENDS] = TABLE(ends),
	[DATES] = TABLE(dates),
	[SIGNATURES] = TABLE(signatures),
	[RIGHTS] = TABLE(rights),
	[USES] = TABLE(uses),
	[LIMITS] = TABLE(limits),
	[CROSSED] = TABLE(crossed),
};

static void links_of(void **state)
{
	const struct table *table = *state;
	lineup_expect(table->rows, table->count);
}

static void there_are_many(void **state)
{
	size_t count = 0;
	(void)state;
	for (size_t i = 0; i < TABLE_COUNT; i++)
		count += tables[i].count;
	assert_true(count >= 60);
}

/* Root, so many CAs, leaf; one of them may be over. */
static void expect_tall(size_t count, size_t over, const char *answer)
{
	struct scene s;
	char name[32];
	scene_begin(&s);
	struct generated *issuer = scene_make(&s, &(struct certgen){ .cn = "Root", CA });
	scene_hold(&s, issuer, STANDING_TRUSTED);
	for (size_t i = count; i > 0; i--) {
		snprintf(name, sizeof name, "CA %zu", i);
		issuer = scene_make(&s,
			&(struct certgen){
				.cn = name, CA, .issuer = issuer, .to = i == over ? PAST : NULL });
		scene_present(&s, issuer);
	}
	scene_present(&s, scene_make(&s, &(struct certgen){ LEAF_WISHES, .issuer = issuer }));
	scene_expect(&s, answer);
	scene_end(&s);
}

static void twenty_deep(void **state)
{
	(void)state;
	expect_tall(18, 0, "yes");
	expect_tall(18, 1, "no expired@1");
	expect_tall(18, 11, "no expired@11");
	expect_tall(18, 18, "no expired@18");
	expect_tall(30, 0, "no too-long@23");
}

/* A thousand of one name, of which the last but one made the signature. */
static void expect_crowd(bool key_ids, bool trusted, size_t most)
{
	struct scene s;
	struct generated *ca[1000];
	scene_begin(&s);
	for (size_t i = 0; i < 1000; i++) {
		ca[i] = scene_make(
			&s, &(struct certgen){ .cn = "Many", .ca = true, .key_ids = key_ids });
		scene_hold(&s, ca[i], STANDING_TRUSTED);
	}
	scene_present(&s, scene_make(&s, &(struct certgen){ .cn = "a",
						 NAMES("DNS:a.example"),
						 .key_ids = key_ids,
						 .issuer = ca[998] }));
	scene_judge(&s);
	assert_true(s.judgement.trusted == trusted);
	assert_true(s.judgement.cut == !trusted);
	assert_in_range(s.offers, 1, most);
	scene_end(&s);
}

static void a_thousand_of_one_name(void **state)
{
	(void)state;
	expect_crowd(true, true, 1);
	expect_crowd(false, false, JUDGE_OFFERS + 1);
}

#define OF_TABLE(name, which)                                                                      \
	{                                                                                          \
		(name), links_of, NULL, NULL, &tables[which]                                       \
	}

int main(void)
{
	const struct CMUnitTest tests[] = {
		OF_TABLE("whole chains", WHOLE),
		OF_TABLE("where they end", ENDS),
		OF_TABLE("dates", DATES),
		OF_TABLE("signatures and keys", SIGNATURES),
		OF_TABLE("rights of CAs", RIGHTS),
		OF_TABLE("hosts and purposes", USES),
		OF_TABLE("name constraints", LIMITS),
		OF_TABLE("cross-signed", CROSSED),
		cmocka_unit_test(there_are_many),
		cmocka_unit_test(twenty_deep),
		cmocka_unit_test(a_thousand_of_one_name),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
