/*
 * The chain as it was sent.
 *
 * certary looks at every way; most programs follow one.  GnuTLS takes for the issuer whatever fits
 * first, in the order of the chain, and doesn't turn back; OpenSSL prefers anchors and turns back
 * where it met an issuer that is over, no further.  Where the judgement found a trusted path among
 * several, GnuTLS is asked once more, with everything that was presented and all anchors that came
 * up, so that whoever runs the server learns who refuses it.
 */
#include "pki/judging.h"

#include <time.h>

#include "base/mem.h"
#include "pki/signature.h"

/*
 * Of several issuers of one name GnuTLS prefers one that is in its time, so that its own clock
 * decides where it goes: it is given that of the question.
 */
static _Thread_local time_t asked;

static time_t asked_time(time_t *out)
{
	time_t now = asked != 0 ? asked : time(NULL);
	if (out)
		*out = now;
	return now;
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
	if (!gather(pool, false, chain, &count) || !gather(pool, true, anchors, &trusted) ||
		gnutls_x509_trust_list_add_cas(list, anchors, (unsigned)trusted, 0) < 0)
		return 0;
	asked = (time_t)pool->question->now;
	gnutls_global_set_time_function(asked_time);
	unsigned status = verify_chain(list, chain, count, pool->question->purpose, 0);
	gnutls_global_set_time_function(time);
	asked = 0;
	return status;
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
