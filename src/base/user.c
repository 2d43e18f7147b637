#include "base/user.h"

#include <errno.h>
#include <fcntl.h>
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/auxv.h>
#include <sys/stat.h>
#include <unistd.h>
#include <utmpx.h>

#include "base/mem.h"
#include "base/text.h"

/* The kernel remembers who logged in (pam_loginuid), whatever the environment claims. */
static bool login_uid(uid_t *uid)
{
	unsigned value = 0;
	FILE *f = fopen("/proc/self/loginuid", "re");
	if (!f)
		return false;
	bool ok = fscanf(f, "%u", &value) == 1 && value != (unsigned)-1;
	fclose(f);
	*uid = (uid_t)value;
	return ok;
}

/* What the journal says of a change mustn't depend on how much memory there was. */
static const struct passwd *account(uid_t uid)
{
	errno = 0;
	const struct passwd *pw = getpwuid(uid);
	if (!pw && errno == ENOMEM)
		mem_die("out of memory");
	return pw;
}

static const char *find_name(void)
{
	uid_t uid;
	const struct passwd *pw = login_uid(&uid) ? account(uid) : NULL;
	const char *sudo = getuid() == 0 ? getenv("SUDO_USER") : NULL;
	if (!sudo && getuid() == 0)
		sudo = getenv("DOAS_USER");
	if (pw && (pw->pw_uid != 0 || !sudo))
		return pw->pw_name;
	if (sudo && *sudo)
		return sudo;
	pw = account(getuid());
	return pw ? pw->pw_name : NULL;
}

const char *user_name(void)
{
	static char *name;
	if (!name) {
		const char *found = find_name();
		name = found ? text_safe(found, strlen(found)) :
			       mem_format("uid %u", (unsigned)getuid());
	}
	return name;
}

/* sudo drops SSH_CONNECTION; the login record of the terminal still has the address. */
static char *login_host(const char *tty)
{
	struct utmpx want = { 0 };
	const char *line = text_starts(tty, "/dev/") ? tty + 5 : tty;
	snprintf(want.ut_line, sizeof want.ut_line, "%s", line);
	setutxent();
	const struct utmpx *found = getutxline(&want);
	char *host = NULL;
	if (found && found->ut_host[0] && found->ut_host[0] != ':')
		host = mem_textn(found->ut_host, strnlen(found->ut_host, sizeof found->ut_host));
	endutxent();
	return host;
}

static char *find_origin(void)
{
	const char *ssh = getenv("SSH_CONNECTION");
	if (ssh && *ssh)
		return mem_format("ssh %.*s", (int)strcspn(ssh, " "), ssh);
	const char *tty = isatty(STDIN_FILENO) ? ttyname(STDIN_FILENO) : NULL;
	if (!tty)
		return mem_text("local");
	char *host = login_host(tty);
	char *origin = host ? mem_format("ssh %s", host) : mem_format("tty %s", tty);
	free(host);
	return origin;
}

const char *user_origin(void)
{
	static char *origin;
	if (!origin) {
		char *found = find_origin();
		origin = text_safe(found, strlen(found));
		free(found);
	}
	return origin;
}

static const char *home_path(const char *variable, const char *below)
{
	const char *set = getenv(variable), *home = getenv("HOME");
	if (set && set[0] == '/')
		return mem_text(set);
	return home && home[0] == '/' ? mem_format("%s/%s", home, below) : NULL;
}

const char *user_data_home(void)
{
	static const char *path;
	if (!path)
		path = home_path("XDG_DATA_HOME", ".local/share");
	return path;
}

const char *user_config_home(void)
{
	static const char *path;
	if (!path)
		path = home_path("XDG_CONFIG_HOME", ".config");
	return path;
}

const char *user_state_home(void)
{
	static const char *path;
	if (!path)
		path = home_path("XDG_STATE_HOME", ".local/state");
	return path;
}

/* --- rights of another ------------------------------------------------------------------------ */

/*
 * A store that is named by CERTARY_STORE is left: another one than was meant would be changed without it,
 * and what is in it is believed no more than in any other.
 */
static const char *const distrusted[] = {
	"TERMINFO", "TERMINFO_DIRS", "TERMCAP", "TERMPATH", /* ncurses, CVE-2023-29491 */
	"EDITOR", "VISUAL", "PAGER", "LESSOPEN", "LESSCLOSE", "BROWSER", "SHELL",
	"CERTARY_CONFIG", "XDG_CONFIG_HOME", "XDG_CONFIG_DIRS", "XDG_DATA_HOME", "XDG_DATA_DIRS",
	"XDG_STATE_HOME", "XDG_CACHE_HOME", "XDG_RUNTIME_DIR",
	"LOCPATH", "NLSPATH", "GCONV_PATH", "OUTPUT_CHARSET", "TMPDIR", "TZDIR", "HOSTALIASES",
	"LOCALDOMAIN", "RES_OPTIONS", "RESOLV_HOST_CONF", "GETCONF_DIR", "MALLOC_TRACE",
	"GNUTLS_SYSTEM_PRIORITY_FILE", "GNUTLS_FORCE_FIPS_MODE", "GNUTLS_SKIP_FIPS_INTEGRITY_CHECKS",
	"GNUTLS_DEBUG_LEVEL", "SSLKEYLOGFILE", "P11_KIT_STRICT", "P11_KIT_DEBUG",
	"JAVA_HOME", "JAVA_TOOL_OPTIONS", "JDK_JAVA_OPTIONS", "_JAVA_OPTIONS", "OPENSSL_CONF",
	"OPENSSL_ENGINES", "OPENSSL_MODULES", "SSL_CERT_FILE", "SSL_CERT_DIR",
	"CERTARY_TEST_LOCALES", /* formats come from there, and glibc doesn't check such a file */
	/* What is meant for tests would have certificates judged, and the journal dated, at will. */
	"CERTARY_TEST_CLOCK", "CERTARY_TEST_ROOT", "CERTARY_SEEN",
};

bool user_has_borrowed(void)
{
	const char *sudo = getenv("SUDO_UID"), *polkit = getenv("PKEXEC_UID");
	const char *doas = getenv("DOAS_USER");
	return getauxval(AT_SECURE) || getuid() != geteuid() || getgid() != getegid() || (sudo && *sudo) ||
	       (polkit && *polkit) || (geteuid() == 0 && doas && *doas);
}

/* sudo may leave HOME as it was. */
static void go_home(void)
{
	struct stat st;
	const char *home = getenv("HOME");
	const struct passwd *pw;
	if (!home || (stat(home, &st) == 0 && st.st_uid == geteuid()))
		return;
	pw = getpwuid(geteuid());
	if (pw && pw->pw_dir && pw->pw_dir[0] == '/')
		setenv("HOME", pw->pw_dir, 1);
	else
		unsetenv("HOME");
}

void user_distrust(void)
{
	if (!user_has_borrowed())
		return;
	for (size_t i = 0; i < sizeof distrusted / sizeof *distrusted; i++)
		unsetenv(distrusted[i]);
	const char *language = getenv("LANGUAGE");
	if (language && strchr(language, '/')) /* gettext would take it for a folder */
		unsetenv("LANGUAGE");
	go_home();
}
