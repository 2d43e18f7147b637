#include "cli/run.h"
bool run_exchange(struct run *run, struct error *err) { (void)run; return error_set(err, ERROR_FAILED, "no"); }
bool run_runbook_list(struct run *run, struct error *err) { (void)run; return error_set(err, ERROR_FAILED, "no"); }
bool run_runbook_show(struct run *run, struct error *err) { (void)run; return error_set(err, ERROR_FAILED, "no"); }
bool run_runbook_change(struct run *run, struct error *err) { (void)run; return error_set(err, ERROR_FAILED, "no"); }
