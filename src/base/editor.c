/*
 * The editor is waited for: the terminal is its own meanwhile, so are the signals of its keys.  It shares
 * our process group, as a shell's job does, so that Ctrl-Z stops both and fg continues both.
 */
#include "base/editor.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/fs.h"
#include "base/mem.h"
#include "base/text.h"
#include "base/user.h"
#include "base/program.h"

#define FILE_NAME  "note.txt"
#define WORDS_MOST 16
#define SETTLE_MS  50 /* until a stop, or its end, has come to all of a job */

bool editor_is_allowed(struct error *err)
{
	return !user_has_borrowed() ||
	       error_set(err, ERROR_FAILED,
		       "no editor is started with rights that aren't the user's own, such as those of "
		       "sudo (give the text as a word, or in the line that the key a opens)");
}

/* --- the program ------------------------------------------------------------------------------ */

struct words {
	char *copy;
	const char *argv[WORDS_MOST + 2]; /* the file's name and NULL behind them */
	size_t count;
};

static bool split(const char *line, struct words *out, struct error *err)
{
	char *save = NULL;
	*out = (struct words){ .copy = mem_text(line) };
	for (char *word = strtok_r(out->copy, " \t", &save); word;
		word = strtok_r(NULL, " \t", &save)) {
		if (out->count == WORDS_MOST)
			return error_set(err, ERROR_USAGE,
				"the editor has more than %d words (VISUAL and EDITOR name it)",
				WORDS_MOST);
		out->argv[out->count++] = word;
	}
	return true;
}

static const char *chosen(void)
{
	static const char *const names[] = { "VISUAL", "EDITOR" };
	for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
		const char *value = getenv(names[i]);
		if (value && value[strspn(value, " \t")])
			return value;
	}
	return NULL;
}

/* What is written to the terminal must reach it also where standard output goes elsewhere. */
static int terminal_for_output(void)
{
	return isatty(STDOUT_FILENO) ? STDOUT_FILENO : isatty(STDERR_FILENO) ? STDERR_FILENO : -1;
}

static int start(struct words *words, const char *path, struct program *out)
{
	const struct program_wish wish = { .argv = words->argv,
		.fds = { STDIN_FILENO, terminal_for_output(), terminal_for_output() } };
	words->argv[words->count] = path;
	words->argv[words->count + 1] = NULL;
	return program_start(&wish, out);
}

static bool start_named(const char *line, const char *path, struct program *out, struct error *err)
{
	struct words words;
	bool ok = split(line, &words, err);
	if (ok) {
		errno = start(&words, path, out);
		ok = errno == 0 || error_errno(err, "the editor %s", words.argv[0]);
	}
	free(words.copy);
	return ok;
}

static const char *const usual[] = { "sensible-editor", "vi" };

static bool begins_with(const char *const *argv, const char *line)
{
	struct words words;
	size_t i = 0;
	bool ok = split(line, &words, NULL);
	while (ok && i < words.count && argv[i] && strcmp(argv[i], words.argv[i]) == 0)
		i++;
	/* A path: editors run what stands behind other words. */
	ok = ok && i == words.count && argv[i] && argv[i][0] == '/' && !argv[i + 1];
	free(words.copy);
	return ok;
}

bool is_editor(const char *const *argv)
{
	const char *line = chosen();
	if (!editor_is_allowed(NULL))
		return false;
	if (line)
		return begins_with(argv, line);
	return begins_with(argv, usual[0]) || begins_with(argv, usual[1]);
}

static bool start_any(const char *path, struct program *out, struct error *err)
{
	const char *line = chosen();
	if (line)
		return start_named(line, path, out, err);
	for (size_t i = 0; i < sizeof usual / sizeof *usual; i++)
		if (start_named(usual[i], path, out, err))
			return true;
	return error_set(err, ERROR_FAILED, "no editor was found (EDITOR names one)");
}

