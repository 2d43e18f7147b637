/* Any bytes as a libconfig file. */
#include "fuzz/fuzz.h"

#include "base/text.h"
#include "conf/tree.h"
#include "fuzz/lsan.h"

static void walk(const struct conf_node *node, unsigned depth)
{
	for (size_t i = 0; depth < 20 && i < conf_count(node); i++) {
		const struct conf_node *child = conf_at(node, i);
		must(!conf_text(child) || text_is_safe(conf_text(child)));
		walk(child, depth + 1);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct conf *tree;
	struct error err = { 0 };
	if (!conf_parse("file", (const char *)data, size, &tree, &err)) {
		must(err.text[0] && text_is_safe(err.text));
		return 0;
	}
	walk(conf_root(tree), 0);
	conf_free(tree);
	return 0;
}
