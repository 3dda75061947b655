/*
 * coupling_base_pairs.h - all pairs of digits, in the order of their numbers; for coupling_base_write.c alone
 *
 * A number below BASE * BASE is at its place, so that two digits are made at once.
 */
#ifndef MODEL_COUPLING_BASE_PAIRS_H
#define MODEL_COUPLING_BASE_PAIRS_H

#include "model/coupling_base_parts.h"

#define PAIRS_WITH(d) d "0" d "1" d "2" d "3" d "4" d "5" d "6" d "7" d "8" d "9" d "a" d "b" \
	d "c" d "d" d "e" d "f" d "g" d "h" d "i" d "j" d "k" d "l" d "m" d "n" d "o" d "p" d "q" \
	d "r" d "s" d "t" d "u" d "v" d "w" d "x" d "y" d "z" d "A" d "B" d "C" d "D" d "E" d "F" \
	d "G" d "H" d "I" d "J" d "K" d "L" d "M" d "N" d "O" d "P" d "Q" d "R" d "S" d "T" d "U" \
	d "V" d "W" d "X" d "Y" d "Z" d "." d "-" d ":" d "+" d "=" d "^" d "!" d "/" d "*" d "?" \
	d "&" d "<" d ">" d "(" d ")" d "[" d "]" d "{" d "}" d "@" d "%" d "$" d "#"

static const char pairs[BASE][2 * BASE] = {
	PAIRS_WITH("0"), PAIRS_WITH("1"), PAIRS_WITH("2"), PAIRS_WITH("3"), PAIRS_WITH("4"),
	PAIRS_WITH("5"), PAIRS_WITH("6"), PAIRS_WITH("7"), PAIRS_WITH("8"), PAIRS_WITH("9"),
	PAIRS_WITH("a"), PAIRS_WITH("b"), PAIRS_WITH("c"), PAIRS_WITH("d"), PAIRS_WITH("e"),
	PAIRS_WITH("f"), PAIRS_WITH("g"), PAIRS_WITH("h"), PAIRS_WITH("i"), PAIRS_WITH("j"),
	PAIRS_WITH("k"), PAIRS_WITH("l"), PAIRS_WITH("m"), PAIRS_WITH("n"), PAIRS_WITH("o"),
	PAIRS_WITH("p"), PAIRS_WITH("q"), PAIRS_WITH("r"), PAIRS_WITH("s"), PAIRS_WITH("t"),
	PAIRS_WITH("u"), PAIRS_WITH("v"), PAIRS_WITH("w"), PAIRS_WITH("x"), PAIRS_WITH("y"),
	PAIRS_WITH("z"), PAIRS_WITH("A"), PAIRS_WITH("B"), PAIRS_WITH("C"), PAIRS_WITH("D"),
	PAIRS_WITH("E"), PAIRS_WITH("F"), PAIRS_WITH("G"), PAIRS_WITH("H"), PAIRS_WITH("I"),
	PAIRS_WITH("J"), PAIRS_WITH("K"), PAIRS_WITH("L"), PAIRS_WITH("M"), PAIRS_WITH("N"),
	PAIRS_WITH("O"), PAIRS_WITH("P"), PAIRS_WITH("Q"), PAIRS_WITH("R"), PAIRS_WITH("S"),
	PAIRS_WITH("T"), PAIRS_WITH("U"), PAIRS_WITH("V"), PAIRS_WITH("W"), PAIRS_WITH("X"),
	PAIRS_WITH("Y"), PAIRS_WITH("Z"), PAIRS_WITH("."), PAIRS_WITH("-"), PAIRS_WITH(":"),
	PAIRS_WITH("+"), PAIRS_WITH("="), PAIRS_WITH("^"), PAIRS_WITH("!"), PAIRS_WITH("/"),
	PAIRS_WITH("*"), PAIRS_WITH("?"), PAIRS_WITH("&"), PAIRS_WITH("<"), PAIRS_WITH(">"),
	PAIRS_WITH("("), PAIRS_WITH(")"), PAIRS_WITH("["), PAIRS_WITH("]"), PAIRS_WITH("{"),
	PAIRS_WITH("}"), PAIRS_WITH("@"), PAIRS_WITH("%"), PAIRS_WITH("$"), PAIRS_WITH("#"),
};

#undef PAIRS_WITH

#endif
