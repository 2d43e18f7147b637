/*
 * Judgements as rows of a table: certificates as wished, where each of them stands, and the answer.
 *
 *	{ "the intermediate is over",
 *		{ LEAF('I'), SENT('I', 'R', .cn = "Inter", CA, .to = PAST), ROOT }, "no expired@1" }
 *
 * Asked is, unless the row says something else, whether it is the server a.example; what is sent is
 *sent in the order of the row.  Issuers and keys are named by letters, wherever in the row they
 *stand.
 */
#ifndef CERTARY_TESTS_LINEUP_H
#define CERTARY_TESTS_LINEUP_H

#include "support/scene.h"

#define LINEUP_MAX 10

enum place_of {
	LINEUP_ASIDE, /* made, and nowhere to be seen */
	LINEUP_SENT,
	LINEUP_KEPT, /* held as untrusted */
	LINEUP_TRUSTED,
	LINEUP_BLOCKED,
};

struct given {
	char letter, by, key_of; /* by nobody: self-signed */
	enum place_of place;
	bool sent; /* too */
	struct certgen wish;
};

struct lineup {
	const char *what;
	struct given certs[LINEUP_MAX];
	const char *answer; /* as of scene_expect() */
	const char *host;   /* "": none */
	bool client, any;   /* another purpose than that of servers */
	bool openssl_too;   /* OpenSSL accepts it, although it is marked */
	bool openssl_not;   /* OpenSSL refuses what isn't marked */
};

#define CA .ca = true, .key_ids = true
#define NAMES(...)                                                                                 \
	.sans = (const char *const[])                                                              \
	{                                                                                          \
		__VA_ARGS__, NULL                                                                  \
	}
#define PURPOSES(...)                                                                              \
	.purposes = (const char *const[])                                                          \
	{                                                                                          \
		__VA_ARGS__, NULL                                                                  \
	}
#define EXTS(...)                                                                                  \
	.exts = (const struct certgen_ext[]){ __VA_ARGS__ },                                       \
	.ext_count =                                                                               \
		sizeof((const struct certgen_ext[]){ __VA_ARGS__ }) / sizeof(struct certgen_ext)
#define PAST   "2025-03-01T00:00:00Z"
#define FUTURE "2025-10-01T00:00:00Z"

#define MADE(where, its, issuer, ...)                                                              \
	{                                                                                          \
		.letter = (its), .by = (issuer), .place = LINEUP_##where, .wish = { __VA_ARGS__ }  \
	}
#define SENT(its, issuer, ...)    MADE(SENT, its, issuer, __VA_ARGS__)
#define TRUSTED(its, issuer, ...) MADE(TRUSTED, its, issuer, __VA_ARGS__)

/* The same key as that one has: a renewed or cross-signed certificate. */
#define MADE_WITH(where, its, key, issuer, ...)                                                    \
	{                                                                                          \
		.letter = (its), .by = (issuer), .key_of = (key), .place = LINEUP_##where,         \
		.wish = {                                                                          \
			__VA_ARGS__                                                                \
		}                                                                                  \
	}

#define ROOT           TRUSTED('R', 0, .cn = "Root", CA)
#define INTER          SENT('I', 'R', .cn = "Inter", CA)
#define LEAF_WISHES    .cn = "a.example", NAMES("DNS:a.example"), .key_ids = true
#define LEAF(issuer)   SENT('L', issuer, LEAF_WISHES)
#define LEAF_WITH(...) SENT('L', 'I', LEAF_WISHES, __VA_ARGS__)

/* Judge all rows; those that are answered otherwise are told before the test fails. */
void lineup_expect(const struct lineup *rows, size_t count);

#endif
