/*
 * Every setting, a row each: the name in the file, its type and bounds, what it is without a file,
 * and the words of the manual and of etc/certary.conf.
 */
#include "conf/settings-table.h"

#include "base/lang.h"

static const char *const ascii_choices[] = { "auto", "yes", "no", NULL };
static const char *const colour_choices[] = { "auto", "always", "never", NULL };

/* The table of kinds in pki; a test compares the two. */
static const char *const key_choices[] = { "ec256", "rsa2048", "rsa3072", "rsa4096", "ec384",
	"ed25519", NULL };

const struct setting_row setting_rows[SETTING_COUNT] = {
	[SETTING_STORE] = {
		.name = "store",
		.type = SETTING_TEXT,
		.text = "",
		.help = N_("the folder of the store; empty is /etc/certary for root, and certary in the "
			"user's data folder for others"),
	},
	[SETTING_THEME] = {
		.name = "theme",
		.type = SETTING_TEXT,
		.text = "default",
		.help = N_("the colours of the console: default, dark, light, mono, contrast, a theme of "
			"one's own, or the path of a theme file"),
	},
	[SETTING_LANGUAGE] = {
		.name = "language",
		.type = SETTING_TEXT,
		.text = "",
		.help = N_("what people are spoken to in: en, de or ja; empty is as the environment says.  "
			"Pipes, --json and the store are English whatever this says"),
	},
	[SETTING_ASCII] = {
		.name = "ascii",
		.type = SETTING_CHOICE,
		.number = ASCII_AUTO,
		.choices = ascii_choices,
		.help = N_("draw lines and marks in ASCII; auto does where the locale isn't UTF-8"),
	},
	[SETTING_COLOUR] = {
		.name = "colour",
		.type = SETTING_CHOICE,
		.number = COLOUR_AUTO,
		.choices = colour_choices,
		.help = N_("use colours; auto does where the terminal has them and NO_COLOR isn't set"),
	},
	[SETTING_MOUSE] = {
		.name = "mouse",
		.type = SETTING_BOOL,
		.number = false,
		.help = N_("let the console have the mouse; text is then selected with Shift held"),
	},
	[SETTING_FUNCTION_KEYS] = {
		.name = "function_keys",
		.type = SETTING_CHOICE,
		.number = BAR_AUTO,
		.choices = ascii_choices,
		.help = N_("show a bar of the function keys in the last row; auto does from 30 rows and 80 "
			"columns on, and where there are fewer yes shows it instead of the hints"),
	},
	[SETTING_PLAIN] = {
		.name = "plain",
		.type = SETTING_BOOL,
		.number = false,
		.help = N_("write for ears and fingers: no boxes and no columns, every mark as a word, the "
			"cursor where the matter is; --plain does so once"),
	},
	[SETTING_CONFIRM] = {
		.name = "confirm",
		.type = SETTING_BOOL,
		.number = true,
		.help = N_("ask before a change in the console that the store can undo; what widens "
			"trust or loses something is always asked there"),
	},
	[SETTING_USE_SYSTEM_TRUST] = {
		.name = "use_system_trust",
		.type = SETTING_BOOL,
		.number = false,
		.help = N_("trust the public CAs of this system as well, but for those that the store blocks "
			"or distrusts"),
	},
	[SETTING_FETCH_CRLS] = {
		.name = "fetch_crls",
		.type = SETTING_BOOL,
		.number = false,
		.help = N_("let check fetch the revocation lists that services' certificates name, where "
			"they are missing or outdated; else only crl fetch does"),
	},
	[SETTING_EXPIRING_DAYS] = {
		.name = "expiring_days",
		.type = SETTING_INT,
		.number = 30,
		.min = 0,
		.max = 3650,
		.help = N_("a certificate is expiring when fewer days than this are left"),
	},
	[SETTING_EXPIRING_PERCENT] = {
		.name = "expiring_percent",
		.type = SETTING_INT,
		.number = 15,
		.min = 0,
		.max = 100,
		.help = N_("and only once less than this share of its lifetime is left, so that "
			"short-lived ones aren't always expiring; 100 turns it off"),
	},
	[SETTING_LOCK_WAIT_SECONDS] = {
		.name = "lock_wait_seconds",
		.type = SETTING_INT,
		.number = 5,
		.min = 0,
		.max = 3600,
		.help = N_("how long a change waits for another operator's before it gives up"),
	},
	[SETTING_LIMIT_FILE_MB] = {
		.name = "limit_file_mb",
		.type = SETTING_INT,
		.number = 16,
		.min = 1,
		.max = 4096,
		.help = N_("the largest file that is imported, in megabytes"),
	},
	[SETTING_LIMIT_CERTIFICATES] = {
		.name = "limit_certificates",
		.type = SETTING_INT,
		.number = 10000,
		.min = 1,
		.max = 10000000,
		.help = N_("how many certificates one file may hold"),
	},
	[SETTING_LIMIT_KDF_ROUNDS] = {
		.name = "limit_kdf_rounds",
		.type = SETTING_INT,
		.number = 10000000,
		.min = 1,
		.max = 2147483647,
		.help = N_("how many rounds of key derivation a keystore may ask for"),
	},
	[SETTING_LIMIT_CPU_SECONDS] = {
		.name = "limit_cpu_seconds",
		.type = SETTING_INT,
		.number = 5,
		.min = 1,
		.max = 86400,
		.help = N_("how much processor time reading one file may take"),
	},
	[SETTING_LIMIT_MEMORY_MB] = {
		.name = "limit_memory_mb",
		.type = SETTING_INT,
		.number = 512,
		.min = 16,
		.max = 1048576,
		.help = N_("how much memory reading one file may take, in megabytes"),
	},
	[SETTING_SUBJECT_REQUIRED] = {
		.name = "subject_required",
		.type = SETTING_TEXT,
		.text = "",
		.help = N_("fields that the subject of each new certificate must have, by their keys: "
			"\"C O CN\""),
	},
	[SETTING_LEAST_RSA_BITS] = {
		.name = "least_rsa_bits",
		.type = SETTING_INT,
		.number = 2048,
		.min = 2048,
		.max = 16384,
		.help = N_("the smallest RSA key that a new certificate is made for"),
	},
	[SETTING_LEAST_EC_BITS] = {
		.name = "least_ec_bits",
		.type = SETTING_INT,
		.number = 256,
		.min = 224,
		.max = 521,
		.help = N_("the smallest elliptic curve that a new certificate is made for"),
	},
	[SETTING_LONGEST_SERVER_DAYS] = {
		.name = "longest_server_days",
		.type = SETTING_INT,
		.number = 0,
		.min = 0,
		.max = 36525,
		.help = N_("how many days a new certificate of a server may be valid; 0 leaves it at "
			"warnings about what browsers and public CAs allow"),
	},
	[SETTING_DEFAULT_KEY] = {
		.name = "default_key",
		.type = SETTING_CHOICE,
		.number = 0,
		.choices = key_choices,
		.help = N_("the kind of key that is proposed for new certificates"),
	},
	[SETTING_DEFAULT_DAYS] = {
		.name = "default_days",
		.type = SETTING_INT,
		.number = 365,
		.min = 1,
		.max = 36525,
		.help = N_("for how many days new certificates are proposed to be valid"),
	},
	[SETTING_DEFAULT_COUNTRY] = {
		.name = "default_country",
		.type = SETTING_TEXT,
		.text = "",
		.help = N_("the country that forms propose, in two letters"),
	},
	[SETTING_DEFAULT_STATE] = {
		.name = "default_state",
		.type = SETTING_TEXT,
		.text = "",
		.help = N_("the state or province that forms propose"),
	},
	[SETTING_DEFAULT_LOCALITY] = {
		.name = "default_locality",
		.type = SETTING_TEXT,
		.text = "",
		.help = N_("the town that forms propose"),
	},
	[SETTING_DEFAULT_ORGANISATION] = {
		.name = "default_organisation",
		.type = SETTING_TEXT,
		.text = "",
		.help = N_("the organisation that forms propose, as it is registered"),
	},
	[SETTING_DEFAULT_UNIT] = {
		.name = "default_unit",
		.type = SETTING_TEXT,
		.text = "",
		.help = N_("the department that forms propose; public CAs no longer take one"),
	},
};