/* The newest of what is known of it: while this one stood still, more may have happened. */
static enum program_news newest(const struct program *editor, enum program_news news, int *status)
{
	enum program_news later;
	while (news != PROGRAM_ENDED &&
		(later = program_next(editor, false, status)) != PROGRAM_NONE)
		news = later;
	return news;
}

/*
 * Ctrl-Z stops us together with the editor, and fg continues both: by the time we look a second time it
 * runs again.  One that stopped itself alone would leave a shell waiting for us: we stop with it.
 */
static bool wait_for(const struct program *editor, int *status)
{
	enum program_news news;
	do {
		news = program_next(editor, true, status);
		if (news != PROGRAM_STOPPED)
			continue;
		poll(NULL, 0, SETTLE_MS);
		news = newest(editor, news, status);
		if (news != PROGRAM_STOPPED)
			continue;
		raise(SIGTSTP);
		program_kill(editor, SIGCONT);
	} while (news != PROGRAM_ENDED);
	errno = ECHILD;
	return *status != -1;
}

/* What ends us ends the editor first, so that it can put away what is typed, and is then taken note of. */
static struct {
	const struct program *volatile editor; /* NULL: there is none yet */
	volatile sig_atomic_t came;
} ending;

static void pass_on(int signo)
{
	int saved = errno;
	ending.came = signo;
	if (ending.editor) {
		program_kill(ending.editor, signo);
		program_kill(ending.editor, SIGCONT); /* it may be stopped */
	}
	errno = saved;
}

/* Ctrl-C in an editor is a key of the editor's; Ctrl-Z is for the whole job. */
static const struct {
	int signo;
	void (*handler)(int);
} guards[] = {
	{ SIGINT, SIG_IGN },
	{ SIGQUIT, SIG_IGN },
	{ SIGTSTP, SIG_DFL },
	{ SIGHUP, pass_on },
	{ SIGTERM, pass_on },
};
#define GUARDS (sizeof guards / sizeof *guards)

static void set_guards(struct sigaction old[GUARDS])
{
	ending.editor = NULL;
	ending.came = 0;
	for (size_t i = 0; i < GUARDS; i++) {
		struct sigaction action = { .sa_handler = guards[i].handler };
		sigaction(guards[i].signo, NULL, &old[i]);
		if (guards[i].handler != pass_on || old[i].sa_handler != SIG_IGN)
			sigaction(guards[i].signo, &action, NULL);
	}
}

/* Whoever has a handler learns of the end now; else what became of the text is said first. */
static void drop_guards(const struct sigaction old[GUARDS])
{
	for (size_t i = 0; i < GUARDS; i++)
		sigaction(guards[i].signo, &old[i], NULL);
	for (size_t i = 0; i < GUARDS; i++)
		if (guards[i].signo == ending.came && old[i].sa_handler != SIG_DFL)
			raise(ending.came);
}

/* Where it ran, and how it ended nobody can say, it has *started all the same. */
static bool run(const char *path, bool *started, int *status, struct error *err)
{
	struct sigaction old[GUARDS];
	struct program editor;
	set_guards(old);
	bool ok = *started = start_any(path, &editor, err);
	ending.editor = ok ? &editor : NULL;
	if (ok && ending.came)
		pass_on(ending.came); /* meanwhile */
	if (ok && !wait_for(&editor, status))
		ok = error_errno(err, "waiting for the editor");
	drop_guards(old);
	ending.editor = NULL;
	if (*started)
		program_done(&editor);
	return ok;
}

/* --- the file --------------------------------------------------------------------------------- */

static int open_folder(const struct edited *edited)
{
	return edited->folder ? open(edited->folder, O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC | O_RDONLY) :
				-1;
}

