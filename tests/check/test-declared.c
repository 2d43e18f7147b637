#include "check/declared.h"

#include "support/unit.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/text.h"
#include "support/sheet.h"
#include "support/tmp.h"

struct conf {
	const char *path, *text;
};

struct row {
	const char *what;
	struct conf files[6];
	const char *sheet;
};

static void check_row(const struct row *row)
{
	struct tmp *tmp = tmp_new();
	struct declared all;
	struct error err = { 0 };
	struct buf sheet = { 0 };
	for (size_t i = 0; i < 6 && row->files[i].path; i++)
		tmp_text(tmp, row->files[i].path, row->files[i].text);
	assert_true(declared_read(tmp_path(tmp, NULL), NULL, &all, &err));
	sheet_of(&all, &sheet);
	if (strcmp(buf_text(&sheet), row->sheet) != 0)
		fail_msg("%s:\n%s\nnot:\n%s", row->what, buf_text(&sheet), row->sheet);
	buf_done(&sheet);
	declared_done(&all);
	tmp_free(tmp);
}

static void check_rows(const struct row *rows, size_t count)
{
	for (size_t i = 0; i < count; i++)
		check_row(&rows[i]);
}

#define ROWS(rows) check_rows(rows, sizeof(rows) / sizeof *(rows))

/* --- PostgreSQL ------------------------------------------------------------------------------ */

#define PG "etc/postgresql/15/main/postgresql.conf"
#define PG_REST                                                                                    \
	"  certificate 0 ssl_cert_file /etc/postgresql/15/main/server.crt (by default)\n"          \
	"  key 0 ssl_key_file /etc/postgresql/15/main/server.key (by default)\n"                   \
	"  localhost:5432 postgres (by default)\n"

static void test_postgresql(void **state)
{
	static const struct row rows[] = {
		{ "defaults", { { PG, "" } },
			"postgresql 15/main [postgresql@15-main]: ssl off (by default)\n" PG_REST },
		{ "a comment is none", { { PG, "#ssl = on\n # ssl = on\nssl = off # ssl = on\n" } },
			"postgresql 15/main [postgresql@15-main]: ssl off (/" PG ":3)\n" PG_REST },
		{ "the last wins, in any case and notation", { { PG, "ssl off\nSSL = 'of'\nSsl='t'\r\n" } },
			"postgresql 15/main [postgresql@15-main]: ssl on (/" PG ":3)\n" PG_REST },
		{ "o is neither on nor off", { { PG, "ssl = o" } },
			"postgresql 15/main [postgresql@15-main]: ssl off (/" PG ":1)\n" PG_REST },
		{ "quotes",
			{ { PG, "ssl=on\nssl_cert_file='/a b/it''s \\'q\\' # \\101.pem' # x\n"
				"ssl_key_file = 'k.pem'\ndata_directory = '/data/'\nport=5433\n"
				"listen_addresses = '127.0.0.1, ::1'\n" } },
			"postgresql 15/main [postgresql@15-main]: ssl on (/" PG ":1)\n"
			"  certificate 0 ssl_cert_file /a b/it's 'q' # A.pem (/" PG ":2)\n"
			"  key 0 ssl_key_file /data/k.pem (/" PG ":3)\n"
			"  127.0.0.1:5433 postgres (/" PG ":6)\n"
			"  ::1:5433 postgres (/" PG ":6)\n" },
		{ "a quote without end", { { PG, "ssl = 'on\nport = 1\n" } },
			"postgresql 15/main [postgresql@15-main]: ssl off (by default)\n"
			"  certificate 0 ssl_cert_file /etc/postgresql/15/main/server.crt (by default)\n"
			"  key 0 ssl_key_file /etc/postgresql/15/main/server.key (by default)\n"
			"  localhost:1 postgres (by default)\n"
			"! /" PG ":1 a quote without its end: the server doesn't start with it\n" },
		{ "includes",
			{ { PG, "ssl = off\ninclude_dir 'conf.d'\ninclude_if_exists 'none.conf'\n"
				"include 'more'\ninclude = 'gone'\n" },
				{ "etc/postgresql/15/main/conf.d/b.conf", "ssl = on" },
				{ "etc/postgresql/15/main/conf.d/a.conf", "ssl = off" },
				{ "etc/postgresql/15/main/conf.d/.c.conf", "ssl = off" },
				{ "etc/postgresql/15/main/conf.d/c.conf~", "ssl = off" },
				{ "etc/postgresql/15/main/more", "#" } },
			"postgresql 15/main [postgresql@15-main]: ssl on "
			"(/etc/postgresql/15/main/conf.d/b.conf:1)\n" PG_REST
			"! /" PG ":5 includes /etc/postgresql/15/main/gone, which isn't there\n" },
		{ "what ALTER SYSTEM set",
			{ { "var/lib/pgsql/data/postgresql.conf", "ssl = on\nlisten_addresses = ''" },
				{ "var/lib/pgsql/data/postgresql.auto.conf", "ssl = 'off'" } },
			"postgresql [postgresql]: ssl off (/var/lib/pgsql/data/postgresql.auto.conf:1)\n"
			"  certificate 0 ssl_cert_file /var/lib/pgsql/data/server.crt (by default)\n"
			"  key 0 ssl_key_file /var/lib/pgsql/data/server.key (by default)\n" },
	};
	(void)state;
	ROWS(rows);
}

