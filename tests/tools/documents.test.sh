#!/bin/sh
# What the documents name is there, and the packages are of the version that VERSION says.
set -u

number=0
verdict() { # WHAT COMMAND…
	number=$((number + 1))
	what=$1
	shift
	if "$@"; then echo "ok $number - $what"; else echo "not ok $number - $what"; fi
}

# The files, folders, fuzzers and targets of make that stand between backticks; one may be a pattern.
named() { # FILE
	grep -o '`[^`]*`' "$1" | tr -d '`'
}

there() { # FILE: says what isn't
	found=$(named "$1" | while read -r word; do
		case $word in
		tests/*|src/*|include/*|tools/*|etc/*|packaging/*|docs/*|debian/*|man/*)
			# shellcheck disable=SC2086 # a pattern
			case $word in *[\ \<]*) ;; *) ls -d $word >/dev/null 2>&1 || echo "# $word" ;; esac ;;
		fuzz-*) [ -e "tests/fuzz/$word.c" ] || echo "# $word" ;;
		'make '*) for target in ${word#make }; do
				case $target in *=*) ;; *) grep -q "^$target:" Makefile packaging/packaging.mk po/po.mk || echo "# make $target" ;; esac
			done ;;
		esac
	done)
	[ -z "$found" ] || { echo "$found"; return 1; }
}

says() { # FILE PATTERN
	grep -qE -m 1 "$2" "$1"
}

for document in README.md SECURITY.md CONTRIBUTING.md ARCHITECTURE.md docs/*.md; do
	verdict "what $document names is there" there "$document"
done

version=$(sed 's/[.+]/\\&/g' VERSION)
verdict 'debian/changelog begins with the version' sh -c "head -n 1 debian/changelog | grep -q '^certary ($version)'"
verdict 'the spec is of the version' says packaging/certary.spec "^Version: +$version\$"
verdict 'the APKBUILD is of the version' says packaging/alpine/APKBUILD "^pkgver=$version\$"
echo "1..$number"
