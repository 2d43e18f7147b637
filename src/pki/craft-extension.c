/*
 * Extensions are made by GnuTLS apart from what they go into, so that a certificate and a request
 * get them in the same way, and so that whether one is critical is ours to say.
 */
#include <arpa/inet.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include <gnutls/x509-ext.h>

#include "base/mem.h"
#include "base/text.h"
#include "pki/craft.h"

/* Takes the value over. */
static int put(const struct craft *craft, const char *oid, gnutls_datum_t *value, bool critical)
{
	int code = craft->crt ? gnutls_x509_crt_set_extension_by_oid(
					craft->crt, oid, value->data, value->size, critical)
			      : gnutls_x509_crq_set_extension_by_oid(
					craft->crq, oid, value->data, value->size, critical);
	gnutls_free(value->data);
	return code;
}

bool craft_subject(const struct craft *craft, const struct subject *subject, struct error *err)
{
	for (size_t i = 0; i < subject->count; i++) {
		const char *oid = subject->items[i].kind->oid, *value = subject->items[i].value;
		unsigned len = (unsigned)strlen(value);
		int code = craft->crt
				   ? gnutls_x509_crt_set_dn_by_oid(craft->crt, oid, 0, value, len)
				   : gnutls_x509_crq_set_dn_by_oid(craft->crq, oid, 0, value, len);
		if (!craft_did(code, "GnuTLS refuses to write this name", err))
			return false;
	}
	return true;
}

/* --- alternative names -------------------------------------------------------------------- */

static const gnutls_x509_subject_alt_name_t san_types[] = {
	[SAN_DNS] = GNUTLS_SAN_DNSNAME,
	[SAN_IP] = GNUTLS_SAN_IPADDRESS,
	[SAN_EMAIL] = GNUTLS_SAN_RFC822NAME,
	[SAN_URI] = GNUTLS_SAN_URI,
};

static int put_san(gnutls_subject_alt_names_t names, const struct san *san)
{
	unsigned char address[16];
	gnutls_datum_t value = craft_datum(san->value, strlen(san->value));
	if (san->kind == SAN_IP) {
		bool six = strchr(san->value, ':');
		inet_pton(six ? AF_INET6 : AF_INET, san->value, address);
		value = craft_datum(address, six ? 16 : 4);
	}
	return gnutls_subject_alt_names_set(names, san_types[san->kind], &value, NULL);
}

bool craft_sans(
	const struct craft *craft, const struct sans *sans, bool critical, struct error *err)
{
	gnutls_subject_alt_names_t names;
	gnutls_datum_t value = { 0 };
	int code = 0;
	if (sans->count == 0)
		return true;
	craft_must(gnutls_subject_alt_names_init(&names));
	for (size_t i = 0; i < sans->count && code >= 0; i++)
		code = put_san(names, &sans->items[i]);
	if (code >= 0)
		code = gnutls_x509_ext_export_subject_alt_names(names, &value);
	if (code >= 0)
		code = put(craft, EXT_SAN, &value, critical);
	gnutls_subject_alt_names_deinit(names);
	return craft_did(code, "GnuTLS refuses to write these alternative names", err);
}

/* --- by the profile ----------------------------------------------------------------------- */

static int put_purposes(const struct craft *craft, const struct profile *profile)
{
	const char *const *purposes = profile_purposes(profile);
	gnutls_x509_key_purposes_t list;
	gnutls_datum_t value = { 0 };
	int code = 0;
	if (!*purposes)
		return 0;
	craft_must(gnutls_x509_key_purpose_init(&list));
	for (; *purposes && code >= 0; purposes++)
		code = gnutls_x509_key_purpose_set(list, *purposes);
	if (code >= 0)
		code = gnutls_x509_ext_export_key_purposes(list, &value);
	if (code >= 0)
		code = put(craft, EXT_PURPOSES, &value, false);
	gnutls_x509_key_purpose_deinit(list);
	return code;
}

bool craft_profile(const struct craft *craft, const struct profile *profile, int path_len,
	const char *algorithm, struct error *err)
{
	gnutls_datum_t value = { 0 };
	int code = gnutls_x509_ext_export_basic_constraints(
		profile->ca, profile->ca ? path_len : -1, &value);
	if (code >= 0)
		code = put(craft, EXT_BASIC_CONSTRAINTS, &value, true);
	if (code >= 0)
		code = gnutls_x509_ext_export_key_usage(profile_usage(profile, algorithm), &value);
	if (code >= 0)
		code = put(craft, EXT_KEY_USAGE, &value, true);
	if (code >= 0)
		code = put_purposes(craft, profile);
	return craft_did(code, "GnuTLS refuses to write what it is for", err);
}

