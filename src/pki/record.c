/*
 * Texts are appended to one buffer that moves while it grows, so a text is remembered by its place,
 * and the record's pointers are set when all of them stand.
 */
#include "pki/record.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include <gnutls/crypto.h>
#include <gnutls/gnutls.h>

#include "base/mem.h"
#include "base/text.h"
#include "pki/algorithm.h"
#include "pki/general-name.h"
#include "pki/name.h"
#include "pki/oid.h"

#define NOWHERE SIZE_MAX

struct filling {
	struct cert_info *info;
	struct buf *texts;
	size_t at[RECORD_TEXTS];
	struct der key_id, issuer_key_id;
};

/* What is appended from here to text_end() is this text. */
static struct buf *text_begin(struct filling *f, enum record_text which)
{
	f->at[which] = f->texts->len;
	return f->texts;
}

static void text_end(struct filling *f)
{
	buf_char(f->texts, '\0');
}

/* A serial is a signed number; the octet that only says "positive" isn't shown. */
static void serial_show(struct der serial, struct buf *out)
{
	if (serial.len > 1 && serial.data[0] == 0 && serial.data[1] & 0x80) {
		serial.data++;
		serial.len--;
	} else if (serial.len > 0 && serial.data[0] & 0x80) {
		uint8_t *positive = mem_copy(serial.data, serial.len);
		unsigned carry = 1;
		for (size_t i = serial.len; i > 0; i--) {
			carry += (uint8_t)~positive[i - 1];
			positive[i - 1] = (uint8_t)carry;
			carry >>= 8;
		}
		buf_char(out, '-');
		text_hex(out, positive, serial.len, 0);
		free(positive);
		return;
	}
	text_hex(out, serial.data, serial.len, 0);
}

static void fill_first(
	struct filling *f, const struct name *name, const char *oid, enum record_text which)
{
	const struct attribute *attribute = name_first(name, oid);
	if (!attribute)
		return;
	attribute_show(attribute, text_begin(f, which));
	text_end(f);
}

static void fill_names(struct filling *f, const struct parts *parts)
{
	struct name name;
	name_show(parts->issuer, text_begin(f, RECORD_ISSUER));
	text_end(f);
	name_read(&name, parts->subject);
	name_write(&name, text_begin(f, RECORD_SUBJECT));
	text_end(f);
	fill_first(f, &name, NAME_CN, RECORD_CN);
	fill_first(f, &name, NAME_O, RECORD_ORG);
	fill_first(f, &name, NAME_OU, RECORD_UNIT);
	name_done(&name);
}

/* They must stand side by side, so nothing else is filled meanwhile. */
static void fill_sans(struct filling *f, struct der value)
{
	struct der in;
	struct der_item item;
	if (!der_take(&value, DER_SEQUENCE, &in))
		return;
	while (der_next(&in, &item)) {
		if (f->info->san_count++ == 0)
			text_begin(f, RECORD_SANS);
		general_name_show(&item, f->texts);
		text_end(f);
		f->info->sans_len = f->texts->len - f->at[RECORD_SANS];
	}
}

static void fill_constraints(struct filling *f, struct der value)
{
	struct der in, flag = { 0 }, limit;
	uint64_t number;
	if (!der_take(&value, DER_SEQUENCE, &in))
		return;
	der_take(&in, DER_BOOLEAN, &flag);
	f->info->ca = der_boolean(flag);
	if (!der_take(&in, DER_INTEGER, &limit))
		return;
	f->info->path_len = der_number(limit, &number) && number < INT_MAX ? (int)number : INT_MAX;
}

static void note_key_id(struct filling *f, struct der value)
{
	struct der id;
	if (!f->key_id.data && der_take(&value, DER_OCTETS, &id))
		f->key_id = id;
}

static void note_issuer_key_id(struct filling *f, struct der value)
{
	struct der in, id;
	if (!f->issuer_key_id.data && der_take(&value, DER_SEQUENCE, &in) &&
		der_take(&in, DER_CONTEXT + 0, &id))
		f->issuer_key_id = id;
}

static void fill_hex(struct filling *f, struct der bytes, enum record_text which)
{
	if (!bytes.data)
		return;
	text_hex(text_begin(f, which), bytes.data, bytes.len, 0);
	text_end(f);
}

static const struct {
	const char *oid;
	void (*fill)(struct filling *f, struct der value);
} fillers[] = {
	{ EXT_SAN, fill_sans },
	{ EXT_BASIC_CONSTRAINTS, fill_constraints },
	{ EXT_KEY_ID, note_key_id },
	{ EXT_ISSUER_KEY_ID, note_issuer_key_id },
};

static void fill_extensions(struct filling *f, const struct parts *parts)
{
	struct der in = parts->extensions;
	struct extension extension;
	while (extension_next(&in, &extension))
		for (size_t i = 0; i < sizeof fillers / sizeof fillers[0]; i++)
			if (oid_is(extension.oid, fillers[i].oid))
				fillers[i].fill(f, extension.value);
	fill_hex(f, f->key_id, RECORD_KEY_ID);
	fill_hex(f, f->issuer_key_id, RECORD_ISSUER_KEY_ID);
}

static void fill_algorithms(struct filling *f, const struct parts *parts)
{
	struct key_facts key;
	key_facts(parts, &key);
	f->info->key_algorithm = key.algorithm;
	f->info->key_bits = key.bits;
	signature_name(parts->signature_algorithm, text_begin(f, RECORD_SIGNATURE));
	text_end(f);
}

static void set_texts(const struct filling *f)
{
	for (size_t i = 0; i < RECORD_TEXTS; i++)
		if (f->at[i] != NOWHERE)
			*record_text(f->info, i) = f->texts->data + f->at[i];
}

void record_fill(
	const struct parts *parts, struct der cert, struct buf *texts, struct cert_info *info)
{
	struct filling f = { .info = info, .texts = texts };
	for (size_t i = 0; i < RECORD_TEXTS; i++)
		f.at[i] = NOWHERE;
	*info = (struct cert_info){
		.not_before = parts->not_before,
		.not_after = parts->not_after,
		.version = parts->version,
		.path_len = -1,
	};
	fingerprint_of(cert.data, cert.len, &info->sha256);
	fingerprint_sha1(cert.data, cert.len, info->sha1);
	gnutls_hash_fast(GNUTLS_DIG_SHA256, parts->spki.data, parts->spki.len, info->spki);
	serial_show(parts->serial, text_begin(&f, RECORD_SERIAL));
	text_end(&f);
	fill_names(&f, parts);
	fill_extensions(&f, parts);
	fill_algorithms(&f, parts);
	set_texts(&f);
}

/* Only a self-signed certificate may leave out the issuer's identifier (RFC 5280, 4.2.1.1). */
bool record_self_signed(const struct parts *parts, struct cert_info *info)
{
	info->self_signed = false;
	if (!der_equal(parts->subject, parts->issuer))
		return true;
	if (info->key_id && info->issuer_key_id) {
		info->self_signed = strcmp(info->key_id, info->issuer_key_id) == 0;
		return true;
	}
	info->self_signed = info->key_id && info->ca;
	return info->self_signed;
}
