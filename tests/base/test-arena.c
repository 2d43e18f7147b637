#include "base/arena.h"

#include "support/unit.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

static void test_texts_stay_where_they_are(void **state)
{
	struct arena arena = { 0 };
	const char *texts[3000];
	char text[32];
	(void)state;
	for (int i = 0; i < 3000; i++) {
		snprintf(text, sizeof text, "text number %d", i);
		texts[i] = arena_text(&arena, text);
	}
	for (int i = 0; i < 3000; i++) {
		snprintf(text, sizeof text, "text number %d", i);
		assert_string_equal(texts[i], text);
	}
	arena_done(&arena);
	arena_done(&arena);
}

static void test_none_empty_and_huge(void **state)
{
	struct arena arena = { 0 };
	char *huge = mem_new(1u << 20);
	(void)state;
	memset(huge, 'x', (1u << 20) - 1);
	assert_null(arena_text(&arena, NULL));
	const char *empty = arena_text(&arena, ""), *copy = arena_text(&arena, huge);
	assert_string_equal(arena_text(&arena, "after"), "after");
	assert_string_equal(empty, "");
	assert_string_equal(copy, huge);
	free(huge);
	arena_done(&arena);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_texts_stay_where_they_are),
		cmocka_unit_test(test_none_empty_and_huge),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
