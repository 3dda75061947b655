#!/bin/sh
# ci.sh - what a build server runs when couplet.xml changes; fails when a case comes out otherwise than expected
cd "$(dirname "$0")" || exit 1
for case in cases/*/; do
	cp couplet.xml "$case"
done
couplet check -s cases/the-erp-wins/couplet.xml >/dev/null && couplet test cases/*/
