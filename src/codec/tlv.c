#include "codec/tlv.h"

#include "base/lang.h"

#define INDEFINITE 0x80
#define LONG_TAG   0x1f

/* A length in the short form or in at most eight octets. */
static bool take_length(struct span *in, uint64_t *len)
{
	uint64_t first;

	if (!span_number(in, 1, &first) || first == INDEFINITE)
		return false;
	if (first < INDEFINITE) {
		*len = first;
		return true;
	}
	first &= 0x7f;
	return first <= sizeof(*len) && span_number(in, (size_t)first, len);
}

bool tlv_next(struct span *in, struct tlv *out)
{
	struct span at = *in;
	uint64_t tag, len;

	if (!span_number(&at, 1, &tag) || (tag & LONG_TAG) == LONG_TAG)
		return false;
	if (!take_length(&at, &len) || len > span_len(at))
		return false;
	out->tag = (uint8_t)tag;
	span_take(&at, (size_t)len, &out->content);
	out->whole = (struct span){ in->at, at.at };
	*in = at;
	return true;
}

bool tlv_take(struct span *in, uint8_t tag, struct span *content)
{
	struct span at = *in;
	struct tlv element;

	if (in->at == in->end || *in->at != tag || !tlv_next(&at, &element))
		return false;
	*content = element.content;
	*in = at;
	return true;
}

bool tlv_enter(struct span in, struct span *inside)
{
	struct span header;
	size_t octets;

	if (span_len(in) < 2 || in.at[0] != TLV_SEQUENCE)
		return false;
	octets = in.at[1] & 0x80 ? in.at[1] & 0x7f : 0;
	*inside = in;
	return span_take(inside, 2 + octets, &header);
}

bool tlv_begins(struct span in, uint8_t tag)
{
	struct span inside;

	return tlv_enter(in, &inside) && inside.at < inside.end && *inside.at == tag;
}

bool tlv_is(struct span oid, const struct oid *known)
{
	return span_equal(oid, known->bytes, known->len);
}

bool tlv_number(struct span content, uint64_t *number)
{
	if (content.at == content.end || *content.at & 0x80)
		return false;
	while (content.at < content.end && *content.at == 0)
		content.at++;
	return span_len(content) <= sizeof(*number) &&
	       span_number(&content, span_len(content), number);
}

const char *tlv_fault(struct span in)
{
	struct span at = in;
	uint64_t len;

	if (span_len(in) < 2)
		return _("is cut short");
	if ((in.at[0] & LONG_TAG) == LONG_TAG)
		return _("holds an element of an unknown kind");
	if (in.at[1] == INDEFINITE)
		return _("is BER with indefinite lengths, which isn't read: make it DER or PEM first");
	at.at++;
	if (take_length(&at, &len) && len <= span_len(at))
		return _("holds something else than its format demands");
	return _("is cut short, or a length in it is wrong");
}
