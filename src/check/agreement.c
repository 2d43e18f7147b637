#include "check/agreeing.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "base/lang.h"
#include "base/mem.h"
#include "base/text.h"

const struct agreement_help agreement_help[AGREE_CODE_COUNT + 1] = {
	[AGREE_TLS_OFF] = { "tls-off", N_("the configuration has TLS switched off") },
	[AGREE_UNSET] = { "unset", N_("a file that TLS needs isn't named") },
	[AGREE_MISSING] = { "missing", N_("a file that is named isn't there") },
	[AGREE_UNREADABLE] = { "unreadable", N_("a file can't be read by whoever asks") },
	[AGREE_ALIEN] = { "no-content", N_("a file holds no certificate, or no key") },
	[AGREE_ORDER] = { "order", N_("the server's own certificate isn't the first of its file") },
	[AGREE_CHAIN] = { "chain-order", N_("a certificate isn't followed by its issuer's") },
	[AGREE_EXPIRED] = { "expired", N_("the certificate in the file is over") },
	[AGREE_EARLY] = { "early", N_("the certificate in the file isn't valid yet") },
	[AGREE_ENDING] = { "ending", N_("the certificate in the file ends soon") },
	[AGREE_MISMATCH] = { "key-mismatch", N_("the key isn't the certificate's") },
	[AGREE_SEALED] = { "key-sealed", N_("the key is encrypted: the service can't start by "
	  "itself") },
	[AGREE_MODE] = { "key-mode", N_("others may read the key, or change it") },
	[AGREE_OWNER] = { "key-owner", N_("the key belongs to an account as which the service "
	  "can't have it") },
	[AGREE_NO_TLS] = { "no-tls", N_("TLS is on in the configuration, but the port has none") },
	[AGREE_PLAIN] = { "plaintext", N_("TLS is on, but sessions without it are taken as well") },
	[AGREE_RESTART] = { "restart", N_("the port serves what was there before") },
	[AGREE_OTHER] = { "other", N_("the port serves a certificate of another place") },
};

const struct agreement_help *agreement_codes(void)
{
	return agreement_help;
}

void stored_done(struct stored *stored)
{
	for (size_t i = 0; i < stored->cert_count; i++)
		cert_info_free(stored->certs[i]);
	free(stored->certs);
	free(stored->why);
	free(stored->owner);
	free(stored->group);
	*stored = (struct stored){ 0 };
}

void disagree(const struct agreeing *a, enum agreement_code code, enum outcome_level level,
	const struct declared_place *at, const char *format, ...)
{
	struct agreement *out = a->out;
	struct buf text = { 0 };
	va_list args;
	va_start(args, format);
	buf_vformat(&text, lang_text(format), args);
	va_end(args);
	out->items = mem_grow(out->items, out->count, &out->cap, sizeof *out->items);
	size_t place = out->count++;
	for (; place > 0 && out->items[place - 1].level > level; place--)
		out->items[place] = out->items[place - 1];
	out->items[place] = (struct disagreement){ .code = agreement_help[code].code,
		.level = level,
		.text = buf_take(&text),
		.at = *at };
}

bool agreeing_file(const struct agreeing *a, enum declared_role role, unsigned pair, size_t *number)
{
	const struct declared_service *s = a->q->service;
	const struct declared_file *file = declared_file_of(s, role, pair);
	*number = file ? (size_t)(file - s->files) : 0;
	return file != NULL;
}

/* Of several certificates the one that the key beside it belongs to; or the first that is no CA's. */
const struct cert_info *agreeing_leaf(const struct agreeing *a, size_t number)
{
	const struct stored *file = &a->q->stored[number];
	size_t key;
	if (file->cert_count == 0)
		return NULL;
	if (agreeing_file(a, DECLARED_KEY, a->q->service->files[number].pair, &key) &&
		a->q->stored[key].keys_open > 0)
		for (size_t i = 0; i < file->cert_count; i++)
			if (memcmp(file->certs[i]->spki, a->q->stored[key].spki,
				    FINGERPRINT_SIZE) == 0)
				return file->certs[i];
	for (size_t i = 0; i < file->cert_count; i++)
		if (!file->certs[i]->ca)
			return file->certs[i];
	return file->certs[0];
}

static bool is_local(const char *address)
{
	return strcmp(address, "localhost") == 0 || strcmp(address, "::1") == 0 ||
	       strncmp(address, "127.", 4) == 0;
}

/* What only this host reaches may do without. */
static void judge_switch(const struct agreeing *a)
{
	const struct declared_service *s = a->q->service;
	bool outside = s->listen_count == 0;
	for (size_t i = 0; i < s->listen_count; i++)
		outside = outside || !is_local(s->listens[i].address);
	disagree(a, AGREE_TLS_OFF, outside ? OUTCOME_WARNING : OUTCOME_OK, &s->tls_at,
		outside ? N_("TLS is off (%s)") : N_("TLS is off (%s); it listens on this host "
		  "only"),
		s->setting);
}

void agreement_judge(const struct agreement_question *question, struct agreement *out)
{
	*out = (struct agreement){ 0 };
	const struct agreeing a = { question, out };
	if (question->service->tls == DECLARED_OFF)
		judge_switch(&a);
	else
		agree_files(&a);
	agree_served(&a);
}

void agreement_done(struct agreement *agreement)
{
	for (size_t i = 0; i < agreement->count; i++)
		free(agreement->items[i].text);
	free(agreement->items);
	*agreement = (struct agreement){ 0 };
}

enum outcome_level agreement_level(const struct agreement *agreement)
{
	return agreement->count > 0 ? agreement->items[0].level : OUTCOME_OK;
}
