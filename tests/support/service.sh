#!/bin/sh
# service.sh KIND DIR PORT [demand] - a real server on loopback, in this process, for the tests of net.
#
# DIR holds chain.pem, key.pem and ca.pem; whatever the server needs is made below DIR/KIND.  With
# "demand" it wants a client certificate of that CA, as far as it can.  It runs until it is killed, as
# a user of its own where it won't run as root.
#
# KIND: postgres postgres-plain slapd slapd-plain dovecot (PORT IMAP, +1 POP3, +2 ManageSieve)
#       postfix postfix-plain vsftpd mariadb mariadb-plain prosody openssl
set -eu
PATH=$PATH:/usr/sbin:/sbin

kind=$1 dir=$(cd "$2" && pwd) port=$3 demand=${4:-}
home=$dir/$kind
ask=no
[ -z "$demand" ] || ask=yes
mkdir -p "$home"
cp "$dir/chain.pem" "$dir/key.pem" "$dir/ca.pem" "$home/"
chmod 600 "$home/key.pem"

own() { # USER
	[ "$(id -u)" != 0 ] || chown -R "$1" "$home"
}

as() { # USER COMMAND…
	user=$1
	shift
	if [ "$(id -u)" = 0 ]; then
		exec setpriv --reuid="$user" --regid="$user" --init-groups "$@"
	fi
	exec "$@"
}

