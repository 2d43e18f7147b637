#include "pki/judging.h"

/* In the order of importance. */
const struct check_row check_rows[] = {
	{
		.code = "blocked",
		.help = "blocked: no chain through it holds",
		.text = "It is blocked: no chain through it is accepted.",
		.where = ANY,
		.owner = DECIDES,
		.test = check_blocked,
	},
	{
		.code = "bad-signature",
		.help = "not signed by the issuer that it names",
		.where = LINK,
		.owner = DECIDES,
		.test = check_signature,
	},
	{
		.code = "issuer-missing",
		.help = "the certificate of its issuer isn't at hand",
		.where = END,
		.owner = DECIDES,
		.test = check_issuer_missing,
	},
	{
		.code = "self-signed",
		.help = "signed by itself, and not trusted",
		.where = END,
		.owner = DECIDES,
		.test = check_self_signed,
	},
	{
		.code = "untrusted-root",
		.help = "the chain ends at a root that isn't trusted",
		.where = END,
		.owner = DECIDES,
		.test = check_untrusted_root,
	},
	{
		.code = "circle",
		.help = "its issuers certify each other and nobody else does",
		.text = "All that could have issued it stand below it: the chain runs in a circle.",
		.where = END,
		.owner = DECIDES,
		.test = check_circle,
	},
	{
		.code = "too-long",
		.help = "the chain has too many certificates",
		.where = END,
		.owner = DECIDES,
		.test = check_too_long,
	},
	{
		.code = "expired",
		.help = "its time is over",
		.where = ANY,
		.owner = DECIDES,
		.warn = warn_expired,
	},
	{
		.code = "not-yet-valid",
		.help = "its time has not come",
		.where = ANY,
		.owner = DECIDES,
		.warn = warn_not_yet_valid,
	},
	{
		.code = "wrong-host",
		.help = "none of its names is the host",
		.where = LEAF | DIRECT,
		.owner = DECIDES,
		.test = check_host,
	},
	{
		.code = "wrong-purpose",
		.help = "not meant for this use",
		.where = ANY,
		.owner = EXPLAINS,
		.test = check_purpose,
	},
	{
		.code = "not-a-ca",
		.help = "it issued a certificate and is no CA",
		.where = ISSUER,
		.owner = EXPLAINS,
		.test = check_not_ca,
	},
	{
		.code = "key-usage",
		.help = "its key may not sign certificates",
		.where = ISSUER,
		.owner = EXPLAINS,
		.test = check_key_usage,
	},
	{
		.code = "path-length",
		.help = "more CAs below it than it allows",
		.where = ISSUER,
		.owner = EXPLAINS,
		.test = check_path_length,
	},
	{
		.code = "name-constraint",
		.help = "a CA above it may not issue for one of its names",
		.where = LINK,
		.owner = EXPLAINS,
		.test = check_name_constraints,
	},
	{
		.code = "unknown-critical",
		.help = "a critical extension that is unknown",
		.where = ANY,
		.owner = EXPLAINS,
		.warn = warn_unknown_critical,
	},
	{
		.code = "weak-key",
		.help = "others may compute its private key",
		.where = ANY,
		.owner = EXPLAINS,
		.warn = warn_weak_key,
	},
	{
		.code = "weak-signature",
		.help = "signed with MD2, MD5 or SHA-1",
		.where = LEAF | MIDDLE,
		.owner = EXPLAINS,
		.warn = warn_weak_signature,
	},
	{
		.code = "common-name-only",
		.help = "the host stands in its common name only",
		.where = LEAF | DIRECT,
		.owner = MARKS,
		.test = check_common_name,
	},
	{
		.code = "leaf-key-usage",
		.help = "its key isn't meant for TLS",
		.where = LEAF | DIRECT,
		.owner = MARKS,
		.test = check_leaf_usage,
	},
	{
		.code = "ca-as-leaf",
		.help = "a CA that presents itself as a server or client",
		.where = LEAF | DIRECT,
		.owner = MARKS,
		.test = check_ca_as_leaf,
	},
	{
		.code = "v1",
		.help = "version 1: it can't say whether it is a CA",
		.text = "It is of version 1, which can't say whether it is a CA: some programs "
			"refuse it.",
		.where = ANY,
		.owner = MARKS,
		.warn = warn_v1,
	},
	{
		.code = "serial",
		.help = "a serial that is zero, negative, empty or too long",
		.where = LEAF | MIDDLE,
		.owner = MARKS,
		.warn = warn_serial,
	},
	{ .code = NULL },
};

#define ROW_COUNT (sizeof check_rows / sizeof check_rows[0])

const struct judge_help *judge_codes(void)
{
	static struct judge_help codes[ROW_COUNT + 1];
	size_t i = 0;
	for (; check_rows[i].code; i++)
		codes[i] = (struct judge_help){ check_rows[i].code, check_rows[i].help };
	codes[i] = (struct judge_help){ "gnutls", "GnuTLS refuses the chain" };
	return codes;
}
