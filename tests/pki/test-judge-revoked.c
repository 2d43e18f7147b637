/*
 * Revocation as a judgement tells it, by lists and answers that OpenSSL's own CA and responder made.
 */
#include "pki/judge.h"

#include "support/unit.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/clock.h"
#include "base/mem.h"
#include "support/notary.h"

#define MOST 4

/* An office on disk: two roots of one name, an intermediate that may not sign lists, certificates. */
static const char config[] =
	"[ca]\ndefault_ca=d\n"
	"[d]\ndir=.\ndatabase=index.txt\nserial=serial\ncrlnumber=crlnumber\nnew_certs_dir=.\n"
	"certificate=root.pem\nprivate_key=root.key\ndefault_md=sha256\ndefault_days=900\n"
	"default_crl_days=30\npolicy=p\nunique_subject=no\nx509_extensions=leaf\ncrl_extensions=plain\n"
	"[p]\ncommonName=supplied\n"
	"[req]\ndistinguished_name=dn\n[dn]\n"
	"[plain]\nauthorityKeyIdentifier=keyid:always\n"
	"[delta]\nauthorityKeyIdentifier=keyid:always\n2.5.29.27=critical,DER:02:01:01\n"
	"[indirect]\nissuingDistributionPoint=critical,@i1\n[i1]\nindirectCRL=TRUE\n"
	"[leaves]\nissuingDistributionPoint=critical,@i2\n[i2]\nonlyuser=TRUE\n"
	"[cas]\nissuingDistributionPoint=critical,@i3\n[i3]\nonlyCA=TRUE\n"
	"[reasons]\nissuingDistributionPoint=critical,@i4\n[i4]\nonlysomereasons=keyCompromise\n"
	"[here]\nissuingDistributionPoint=critical,@i5\n[i5]\nfullname=URI:http://crl.example/a.crl\n"
	"[there]\nissuingDistributionPoint=critical,@i6\n[i6]\nfullname=URI:http://crl.example/b.crl\n"
	"[strange]\n1.2.3.4=critical,DER:05:00\n"
	"[root]\nbasicConstraints=critical,CA:TRUE\nkeyUsage=keyCertSign,cRLSign\n"
	"subjectKeyIdentifier=hash\n"
	"[mute]\nbasicConstraints=critical,CA:TRUE\nkeyUsage=keyCertSign\nsubjectKeyIdentifier=hash\n"
	"authorityKeyIdentifier=keyid\n"
	"[leaf]\nbasicConstraints=CA:FALSE\nsubjectAltName=DNS:a.example\nsubjectKeyIdentifier=hash\n"
	"authorityKeyIdentifier=keyid\ncrlDistributionPoints=URI:http://crl.example/a.crl\n"
	"[must]\nbasicConstraints=CA:FALSE\nsubjectAltName=DNS:a.example\nauthorityKeyIdentifier=keyid\n"
	"tlsfeature=status_request\n"
	"[ocsp]\nbasicConstraints=CA:FALSE\nextendedKeyUsage=OCSPSigning\nauthorityKeyIdentifier=keyid\n";

static const char office[] =
	"set -e; exec >log 2>&1; : >index.txt; echo 1000 >serial; echo 01 >crlnumber\n"
	"new() { openssl req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -config c \"$@\"; }\n"
	"root() { new -x509 -keyout $1.key -out $1.pem -subj \"$2\" -days 3000 -extensions root; }\n"
	"cert() { new -keyout $1.key -out $1.csr -subj /CN=$1\n"
	"  openssl ca -batch -config c -extensions $2 -in $1.csr -out $1.pem -notext; }\n"
	"list() { openssl ca -config c -gencrl -crlexts $2 -out $1.crl $3; }\n"
	"root root /CN=Root; root twin /CN=Root; root other /CN=Other\n"
	"for c in good bad held; do cert $c leaf; done; cert must must; cert resp ocsp; cert mute mute\n"
	"list empty plain\n"
	"openssl ca -config c -revoke bad.pem -crl_reason keyCompromise\n"
	"openssl ca -config c -revoke held.pem -crl_hold holdInstructionReject\n"
	"for e in plain delta indirect leaves cas reasons here there strange; do list $e $e; done\n"
	"list forged plain '-cert twin.pem -keyfile twin.key'\n"
	"new -keyout low.key -out low.csr -subj /CN=low\n"
	"openssl ca -batch -config c -extensions leaf -cert mute.pem -keyfile mute.key -in low.csr "
	"-out low.pem -notext\n"
	"list mute plain '-cert mute.pem -keyfile mute.key'\n"
	"ask() { openssl ocsp -issuer root.pem -cert $1.pem -no_nonce -reqout $2.req\n"
	"  openssl ocsp -index index.txt -CA root.pem -rsigner $3.pem -rkey $3.key -reqin $2.req "
	"-respout $2.der -ndays 3 $4; }\n"
	"ask good good root; ask good delegate resp; ask bad bad resp; ask held held resp\n"
	"ask good ageless root; openssl ocsp -index index.txt -CA root.pem -rsigner root.pem -rkey root.key "
	"-reqin ageless.req -respout ageless.der\n"
	"ask good forged good; ask good twin twin; ask good leaner resp -resp_no_certs\n"
	"openssl ocsp -issuer root.pem -serial 0x99 -no_nonce -reqout nobody.req\n"
	"openssl x509 -req -in good.csr -CA root.pem -CAkey root.key -set_serial 0x99 -days 900 "
	"-out nobody.pem\n"
	"openssl ocsp -index index.txt -CA root.pem -rsigner resp.pem -rkey resp.key -reqin nobody.req "
	"-respout nobody.der -ndays 3\n";