static void test_mariadb(void **state)
{
	static const struct row rows[] = {
		{ "no server", { { "etc/mysql/my.cnf", "[client]\nssl-cert=/x\n" } }, "" },
		{ "no TLS", { { "etc/mysql/my.cnf", "[mysqld]\n#ssl-cert=/x\n" } },
			"mariadb [mariadb]: ssl-cert off (by default)\n  *:3306 mysql (by default)\n" },
		{ "groups, dashes, quotes, comments",
			{ { "etc/my.cnf", "[mysqld]\nport = 3307\nssl_cert=/old.pem\n" },
				{ "etc/mysql/my.cnf",
					"!includedir /etc/mysql/conf.d/\n[client]\nssl-key=/other\n"
					"[mariadb-10.11]\nssl-key=\"k.pem\" # here\n"
					"bind-address=127.0.0.1\n" },
				{ "etc/mysql/conf.d/50.cnf",
					"; x\n[server]\nloose-ssl-cert = '/c#1.pem'\n" },
				{ "etc/mysql/conf.d/50.txt", "[mysqld]\nport=9\n" } },
			"mariadb [mariadb]: ssl-cert on (/etc/mysql/conf.d/50.cnf:3)\n"
			"  certificate 0 ssl-cert /c#1.pem (/etc/mysql/conf.d/50.cnf:3)\n"
			"  key 0 ssl-key /var/lib/mysql/k.pem (/etc/mysql/my.cnf:5)\n"
			"  127.0.0.1:3307 mysql (/etc/mysql/my.cnf:6)\n" },
		{ "switched off again",
			{ { "etc/my.cnf", "[mysqld]\nssl-cert=/c\nssl-key=/k\nskip-ssl\nskip-networking" } },
			"mariadb [mariadb]: skip-ssl off (/etc/my.cnf:4)\n"
			"  certificate 0 ssl-cert /c (/etc/my.cnf:2)\n"
			"  key 0 ssl-key /k (/etc/my.cnf:3)\n" },
		{ "a key is missing",
			{ { "etc/my.cnf", "[mysqld]\nssl-cert=/c\nrequire_secure_transport=ON" } },
			"mariadb [mariadb]: require-secure-transport required (/etc/my.cnf:3)\n"
			"  certificate 0 ssl-cert /c (/etc/my.cnf:2)\n"
			"  key 0 ssl-key ?  (by default)\n"
			"  *:3306 mysql (by default)\n" },
	};
	(void)state;
	ROWS(rows);
}

#define TF "opt/collabnet/teamforge/etc/site-options.conf"

