#include "pki/belong.h"

#include "support/unit.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/text.h"
#include "support/certgen.h"
#include "support/notary.h"

/* --- a purchase: key, request, certificate, two CAs above it ------------------------------ */

static struct cert *root, *middle, *lower, *leaf;
static struct request *request;

static struct cert *ca_below(const struct cert *above, size_t key, size_t own, const char *name)
{
	struct authority ca = { above, notary_key("ec256", key) };
	struct terms terms = notary_terms("ca");
	terms.days = 1000;
	terms.path_len = -1;
	terms.issuer_url = "http://ca.example/above.der";
	struct request *asking = notary_request(WORDS(name), notary_key("ec256", own), "ca");
	struct cert *made = notary_issue(asking, &ca, &terms);
	request_free(asking);
	return made;
}

static struct cert *leaf_below(
	const struct cert *above, size_t key, const char *const *words, const struct privkey *own)
{
	struct authority ca = { above, notary_key("ec256", key) };
	struct terms terms = notary_terms("server");
	struct request *asking = notary_request(words, own, "server");
	struct cert *made = notary_issue(asking, &ca, &terms);
	request_free(asking);
	return made;
}

static int make(void **state)
{
	struct terms terms = notary_terms("server");
	(void)state;
	root = notary_ca(notary_key("ec256", 0), -1);
	middle = ca_below(root, 0, 1, "CN=Middle");
	lower = ca_below(middle, 1, 2, "CN=Lower");
	struct authority ca = { lower, notary_key("ec256", 2) };
	request = notary_request(
		WORDS("CN=a.example", "a.example", "b.example"), notary_key("ec256", 3), "server");
	terms.issuer_url = "http://ca.example/lower.der";
	leaf = notary_issue(request, &ca, &terms);
	return 0;
}

static int forget(void **state)
{
	(void)state;
	cert_free(root);
	cert_free(middle);
	cert_free(lower);
	cert_free(leaf);
	request_free(request);
	notary_forget();
	return 0;
}

/* --- asking ------------------------------------------------------------------------------- */

#define CERTS(...) ((const struct cert *const[]){ __VA_ARGS__, NULL })

static void belong_to(const struct privkey *key, const struct request *asking,
	const struct cert *const *certs, const struct judge_source *source, struct belonging *out)
{
	const struct privkey_info *infos[] = { key ? privkey_info(key) : NULL };
	const struct request_info *askings[] = { asking ? request_info(asking) : NULL };
	struct belong_parts parts = {
		.keys = infos,
		.key_count = 1,
		.requests = askings,
		.request_count = 1,
		.certs = certs,
		.now = notary_now() + 60,
		.source = source,
	};
	while (certs[parts.cert_count])
		parts.cert_count++;
	belong(&parts, out);
	for (size_t i = 0; i < out->group_count; i++)
		for (size_t k = 0; k < out->groups[i].advice.count; k++)
			assert_true(text_is_safe(out->groups[i].advice.items[k].text));
	for (size_t k = 0; k < out->advice.count; k++)
		assert_true(text_is_safe(out->advice.items[k].text));
}

static void expect_chain(const struct belong_group *group, const struct cert *const *certs)
{
	size_t count = 0;
	for (; certs[count]; count++)
		if (count < group->chain_count)
			assert_string_equal(cert_info(group->chain[count].cert)->serial,
				cert_info(certs[count])->serial);
	assert_int_equal(group->chain_count, count);
}

static void expect_says(const struct advice *advice, const char *code, const char *part)
{
	const struct advice_row *row = advice_find(advice, code);
	if (!row || !strstr(row->text, part))
		fail_msg("%s: \"%s\" doesn't say \"%s\"", code, row ? row->text : "nothing", part);
}

/* --- a source ----------------------------------------------------------------------------- */

struct held {
	const struct cert *cert;
	enum standing standing;
};

static enum standing held_standing(void *ctx, const struct fingerprint *print)
{
	const struct held *held = ctx;
	for (; held->cert; held++)
		if (fingerprint_compare(&cert_info(held->cert)->sha256, print) == 0)
			return held->standing;
	return STANDING_STRANGER;
}