postgres_bin() {
	for bin in /usr/lib/postgresql/*/bin /usr/libexec/postgresql* /usr/bin; do
		[ ! -x "$bin/initdb" ] || echo "$bin"
	done | tail -n 1
}

run_postgres() { # on|off
	bin=$(postgres_bin)
	own postgres
	(as postgres "$bin/initdb" -D "$home/data" -U certary -A trust --no-sync)
	{
		echo "hostssl all all 127.0.0.1/32 trust ${demand:+clientcert=verify-ca}"
		echo "hostnossl all all 127.0.0.1/32 trust"
	} >"$home/hba"
	own postgres
	as postgres "$bin/postgres" -D "$home/data" -p "$port" -c listen_addresses=127.0.0.1 \
		-c unix_socket_directories= -c fsync=off -c "ssl=$1" -c "hba_file=$home/hba" \
		-c "ssl_cert_file=$home/chain.pem" -c "ssl_key_file=$home/key.pem" \
		-c "ssl_ca_file=$home/ca.pem"
}

run_slapd() { # on|off
	mkdir "$home/db"
	{
		echo "include /etc/ldap/schema/core.schema"
		echo "pidfile $home/pid"
		if [ "$1" = on ]; then
			echo "TLSCertificateFile $home/chain.pem"
			echo "TLSCertificateKeyFile $home/key.pem"
			echo "TLSCACertificateFile $home/ca.pem"
			echo "TLSVerifyClient ${demand:-never}"
		fi
		echo "database ldif"
		echo "suffix dc=example"
		echo "directory $home/db"
	} >"$home/conf"
	own openldap
	as openldap slapd -d 0 -h "ldap://127.0.0.1:$port/" -f "$home/conf"
}

run_dovecot() {
	mkdir "$home/run" "$home/state"
	cat >"$home/conf" <<-END
		base_dir = $home/run
		state_dir = $home/state
		log_path = $home/log
		protocols = imap pop3 sieve
		listen = 127.0.0.1
		ssl = yes
		ssl_cert = <$home/chain.pem
		ssl_key = <$home/key.pem
		ssl_ca = <$home/ca.pem
		ssl_verify_client_cert = $ask
		ssl_require_crl = no
		default_internal_user = nobody
		default_internal_group = nogroup
		default_login_user = nobody
		service anvil {
		  chroot =
		}
		service imap-login {
		  chroot =
		  inet_listener imap {
		    port = $port
		  }
		  inet_listener imaps {
		    port = 0
		  }
		}
		service pop3-login {
		  chroot =
		  inet_listener pop3 {
		    port = $((port + 1))
		  }
		  inet_listener pop3s {
		    port = 0
		  }
		}
		service managesieve-login {
		  chroot =
		  inet_listener sieve {
		    port = $((port + 2))
		  }
		}
		passdb {
		  driver = static
		  args = nopassword=y
		}
		userdb {
		  driver = static
		  args = uid=65534 gid=65534 home=$home
		}
	END
	exec dovecot -F -c "$home/conf"
}

run_postfix() { # may|none
	mkdir "$home/etc" "$home/spool" "$home/data"
	cat >"$home/etc/main.cf" <<-END
		compatibility_level = 3.6
		queue_directory = $home/spool
		data_directory = $home/data
		command_directory = /usr/sbin
		daemon_directory = /usr/lib/postfix/sbin
		mail_owner = postfix
		setgid_group = postdrop
		myhostname = mail.example
		mydestination =
		local_recipient_maps =
		alias_maps =
		inet_interfaces = 127.0.0.1
		inet_protocols = ipv4
		maillog_file = $home/log
		maillog_file_prefixes = $dir
		smtpd_tls_security_level = $1
		smtpd_tls_chain_files = $home/key.pem, $home/chain.pem
		smtpd_tls_CAfile = $home/ca.pem
		smtpd_tls_ask_ccert = $ask
	END
	cat >"$home/etc/master.cf" <<-END
		127.0.0.1:$port inet n - n - - smtpd
		postlog unix-dgram n - n - 1 postlogd
		cleanup unix n - n - 0 cleanup
		rewrite unix - - n - - trivial-rewrite
		anvil unix - - n - 1 anvil
		tlsmgr unix - - n 1000? 1 tlsmgr
	END
	[ "$(id -u)" != 0 ] || chown postfix "$home/data"
	postfix -c "$home/etc" check || true # makes the folders of the spool
	MAIL_CONFIG=$home/etc exec /usr/lib/postfix/sbin/master -c "$home/etc" -d
}

run_vsftpd() {
	mkdir "$home/empty"
	cat >"$home/conf" <<-END
		listen=YES
		listen_address=127.0.0.1
		listen_port=$port
		background=NO
		anonymous_enable=YES
		anon_root=$home/empty
		secure_chroot_dir=$home/empty
		ssl_enable=YES
		allow_anon_ssl=YES
		rsa_cert_file=$home/chain.pem
		rsa_private_key_file=$home/key.pem
		seccomp_sandbox=NO
	END
	exec vsftpd "$home/conf"
}

run_mariadb() { # on|off
	user=$(id -un)
	[ "$user" != root ] || user=mysql
	own mysql
	mariadb-install-db --no-defaults --datadir="$home/data" --skip-test-db --user="$user" \
		--auth-root-authentication-method=normal
	set -- "$1" --no-defaults --datadir="$home/data" --socket="$home/socket" \
		--bind-address=127.0.0.1 --port="$port" --pid-file="$home/pid"
	if [ "$1" = on ]; then
		set -- "$@" --ssl-cert="$home/chain.pem" --ssl-key="$home/key.pem" \
			--ssl-ca="$home/ca.pem"
	else
		set -- "$@" --skip-ssl
	fi
	shift
	as mysql mariadbd "$@"
}

run_prosody() {
	mkdir "$home/data"
	cat >"$home/prosody.cfg.lua" <<-END
		pidfile = "$home/pid"; data_path = "$home/data"; daemonize = false
		interfaces = { "127.0.0.1" }; c2s_ports = { $port }; s2s_ports = {}
		c2s_direct_tls_ports = {}; s2s_direct_tls_ports = {}
		modules_enabled = { "tls", "saslauth", "disco" }
		modules_disabled = { "s2s", "s2s_auth_certs" }
		c2s_require_encryption = true; authentication = "internal_hashed"
		log = { { levels = { min = "error" }, to = "console" } }
		ssl = { certificate = "$home/chain.pem"; key = "$home/key.pem" }
		VirtualHost "localhost"
	END
	own prosody
	as prosody prosody --config "$home/prosody.cfg.lua"
}

run_openssl() {
	set -- -accept "127.0.0.1:$port" -key "$home/key.pem" -cert "$home/chain.pem" \
		-cert_chain "$home/ca.pem" -www -quiet
	[ -z "$demand" ] || set -- "$@" -Verify 3 -verify_return_error -CAfile "$home/ca.pem"
	exec openssl s_server "$@"
}

exec </dev/null >"$home/output" 2>&1
case $kind in
postgres) run_postgres on ;;
postgres-plain) run_postgres off ;;
slapd) run_slapd on ;;
slapd-plain) run_slapd off ;;
postfix) run_postfix may ;;
postfix-plain) run_postfix none ;;
mariadb) run_mariadb on ;;
mariadb-plain) run_mariadb off ;;
dovecot | vsftpd | prosody | openssl) "run_$kind" ;;
*) echo "service.sh: unknown kind $kind" && exit 2 ;;
esac