static void test_teamforge(void **state)
{
	static const struct row rows[] = {
		{ "off", { { TF, "localhost:SERVICES=ctfcore\n#DATABASE_SSL=on\n" } },
			"teamforge database [teamforge]: DATABASE_SSL off (by default)\n"
			"  certificate 0 POSTGRES_SSL_CERT_FILE ?  (by default)\n"
			"  key 0 POSTGRES_SSL_KEY_FILE ?  (by default)\n"
			"  *:5432 postgres (by default)\n" },
		{ "on",
			{ { TF, "DATABASE_SSL=off\nDATABASE_SSL = on\nDATABASE_PORT=5444\n"
				"POSTGRES_SSL_CERT_FILE=/a.crt\nPOSTGRES_SSL_KEY_FILE=/a.key\n"
				"db:POSTGRES_BASELINE_SSL_CERT_FILE=/b.crt\n" } },
			"teamforge database [teamforge]: DATABASE_SSL on (/" TF ":2)\n"
			"  certificate 0 POSTGRES_SSL_CERT_FILE /a.crt (/" TF ":4)\n"
			"  key 0 POSTGRES_SSL_KEY_FILE /a.key (/" TF ":5)\n"
			"  *:5444 postgres (/" TF ":3)\n"
			"teamforge baseline database [teamforge]: DATABASE_SSL on (/" TF ":2)\n"
			"  certificate 0 POSTGRES_BASELINE_SSL_CERT_FILE /b.crt (/" TF ":6)\n"
			"  key 0 POSTGRES_BASELINE_SSL_KEY_FILE ?  (by default)\n" },
	};
	(void)state;
	ROWS(rows);
}

/* --- web ------------------------------------------------------------------------------------- */

#define NG "etc/nginx/nginx.conf"

static void test_nginx(void **state)
{
	static const struct row rows[] = {
		{ "plain", { { NG, "http { server { listen 80; } }" } }, "" },
		{ "inherited, included, quoted",
			{ { NG, "events {}\nhttp {\n  ssl_certificate \"a b.pem\"; # ssl_certificate x;\n"
				"  ssl_certificate_key 'k;{}.pem';\n  include sites/*;\n  include none/*;\n}\n" },
				{ "etc/nginx/sites/a", "server {\n\tlisten 443 ssl;\n\tlisten\n[::]:8443 ssl "
						       "http2;\n\tlisten unix:/x ssl;\n"
						       "\tserver_name a.example *.b.example ~^x$;\n}\n" },
				{ "etc/nginx/sites/b", "server { listen 127.0.0.1:444 ssl; ssl_certificate "
						       "/1.pem; ssl_certificate /2.pem;\n"
						       "ssl_certificate_key /1.key; ssl_certificate_key "
						       "/$name.key; }" } },
			"nginx a.example [nginx] for a.example *.b.example: listen … ssl on "
			"(/etc/nginx/sites/a:5)\n"
			"  certificate 0 ssl_certificate /etc/nginx/a b.pem (/" NG ":3)\n"
			"  key 0 ssl_certificate_key /etc/nginx/k;{}.pem (/" NG ":4)\n"
			"  *:443 tls (/etc/nginx/sites/a:2)\n"
			"  :::8443 tls (/etc/nginx/sites/a:3)\n"
			"nginx 127.0.0.1:444 [nginx]: listen … ssl on (/etc/nginx/sites/b:1)\n"
			"  certificate 0 ssl_certificate /1.pem (/etc/nginx/sites/b:1)\n"
			"  certificate 1 ssl_certificate /2.pem (/etc/nginx/sites/b:1)\n"
			"  key 0 ssl_certificate_key /1.key (/etc/nginx/sites/b:2)\n"
			"  key 1 ssl_certificate_key ? /$name.key (/etc/nginx/sites/b:2)\n"
			"  127.0.0.1:444 tls (/etc/nginx/sites/b:1)\n" },
		{ "a certificate without TLS; one that only turns away",
			{ { NG, "http { server { listen 80; ssl_certificate c; ssl_certificate_key k; }\n"
				"server { listen 443 ssl; ssl_reject_handshake on; } }" } },
			"nginx 80 [nginx]: listen … ssl off (/" NG ":1)\n"
			"  certificate 0 ssl_certificate /etc/nginx/c (/" NG ":1)\n"
			"  key 0 ssl_certificate_key /etc/nginx/k (/" NG ":1)\n" },
		{ "mail",
			{ { NG, "mail { starttls on; server { listen 143; protocol imap; ssl_certificate /c; } }" } },
			"nginx 143 [nginx]: listen … ssl on (/" NG ":1)\n"
			"  certificate 0 ssl_certificate /c (/" NG ":1)\n"
			"  *:143 imap (/" NG ":1)\n" },
		{ "a quote without end",
			{ { NG, "http {\nserver { listen 443 ssl; ssl_certificate \"/x;\n} }" } },
			"nginx 443 [nginx]: listen … ssl on (/" NG ":2)\n"
			"  certificate 0 ssl_certificate /x;\\x0a} } (/" NG ":2)\n"
			"  *:443 tls (/" NG ":2)\n"
			"! /" NG ":2 a quote without its end: the server doesn't start with it\n" },
		{ "braces that belong nowhere", { { NG, "}}} http { server { listen 1 ssl;" } },
			"nginx 1 [nginx]: listen … ssl on (/" NG ":1)\n  *:1 tls (/" NG ":1)\n" },
	};
	(void)state;
	ROWS(rows);
}

