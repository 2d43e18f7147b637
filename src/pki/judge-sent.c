/*
 * The chain as it was sent.
 *
 * certary looks at every way; most programs follow one.  GnuTLS takes for the issuer whatever fits
 * first, in the order of the chain, and doesn't turn back; OpenSSL prefers anchors and turns back where
 * it met an issuer that is over, no further.  Where the judgement found a trusted path among several,
 * GnuTLS is asked once more, with everything that was presented and all anchors that came up, so that
 * whoever runs the server learns who refuses it.
 */
#include "pki/judging.h"

#include "base/mem.h"
#include "pki/signature.h"

/* GnuTLS tells what it walked over, but not to whom; dates are of the question, see judge-verdict.c. */
static _Thread_local struct {
	time_t now;
	bool outside;
} walked;

static void see(gnutls_x509_crt_t crt)
{
	if (crt && (walked.now < gnutls_x509_crt_get_activation_time(crt) ||
			   walked.now > gnutls_x509_crt_get_expiration_time(crt)))
		walked.outside = true;
}

static int see_link(gnutls_x509_crt_t cert, gnutls_x509_crt_t issuer, gnutls_x509_crl_t crl,
	unsigned status)
{
	(void)crl;
	(void)status;
	see(cert);
	see(issuer);
	return 0;
}

/* Without those that cost seconds to try; false where there are too many to say anything. */
static bool gather(
	struct judge_pool *pool, bool anchors, gnutls_x509_crt_t out[SENT_MAX], size_t *count)
{
	*count = 0;
	for (size_t i = 0; i < pool->count; i++) {
		struct member *member = pool->members[i];
		bool wanted = anchors ? member->standing == STANDING_TRUSTED : !member->own;
		if (!wanted || !key_is_cheap(&member->cert->parts) || !member_crt(member))
			continue;
		if (*count == SENT_MAX)
			return false;
		out[(*count)++] = member->crt;
	}
	return *count > 0;
}

static unsigned ask(struct judge_pool *pool, gnutls_x509_trust_list_t list)
{
	gnutls_x509_crt_t chain[SENT_MAX], anchors[SENT_MAX];
	size_t count, trusted;
	unsigned status = 0;
	walked.now = (time_t)pool->question->now;
	walked.outside = false;
	if (!gather(pool, false, chain, &count) || !gather(pool, true, anchors, &trusted) ||
		gnutls_x509_trust_list_add_cas(list, anchors, (unsigned)trusted, 0) < 0)
		return 0;
	status = verify_chain(list, chain, count, pool->question->purpose, see_link);
	return status == 0 && walked.outside ? GNUTLS_CERT_EXPIRED : status;
}

bool sent_is_refused(struct judge_pool *pool, struct buf *why)
{
	gnutls_x509_trust_list_t list;
	if (gnutls_x509_trust_list_init(&list, 1) < 0)
		mem_die("GnuTLS has no memory left");
	unsigned status = ask(pool, list);
	gnutls_x509_trust_list_deinit(list, 0);
	if (status != 0)
		verdict_words(status, why);
	return status != 0;
}
