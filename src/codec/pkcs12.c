/*
 * PKCS#12 (RFC 7292): the certificates of a keystore; its keys are handed on as they are sealed.
 *
 *   PFX { version, authSafe { data { OCTET STRING { containers } } }, macData OPTIONAL }
 *
 * A container is plain data or EncryptedData; either holds SafeBags.  The file is walked twice.
 * The first walk adds up the key-derivation rounds that it demands, all containers together, so
 * that a file that wants hours of work is refused before any is done.  The second one reads.
 */
#include "codec/intake.h"
#include "codec/pbe.h"
#include "codec/safe-bag.h"
#include "codec/tlv.h"

#define PKCS7 "\x2a\x86\x48\x86\xf7\x0d\x01\x07"

static const struct oid plain = OID(PKCS7 "\x01"), signed_data = OID(PKCS7 "\x02"),
			encrypted = OID(PKCS7 "\x06");

struct pfx {
	struct span safes; /* what the MAC is made over */
	struct span containers;
	bool has_mac;
	struct pbe_mac mac;
	bool keys; /* will be opened as well */
	struct pbe_cost cost;
};

enum opened { OPENED, WRONG_PASSWORD, DAMAGED };

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
static bool parse_pfx(struct pfx *pfx, struct span body, struct error *err)
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

/* What was decrypted must look like SafeContents: padding alone is right once in 256 times. */
static enum opened read_encrypted(
	struct intake *in, struct span content, const char *password, struct error *err)
{
	struct buf text = { .secret = true };
	enum opened opened = DAMAGED;
	struct span data = { 0 };
	struct pbe pbe = { 0 };

	if (!parse_encrypted(content, &pbe, &data, err))
		return DAMAGED;
	if (!pbe_decrypt(&pbe, password, data, &text) || !safe_bag_is(span_of(text.data, text.len)))
		opened = WRONG_PASSWORD;
	else if (safe_bag_read(in, span_of(text.data, text.len), err))
		opened = OPENED;
	in->proved = in->proved || opened == OPENED;
	buf_wipe(&text);
	return opened;
}

static enum opened read_plain(struct intake *in, struct span content, struct error *err)
{
	struct span data;

	if (!tlv_take(&content, TLV_OCTET_STRING, &data))
		damaged(err);
	else if (safe_bag_read(in, data, err))
		return OPENED;
	return DAMAGED;
}

/* Encrypted ones come first, so that a wrong password is known before anything was collected. */
static enum opened read_containers(struct intake *in, const struct pfx *pfx, bool want_encrypted,
	const char *password, struct error *err)
{
	struct span at = pfx->containers, oid, content;
	enum opened opened = OPENED;

	while (opened == OPENED && take_content(&at, &oid, &content)) {
		if (tlv_is(oid, &encrypted) != want_encrypted)
			continue;
		opened = want_encrypted ? read_encrypted(in, content, password, err)
					: read_plain(in, content, err);
	}
	return opened;
}

static enum opened open_with(
	struct intake *in, const struct pfx *pfx, const char *password, struct error *err)
{
	enum opened opened;

	if (pfx->has_mac && !pbe_mac_check(&pfx->mac, password, pfx->safes))
		return WRONG_PASSWORD;
	in->proved = pfx->has_mac;
	opened = read_containers(in, pfx, true, password, err);
	return opened == OPENED ? read_containers(in, pfx, false, password, err) : opened;
}

/*
 * An empty password is written in two ways; it is tried where none is known.  Where a container has
 * been opened, its password was right and another one can't help.
 */
static enum answer open_pfx(struct intake *in, const struct pfx *pfx, struct error *err)
{
	const char *known = in->options->password;
	const char *tries[] = { known ? known : "", NULL };
	size_t count = known && *known ? 1 : 2;
	enum opened opened = WRONG_PASSWORD;

	for (size_t i = 0; i < count && opened == WRONG_PASSWORD; i++) {
		if (in->certificates || in->others)
			break;
		opened = open_with(in, pfx, tries[i], err);
	}
	if (opened == WRONG_PASSWORD)
		error_set(err, ERROR_SECRET, "%s",
			known ? "the password is wrong (or the file was changed)"
			      : "needs its password");
	return opened == OPENED ? ANSWER_READ : ANSWER_BROKEN;
}

/* A PFX begins with its version 3; a version alone could also be the one of a key. */
enum answer pkcs12_read(struct intake *in, struct span bytes, struct error *err)
{
	struct span at = bytes, body, version, inside;
	struct pfx pfx = { .keys = in->keyring };

	if (!tlv_enter(bytes, &inside) || !tlv_take(&inside, TLV_INTEGER, &version) ||
		!span_equal(version, "\x03", 1))
		return ANSWER_NOT_MINE;
	if (!tlv_take(&at, TLV_SEQUENCE, &body))
		return answer_broken(err, "%s", tlv_fault(bytes));
	if (!is_filling(at))
		return answer_broken(err, "%zu bytes follow the PKCS#12", span_len(at));
	tlv_take(&body, TLV_INTEGER, &version);
	if (!parse_pfx(&pfx, body, err) ||
		!pbe_cost_fits(&pfx.cost, in->options->limits.kdf_rounds, err))
		return ANSWER_BROKEN;
	return open_pfx(in, &pfx, err);
}