#define AP "etc/apache2/apache2.conf"

static void test_httpd(void **state)
{
	static const struct row rows[] = {
		{ "plain", { { AP, "<VirtualHost *:80>\nServerName x\n</VirtualHost>" } }, "" },
		{ "conditions, variables, continued lines, includes",
			{ { AP, "Define ssl /etc/ssl\nIncludeOptional sites-enabled/*.conf\n"
				"IncludeOptional none.conf\nInclude \"ports.conf\"\n" },
				{ "etc/apache2/ports.conf", "<IfModule ssl_module>\nListen 443\n</IfModule>\n" },
				{ "etc/apache2/envvars", "export KEYS=/keys$SUFFIX\n" },
				{ "etc/apache2/sites-enabled/a.conf",
					"<IfModule mod_ssl.c>\n<VirtualHost _default_:443 "
					"[::1]:444>\nServerName a.example\nServerAlias b.example\n"
					"sslengine \\\n  On\nSSLCertificateFile \"${ssl}/a.pem\"\n"
					"SSLCertificateKeyFile ${KEYS}/a.key\n"
					"<IfModule !mod_ssl.c>\nSSLCertificateFile /no\n</IfModule>\n"
					"SSLCertificateChainFile ${none}/x\n"
					"<Directory />\nSSLEngine off\n</Directory>\n"
					"</VirtualHost>\n</IfModule>\n" } },
			"httpd a.example [apache2] for a.example b.example: SSLEngine on "
			"(/etc/apache2/sites-enabled/a.conf:5)\n"
			"  certificate 0 SSLCertificateFile /etc/ssl/a.pem "
			"(/etc/apache2/sites-enabled/a.conf:7)\n"
			"  key 0 SSLCertificateKeyFile /keys/a.key (/etc/apache2/sites-enabled/a.conf:8)\n"
			"  chain 0 SSLCertificateChainFile ? ${none}/x "
			"(/etc/apache2/sites-enabled/a.conf:12)\n"
			"  *:443 tls (/etc/apache2/sites-enabled/a.conf:2)\n"
			"  ::1:444 tls (/etc/apache2/sites-enabled/a.conf:2)\n" },
		{ "the key is in the certificate's file",
			{ { "etc/httpd/conf/httpd.conf",
				"ServerRoot /etc/httpd\nListen 8443\nSSLEngine on\nSSLCertificateFile c.pem" } },
			"httpd [httpd]: SSLEngine on (/etc/httpd/conf/httpd.conf:3)\n"
			"  certificate 0 SSLCertificateFile /etc/httpd/c.pem (/etc/httpd/conf/httpd.conf:4)\n"
			"  key 0 SSLCertificateKeyFile /etc/httpd/c.pem (by default)\n"
			"  *:8443 tls (/etc/httpd/conf/httpd.conf:2)\n" },
	};
	(void)state;
	ROWS(rows);
}

/* --- mail and directory ---------------------------------------------------------------------- */

#define PF "etc/postfix/main.cf"

