#!/bin/sh
# tools/layers finds what it is there to find, in a tree made for it, and nothing else.
set -u

layers=$PWD/tools/layers
tree=$(mktemp -d)
trap 'rm -rf "$tree"' EXIT
number=0

file() { # PATH TEXT
	mkdir -p "$tree/$(dirname "$1")"
	printf '%b' "$2" >"$tree/$1"
}

verdict() { # WHAT WORD GOOD: word is "yes" when it holds
	number=$((number + 1))
	[ "$2" = yes ] && echo "ok $number - $1" || { echo "not ok $number - $1"; echo "# $found"; }
}

# reports PATH TEXT LINE REASON: the file is added, reported in just that line, and removed again
reports() {
	file "$1" "$2"
	found=$("$layers" "$tree") && held=no || held=yes
	case $found in
	"$1:$3: $4"*) ;;
	*) held=no ;;
	esac
	[ "$(echo "$found" | wc -l)" = 1 ] || held=no
	verdict "$1: $4" $held
	rm "$tree/$1"
}

accepts() {
	file "$1" "$2"
	found=$("$layers" "$tree") && verdict "$1 is fine" yes || verdict "$1 is fine" no
	rm "$tree/$1"
}

file include/base/buf.h ''
file include/store/store.h ''
file include/store/entry.h ''
file include/tui/list.h ''
file src/pki/der.h ''
file src/pki/tls.c '#include <gnutls/gnutls.h>\n'
file src/net/tls.c '#include <gnutls/gnutls.h>\n'
file src/conf/file.c '#include <libconfig.h>\n'
file src/base/json.c '#include <jansson.h>\n'
file src/tui/screen.c '#include <ncurses.h>\n#include <panel.h>\n'

echo 1..21
accepts src/app/trust.c '#include "store/store.h"\n#include <stdio.h>\n'
accepts src/cli/list.c '#include "store/entry.h"\n'
accepts src/pki/cert.c '#include "pki/der.h"\n#include "base/buf.h"\n'
accepts src/cli/say.c '/* never system(x) */ // popen(x)\nint a = f("system(x)"); x->popen(1); my_system(2);\n'

reports src/base/up.c '#include "store/store.h"\n' 1 'base may not include'
reports src/cli/list.c '\n#include "store/store.h"\n' 2 'cli may not include'
reports src/cli/other.c '#include "console/run.h"\n' 1 'cli may not include'
reports src/console/other.c '#include "cli/run.h"\n' 1 'console may not include'
reports src/check/all.c '#include "store/store.h"\n' 1 'check may not include'
reports include/tui/wide.h '#include "store/entry.h"\n' 1 'tui may not include'
reports src/codec/pem.c '#include "pki/der.h"\n' 1 'include "pki/der.h": private header of pki'
reports src/codec/pem.c '#include "pem.h"\n' 1 'include "pem.h" does not name its layer'
reports src/misc/file.c '\n' 1 'there is no layer misc'

reports src/console/draw.c '#include <curses.h>\n' 1 '<curses.h> may not be included here'
reports src/store/read.c '#include <gnutls/x509.h>\n' 1 '<gnutls/x509.h> may not be included here'
reports src/net/probe.c '#include <gnutls/gnutls.h>\n' 1 '<gnutls/gnutls.h> may not be included here'
reports src/conf/more.c '#include <libconfig.h>\n' 1 '<libconfig.h> comes into src/conf/ through'
reports src/base/more.c '#include <jansson.h>\n' 1 '<jansson.h> may not be included here'

reports src/app/run.c '\n\nint f(void)\n{\n\treturn system("x");\n}\n' 5 'call of system()'
reports src/app/run.c '/* a\n comment */ x = popen (a, b);\n' 2 'call of popen ()'
reports include/net/tls.h 'struct a {\n\tgnutls_session_t s;\n};\n' 2 'foreign type in a public header'