static bool make_file(const char *text, struct edited *out, struct error *err)
{
	const char *tmp = getenv("TMPDIR");
	struct buf bytes = { 0 };
	out->folder = mem_format("%s/certary-XXXXXX", tmp && tmp[0] == '/' ? tmp : "/tmp");
	if (!mkdtemp(out->folder)) {
		error_errno(err, "%s", out->folder);
		free(out->folder);
		out->folder = NULL;
		return false;
	}
	int dir = open_folder(out);
	buf_format(&bytes, "%s%s", text, *text ? "\n" : "");
	bool ok = dir >= 0 || error_errno(err, "%s", out->folder);
	ok = ok && fs_write(dir, FILE_NAME, 0600, buf_text(&bytes), bytes.len, FS_LATER, err);
	if (dir >= 0)
		close(dir);
	buf_done(&bytes);
	return ok;
}

/* An editor that ends its last line where there was no end has changed nothing. */
static size_t without_end(const char *text, size_t len)
{
	while (len > 0 && (text[len - 1] == '\n' || text[len - 1] == '\r'))
		len--;
	return len;
}

static bool read_back(const char *text, size_t most, struct edited *out, struct error *err)
{
	int dir = open_folder(out);
	if (dir < 0)
		return error_errno(err, "%s", out->folder);
	bool ok = fs_read(dir, FILE_NAME, FS_NOFOLLOW, most, &out->text, NULL, err);
	close(dir);
	size_t was = without_end(text, strlen(text));
	size_t now = ok ? without_end(buf_text(&out->text), out->text.len) : 0;
	out->changed = !ok || was != now || memcmp(text, buf_text(&out->text), was) != 0;
	return ok;
}

static bool failed(int status, struct edited *out, struct error *err)
{
	if (WIFSIGNALED(status))
		error_set(err, ERROR_FAILED, "the editor was ended by signal %d: nothing was changed",
			WTERMSIG(status));
	else
		error_set(err, ERROR_FAILED, "the editor ended with status %d: nothing was changed",
			WEXITSTATUS(status));
	return out->changed ? edited_keep(out, err) : false;
}

bool edit_text(const char *text, size_t most, struct edited *out, struct error *err)
{
	char *path;
	int status = 0;
	bool started = false;
	struct error unread = { 0 };
	*out = (struct edited){ 0 };
	if (!editor_is_allowed(err))
		return false;
	if (!isatty(STDIN_FILENO) || terminal_for_output() < 0)
		return error_set(err, ERROR_USAGE, "an editor needs a terminal (give the text as a word)");
	if (!make_file(text, out, err)) {
		edited_done(out);
		return false;
	}
	path = mem_format("%s/" FILE_NAME, out->folder);
	bool ok = run(path, &started, &status, err);
	free(path);
	if (!ok && started) {
		edited_keep(out, err); /* somebody may be writing in it yet */
	} else if (ok && !read_back(text, most, out, &unread)) {
		*err = unread;
		ok = edited_keep(out, err);
	} else if (ok && status != 0) {
		ok = failed(status, out, err);
	}
	if (!ok)
		edited_done(out);
	return ok;
}

bool edited_keep(struct edited *edited, struct error *err)
{
	char *said = mem_text(err ? err->text : "");
	if (err && edited->folder) {
		bool stale = err->stale;
		error_set(err, err->code, "%s (what was written is kept in %s/%s)", said, edited->folder,
			FILE_NAME);
		err->stale = stale;
	}
	free(edited->folder);
	edited->folder = NULL;
	free(said);
	return false;
}

/* With what editors leave beside a file: copies, swap files. */
static bool remove_one(void *ctx, const char *name)
{
	const int *dir = ctx;
	unlinkat(*dir, name, 0);
	return true;
}

void edited_done(struct edited *edited)
{
	int dir = open_folder(edited);
	if (dir >= 0) {
		fs_list(dir, remove_one, &dir, NULL);
		close(dir);
		rmdir(edited->folder);
	}
	free(edited->folder);
	buf_done(&edited->text);
	*edited = (struct edited){ 0 };
}