static void test_postfix(void **state)
{
	static const struct row rows[] = {
		{ "off", { { PF, "smtpd_use_tls = no\n" } },
			"postfix [postfix]: smtpd_use_tls off (/" PF ":1)\n" },
		{ "continued, variables, master.cf",
			{ { PF, "certs = /etc/ssl\nsmtpd_tls_cert_file =\n# between\n\n ${certs}/a.pem\n"
				"smtpd_tls_security_level = none\nsmtpd_tls_security_level=encrypt\n"
				"x = $x\nsmtpd_tls_CAfile = $x/$(certs)/ca\n" },
				{ "etc/postfix/master.cf",
					"#\nsmtp inet n - y - - smtpd\n127.0.0.1:submissions inet n - y - - smtpd\n"
					"  -o smtpd_tls_wrappermode=yes\n[::1]:26 inet n - - - - smtpd\n"
					"  -o smtpd_tls_security_level=none\nlocal unix - n n - - local\n" } },
			"postfix [postfix]: smtpd_tls_security_level required (/" PF ":7)\n"
			"  certificate 0 smtpd_tls_cert_file /etc/ssl/a.pem (/" PF ":2)\n"
			"  key 0 smtpd_tls_key_file /etc/ssl/a.pem (by default)\n"
			"  client CA 0 smtpd_tls_CAfile ? $x//etc/ssl/ca (/" PF ":9)\n"
			"  *:25 smtp (/etc/postfix/master.cf:2)\n"
			"  127.0.0.1:465 tls (/etc/postfix/master.cf:3)\n"
			"  ::1:26 plain (/etc/postfix/master.cf:5)\n" },
		{ "chain files",
			{ { PF, "smtpd_tls_security_level = may\nsmtpd_tls_chain_files = /k.pem, c.pem\n"
				"queue_directory=/q" } },
			"postfix [postfix]: smtpd_tls_security_level on (/" PF ":1)\n"
			"  key 0 smtpd_tls_chain_files /k.pem (/" PF ":2)\n"
			"  certificate 0 smtpd_tls_chain_files /q/c.pem (/" PF ":2)\n" },
	};
	(void)state;
	ROWS(rows);
}

#define DC "etc/dovecot/dovecot.conf"

static void test_dovecot(void **state)
{
	static const struct row rows[] = {
		{ "files, includes, listeners",
			{ { DC, "protocols = imap lmtp\nlisten = 127.0.0.1, ::1\n!include conf.d/*.conf\n"
				"!include_try local.conf\n!include gone.conf\n"
				"service imap-login {\n  inet_listener imap {\n    port = 1143\n  }\n"
				"  inet_listener imaps {\n    port = 0\n  }\n}\n"
				"local_name mail.example {\n  ssl_cert = <m.pem\n}\n" },
				{ "etc/dovecot/conf.d/ssl.conf",
					"ssl = required # ssl = no\nssl_cert = </etc/c.pem\nssl_key = \"< k # 1.pem\"\n" } },
			"dovecot [dovecot]: ssl required (/etc/dovecot/conf.d/ssl.conf:1)\n"
			"  certificate 0 ssl_cert /etc/c.pem (/etc/dovecot/conf.d/ssl.conf:2)\n"
			"  key 0 ssl_key /etc/dovecot/conf.d/k # 1.pem (/etc/dovecot/conf.d/ssl.conf:3)\n"
			"  127.0.0.1:1143 imap (/" DC ":8)\n"
			"  ::1:1143 imap (/" DC ":8)\n"
			"dovecot local_name mail.example [dovecot] for mail.example: ssl required "
			"(/etc/dovecot/conf.d/ssl.conf:1)\n"
			"  certificate 0 ssl_cert /etc/dovecot/m.pem (/" DC ":15)\n"
			"  key 0 ssl_key /etc/dovecot/conf.d/k # 1.pem (/etc/dovecot/conf.d/ssl.conf:3)\n"
			"! /" DC ":5 includes /etc/dovecot/gone.conf, which isn't there\n" },
		{ "nothing that it knows", { { DC, "!\n{\n}\n}\n=\n\\\nssl = no\nprotocols =" } },
			"dovecot [dovecot]: ssl off (/" DC ":6)\n" },
		{ "$protocols",
			{ { DC, "!include_try p/*\nprotocols = $protocols pop3\nssl = no\n" },
				{ "etc/dovecot/p/a", "protocols = $protocols imap\n" } },
			"dovecot [dovecot]: ssl off (/" DC ":3)\n"
			"  *:143 imap (by default)\n  *:993 tls (by default)\n"
			"  *:110 pop3 (by default)\n  *:995 tls (by default)\n" },
	};
	(void)state;
	ROWS(rows);
}

