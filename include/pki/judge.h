/*
 * The judgement of one chain: is it trusted, by which way, and if not, everything that speaks
 * against it.
 *
 * A pure function: certificates and a question go in, records come out; nothing is read, and the
 * time is an input.  Whatever else might belong to the chain is asked of the caller's source, which
 * looks it up by name and key identifier; so the cost doesn't depend on how many certificates the
 * caller holds.  GnuTLS gives the verdict on each path, and sees only that path and its anchor;
 * dates, blocked certificates and the search for paths are ours, because GnuTLS judges for its own
 * clock, knows no blocked ones and doesn't turn back where a path leads nowhere.
 *
 * Beside what breaks a path stands what marks it: GnuTLS accepts it, RFC 5280 or the CA/Browser
 * Forum don't, and stricter programs refuse it.  "another-path" marks a trusted chain that GnuTLS
 * refuses in the order in which it was presented, because it follows the first issuer that fits.
 *
 * Revocation is ours as well: a list that the source offers counts where the issuer in the path has
 * signed it, an OCSP answer that was stapled where the issuer or its delegate has.
 *
 * Hostile chains cost a bounded time: at most JUDGE_PRESENTED certificates are looked at,
 * JUDGE_OFFERS taken for one wish, JUDGE_SIGNATURES signatures checked, JUDGE_PATHS paths reported.
 */
#ifndef CERTARY_PKI_JUDGE_H
#define CERTARY_PKI_JUDGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "pki/cert.h"
#include "pki/crl.h"
#include "pki/ocsp.h"

#define JUDGE_PRESENTED  256
#define JUDGE_OFFERS     256
#define JUDGE_SIGNATURES 256
#define JUDGE_PATHS      8
#define JUDGE_DEPTH      24 /* certificates in a path, the leaf and its anchor among them */

/* How the caller holds a certificate. */
enum standing {
	STANDING_STRANGER,  /* not at all */
	STANDING_UNTRUSTED, /* known: it may complete a path, never end one */
	STANDING_TRUSTED,   /* an anchor, also where it is no CA */
	STANDING_BLOCKED,   /* no path through it holds */
};

enum purpose {
	PURPOSE_ANY,
	PURPOSE_SERVER,
	PURPOSE_CLIENT,
};

struct judge_question {
	int64_t now;
	const char *host; /* a name, also in Unicode, or an address; NULL: not asked */
	enum purpose purpose;
	bool leaf_first; /* the first is the leaf, as in TLS; else the leaf is found wherever it
			    stands */
	const struct staple *staples; /* OCSP answers that came with the chain; borrowed */
	size_t staple_count;
	bool live; /* the chain has just come from a server, which was asked for such answers */
};

/* --- the source: what the caller must provide --------------------------------------------------
 */

/*
 * Certificates of this subject, of this key identifier, or both.  subject is RFC 4514 as in
 * cert_info, key_id hexadecimal as there; NULL: any.  Where both are set, a certificate without a
 * key identifier fits too: see judge_fits().
 */
struct judge_wish {
	const char *subject, *key_id;
};

struct judge_pool;

struct judge_source {
	void *ctx;
	enum standing (*standing)(void *ctx, const struct fingerprint *print);
	/*
	 * Offer what is held and fits by judge_offer(), trusted ones first, until that says false.
	 * A certificate that isn't offered doesn't exist; one that doesn't fit does no harm.
	 */
	void (*find)(void *ctx, const struct judge_wish *wish, struct judge_pool *pool);
	/*
	 * May be NULL.  The revocation lists of this CA, n counts from 0; NULL behind the last.  They are
	 * borrowed until it is asked again, and needn't have been verified.
	 */
	struct crl *(*crl)(void *ctx, const struct cert *issuer, size_t n);
	/* May be NULL.  Did a CA of the caller's own revoke this certificate that it has issued? */
	bool (*revoked)(void *ctx, const struct fingerprint *print, struct revocation *out);
};

/* Does a certificate with this subject and key identifier (or NULL) fit the wish? */
bool judge_fits(const struct judge_wish *wish, const char *subject, const char *key_id);

/* Is it at hand already?  Then reading its file can be spared, and offering it changes nothing. */
bool judge_has(const struct judge_pool *pool, const struct fingerprint *print);

/* Hand over a certificate, which the judgement frees.  False: no more of this wish, please. */
bool judge_offer(struct judge_pool *pool, struct cert *take, enum standing standing);

/* --- the judgement -----------------------------------------------------------------------------
 */

enum judge_weight {
	JUDGE_BREAKS, /* because of this the path isn't trusted */
	JUDGE_MARKS,  /* accepted by GnuTLS, but other programs refuse it or people should know */
};

struct judge_reason {
	const char *code; /* "expired", "issuer-missing", …; static */
	char *text;       /* one sentence about the certificate ("It ended on …"), safe text */
	size_t at;        /* which certificate of the path, 0 is the leaf */
	enum judge_weight weight;
};

struct judge_step {
	const struct cert *cert; /* a presented one, or one that the judgement keeps */
	enum standing standing;
	bool presented;
	char *revocation; /* what speaks for it: "not revoked: list of its CA from …"; safe text; NULL:
			     nothing is known, or a reason says all */
};

struct judge_path {
	struct judge_step
		*steps; /* from the leaf upwards; of a path with an anchor that is the last */
	size_t step_count;
	struct judge_reason *reasons; /* those that break first, then in order of importance */
	size_t reason_count, reason_cap;
	bool anchored; /* it ends at a trusted certificate */
	bool trusted;
};

struct judgement {
	bool trusted;
	bool direct; /* the leaf itself is trusted, so that the path consists of it alone */
	bool cut;    /* a limit ended the search: there may be more paths */
	struct judge_path
		*paths; /* trusted ones first, then what lacks least; paths[0] gives the answer */
	size_t path_count; /* 0 where nothing was presented */
	struct judge_pool *pool;
};

/*
 * The presented certificates are borrowed and must outlive the judgement; strangers and duplicates
 * among them do no harm.  source may be NULL: nothing is held, hence nothing trusted.
 *
 * Life: `struct judgement j; judge(…, &j); … judgement_done(&j);`
 */
void judge(const struct cert *const *presented, size_t count, const struct judge_question *question,
	const struct judge_source *source, struct judgement *out);
void judgement_done(struct judgement *judgement);

/* All codes with a line of help each, for the manual; ends with a row whose code is NULL. */
struct judge_help {
	const char *code, *help;
};
const struct judge_help *judge_codes(void);

#endif
