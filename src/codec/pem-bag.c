/*
 * What each block of a PEM file means: one row for a label.
 */
#include <stdio.h>
#include <string.h>

#include "base/lang.h"
#include "codec/intake.h"
#include "codec/pem.h"
#include "codec/tlv.h"
#include "codec/utf16.h"

struct label;
typedef void take_fn(struct intake *in, const struct label *label, const struct pem_block *block);

static take_fn take_cert, take_trusted, take_pkcs7, take_part, take_other;

static const struct label {
	const char *text;
	bool suffix; /* the label may have more before it */
	enum bag_kind kind;
	take_fn *take;
	const char *what;
} labels[] = {
	{ .text = "CERTIFICATE", .kind = BAG_CERT, .take = take_cert },
	{ .text = "X509 CERTIFICATE", .kind = BAG_CERT, .take = take_cert },
	{ .text = "TRUSTED CERTIFICATE", .kind = BAG_CERT, .take = take_trusted },
	{ .text = "PKCS7", .kind = BAG_CERT, .take = take_pkcs7 },
	{ .text = "PKCS #7 SIGNED DATA", .kind = BAG_CERT, .take = take_pkcs7 },
	{ .text = "CMS", .kind = BAG_CERT, .take = take_pkcs7 },
	{ .text = "ENCRYPTED PRIVATE KEY",
		.kind = BAG_KEY,
		.take = take_part,
		.what = N_("an encrypted private key") },
	{ .text = "PRIVATE KEY",
		.suffix = true,
		.kind = BAG_KEY,
		.take = take_part,
		.what = N_("a private key") },
	{ .text = "PRIVATE KEY BLOCK",
		.suffix = true,
		.kind = BAG_KEY,
		.what = N_("a private key of OpenPGP") },
	{ .text = "CERTIFICATE REQUEST",
		.suffix = true,
		.kind = BAG_OTHER,
		.take = take_part,
		.what = N_("a certificate request") },
	{ .text = "X509 CRL",
		.kind = BAG_CRL,
		.take = take_part,
		.what = N_("a revocation list (CRL)") },
	{ .text = "PUBLIC KEY", .suffix = true, .kind = BAG_OTHER, .what = N_("a public key") },
	{ .text = "PARAMETERS", .suffix = true, .kind = BAG_OTHER, .what = N_("parameters of keys") },
	{ .text = "ATTRIBUTE CERTIFICATE", .kind = BAG_OTHER, .what = N_("an attribute certificate") },
	{ .text = "PUBLIC KEY BLOCK",
		.suffix = true,
		.kind = BAG_OTHER,
		.what = N_("a public key of OpenPGP") },
};

static const struct label unknown = { .kind = BAG_OTHER, .what = N_("a block of another kind") };

static const struct label *find_label(const struct pem_block *block)
{
	struct span label = span_of(block->label, block->label_len);
	size_t len;

	for (size_t i = 0; i < sizeof(labels) / sizeof(labels[0]); i++) {
		len = strlen(labels[i].text);
		if (pem_is(block, labels[i].text))
			return &labels[i];
		if (labels[i].suffix && span_len(label) > len &&
			memcmp(label.end - len, labels[i].text, len) == 0)
			return &labels[i];
	}
	return &unknown;
}

static struct span der_of(const struct pem_block *block)
{
	return span_of(block->der.data, block->der.len);
}

/* Windows' certutil -encode writes CERTIFICATE around whatever it encodes. */
static void take_cert(struct intake *in, const struct label *label, const struct pem_block *block)
{
	const struct der_shape *shape = der_shape(der_of(block));

	if (tlv_begins(der_of(block), TLV_OID))
		take_pkcs7(in, label, block);
	else if (shape)
		intake_part(in, &(struct part){ shape->kind, der_of(block), shape->what },
			"line %zu", block->line);
	else
		intake_cert(in, der_of(block), "line %zu", block->line);
}

/*
 * OpenSSL's CertAux behind the certificate: SEQUENCE { trust SEQUENCE OPTIONAL, reject [0]
 * OPTIONAL, alias UTF8String OPTIONAL, … }.
 */
