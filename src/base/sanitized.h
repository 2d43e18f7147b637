/*
 * SANITIZED is 1 in a build under AddressSanitizer, which needs what a process is kept from otherwise:
 * terabytes of addresses, and at its end a look at itself for what leaked.
 */
#ifndef CERTARY_SRC_BASE_SANITIZED_H
#define CERTARY_SRC_BASE_SANITIZED_H

#if defined(__SANITIZE_ADDRESS__)
#define SANITIZED 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define SANITIZED 1
#endif
#endif
#ifndef SANITIZED
#define SANITIZED 0
#endif

#endif
