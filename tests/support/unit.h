/*
 * cmocka with what it wants included first.  UNIT_SLOW is true under the sanitizers and valgrind, where
 * deadlines are longer; UNIT_VALGRIND under valgrind alone (`make valgrind`), which stands between a
 * program and the kernel: it knows neither Landlock nor openat2, and a signal or a program that a wall
 * keeps from a job ends valgrind instead.
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

#if defined(UNDER_VALGRIND)
#define UNIT_SLOW     1
#define UNIT_VALGRIND 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define UNIT_SLOW 1
#endif
#elif defined(__SANITIZE_ADDRESS__)
#define UNIT_SLOW 1
#endif
#ifndef UNIT_SLOW
#define UNIT_SLOW 0
#endif
#ifndef UNIT_VALGRIND
#define UNIT_VALGRIND 0
#endif

#endif
