#include "support/scene.h"

#include "support/unit.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <gnutls/gnutls.h>
#include <gnutls/x509.h>

#include "base/text.h"
#include "codec/pem.h"
#include "support/run.h"
#include "support/tmp.h"

static enum standing standing_of(void *ctx, const struct fingerprint *print)
{
	const struct scene *scene = ctx;
	for (size_t i = 0; i < scene->held_count; i++)
		if (fingerprint_compare(&cert_info(scene->held[i].cert)->sha256, print) == 0)
			return scene->held[i].standing;
	return STANDING_STRANGER;
}

static struct cert *again(const struct cert *cert)
{
	size_t len;
	struct cert *copy;
	const uint8_t *der = cert_der(cert, &len);
	assert_true(cert_parse(der, len, &copy, NULL));
	return copy;
}

static void find(void *ctx, const struct judge_wish *wish, struct judge_pool *pool)
{
	struct scene *scene = ctx;
	scene->wishes++;
	for (size_t i = 0; i < scene->held_count; i++) {
		const struct cert_info *info = cert_info(scene->held[i].cert);
		if (!judge_fits(wish, info->subject, info->key_id) ||
			judge_has(pool, &info->sha256))
			continue;
		scene->offers++;
		if (!judge_offer(pool, again(scene->held[i].cert), scene->held[i].standing))
			return;
	}
}

void scene_begin(struct scene *scene)
{
	*scene = (struct scene){ .question.now = certgen_time(SCENE_NOW) };
}

void scene_forget(struct scene *scene)
{
	judgement_done(&scene->judgement);
	for (size_t i = 0; i < scene->held_count; i++)
		cert_free(scene->held[i].cert);
	for (size_t i = 0; i < scene->presented_count; i++)
		cert_free(scene->presented[i]);
	scene->held_count = scene->presented_count = 0;
}

void scene_end(struct scene *scene)
{
	scene_forget(scene);
	for (size_t i = 0; i < scene->made_count; i++)
		generated_free(scene->made[i]);
}

struct generated *scene_make(struct scene *scene, const struct certgen *wish)
{
	assert_true(scene->made_count < SCENE_MAX);
	return scene->made[scene->made_count++] = certgen(wish);
}

static struct cert *parsed(const struct generated *made)
{
	size_t len;
	struct cert *cert;
	struct error err;
	const uint8_t *der = generated_der(made, &len);
	if (!cert_parse(der, len, &cert, &err))
		fail_msg("%s", err.text);
	return cert;
}

void scene_hold(struct scene *scene, const struct generated *made, enum standing standing)
{
	assert_true(scene->held_count < SCENE_MAX);
	scene->held[scene->held_count++] = (struct holding){ parsed(made), standing };
}

void scene_present(struct scene *scene, const struct generated *made)
{
	assert_true(scene->presented_count < SCENE_MAX);
	scene->presented[scene->presented_count++] = parsed(made);
}

/* --- the same by GnuTLS in one go --------------------------------------------------------------
 */

#define SCENE_SENT 32

static time_t frozen;

static time_t frozen_time(time_t *out)
{
	if (out)
		*out = frozen;
	return frozen;
}

static gnutls_x509_crt_t crt_of(const struct cert *cert)
{
	gnutls_x509_crt_t crt;
	size_t len;
	const uint8_t *der = cert_der(cert, &len);
	gnutls_datum_t bytes = { (unsigned char *)(uintptr_t)der, (unsigned)len };
	assert_int_equal(gnutls_x509_crt_init(&crt), 0);
	assert_int_equal(gnutls_x509_crt_import(crt, &bytes, GNUTLS_X509_FMT_DER), 0);
	return crt;
}

static unsigned add_data(const struct judge_question *question, gnutls_typed_vdata_st data[2],
	unsigned char address[16])
{
	unsigned count = 0;
	const char *host = question->host;
	if (question->purpose != PURPOSE_ANY)
		data[count++] = (gnutls_typed_vdata_st){ GNUTLS_DT_KEY_PURPOSE_OID,
			(unsigned char *)(uintptr_t)(question->purpose == PURPOSE_SERVER
							     ? GNUTLS_KP_TLS_WWW_SERVER
							     : GNUTLS_KP_TLS_WWW_CLIENT),
			0 };
	if (!host)
		return count;
	unsigned len = inet_pton(AF_INET, host, address) == 1    ? 4
		       : inet_pton(AF_INET6, host, address) == 1 ? 16
								 : 0;
	data[count++] = len > 0 ? (gnutls_typed_vdata_st){ GNUTLS_DT_IP_ADDRESS, address, len }
				: (gnutls_typed_vdata_st){ GNUTLS_DT_DNS_HOSTNAME,
					  (unsigned char *)(uintptr_t)host, 0 };
	return count;
}

