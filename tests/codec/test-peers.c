/*
 * Keystores as other programs write them: OpenSSL and Java's keytool.
 */
#include <stdio.h>
#include <string.h>

#include "codec/forge.h"
#include "codec/pem.h"
#include "support/run.h"
#include "support/tmp.h"

#define MANY 150 /* more than GnuTLS reads from one bag, and than Java's own truststore has */

/* Fails, and says which package is missing, where the program isn't there. */
static void need(const char *program, const char *package)
{
	struct run r = { 0 };
	char command[100];

	snprintf(command, sizeof(command), "command -v %s", program);
	if (run(&r, ARGV("sh", "-c", command), NULL, NULL) != 0)
		fail_msg("%s is missing: install the package %s", program, package);
	run_done(&r);
}

/* Run a line of shell in the folder. */
static void shell(struct tmp *tmp, const char *line)
{
	struct run r = { 0 };
	struct buf command = { 0 };

	buf_format(&command, "cd '%s' && %s", tmp_path(tmp, NULL), line);
	if (run(&r, ARGV("sh", "-c", buf_text(&command)), NULL, NULL) != 0)
		fail_msg("%s: %s%s", line, buf_text(&r.out), buf_text(&r.err));
	buf_done(&command);
	run_done(&r);
}

/* Write MANY certificates into many.pem, and a key with its own into key.pem and own.pem. */
static int setup(void **state)
{
	struct buf der = { 0 }, pem = { 0 };
	struct tmp *tmp;

	need("openssl", "openssl");
	tmp = tmp_new();
	for (int i = 0; i < MANY; i++) {
		buf_cut(&der, 0);
		forge_cert(&der, "test");
		pem_write(&pem, "CERTIFICATE", der.data, der.len);
	}
	tmp_write(tmp, "many.pem", pem.data, pem.len);
	shell(tmp, "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 30 "
		   "-subj /CN=own -keyout key.pem -out own.pem");
	buf_done(&der);
	buf_done(&pem);
	*state = tmp;
	return 0;
}

static int teardown(void **state)
{
	tmp_free(*state);
	return 0;
}

/* The file must hold this many certificates and keys, and nothing else. */
static void holds(
	struct tmp *tmp, const char *name, const char *password, size_t certificates, size_t keys)
{
	struct buf file = { 0 };
	struct error err;
	struct bag bag;
	size_t len;
	const char *bytes = tmp_read(tmp, name, &len);

	buf_add(&file, bytes, len);
	if (!forge_read(&file, password, &bag, &err))
		fail_msg("%s: %s", name, err.text);
	assert_int_equal(bag_count(&bag, BAG_CERT), certificates);
	assert_int_equal(bag_count(&bag, BAG_KEY), keys);
	assert_int_equal(bag.count, certificates + keys);
	bag_done(&bag);
	buf_done(&file);
}

#define OPENSSL "openssl pkcs12 -export -in many.pem -nokeys -passout pass:right "

static void pkcs12_of_openssl(void **state)
{
	struct tmp *tmp = *state;

	shell(tmp, OPENSSL "-out new.p12");
	holds(tmp, "new.p12", "right", MANY, 0);
	shell(tmp, OPENSSL "-macalg sha512 -certpbe aes-192-cbc -out sha512.p12");
	holds(tmp, "sha512.p12", "right", MANY, 0);
	shell(tmp, OPENSSL "-certpbe PBE-SHA1-3DES -macalg sha1 -out 3des.p12");
	holds(tmp, "3des.p12", "right", MANY, 0);
	shell(tmp, OPENSSL "-certpbe NONE -nomac -out plain.p12");
	holds(tmp, "plain.p12", NULL, MANY, 0);
	shell(tmp, "openssl pkcs12 -export -in own.pem -inkey key.pem -certfile many.pem -name ö "
		   "-passout pass:right -out key.p12");
	holds(tmp, "key.p12", "right", MANY + 1, 1);
}

