#include "cli/cli.h"

#include <stdio.h>
#include <string.h>

#include "app/deploy.h"
#include "app/limits.h"
#include "cli/run.h"
#include "cli/walls.h"

static run_fn *const runs[COMMAND_COUNT] = {
	[COMMAND_LIST] = run_list,
	[COMMAND_SHOW] = run_show,
	[COMMAND_IMPORT] = run_import,
	[COMMAND_EXPORT] = run_export,
	[COMMAND_RENAME] = run_rename,
	[COMMAND_NOTE] = run_note,
	[COMMAND_TRUST] = run_decision,
	[COMMAND_UNTRUST] = run_decision,
	[COMMAND_BLOCK] = run_decision,
	[COMMAND_DELETE] = run_decision,
	[COMMAND_RESTORE] = run_decision,
	[COMMAND_PURGE] = run_purge,
	[COMMAND_GENERATE] = run_generate,
	[COMMAND_REQUEST] = run_generate,
	[COMMAND_SIGN] = run_sign,
	[COMMAND_IDENTITY_LIST] = run_identity_list,
	[COMMAND_IDENTITY_SHOW] = run_identity_show,
	[COMMAND_IDENTITY_IMPORT] = run_identity_import,
	[COMMAND_IDENTITY_ATTACH] = run_identity_attach,
	[COMMAND_IDENTITY_RENAME] = run_identity_edit,
	[COMMAND_IDENTITY_NOTE] = run_identity_edit,
	[COMMAND_IDENTITY_TICKET] = run_identity_edit,
	[COMMAND_IDENTITY_DELETE] = run_identity_move,
	[COMMAND_IDENTITY_RESTORE] = run_identity_move,
	[COMMAND_IDENTITY_PURGE] = run_identity_move,
	[COMMAND_CA_ISSUED] = run_ca_issued,
	[COMMAND_CA_REVOKE] = run_ca_revoke,
	[COMMAND_CA_CRL] = run_ca_crl,
	[COMMAND_EXCHANGE] = run_exchange,
	[COMMAND_PROBE] = run_probe,
	[COMMAND_CONNECT] = run_connect,
	[COMMAND_REHEARSE] = run_rehearse,
	[COMMAND_ENDPOINT_ADD] = run_endpoint_add,
	[COMMAND_ENDPOINT_LIST] = run_endpoint_list,
	[COMMAND_ENDPOINT_REMOVE] = run_endpoint_remove,
	[COMMAND_ENDPOINT_HISTORY] = run_endpoint_history,
	[COMMAND_ENDPOINT_ACCEPT] = run_endpoint_accept,
	[COMMAND_CHECK] = run_check,
	[COMMAND_SERVICES] = run_services,
	[COMMAND_TARGET_ADD] = run_target_add,
	[COMMAND_TARGET_LIST] = run_target_list,
	[COMMAND_TARGET_SHOW] = run_target_show,
	[COMMAND_TARGET_REMOVE] = run_target_remove,
	[COMMAND_DEPLOY] = run_deploy,
	[COMMAND_RUNBOOK_LIST] = run_runbook_list,
	[COMMAND_RUNBOOK_SHOW] = run_runbook_show,
	[COMMAND_RUNBOOK_NEW] = run_runbook_change,
	[COMMAND_RUNBOOK_DONE] = run_runbook_change,
	[COMMAND_RUNBOOK_REOPEN] = run_runbook_change,
	[COMMAND_RUNBOOK_SET] = run_runbook_change,
	[COMMAND_RUNBOOK_NOTE] = run_runbook_change,
	[COMMAND_RUNBOOK_REMOVE] = run_runbook_change,
	[COMMAND_PARITY] = run_parity,
	[COMMAND_UNDO] = run_undo,
	[COMMAND_LOG] = run_log,
	[COMMAND_EXPLAIN] = run_explain,
	[COMMAND_COMPARE] = run_compare,
	[COMMAND_IMPACT] = run_impact,
	[COMMAND_CRL_LIST] = run_crl_list,
	[COMMAND_CRL_SHOW] = run_crl_show,
	[COMMAND_CRL_IMPORT] = run_crl_import,
	[COMMAND_CRL_REMOVE] = run_crl_remove,
	[COMMAND_CRL_FETCH] = run_crl_fetch,
	[COMMAND_MATCH] = run_match,
	[COMMAND_SETUP] = run_setup,
	[COMMAND_DOCTOR] = run_doctor,
	[COMMAND_HELP] = run_help,
};

int cli_fail(const struct error *err)
{
	if (err->text[0])
		print_warning("%s", err->text);
	return err->code ? (int)err->code : ERROR_FAILED;
}

#define NAGIOS_UNKNOWN 3

/* Monitoring reads one line of standard output, and knows codes of its own. */
int cli_fail_of(const struct arguments *args, const struct error *err)
{
	if (!args->set[OPTION_NAGIOS] || !err->text[0])
		return cli_fail(err);
	print_format("CERTARY UNKNOWN - %s\n", err->text);
	struct error late;
	return print_flush(&late) ? NAGIOS_UNKNOWN : cli_fail(&late);
}

