#!/usr/bin/env bash
# Every language says all that is said now, in the forms that it says them with, and nothing is left over.
set -u

cd "$(dirname "$0")/../.." || exit 1
template=${CERTARY_TEMPLATE:-build/po/certary.pot}
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
status=0
number=0

report() { # 0 or other, what was looked at
	number=$((number + 1))
	if [ "$1" = 0 ]; then
		echo "ok $number - $2"
	else
		echo "not ok $number - $2 (make po, then fill the gaps in po/)"
		sed 's/^/# /' "$scratch/said"
		status=1
	fi
}

for catalogue in po/*.po; do
	msgcmp "$catalogue" "$template" >"$scratch/said" 2>&1
	report $? "$catalogue has all that is said"
	msgfmt --check -o /dev/null "$catalogue" >"$scratch/said" 2>&1
	report $? "$catalogue keeps the conversions"
	msgattrib --no-wrap --no-obsolete --only-fuzzy "$catalogue" >"$scratch/said" 2>&1
	[ ! -s "$scratch/said" ]
	report $? "$catalogue has nothing that is only a guess"
done
echo "1..$number"
exit $status
