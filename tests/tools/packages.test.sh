#!/bin/sh
# Each row of tools/packages says its need, purpose, how it is seen, and a package for each distribution:
# a column too few, or a | within `how`, would have need install nothing and call it missing.
set -u

bad=$(sed '/^#/d; /^$/d' tools/packages | awk -F'|' '
	NF != 7 { print "# " NF " columns: " $0; next }
	{ for (i = 1; i <= 7; i++) if ($i ~ /^ *$/) print "# column " i " is empty: " $0 }')
[ -z "$bad" ] || echo "$bad"
if [ -z "$bad" ]; then echo "ok 1 - each row has its seven columns"; else echo "not ok 1 - each row has its seven columns"; fi
echo "1..1"
