#include "pki/oid.h"

#include <string.h>

#include "base/buf.h"
#include "base/lang.h"

#define ARC_OCTETS 40 /* 280 bits: a UUID takes 19, and the work grows with the square */

/*
 * Multiply a decimal number by 128 and add.  Arcs have no upper limit (a UUID is one of 128 bits),
 * so they are converted digit by digit; digits stand with the lowest first.
 */
static size_t arc_push(char digits[], size_t count, unsigned add)
{
	for (size_t i = 0; i < count; i++) {
		add += (unsigned)digits[i] * 128;
		digits[i] = (char)(add % 10);
		add /= 10;
	}
	for (; add > 0; add /= 10)
		digits[count++] = (char)(add % 10);
	return count;
}

/* Subtract what the first octet adds for the root arc: at most 80, from a number that holds it. */
static size_t arc_less(char digits[], size_t count, int less)
{
	for (size_t i = 0; less > 0 && i < count; i++) {
		int digit = digits[i] - less % 10;
		less /= 10;
		if (digit < 0) {
			digit += 10;
			less++;
		}
		digits[i] = (char)digit;
	}
	while (count > 0 && digits[count - 1] == 0)
		count--;
	return count;
}

/* Take one arc off the front; false where it is cut short or too long. */
static bool arc_next(struct der *in, char digits[], size_t *count)
{
	*count = 0;
	for (size_t octets = 0; in->len > 0 && octets < ARC_OCTETS; octets++) {
		uint8_t octet = *in->data++;
		in->len--;
		*count = arc_push(digits, *count, octet & 0x7f);
		if ((octet & 0x80) == 0)
			return true;
	}
	return false;
}

/* Append ".digits" if it leaves room for "…". */
static bool arc_write(char *text, size_t size, const char *digits, size_t count)
{
	size_t len = strlen(text), need = 1 + (count > 0 ? count : 1);
	if (len + need + sizeof "…" > size)
		return false;
	text[len++] = '.';
	if (count == 0)
		text[len++] = '0';
	while (count > 0)
		text[len++] = (char)('0' + digits[--count]);
	text[len] = '\0';
	return true;
}

/* The first arc is 0, 1 or 2; the first octets hold 40 times it and the second arc. */
static char root_arc(char digits[], size_t *count)
{
	int value = *count > 2 ? 100 : 0;
	for (size_t i = *count > 2 ? 0 : *count; i > 0; i--)
		value = value * 10 + digits[i - 1];
	int root = value < 40 ? 0 : value < 80 ? 1 : 2;
	*count = arc_less(digits, *count, root * 40);
	return (char)('0' + root);
}

static const char *large_oid(struct der body, struct oid *out)
{
	char digits[3 * ARC_OCTETS];
	size_t count;
	bool ok = arc_next(&body, digits, &count);
	out->text[0] = ok ? root_arc(digits, &count) : '\0';
	out->text[1] = '\0';
	while (ok && (ok = arc_write(out->text, sizeof out->text, digits, count)) && body.len > 0)
		ok = arc_next(&body, digits, &count);
	if (!ok)
		memcpy(out->text + strlen(out->text), "…", sizeof "…");
	return out->text;
}

#define SMALL_OID 20 /* octets; at most four characters come of each */

static char *decimal(char *to, uint32_t number)
{
	char digits[10];
	size_t count = 0;
	for (; number > 0 || count == 0; number /= 10)
		digits[count++] = (char)('0' + number % 10);
	while (count > 0)
		*to++ = digits[--count];
	return to;
}

/* Take an arc of up to 28 bits off the front, as all are that anybody assigns. */
static bool small_arc(struct der *in, uint32_t *arc)
{
	*arc = 0;
	for (size_t i = 0; i < in->len && i < 4; i++) {
		*arc = *arc << 7 | (in->data[i] & 0x7f);
		if (in->data[i] & 0x80)
			continue;
		*in = (struct der){ in->data + i + 1, in->len - i - 1 };
		return true;
	}
	return false;
}

