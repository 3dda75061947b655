#!/bin/sh
# formats.sh - real files, every format there and back, archives for the import wizard, and setups out of Business
# Central's mappings
: "${COUPLET:=$(pwd)/bin/couplet}"
: "${COUPLET_FAST:=$COUPLET}"
folder=$(dirname "$0")/formats
failed=0
python3 -B "$folder/check.py" "$COUPLET" || failed=1
python3 -B "$folder/wizard.py" "$COUPLET_FAST" || failed=1
python3 -B "$folder/mappings.py" "$COUPLET" || failed=1
# What a sanitizer takes besides says nothing of memory.
case $COUPLET_FAST in
*/build/*) ;;
*) python3 -B "$folder/../bench/formats.py" --memory "$COUPLET_FAST" || failed=1 ;;
esac
exit $failed