static bool read_alias(struct span aux, struct buf *alias)
{
	struct span fields, skipped, text;

	if (!tlv_take(&aux, TLV_SEQUENCE, &fields))
		return false;
	tlv_take(&fields, TLV_SEQUENCE, &skipped);
	tlv_take(&fields, TLV_CONTEXT, &skipped);
	if (!tlv_take(&fields, TLV_UTF8, &text))
		return false;
	buf_add(alias, text.at, span_len(text));
	return true;
}

static void take_trusted(
	struct intake *in, const struct label *label, const struct pem_block *block)
{
	struct span rest = der_of(block);
	struct buf alias = { 0 };
	struct bag_item *item;
	struct tlv certificate;

	if (!tlv_next(&rest, &certificate)) {
		take_cert(in, label, block);
		return;
	}
	item = intake_cert(in, certificate.whole, "line %zu", block->line);
	if (read_alias(rest, &alias))
		intake_label(item, &alias);
	buf_done(&alias);
}

static void take_pkcs7(struct intake *in, const struct label *label, const struct pem_block *block)
{
	struct error why;
	enum answer answer = pkcs7_read(in, der_of(block), &why);

	(void)label;
	if (answer == ANSWER_BROKEN)
		intake_other(in, BAG_PROBLEM, why.text, "line %zu", block->line);
	else if (answer == ANSWER_NOT_MINE)
		intake_other(in, BAG_PROBLEM, N_("it holds no PKCS#7"), "line %zu", block->line);
}

/* Keys of OpenSSH aren't DER, and a cipher that stands in the headers is no part of it. */
static bool needs_its_text(const struct pem_block *block)
{
	return pem_is(block, "OPENSSH PRIVATE KEY") ||
	       memmem(block->text, block->end - block->begin, "4,ENCRYPTED", 11);
}

static void take_part(struct intake *in, const struct label *label, const struct pem_block *block)
{
	struct part part = { .kind = label->kind, .what = label->what };

	if (needs_its_text(block))
		part.bytes = span_of(block->text, block->end - block->begin);
	else
		part.bytes = der_of(block);
	intake_part(in, &part, "line %zu", block->line);
}

static void take_other(struct intake *in, const struct label *label, const struct pem_block *block)
{
	intake_other(in, label->kind, label->what, "line %zu", block->line);
}

static void take_block(struct intake *in, const struct pem_block *block)
{
	const struct label *label = find_label(block);

	if ((label->kind == BAG_CERT || label->kind == BAG_CRL || (in->keyring && label->take)) &&
		block->broken)
		intake_other(in, BAG_PROBLEM, block->broken, "line %zu", block->line);
	else if (label->take)
		label->take(in, label, block);
	else
		take_other(in, label, block);
}

static enum answer read_blocks(struct intake *in, struct span text)
{
	struct pem_block block = { 0 };
	struct pem_reader reader;
	size_t number = 0;
	char prefix[40];

	pem_start(&reader, text.at, span_len(text));
	in->prefix = prefix;
	while (pem_next(&reader, &block)) {
		snprintf(prefix, sizeof(prefix), "block %zu, ", ++number);
		take_block(in, &block);
		intake_pass(in);
	}
	in->prefix = "";
	buf_wipe(&block.der);
	return number ? ANSWER_READ : ANSWER_NOT_MINE;
}

/* Some editors and PowerShell save text as UTF-16. */
static bool is_utf16(struct span text, bool *big_endian)
{
	const uint8_t *b = text.at;

	if (span_len(text) < 2)
		return false;
	*big_endian = b[0] == 0xfe || b[0] == 0;
	return (b[0] == 0xfe && b[1] == 0xff) || (b[0] == 0xff && b[1] == 0xfe) ||
	       (b[0] == 0 && b[1] == '-') || (b[0] == '-' && b[1] == 0);
}

enum answer pem_read(struct intake *in, struct span bytes, struct error *err)
{
	struct buf text = { .secret = true };
	enum answer answer;
	bool big_endian;

	(void)err;
	if (!is_utf16(bytes, &big_endian))
		return read_blocks(in, bytes);
	buf_reserve(&text, span_len(bytes) / 2 * 3 + 4); /* no copy is left behind by growing */
	utf16_decode(&text, bytes, big_endian);
	answer = read_blocks(in, span_of(text.data, text.len));
	buf_wipe(&text);
	return answer;
}
