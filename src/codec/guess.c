/*
 * Bytes that no format recognised: what an operator most likely picked up instead.
 *
 * Rows are tried in order; the first one whose bytes or test fit has the words.
 */
#include <ctype.h>
#include <string.h>
#include <strings.h>

#include "base/lang.h"
#include "base/text.h"
#include "codec/intake.h"

static struct span trimmed(struct span in)
{
	if (span_len(in) >= 3 && memcmp(in.at, "\xef\xbb\xbf", 3) == 0)
		in.at += 3;
	while (in.at < in.end && isspace(*in.at))
		in.at++;
	return in;
}

static bool is_empty(struct span in)
{
	in = trimmed(in);
	return in.at == in.end;
}

static bool is_zeros(struct span in)
{
	while (in.at < in.end && *in.at == 0)
		in.at++;
	return in.at == in.end;
}

static bool begins(struct span in, const char *text)
{
	in = trimmed(in);
	return span_len(in) >= strlen(text) &&
	       !strncasecmp((const char *)in.at, text, strlen(text));
}

static bool has(struct span in, const char *text)
{
	return memmem(in.at, span_len(in), text, strlen(text));
}

static bool is_web_page(struct span in)
{
	return begins(in, "<!doctype html") || begins(in, "<html");
}

static bool is_xml(struct span in)
{
	return begins(in, "<?xml");
}

static bool is_mail(struct span in)
{
	return begins(in, "MIME-Version:") || begins(in, "Content-Type:") || begins(in, "From:") ||
	       begins(in, "Received:") || begins(in, "Return-Path:");
}

static bool is_ssh(struct span in)
{
	return begins(in, "ssh-") || begins(in, "ecdsa-sha2-") || begins(in, "PuTTY-User-Key-File");
}

static bool is_printout(struct span in)
{
	return begins(in, "Certificate:") && has(in, "Data:");
}

static bool is_lower_case(struct span in)
{
	return has(in, "-----begin ");
}

static bool is_misplaced(struct span in)
{
	return has(in, "-----BEGIN ");
}

static bool has_no_dashes(struct span in)
{
	return has(in, "BEGIN CERTIFICATE") || has(in, "BEGIN TRUSTED CERTIFICATE");
}

static bool is_hex(struct span in)
{
	size_t digits = 0;

	for (; in.at < in.end; in.at++) {
		if (isxdigit(*in.at))
			digits++;
		else if (!isspace(*in.at) && *in.at != ':')
			return false;
	}
	return digits >= 32;
}

static bool is_text(struct span in)
{
	return text_is_utf8((const char *)in.at, span_len(in)) && !memchr(in.at, 0, span_len(in));
}

#define MAGIC(literal) .magic = literal, .len = sizeof(literal) - 1

static const struct {
	const char *magic;
	size_t len;
	bool (*test)(struct span in);
	const char *says;
} rows[] = {
	{ .test = is_empty, .says = N_("is empty") },
	{ .test = is_zeros, .says = N_("holds nothing but zero bytes") },
	{ MAGIC("\x1f\x8b"), .says = N_("is compressed (gzip): unpack it first") },
	{ MAGIC("BZh"), .says = N_("is compressed (bzip2): unpack it first") },
	{ MAGIC("\3757zXZ"), .says = N_("is compressed (xz): unpack it first") },
	{ MAGIC("\x28\xb5\x2f\xfd"), .says = N_("is compressed (zstd): unpack it first") },
	{ MAGIC("PK\x03\x04"), .says = N_("is a ZIP archive: unpack it first") },
	{ MAGIC("7z\xbc\xaf\x27\x1c"), .says = N_("is a 7-Zip archive: unpack it first") },
	{ MAGIC("%PDF-"), .says = N_("is a PDF document, not a certificate") },
	{ MAGIC("\177ELF"), .says = N_("is a program, not a certificate") },
	{ MAGIC("SQLite format 3"),
		.says = N_("is a database (of NSS?): certutil -L -d DIR -n NAME -a exports from one") },
	{ MAGIC("\xff\xfe"), .says = N_("is UTF-16 text without a BEGIN line") },
	{ MAGIC("\xfe\xff"), .says = N_("is UTF-16 text without a BEGIN line") },
	{ .test = is_web_page,
		.says = N_("is a web page: was an error or a login saved instead of a certificate?") },
	{ .test = is_xml, .says = N_("is XML, not a certificate") },
	{ .test = is_ssh, .says = N_("is a key of SSH, not a certificate") },
	{ .test = is_misplaced,
		.says = N_("has other text before BEGIN in each of its lines: remove that text") },
	{ .test = is_lower_case,
		.says = N_("has its BEGIN line in lower case: write it and END in capitals") },
	{ .test = has_no_dashes,
		.says = N_("has a BEGIN line without its five dashes: a mail program changed them?") },
	{ .test = is_printout,
		.says = N_("is a printed certificate without its BEGIN block, which is needed") },
	{ .test = is_mail, .says = N_("is a mail: save what is attached to it") },
	{ .test = is_hex, .says = N_("is hexadecimal: turn it into bytes first (xxd -r -p)") },
	{ .test = is_text, .says = N_("is text without a certificate") },
};

const char *guess(struct span bytes)
{
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		if (rows[i].test ? rows[i].test(bytes)
				 : span_len(bytes) >= rows[i].len &&
					   memcmp(bytes.at, rows[i].magic, rows[i].len) == 0)
			return lang_text(rows[i].says);
	}
	return _("is no certificate in any format that is known here");
}
