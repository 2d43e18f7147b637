/*
 * Inside a judgement: the certificates at hand, the paths through them, and the checks of a path.
 *
 *	pool      every certificate at hand, each with those that may have issued it
 *	path      a line of them from the leaf upwards, and why it ends where it ends
 *	check     a row of a table, asked for each certificate of a path
 */
#ifndef CERTARY_SRC_PKI_JUDGING_H
#define CERTARY_SRC_PKI_JUDGING_H

#include <stdbool.h>
#include <stddef.h>

#include <gnutls/x509.h>

#include "base/buf.h"
#include "pki/judge.h"
#include "pki/look.h"
#include "pki/parts.h"

/* --- judge-pool.c ------------------------------------------------------------------------------
 */

/*
 * What is wrong with how a certificate is written: judge-form.c.  Extensions are named by
 * identifiers, empty where there is none.
 */
enum fault {
	FAULT_NO_ISSUER_KEY_ID = 1,
	FAULT_NO_KEY_ID = 2,
	FAULT_ODD_KEY_ID = 4,
	FAULT_NO_USAGE = 8,
	FAULT_NO_NAME = 16,
	FAULT_SIGNS = 32,     /* may sign certificates: none in a CA */
	FAULT_CA_LIMITS = 64, /* what limits those below it: none in a CA */
	FAULT_ANY_PURPOSE = 128,
	FAULT_MIXED_PURPOSES = 256,
	FAULT_ODD_LIMITS = 512, /* name constraints */
	FAULT_TIMES = 1024,
	FAULT_ODD_KEY = 2048,
};

struct form {
	bool read, policies;
	unsigned faults;
	struct der critical, lax; /* shouldn't be critical, should be */
	struct der unread;        /* is critical, and GnuTLS doesn't know it */
	struct der malformed;
	struct der odd_name; /* an alternative name, with its header */
	int policy_after;    /* so many certificates below it policies are demanded; -1: never */
};

struct member {
	const struct cert *cert;
	struct cert *own; /* NULL where it was presented */
	enum standing standing;
	bool outside;          /* its time is over or hasn't come, or it is blocked */
	gnutls_x509_crt_t crt; /* see member_crt() */
	struct form form;      /* see form_of() */
	bool asked;            /* issuers are known */
	bool choice;           /* there was more than one of them */
	struct member **issuers;
	size_t issuer_count, issuer_cap;
};

/* One key verifies one signature or not, in whichever certificate the key stands. */
struct link {
	const struct member *child;
	const uint8_t *spki; /* SHA-256, in the issuer's record */
	bool verifies;
};

struct judge_pool {
	const struct judge_question *question;
	const struct judge_source *source;
	struct member **members;
	size_t count, cap;
	size_t offers; /* taken since the last wish */
	struct link *links;
	size_t link_count, link_cap;
	bool cut;
};

struct member *pool_present(struct judge_pool *pool, const struct cert *cert);
void pool_free(struct judge_pool *pool);

gnutls_x509_crt_t member_crt(
	struct member *member); /* NULL where GnuTLS refuses to read it again */

/* judge-form.c */
const struct form *form_of(struct member *member);

/* Ask the source, then the certificates at hand. */
void pool_wish(struct judge_pool *pool, const char *subject, const char *key_id);

/* Same bytes of name, and no key identifiers that say otherwise: what GnuTLS takes for an issuer.
 */
bool may_issue(const struct member *issuer, const struct member *child);

/* Those that may have issued it, best first; of several only those whose key verifies it. */
void pool_issuers(struct judge_pool *pool, struct member *child);

/* Checked once for each key. */
bool link_verifies(struct judge_pool *pool, struct member *child, struct member *issuer);

/* --- judge-path.c ------------------------------------------------------------------------------
 */

enum path_end {
	END_ANCHOR,  /* at a trusted certificate */
	END_ROOT,    /* at a self-signed one that isn't */
	END_MISSING, /* no issuer is at hand */
	END_LOOP,    /* all its issuers stand in the path already */
	END_DEEP,    /* JUDGE_DEPTH */
};

struct path {
	struct member *members[JUDGE_DEPTH];
	size_t count;
	enum path_end end;
	size_t outside; /* members that are blocked or not in their time */
};

/* The best JUDGE_PATHS paths from the leaf; returns how many. */
size_t paths_find(struct judge_pool *pool, struct member *leaf, struct path out[JUDGE_PATHS]);

/* --- judge-verdict.c ---------------------------------------------------------------------------
 */

/*
 * What GnuTLS says of a path and the purpose if the last certificate is an anchor, whether it is
 * one or not: status bits; 0 is good.
 */
unsigned verdict_of(const struct path *path, const struct judge_question *question);

