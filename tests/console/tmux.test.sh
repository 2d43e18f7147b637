#!/bin/sh
# The console in a real terminal multiplexer: start, work, suspend and resume under a shell, resize.
# Waits for what the screen must show, never for a time.
set -u

program=${CERTARY_PROGRAM:-build/certary}
if ! command -v tmux >/dev/null 2>&1; then
	echo "not ok - tmux is missing (Debian: tmux)"
	exit 1
fi
dir=$(mktemp -d)
socket=certary-test-$$
passed=0
failed=0

tm() { tmux -L "$socket" -f /dev/null "$@"; }

finish() {
	tm kill-server 2>/dev/null
	rm -rf "$dir"
}
trap finish EXIT

shows() { # TEXT: until the screen shows it, ten seconds at most
	tries=0
	while [ $tries -lt 200 ]; do
		tm capture-pane -p -t t 2>/dev/null | grep -qF -- "$1" && return 0
		tries=$((tries + 1))
		sleep 0.05
	done
	tm capture-pane -p -t t
	return 1
}

check() { # NAME TEXT
	if shows "$2"; then
		passed=$((passed + 1))
		echo "ok - $1"
	else
		failed=$((failed + 1))
		echo "not ok - $1: \"$2\" did not appear"
	fi
}

cp -R tests/data/desk "$dir/desk"
# A shell of its own with job control: suspending needs somebody to come back to.
tm new-session -d -s t -x 80 -y 24 "env -i PATH=\"$PATH\" HOME=\"$dir\" TERM=screen-256color LC_ALL=C.UTF-8 \
	CERTARY_TEST_CLOCK=2026-01-15T12:00:00Z PS1='prompt> ' sh -i"
shows 'prompt>' || exit 1
tm send-keys -t t "$program --store $dir/desk" Enter
check 'the list comes up' '1 of 7'
check 'with the counts in its title' 'T4 U2 B1 x1'
tm send-keys -t t j j Enter
check 'Enter opens the properties' 'Common name'
tm send-keys -t t q
check 'q goes back' '3 of 7'
tm send-keys -t t C-z
check 'Ctrl-Z gives the shell back' 'prompt>'
tm resize-window -t t -x 120 -y 40
tm send-keys -t t fg Enter
check 'fg comes back in the new size' 'SHA-256'
tm resize-window -t t -x 40 -y 12
check 'a small window still works' '3 of 7'
tm resize-window -t t -x 80 -y 24
tm send-keys -t t t
check 'the right state is offered' 'nothing to do'
tm send-keys -t t U
check 'a verb shows its plan' 'trusted -> untrusted'
tm send-keys -t t y
check 'y does it' 'T3 U3 B1 x1'
tm send-keys -t t F10
check 'F10 asks' 'Leave certary'
tm send-keys -t t y
check 'the shell is back at the end' 'prompt>'
tm send-keys -t t "stty -a | grep -c ' echo ' && echo \"status \$?\"" Enter
check 'and the terminal is as it was' 'status 0'
# Ctrl-Z in the editor of a note stops the editor and the console, and fg brings both back.
printf '#!/bin/sh\necho "in the editor"\nkill -TSTP 0\necho later > "$1"\n' > "$dir/editor"
chmod +x "$dir/editor"
tm send-keys -t t "clear; EDITOR=$dir/editor $program --store $dir/desk" Enter
check 'the console comes up again' '1 of 7'
tm send-keys -t t E
check 'the editor has the terminal' 'in the editor'
check 'Ctrl-Z in it gives the shell back' 'Stopped'
tm resize-window -t t -x 100 -y 30
tm send-keys -t t fg Enter
check 'fg brings the editor back, and then the console' 'the note is written'
tm send-keys -t t q
check 'the shell is back once more' 'prompt>'
tm resize-window -t t -x 80 -y 24
tm send-keys -t t "clear; stty -a | grep -c ' echo ' && echo \"status \$?\"" Enter
check 'and the terminal is as it was again' 'status 0'
printf '%d passed, %d failed\n' $passed $failed
[ $failed -eq 0 ]
