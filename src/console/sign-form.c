/*
 * The form of a signature: above, what the request says, where nothing can be changed; below, what the
 * certificate is going to have.
 */
#include "console/sign.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/lang.h"
#include "base/mem.h"

#define PROFILES_MOST 16

static const struct form_field fields[] = {
	{ .kind = FORM_HEADING, .label = N_("What the request says") },
	{ .key = "subject", .label = N_("Subject"), .kind = FORM_NOTE, .help = "-" },
	{ .key = "key", .label = N_("Key"), .kind = FORM_NOTE, .help = "-" },
	{ .key = "proof", .label = N_("Signature"), .kind = FORM_NOTE, .help = "-" },
	{ .key = "asks", .label = N_("Asks for"), .kind = FORM_NOTE, .help = "-" },
	{ .kind = FORM_HEADING, .label = N_("What it gets") },
	{ .key = "sans", .label = N_("Names"), .kind = FORM_LIST, .flags = FORM_IMPORTANT,
		.help = N_("The names that the certificate is going to have, and no others: those that "
			"were asked for, until you change them.") },
	{ .key = "profile", .label = N_("Made for"), .kind = FORM_CHOICE,
		.help = N_("Usage and purposes follow from it, not from the request.") },
	{ .key = "days", .label = N_("Valid for"), .kind = FORM_NUMBER, .least = 1, .most = 36525,
		.unit = N_("days"), .flags = FORM_REQUIRED, .help = N_("It never outlives the CA.") },
	{ .key = "crl", .label = N_("Revoked ones at"), .kind = FORM_TEXT,
		.help = N_("http://… where clients find the CA's revocation list; empty: not said.") },
	{ .key = "issuer", .label = N_("This CA at"), .kind = FORM_TEXT,
		.help = N_("http://… where clients find the CA's certificate; empty: not said.") },
	{ .key = "file", .label = N_("Also write to"), .kind = FORM_TEXT, .flags = FORM_COMPLETES,
		.help = N_("A file for the answer, beside what the store keeps; empty: none. Tab "
			"completes.") },
};

static const char *const about[][2] = {
	{ "no-host", "sans" },
	{ "wildcard", "sans" },
	{ "wildcard-high", "sans" },
	{ "underscore", "sans" },
	{ "short-host", "sans" },
	{ "san-unwritable", "sans" },
	{ "cn-not-in-san", "sans" },
	{ "name-constraint", "sans" },
	{ "days", "days" },
	{ "policy-days", "days" },
	{ "long-lived", "days" },
	{ "longer-than-public", "days" },
	{ "ends-with-ca", "days" },
	{ "path-length", "profile" },
	{ "asks-ca", "profile" },
	{ "url", "crl" },
	{ NULL, NULL },
};

/* Every extension and attribute, each with all that it says. */
static void asks_words(const struct details *d, struct buf *out)
{
	bool asks = false, begins = true;
	for (size_t i = 0; i < d->count; i++) {
		const struct detail *is = &d->items[i];
		if (is->kind == DETAIL_SECTION) {
			asks |= strcmp(is->label, "Asks for") == 0 || strcmp(is->label, _("Asks for")) == 0;
			begins = true;
		} else if (asks) {
			const char *before = !out->len ? "" : begins || *is->label ? "; " : ", ";
			buf_format(out, "%s%s%s%s%s", before, lang_text(is->label), *is->label ? ": " : "",
				is->text, is->critical ? _(" (critical)") : "");
			begins = false;
		}
	}
}

/* What is left out here, the bytes of key and signature, nobody reads. */
static void fill_notes(struct form *form, const struct request *request)
{
	const struct request_info *info = request_info(request);
	struct details d = { 0 };
	struct buf asks = { 0 };
	char *key = mem_format(_("%s, %u bits"), info->key_algorithm, info->key_bits);
	request_details(request, &d);
	asks_words(&d, &asks);
	form_set(form, "subject", *info->subject ? info->subject : _("(empty)"));
	form_set(form, "key", key);
	form_set(form, "proof", info->signed_by_key ?
		_("good: whoever made the request holds the key") :
		_("not good: it was changed, or isn't by this key"));
	form_set(form, "asks", asks.len ? buf_text(&asks) : _("nothing beyond its subject"));
	details_done(&d);
	buf_done(&asks);
	free(key);
}

static void fill_profiles(struct form *form, const struct profile *chosen)
{
	struct form_option options[PROFILES_MOST];
	size_t n = 0;
	for (; profile_at(n) && n < PROFILES_MOST; n++)
		options[n] = (struct form_option){ profile_at(n)->label, profile_at(n)->help };
	form_options(form, "profile", options, n);
	for (size_t i = 0; i < n; i++)
		if (profile_at(i) == chosen)
			form_set_choice(form, "profile", i);
}

struct form *sign_form(const struct sign_work *work)
{
	char *title = mem_format(_("%s signs"), identity_name(&work->ca));
	struct form *form = form_new(title, N_("Sign"), fields, sizeof fields / sizeof *fields);
	free(title);
	fill_notes(form, work->signing.request);
	fill_profiles(form, work->signing.profile);
	form_set_number(form, "days", (long)work->signing.days);
	for (size_t i = 0; i < work->signing.sans.count; i++) {
		struct buf name = { 0 };
		const struct san *san = &work->signing.sans.items[i];
		san_show(san, false, &name);
		form_list_add(form, "sans", san->kind == SAN_DNS ? san->value : buf_text(&name));
		buf_done(&name);
	}
	form_paths(form);
	return form;
}

static void set_text(char **text, const char *value)
{
	free(*text);
	*text = *value ? mem_text(value) : NULL;
}

void sign_form_read(struct sign_work *work, struct form *form, struct rows *verdict)
{
	struct signing *signing = &work->signing;
	long days;
	sans_done(&signing->sans);
	for (size_t i = 0; i < form_list_count(form, "sans"); i++) {
		struct error err = { 0 };
		char key[32];
		snprintf(key, sizeof key, "sans.%zu", i);
		if (!sans_add(&signing->sans, form_list_at(form, "sans", i), &err))
			rows_about(verdict, ROLE_ERROR, key, err.text);
	}
	signing->profile = profile_at(form_choice(form, "profile"));
	if (form_number(form, "days", &days))
		signing->days = (unsigned)days;
	set_text(&work->crl_url, form_text(form, "crl"));
	set_text(&work->issuer_url, form_text(form, "issuer"));
	signing->crl_url = work->crl_url;
	signing->issuer_url = work->issuer_url;
}

void sign_form_check(struct desk *desk, struct form *form, struct rows *verdict)
{
	struct advice advice = { 0 };
	sign_form_read(desk->sign, form, verdict);
	app_signing_check(desk->app, &desk->sign->signing, &desk->sign->key, &advice);
	sheet_advise(&advice, about, verdict);
	check_path(form, "file", verdict);
	advice_done(&advice);
}