static bool small_oid(struct der body, char *to)
{
	uint32_t arc;
	if (body.len > SMALL_OID || !small_arc(&body, &arc))
		return false;
	uint32_t root = arc < 80 ? arc / 40 : 2;
	*to++ = (char)('0' + root);
	*to++ = '.';
	to = decimal(to, arc - root * 40);
	while (body.len > 0) {
		if (!small_arc(&body, &arc))
			return false;
		*to++ = '.';
		to = decimal(to, arc);
	}
	*to = '\0';
	return true;
}

const char *oid_of(struct der body, struct oid *out)
{
	return small_oid(body, out->text) ? out->text : large_oid(body, out);
}

static uint32_t number(const char **dotted)
{
	uint32_t value = 0;
	for (; **dotted >= '0'; ++*dotted)
		value = value * 10 + (uint32_t)(**dotted - '0');
	return value;
}

/* Arc by arc, because most differ early. */
bool oid_is(struct der body, const char *dotted)
{
	uint32_t arc, wanted = number(&dotted) * 40;
	dotted++;
	wanted += number(&dotted);
	while (small_arc(&body, &arc) && arc == wanted) {
		if (*dotted == '\0')
			return body.len == 0;
		dotted++;
		wanted = number(&dotted);
	}
	return false;
}

