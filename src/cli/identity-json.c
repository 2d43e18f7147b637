/*
 * An identity as JSON: what may be known of it, never its key.
 */
#include <stdlib.h>
#include <string.h>

#include "app/identity.h"
#include "base/mem.h"
#include "cli/run.h"

struct json *sans_list_json(const struct sans *sans)
{
	struct json *list = json_new_array();
	struct buf name = { 0 };
	for (size_t i = 0; i < sans->count; i++) {
		buf_cut(&name, 0);
		san_show(&sans->items[i], false, &name);
		json_append_text(list, buf_text(&name));
	}
	buf_done(&name);
	return list;
}

static const char *text_or_null(const struct identity *identity, const char *key)
{
	const char *text = identity_text(identity, key);
	return *text ? text : NULL;
}

/* Algorithm and size are known from whatever the key has signed. */
static struct json *key_json(const struct identity *identity)
{
	const struct cert *cert = identity_cert(identity);
	const struct cert_info *info = cert ? cert_info(cert) : NULL;
	const struct request_info *request =
		identity->request_count ? request_info(identity->requests[0].request) : NULL;
	const char *words = identity_text(identity, "Key");
	char *first = mem_textn(words, strcspn(words, ","));
	struct json *o = json_new_object();
	json_text(o, "algorithm", info ? info->key_algorithm : request ? request->key_algorithm : first);
	if (info || request)
		json_int(o, "bits", info ? info->key_bits : request->key_bits);
	else
		json_text(o, "bits", NULL);
	json_text(o, "words", text_or_null(identity, "Key"));
	free(first);
	return o;
}

static struct json *certs_json(const struct identity *identity)
{
	struct json *list = json_new_array();
	size_t at = 0, chain;
	const struct cert *cert;
	for (bool current = true; (cert = identity_own(identity, &at, &chain)); current = false) {
		struct json *o = json_new_object(), *sent = json_new_array();
		json_bool(o, "current", current);
		info_json(o, cert_info(cert));
		for (size_t i = at - chain; i < at; i++) {
			struct json *above = json_new_object();
			info_json(above, cert_info(identity->certs[i]));
			json_append(sent, above);
		}
		json_set(o, "chain", sent);
		json_append(list, o);
	}
	return list;
}

static struct json *requests_json(const struct identity *identity)
{
	static const char *const keys[][2] = { { "ticket", "Ticket" }, { "note", "Note" },
		{ "added", "Added" }, { "by", "By" }, { "answered", "Answered" } };
	struct json *list = json_new_array();
	for (size_t i = 0; i < identity->request_count; i++) {
		const struct identity_request *request = &identity->requests[i];
		const struct request_info *info = request_info(request->request);
		char hex[FINGERPRINT_HEX];
		struct json *o = json_new_object();
		json_text(o, "sha256", fingerprint_hex(&request->sha256, hex));
		json_text(o, "subject", info->subject);
		json_set(o, "sans", sans_list_json(info->sans));
		for (size_t k = 0; k < sizeof keys / sizeof *keys; k++)
			json_text(o, keys[k][0], headers_get(&request->record.headers, keys[k][1]));
		json_append(list, o);
	}
	return list;
}

struct json *identity_json(const struct run *run, const struct identities *all,
	const struct identity *identity)
{
	struct identity_row row;
	char hex[FINGERPRINT_HEX];
	struct json *o = json_new_object();
	app_identity_row(run->app, all, identity, &row);
	json_text(o, "id", fingerprint_hex(&identity->id, hex));
	json_text(o, "name", identity_name(identity));
	json_text(o, "state", row.state_name);
	json_text(o, "kind", row.kind);
	json_bool(o, "ca", identity_is_ca(identity));
	json_set(o, "key", key_json(identity));
	json_bool(o, "sealed", identity_is_sealed(identity));
	json_bool(o, "renewing", row.renewing);
	if (row.has_cert)
		json_int(o, "days_left", row.days_left);
	else
		json_text(o, "days_left", NULL);
	json_text(o, "note", text_or_null(identity, "Note"));
	json_text(o, "added", text_or_null(identity, "Added"));
	json_text(o, "by", text_or_null(identity, "By"));
	json_text(o, "source", text_or_null(identity, "Source"));
	json_set(o, "certificates", certs_json(identity));
	json_set(o, "requests", requests_json(identity));
	return o;
}
