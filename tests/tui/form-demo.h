/*
 * A form as the tests want it: one field of each kind, about something that looks like
 * certificates.
 */
#ifndef CERTARY_TESTS_FORM_DEMO_H
#define CERTARY_TESTS_FORM_DEMO_H

#include "tui/form.h"

static const struct form_option demo_profiles[] = {
	{ "Server", "clients look for the host they called among its names" },
	{ "Client", "somebody who logs in with it" },
	{ "Company CA", "signs other certificates; keep its key off line" },
};

static const struct form_option demo_keys[] = {
	{ "ECDSA P-256", "small and quick, and everything of the last ten years reads it" },
	{ "Ed25519", "smaller still; browsers refuse it" },
	{ "RSA 3072", "for what is older than that" },
};

static const struct form_field demo_fields[] = {
	{ .kind = FORM_HEADING, .label = "Names" },
	{ .key = "cn",
		.label = "Common name",
		.kind = FORM_TEXT,
		.flags = FORM_REQUIRED,
		.help = "What people call it. Clients don't look here but at the host names." },
	{ .key = "names",
		.label = "Host names",
		.kind = FORM_LIST,
		.flags = FORM_IMPORTANT,
		.help = "Every name and address that a client may call it by, a line each." },
	{ .key = "org", .label = "Organisation", .kind = FORM_TEXT, .help = "Your company." },
	{ .kind = FORM_HEADING, .label = "Certificate" },
	{ .key = "profile",
		.label = "Made for",
		.kind = FORM_CHOICE,
		.options = demo_profiles,
		.option_count = 3,
		.help = "What it may be used for follows from this." },
	{ .key = "days",
		.label = "Valid for",
		.kind = FORM_NUMBER,
		.least = 1,
		.most = 3650,
		.unit = "days",
		.flags = FORM_REQUIRED,
		.help = "Browsers refuse more than 398." },
	{ .key = "key",
		.label = "Key",
		.kind = FORM_CHOICE,
		.options = demo_keys,
		.option_count = 3,
		.help = "What kind of key is made for it." },
	{ .key = "seal",
		.label = "Seal the key",
		.kind = FORM_YES_NO,
		.help = "A sealed key needs its passphrase whenever a server starts." },
	{ .key = "pass",
		.label = "Passphrase",
		.kind = FORM_SECRET,
		.flags = FORM_REQUIRED,
		.help = "It isn't kept anywhere." },
	{ .key = "again",
		.label = "Once more",
		.kind = FORM_SECRET,
		.match = "pass",
		.help = "The same passphrase." },
	{ .key = "where",
		.label = "Files",
		.kind = FORM_NOTE,
		.help = "certificate and key are put into the folder where you are" },
};

#define DEMO_COUNT (sizeof demo_fields / sizeof *demo_fields)

static inline struct form *demo_form(void)
{
	struct form *form =
		form_new("Create a self-signed pair", "Create", demo_fields, DEMO_COUNT);
	form_set_number(form, "days", 90);
	form_set_yes(form, "seal", true);
	return form;
}

#endif
