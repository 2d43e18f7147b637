#include "support/crowd.h"

#include "support/unit.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "codec/pem.h"

#define SERIAL "\x11\x22\x33\x44\x55\x66\x77\x78"
#define DIGITS "73519"
#define NAMES(...)                                                                                 \
	(const char *const[])                                                                      \
	{                                                                                          \
		__VA_ARGS__, NULL                                                                  \
	}

/* The digits are the member's; where there are none, many are called alike. */
static const struct certgen kinds[] = {
	{ .cn = "m73519.example", .sans = NAMES("DNS:m73519.example", "DNS:www.m73519.example") },
	{ .cn = "W73519",
		.sans = NAMES("DNS:*.w73519.example", "IP:192.0.2.7", "IP:2001:db8::7"),
		.to = "2030-01-01T00:00:00Z" },
	{ .cn = "Root 73519",
		.org = "Zebra",
		.country = "DE",
		.ca = true,
		.limited = true,
		.to = "2040-01-01T00:00:00Z" },
	{ .cn = "old 73519",
		.org = "Acme, Inc.",
		.unit = "IT",
		.key = CERTGEN_P384,
		.from = "2015-01-01T00:00:00Z",
		.to = "2016-01-01T00:00:00Z" },
	{ .cn = "Zukunft 73519",
		.key = CERTGEN_ED25519,
		.from = "2040-01-01T00:00:00Z",
		.to = "2049-01-01T00:00:00Z" },
	{ .org = "without a name", .unit = "unit 73519" },
	{ .cn = "evil\x1b[2J\u202e\n73519\\x1b", .sans = NAMES("URI:https://a.example/73519") },
	{ .cn = "\u00dcbergr\u00f6\u00dfe 73519 \u1e9e \u0130",
		.org = "\u00c4rzte",
		.sans = NAMES("email:73519@a.example") },
	{ .cn = "73519", .key = CERTGEN_RSA1024, .sha1 = true },
	{ .ca = true },
	{ .cn = "same" },
};
#define KINDS  (sizeof kinds / sizeof *kinds)
#define ISSUER 2 /* of every second kind */

struct crowd {
	struct generated *made[KINDS];
	uint8_t *der;
};

struct crowd *crowd_new(void)
{
	struct crowd *crowd = mem_new(sizeof *crowd);
	for (size_t i = 0; i < KINDS; i++) {
		struct certgen wish = kinds[i];
		wish.serial = SERIAL;
		wish.key_ids = true;
		wish.issuer = i > ISSUER && i % 2 ? crowd->made[ISSUER] : NULL;
		crowd->made[i] = certgen(&wish);
	}
	return crowd;
}

void crowd_free(struct crowd *crowd)
{
	for (size_t i = 0; i < KINDS; i++)
		generated_free(crowd->made[i]);
	free(crowd->der);
	free(crowd);
}

static void patch_all(uint8_t *der, size_t len, const char *run, const void *by)
{
	size_t run_len = strlen(run);
	for (uint8_t *at = der; (at = memmem(at, len - (size_t)(at - der), run, run_len));)
		memcpy(at, by, run_len);
}

const uint8_t *crowd_der(struct crowd *crowd, size_t i, size_t *len)
{
	const uint8_t *made = generated_der(crowd->made[i % KINDS], len);
	char digits[16];
	uint8_t serial[8] = { (uint8_t)(1 + i % 100), (uint8_t)i, (uint8_t)(i >> 8),
		(uint8_t)(i >> 16), 1, 2, 3, 4 };
	free(crowd->der);
	crowd->der = mem_copy(made, *len);
	snprintf(digits, sizeof digits, "%05zu", i * 7919 % 100000);
	patch_all(crowd->der, *len, SERIAL, serial);
	patch_all(crowd->der, *len, DIGITS, digits);
	return crowd->der;
}

struct fingerprint crowd_fingerprint(struct crowd *crowd, size_t i)
{
	struct fingerprint print;
	size_t len;
	const uint8_t *der = crowd_der(crowd, i, &len);
	fingerprint_of(der, len, &print);
	return print;
}

static void add_headers(struct buf *out, size_t i)
{
	switch (i % 7) {
	case 1:
		buf_format(out, "Name: Name %zu\n", i);
		break;
	case 2:
		buf_format(out, "Name: n%zu\nNote: ticket %zu, seen by M\u00fcller\n", i, i * 31);
		break;
	case 3:
		buf_format(
			out, "Name: same\nAdded: 2025-06-%02zuT0%zu:00:00Z\n", 1 + i % 28, i % 10);
		break;
	case 4:
		buf_text_add(out, "Source: https://a.example/\nAdded: yesterday\n");
		break;
	case 5:
		buf_format(out, "Name: \x1b[31m\xff %zu\u202e\nNote:\nX-Other: 1\n", i);
		break;
	case 6:
		buf_format(
			out, "Name: \u00c4\u00d6\u00dc %zu\nAdded: 2024-02-29T23:59:59Z\n", i % 50);
		break;
	default:
		break;
	}
}

void crowd_drop(struct crowd *crowd, struct depot *depot, const char *name, size_t i)
{
	struct buf text = { 0 };
	size_t len;
	const uint8_t *der = crowd_der(crowd, i, &len);
	if (i % 5 == 4) {
		buf_add(&text, der, len);
	} else {
		add_headers(&text, i);
		pem_write(&text, "CERTIFICATE", der, len);
	}
	depot_write(depot, name, text.data, text.len);
	buf_done(&text);
}

void crowd_fill(
	struct crowd *crowd, struct depot *depot, enum state state, size_t from, size_t count)
{
	for (size_t i = from; i < from + count; i++) {
		char *name = mem_format("%s/m%zu.pem", state_name(state), i);
		crowd_drop(crowd, depot, name, i);
		free(name);
	}
}