static void held_find(void *ctx, const struct judge_wish *wish, struct judge_pool *pool)
{
	const struct held *held = ctx;
	for (; held->cert; held++) {
		const struct cert_info *info = cert_info(held->cert);
		struct cert *copy;
		size_t len;
		const uint8_t *der = cert_der(held->cert, &len);
		if (!judge_fits(wish, info->subject, info->key_id))
			continue;
		assert_true(cert_parse(der, len, &copy, NULL));
		if (!judge_offer(pool, copy, held->standing))
			return;
	}
}

#define HOLDS(...)                                                                                 \
	(&(struct judge_source){ .ctx = (struct held[]){ __VA_ARGS__, { 0 } },                     \
		.standing = held_standing,                                                         \
		.find = held_find })

/* --- tests -------------------------------------------------------------------------------- */

static void everything_in_any_order(void **state)
{
	const struct cert *orders[][5] = { { leaf, lower, middle, root },
		{ root, middle, lower, leaf }, { middle, leaf, root, lower },
		{ lower, root, leaf, middle } };
	(void)state;
	for (size_t i = 0; i < 4; i++) {
		struct belonging b;
		belong_to(notary_key("ec256", 3), request, orders[i], NULL, &b);
		assert_int_equal(b.group_count, 1);
		assert_int_equal(b.groups[0].key, 0);
		assert_int_equal(b.groups[0].request, 0);
		assert_ptr_equal(orders[i][b.groups[0].leaf], leaf);
		expect_chain(&b.groups[0], CERTS(leaf, lower, middle, root));
		assert_true(b.groups[0].rooted);
		assert_null(b.groups[0].missing.subject);
		assert_int_equal(b.advice.count, 0);
		assert_int_equal(b.groups[0].advice.count, i == 0 ? 1 : 2);
		expect_advice(&b.groups[0].advice, ADVICE_TELLS, "root-there");
		assert_int_equal(advice_find(&b.groups[0].advice, "order") != NULL, i > 0);
		belonging_done(&b);
	}
}

static void nothing(void **state)
{
	struct belonging b;
	(void)state;
	belong_to(NULL, NULL, CERTS(NULL), NULL, &b);
	assert_int_equal(b.group_count, 0);
	assert_int_equal(b.advice.count, 0);
	belonging_done(&b);
	belong(&(struct belong_parts){ 0 }, &b);
	belonging_done(&b);
}

static void only_a_key(void **state)
{
	struct belonging b;
	(void)state;
	belong_to(notary_key("ec256", 3), NULL, CERTS(NULL), NULL, &b);
	assert_int_equal(b.group_count, 1);
	assert_true(b.groups[0].leaf == BELONG_NONE && b.groups[0].request == BELONG_NONE);
	assert_int_equal(b.groups[0].chain_count, 0);
	expect_says(&b.groups[0].advice, "certificate-missing", "EC, 256 bits");
	expect_silence(&b.groups[0].advice, "key-missing");
	belonging_done(&b);
}

static void only_a_request(void **state)
{
	struct belonging b;
	(void)state;
	belong_to(NULL, request, CERTS(lower), NULL, &b);
	assert_int_equal(b.group_count, 1);
	expect_says(&b.groups[0].advice, "certificate-missing", "request of a.example");
	expect_says(&b.groups[0].advice, "key-missing", "a.example");
	expect_says(&b.advice, "stranger", "Lower");
	belonging_done(&b);
}

/* Certificates without a key: what somebody downloads from a server. */
static void no_key(void **state)
{
	struct belonging b;
	(void)state;
	belong_to(NULL, NULL, CERTS(lower, leaf), NULL, &b);
	assert_int_equal(b.group_count, 1);
	assert_int_equal(b.groups[0].leaf, 1);
	expect_advice(&b.groups[0].advice, ADVICE_WARNS, "key-missing");
	expect_advice(&b.groups[0].advice, ADVICE_TELLS, "request-missing");
	belonging_done(&b);
}

