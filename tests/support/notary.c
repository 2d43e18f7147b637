#include "support/notary.h"

#include "support/unit.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/mem.h"
#include "codec/pem.h"
#include "support/run.h"

static int64_t fixed;

int64_t notary_now(void)
{
	if (fixed == 0)
		assert_true(clock_parse(NOTARY_NOW, &fixed));
	return fixed;
}

void notary_clock(int64_t now)
{
	fixed = now;
}

#define KINDS 8
#define SLOTS 4

static struct privkey *keys[KINDS][SLOTS];

const struct privkey *notary_key(const char *kind, size_t slot)
{
	assert_true(slot < SLOTS);
	for (size_t i = 0; privkey_kind_at(i); i++) {
		if (strcmp(privkey_kind_at(i)->name, kind) != 0)
			continue;
		if (!keys[i][slot])
			keys[i][slot] = privkey_generate(privkey_kind_at(i));
		return keys[i][slot];
	}
	fail_msg("no kind of key: %s", kind);
	return NULL;
}

void notary_forget(void)
{
	for (size_t i = 0; i < KINDS; i++)
		for (size_t slot = 0; slot < SLOTS; slot++) {
			privkey_free(keys[i][slot]);
			keys[i][slot] = NULL;
		}
}

static void add_word(struct subject *out, const char *word)
{
	struct error err;
	const char *equals = strchr(word, '=');
	char *key = equals ? mem_textn(word, (size_t)(equals - word)) : NULL;
	if (key && subject_kind(key))
		subject_add(out, key, equals + 1);
	else if (!sans_add(&out->sans, word, &err))
		fail_msg("%s", err.text);
	free(key);
}

void notary_subject(struct subject *out, const char *const *words)
{
	*out = (struct subject){ 0 };
	for (; *words; words++)
		add_word(out, *words);
}

struct terms notary_terms(const char *profile)
{
	return (struct terms){
		.profile = profile_named(profile),
		.now = notary_now(),
		.days = 90,
	};
}

struct cert *notary_cert(struct buf *der)
{
	struct cert *cert;
	struct error err;
	if (!cert_parse(der->data, der->len, &cert, &err))
		fail_msg("%s", err.text);
	buf_done(der);
	return cert;
}

struct cert *notary_self(
	const char *const *words, const struct privkey *key, const struct terms *terms)
{
	struct subject subject;
	struct buf der = { 0 };
	struct error err;
	notary_subject(&subject, words);
	if (!self_sign(&subject, key, terms, &der, &err))
		fail_msg("%s", err.text);
	subject_done(&subject);
	return notary_cert(&der);
}

struct cert *notary_ca(const struct privkey *key, int path_len)
{
	struct terms terms = notary_terms("ca");
	terms.days = 3650;
	terms.path_len = path_len;
	return notary_self(WORDS("O=Tests", "CN=Test CA"), key, &terms);
}

struct request *notary_request(
	const char *const *words, const struct privkey *key, const char *profile)
{
	struct subject subject;
	struct buf der = { 0 };
	struct request *request = NULL;
	struct error err;
	notary_subject(&subject, words);
	if (!request_make(&subject, key, profile ? profile_named(profile) : NULL, &der, &err) ||
		!request_read(der.data, der.len, &request, &err))
		fail_msg("%s", err.text);
	subject_done(&subject);
	buf_done(&der);
	return request;
}

struct cert *notary_issue(
	const struct request *request, const struct authority *ca, const struct terms *terms)
{
	struct buf der = { 0 };
	struct error err;
	if (!issue(request, request_info(request)->sans, ca, terms, &der, &err))
		fail_msg("%s", err.text);
	return notary_cert(&der);
}

void expect_advice(const struct advice *advice, enum advice_weight weight, const char *code)
{
	for (size_t i = 0; i < advice->count; i++) {
		const struct advice_row *row = &advice->items[i];
		if (row->weight == weight && strcmp(row->code, code) == 0)
			return;
	}
	for (size_t i = 0; i < advice->count; i++)
		print_message("%d %s: %s\n", advice->items[i].weight, advice->items[i].code,
			advice->items[i].text);
	fail_msg("no advice \"%s\" of weight %d", code, weight);
}

void expect_silence(const struct advice *advice, const char *code)
{
	const struct advice_row *row = advice_find(advice, code);
	if (row)
		fail_msg("%s: %s", code, row->text);
}

void expect_error(const struct error *err, enum error_code code, const char *words)
{
	if (err->code != code || !strstr(err->text, words))
		fail_msg("%d \"%s\" isn't %d \"%s\"", err->code, err->text, code, words);
}

void notary_shell(struct tmp *tmp, const char *format, ...)
{
	struct run r = { 0 };
	struct buf line = { 0 };
	va_list args;
	buf_format(&line, "exec 2>&1; cd '%s' && ", tmp_path(tmp, NULL));
	va_start(args, format);
	buf_vformat(&line, format, args);
	va_end(args);
	if (run(&r, ARGV("sh", "-c", buf_text(&line)), NULL, NULL) != 0)
		fail_msg("%s: %s", buf_text(&line), buf_text(&r.out));
	buf_done(&line);
	run_done(&r);
}

void notary_write_pem(struct tmp *tmp, const char *name, const char *label, const struct buf *der)
{
	struct buf pem = { 0 };
	pem_write(&pem, label, der->data, der->len);
	tmp_write(tmp, name, pem.data, pem.len);
	buf_done(&pem);
}

void notary_write(struct tmp *tmp, const char *name, const struct cert *cert)
{
	struct buf der = { 0 };
	size_t len;
	const uint8_t *bytes = cert_der(cert, &len);
	buf_add(&der, bytes, len);
	notary_write_pem(tmp, name, "CERTIFICATE", &der);
	buf_done(&der);
}

void notary_write_key(
	struct tmp *tmp, const char *name, const struct privkey *key, const char *passphrase)
{
	struct buf pem = { 0 };
	struct error err;
	bool ok = passphrase ? privkey_write_sealed(key, passphrase, &pem, &err)
			     : privkey_write_plain(key, &pem, &err);
	if (!ok)
		fail_msg("%s", err.text);
	tmp_write(tmp, name, pem.data, pem.len);
	buf_wipe(&pem);
}
