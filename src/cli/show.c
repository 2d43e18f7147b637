#include "app/show.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/text.h"
#include "cli/run.h"

static struct json *warnings_json(const struct details *details)
{
	struct json *a = json_new_array();
	for (size_t i = 0; i < details->count; i++) {
		if (details->items[i].kind != DETAIL_WARNING)
			continue;
		struct json *o = json_new_object();
		json_text(o, "code", details->items[i].label);
		json_text(o, "text", details->items[i].text);
		json_append(a, o);
	}
	return a;
}

static struct json *details_json(const struct details *details)
{
	struct json *a = json_new_array();
	const char *section = NULL;
	for (size_t i = 0; i < details->count; i++) {
		const struct detail *d = &details->items[i];
		if (d->kind == DETAIL_SECTION)
			section = d->label;
		if (d->kind != DETAIL_FIELD)
			continue;
		struct json *o = json_new_object();
		json_text(o, "section", section);
		json_text(o, "label", d->label);
		json_text(o, "text", d->text);
		json_append(a, o);
	}
	return a;
}

static struct json *file_json(const struct cert_info *info)
{
	struct json *o = json_new_object();
	char *name = cert_proposed_name(info);
	json_text(o, "name", name);
	json_text(o, "state", NULL);
	info_json(o, info);
	json_text(o, "source", NULL);
	json_text(o, "added", NULL);
	json_text(o, "note", NULL);
	free(name);
	return o;
}

static void print_object(const struct shown *shown)
{
	const struct cert_info *info = cert_info(shown->cert);
	struct json *o = shown->is_entry ? entry_json(&shown->entry) : file_json(info);
	struct buf hex = { 0 };
	text_hex(&hex, info->sha1, SHA1_SIZE, 0);
	json_text(o, "sha1", buf_text(&hex));
	buf_cut(&hex, 0);
	text_hex(&hex, info->spki, FINGERPRINT_SIZE, 0);
	json_text(o, "spki", buf_text(&hex));
	buf_done(&hex);
	json_int(o, "version", info->version);
	json_text(o, "signature", info->signature);
	json_int(o, "percent_left", cert_percent_left(info, app_now()));
	json_set(o, "warnings", warnings_json(&shown->details));
	json_set(o, "details", details_json(&shown->details));
	print_json(o);
	json_free(o);
}

static void print_shown(const struct run *run, const struct shown *shown)
{
	if (run_has(run, OPTION_JSON)) {
		print_object(shown);
	} else if (run_has(run, OPTION_PEM)) {
		char *pem = app_pem(shown->cert);
		print_text(pem);
		free(pem);
	} else if (run_has(run, OPTION_DER) && isatty(STDOUT_FILENO)) {
		print_warning("show: DER is no text for a terminal (send it to a file)");
	} else if (run_has(run, OPTION_DER)) {
		size_t len;
		const uint8_t *der = cert_der(shown->cert, &len);
		fwrite(der, 1, len, stdout);
	} else {
		tell_details(false, &shown->details);
	}
}

bool run_show(struct run *run, struct error *err)
{
	struct shown shown = { 0 };
	bool ok = app_show_text(run->app, run->args->words[0], &shown, err);
	if (ok)
		print_shown(run, &shown);
	if (shown.others)
		print_warning("shown is the first certificate; %zu more stand in that file "
			      "(import --dry-run lists them)",
			shown.others);
	shown_done(&shown);
	return ok;
}

static void print_match(const struct run *run, const struct fingerprint_match *match, size_t count)
{
	char *words = app_match_words(match, count);
	if (run_has(run, OPTION_JSON)) {
		struct json *o = json_new_object();
		json_bool(o, "match", match->match);
		json_text(o, "algorithm", match->algorithm);
		json_int(o, "group", match->match ? 0 : match->group);
		print_json(o);
		json_free(o);
	} else {
		print_format("%s\n", words);
	}
	free(words);
}

bool run_match(struct run *run, struct error *err)
{
	struct fingerprint_match match;
	struct buf digits = { 0 };
	size_t count;
	for (size_t i = 1; i < run->args->count; i++)
		buf_format(&digits, "%s%s", i > 1 ? " " : "", run->args->words[i]);
	bool ok = app_match_text(run->app, run->args->words[0], buf_text(&digits), &match, &count, err);
	if (ok) {
		print_match(run, &match, count);
		ok = match.match || error_set(err, ERROR_VERDICT, "%s", "");
	}
	buf_done(&digits);
	return ok;
}
