#!/bin/sh
# t1-miller.sh IN OUT - runs T1 with Miller (Debian: miller): ledger and accounts in memory, customers streamed past.
# Less than the SQL of the benchmark folder does: Miller's CSV has no null beside the blank, so an update cannot tell
# a field that did not change from one changed to blank. And much less than Couplet: no types, no rules, no log.
mkdir -p "$2"
T1_OUT=$2 exec mlr -S --csv --from "$1/customers.csv" \
	join --ul --ur -j erp_id -r SystemId -f "$1/ledger.csv" \
	then join --ul --ur -j crm_id -l accountid -f "$1/accounts.csv" \
	then put -q -f "$(dirname "$0")/t1.mlr"
