#include "pki/policy.h"

#include <stdlib.h>
#include <string.h>

#include "base/lang.h"
#include "base/mem.h"
#include "base/text.h"

const struct privkey_kind *policy_kind(const struct policy *policy)
{
	const struct privkey_kind *kind =
		policy && policy->kind ? privkey_kind(policy->kind) : NULL;
	return kind ? kind : privkey_kind_at(0);
}

unsigned policy_days(const struct policy *policy)
{
	return policy && policy->days > 0 ? policy->days : POLICY_DAYS;
}

void policy_prefill(const struct policy *policy, struct subject *subject)
{
	const struct {
		const char *key, *value;
	} fields[] = {
		{ "C", policy->country },
		{ "ST", policy->state },
		{ "L", policy->locality },
		{ "O", policy->organisation },
		{ "OU", policy->unit },
	};
	for (size_t i = 0; i < sizeof fields / sizeof fields[0]; i++)
		if (fields[i].value && *fields[i].value && !subject_get(subject, fields[i].key))
			subject_set(subject, fields[i].key, fields[i].value);
}

/* --- the subject -------------------------------------------------------------------------- */

#define BETWEEN " ,;\t\n"

static void check_field(const struct subject *subject, const char *key, struct advice *out)
{
	const struct subject_kind *kind = subject_kind(key);
	if (!kind) {
		char *safe = text_safe(key, strlen(key));
		advice_add(out, ADVICE_REFUSES, "policy-required",
			"The setting subject_required names \"%.100s\", which is no field of a "
			"subject.",
			safe);
		free(safe);
		return;
	}
	const char *value = subject_get(subject, kind->key);
	if (!value || *value == '\0')
		advice_add(out, ADVICE_REFUSES, "policy-required",
			"%s (%s) is missing: the setting subject_required demands it.",
			_(kind->label), kind->key);
}

static void check_required(const char *required, const struct subject *subject, struct advice *out)
{
	for (const char *at = required + strspn(required, BETWEEN); *at != '\0';) {
		size_t len = strcspn(at, BETWEEN);
		char *key = mem_textn(at, len);
		check_field(subject, key, out);
		free(key);
		at += len + strspn(at + len, BETWEEN);
	}
}

/* --- key and days ------------------------------------------------------------------------- */

static void check_size(
	const char *what, const char *setting, unsigned bits, unsigned least, struct advice *out)
{
	if (bits < least)
		advice_add(out, ADVICE_REFUSES, "policy-key",
			"The %s key has %u bits: the setting %s demands %u or more.", what, bits,
			setting, least);
}

/* Ed25519 knows one size only. */
static void check_key(const struct policy *policy, struct key_size key, struct advice *out)
{
	if (text_starts(key.algorithm, "RSA"))
		check_size("RSA", "least_rsa_bits", key.bits, policy->rsa_bits, out);
	else if (strcmp(key.algorithm, "EC") == 0)
		check_size("EC", "least_ec_bits", key.bits, policy->ec_bits, out);
}

void policy_check(const struct policy *policy, const struct subject *subject, struct key_size key,
	const struct profile *profile, unsigned days, struct advice *out)
{
	if (subject && policy->required)
		check_required(policy->required, subject, out);
	if (key.algorithm)
		check_key(policy, key, out);
	if (profile && profile->hosts && policy->server_days > 0 && days > policy->server_days)
		advice_add(out, ADVICE_REFUSES, "policy-days",
			"It is to be valid for %u days: the setting longest_server_days allows "
			"servers %u.",
			days, policy->server_days);
}
