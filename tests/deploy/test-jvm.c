#include "deploy/jvm.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "support/unit.h"

#include "support/tmp.h"

static const struct jvm *at(const struct jvms *all, struct tmp *tmp, const char *home)
{
	char *real = realpath(tmp_path(tmp, home), NULL);
	const struct jvm *found = NULL;
	for (size_t i = 0; i < all->count; i++)
		if (real && strcmp(all->items[i].home, real) == 0)
			found = &all->items[i];
	free(real);
	return found;
}

static void test_the_usual_places(void **state)
{
	struct tmp *tmp = *state;
	struct jvms all = { 0 };
	tmp_text(tmp, "usr/lib/jvm/java-17/lib/security/cacerts", "");
	tmp_text(tmp, "usr/lib/jvm/java-8/jre/lib/security/cacerts", "");
	tmp_text(tmp, "usr/lib/jvm/docs/README", "");
	tmp_text(tmp, "opt/jdk-21/lib/security/cacerts", "");
	tmp_text(tmp, "opt/app/jre/lib/security/cacerts", "");
	jvms_find(&all, tmp_path(tmp, NULL), NULL);
	assert_int_equal(all.count, 4);
	assert_non_null(at(&all, tmp, "usr/lib/jvm/java-17"));
	assert_non_null(at(&all, tmp, "opt/jdk-21"));
	assert_non_null(at(&all, tmp, "opt/app/jre"));
	const struct jvm *old = at(&all, tmp, "usr/lib/jvm/java-8");
	assert_non_null(old);
	assert_non_null(strstr(old->cacerts, "/jre/lib/security/cacerts"));
	jvms_done(&all);
}

static void test_told_once(void **state)
{
	struct tmp *tmp = *state;
	struct jvms all = { 0 };
	tmp_text(tmp, "usr/lib/jvm/java-17/lib/security/cacerts", "");
	tmp_text(tmp, "usr/lib/jvm/java-17/bin/java", "");
	assert_int_equal(symlink("java-17", tmp_path(tmp, "usr/lib/jvm/default")), 0);
	tmp_dir(tmp, "etc/alternatives");
	assert_int_equal(symlink(tmp_path(tmp, "usr/lib/jvm/java-17/bin/java"),
				 tmp_path(tmp, "etc/alternatives/java")),
		0);
	jvms_find(&all, tmp_path(tmp, NULL), tmp_path(tmp, "usr/lib/jvm/default"));
	assert_int_equal(all.count, 1);
	jvms_done(&all);
}

static void check_truststore(struct tmp *tmp, const char *path, const char *wanted)
{
	char *found = jvm_truststore(tmp_path(tmp, path));
	char *real = found ? realpath(found, NULL) : NULL;
	char *meant = wanted ? realpath(tmp_path(tmp, wanted), NULL) : NULL;
	if (!wanted)
		assert_null(found);
	else
		assert_string_equal(real, meant);
	free(meant);
	free(real);
	free(found);
}

static void test_what_a_path_means(void **state)
{
	struct tmp *tmp = *state;
	static const char cacerts[] = "jdk/lib/security/cacerts";
	tmp_text(tmp, cacerts, "");
	tmp_text(tmp, "jdk/bin/java", "");
	tmp_text(tmp, "app.jks", "");
	tmp_dir(tmp, "empty");
	check_truststore(tmp, "jdk", cacerts);
	check_truststore(tmp, "jdk/bin/java", cacerts);
	check_truststore(tmp, cacerts, cacerts);
	check_truststore(tmp, "app.jks", "app.jks");
	check_truststore(tmp, "empty", NULL);
}

static void test_a_file_that_isnt_there_yet(void **state)
{
	struct tmp *tmp = *state;
	char *found = jvm_truststore(tmp_path(tmp, "new.jks"));
	assert_string_equal(found, tmp_path(tmp, "new.jks"));
	free(found);
	assert_false(jvm_is_regenerated(tmp_path(tmp, "new.jks")));
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, tmp_setup, tmp_teardown)
	const struct CMUnitTest tests[] = {
		TEST(test_the_usual_places),
		TEST(test_told_once),
		TEST(test_what_a_path_means),
		TEST(test_a_file_that_isnt_there_yet),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
