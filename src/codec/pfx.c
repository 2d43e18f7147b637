#include "codec/pfx.h"

#include "codec/safe-bag.h"
#include "codec/tlv.h"

#define PKCS7 "\x2a\x86\x48\x86\xf7\x0d\x01\x07"

static const struct oid plain = OID(PKCS7 "\x01"), signed_data = OID(PKCS7 "\x02"),
			encrypted = OID(PKCS7 "\x06");

static bool damaged(struct error *err)
{
	return error_set(err, ERROR_FAILED, "is a PKCS#12 that is damaged or cut short");
}

/* ContentInfo: identifier and [0] */
static bool take_content(struct span *in, struct span *oid, struct span *content)
{
	struct span info;

	return tlv_take(in, TLV_SEQUENCE, &info) && tlv_take(&info, TLV_OID, oid) &&
	       tlv_take(&info, TLV_CONTEXT, content);
}

/* EncryptedData: version, { identifier, algorithm, [0] bytes } */
static bool parse_encrypted(
	struct span content, struct pbe *pbe, struct span *data, struct error *err)
{
	struct span all, version, info, oid, algorithm;

	if (!tlv_take(&content, TLV_SEQUENCE, &all) || !tlv_take(&all, TLV_INTEGER, &version) ||
		!tlv_take(&all, TLV_SEQUENCE, &info) || !tlv_take(&info, TLV_OID, &oid) ||
		!tlv_take(&info, TLV_SEQUENCE, &algorithm) || !tlv_take(&info, 0x80, data))
		return damaged(err);
	return pbe_parse(algorithm, pbe, err);
}

/* One container of the first walk. */
static bool count_rounds(struct pfx *pfx, struct span oid, struct span content, struct error *err)
{
	struct span data;
	struct pbe pbe = { 0 };

	if (tlv_is(oid, &plain)) {
		if (pfx->keys && tlv_take(&content, TLV_OCTET_STRING, &data))
			safe_bag_cost(data, &pfx->cost);
		return true;
	}
	if (!tlv_is(oid, &encrypted))
		return error_set(err, ERROR_FAILED,
			"is a PKCS#12 encrypted for a key instead of a password, which isn't read");
	if (!parse_encrypted(content, &pbe, &data, err))
		return false;
	pbe_cost_add(&pfx->cost, pbe.rounds);
	return true;
}

static bool walk_containers(struct pfx *pfx, struct error *err)
{
	struct span at = pfx->safes, oid, content;

	if (!tlv_take(&at, TLV_SEQUENCE, &pfx->containers))
		return damaged(err);
	for (at = pfx->containers; at.at < at.end;) {
		if (!take_content(&at, &oid, &content))
			return damaged(err);
		if (!count_rounds(pfx, oid, content, err))
			return false;
	}
	return true;
}

static bool parse_mac(struct pfx *pfx, struct span rest, struct error *err)
{
	struct span data;

	if (rest.at == rest.end)
		return true;
	if (!tlv_take(&rest, TLV_SEQUENCE, &data))
		return damaged(err);
	pfx->has_mac = true;
	if (!pbe_mac_parse(data, &pfx->mac, err))
		return false;
	pbe_cost_add(&pfx->cost, pfx->mac.rounds);
	return true;
}

/* body: what stands behind the version */
static bool parse_body(struct pfx *pfx, struct span body, struct error *err)
{
	struct span oid, content;

	if (!take_content(&body, &oid, &content))
		return damaged(err);
	if (tlv_is(oid, &signed_data))
		return error_set(err, ERROR_FAILED,
			"is a PKCS#12 signed instead of protected by a password, which isn't read");
	if (!tlv_is(oid, &plain) || !tlv_take(&content, TLV_OCTET_STRING, &pfx->safes))
		return damaged(err);
	return parse_mac(pfx, body, err) && walk_containers(pfx, err);
}

/* A PFX begins with its version 3; a version alone could also be the one of a key. */
enum answer pfx_parse(struct span bytes, struct pfx *pfx, struct error *err)
{
	struct span at = bytes, body, version, inside;

	if (!tlv_enter(bytes, &inside) || !tlv_take(&inside, TLV_INTEGER, &version) ||
		!span_equal(version, "\x03", 1))
		return ANSWER_NOT_MINE;
	if (!tlv_take(&at, TLV_SEQUENCE, &body))
		return answer_broken(err, "%s", tlv_fault(bytes));
	if (!is_filling(at))
		return answer_broken(err, "%zu bytes follow the PKCS#12", span_len(at));
	tlv_take(&body, TLV_INTEGER, &version);
	return parse_body(pfx, body, err) ? ANSWER_READ : ANSWER_BROKEN;
}

bool pfx_next(struct span *containers, struct pfx_container *out)
{
	const uint8_t *from = containers->at;
	struct span oid;

	if (!take_content(containers, &oid, &out->content))
		return false;
	out->whole = (struct span){ from, containers->at };
	out->encrypted = tlv_is(oid, &encrypted);
	return true;
}

bool pfx_scheme(const struct pfx_container *container, struct pbe *out, struct error *err)
{
	struct span data;

	return parse_encrypted(container->content, out, &data, err);
}

/* What was decrypted must look like SafeContents: padding alone is right once in 256 times. */
static enum opened decrypt(const struct pfx_container *container, const char *password,
	struct buf *text, struct span *contents, struct error *err)
{
	size_t from = text->len;
	struct span data = { 0 };
	struct pbe pbe = { 0 };

	if (!parse_encrypted(container->content, &pbe, &data, err))
		return DAMAGED;
	if (!pbe_decrypt(&pbe, password, data, text))
		return WRONG_PASSWORD;
	*contents = span_of(text->data + from, text->len - from);
	return safe_bag_is(*contents) ? OPENED : WRONG_PASSWORD;
}

enum opened pfx_open(const struct pfx_container *container, const char *password, struct buf *text,
	struct span *contents, struct error *err)
{
	struct span content = container->content;

	if (container->encrypted)
		return decrypt(container, password, text, contents, err);
	if (tlv_take(&content, TLV_OCTET_STRING, contents))
		return OPENED;
	damaged(err);
	return DAMAGED;
}