/* GnuTLS on this chain and these anchors, with flags beside those for strength. */
unsigned verify_chain(gnutls_x509_trust_list_t list, gnutls_x509_crt_t *chain, size_t count,
	enum purpose purpose, unsigned flags);

/* Append those bits in words. */
void verdict_words(unsigned status, struct buf *out);

#define SENT_MAX 32 /* of longer chains, or where more anchors came up, nothing is said */

/*
 * Is the chain refused as it was presented, by GnuTLS, which follows the first issuer that fits and
 * doesn't turn back?  Appends why.  judge-sent.c
 */
bool sent_is_refused(struct judge_pool *pool, struct buf *why);

/* --- judge-check.c -----------------------------------------------------------------------------
 */

/* What is known of the revocation of a certificate in its path: a sentence for each kind, or NULL. */
enum fate_kind {
	FATE_REVOKED,
	FATE_OCSP_REVOKED,
	FATE_CRL_OUTDATED,
	FATE_CRL_UNUSABLE,
	FATE_OCSP_UNKNOWN,
	FATE_OCSP_OUTDATED,
	FATE_OCSP_UNUSABLE,
	FATE_MUST_STAPLE,
	FATE_TELLS,   /* speaks for it, or says that nothing is at hand: no reason */
	FATE_STAPLED, /* the same of an OCSP answer */
	FATE_COUNT
};

struct fate {
	char *texts[FATE_COUNT];
	bool listed; /* there was a list */
};

/* A certificate in its path. */
struct place {
	struct judge_pool *pool;
	const struct judge_question *question;
	const struct path *path;
	size_t at;
	struct member *member;
	struct member *issuer; /* the next of the path; NULL for the last */
	bool accepted;         /* by GnuTLS, see verdict_of() */
	const struct fate *fates; /* of each certificate of the path */
};

/* True where it fails, with the sentence. */
typedef bool check_fn(const struct place *place, struct buf *text);

/* What a certificate is in its path. */
enum role {
	LEAF = 1,   /* which isn't trusted itself */
	DIRECT = 2, /* a leaf that is */
	MIDDLE = 4, /* issues, isn't trusted */
	ANCHOR = 8, /* issues, is trusted */
	END = 16,   /* the last one, where that isn't trusted */
	LINK = 32,  /* its issuer is there */
	ISSUER = MIDDLE | ANCHOR,
	ANY = LEAF | DIRECT | MIDDLE | ANCHOR,
};

/* Whose word counts: see judge-check.c. */

enum owner {
	DECIDES,
	EXPLAINS,
	MARKS,
};

struct check_row {
	const char *code, *help;
	const char *text; /* the sentence, where the test writes none */
	unsigned where;   /* roles for which it is asked */
	enum owner owner;
	check_fn *test;
	warning_fn *warn; /* instead of test: the same words as in the warnings */
	unsigned fault;   /* instead of test: a fault of its form */
};

extern const struct check_row check_rows[]; /* judge-table.c; ends with a row without a code */

/* Append a reason: those that break come before those that mark.  Takes the text. */
void reason_add(struct judge_path *out, const char *code, struct buf *text, size_t at,
	enum judge_weight weight);

/* Fill trusted, anchored and the reasons of a path. */
void path_check(struct judge_pool *pool, const struct path *path, struct judge_path *out);

/* judge-end.c: why a path doesn't reach an anchor */
check_fn check_issuer_missing, check_self_signed, check_untrusted_root, check_circle,
	check_too_long, check_blocked, check_signature;

/* judge-use.c: what a certificate may be used for */
check_fn check_not_ca, check_key_usage, check_path_length, check_purpose, check_ca_as_leaf,
	check_leaf_usage;

/* judge-constraint.c */
check_fn check_name_constraints;

/*
 * judge-covers.c: both of one kind (enum general_name), by the content of the name; of a directory
 * name that of its SEQUENCE.  False for kinds that know no bases.
 */
bool name_covers(unsigned kind, struct der base, struct der name);

/* judge-revoked.c */
check_fn check_revoked, check_crl_outdated, check_crl_unusable, check_ocsp_revoked,
	check_ocsp_unknown, check_ocsp_outdated, check_ocsp_unusable, check_must_staple;
void fate_judge(const struct place *place, struct fate *out);
char *fate_words(struct fate *fate); /* what speaks for it; NULL: nothing.  The caller frees. */
void fate_done(struct fate *fate);

/* judge-host.c */
check_fn check_host, check_common_name, check_no_san;

/* judge-marks.c: how it is written */
check_fn check_critical, check_not_critical, check_malformed, check_unread, check_odd_name,
	check_no_issuer_key_id, check_odd_key_id, check_misplaced, check_any_purpose,
	check_mixed_purposes, check_policy;

#endif
