/* Any bytes as a file to import: what comes out keeps the promises of codec/bag.h. */
#include <stdlib.h>

#include "base/text.h"
#include "codec/bag.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void must(bool holds)
{
	if (!holds)
		abort();
}

static void check_item(const struct bag_item *item)
{
	must((item->kind == BAG_CERT) == (item->der != NULL));
	must((item->kind == BAG_CERT) == (item->why == NULL));
	must(item->where && text_is_safe(item->where));
	must(!item->label || text_is_safe(item->label));
	must(!item->why || text_is_safe(item->why));
}

static void read_with(const uint8_t *data, size_t size, const char *password)
{
	struct bag_options options = {
		.limits = { .certificates = 50, .kdf_rounds = 1000 },
		.password = password,
	};
	struct error err = { 0 };
	struct bag bag = { 0 };
	bool good = bag_read(data, size, &options, &bag, &err);

	must(good == (bag_count(&bag, BAG_CERT) > 0));
	must(good || (err.code != ERROR_NONE && err.text[0] && text_is_safe(err.text)));
	must(bag_count(&bag, BAG_CERT) <= 50);
	must(!good || bag.format);
	for (size_t i = 0; i < bag.count; i++)
		check_item(&bag.items[i]);
	bag_done(&bag);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	read_with(data, size, NULL);
	read_with(data, size, "changeit");
	return 0;
}
