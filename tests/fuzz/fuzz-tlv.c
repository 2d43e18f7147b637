/* Any bytes as elements: each lies within the one around it, and every step moves on. */
#include <stdlib.h>

#include "codec/java-object.h"
#include "codec/tlv.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void must(bool holds)
{
	if (!holds)
		abort();
}

static void walk(struct span in)
{
	struct span before = in, inside;
	struct tlv element;
	uint64_t number;

	while (tlv_next(&in, &element)) {
		must(in.at > before.at && in.at <= before.end);
		must(element.whole.at == before.at && element.whole.end == in.at);
		must(element.content.at > element.whole.at && element.content.end == in.at);
		tlv_number(element.content, &number);
		before = in;
	}
	must(in.at == before.at && tlv_fault(in));
	if (tlv_enter(in, &inside))
		must(inside.at > in.at && inside.end == in.end);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct span in = span_of(data, size), at = in;
	struct tlv element;

	walk(in);
	while (tlv_next(&at, &element))
		walk(element.content);
	at = in;
	if (java_object_skip(&at))
		must(at.at > in.at && at.at <= in.end);
	return 0;
}