static const struct {
	const char *oid, *words;
} oids[] = {
	/* extended key usages */
	{ "2.5.29.37.0", N_("any purpose") },
	{ "1.3.6.1.5.5.7.3.1", N_("TLS server") },
	{ "1.3.6.1.5.5.7.3.2", N_("TLS client") },
	{ "1.3.6.1.5.5.7.3.3", N_("code signing") },
	{ "1.3.6.1.5.5.7.3.4", N_("e-mail protection") },
	{ "1.3.6.1.5.5.7.3.5", N_("IPsec end system") },
	{ "1.3.6.1.5.5.7.3.6", N_("IPsec tunnel") },
	{ "1.3.6.1.5.5.7.3.7", N_("IPsec user") },
	{ "1.3.6.1.5.5.7.3.8", N_("time stamping") },
	{ "1.3.6.1.5.5.7.3.9", N_("OCSP signing") },
	{ "1.3.6.1.5.5.7.3.13", N_("EAP over PPP") },
	{ "1.3.6.1.5.5.7.3.14", N_("EAP over LAN (802.1X)") },
	{ "1.3.6.1.5.5.7.3.17", N_("IPsec IKE") },
	{ "1.3.6.1.5.5.7.3.21", N_("SSH client") },
	{ "1.3.6.1.5.5.7.3.22", N_("SSH server") },
	{ "1.3.6.1.5.5.7.3.31", N_("brand indicator (BIMI)") },
	{ "1.3.6.1.5.5.8.2.2", N_("IKE intermediate") },
	{ "1.3.6.1.5.2.3.4", N_("Kerberos client") },
	{ "1.3.6.1.5.2.3.5", N_("Kerberos KDC") },
	{ "1.3.6.1.4.1.311.10.3.1", N_("Microsoft trust list signing") },
	{ "1.3.6.1.4.1.311.10.3.3", N_("Microsoft server gated crypto") },
	{ "1.3.6.1.4.1.311.10.3.4", N_("Microsoft encrypting file system") },
	{ "1.3.6.1.4.1.311.10.3.12", N_("Microsoft document signing") },
	{ "1.3.6.1.4.1.311.20.2.1", N_("Microsoft enrolment agent") },
	{ "1.3.6.1.4.1.311.20.2.2", N_("Microsoft smart card logon") },
	{ "1.3.6.1.4.1.311.54.1.2", N_("remote desktop") },
	{ "1.3.6.1.4.1.311.2.1.21", N_("Microsoft individual code signing") },
	{ "1.3.6.1.4.1.311.2.1.22", N_("Microsoft commercial code signing") },
	{ "2.16.840.1.113730.4.1", N_("Netscape server gated crypto") },
	{ "2.16.840.1.101.3.6.8", N_("PIV card authentication") },
	{ "1.2.840.113583.1.1.5", N_("Adobe PDF signing") },
	{ "0.4.0.2231.3.0", N_("trusted list signing") },
	/* access methods */
	{ "1.3.6.1.5.5.7.48.1", N_("OCSP") },
	{ "1.3.6.1.5.5.7.48.2", N_("issuer's certificate") },
	{ "1.3.6.1.5.5.7.48.3", N_("time stamping") },
	{ "1.3.6.1.5.5.7.48.5", N_("CA repository") },
	/* policies and their qualifiers */
	{ "2.5.29.32.0", N_("any policy") },
	{ "2.23.140.1.1", N_("extended validation") },
	{ "2.23.140.1.2.1", N_("domain validated") },
	{ "2.23.140.1.2.2", N_("organisation validated") },
	{ "2.23.140.1.2.3", N_("individual validated") },
	{ "2.23.140.1.3", N_("extended validation code signing") },
	{ "2.23.140.1.4.1", N_("code signing") },
	{ "0.4.0.2042.1.1", N_("ETSI normalised (NCP)") },
	{ "0.4.0.2042.1.2", N_("ETSI normalised with device (NCP+)") },
	{ "0.4.0.2042.1.4", N_("ETSI extended validation (EVCP)") },
	{ "0.4.0.2042.1.6", N_("ETSI domain validated (DVCP)") },
	{ "0.4.0.2042.1.7", N_("ETSI organisation validated (OVCP)") },
	{ "0.4.0.194112.1.4", N_("EU qualified website (QCP-w)") },
	/* statements of qualified certificates */
	{ "0.4.0.1862.1.1", N_("EU qualified certificate") },
	{ "0.4.0.1862.1.2", N_("limit on the value of transactions") },
	{ "0.4.0.1862.1.3", N_("retention period") },
	{ "0.4.0.1862.1.4", N_("key on a secure device") },
	{ "0.4.0.1862.1.5", N_("disclosure statements") },
	{ "0.4.0.1862.1.6", N_("kind of certificate") },
	{ "0.4.0.1862.1.7", N_("country of the legislation") },
	{ "0.4.0.19495.2", N_("PSD2") },
	{ "1.3.6.1.5.5.7.11.1", N_("qualified certificate syntax v1") },
	{ "1.3.6.1.5.5.7.11.2", N_("qualified certificate syntax v2") },
	/* proxy policies */
	{ "1.3.6.1.5.5.7.21.0", N_("any language") },
	{ "1.3.6.1.5.5.7.21.1", N_("inherits all rights") },
	{ "1.3.6.1.5.5.7.21.2", N_("independent") },
	/* subject directory attributes */
	{ "1.3.6.1.5.5.7.9.1", N_("date of birth") },
	{ "1.3.6.1.5.5.7.9.2", N_("place of birth") },
	{ "1.3.6.1.5.5.7.9.3", N_("gender") },
	{ "1.3.6.1.5.5.7.9.4", N_("country of citizenship") },
	{ "1.3.6.1.5.5.7.9.5", N_("country of residence") },
};

const char *oid_words(const char *dotted)
{
	for (size_t i = 0; i < sizeof oids / sizeof oids[0]; i++)
		if (strcmp(oids[i].oid, dotted) == 0)
			return _(oids[i].words);
	return NULL;
}

void oid_show(struct der body, struct buf *out)
{
	struct oid oid;
	const char *words = oid_words(oid_of(body, &oid));
	if (words)
		buf_format(out, "%s (%s)", words, oid.text);
	else
		buf_text_add(out, oid.text);
}
