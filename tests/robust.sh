#!/bin/sh
# robust.sh - whatever fails, whenever it is killed, whatever else goes on: nothing is lost, and it is told (part 8, L2, L3)
#
# Each part alone, and with bigger numbers: make torture.
: "${COUPLET:=$(pwd)/bin/couplet}"
failed=0
# Failures are let into the program from outside, which the sanitizers do not bear.
case $COUPLET in
*/build/*)
	make -s MODE=release all >/dev/null || failed=1
	plain=$(pwd)/bin/couplet
	;;
*)
	plain=$COUPLET
	;;
esac

python3 -B tests/robust/kill.py "$COUPLET" 50 || failed=1
python3 -B tests/robust/refuse.py "$COUPLET" || failed=1
if [ "$(uname -sm)" = "Linux x86_64" ]; then
	python3 -B tests/robust/points.py "$plain" 4 || failed=1
	python3 -B tests/robust/fail.py "$plain" 3 || failed=1
	python3 -B tests/robust/around.py "$plain" || failed=1
fi
exit $failed