static void test_slapd(void **state)
{
	static const struct row rows[] = {
		{ "slapd.conf",
			{ { "etc/ldap/slapd.conf",
				  "include /etc/ldap/tls\ntlscertificatekeyfile\n\t\"/k \\\"1\\\".pem\"\n" },
				{ "etc/ldap/tls", "# TLSCertificateFile /no\nTLSCertificateFile /c.pem\n" },
				{ "etc/default/slapd",
					"SLAPD_SERVICES=\"ldap://127.0.0.1:9009/ ldaps:/// ldapi:///\"\n" } },
			"slapd [slapd]: TLSCertificateFile on (/etc/ldap/tls:2)\n"
			"  certificate 0 TLSCertificateFile /c.pem (/etc/ldap/tls:2)\n"
			"  key 0 TLSCertificateKeyFile /k \"1\".pem (/etc/ldap/slapd.conf:2)\n"
			"  127.0.0.1:9009 ldap (/etc/default/slapd:1)\n"
			"  *:636 tls (/etc/default/slapd:1)\n" },
		{ "cn=config goes first",
			{ { "etc/ldap/slapd.conf", "TLSCertificateFile /no" },
				{ "etc/ldap/slapd.d/cn=config.ldif",
					"# x\ndn: cn=config\nolcTLSCertificateFile: /a/\n long\nolctlscertificatekeyfile:: "
					"L2sucGVt\n" } },
			"slapd [slapd]: olcTLSCertificateFile on (/etc/ldap/slapd.d/cn=config.ldif:3)\n"
			"  certificate 0 olcTLSCertificateFile /a/long "
			"(/etc/ldap/slapd.d/cn=config.ldif:3)\n"
			"  key 0 olcTLSCertificateKeyFile /k.pem (/etc/ldap/slapd.d/cn=config.ldif:5)\n"
			"  *:389 ldap (by default)\n" },
	};
	(void)state;
	ROWS(rows);
}

static void test_vsftpd(void **state)
{
	static const struct row rows[] = {
		{ "off", { { "etc/vsftpd.conf", "listen=YES\n" } },
			"vsftpd [vsftpd]: ssl_enable off (by default)\n  *:21 ftp (by default)\n" },
		{ "on",
			{ { "etc/vsftpd.conf", "ssl_enable=NO\nssl_enable=YES\nrsa_cert_file=/c.pem\n"
					       "listen_port=2121\nlisten_address=127.0.0.1\n" } },
			"vsftpd [vsftpd]: ssl_enable on (/etc/vsftpd.conf:2)\n"
			"  certificate 0 rsa_cert_file /c.pem (/etc/vsftpd.conf:3)\n"
			"  key 0 rsa_private_key_file /c.pem (by default)\n"
			"  127.0.0.1:2121 ftp (/etc/vsftpd.conf:4)\n" },
	};
	(void)state;
	ROWS(rows);
}

/* --- what is hostile, or in the way ---------------------------------------------------------- */

static void test_loops_end(void **state)
{
	static const struct row rows[] = {
		{ "itself", { { PG, "include 'postgresql.conf'\nssl = on" } },
			"postgresql 15/main [postgresql@15-main]: ssl on (/" PG ":2)\n" PG_REST
			"! /" PG " includes itself\n" },
		{ "in a circle",
			{ { NG, "http { include a; }" }, { "etc/nginx/a", "include b;" },
				{ "etc/nginx/b", "include a; server { listen 1 ssl; }" } },
			"nginx 1 [nginx]: listen … ssl on (/etc/nginx/b:1)\n  *:1 tls (/etc/nginx/b:1)\n"
			"! /etc/nginx/a includes itself\n" },
	};
	(void)state;
	ROWS(rows);
}

