#!/bin/sh
# Every file that is opened is closed in programs that are started, and only in those: each open() and its
# kin says O_CLOEXEC (fopen "e", and so on), on the call or in the flags that are put together above it.
# A line that is meant otherwise says why in a comment with the word "inherited".
cd "$(dirname "$0")/../.." || exit 1

opens() { # FILE…: "file:line" of calls without it
	awk '
	FNR == 1 { flags = "" }
	/(flags|how)[a-z_]* *=.*O_CLOEXEC/ || /\.flags = .*O_CLOEXEC/ { flags = FILENAME }
	/^[ \t]*\*|^\/\*/ { next }
	/[^a-z_](open|openat|mkostemp|socket|accept4|pipe2|memfd_create|inotify_init1|dup3|fopen|creat|accept|pipe|mkstemp|popen|tmpfile|freopen|inotify_init)\(/ {
		call = $0
		if (call ~ /^[a-z].*\)$/ || call ~ /^[a-z][a-z ]*\*?[a-z_]+\([^;]*[,{]?$/) next # a function of that name
		if (call ~ /(->|\.)(open|accept)\(|[ (=]accept\(form|accept\(desk/) next
		while (call !~ /;|\{$/ && (getline more) > 0) call = call more
		if (call ~ /CLOEXEC|"[rwa+]*e"|inherited/) next
		if (call ~ /flags/ && flags == FILENAME) next
		print FILENAME ":" FNR ": " $0
	}' "$@"
}

temp=$(mktemp -d) || exit 1
trap 'rm -rf "$temp"' EXIT
echo 1..2
cat >"$temp/bad.c" <<'X'
	int fd = open(path, O_RDONLY);
	FILE *f = fopen(path, "r");
	int one = openat(dir, name,
		O_RDONLY | O_NOFOLLOW);
	int good = openat(dir, name,
		O_RDONLY | O_CLOEXEC);
X
if [ "$(opens "$temp/bad.c" | wc -l)" -eq 3 ]; then
	echo "ok 1 - what is wrong is found"
else
	opens "$temp/bad.c"
	echo "not ok 1 - what is wrong is found"
fi
found=$(opens src/*/*.c)
if [ -z "$found" ]; then
	echo "ok 2 - every open says O_CLOEXEC"
else
	echo "$found" | sed 's/^/# /'
	echo "not ok 2 - every open says O_CLOEXEC"
fi
