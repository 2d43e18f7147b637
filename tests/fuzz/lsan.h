/* libconfig 1.5 doesn't free the text that it was reading when it meets an error in it. */
#ifndef CERTARY_TESTS_FUZZ_LSAN_H
#define CERTARY_TESTS_FUZZ_LSAN_H

const char *__lsan_default_suppressions(void) __attribute__((weak));

const char *__lsan_default_suppressions(void)
{
	return "leak:libconfig\n";
}

#endif