static void read_all(struct tmp *tmp, struct declared *all)
{
	struct error err = { 0 };
	assert_true(declared_read(tmp_path(tmp, NULL), NULL, all, &err));
}

static bool has_trouble(const struct declared *all, const char *part)
{
	for (size_t i = 0; i < all->trouble_count; i++)
		if (strstr(all->troubles[i].text, part))
			return true;
	return false;
}

static void test_ten_thousand_includes(void **state)
{
	struct tmp *tmp = *state;
	struct buf text = { 0 };
	struct declared all;
	tmp_text(tmp, "etc/nginx/x", "server { listen 1 ssl; }");
	buf_text_add(&text, "http {");
	for (int i = 0; i < 10000; i++)
		buf_text_add(&text, "include x;\ninclude no/*;\ninclude gone;\n");
	tmp_write(tmp, NG, text.data, text.len);
	read_all(tmp, &all);
	assert_int_equal(all.count, 256); /* as many as are shown */
	assert_true(has_trouble(&all, "more than 512 files"));
	assert_true(has_trouble(&all, "more than 256 of them"));
	declared_done(&all);
	buf_done(&text);
}

static void test_deep_includes(void **state)
{
	struct tmp *tmp = *state;
	struct declared all;
	char name[64], text[64];
	tmp_text(tmp, NG, "include 0;");
	for (int i = 0; i < 40; i++) {
		snprintf(name, sizeof name, "etc/nginx/%d", i);
		snprintf(text, sizeof text, "include %d;", i + 1);
		tmp_text(tmp, name, text);
	}
	read_all(tmp, &all);
	assert_true(has_trouble(&all, "lie within each other"));
	assert_int_equal(all.trouble_count, 1);
	declared_done(&all);
}

static void test_what_is_too_much(void **state)
{
	struct tmp *tmp = *state;
	struct declared all;
	char *large = malloc(2 << 20);
	memset(large, '{', 2 << 20);
	tmp_write(tmp, NG, large, 1 << 19);
	memset(large, 'x', 2 << 20);
	tmp_write(tmp, DC, large, 2 << 20);
	memset(large, '\n', 2 << 20);
	for (int i = 0; i + 4 < 1 << 20; i += 4)
		memcpy(large + i, "a=b\n", 4);
	tmp_write(tmp, "etc/vsftpd.conf", large, 1 << 20);
	tmp_write(tmp, PF, "smtpd_use_tls = yes\0\n", 21);
	read_all(tmp, &all);
	assert_true(has_trouble(&all, "more than the limit"));
	assert_true(has_trouble(&all, "too many statements"));
	assert_true(has_trouble(&all, "is no text"));
	assert_int_equal(all.count, 1);
	assert_string_equal(all.items[0].name, "vsftpd");
	declared_done(&all);
	free(large);
}

static void test_what_may_not_be_read(void **state)
{
	struct tmp *tmp = *state;
	struct declared all;
	tmp_text(tmp, PG, "ssl = on");
	tmp_dir(tmp, "etc/postfix/main.cf");
	tmp_mode(tmp, PG, 0);
	if (geteuid() == 0) { /* root reads everything; a pipe nobody does */
		tmp_remove(tmp, PG);
		assert_int_equal(mkfifo(tmp_path(tmp, PG), 0600), 0);
	}
	read_all(tmp, &all);
	assert_int_equal(all.count, 0);
	assert_int_equal(all.trouble_count, 2);
	assert_true(has_trouble(&all, "can't be read: is a folder"));
	assert_string_equal(all.troubles[0].at.file, "/" PG);
	assert_string_equal(all.troubles[0].kind->name, "postgresql");
	declared_done(&all);
}

static void test_links_stay_within_the_root(void **state)
{
	struct tmp *tmp = *state;
	struct declared all;
	tmp_text(tmp, "srv/real.conf", "ssl = on");
	tmp_text(tmp, PG, "include '../../../../../../../../../srv/real.conf'\ninclude 'link.conf'");
	assert_int_equal(symlink("/srv/real.conf",
				 tmp_path(tmp, "etc/postgresql/15/main/link.conf")), 0);
	read_all(tmp, &all);
	assert_int_equal(all.trouble_count, 0);
	assert_int_equal(all.count, 1);
	assert_int_equal(all.items[0].tls, DECLARED_ON);
	assert_string_equal(all.items[0].tls_at.file, "/etc/postgresql/15/main/link.conf");
	declared_done(&all);
}