/* --- name constraints --------------------------------------------------------------------- */

static bool constraint_address(const char *text, struct buf *value, struct error *err)
{
	gnutls_datum_t bytes;
	if (!strchr(text, '/') || gnutls_x509_cidr_to_rfc5280(text, &bytes) < 0)
		return error_set(
			err, ERROR_FAILED, "\"%.100s\" isn't a network such as 10.0.0.0/8", text);
	buf_add(value, bytes.data, bytes.size);
	gnutls_free(bytes.data);
	return true;
}

/* A domain stands for all below it; before that some write a dot or a star. */
static bool constraint_host(const char *text, struct buf *value, struct error *err)
{
	struct san san;
	char *host = mem_format("DNS:%s", text + (text_starts(text, "*.") ? 2 : *text == '.'));
	bool ok = san_parse(host, &san, err) && !text_starts(san.value, "*");
	if (ok)
		buf_text_add(value, san.value);
	else if (san.value)
		error_set(err, ERROR_FAILED, "\"%.100s\" isn't a domain", text);
	san_done(&san);
	free(host);
	return ok;
}

static bool constraint_email(const char *text, struct buf *value, struct error *err)
{
	struct san san;
	if (!strchr(text, '@'))
		return constraint_host(text, value, err);
	char *email = mem_format("email:%s", text);
	bool ok = san_parse(email, &san, err);
	if (ok)
		buf_text_add(value, san.value);
	san_done(&san);
	free(email);
	return ok;
}

static const struct {
	const char *prefix;
	bool (*parse)(const char *text, struct buf *value, struct error *err);
} constraints[] = {
	[SAN_DNS] = { "DNS:", constraint_host },
	[SAN_IP] = { "IP:", constraint_address },
	[SAN_EMAIL] = { "email:", constraint_email },
	[SAN_URI] = { "URI:", constraint_host },
};

bool craft_constraint_parse(
	const char *text, enum san_kind *kind, struct buf *value, struct error *err)
{
	for (size_t i = 0; i < sizeof constraints / sizeof constraints[0]; i++) {
		if (strncasecmp(text, constraints[i].prefix, strlen(constraints[i].prefix)) != 0)
			continue;
		*kind = (enum san_kind)i;
		return constraints[i].parse(text + strlen(constraints[i].prefix), value, err);
	}
	*kind = strchr(text, '/') ? SAN_IP : strchr(text, '@') ? SAN_EMAIL : SAN_DNS;
	return constraints[*kind].parse(text, value, err);
}

typedef int add_fn(
	gnutls_x509_name_constraints_t, gnutls_x509_subject_alt_name_t, const gnutls_datum_t *);

static bool add_constraints(gnutls_x509_name_constraints_t limits, const char *const *list,
	add_fn *add, struct error *err)
{
	for (; list && *list; list++) {
		enum san_kind kind;
		struct buf value = { 0 };
		bool ok = craft_constraint_parse(*list, &kind, &value, err);
		gnutls_datum_t bytes = craft_datum(value.data, value.len);
		ok = ok && craft_did(add(limits, san_types[kind], &bytes),
				   "GnuTLS refuses to write this name constraint", err);
		buf_done(&value);
		if (!ok)
			return false;
	}
	return true;
}

bool craft_constraints(const struct craft *craft, const struct terms *terms, struct error *err)
{
	gnutls_x509_name_constraints_t limits;
	gnutls_datum_t value = { 0 };
	if ((!terms->permitted || !*terms->permitted) && (!terms->excluded || !*terms->excluded))
		return true;
	craft_must(gnutls_x509_name_constraints_init(&limits));
	bool ok = add_constraints(limits, terms->permitted,
			  gnutls_x509_name_constraints_add_permitted, err) &&
		  add_constraints(
			  limits, terms->excluded, gnutls_x509_name_constraints_add_excluded, err);
	if (ok) {
		int code = gnutls_x509_ext_export_name_constraints(limits, &value);
		if (code >= 0)
			code = put(craft, EXT_NAME_CONSTRAINTS, &value, true);
		ok = craft_did(code, "GnuTLS refuses to write these name constraints", err);
	}
	gnutls_x509_name_constraints_deinit(limits);
	return ok;
}
