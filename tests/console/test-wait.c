/*
 * What takes long is done beside the loop: the screen is painted and keys are answered meanwhile, Esc
 * ends it, and nothing is changed then.
 */
#include <string.h>

#include "codec/pem.h"
#include "support/desk.h"
#include "support/unit.h"

#define CA_KEY "desk/keys/5e0f3fae6bd832edb4a5065e33ed27df7f2bd7449787f3f93f12867f74d8bec5.pem"

/* The same key, which demands 8 388 607 rounds now: seconds, and then no passphrase opens it. */
static void slow_down(struct tmp *tmp, const char *from, const char *to)
{
	static const char rounds[] = { 0x02, 0x03, 0x09, 0x27, (char)0xc0 };
	struct pem_reader reader;
	struct pem_block block = { 0 };
	struct buf pem = { 0 };
	size_t len;
	const char *text = tmp_read(tmp, from, &len);
	pem_start(&reader, text, len);
	assert_true(pem_next(&reader, &block));
	char *at = memmem(block.der.data, block.der.len, rounds, sizeof rounds);
	assert_non_null(at);
	memcpy(at + 2, "\x7f\xff\xff", 3);
	pem_write(&pem, "ENCRYPTED PRIVATE KEY", block.der.data, block.der.len);
	tmp_write(tmp, to, pem.data, pem.len);
	buf_done(&pem);
	buf_wipe(&block.der);
}

static void open_slow(struct desk_test *d)
{
	desk_open(d, 24, 80, DESK_IDENTITIES);
	slow_down(d->tmp, CA_KEY, "slow.key");
	slow_down(d->tmp, CA_KEY, CA_KEY);
	term_press(d->term, "2");
}

/* Other keys do nothing. */
static void wait_and_stop(struct desk_test *d, const char *title)
{
	term_wait_text(d->term, title);
	term_keys(d->term, "qxy\r");
	term_press(d->term, TERM_ESC);
	assert_false(term_has(d->term, title));
}

/* In plain words it is said once, and nothing changes while it lasts. */
static void test_in_plain_words(void **state)
{
	struct desk_test d = { 0 };
	(void)state;
	desk_open(&d, 24, 80, DESK_IDENTITIES | DESK_SPOKEN);
	slow_down(d.tmp, CA_KEY, CA_KEY);
	term_press(d.term, "2S");
	term_press(d.term, "app.csr\r");
	term_keys(d.term, "secret\r");
	term_wait_text(d.term, "this may take a while");
	assert_false(term_has(d.term, " s by now"));
	term_press(d.term, TERM_ESC);
	assert_false(term_has(d.term, "this may take a while"));
	desk_close(&d);
}

static void test_key_is_opened(void **state)
{
	struct desk_test d = { 0 };
	(void)state;
	open_slow(&d);
	term_press(d.term, "S");
	term_press(d.term, "app.csr\r");
	term_keys(d.term, "secret\r");
	wait_and_stop(&d, "The key is opened");
	assert_true(term_has(d.term, "nothing was done"));
	assert_int_equal(tmp_count(d.tmp, "desk/issued"), 0);
	desk_close(&d);
}

static void test_wrong_after_a_while(void **state)
{
	struct desk_test d = { 0 };
	(void)state;
	open_slow(&d);
	term_press(d.term, "S");
	term_press(d.term, "app.csr\r");
	term_keys(d.term, "secret\r");
	term_wait_text(d.term, "The key is opened");
	term_wait_text(d.term, "1 s by now"); /* painted meanwhile */
	term_wait_text(d.term, "That is not its passphrase.");
	term_press(d.term, TERM_ESC);
	assert_true(term_has(d.term, "nothing was done"));
	desk_close(&d);
}

static void test_file_is_read(void **state)
{
	struct desk_test d = { 0 };
	(void)state;
	open_slow(&d);
	term_press(d.term, "i");
	term_press(d.term, "slow.key\r");
	term_keys(d.term, "secret\r");
	wait_and_stop(&d, "It is read");
	assert_true(term_has(d.term, "nothing was changed"));
	assert_int_equal(tmp_count(d.tmp, "desk/keys"), 4);
	desk_close(&d);
}

static void test_file_is_written(void **state)
{
	struct desk_test d = { 0 };
	(void)state;
	open_slow(&d);
	term_press(d.term, "xp");
	term_press(d.term, "one\r");
	term_press(d.term, "one\r");
	term_keys(d.term, "secret\r");
	wait_and_stop(&d, "PKCS#12 with the key");
	assert_true(term_has(d.term, "nothing was written"));
	desk_close(&d);
}

/* Whoever leaves doesn't wait for it. */
static void test_left_meanwhile(void **state)
{
	struct desk_test d = { 0 };
	(void)state;
	open_slow(&d);
	term_press(d.term, "i");
	term_press(d.term, "slow.key\r");
	term_keys(d.term, "secret\r");
	term_wait_text(d.term, "It is read");
	desk_close(&d);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_in_plain_words),
		cmocka_unit_test(test_key_is_opened),
		cmocka_unit_test(test_wrong_after_a_while),
		cmocka_unit_test(test_file_is_read),
		cmocka_unit_test(test_file_is_written),
		cmocka_unit_test(test_left_meanwhile),
	};
	return cmocka_run_group_tests_name("wait", tests, NULL, NULL);
}
