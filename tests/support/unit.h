/*
 * cmocka with what it wants included first.  UNIT_SLOW is true under the sanitizers, where deadlines
 * are longer.
 */
#ifndef CERTARY_TESTS_UNIT_H
#define CERTARY_TESTS_UNIT_H

/* The order is cmocka's. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#if defined(__has_feature)
#if __has_feature(address_sanitizer)
#define UNIT_SLOW 1
#endif
#elif defined(__SANITIZE_ADDRESS__)
#define UNIT_SLOW 1
#endif
#ifndef UNIT_SLOW
#define UNIT_SLOW 0
#endif

#endif