static void test_foreign_text_is_safe(void **state)
{
	struct tmp *tmp = *state;
	struct declared all;
	struct buf sheet = { 0 };
	tmp_text(tmp, "etc/nginx/\033[2J", "server { listen 443 ssl; server_name \033]0;x\a\xff; "
					   "ssl_certificate /\xe2\x80\xae\033.pem; }");
	tmp_text(tmp, NG, "http { include *J; include \033gone; }");
	read_all(tmp, &all);
	assert_int_equal(all.count, 1);
	sheet_of(&all, &sheet);
	assert_null(strchr(buf_text(&sheet), '\033'));
	assert_non_null(strstr(buf_text(&sheet), "\\x1b]0"));
	assert_string_equal(all.items[0].files[0].path, "/\xe2\x80\xae\033.pem"); /* the true bytes */
	assert_string_equal(all.items[0].files[0].shown, "/\\u{202e}\\x1b.pem");
	assert_true(text_is_safe(all.troubles[0].text));
	buf_done(&sheet);
	declared_done(&all);
}

static void test_no_root(void **state)
{
	struct declared all;
	struct error err = { 0 };
	(void)state;
	assert_false(declared_read("/nowhere/at all", NULL, &all, &err));
	assert_non_null(strstr(err.text, "/nowhere/at all"));
}

/* --- asking ---------------------------------------------------------------------------------- */

static void test_asking(void **state)
{
	struct tmp *tmp = *state;
	struct declared all;
	struct error err;
	const struct declared_kind *kind = declared_kind_named("postgresql");
	tmp_text(tmp, "srv/mine.conf", "listen_addresses = '127.0.0.1'");
	assert_null(declared_kind_named("iis"));
	assert_true(declared_read_file(tmp_path(tmp, NULL), kind, "/srv/mine.conf", &all, &err));
	assert_int_equal(all.count, 1);
	const struct declared_service *s = &all.items[0];
	assert_true(declared_listens(s, "localhost", 5432));
	assert_true(declared_listens(s, NULL, 5432));
	assert_true(declared_listens(s, "::1", 5432));
	assert_false(declared_listens(s, "192.0.2.1", 5432));
	assert_false(declared_listens(s, "127.0.0.1", 5433));
	assert_string_equal(declared_file_of(s, DECLARED_KEY, 0)->path, "/srv/server.key");
	assert_null(declared_file_of(s, DECLARED_KEY, 1));
	declared_done(&all);
}

static void test_kinds(void **state)
{
	(void)state;
	for (size_t i = 0; declared_kind_at(i); i++) {
		const struct declared_kind *kind = declared_kind_at(i);
		assert_ptr_equal(declared_kind_named(kind->name), kind);
		assert_non_null(kind->label);
		assert_non_null(kind->places[0]);
		for (size_t p = 0; kind->places[p]; p++)
			assert_int_equal(kind->places[p][0], '/');
	}
}

#define WITH_TMP(test) cmocka_unit_test_setup_teardown(test, tmp_setup, tmp_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_postgresql),
		cmocka_unit_test(test_mariadb),
		cmocka_unit_test(test_teamforge),
		cmocka_unit_test(test_nginx),
		cmocka_unit_test(test_httpd),
		cmocka_unit_test(test_postfix),
		cmocka_unit_test(test_dovecot),
		cmocka_unit_test(test_slapd),
		cmocka_unit_test(test_vsftpd),
		cmocka_unit_test(test_loops_end),
		WITH_TMP(test_ten_thousand_includes),
		WITH_TMP(test_deep_includes),
		WITH_TMP(test_what_is_too_much),
		WITH_TMP(test_what_may_not_be_read),
		WITH_TMP(test_links_stay_within_the_root),
		WITH_TMP(test_foreign_text_is_safe),
		cmocka_unit_test(test_no_root),
		WITH_TMP(test_asking),
		cmocka_unit_test(test_kinds),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
