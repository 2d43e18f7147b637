"""`certary services`, and `check` on ports of this host: declared, stored, served."""
import glob
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import unittest

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support"))
from outside import TOP, Case, need, read, write

os.environ["PATH"] += ":/usr/sbin:/sbin"
MODULES = ("/usr/lib/apache2/modules", "/usr/lib64/httpd/modules", "/usr/lib/httpd/modules")
NOW = "2026-03-01T00:00:00Z"
TEAMFORGE = "opt/collabnet/teamforge/etc/site-options.conf"


class Host(Case):
    """A root folder of its own, with pairs of key and certificate in it."""

    def setUp(self):
        super().setUp()
        os.chmod(self.dir, 0o755)
        self.root = self.path("root")
        os.mkdir(self.root)
        self.pair("old", "2026-01-01T00:00:00Z")

    def at(self, name):
        return os.path.join(self.root, name)

    def put(self, name, text, mode=0o644):
        os.makedirs(os.path.dirname(self.at(name)), exist_ok=True)
        write(self.at(name), text)
        os.chmod(self.at(name), mode)

    def pair(self, name, begins, days=365):
        """NAME.pem: the certificate; NAME.key."""
        done = self.run_program("generate", "--name", name, "--cn", "localhost", "--san", "DNS:localhost",
                                "--days", str(days), "--yes", env={"CERTARY_TEST_CLOCK": begins})
        self.assertEqual(0, done.code, done.err)
        both = self.path(name + ".both")
        self.ok("export", name, "--key", "--plain", "--format", "pem", "-o", both)
        text = read(both).decode()
        key = text[text.index("-----BEGIN PRIVATE"):]
        key = key[:key.index("END PRIVATE KEY-----") + len("END PRIVATE KEY-----\n")]
        cert = text[text.index("-----BEGIN CERTIFICATE"):]
        cert = cert[:cert.index("END CERTIFICATE-----") + len("END CERTIFICATE-----\n")]
        write(self.path(name + ".pem"), cert)
        write(self.path(name + ".key"), key)

    def look(self, code, *args, root=None, **how):
        env = {"CERTARY_TEST_CLOCK": NOW, "CERTARY_TEST_ROOT": root or self.root}
        done = self.run_program(*args, env=env, **how)
        self.assertEqual((code, ""), (done.code, done.err.decode()), done.out.decode())
        return done.out.decode()

    def codes(self, code, *args):
        found = json.loads(self.look(code, "services", "--json", *args))
        return {s["name"]: [f["code"] for f in s["findings"]] for s in found["services"]}