static void issuer_missing(void **state)
{
	struct belonging b;
	(void)state;
	belong_to(notary_key("ec256", 3), request, CERTS(leaf, middle, root), NULL, &b);
	expect_chain(&b.groups[0], CERTS(leaf));
	assert_string_equal(b.groups[0].missing.subject, "CN=Lower");
	assert_string_equal(b.groups[0].missing.key_id, cert_info(lower)->key_id);
	assert_string_equal(b.groups[0].missing.url, "http://ca.example/lower.der");
	expect_advice(&b.groups[0].advice, ADVICE_WARNS, "chain-missing");
	expect_says(&b.groups[0].advice, "chain-missing", cert_info(lower)->key_id);
	expect_says(&b.groups[0].advice, "chain-missing", "http://ca.example/lower.der");
	expect_says(&b.advice, "stranger", "Middle, Test CA");
	assert_int_equal(b.roles[1], BELONG_STRANGER);
	belonging_done(&b);
}

static void root_missing(void **state)
{
	struct belonging b;
	(void)state;
	belong_to(notary_key("ec256", 3), request, CERTS(middle, lower, leaf), NULL, &b);
	expect_chain(&b.groups[0], CERTS(leaf, lower, middle));
	assert_false(b.groups[0].rooted);
	assert_string_equal(b.groups[0].missing.subject, cert_info(root)->subject);
	expect_advice(&b.groups[0].advice, ADVICE_TELLS, "root-missing");
	expect_silence(&b.groups[0].advice, "chain-missing");
	belonging_done(&b);
}

static void completed_from_the_source(void **state)
{
	struct belonging b;
	(void)state;
	belong_to(notary_key("ec256", 3), request, CERTS(leaf),
		HOLDS({ lower, STANDING_UNTRUSTED }, { middle, STANDING_BLOCKED },
			{ root, STANDING_TRUSTED }),
		&b);
	expect_chain(&b.groups[0], CERTS(leaf, lower, middle, root));
	assert_int_equal(b.groups[0].chain[0].at, 0);
	assert_true(b.groups[0].chain[1].at == BELONG_NONE);
	assert_int_equal(b.groups[0].chain[1].standing, STANDING_UNTRUSTED);
	assert_int_equal(b.groups[0].chain[3].standing, STANDING_TRUSTED);
	expect_says(&b.groups[0].advice, "chain-held", "3 of the chain are");
	expect_says(&b.groups[0].advice, "blocked", "Middle");
	expect_silence(&b.groups[0].advice, "root-there");
	belonging_done(&b);
}

/* Whoever trusts an intermediate CA needs no root, and is shown one all the same if it is there. */
static void trusted_below_the_root(void **state)
{
	struct belonging b;
	struct judge_source *source = HOLDS({ middle, STANDING_TRUSTED });
	(void)state;
	belong_to(notary_key("ec256", 3), NULL, CERTS(leaf, lower), source, &b);
	expect_chain(&b.groups[0], CERTS(leaf, lower, middle));
	assert_null(b.groups[0].missing.subject);
	belonging_done(&b);
	belong_to(notary_key("ec256", 3), NULL, CERTS(leaf, lower, root), source, &b);
	expect_chain(&b.groups[0], CERTS(leaf, lower, middle, root));
	belonging_done(&b);
}

/* Clients don't trust a server's certificate because this machine does. */
static void a_trusted_leaf(void **state)
{
	struct belonging b;
	(void)state;
	belong_to(notary_key("ec256", 3), NULL, CERTS(leaf), HOLDS({ leaf, STANDING_TRUSTED }), &b);
	assert_int_equal(b.groups[0].chain[0].standing, STANDING_TRUSTED);
	expect_advice(&b.groups[0].advice, ADVICE_WARNS, "chain-missing");
	belonging_done(&b);
}

static void duplicates_and_strangers(void **state)
{
	struct cert *other = notary_ca(notary_key("ec384", 0), -1);
	struct belonging b;
	(void)state;
	belong_to(notary_key("ec256", 3), request, CERTS(leaf, lower, leaf, other, lower, middle),
		NULL, &b);
	expect_chain(&b.groups[0], CERTS(leaf, lower, middle));
	assert_int_equal(b.roles[0], BELONG_LEAF);
	assert_int_equal(b.roles[1], BELONG_ABOVE);
	assert_int_equal(b.roles[2], BELONG_DUPLICATE);
	assert_int_equal(b.roles[3], BELONG_STRANGER);
	assert_int_equal(b.roles[4], BELONG_DUPLICATE);
	expect_says(&b.advice, "duplicate", "a.example, Lower");
	expect_says(&b.advice, "stranger", "Test CA");
	expect_silence(&b.groups[0].advice, "order");
	belonging_done(&b);
	cert_free(other);
}

