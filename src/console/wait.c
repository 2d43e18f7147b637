/*
 * Waiting for a job: a box that says what is done and for how long by now, and that Esc ends.  Other keys
 * mean nothing to it, but they are read, and the screen is painted: the job runs beside the loop.
 */
#include <stdlib.h>

#include "base/clock.h"
#include "base/lang.h"
#include "base/mem.h"
#include "console/desk.h"

#define TICK_MS 1000

static char *words(const struct waiting *wait)
{
	int64_t seconds = (clock_ms() - wait->started) / 1000;
	if (screen_is_plain())
		return mem_format(_("%s: this may take a while%s%s"), wait->what, wait->hint ? "; " : "",
			wait->hint ? _(wait->hint) : "");
	if (seconds < 1)
		return mem_format(_("%s: a moment"), wait->what);
	if (!wait->hint)
		return mem_format(_("%s: %lld s by now"), wait->what, (long long)seconds);
	return mem_format(
		_("%s: %lld s by now; %s"), wait->what, (long long)seconds, _(wait->hint));
}

static void tick(void *ctx)
{
	struct desk *desk = ctx;
	struct waiting *wait = &desk->waiting;
	char *text = words(wait);
	if (desk->dialog == wait->dialog)
		dialog_say(desk->dialog, text);
	free(text);
	wait->timer = loop_after(desk->loop, TICK_MS, tick, desk);
	desk->reaction |= REACT_REPAINT;
}

static enum reaction given_up(struct desk *desk, struct dialog *dialog, bool done)
{
	wait_stop_fn *stop = desk->waiting.stop;
	(void)dialog, (void)done;
	wait_over(desk);
	return stop(desk);
}

enum reaction wait_open(struct desk *desk, const char *title, const char *what, const char *hint,
	wait_stop_fn *stop)
{
	struct waiting *wait = &desk->waiting;
	wait_over(desk);
	*wait = (struct waiting){ .what = mem_text(_(what)),
		.hint = hint,
		.stop = stop,
		.started = clock_ms() };
	if (!screen_is_plain()) /* words that change would be read each time */
		wait->timer = loop_after(desk->loop, TICK_MS, tick, desk);
	char *text = words(wait);
	wait->dialog = dialog_wait(title, text);
	free(text);
	desk->pending++;
	return desk_ask(desk, wait->dialog, given_up);
}

void wait_over(struct desk *desk)
{
	struct waiting *wait = &desk->waiting;
	if (!wait->what)
		return;
	if (wait->timer)
		loop_cancel(desk->loop, wait->timer);
	desk->pending--;
	if (screen_is_plain() && !desk->message)
		desk_say(desk, ROLE_STATUS, "%s: that is over", wait->what);
	if (desk->dialog == wait->dialog) {
		dialog_free(desk->dialog);
		desk->dialog = NULL;
		desk->dialog_end = NULL;
	}
	free(wait->what);
	*wait = (struct waiting){ 0 };
}
