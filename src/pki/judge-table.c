#include "pki/judging.h"

#include "base/lang.h"

/* In the order of importance. */
const struct check_row check_rows[] = {
	{
		.code = "blocked",
		.help = N_("blocked: no chain through it holds"),
		.text = N_("It is blocked: no chain through it is accepted."),
		.where = ANY,
		.owner = DECIDES,
		.test = check_blocked,
	},
	{
		.code = "revoked",
		.help = N_("revoked by its CA"),
		.where = LINK,
		.owner = DECIDES,
		.test = check_revoked,
	},
	{
		.code = "ocsp-revoked",
		.help = N_("revoked, by the answer that the server stapled"),
		.where = LINK,
		.owner = DECIDES,
		.test = check_ocsp_revoked,
	},
	{
		.code = "bad-signature",
		.help = N_("not signed by the issuer that it names"),
		.where = LINK,
		.owner = DECIDES,
		.test = check_signature,
	},
	{
		.code = "issuer-missing",
		.help = N_("the certificate of its issuer isn't at hand"),
		.where = END,
		.owner = DECIDES,
		.test = check_issuer_missing,
	},
	{
		.code = "self-signed",
		.help = N_("signed by itself, and not trusted"),
		.where = END,
		.owner = DECIDES,
		.test = check_self_signed,
	},
	{
		.code = "untrusted-root",
		.help = N_("the chain ends at a root that isn't trusted"),
		.where = END,
		.owner = DECIDES,
		.test = check_untrusted_root,
	},
	{
		.code = "circle",
		.help = N_("its issuers certify each other and nobody else does"),
		.text = N_("All that could have issued it stand below it: the chain runs in a "
			"circle."),
		.where = END,
		.owner = DECIDES,
		.test = check_circle,
	},
	{
		.code = "too-long",
		.help = N_("the chain has too many certificates"),
		.where = END,
		.owner = DECIDES,
		.test = check_too_long,
	},
	{
		.code = "expired",
		.help = N_("its time is over"),
		.where = ANY,
		.owner = DECIDES,
		.warn = warn_expired,
	},
	{
		.code = "not-yet-valid",
		.help = N_("its time has not come"),
		.where = ANY,
		.owner = DECIDES,
		.warn = warn_not_yet_valid,
	},
	{
		.code = "wrong-host",
		.help = N_("none of its names is the host"),
		.where = LEAF | DIRECT,
		.owner = DECIDES,
		.test = check_host,
	},
	{
		.code = "wrong-purpose",
		.help = N_("not meant for this use"),
		.where = ANY,
		.owner = EXPLAINS,
		.test = check_purpose,
	},
	{
		.code = "not-a-ca",
		.help = N_("it issued a certificate and is no CA"),
		.where = ISSUER,
		.owner = EXPLAINS,
		.test = check_not_ca,
	},
	{
		.code = "key-usage",
		.help = N_("its key may not sign certificates"),
		.where = ISSUER,
		.owner = EXPLAINS,
		.test = check_key_usage,
	},
	{
		.code = "path-length",
		.help = N_("more CAs below it than it allows"),
		.where = ISSUER,
		.owner = EXPLAINS,
		.test = check_path_length,
	},
	{
		.code = "name-constraint",
		.help = N_("a CA above it may not issue for one of its names"),
		.where = LINK,
		.owner = EXPLAINS,
		.test = check_name_constraints,
	},
	{
		.code = "unknown-critical",
		.help = N_("a critical extension that is unknown"),
		.where = ANY,
		.owner = EXPLAINS,
		.warn = warn_unknown_critical,
	},
	{
		.code = "unread-critical",
		.help = N_("a critical extension that GnuTLS doesn't know"),
		.where = ANY,
		.owner = EXPLAINS,
		.test = check_unread,
	},
	{
		.code = "weak-key",
		.help = N_("others may compute its private key"),
		.where = ANY,
		.owner = EXPLAINS,
		.warn = warn_weak_key,
	},
	{
		.code = "weak-signature",
		.help = N_("signed with MD2, MD5 or SHA-1"),
		.where = LEAF | MIDDLE,
		.owner = EXPLAINS,
		.warn = warn_weak_signature,
	},
	{
		.code = "crl-outdated",
		.help = N_("the list of its CA was to be replaced by now, or is seven days old and doesn't say"),
		.where = LINK,
		.owner = MARKS,
		.test = check_crl_outdated,
	},
	{
		.code = "crl-unusable",
		.help = N_("the list of its CA says nothing of it"),
		.where = LINK,
		.owner = MARKS,
		.test = check_crl_unusable,
	},
	{
		.code = "ocsp-unknown",
		.help = N_("its CA's responder doesn't know it"),
		.where = LINK,
		.owner = MARKS,
		.test = check_ocsp_unknown,
	},
	{
		.code = "ocsp-outdated",
		.help = N_("the stapled OCSP answer is of another time"),
		.where = LINK,
		.owner = MARKS,
		.test = check_ocsp_outdated,
	},
	{
		.code = "ocsp-unusable",
		.help = N_("the stapled OCSP answer counts for nothing"),
		.where = LINK,
		.owner = MARKS,
		.test = check_ocsp_unusable,
	},
	{
		.code = "must-staple",
		.help = N_("it promises an OCSP answer, and none was sent"),
		.where = LINK,
		.owner = MARKS,
		.test = check_must_staple,
	},
	{
		.code = "common-name-only",
		.help = N_("the host stands in its common name only"),
		.where = LEAF | DIRECT,
		.owner = MARKS,
		.test = check_common_name,
	},
	{
		.code = "no-san",
		.help = N_("a server without a host among its alternative names"),
		.text = N_("No host stands among its alternative names: as a server, browsers, "
			"Java and Go refuse it."),
		.where = LEAF | DIRECT,
		.owner = MARKS,
		.test = check_no_san,
	},
	{
		.code = "leaf-key-usage",
		.help = N_("its key isn't meant for TLS"),
		.where = LEAF | DIRECT,
		.owner = MARKS,
		.test = check_leaf_usage,
	},
	{
		.code = "ca-as-leaf",
		.help = N_("a CA that presents itself as a server or client"),
		.where = LEAF | DIRECT,
		.owner = MARKS,
		.test = check_ca_as_leaf,
	},
	{
		.code = "v1",
		.help = N_("version 1: it can't say whether it is a CA"),
		.text = N_("It is of version 1, which can't say whether it is a CA: some programs "
			"refuse it."),
		.where = ANY,
		.owner = MARKS,
		.warn = warn_v1,
	},
	{
		.code = "serial",
		.help = N_("a serial that is zero, negative, empty or too long"),
		.where = LEAF | DIRECT | MIDDLE,
		.owner = MARKS,
		.warn = warn_serial,
	},
	{
		.code = "no-issuer-key-id",
		.help = N_("doesn't say with which key of its issuer it was signed"),
		.text = N_("It doesn't say with which key of its issuer it was signed (authority "
			"key identifier): strict programs, such as Python since 3.13, refuse it."),
		.where = LEAF | MIDDLE,
		.owner = MARKS,
		.test = check_no_issuer_key_id,
	},
	{
		.code = "no-key-id",
		.help = N_("a CA without a key identifier"),
		.text = N_("It is a CA and has no key identifier: programs that find issuers by it "
			"don't find this one, strict ones refuse it."),
		.where = MIDDLE,
		.owner = MARKS,
		.fault = FAULT_NO_KEY_ID,
	},
	{
		.code = "odd-key-id",
		.help = N_("a key identifier of its issuer that is missing or another"),
		.text = N_("What it says of its issuer's key has no identifier, or one that isn't "
			"the issuer's: strict programs refuse it."),
		.where = ANY,
		.owner = MARKS,
		.test = check_odd_key_id,
	},
	{
		.code = "no-key-usage",
		.help = N_("a CA that doesn't say what its key is for"),
		.text = N_("It is a CA and doesn't say what its key is for (key usage): strict "
			"programs refuse it."),
		.where = MIDDLE,
		.owner = MARKS,
		.fault = FAULT_NO_USAGE,
	},
	{
		.code = "no-ca-name",
		.help = N_("a CA without a name"),
		.text = N_("It is a CA without a name: strict programs refuse it, and what it "
			"issues names nobody."),
		.where = ISSUER,
		.owner = MARKS,
		.fault = FAULT_NO_NAME,
	},
	{
		.code = "critical",
		.help = N_("an extension that is critical and mustn't be"),
		.where = ANY,
		.owner = MARKS,
		.test = check_critical,
	},
	{
		.code = "not-critical",
		.help = N_("an extension that isn't critical and must be"),
		.where = LEAF | MIDDLE,
		.owner = MARKS,
		.test = check_not_critical,
	},
	{
		.code = "malformed",
		.help = N_("an extension that can't be read"),
		.where = ANY,
		.owner = MARKS,
		.test = check_malformed,
	},
	{
		.code = "odd-name",
		.help = N_("a wildcard in an odd place, a name that is none"),
		.where = LEAF | DIRECT,
		.owner = MARKS,
		.test = check_odd_name,
	},
	{
		.code = "odd-constraint",
		.help = N_("name constraints that programs read differently"),
		.text = N_("Its name constraints are empty or hold what can't be a base (a "
			"wildcard, a "
			"leading dot, an address without its mask): programs disagree about what "
			"they cover, or refuse it."),
		.where = ISSUER,
		.owner = MARKS,
		.fault = FAULT_ODD_LIMITS,
	},
	{
		.code = "misplaced",
		.help = N_("rights or limits of a CA on one that is none"),
		.where = LEAF,
		.owner = MARKS,
		.test = check_misplaced,
	},
	{
		.code = "policy",
		.help = N_("a policy is demanded, and not every certificate has one"),
		.where = LEAF,
		.owner = MARKS,
		.test = check_policy,
	},
	{
		.code = "any-purpose",
		.help = N_("meant for any purpose"),
		.text = N_("It is meant for any purpose: OpenSSL and the CA/Browser Forum don't "
			"take that for TLS."),
		.where = LEAF,
		.owner = MARKS,
		.test = check_any_purpose,
	},
	{
		.code = "mixed-purposes",
		.help = N_("a server that may sign code, mail, time stamps or OCSP, too"),
		.text = N_("Beside TLS it may sign code, mail, time stamps or revocation: whoever "
			"takes "
			"the server takes that along, and the CA/Browser Forum forbids it."),
		.where = LEAF,
		.owner = MARKS,
		.test = check_mixed_purposes,
	},
	{
		.code = "odd-key",
		.help = N_("an RSA key of an odd size or with an even exponent"),
		.text = N_("Its RSA key has a size that is no multiple of 8, or an even exponent: "
			"some "
			"programs refuse it, and whoever made it doesn't know how."),
		.where = ANY,
		.owner = MARKS,
		.fault = FAULT_ODD_KEY,
	},
	{
		.code = "time-format",
		.help = N_("a date before 2050 in the notation for those after"),
		.text = N_("A date before 2050 is written as those after are (GeneralizedTime): "
			"strict "
			"programs refuse it."),
		.where = LEAF | MIDDLE,
		.owner = MARKS,
		.fault = FAULT_TIMES,
	},
	{ .code = NULL },
};

#define ROW_COUNT (sizeof check_rows / sizeof check_rows[0])

const struct judge_help *judge_codes(void)
{
	static struct judge_help codes[ROW_COUNT + 2];
	size_t i = 0;
	for (; check_rows[i].code; i++)
		codes[i] = (struct judge_help){ check_rows[i].code, check_rows[i].help };
	codes[i++] = (struct judge_help){ "another-path",
		N_("trusted by a way that programs don't find which follow the chain as it was "
		  "sent") };
	codes[i] = (struct judge_help){ "gnutls", N_("GnuTLS refuses the chain") };
	return codes;
}
