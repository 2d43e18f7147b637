#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>
#include <termios.h>
#include <unistd.h>

#include "base/fs.h"
#include "base/lang.h"
#include "base/text.h"
#include "cli/run.h"

#define SECRET_MOST 1024

#define CTRL_C         0x03
#define CTRL_BACKSLASH 0x1c

bool ask_possible(void)
{
	return isatty(STDIN_FILENO) && isatty(STDERR_FILENO);
}

/* One line from the terminal; false at its end, and where somebody has enough of it. */
static bool read_line(struct buf *out)
{
	char c;
	for (;;) {
		ssize_t n = read(STDIN_FILENO, &c, 1);
		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0 || c == CTRL_C || c == CTRL_BACKSLASH)
			return false;
		if (c == '\n')
			return true;
		buf_char(out, c);
	}
}

static void put_prompt(const char *text)
{
	fflush(stdout);
	fputs(text, stderr);
	fflush(stderr);
}

/* English is understood in every language. */
static bool is_yes(const char *answer)
{
	/* TRANSLATORS: what " [y/N] " asks for, and the whole word of it */
	const char *const words[] = { "y", "yes", _("y"), _("yes") };
	for (size_t i = 0; i < sizeof words / sizeof *words; i++)
		if (strcasecmp(answer, words[i]) == 0)
			return true;
	return false;
}

bool ask_yes(const char *question)
{
	struct buf line = { 0 };
	put_prompt(lang_text(question));
	put_prompt(_(" [y/N] "));
	bool yes = read_line(&line) && is_yes(buf_text(&line));
	buf_done(&line);
	return yes;
}

bool ask_line(const char *prompt, const char *shown, const char *proposed, struct buf *out)
{
	put_prompt(lang_text(prompt));
	put_prompt(" [");
	put_prompt(shown);
	put_prompt("]: ");
	if (!read_line(out))
		return false;
	if (out->len == 0)
		buf_text_add(out, proposed);
	return true;
}

/*
 * No signal may leave the terminal mute: Ctrl-C and Ctrl-\ end the line at once instead, and are read
 * with it.  Everything else of the line is the terminal's, as its user knows it.
 */
static void hush(struct termios *t)
{
	t->c_lflag &= ~(tcflag_t)(ECHO | ISIG);
	t->c_lflag |= ICANON | IEXTEN;
	t->c_cc[VEOL] = CTRL_C;
	t->c_cc[VEOL2] = CTRL_BACKSLASH;
}

bool ask_secret(const char *prompt, struct buf *out)
{
	struct termios was, quiet;
	if (tcgetattr(STDIN_FILENO, &was) != 0)
		return false;
	quiet = was;
	hush(&quiet);
	/* First the silence, then the prompt: what answers it must not be thrown away or seen. */
	tcsetattr(STDIN_FILENO, TCSAFLUSH, &quiet);
	put_prompt(lang_text(prompt));
	put_prompt(": ");
	bool ok = read_line(out);
	tcsetattr(STDIN_FILENO, TCSADRAIN, &was); /* what is typed ahead is for the next question */
	put_prompt("\n");
	return ok;
}

/* A new one is typed blind: twice, since nobody could open anything after a slip. */
bool ask_new_secret(const char *prompt, struct buf *out, struct error *err)
{
	struct buf again = { .secret = true };
	bool ok = ask_secret(prompt, out) && ask_secret("The same again", &again);
	bool same = ok && strcmp(buf_text(out), buf_text(&again)) == 0;
	buf_wipe(&again);
	if (same)
		return out->len > 0 || error_set(err, ERROR_SECRET, "an empty password seals nothing");
	return error_set(err, ERROR_SECRET, "%s",
		ok ? _("these are two passwords") : _("no password was given"));
}

bool read_secret(const struct run *run, enum option file, struct buf *out, struct error *err)
{
	const char *path = run->args->text[file];
	if (!path)
		return true;
	bool ok = fs_read(AT_FDCWD, path, FS_FOLLOW, SECRET_MOST, out, NULL, err);
	if (!ok)
		return error_wrap(err, "--%s", option_row(file)->name);
	buf_cut(out, strcspn(buf_text(out), "\r\n"));
	buf_reserve(out, 1);
	out->data[out->len] = '\0';
	return true;
}

bool read_password(const struct run *run, struct buf *out, struct error *err)
{
	return read_secret(run, OPTION_PASSWORD_FILE, out, err);
}