class Files(Host):
    def teamforge(self, text, mode=0o600):
        self.put(TEAMFORGE, text)
        self.put("a.crt", read(self.path("old.pem")))
        self.put("a.key", read(self.path("old.key")), mode)

    TOKENS = ("DATABASE_SSL=on\nPOSTGRES_SSL_CERT_FILE=/a.crt\nPOSTGRES_SSL_KEY_FILE=/a.key\n"
              "POSTGRES_BASELINE_SSL_CERT_FILE=/a.crt\nPOSTGRES_BASELINE_SSL_KEY_FILE=/a.key\n"
              "DATABASE_PORT=1\n")

    def test_nothing_is_here(self):
        self.assertIn("no configuration", self.look(0, "services"))
        self.assertEqual({"services": [], "troubles": []}, json.loads(self.look(0, "services", "--json")))

    def test_teamforge(self):
        self.teamforge(self.TOKENS)
        self.assertEqual({"teamforge database": [], "teamforge baseline database": []},
                         self.codes(0, "teamforge"))
        self.pair("other", "2026-01-01T00:00:00Z")
        self.put("a.key", read(self.path("other.key")), 0o644)
        self.assertEqual(["key-mismatch", "key-mode"], self.codes(4)["teamforge database"])
        self.teamforge(self.TOKENS.replace("POSTGRES_SSL_KEY_FILE=/a.key\n", "")
                       .replace("BASELINE_SSL_CERT_FILE=/a", "BASELINE_SSL_CERT_FILE=/gone"))
        found = self.codes(4)
        self.assertEqual(["unset"], found["teamforge database"])
        self.assertEqual(["missing"], found["teamforge baseline database"])
        text = self.look(4, "services")
        self.assertIn("POSTGRES_SSL_KEY_FILE isn't set: there is no key", text)
        self.assertIn(f"the certificate /gone.crt isn't there (POSTGRES_BASELINE_SSL_CERT_FILE)\n"
                      f"            (/{TEAMFORGE}:3)\n", text)
        self.teamforge(self.TOKENS.replace("DATABASE_SSL=on", "DATABASE_SSL=off"))
        self.assertEqual(["tls-off"], self.codes(4)["teamforge database"])

    def test_what_the_files_hold(self):
        self.pair("short", "2026-01-01T00:00:00Z", 30)
        self.put("etc/nginx/nginx.conf", "http { server { listen 127.0.0.1:1 ssl; ssl_certificate /a.crt; "
                                         "ssl_certificate_key /a.key; } }")
        name = "nginx 127.0.0.1:1"
        old, key = read(self.path("old.pem")), read(self.path("old.key"))
        for files, codes in (((old, key, 0o600), []),
                             ((old, key, 0o604), ["key-mode"]),
                             ((old, key, 0o640), []),
                             ((old, old, 0o600), ["no-content"]),
                             ((key, key, 0o600), ["no-content"]),
                             ((b"", key, 0o600), ["no-content"]),
                             ((read(self.path("short.pem")), read(self.path("short.key")), 0o600),
                              ["expired"]),
                             ((read(self.path("short.pem")) + old, key, 0o600), ["order"])):
            self.put("a.crt", files[0])
            self.put("a.key", files[1], files[2])
            self.assertEqual(codes, self.codes(4 if codes else 0)[name])
        os.remove(self.at("a.key"))
        os.mkfifo(self.at("a.key"))
        self.assertEqual(["unreadable"], self.codes(4)[name][-1:])

    def test_what_is_sealed_is_told(self):
        done = subprocess.run(["openssl", "pkcs8", "-topk8", "-passout", "pass:x", "-in",
                               self.path("old.key"), "-out", self.path("sealed.key")], check=False)
        self.assertEqual(0, done.returncode)
        self.put("etc/vsftpd.conf", "ssl_enable=YES\nlisten_port=1\nrsa_cert_file=/a\nrsa_private_key_file=/k")
        self.put("a", read(self.path("old.pem")))
        self.put("k", read(self.path("sealed.key")), 0o600)
        self.assertEqual({"vsftpd": ["key-sealed"]}, self.codes(0))

    def test_an_image_is_read_and_not_asked(self):
        self.teamforge(self.TOKENS)
        listener = socket.create_server(("127.0.0.1", 0))
        self.addCleanup(listener.close)
        port = listener.getsockname()[1]
        self.put(TEAMFORGE, self.TOKENS.replace("PORT=1", f"PORT={port}"))
        found = json.loads(self.look(0, "services", "--json", "--root", self.root, root="/nowhere"))
        self.assertEqual([[], []], [s["served"] for s in found["services"]])
        listener.settimeout(0)
        self.assertRaises(BlockingIOError, listener.accept)

    def test_what_was_asked_wrongly(self):
        done = self.run_program("services", "--root", "/nowhere/at/all")
        self.assertEqual(1, done.code)
        self.assertIn("/nowhere/at/all", done.err.decode())
        done = self.run_program("services", "iis")
        self.assertEqual(2, done.code)
        self.assertIn("postgresql, nginx", done.err.decode())


