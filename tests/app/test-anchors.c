/* What the system trusts counts where the setting says so, and never against the store. */
#include "app/explain.h"

#include "support/unit.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>

#include "app/import.h"
#include "app/source.h"
#include "base/mem.h"
#include "codec/pem.h"
#include "support/counter.h"

/* The first certificate of the system's own bundle. */
static struct cert *system_anchor(void)
{
	struct pem_reader reader;
	struct pem_block block = { 0 };
	struct buf bytes = { 0 };
	struct cert *cert = NULL;
	const char *path = import_system_bundle();
	if (!path)
		skip();
	assert_true(fs_read(AT_FDCWD, path, FS_FOLLOW, 16 << 20, &bytes, NULL, NULL));
	pem_start(&reader, bytes.data, bytes.len);
	while (!cert && pem_next(&reader, &block))
		cert_parse(block.der.data, block.der.len, &cert, NULL);
	assert_non_null(cert);
	buf_wipe(&block.der);
	buf_done(&bytes);
	return cert;
}

static struct app *app_with(struct counter *c, const char *settings)
{
	struct app *app;
	struct error err = { 0 };
	tmp_text(c->depot->tmp, "certary.conf", settings);
	const char *config = depot_path(c->depot, "../certary.conf");
	struct app_options options = { .store = depot_path(c->depot, ""), .config = config };
	if (!app_new(&options, &app, &err) || !app_open_store(app, APP_STORE_THERE, &err))
		fail_msg("%s", err.text);
	return app;
}

static bool is_trusted(struct app *app, const struct cert *cert, bool *by_system)
{
	struct explanation x = { 0 };
	/* in the middle of its life, whatever day it is */
	const struct cert_info *info = cert_info(cert);
	const struct explain_question question = {
		.at = info->not_before / 2 + info->not_after / 2,
	};
	assert_true(app_explain_chain(app, &cert, 1, &question, &x, NULL));
	bool trusted = x.trusted;
	*by_system = trusted && x.anchor->by_system;
	explanation_done(&x);
	return trusted;
}

static void keep_as(struct app *app, const struct cert *cert, enum state state)
{
	struct plan plan = { .op = "import" };
	struct headers headers = { 0 };
	struct error err = { 0 };
	size_t len;
	const uint8_t *der = cert_der(cert, &len);
	headers_set(&headers, "Name", "anchor");
	plan_create(&plan, state, &headers, &cert_info(cert)->sha256, "", plan_keep(&plan, der, len));
	if (!app_apply(app, &plan, NULL, &err) || !app_reload(app, &err))
		fail_msg("%s", err.text);
	headers_done(&headers);
	plan_done(&plan);
}

static void test_by_the_setting(void **state)
{
	struct counter *c = counter_new(1, STATE_TRUSTED);
	struct cert *anchor = system_anchor();
	bool by_system;
	(void)state;
	struct app *without = app_with(c, "use_system_trust = false;\n");
	assert_false(is_trusted(without, anchor, &by_system));
	app_free(without);
	struct app *with = app_with(c, "use_system_trust = true;\n");
	assert_true(is_trusted(with, anchor, &by_system));
	assert_true(by_system);
	app_free(with);
	cert_free(anchor);
	counter_free(c);
}

static void test_the_store_counts_more(void **state)
{
	static const enum state states[] = { STATE_BLOCKED, STATE_UNTRUSTED, STATE_TRASH };
	(void)state;
	for (size_t i = 0; i < sizeof states / sizeof *states; i++) {
		struct counter *c = counter_new(1, STATE_TRUSTED);
		struct cert *anchor = system_anchor();
		bool by_system;
		struct app *app = app_with(c, "use_system_trust = true;\n");
		keep_as(app, anchor, states[i]);
		assert_false(is_trusted(app, anchor, &by_system));
		app_free(app);
		cert_free(anchor);
		counter_free(c);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_by_the_setting),
		cmocka_unit_test(test_the_store_counts_more),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
