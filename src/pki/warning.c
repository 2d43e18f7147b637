#include "pki/warning.h"

#include <stdlib.h>

#include "base/lang.h"
#include "base/mem.h"
#include "pki/look.h"
#include "pki/sheet.h"

/* In the order in which they are shown: what refuses first, then what deceives, then the mild. */
static const struct {
	const char *code, *help;
	const char *text; /* the sentence, where the test writes none */
	warning_fn *test;
} table[] = {
	{
		.code = "expired",
		.help = N_("its time is over"),
		.test = warn_expired,
	},
	{
		.code = "not-yet-valid",
		.help = N_("its time has not come"),
		.test = warn_not_yet_valid,
	},
	{
		.code = "invalid-period",
		.help = N_("it ends before it begins"),
		.text = N_("It ends before it begins, so it is never valid."),
		.test = warn_invalid_period,
	},
	{
		.code = "weak-key",
		.help = N_("others may compute its private key"),
		.test = warn_weak_key,
	},
	{
		.code = "weak-signature",
		.help = N_("signed with MD2, MD5 or SHA-1"),
		.test = warn_weak_signature,
	},
	{
		.code = "nul-in-name",
		.help = N_("a NUL byte stands in a name"),
		.text = N_("A name holds a NUL byte: programs that stop there see another name."),
		.test = warn_nul,
	},
	{
		.code = "bidi",
		.help = N_("characters that turn the writing direction"),
		.text = N_("Characters that turn the writing direction stand in it: it may look "
			"like another."),
		.test = warn_bidi,
	},
	{
		.code = "invisible",
		.help = N_("characters that can't be seen"),
		.text = N_("Characters that can't be seen stand in it: it may look like another."),
		.test = warn_invisible,
	},
	{
		.code = "mixed-script",
		.help = N_("letters of several alphabets in one word"),
		.test = warn_mixed_script,
	},
	{
		.code = "escaped",
		.help = N_("bytes that can't be shown as they are"),
		.text = N_("Some of its bytes can't be shown as they are: they stand here as "
			"escapes."),
		.test = warn_escaped,
	},
	{
		.code = "any-ca",
		.help = N_("a CA without limits on names"),
		.test = warn_any_ca,
	},
	{
		.code = "v1",
		.help = N_("version 1: it can't say whether it is a CA"),
		.text = N_("A version 1 certificate can't say whether it is a CA; some programs "
			"take it for one."),
		.test = warn_v1,
	},
	{
		.code = "unknown-critical",
		.help = N_("a critical extension that is unknown"),
		.test = warn_unknown_critical,
	},
	{
		.code = "duplicate-extension",
		.help = N_("an extension that stands twice"),
		.test = warn_duplicate_extension,
	},
	{
		.code = "no-name",
		.help = N_("neither subject nor alternative names"),
		.text = N_("It names nobody: neither subject nor alternative names say whose it "
			"is."),
		.test = warn_no_name,
	},
	{
		.code = "no-san",
		.help = N_("a host name in the common name only"),
		.test = warn_no_san,
	},
	{
		.code = "cn-not-in-san",
		.help = N_("a common name that clients ignore"),
		.test = warn_cn_not_in_san,
	},
	{
		.code = "idn",
		.help = N_("an internationalised host name"),
		.test = warn_idn,
	},
	{
		.code = "long-name",
		.help = N_("a name longer than RFC 5280 allows"),
		.test = warn_long_name,
	},
	{
		.code = "serial",
		.help = N_("a serial that is zero, negative, empty or too long"),
		.test = warn_serial,
	},
	{
		.code = "ends-soon",
		.help = N_("little of its life is left"),
		.test = warn_ends_soon,
	},
	{
		.code = "long-lived",
		.help = N_("longer than clients accept of servers"),
		.test = warn_long_lived,
	},
};

#define TABLE_COUNT (sizeof table / sizeof table[0])

static void look_begin(struct look *look, const struct cert *cert, int64_t now)
{
	*look = (struct look){ .info = cert->info, .parts = &cert->parts, .now = now };
	name_read(&look->subject, cert->parts.subject);
	name_read(&look->issuer, cert->parts.issuer);
	key_facts(&cert->parts, &look->key);
}

/* Details stop after some hundred names of a kind; the record has all. */
static void look_at_texts(struct look *look, const struct details *body)
{
	const struct cert_info *info = look->info;
	traits_add(&look->names, info->subject);
	traits_add(&look->names, info->issuer);
	for (const char *san = NULL; (san = cert_info_san(info, san));)
		traits_add(&look->names, san);
	look->anywhere = look->names;
	for (size_t i = 0; i < body->count; i++)
		traits_add(&look->anywhere, body->items[i].text);
}

static void look_end(struct look *look)
{
	name_done(&look->subject);
	name_done(&look->issuer);
}

static void add(struct warnings *out, const char *code, char *text)
{
	out->items = mem_grow(out->items, out->count, &out->cap, sizeof *out->items);
	out->items[out->count++] = (struct warning){ .code = code, .text = text };
}

void warnings_find(
	const struct cert *cert, int64_t now, const struct details *body, struct warnings *out)
{
	struct look look;
	look_begin(&look, cert, now);
	look_at_texts(&look, body);
	for (size_t i = 0; i < TABLE_COUNT; i++) {
		struct buf text = { 0 };
		if (!table[i].test(&look, &text)) {
			buf_done(&text);
			continue;
		}
		if (text.len == 0)
			buf_text_add(&text, _(table[i].text));
		add(out, table[i].code, buf_take(&text));
	}
	look_end(&look);
}

void warnings_of(const struct cert *cert, int64_t now, struct warnings *out)
{
	struct details body = { 0 };
	details_body(cert, now, &body);
	warnings_find(cert, now, &body, out);
	details_done(&body);
}

void warnings_done(struct warnings *warnings)
{
	for (size_t i = 0; i < warnings->count; i++)
		free(warnings->items[i].text);
	free(warnings->items);
	*warnings = (struct warnings){ 0 };
}

const struct warning_help *warning_codes(void)
{
	static struct warning_help codes[TABLE_COUNT + 1];
	for (size_t i = 0; i < TABLE_COUNT; i++)
		codes[i] = (struct warning_help){ table[i].code, table[i].help };
	return codes;
}