static void pkcs7_and_der_of_openssl(void **state)
{
	struct tmp *tmp = *state;

	shell(tmp, "openssl crl2pkcs7 -nocrl -certfile many.pem -out many.p7 &&"
		   "openssl crl2pkcs7 -nocrl -certfile many.pem -outform DER -out many.p7b &&"
		   "openssl base64 -in many.p7b -out many.b64 &&"
		   "openssl x509 -in own.pem -outform DER -out own.der &&"
		   "openssl x509 -in own.pem -addtrust serverAuth -setalias me -trustout "
		   "-out trusted.pem");
	holds(tmp, "many.p7", NULL, MANY, 0);
	holds(tmp, "many.p7b", NULL, MANY, 0);
	holds(tmp, "many.b64", NULL, MANY, 0);
	holds(tmp, "own.der", NULL, 1, 0);
	holds(tmp, "trusted.pem", NULL, 1, 0);
}

static void other_things_of_openssl(void **state)
{
	static const struct {
		const char *command, *words;
	} rows[] = {
		{ "openssl pkey -in key.pem -outform DER", "private key" },
		{ "openssl ec -in key.pem -outform DER", "private key" },
		{ "openssl pkcs8 -topk8 -in key.pem -outform DER -passout pass:x", "private key" },
		{ "openssl pkcs8 -topk8 -in key.pem -passout pass:x", "private key" },
		{ "openssl genpkey -algorithm ed25519 -outform DER", "private key" },
		{ "openssl pkey -in key.pem -pubout -outform DER", "public key" },
		{ "openssl req -new -key key.pem -subj /CN=x -outform DER",
			"a certificate request" },
		{ "openssl req -new -key key.pem -subj /CN=x", "a certificate request" },
		{ "openssl x509 -in own.pem -noout -text", "printed certificate" },
	};
	struct tmp *tmp = *state;

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct buf line = { 0 }, file = { 0 };
		size_t len;
		const char *bytes;

		buf_format(&line, "%s >out", rows[i].command);
		shell(tmp, buf_text(&line));
		bytes = tmp_read(tmp, "out", &len);
		buf_add(&file, bytes, len);
		forge_refused(&file, NULL, ERROR_FAILED, rows[i].words);
		buf_done(&line);
		buf_done(&file);
	}
}

#define KEYTOOL "keytool -J-Xshare:auto -J-XX:TieredStopAtLevel=1 -noprompt -storepass changeit "

static void keystores_of_java(void **state)
{
	static const char *const types[] = { "jks", "jceks", "pkcs12" };
	struct tmp *tmp = *state;

	need("keytool", "default-jre-headless");
	shell(tmp, "openssl pkcs12 -export -in own.pem -inkey key.pem -certfile many.pem -name Own "
		   "-passout pass:changeit -out own.p12");
	for (size_t i = 0; i < sizeof(types) / sizeof(types[0]); i++) {
		struct buf line = { 0 };

		buf_format(&line,
			KEYTOOL "-importcert -alias root -file own.pem -storetype %s "
				"-keystore one.%s",
			types[i], types[i]);
		shell(tmp, buf_text(&line));
		buf_cut(&line, 0);
		buf_format(&line,
			KEYTOOL "-importkeystore -srckeystore own.p12 "
				"-srcstorepass changeit -deststorepass changeit -deststoretype %s "
				"-destkeystore one.%s",
			types[i], types[i]);
		shell(tmp, buf_text(&line));
		buf_cut(&line, 0);
		buf_format(&line, "one.%s", types[i]);
		holds(tmp, buf_text(&line), "changeit", 2, 1);
		buf_done(&line);
	}
	shell(tmp, KEYTOOL "-genseckey -alias secret -keyalg AES -keysize 128 -keypass changeit "
			   "-storetype jceks -keystore one.jceks");
	holds(tmp, "one.jceks", "changeit", 2, 2);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(pkcs12_of_openssl, setup, teardown),
		cmocka_unit_test_setup_teardown(pkcs7_and_der_of_openssl, setup, teardown),
		cmocka_unit_test_setup_teardown(other_things_of_openssl, setup, teardown),
		cmocka_unit_test_setup_teardown(keystores_of_java, setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
