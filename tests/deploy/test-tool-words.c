/* What is said to other programs, and what nobody here says: the latter isn't started. */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "deploy/debian.h"
#include "deploy/deploy.h"
#include "deploy/kind.h"
#include "support/unit.h"

#define WORDS   16
#define SCRATCH "/dev/shm/certary-work-aB3xyZ"

/* Words in one line; the first is the name of a program, which has to be there. */
static bool is_tool(const char *line)
{
	char path[256], *copy = mem_text(line), *save = NULL;
	const char *argv[WORDS] = { NULL };
	size_t n = 0;
	for (char *word = strtok_r(copy, " ", &save); word && n + 1 < WORDS; word = strtok_r(NULL, " ", &save))
		argv[n++] = word;
	if (*argv[0] != '/')
		argv[0] = find_tool(argv[0], path);
	bool is = argv[0] && deploy_is_tool(argv);
	free(copy);
	return is;
}

static void test_ours(void **state)
{
	static const char *const lines[] = { "openssl x509 -noout -subject_hash -in /x/y.0",
		"keytool -J-Duser.language=en -list -keystore /x/cacerts -storepass changeit",
		"keytool -J-Duser.language=en -list -keystore /x/cacerts -storepass:file /x/secret",
		"trust extract --filter=trust-policy --format=openssl-bundle --purpose=server-auth " SCRATCH "/out",
		"trust extract --filter=blocklist --format=pem-bundle --purpose=server-auth /tmp/certary-work-000000/out",
		"certutil -N -d sql:" SCRATCH " --empty-password", "certutil -K -d sql:" SCRATCH " -f /dev/stdin",
		"certutil -L -d sql:" SCRATCH, "certutil -L -d sql:" SCRATCH " -n My-CA -a",
		"certutil -B -i " SCRATCH "/batch -d sql:" SCRATCH, "update-ca-certificates",
		"update-ca-certificates --fresh", "trust extract-compat" };
	char path[256];
	(void)state;
	for (size_t i = 0; i < sizeof lines / sizeof *lines; i++) {
		char *name = mem_textn(lines[i], strcspn(lines[i], " "));
		if (find_tool(name, path) && !is_tool(lines[i]))
			fail_msg("refused: %s", lines[i]);
		free(name);
	}
}

static void test_another_root(void **state)
{
	static const char *const roots[] = { "/", "//", "/srv/root", "/srv/root/" };
	char path[256], *argv[DEBIAN_WORDS];
	(void)state;
	if (!find_tool("update-ca-certificates", path))
		skip();
	for (size_t i = 0; i < sizeof roots / sizeof *roots * 2; i++) {
		debian_words(path, roots[i / 2], i % 2, argv);
		assert_true(deploy_is_tool((const char *const *)argv));
		debian_words_done(argv);
	}
	debian_words(path, "/srv/root", false, argv);
	free(argv[10]);
	argv[10] = mem_text("/tmp/etc/ca-certificates/update.d");
	assert_false(deploy_is_tool((const char *const *)argv));
	debian_words_done(argv);
}

static void test_of_nobody(void **state)
{
	static const char *const lines[] = { "/bin/sh", "/bin/sh -c id", "/tmp/certutil -L -d sql:" SCRATCH, "openssl",
		"openssl x509 -noout -subject_hash -in x", "openssl x509 -noout -subject_hash -in",
		"openssl x509 -noout -subject_hash -in /x -engine /tmp/e.so",
		"openssl x509 -noout -subject_hash -provider-path /tmp -provider e -in /x",
		"openssl engine /tmp/e.so", "openssl req -config /tmp/x.cnf",
		"keytool -J-Duser.language=en -list -keystore /x -storepass secret",
		"keytool -J-javaagent:/tmp/e.jar -list -keystore /x -storepass changeit",
		"keytool -J-Duser.language=en -list -keystore /x -storepass changeit -providerpath /tmp",
		"keytool -J-Duser.language=en -list -keystore NONE -storepass changeit",
		"keytool -J-Duser.language=en -delete -keystore /x -storepass changeit",
		"trust", "trust anchor /tmp/x.pem", "trust extract-compat /tmp",
		"trust extract --filter=trust-policy --format=openssl-bundle --purpose=server-auth /etc/x",
		"trust extract --filter=trust-policy --format=openssl-bundle --purpose=server-auth " SCRATCH
		"/../../etc/out",
		"trust --module=/tmp/e.so", "certutil -L", "certutil -L -d /tmp/x", "certutil -L -d sql:/tmp/x",
		"certutil -L -d sql:" SCRATCH "/..", "certutil -L -d dbm:" SCRATCH,
		"certutil -L -d sql:/dev/shm/certary-work-../x.", "certutil -L -d sql:" SCRATCH " -n -h -a",
		"certutil -L -d sql:" SCRATCH " -h all", "certutil -N -d sql:" SCRATCH " -f /etc/shadow",
		"certutil -B -i /tmp/batch -d sql:" SCRATCH,
		"certutil -B -i /tmp/certary-work-000000/batch -d sql:" SCRATCH,
		"update-ca-certificates --hooksdir /tmp", "update-ca-certificates --fresh --fresh",
		"update-ca-trust extract -o /tmp", "modutil -add x -libfile /tmp/e.so" };
	(void)state;
	for (size_t i = 0; i < sizeof lines / sizeof *lines; i++)
		if (is_tool(lines[i]))
			fail_msg("allowed: %s", lines[i]);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_ours),
		cmocka_unit_test(test_another_root),
		cmocka_unit_test(test_of_nobody),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