struct bench {
	struct tmp *tmp;
	struct cert *root, *held[MOST];
	struct crl *lists[MOST];
	size_t list_count;
	struct fingerprint revoked;
	bool has_revoked;
};

static struct cert *read_cert(struct tmp *tmp, const char *name)
{
	size_t len;
	struct cert *cert;
	notary_shell(tmp, "openssl x509 -in %s.pem -outform der -out read.der", name);
	const char *der = tmp_read(tmp, "read.der", &len);
	assert_true(cert_parse(der, len, &cert, NULL));
	return cert;
}

static struct crl *read_list(struct tmp *tmp, const char *name)
{
	size_t len;
	struct crl *crl;
	struct error err;
	char *file = mem_format("%s.crl", name);
	const char *pem = tmp_read(tmp, file, &len);
	free(file);
	if (!crl_read(pem, len, &crl, &err))
		fail_msg("%s: %s", name, err.text);
	return crl;
}

static enum standing standing(void *ctx, const struct fingerprint *print)
{
	const struct bench *b = ctx;
	return fingerprint_compare(&cert_info(b->root)->sha256, print) == 0 ? STANDING_TRUSTED :
									      STANDING_STRANGER;
}

static void find(void *ctx, const struct judge_wish *wish, struct judge_pool *pool)
{
	const struct bench *b = ctx;
	struct cert *copy;
	size_t len;
	const uint8_t *der = cert_der(b->root, &len);
	const struct cert_info *info = cert_info(b->root);
	if (judge_fits(wish, info->subject, info->key_id) && cert_parse(der, len, &copy, NULL))
		judge_offer(pool, copy, STANDING_TRUSTED);
}

/* All of them, whoever asks: the judgement must tell whose they are. */
static struct crl *lists_of(void *ctx, const struct cert *issuer, size_t n)
{
	const struct bench *b = ctx;
	(void)issuer;
	return n < b->list_count ? b->lists[n] : NULL;
}

static bool revoked(void *ctx, const struct fingerprint *print, struct revocation *out)
{
	const struct bench *b = ctx;
	*out = (struct revocation){ .when = 1700000000 };
	return b->has_revoked && fingerprint_compare(&b->revoked, print) == 0;
}

struct row {
	const char *cert, *list, *staple;
	int days;         /* from now on */
	const char *says; /* "yes" or "no", and the codes; what is told behind a slash */
};

/* "no revoked crl-unusable / not revoked" */
static char *said(const struct judgement *j)
{
	struct buf out = { 0 };
	const struct judge_path *path = &j->paths[0];
	buf_text_add(&out, path->trusted ? "yes" : "no");
	for (size_t i = 0; i < path->reason_count; i++)
		buf_format(&out, " %s@%zu", path->reasons[i].code, path->reasons[i].at);
	if (path->steps[0].revocation)
		buf_format(&out, " / %.12s", path->steps[0].revocation);
	return buf_take(&out);
}