static unsigned gnutls_says(const struct judge_path *path, const struct judge_question *question)
{
	gnutls_x509_crt_t chain[JUDGE_DEPTH];
	gnutls_x509_trust_list_t list;
	gnutls_typed_vdata_st data[2] = { 0 };
	unsigned char address[16];
	unsigned status = 0, count = add_data(question, data, address);
	size_t n = path->step_count;
	for (size_t i = 0; i < n; i++)
		chain[i] = crt_of(path->steps[i].cert);
	assert_int_equal(gnutls_x509_trust_list_init(&list, 0), 0);
	assert_int_equal(gnutls_x509_trust_list_add_cas(list, &chain[n - 1], 1, 0), 1);
	frozen = (time_t)question->now;
	gnutls_global_set_time_function(frozen_time);
	assert_int_equal(
		gnutls_x509_trust_list_verify_crt2(list, chain, (unsigned)(n > 1 ? n - 1 : 1), data,
			count, GNUTLS_PROFILE_TO_VFLAGS(GNUTLS_PROFILE_MEDIUM), &status, NULL),
		0);
	gnutls_global_set_time_function(time);
	gnutls_x509_trust_list_deinit(list, 0);
	for (size_t i = 0; i < n; i++)
		gnutls_x509_crt_deinit(chain[i]);
	return status;
}

/*
 * The chain in the order in which it was presented, under all anchors that are held.
 */
static unsigned gnutls_says_as_sent(const struct scene *scene)
{
	struct judge_question question = { .purpose = scene->question.purpose };
	gnutls_x509_crt_t chain[SCENE_SENT], anchors[SCENE_SENT];
	gnutls_x509_trust_list_t list;
	gnutls_typed_vdata_st data[2] = { 0 };
	unsigned char address[16];
	unsigned status = 0, trusted = 0, count = add_data(&question, data, address);
	for (size_t i = 0; i < scene->presented_count; i++)
		chain[i] = crt_of(scene->presented[i]);
	for (size_t i = 0; i < scene->held_count; i++)
		if (scene->held[i].standing == STANDING_TRUSTED)
			anchors[trusted++] = crt_of(scene->held[i].cert);
	assert_int_equal(gnutls_x509_trust_list_init(&list, 0), 0);
	assert_int_equal(gnutls_x509_trust_list_add_cas(list, anchors, trusted, 0), trusted);
	frozen = (time_t)scene->question.now;
	gnutls_global_set_time_function(frozen_time);
	assert_int_equal(gnutls_x509_trust_list_verify_crt2(list, chain,
				 (unsigned)scene->presented_count, data, count,
				 GNUTLS_PROFILE_TO_VFLAGS(GNUTLS_PROFILE_MEDIUM), &status, NULL),
		0);
	gnutls_global_set_time_function(time);
	gnutls_x509_trust_list_deinit(list, 1);
	for (size_t i = 0; i < scene->presented_count; i++)
		gnutls_x509_crt_deinit(chain[i]);
	return status;
}

static bool has_reason(const struct judge_path *path, const char *code)
{
	for (size_t i = 0; i < path->reason_count; i++)
		if (strcmp(path->reasons[i].code, code) == 0)
			return true;
	return false;
}

/* Only where everything that the path needs was sent, and the leaf first. */
static bool was_sent(const struct scene *scene)
{
	const struct judge_path *path = &scene->judgement.paths[0];
	bool sent = scene->presented_count > 0 && path->steps[0].cert == scene->presented[0];
	for (size_t i = 0; i < path->step_count; i++)
		sent = sent &&
		       (path->steps[i].presented || path->steps[i].standing == STANDING_TRUSTED);
	return sent && !scene->judgement.direct && scene->presented_count <= SCENE_SENT &&
	       scene->held_count <= SCENE_SENT;
}

static void compare_as_sent(const struct scene *scene)
{
	if (!scene->judgement.trusted || scene->ca_as_host || !was_sent(scene))
		return;
	unsigned status = gnutls_says_as_sent(scene);
	if ((status != 0) != has_reason(&scene->judgement.paths[0], "another-path"))
		fail_msg("as it was sent GnuTLS says 0x%x of it", status);
}

static bool has_blocked(const struct judge_path *path)
{
	for (size_t i = 0; i < path->step_count; i++)
		if (path->steps[i].standing == STANDING_BLOCKED)
			return true;
	return false;
}

static void compare_with_gnutls(const struct scene *scene, const struct judge_path *path)
{
	if (!path->anchored)
		return;
	unsigned status = gnutls_says(path, &scene->question);
	if (scene->ca_as_host) {
		assert_true(status & GNUTLS_CERT_SIGNER_CONSTRAINTS_FAILURE);
		status &= ~(unsigned)GNUTLS_CERT_SIGNER_CONSTRAINTS_FAILURE;
		status = status == GNUTLS_CERT_INVALID ? 0 : status;
	}
	if (path->trusted != (status == 0 && !has_blocked(path)))
		fail_msg("GnuTLS says 0x%x, the judgement %d", status, path->trusted);
}

