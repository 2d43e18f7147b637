/*
 * Start-up, as a list: the locale, safe descriptors, the words of the command line, a face.
 */
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/confine.h"
#include "base/lang.h"
#include "base/user.h"
#include "cli/cli.h"
#include "console/console.h"

/* A closed standard descriptor would be given to the next file that is opened. */
static void fill_descriptors(void)
{
	int fd = open("/dev/null", O_RDWR); /* inherited, as standard descriptors are */
	while (fd >= 0 && fd <= STDERR_FILENO)
		fd = dup(fd);
	if (fd > STDERR_FILENO)
		close(fd);
}

/*
 * Does a person read this?  Tests say so by CERTARY_SEEN.  What monitoring reads is the same on a terminal.
 */
static bool is_seen(int argc, char **argv)
{
	for (int i = 1; i < argc; i++)
		if (strcmp(argv[i], "--json") == 0 || strcmp(argv[i], "--nagios") == 0)
			return false;
	return isatty(STDOUT_FILENO) || secure_getenv("CERTARY_SEEN");
}

/* The console's own `:` line says by a first word that its commands are seen: it counts under sudo as well. */
static bool take_seen(int *argc, char ***argv)
{
	if (*argc < 2 || strcmp((*argv)[1], "--seen") != 0)
		return false;
	(*argv)[1] = (*argv)[0];
	++*argv;
	--*argc;
	return true;
}

int main(int argc, char **argv)
{
	struct arguments args;
	struct error err = { 0 };
	fill_descriptors();
	user_distrust();
	bool seen = take_seen(&argc, &argv);
	lang_init(seen || is_seen(argc, argv));
	signal(SIGPIPE, SIG_IGN);
	signal(SIGXFSZ, SIG_IGN); /* a file that may not grow is an error with a name, no end */
	signal(SIGCHLD, SIG_DFL); /* where whoever starts us ignores it, nobody could be waited for */
	confine_memory();
	confine_powers();
	umask(022); /* whoever trusts this store must be able to read it */
	if (argc > 2 && strcmp(argv[1], "--complete") == 0)
		return cli_complete((size_t)argc - 2, (const char *const *)argv + 2);
	bool ok = cli_parse(&command_table, argc, argv, &args, &err);
	if (ok && (!(args.console || cli_wants_wizard(&args)) || args.set[OPTION_HELP] || args.set[OPTION_VERSION])) {
		int code = cli_run(&args);
		arguments_done(&args);
		return code;
	}
	if (!ok) {
		int code = cli_fail_of(&args, &err);
		arguments_done(&args);
		return code;
	}
	struct console_options options = { .store = args.text[OPTION_STORE],
		.config = args.text[OPTION_CONFIG],
		.theme = args.text[OPTION_THEME],
		.read_only = args.set[OPTION_READ_ONLY],
		.plain = args.set[OPTION_PLAIN_TEXT],
		.setup = !args.console,
		.root = args.text[OPTION_SETUP_ROOT] };
	arguments_done(&args); /* the texts are argv's */
	return console_run(&options, &err) ? 0 : cli_fail(&err);
}