class Running(Host):
    """Real servers, whose configurations lie in the root where the packages of a distribution have them."""

    def setUp(self):
        super().setUp()
        self.server = None
        self.quit = signal.SIGTERM
        with socket.create_server(("127.0.0.1", 0)) as taken:
            self.port = taken.getsockname()[1]
        self.addCleanup(self.stop)

    def start(self, argv, user=None):
        with open(self.path("output"), "wb") as output:
            self.server = subprocess.Popen(argv, stdin=subprocess.DEVNULL, stdout=output, stderr=output,
                                           user=user, group=user, extra_groups=[] if user else None,
                                           start_new_session=True)
        until = time.monotonic() + 60
        while not self.answers():
            if self.server.poll() is not None or time.monotonic() > until:
                self.fail(read(self.path("output")).decode())
            time.sleep(0.02)

    def answers(self):
        with socket.socket() as s:
            return s.connect_ex(("127.0.0.1", self.port)) == 0

    def stop(self):
        if self.server:
            os.killpg(self.server.pid, self.quit)
            try:
                self.server.wait(20)
            except subprocess.TimeoutExpired:
                os.killpg(self.server.pid, signal.SIGKILL)
                self.server.wait()
            until = time.monotonic() + 20
            while self.answers() and time.monotonic() < until:  # its children take a moment more
                time.sleep(0.02)
        self.server = None

    def listed(self, name, codes):
        self.assertEqual(codes, self.codes(4 if codes else 0)[name])

    def renewal(self, name, put, restart):
        """The file is renewed, and the process isn't restarted; then it is."""
        self.pair("new", "2026-02-01T00:00:00Z")
        self.listed(name, [])
        put("new")
        self.listed(name, ["restart"])
        text = self.look(4, "services")
        self.assertRegex(text, rf"was renewed on \d{{4}}-\d\d-\d\d, but \S+:{self.port} still serves "
                               r"the one before: restart \w+")
        self.ok("endpoint", "add", "--name", "local", "--dialect", self.dialect, f"localhost:{self.port}")
        self.ok("import", "--yes", self.path("old.pem"), self.path("new.pem"))
        judged = self.look(4, "check")
        self.assertRegex(judged, r" +local +/.+ was renewed on ")
        restart()
        self.listed(name, [])
        if self.dialect == "ftp":  # it answers nothing before a login, which is a refusal
            return
        self.assertRegex(judged, r"warning +local .*days left")
        found = json.loads(self.look(0, "check", "--json"))[0]
        self.assertEqual((name, []), (found["service"], found["findings"]))

    def test_postgresql(self):
        postgres = sorted(glob.glob("/usr/lib/postgresql/*/bin/postgres") or
                          ["/usr/bin/postgres"])[-1]
        if not os.path.exists(postgres):
            need(self, "postgres", "postgresql")
        user = "postgres" if os.geteuid() == 0 else None
        self.dialect = "postgres"
        self.quit = signal.SIGINT
        data = self.at("var/lib/pgsql/data")
        self.put("etc/passwd", read("/etc/passwd"))
        os.makedirs(os.path.dirname(data))
        if user:
            shutil.chown(os.path.dirname(data), user)
        subprocess.run([os.path.join(os.path.dirname(postgres), "initdb"), "-D", data, "-A", "trust",
                        "--no-sync"], user=user, extra_groups=[] if user else None, check=True,
                       stdout=subprocess.DEVNULL)

        def put(name):
            for suffix, mode in (("pem", 0o644), ("key", 0o600)):
                path = os.path.join(data, "server." + suffix)
                write(path, read(self.path(f"{name}.{suffix}")))
                os.chmod(path, mode)
                if user:
                    shutil.chown(path, user)

        def restart(hba="hostssl"):
            self.stop()
            write(os.path.join(data, "pg_hba.conf"), hba + " all all 127.0.0.1/32 trust\n")
            self.start([postgres, "-D", data], user)

        put("old")
        with open(os.path.join(data, "postgresql.conf"), "a", encoding="ascii") as conf:
            conf.write(f"port = {self.port}\nlisten_addresses = '127.0.0.1' # here\nfsync = off\n"
                       "unix_socket_directories = ''\ninclude_if_exists 'none'\ninclude 'tls.conf'\n")
        write(os.path.join(data, "tls.conf"),
              "ssl = off\nSSL 'on' # ssl = off\nssl_cert_file = 'server.pem'\n")
        restart()
        self.renewal("postgresql", put, restart)
        restart("host")
        self.listed("postgresql", ["plaintext"])
        self.assertIn("takes sessions without TLS", self.look(4, "check"))
        write(os.path.join(data, "tls.conf"), "ssl = off\n")
        restart("host")
        write(os.path.join(data, "tls.conf"), "ssl = on\nssl_cert_file = 'server.pem'\n")
        self.listed("postgresql", ["no-tls"])
        os.chmod(os.path.join(data, "server.key"), 0o644)
        self.listed("postgresql", ["key-mode", "no-tls"])
        self.stop()
        self.listed("postgresql", ["key-mode"])

    def test_dovecot(self):
        need(self, "dovecot", "dovecot-imapd")
        if os.geteuid() != 0:
            self.skipTest("needs another user")
        self.dialect = "imap"
        home = self.at("etc/dovecot")
        os.makedirs(home)
        write(os.path.join(home, "dovecot.conf"), f"""
            base_dir = {self.path("run")}
            state_dir = {self.path("run")}
            log_path = {self.path("log")}
            protocols = imap
            listen = 127.0.0.1
            !include_try none.conf
            !include conf.d/*.conf
            default_internal_user = nobody
            default_internal_group = nogroup
            default_login_user = nobody
            service anvil {{
              chroot =
            }}
            service imap-login {{
              chroot =
              inet_listener imap {{
                port = {self.port}
              }}
              inet_listener imaps {{
                port = 0
              }}
            }}
            passdb {{
              driver = static
              args = nopassword=y
            }}
            userdb {{
              driver = static
              args = uid=65534 gid=65534 home=/
            }}
            """)
        os.mkdir(self.path("run"))
        self.put("etc/dovecot/conf.d/ssl.conf", "ssl = yes\nssl_cert = <../server.pem\n"
                                                "ssl_key = <../server.key # ssl_key = <no\n")

        def put(name):
            self.put("etc/dovecot/server.pem", read(self.path(name + ".pem")))
            self.put("etc/dovecot/server.key", read(self.path(name + ".key")), 0o600)

        def restart():
            self.stop()
            self.start(["dovecot", "-F", "-c", os.path.join(home, "dovecot.conf")])

        put("old")
        restart()
        self.renewal("dovecot", put, restart)

    def vhosts(self, put, restart):
        """Two hosts behind one port: each is held against its own files."""
        self.dialect = "tls"
        self.pair("b", "2026-01-01T00:00:00Z")
        put("a", "old")
        put("b", "b")
        restart()
        kind = "nginx" if os.path.exists(self.at("etc/nginx")) else "httpd"
        self.assertEqual({kind + " a.example": [], kind + " b.example": []}, self.codes(0))
        put("b", "old")
        self.assertEqual({kind + " a.example": [], kind + " b.example": ["restart"]}, self.codes(4))
        put("b", "b")
        self.renewal(kind + " a.example", lambda name: put("a", name), restart)
        self.ok("endpoint", "add", "--name", "b", "--sni", "x.b.example", f"localhost:{self.port}")
        put("b", "new")
        found = json.loads(self.look(4, "check", "--json", "b"))[0]
        self.assertEqual((kind + " b.example", ["restart"]),
                         (found["service"], [f["code"] for f in found["findings"]]))

    def test_nginx(self):
        need(self, "nginx", "nginx-light")
        home = self.at("etc/nginx")
        temp = "".join(f"{name}_temp_path {self.path('temp')}; "
                       for name in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi"))
        self.put("etc/nginx/nginx.conf", f"""
            daemon off; pid {self.path("pid")}; error_log stderr;
            # ssl_certificate no;
            events {{ }}
            http {{
                access_log off; {temp}
                ssl_certificate "a b.pem"; ssl_certificate_key 'a b.key';
                include sites/*; include none/*;
            }}
            """)
        self.put("etc/nginx/sites/1", f"server {{ listen 127.0.0.1:{self.port} ssl default_server; "
                                      "server_name a.example; } # }\n")
        self.put("etc/nginx/sites/2", f"server {{\n\tlisten\n127.0.0.1:{self.port} ssl;\n"
                                      "server_name b.example *.b.example; ssl_certificate b.pem;"
                                      "ssl_certificate_key b.key; }")

        def put(host, name):
            for suffix in ("pem", "key"):
                self.put(f"etc/nginx/{'a b' if host == 'a' else host}.{suffix}",
                         read(self.path(f"{name}.{suffix}")), 0o600)

        def restart():
            self.stop()
            self.start(["nginx", "-p", home, "-c", os.path.join(home, "nginx.conf"), "-e", "stderr"])

        self.vhosts(put, restart)

    def test_httpd(self):
        program = shutil.which("apache2") or shutil.which("httpd")
        folder = next((m for m in MODULES if os.path.exists(m)), None)
        if not program or not folder:
            need(self, "apache2", "apache2-bin")
            self.skipTest("the modules of httpd lie elsewhere")
        home = self.at("etc/apache2")
        modules = "".join(f"LoadModule {m}_module {folder}/mod_{m}.so\n"
                          for m in ("mpm_event", "authz_core", "socache_shmcb", "ssl"))
        self.put("etc/apache2/apache2.conf", f"""{modules}
            PidFile {self.path("pid")}
            ErrorLog {self.path("error")}
            Define certs "a b"
            ServerName localhost
            <IfModule ssl_module>
            Listen 127.0.0.1:{self.port}
            </IfModule>
            <IfModule !ssl_module>
            SSLEngine off
            </IfModule>
            IncludeOptional sites/*.conf
            """)
        self.put("etc/apache2/sites/1.conf", f"""<VirtualHost 127.0.0.1:{self.port}>
            ServerName a.example
            sslengine \\
            on
            SSLCertificateFile "${{certs}}.pem"
            SSLCertificateKeyFile "${{certs}}.key"
            <Location /x>
            SSLOptions +StdEnvVars
            </Location>
            </VirtualHost>
            """)
        self.put("etc/apache2/sites/2.conf", f"""<VirtualHost 127.0.0.1:{self.port}>
            ServerName b.example
            ServerAlias *.b.example
            SSLEngine on # not off
            SSLCertificateFile b.pem
            SSLCertificateKeyFile b.key
            </VirtualHost>
            """.replace(" # not off", ""))

        def put(host, name):
            for suffix in ("pem", "key"):
                self.put(f"etc/apache2/{'a b' if host == 'a' else host}.{suffix}",
                         read(self.path(f"{name}.{suffix}")), 0o600)

        def restart():
            self.stop()
            self.start([program, "-d", home, "-f", os.path.join(home, "apache2.conf"), "-DFOREGROUND"])

        self.vhosts(put, restart)

    def by_script(self, kind, tool, dialect, place):
        """A server of service.sh, whose paths are absolute: within the root, the root is its own."""
        need(self, tool, kind)
        if os.geteuid() != 0:
            self.skipTest("needs another user")
        self.dialect = dialect
        os.makedirs(os.path.dirname(self.root + self.root))
        os.symlink("/", self.root + self.root)
        home = self.at(kind)

        def put(name):
            for folder in (self.root, home):
                if os.path.isdir(folder):
                    for to, suffix in (("chain.pem", "pem"), ("ca.pem", "pem"), ("key.pem", "key")):
                        write(os.path.join(folder, to), read(self.path(f"{name}.{suffix}")))
                        os.chmod(os.path.join(folder, to), 0o640)

        def restart():
            self.stop()
            shutil.rmtree(home, True)
            os.makedirs(home)
            self.start([os.path.join(TOP, "tests/support/service.sh"), kind, self.root, str(self.port)])

        put("old")
        restart()
        place(home)
        for to in ("chain.pem", "key.pem"):
            os.chmod(os.path.join(home, to), 0o640)
        if kind != "postfix":
            self.renewal(kind, put, restart)
            return
        # Each of its processes reads the files anew, and how many there are is its own affair.
        found = json.loads(self.look(0, "services", "--json"))["services"]
        self.assertEqual([(kind, True)], [(s["name"], s["served"][0]["answered"]) for s in found])
        self.assertEqual(found[0]["files"][1]["certificates"][0]["fingerprint"],
                         found[0]["served"][0]["leaf"]["fingerprint"])

    def test_slapd(self):
        def place(home):
            self.put("etc/default/slapd", f'SLAPD_SERVICES="ldapi:/// ldap://127.0.0.1:{self.port}/"\n')
            self.put("etc/ldap/schema/core.schema", read("/etc/ldap/schema/core.schema"))
            os.symlink(os.path.join(home, "conf"), self.at("etc/ldap/slapd.conf"))

        self.by_script("slapd", "slapd", "ldap", place)

    def test_postfix(self):
        self.by_script("postfix", "postfix", "smtp", lambda home: (
            os.makedirs(self.at("etc")), os.symlink(os.path.join(home, "etc"), self.at("etc/postfix"))))

    def test_vsftpd(self):
        self.by_script("vsftpd", "vsftpd", "ftp", lambda home: (
            os.makedirs(self.at("etc")), os.symlink(os.path.join(home, "conf"), self.at("etc/vsftpd.conf"))))

    def test_mariadb(self):
        self.by_script("mariadb", "mariadbd", "mysql", lambda home: self.put("etc/mysql/my.cnf", f"""
            [mysqld]
            bind-address = 127.0.0.1
            port = {self.port}
            ssl_cert = {home}/chain.pem
            ssl_key = '{home}/key.pem'
            """))

    def test_another_server_answers(self):
        """nginx is declared; somebody else has its port."""
        self.pair("else", "2026-01-01T00:00:00Z")
        self.dialect = "tls"
        self.put("etc/nginx/nginx.conf",
                 f"http {{ server {{ listen {self.port} ssl; server_name localhost; ssl_certificate a.pem; "
                 "ssl_certificate_key a.key; } }")

        def put(name):
            self.put("etc/nginx/a.pem", read(self.path(name + ".pem")))
            self.put("etc/nginx/a.key", read(self.path(name + ".key")), 0o600)

        def restart(name="new"):
            self.stop()
            self.start(["openssl", "s_server", "-quiet", "-accept", f"127.0.0.1:{self.port}",
                        "-cert", self.path(name + ".pem"), "-key", self.path(name + ".key")])

        put("old")
        restart("old")
        self.renewal("nginx localhost", put, restart)
        restart("old")
        put("old")
        subprocess.run(["openssl", "req", "-x509", "-newkey", "ed25519", "-nodes", "-subj", "/CN=other",
                        "-keyout", self.path("other.key"), "-out", self.path("other.pem")],
                       check=True, capture_output=True)
        restart("other")
        self.listed("nginx localhost", ["other"])
        self.assertIn("another server answers there", self.look(4, "services"))


class Oracles(Host):
    """What the services' own tools read in the same files."""

    def files(self, kind):
        found = json.loads(self.run_program("services", "--json", kind,
                                            env={"CERTARY_TEST_ROOT": self.root}).out)
        self.assertEqual([], found["troubles"])
        return {f["setting"]: f["path"] for f in found["services"][0]["files"]}, found["services"][0]

    @staticmethod
    def tool(*argv, **how):
        return subprocess.run(argv, capture_output=True, check=True, **how).stdout.decode().strip()

    def test_postconf(self):
        need(self, "postconf", "postfix")
        self.put("etc/postfix/main.cf", "base = /etc/ssl # no comment\nsmtpd_tls_cert_file = /x\n"
                                        "name=${sub}\nsub\t=   $nothing/certs\n"
                                        "smtpd_tls_cert_file =\n\n# between\n\t$(name)/a \n  .pem\n"
                                        " # not the end\n   \n /b\nsmtpd_tls_key_file = ${base}/key\n"
                                        "smtpd_tls_security_level = m\n\tay\n")
        self.put("etc/postfix/master.cf", "")
        mine, service = self.files("postfix")
        for name in ("smtpd_tls_cert_file", "smtpd_tls_key_file"):
            theirs = self.tool("postconf", "-c", self.at("etc/postfix"), "-x", "-h", name)
            self.assertEqual(theirs, " ".join(mine[name].split()))
        self.assertEqual("required", service["tls"])  # "m ay" is no level, but not none either

    def test_my_print_defaults(self):
        need(self, "my_print_defaults", "mariadb-server")
        self.put("etc/mysql/my.cnf", "# [mysqld]\n[mysqld]\nssl_cert = '/a#b' # c\n  ssl-key=\"/k ;x\"\n"
                                     "ssl-key\t=   /k2   # d\nssl-ca=/ca;no comment\n; ssl-ca=/no\n")
        mine, _ = self.files("mariadb")
        theirs = {}
        for line in self.tool("my_print_defaults", "--defaults-file=" + self.at("etc/mysql/my.cnf"),
                              "mysqld").splitlines():
            name, value = line[2:].split("=", 1)
            theirs[name.replace("_", "-")] = value
        self.assertEqual(theirs, mine)

    def test_postgres(self):
        postgres = sorted(glob.glob("/usr/lib/postgresql/*/bin/postgres") or ["/usr/bin/postgres"])[-1]
        if not os.path.exists(postgres):
            need(self, "postgres", "postgresql")
        user = "postgres" if os.geteuid() == 0 else None
        data = "var/lib/pgsql/data"
        self.put(data + "/PG_VERSION", postgres.split("/")[-3] + "\n")
        self.put(data + "/postgresql.conf",
                 "SSL_cert_FILE'/a''b\\'c\\101\\n'#x\nssl_key_file=k-1.pem#y\nssl_ca_file\t=\t'#z'  # z\n"
                 "include_dir 'd'\nport=1\nport 7\ninclude_if_exists='none'\nlisten_addresses = 'x'\n")
        self.put(data + "/d/2.conf", "ssl_ca_file = '/two'\nssl = TRU\n")
        self.put(data + "/d/1.conf", "ssl_ca_file = '/one'\nssl = of\n")
        self.put(data + "/d/.3.conf", "ssl = off\n")
        os.chmod(self.at(data), 0o700)
        if user:
            subprocess.run(["chown", "-R", user, self.at(data)], check=True)
        mine, service = self.files("postgresql")

        def said(name):
            return self.tool(postgres, "-C", name, "-D", self.at(data), user=user,
                             extra_groups=[] if user else None)

        self.assertEqual(said("ssl_cert_file") + "\n", mine["ssl_cert_file"])
        for name in ("ssl_key_file", "ssl_ca_file"):
            self.assertEqual(os.path.join("/", data, said(name)), mine[name])
        self.assertEqual((said("ssl"), said("port")), (service["tls"], str(service["listens"][0]["port"])))

    def test_doveconf(self):
        need(self, "doveconf", "dovecot-imapd")
        self.put("etc/dovecot/dovecot.conf", "ssl_cert = <a.pem # x\nssl_key = \"</k # y\"\n"
                                             "protocols =\n!include_try none\n!include d/*\nssl = \\\n  no\n")
        self.put("etc/dovecot/d/1", "ssl_ca = </ca\nssl_cert = <b\\\n.pem\n")
        mine, service = self.files("dovecot")
        for name in ("ssl_cert", "ssl_key", "ssl_ca"):
            theirs = self.tool("doveconf", "-c", self.at("etc/dovecot/dovecot.conf"), "-h", name)
            self.assertEqual(theirs.lstrip("<"), mine[name].replace("/etc/dovecot/d/b", "b")
                             .replace("/etc/dovecot/a", "a"))
        self.assertEqual(self.tool("doveconf", "-c", self.at("etc/dovecot/dovecot.conf"), "-h", "ssl")
                         .replace("no", "off"), service["tls"])


if __name__ == "__main__":
    unittest.main()
