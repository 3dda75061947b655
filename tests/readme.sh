#!/bin/sh
# readme.sh - every command that README.md shows prints what it shows
: "${COUPLET:?the program to test}"
exec python3 -B tests/readme.py "${COUPLET_FAST:-$COUPLET}"