/* The root of the same name has another key, and no key identifier says so. */
static void a_name_is_not_enough(void **state)
{
	struct generated *true_root = certgen(&(struct certgen){ .cn = "R", .ca = true });
	struct generated *false_root = certgen(&(struct certgen){ .cn = "R", .ca = true });
	struct generated *made = certgen(&(struct certgen){ .cn = "x", .issuer = true_root });
	struct cert *certs[3];
	struct belonging b;
	size_t len;
	(void)state;
	const struct generated *all[] = { made, false_root, true_root };
	for (size_t i = 0; i < 3; i++) {
		const uint8_t *der = generated_der(all[i], &len);
		assert_true(cert_parse(der, len, &certs[i], NULL));
	}
	belong_to(NULL, NULL, CERTS(certs[0], certs[1]), NULL, &b);
	assert_int_equal(b.groups[0].chain_count, 1);
	assert_string_equal(b.groups[0].missing.subject, "CN=R");
	assert_null(b.groups[0].missing.key_id);
	assert_int_equal(b.roles[1], BELONG_STRANGER);
	belonging_done(&b);
	belong_to(NULL, NULL, CERTS(certs[0], certs[1], certs[2]), NULL, &b);
	assert_int_equal(b.groups[0].chain_count, 2);
	assert_ptr_equal(b.groups[0].chain[1].cert, certs[2]);
	assert_int_equal(b.roles[1], BELONG_STRANGER);
	belonging_done(&b);
	for (size_t i = 0; i < 3; i++)
		cert_free(certs[i]);
	generated_free(made);
	generated_free(false_root);
	generated_free(true_root);
}

static void other_key(void **state)
{
	struct belonging b;
	(void)state;
	belong_to(notary_key("ec384", 0), NULL, CERTS(leaf, lower), NULL, &b);
	assert_int_equal(b.group_count, 2);
	assert_int_equal(b.groups[0].key, 0);
	assert_true(b.groups[0].leaf == BELONG_NONE);
	assert_true(b.groups[1].key == BELONG_NONE);
	expect_chain(&b.groups[1], CERTS(leaf, lower));
	expect_says(&b.advice, "other-key", "none of the certificates");
	expect_silence(&b.advice, "key-changed");
	belonging_done(&b);
}

/* The CA answered a request that was made before with another key. */
static void key_changed(void **state)
{
	struct request *again =
		notary_request(WORDS("CN=Other", "B.example"), notary_key("ec384", 0), "server");
	struct request *foreign = notary_request(
		WORDS("CN=c.example", "c.example"), notary_key("ec384", 0), "server");
	struct belonging b;
	(void)state;
	belong_to(notary_key("ec384", 0), again, CERTS(leaf), NULL, &b);
	expect_says(&b.advice, "key-changed", "The certificate of a.example isn't for the key");
	belonging_done(&b);
	belong_to(notary_key("ec384", 0), foreign, CERTS(leaf), NULL, &b);
	expect_silence(&b.advice, "key-changed");
	expect_advice(&b.advice, ADVICE_WARNS, "other-key");
	belonging_done(&b);
	request_free(foreign);
	request_free(again);
}

static void what_the_ca_made_of_it(void **state)
{
	struct cert *answer =
		leaf_below(lower, 2, WORDS("O=Acme", "CN=a.example", "a.example", "www.a.example"),
			notary_key("ec256", 3));
	struct belonging b;
	(void)state;
	belong_to(notary_key("ec256", 3), request, CERTS(answer, lower, middle, root), NULL, &b);
	expect_advice(&b.groups[0].advice, ADVICE_WARNS, "name-dropped");
	expect_says(&b.groups[0].advice, "name-dropped", "DNS:b.example,");
	expect_says(&b.groups[0].advice, "name-added", "DNS:www.a.example,");
	expect_says(&b.groups[0].advice, "subject-changed", "asks for \"CN=a.example\"");
	belonging_done(&b);
	cert_free(answer);
}

