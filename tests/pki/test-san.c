#include "pki/san.h"

#include "support/unit.h"

#include <string.h>

#include "base/text.h"

static void takes(const char *text, enum san_kind kind, const char *value)
{
	struct san san;
	struct error err;
	if (!san_parse(text, &san, &err))
		fail_msg("%s: %s", text, err.text);
	assert_int_equal(san.kind, kind);
	assert_string_equal(san.value, value);
	san_done(&san);
}

static void refuses(const char *text, const char *words)
{
	struct san san;
	struct error err = { 0 };
	if (san_parse(text, &san, &err))
		fail_msg("%s is taken as %s", text, san.value);
	assert_null(san.value);
	assert_true(text_is_safe(err.text));
	if (!strstr(err.text, words))
		fail_msg("\"%s\" says nothing of \"%s\"", err.text, words);
}

static void told_apart(void **state)
{
	(void)state;
	takes("a.example", SAN_DNS, "a.example");
	takes("192.0.2.1", SAN_IP, "192.0.2.1");
	takes("2001:DB8:0::1", SAN_IP, "2001:db8::1");
	takes("[2001:db8::1]", SAN_IP, "2001:db8::1");
	takes("ops@a.example", SAN_EMAIL, "ops@a.example");
	takes("https://a.example/x", SAN_URI, "https://a.example/x");
	takes("localhost", SAN_DNS, "localhost");
	takes("  a.example ", SAN_DNS, "a.example");
}

static void prefixes(void **state)
{
	(void)state;
	takes("DNS:a.example", SAN_DNS, "a.example");
	takes("dns:a.example", SAN_DNS, "a.example");
	takes("IP:192.0.2.1", SAN_IP, "192.0.2.1");
	takes("Email:ops@A.Example", SAN_EMAIL, "ops@a.example");
	takes("uri:urn:x:y", SAN_URI, "urn:x:y");
}

static void hosts(void **state)
{
	(void)state;
	takes("A.Example.", SAN_DNS, "a.example");
	takes("_sip._tcp.a.example", SAN_DNS, "_sip._tcp.a.example");
	takes("3com.example", SAN_DNS, "3com.example");
	refuses("", "names no host");
	refuses("DNS:", "names no host");
	refuses(".", "empty label");
	refuses("a..example", "empty label");
	refuses(".a.example", "empty label");
	refuses("-a.example", "hyphen");
	refuses("a-.example", "hyphen");
	refuses("a b.example", "no host name has");
	refuses("DNS:a.example/x", "leave out scheme");
	refuses("a.example:443", "leave out scheme");
	refuses("DNS:https://a.example", "leave out scheme");
	refuses("DNS:192.0.2.1", "write IP: before it");
	refuses("192.0.2.300", "looks like an address");
	refuses("1.2.3", "looks like an address");
	refuses("abcdefghijklmnopqrstuvwxyzabcdefghijklmnopqrstuvwxyzabcdefghijkl.example", "63");
}

static void long_hosts(void **state)
{
	struct buf host = { 0 };
	(void)state;
	for (int i = 0; i < 31; i++)
		buf_text_add(&host, "1234567.");
	buf_text_add(&host, "abc");
	takes(buf_text(&host), SAN_DNS, buf_text(&host));
	buf_text_add(&host, "defghi");
	refuses(buf_text(&host), "253");
	buf_done(&host);
}

static void wildcards(void **state)
{
	(void)state;
	takes("*.a.example", SAN_DNS, "*.a.example");
	takes("*.bücher.example", SAN_DNS, "*.xn--bcher-kva.example");
	refuses("*", "star alone");
	refuses("*.", "star");
	refuses("w*.a.example", "whole first label");
	refuses("a.*.example", "whole first label");
	refuses("*.*.example", "whole first label");
	refuses("*.192.0.2.1", "looks like an address");
}

static void international(void **state)
{
	struct san san;
	struct buf shown = { 0 };
	(void)state;
	takes("Bücher.Example", SAN_DNS, "xn--bcher-kva.example");
	takes("info@bücher.example", SAN_EMAIL, "info@xn--bcher-kva.example");
	refuses("bücher info@a.example", "before the @");
	refuses("büro@a.example", "before the @");
	refuses("https://bücher.example/", "%XX");
	assert_true(san_parse("info@bücher.example", &san, NULL));
	san_show(&san, true, &shown);
	assert_string_equal(buf_text(&shown), "email:info@xn--bcher-kva.example (bücher.example)");
	san_done(&san);
	buf_done(&shown);
}

static void hostile(void **state)
{
	(void)state;
	refuses("a\x1b[2J.example", "can't be seen");
	refuses("a\n.example", "can't be seen");
	refuses("DNS:a.example\r\nIP:192.0.2.1", "leave out");
	refuses("a\xe2\x80\xae.example", "can't be seen");
	refuses("a\xff.example", "can't be seen");
	refuses("email:a\x01@a.example", "before the @");
	refuses("URI:https://a.example/\x07", "%XX");
}

static void addresses(void **state)
{
	(void)state;
	refuses("IP:a.example", "isn't an address");
	refuses("IP:10.0.0.0/8", "single addresses");
	refuses("10.0.0.0/8", "leave out scheme");
	refuses("IP:", "isn't an address");
	refuses("IP:192.0.2.01", "isn't an address");
	refuses("IP:fe80::1%eth0", "isn't an address");
}

static void others(void **state)
{
	(void)state;
	refuses("email:a.example", "isn't an e-mail");
	refuses("@a.example", "isn't an e-mail");
	refuses("email:a@", "names no host");
	refuses("email:a@b@c.example", "before the @");
	refuses("URI:a.example", "isn't a URI");
	refuses("URI:https:", "isn't a URI");
	refuses("1://x", "isn't a URI");
}

static void lists(void **state)
{
	struct sans sans = { 0 }, copy = { 0 };
	struct error err;
	(void)state;
	assert_true(sans_add(&sans, "ops@a.example", &err));
	assert_false(sans_name_host(&sans));
	assert_true(sans_add(&sans, "a.example", &err));
	assert_true(sans_add(&sans, "A.EXAMPLE", &err));
	assert_false(sans_add(&sans, "*", &err));
	assert_int_equal(sans.count, 2);
	assert_true(sans_name_host(&sans));
	sans_copy(&copy, &sans);
	sans_copy(&copy, &sans);
	assert_int_equal(copy.count, 2);
	sans_remove(&copy, 0);
	assert_string_equal(copy.items[0].value, "a.example");
	assert_false(sans_has(&copy, &sans.items[0]));
	sans_done(&copy);
	sans_done(&sans);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(told_apart),
		cmocka_unit_test(prefixes),
		cmocka_unit_test(hosts),
		cmocka_unit_test(long_hosts),
		cmocka_unit_test(wildcards),
		cmocka_unit_test(international),
		cmocka_unit_test(hostile),
		cmocka_unit_test(addresses),
		cmocka_unit_test(others),
		cmocka_unit_test(lists),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