static void judge_row(struct bench *b, const struct row *row)
{
	struct cert *leaf = read_cert(b->tmp, row->cert), *mute = read_cert(b->tmp, "mute");
	const struct cert *chain[] = { leaf, mute };
	struct staple staple = { 0 };
	struct judge_source source = { b, standing, find, lists_of, revoked };
	struct judge_question q = { .now = time(NULL) + (int64_t)row->days * CLOCK_DAY,
		.host = NULL, .leaf_first = true, .live = true, .staples = &staple };
	struct judgement j;
	if (row->list)
		b->lists[b->list_count++] = read_list(b->tmp, row->list);
	if (row->staple) {
		char *file = mem_format("%s.der", row->staple);
		staple.bytes = tmp_read(b->tmp, file, &staple.len);
		q.staple_count = 1;
		free(file);
	}
	judge(chain, 2, &q, &source, &j);
	char *all = said(&j);
	if (strcmp(all, row->says) != 0)
		fail_msg("%s, %s, %s, %d days: %s, not %s", row->cert, row->list, row->staple,
			row->days, all, row->says);
	free(all);
	judgement_done(&j);
	while (b->list_count > 0)
		crl_free(b->lists[--b->list_count]);
	cert_free(leaf);
	cert_free(mute);
}

static void judge_rows(struct tmp *tmp, const struct row *rows, size_t count)
{
	struct bench b = { .tmp = tmp, .root = read_cert(tmp, "root") };
	for (size_t i = 0; i < count; i++)
		judge_row(&b, &rows[i]);
	cert_free(b.root);
}

#define ROWS(rows) (rows), sizeof(rows) / sizeof((rows)[0])

static void lists(void **state)
{
	static const struct row rows[] = {
		{ "good", NULL, NULL, 0, "yes / no revocatio" },
		{ "good", "empty", NULL, 0, "yes / not revoked:" },
		{ "bad", "empty", NULL, 0, "yes / not revoked:" },
		{ "good", "plain", NULL, 0, "yes / not revoked:" },
		{ "bad", "plain", NULL, 0, "no revoked@0" },
		{ "held", "plain", NULL, 0, "no revoked@0" },
		/* what it said stays so; what it can't know is marked */
		{ "good", "plain", NULL, 40, "yes crl-outdated@0" },
		{ "bad", "plain", NULL, 40, "no revoked@0" },
		{ "held", "plain", NULL, 40, "yes crl-outdated@0" },
		{ "good", "plain", NULL, -1, "no not-yet-valid@0 not-yet-valid@1 crl-unusable@0" },
		/* one that the CA hasn't signed says nothing, of nobody */
		{ "bad", "forged", NULL, 0, "yes crl-unusable@0" },
		{ "bad", "mute", NULL, 0, "yes crl-unusable@0" },
		{ "low", "mute", NULL, 0, "yes crl-unusable@0 crl-unusable@1" },
		/* kinds that aren't worked with */
		{ "good", "delta", NULL, 0, "yes crl-unusable@0" },
		{ "good", "indirect", NULL, 0, "yes crl-unusable@0" },
		{ "bad", "indirect", NULL, 0, "yes crl-unusable@0" },
		{ "good", "reasons", NULL, 0, "yes crl-unusable@0" },
		{ "bad", "reasons", NULL, 0, "no revoked@0" },
		{ "good", "strange", NULL, 0, "yes crl-unusable@0" },
		{ "good", "cas", NULL, 0, "yes crl-unusable@0" },
		{ "good", "leaves", NULL, 0, "yes / not revoked:" },
		{ "good", "here", NULL, 0, "yes / not revoked:" },
		{ "good", "there", NULL, 0, "yes crl-unusable@0" },
	};
	judge_rows(*state, ROWS(rows));
}

static void staples(void **state)
{
	static const struct row rows[] = {
		{ "good", NULL, "good", 0, "yes / stapled OCSP" },
		{ "good", NULL, "delegate", 0, "yes / stapled OCSP" },
		{ "bad", NULL, "bad", 0, "no ocsp-revoked@0 / no revocatio" },
		{ "bad", NULL, "bad", 10, "no ocsp-revoked@0 / no revocatio" },
		{ "held", NULL, "held", 0, "no ocsp-revoked@0 / no revocatio" },
		{ "held", NULL, "held", 10, "yes ocsp-outdated@0 / no revocatio" },
		{ "good", NULL, "good", 10, "yes ocsp-outdated@0 / no revocatio" },
		{ "good", NULL, "ageless", 6, "yes / stapled OCSP" },
		{ "good", NULL, "ageless", 8, "yes ocsp-outdated@0 / no revocatio" },
		{ "good", NULL, "forged", 0, "yes ocsp-unusable@0 / no revocatio" },
		{ "good", NULL, "twin", 0, "yes ocsp-unusable@0 / no revocatio" },
		{ "good", NULL, "leaner", 0, "yes ocsp-unusable@0 / no revocatio" },
		{ "good", NULL, "bad", 0, "yes ocsp-unusable@0 / no revocatio" },
		{ "bad", NULL, "good", 0, "yes ocsp-unusable@0 / no revocatio" },
		{ "nobody", NULL, "nobody", 0, "yes ocsp-unknown@0 v1@0" },
		{ "must", NULL, NULL, 0, "yes must-staple@0" },
		{ "bad", "plain", "bad", 0, "no revoked@0 ocsp-revoked@0" },
	};
	judge_rows(*state, ROWS(rows));
}