static void a_request_that_was_changed(void **state)
{
	struct request *bad;
	struct belonging b;
	size_t len;
	const uint8_t *der = request_der(request, &len);
	uint8_t bytes[2048];
	(void)state;
	assert_true(len < sizeof bytes);
	memcpy(bytes, der, len);
	bytes[len - 1] ^= 1;
	assert_true(request_read(bytes, len, &bad, NULL));
	belong_to(NULL, bad, CERTS(NULL), NULL, &b);
	expect_advice(&b.groups[0].advice, ADVICE_WARNS, "request-signature");
	belonging_done(&b);
	request_free(bad);
}

/* A renewal beside its predecessor: the newer one counts, unless it hasn't begun. */
static void the_newest_counts(void **state)
{
	struct authority ca = { lower, notary_key("ec256", 2) };
	struct terms terms = notary_terms("server");
	struct belonging b;
	(void)state;
	terms.now += 30;
	struct cert *newer = notary_issue(request, &ca, &terms);
	terms.now += 30 * CLOCK_DAY;
	struct cert *future = notary_issue(request, &ca, &terms);
	belong_to(notary_key("ec256", 3), request, CERTS(future, leaf, newer), NULL, &b);
	assert_int_equal(b.group_count, 1);
	assert_int_equal(b.groups[0].leaf, 2);
	assert_int_equal(b.roles[0], BELONG_OLDER);
	assert_int_equal(b.roles[1], BELONG_OLDER);
	assert_int_equal(b.roles[2], BELONG_LEAF);
	expect_says(&b.advice, "older", "a.example, a.example");
	belonging_done(&b);
	belong_to(notary_key("ec256", 3), request, CERTS(future), NULL, &b);
	expect_says(&b.groups[0].advice, "not-yet", "a.example begins on 2026-07-01");
	belonging_done(&b);
	cert_free(future);
	cert_free(newer);
}

static void expired(void **state)
{
	const struct cert *certs[] = { leaf };
	struct belong_parts parts = {
		.certs = certs, .cert_count = 1, .now = notary_now() + 91 * CLOCK_DAY
	};
	struct belonging b;
	(void)state;
	belong(&parts, &b);
	expect_says(&b.groups[0].advice, "expired", "a.example ended on 2026-08-30");
	belonging_done(&b);
}

/* Two CAs that certify each other, a root over one of them, an older one over the other. */
static void cross_signed(void **state)
{
	struct terms terms = notary_terms("ca");
	terms.days = 3000;
	terms.path_len = -1;
	struct cert *second = notary_self(WORDS("CN=Second"), notary_key("ec384", 1), &terms);
	struct authority ca = { second, notary_key("ec384", 1) };
	struct request *asking =
		notary_request(WORDS("O=Tests", "CN=Test CA"), notary_key("ec256", 0), "ca");
	struct cert *cross = notary_issue(asking, &ca, &terms);
	struct belonging b;
	(void)state;
	belong_to(notary_key("ec256", 3), request, CERTS(second, cross, root, middle, lower, leaf),
		NULL, &b);
	expect_chain(&b.groups[0], CERTS(leaf, lower, middle, root));
	assert_int_equal(b.roles[0], BELONG_OTHER_WAY);
	assert_int_equal(b.roles[1], BELONG_OTHER_WAY);
	expect_says(&b.advice, "other-way", "Second, Test CA");
	expect_silence(&b.advice, "stranger");
	belonging_done(&b);
	belong_to(notary_key("ec256", 3), request, CERTS(second, cross, middle, lower, leaf), NULL,
		&b);
	expect_chain(&b.groups[0], CERTS(leaf, lower, middle, cross, second));
	assert_true(b.groups[0].rooted);
	belonging_done(&b);
	belong_to(notary_key("ec256", 3), request, CERTS(cross, middle, lower, leaf), NULL, &b);
	assert_string_equal(b.groups[0].missing.subject, "CN=Second");
	belonging_done(&b);
	cert_free(cross);
	request_free(asking);
	cert_free(second);
}