/* A file can be shown or matched without a store, and what brings something makes one once there is
 * something to put into it; everything else needs one. */
static const enum command alone[] = { COMMAND_SHOW, COMMAND_MATCH, COMMAND_COMPARE, COMMAND_IMPORT,
	COMMAND_CRL_IMPORT, COMMAND_GENERATE, COMMAND_REQUEST, COMMAND_IDENTITY_IMPORT,
	COMMAND_SETUP };

/* On a new machine these answer as with a store that is empty; what they find to keep makes one. */
static const enum command early[] = { COMMAND_LIST, COMMAND_EXPLAIN, COMMAND_IMPACT, COMMAND_CHECK,
	COMMAND_SERVICES,
	COMMAND_IDENTITY_LIST, COMMAND_PROBE, COMMAND_CONNECT, COMMAND_REHEARSE,
	COMMAND_ENDPOINT_LIST, COMMAND_ENDPOINT_ADD, COMMAND_TARGET_LIST, COMMAND_TARGET_ADD,
	COMMAND_CRL_LIST, COMMAND_RUNBOOK_LIST, COMMAND_RUNBOOK_NEW, COMMAND_PARITY };

static bool is_among(const enum command *list, size_t count, enum command command)
{
	for (size_t i = 0; i < count; i++)
		if (list[i] == command)
			return true;
	return false;
}

static bool changes(const struct run *run)
{
	return command_row(run->args->command)->writes && !run_has(run, OPTION_DRY_RUN);
}

/* Before a command that changes anything, so that there is one to be put right. */
static bool open_store(struct run *run, struct error *err)
{
	enum command command = run->args->command;
	if (command_row(command)->writes && app_read_only(run->app) && !run_has(run, OPTION_DRY_RUN))
		return error_set(err, ERROR_FAILED, "%s: --read-only changes nothing",
			command_row(command)->name);
	if (is_among(alone, sizeof alone / sizeof *alone, command)) {
		if (changes(run))
			app_open_store(run->app, APP_STORE_IMAGINED, NULL); /* it tells itself where it can't be */
		return true;
	}
	bool may = is_among(early, sizeof early / sizeof *early, command);
	return app_open_store(run->app, may ? APP_STORE_IMAGINED : APP_STORE_THERE, err);
}

static void tell_lines(struct buf *told)
{
	char *save = NULL;
	for (char *line = told->len ? strtok_r(told->data, "\n", &save) : NULL; line;
		line = strtok_r(NULL, "\n", &save))
		print_warning("%s", line);
	buf_done(told);
}

/*
 * What a deployment left that was interrupted is put right before anything else is changed.  Where it
 * can't be, that is told and is no reason to leave a decision undone.
 */
static void mend_deployment(struct run *run)
{
	struct buf told = { 0 };
	struct error err = { 0 };
	if (!changes(run))
		return;
	if (!app_deploy_recover(run->app, &told, &err))
		buf_format(&told, "%s\n", err.text);
	tell_lines(&told);
}

/* What only looks leaves the end of trust to others: it is judged by it all the same. */
static bool may_put_back(const struct run *run)
{
	static const enum command keepers[] = { COMMAND_CHECK, COMMAND_PROBE, COMMAND_CONNECT };
	enum command command = run->args->command;
	bool keeps = is_among(keepers, sizeof keepers / sizeof *keepers, command) &&
		     !run_has(run, OPTION_NO_SAVE) && !run_has(run, OPTION_TIMELINE) &&
		     !run_has(run, OPTION_AT);
	return keeps || changes(run);
}

static void put_back_what_is_over(struct run *run)
{
	struct buf told = { 0 };
	if (!may_put_back(run))
		return;
	app_lapse(run->app, &told);
	tell_lines(&told);
}

static bool run_command(struct run *run, struct error *err)
{
	const struct arguments *args = run->args;
	struct app_options options = { .store = args->text[OPTION_STORE],
		.config = args->text[OPTION_CONFIG],
		.read_only = args->set[OPTION_READ_ONLY] };
	if (args->set[OPTION_VERSION]) {
		print_text("certary " CERTARY_VERSION "\n");
		return true;
	}
	if (args->set[OPTION_HELP] || args->command == COMMAND_HELP)
		return run_help(run, err);
	if (!app_new(&options, &run->app, err) || !open_store(run, err))
		return false;
	print_in_words(args->set[OPTION_PLAIN_TEXT] ||
		       settings_bool(app_settings(run->app), SETTING_PLAIN));
	mend_deployment(run);
	if (!walls_raise(run, err))
		return false;
	put_back_what_is_over(run);
	return runs[args->command](run, err);
}

int cli_run(const struct arguments *args)
{
	struct run run = { .args = args };
	struct error err = { 0 }, late = { 0 };
	bool ok = run_command(&run, &err);
	app_free(run.app);
	if (!print_flush(&late) && ok) {
		err = late;
		ok = false;
	}
	return ok ? 0 : cli_fail_of(args, &err);
}
