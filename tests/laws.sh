#!/bin/sh
# laws.sh - the laws of a run, on every golden case and on random worlds
: "${COUPLET:?the program to test}"
program=${COUPLET_FAST:-$COUPLET}
python3 -B tests/properties/check.py "$program" tests/golden/* samples/*
laws=$?
python3 -B tests/properties/explain.py "$program" tests/golden/* samples/* || laws=1
python3 -B tests/properties/random_worlds.py "$program" 2000
[ $? -eq 0 ] && [ $laws -eq 0 ]