/* A and B certify each other, and nobody stands above them. */
static void a_circle(void **state)
{
	struct terms terms = notary_terms("ca");
	terms.days = 1000;
	terms.path_len = -1;
	struct cert *a = notary_self(WORDS("CN=A"), notary_key("ec256", 0), &terms);
	struct cert *b_root = notary_self(WORDS("CN=B"), notary_key("ec256", 1), &terms);
	struct cert *b_by_a = ca_below(a, 0, 1, "CN=B"), *a_by_b = ca_below(b_root, 1, 0, "CN=A");
	struct cert *end =
		leaf_below(a, 0, WORDS("CN=x.example", "x.example"), notary_key("ec256", 2));
	struct belonging b;
	(void)state;
	belong_to(NULL, NULL, CERTS(b_by_a, a_by_b, end), NULL, &b);
	assert_int_equal(b.group_count, 1);
	expect_chain(&b.groups[0], CERTS(end, a_by_b, b_by_a));
	assert_string_equal(b.groups[0].missing.subject, "CN=A");
	belonging_done(&b);
	belong_to(NULL, NULL, CERTS(b_by_a, a_by_b), NULL, &b);
	assert_int_equal(b.group_count, 1);
	assert_int_equal(b.groups[0].chain_count, 2);
	belonging_done(&b);
	cert_free(end);
	cert_free(a_by_b);
	cert_free(b_by_a);
	cert_free(b_root);
	cert_free(a);
}

static void cas_alone(void **state)
{
	struct belonging b;
	(void)state;
	belong_to(NULL, NULL, CERTS(root, lower, middle), NULL, &b);
	assert_int_equal(b.group_count, 1);
	expect_chain(&b.groups[0], CERTS(lower, middle, root));
	belonging_done(&b);
	belong_to(NULL, NULL, CERTS(root), NULL, &b);
	expect_chain(&b.groups[0], CERTS(root));
	expect_advice(&b.groups[0].advice, ADVICE_TELLS, "self-signed");
	expect_silence(&b.groups[0].advice, "root-there");
	belonging_done(&b);
	belong_to(notary_key("ec256", 1), NULL, CERTS(root, middle), NULL, &b);
	assert_int_equal(b.groups[0].key, 0);
	expect_chain(&b.groups[0], CERTS(middle, root));
	belonging_done(&b);
}

/* Two purchases in one folder, and a key that is there twice. */
static void several(void **state)
{
	struct cert *mine =
		leaf_below(middle, 1, WORDS("CN=c.example", "c.example"), notary_key("ec384", 0));
	const struct privkey_info *keys[] = { privkey_info(notary_key("ec384", 1)),
		privkey_info(notary_key("ec384", 0)), NULL, privkey_info(notary_key("ec256", 3)),
		privkey_info(notary_key("ec384", 0)) };
	const struct request_info *requests[] = { request_info(request), request_info(request) };
	const struct cert *certs[] = { lower, leaf, mine, middle };
	struct belong_parts parts = { keys, requests, certs, 5, 2, 4, notary_now() + 60, NULL };
	struct belonging b;
	(void)state;
	belong(&parts, &b);
	assert_int_equal(b.group_count, 3);
	assert_int_equal(b.groups[0].key, 3);
	expect_chain(&b.groups[0], CERTS(leaf, lower, middle));
	expect_advice(&b.groups[0].advice, ADVICE_TELLS, "request-twice");
	assert_int_equal(b.groups[0].request, 1);
	assert_int_equal(b.groups[1].key, 1);
	expect_chain(&b.groups[1], CERTS(mine, middle));
	expect_advice(&b.groups[1].advice, ADVICE_TELLS, "key-twice");
	assert_int_equal(b.groups[2].key, 0);
	expect_advice(&b.groups[2].advice, ADVICE_WARNS, "certificate-missing");
	assert_int_equal(b.advice.count, 0);
	belonging_done(&b);
	cert_free(mine);
}