/* --- and by OpenSSL ----------------------------------------------------------------------------
 */

static void add_pem(struct buf *out, const struct cert *cert)
{
	size_t len;
	const uint8_t *der = cert_der(cert, &len);
	pem_write(out, "CERTIFICATE", der, len);
}

static void write_files(const struct scene *scene, struct tmp *tmp)
{
	struct buf anchors = { 0 }, others = { 0 }, leaf = { 0 };
	add_pem(&leaf, scene->judgement.paths[0].steps[0].cert);
	for (size_t i = 0; i < scene->presented_count; i++)
		add_pem(&others, scene->presented[i]);
	for (size_t i = 0; i < scene->held_count; i++)
		add_pem(scene->held[i].standing == STANDING_TRUSTED ? &anchors : &others,
			scene->held[i].cert);
	tmp_text(tmp, "anchors", buf_text(&anchors));
	tmp_text(tmp, "others", buf_text(&others));
	tmp_text(tmp, "leaf", buf_text(&leaf));
	buf_done(&anchors);
	buf_done(&others);
	buf_done(&leaf);
}

static void compare_with_openssl(const struct scene *scene)
{
	static const char *const purposes[] = { "any", "sslserver", "sslclient" };
	unsigned char address[16];
	const char *host = scene->question.host;
	const char *kind = !host ? NULL
			   : inet_pton(strchr(host, ':') ? AF_INET6 : AF_INET, host, address) == 1
				   ? "-verify_ip"
				   : "-verify_hostname";
	char now[32];
	struct run r = { 0 };
	struct tmp *tmp = tmp_new();
	snprintf(now, sizeof now, "%lld", (long long)scene->question.now);
	write_files(scene, tmp);
	run(&r,
		ARGV("openssl", "verify", "-attime", now, "-partial_chain", "-no-CAfile",
			"-no-CApath", "-no-CAstore", "-CAfile", tmp_path(tmp, "anchors"),
			"-untrusted", tmp_path(tmp, "others"), "-purpose",
			purposes[scene->question.purpose], kind ? kind : "-verify_depth",
			kind ? host : "32", tmp_path(tmp, "leaf")),
		NULL, NULL);
	if (r.status != 0)
		fail_msg("OpenSSL refuses: %s%s", buf_text(&r.out), buf_text(&r.err));
	run_done(&r);
	tmp_free(tmp);
}

/* --- judging -----------------------------------------------------------------------------------
 */

static void check_path(const struct judge_path *path)
{
	bool broken = false;
	assert_true(path->step_count > 0 && path->step_count <= JUDGE_DEPTH);
	for (size_t i = 0; i < path->reason_count; i++) {
		const struct judge_reason *reason = &path->reasons[i];
		assert_true(text_is_safe(reason->text));
		assert_in_range(strlen(reason->text), 20, 2000);
		assert_true(reason->at < path->step_count);
		broken = broken || reason->weight == JUDGE_BREAKS;
	}
	assert_true(path->trusted == (path->anchored && !broken));
}

void scene_judge(struct scene *scene)
{
	struct judge_source source = { .ctx = scene, .standing = standing_of, .find = find };
	judgement_done(&scene->judgement);
	scene->wishes = scene->offers = 0;
	judge((const struct cert *const *)scene->presented, scene->presented_count,
		&scene->question, &source, &scene->judgement);
	for (size_t i = 0; i < scene->judgement.path_count; i++) {
		check_path(&scene->judgement.paths[i]);
		compare_with_gnutls(scene, &scene->judgement.paths[i]);
	}
	compare_as_sent(scene);
	if (scene->judgement.trusted && !scene->openssl_differs)
		compare_with_openssl(scene);
}

char *scene_answer(const struct scene *scene)
{
	struct buf said = { 0 };
	assert_true(scene->judgement.path_count > 0);
	const struct judge_path *path = &scene->judgement.paths[0];
	buf_text_add(&said, scene->judgement.direct    ? "direct"
			    : scene->judgement.trusted ? "yes"
						       : "no");
	for (size_t i = 0; i < path->reason_count; i++)
		buf_format(&said, " %s%s@%zu", path->reasons[i].weight == JUDGE_MARKS ? "~" : "",
			path->reasons[i].code, path->reasons[i].at);
	return buf_take(&said);
}

void scene_expect(struct scene *scene, const char *answer)
{
	scene_judge(scene);
	char *said = scene_answer(scene);
	assert_string_equal(said, answer);
	free(said);
}

const char *scene_text(const struct scene *scene, const char *code)
{
	assert_true(scene->judgement.path_count > 0);
	const struct judge_path *path = &scene->judgement.paths[0];
	for (size_t i = 0; i < path->reason_count; i++)
		if (strcmp(path->reasons[i].code, code) == 0)
			return path->reasons[i].text;
	fail_msg("no reason %s", code);
	return NULL;
}