/* Every octet of an answer counts. */
static void damaged_answers(void **state)
{
	struct tmp *tmp = *state;
	struct cert *good = read_cert(tmp, "good"), *bad = read_cert(tmp, "bad"),
		    *root = read_cert(tmp, "root");
	struct ocsp_answer answer;
	size_t len;
	const char *sent = tmp_read(tmp, "good.der", &len);
	uint8_t *bytes = mem_copy(sent, len);
	for (size_t i = 0; i < len; i++) {
		bytes[i] ^= 0x01;
		ocsp_judge(&(struct staple){ bytes, len }, bad, root, time(NULL), &answer);
		assert_true(answer.status == OCSP_STRANGE || answer.status == OCSP_FORGED);
		bytes[i] ^= 0x01;
		ocsp_judge(&(struct staple){ bytes, i }, good, root, time(NULL), &answer);
		assert_true(answer.status == OCSP_STRANGE);
	}
	ocsp_judge(&(struct staple){ bytes, len }, good, root, time(NULL), &answer);
	assert_int_equal(answer.status, OCSP_GOOD);
	free(bytes);
	cert_free(good);
	cert_free(bad);
	cert_free(root);
}

/* The same of a list: whatever is altered, it is no longer its CA's. */
static void damaged_lists(void **state)
{
	struct tmp *tmp = *state;
	struct cert *root = read_cert(tmp, "root");
	struct crl *crl = read_list(tmp, "plain"), *again;
	size_t len;
	const uint8_t *sent = crl_der(crl, &len);
	uint8_t *bytes = mem_copy(sent, len);
	assert_true(crl_is_by(crl, root));
	for (size_t i = 0; i < len; i++) {
		bytes[i] ^= 0x01;
		if (crl_read(bytes, len, &again, NULL)) {
			assert_false(crl_is_by(again, root));
			crl_free(again);
		}
		bytes[i] ^= 0x01;
	}
	free(bytes);
	crl_free(crl);
	cert_free(root);
}

static void own_records(void **state)
{
	struct bench b = { .tmp = *state, .root = read_cert(*state, "root"), .has_revoked = true };
	struct cert *good = read_cert(*state, "good");
	b.revoked = cert_info(good)->sha256;
	judge_row(&b, &(const struct row){ "good", "plain", NULL, 0, "no revoked@0 / not revoked:" });
	judge_row(&b, &(const struct row){ "held", "empty", NULL, 0, "yes / not revoked:" });
	cert_free(good);
	cert_free(b.root);
}

static void newer_lists(void **state)
{
	struct crl *empty = read_list(*state, "empty"), *plain = read_list(*state, "plain");
	struct crl_row row = { 0 };
	struct revocation r;
	size_t count = 0, held = 0;
	assert_true(crl_compare(empty, plain) < 0 && crl_compare(plain, empty) > 0);
	assert_int_equal(crl_compare(plain, plain), 0);
	assert_memory_equal(&crl_info(empty)->id, &crl_info(plain)->id, sizeof(struct fingerprint));
	for (; crl_next(plain, &row); count++) {
		assert_true(crl_find(plain, row.serial, &r) && r.when == row.revocation.when);
		held += r.hold;
	}
	assert_int_equal(count, 2);
	assert_int_equal(held, 1);
	crl_free(empty);
	crl_free(plain);
}

static void places(void **state)
{
	struct cert *good = read_cert(*state, "good"), *must = read_cert(*state, "must");
	char *url = cert_crl_url(good, 0);
	assert_string_equal(url, "http://crl.example/a.crl");
	assert_null(cert_crl_url(good, 1));
	assert_null(cert_crl_url(must, 0));
	assert_true(cert_must_staple(must) && !cert_must_staple(good));
	free(url);
	cert_free(good);
	cert_free(must);
}

static int open_office(void **state)
{
	tmp_setup(state);
	tmp_text(*state, "c", config);
	tmp_text(*state, "office.sh", office);
	notary_shell(*state, "sh office.sh");
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(lists),
		cmocka_unit_test(staples),
		cmocka_unit_test(damaged_answers),
		cmocka_unit_test(damaged_lists),
		cmocka_unit_test(own_records),
		cmocka_unit_test(newer_lists),
		cmocka_unit_test(places),
	};
	return cmocka_run_group_tests(tests, open_office, tmp_teardown);
}