/* More CAs of one name than anybody looks at. */
static void a_crowd_of_one_name(void **state)
{
	struct cert *crowd[JUDGE_PRESENTED + 20];
	const struct cert *certs[JUDGE_PRESENTED + 21];
	const size_t count = JUDGE_PRESENTED + 20;
	const struct privkey_info *keys[] = { privkey_info(notary_key("ec256", 3)) };
	struct belonging b;
	(void)state;
	for (size_t i = 0; i < count; i++)
		certs[i + 1] = crowd[i] = ca_below(root, 0, 2, "CN=Lower");
	certs[0] = leaf;
	struct belong_parts parts = { .keys = keys,
		.key_count = 1,
		.certs = certs,
		.cert_count = count + 1,
		.now = notary_now() + 60 };
	belong(&parts, &b);
	assert_int_equal(b.group_count, 1);
	assert_int_equal(b.groups[0].chain_count, 2);
	belonging_done(&b);
	for (size_t i = 0; i < count; i++)
		cert_free(crowd[i]);
}

#define MESH 8

/* Eight CAs, each certified by each: more ways than there is time for, at first without a root. */
static void a_mesh(void **state)
{
	static const char *const cns[MESH] = { "A", "B", "C", "D", "E", "F", "G", "H" };
	struct generated *roots[MESH], *cross, *end;
	struct cert *made[MESH * MESH];
	const struct cert *certs[MESH * MESH];
	struct belong_parts parts = { .certs = certs, .now = certgen_time(CERTGEN_FROM) };
	struct belonging b;
	size_t len;
	(void)state;
	for (size_t i = 0; i < MESH; i++)
		roots[i] = certgen(&(struct certgen){ .cn = cns[i], .ca = true });
	for (size_t i = 0; i < MESH * MESH; i++) {
		if (i / MESH == i % MESH)
			continue;
		cross = certgen(&(struct certgen){ .cn = cns[i / MESH],
			.ca = true,
			.key_of = roots[i / MESH],
			.issuer = roots[i % MESH] });
		const uint8_t *der = generated_der(cross, &len);
		assert_true(cert_parse(der, len, &made[parts.cert_count++], NULL));
		generated_free(cross);
	}
	end = certgen(&(struct certgen){ .cn = "x.example", .issuer = roots[0] });
	const uint8_t *der = generated_der(end, &len);
	assert_true(cert_parse(der, len, &made[parts.cert_count++], NULL));
	memcpy(certs, made, parts.cert_count * sizeof certs[0]);
	belong(&parts, &b);
	assert_int_equal(b.group_count, 1);
	assert_in_range(b.groups[0].chain_count, 3, 1 + MESH);
	assert_false(b.groups[0].rooted);
	assert_non_null(b.groups[0].missing.subject);
	belonging_done(&b);
	der = generated_der(roots[MESH - 1], &len);
	assert_true(cert_parse(der, len, &made[parts.cert_count], NULL));
	certs[parts.cert_count] = made[parts.cert_count];
	parts.cert_count++;
	belong(&parts, &b);
	assert_true(b.groups[0].rooted);
	belonging_done(&b);
	for (size_t i = 0; i < parts.cert_count; i++)
		cert_free(made[i]);
	generated_free(end);
	for (size_t i = 0; i < MESH; i++)
		generated_free(roots[i]);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(everything_in_any_order),
		cmocka_unit_test(nothing),
		cmocka_unit_test(only_a_key),
		cmocka_unit_test(only_a_request),
		cmocka_unit_test(no_key),
		cmocka_unit_test(issuer_missing),
		cmocka_unit_test(root_missing),
		cmocka_unit_test(completed_from_the_source),
		cmocka_unit_test(trusted_below_the_root),
		cmocka_unit_test(a_trusted_leaf),
		cmocka_unit_test(duplicates_and_strangers),
		cmocka_unit_test(a_name_is_not_enough),
		cmocka_unit_test(other_key),
		cmocka_unit_test(key_changed),
		cmocka_unit_test(what_the_ca_made_of_it),
		cmocka_unit_test(a_request_that_was_changed),
		cmocka_unit_test(the_newest_counts),
		cmocka_unit_test(expired),
		cmocka_unit_test(cross_signed),
		cmocka_unit_test(a_circle),
		cmocka_unit_test(cas_alone),
		cmocka_unit_test(several),
		cmocka_unit_test(a_crowd_of_one_name),
		cmocka_unit_test(a_mesh),
	};
	return cmocka_run_group_tests(tests, make, forget);
}
