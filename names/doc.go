// Package names compares personal names as the Maghreb writes them: in Arabic,
// in French spelling and in Tifinagh.
//
// It knows the orthography of the three scripts: how to bring a name to one
// normal form, to a coarse key that a name keeps across scripts (Skeleton) and
// to a finer one (Fine); how alike two names are, as a small ordered Level;
// and how a name written in one script is likely to be written in the other.
// What a country's people are called comes in as a Table.
//
// It refuses to know whose name it is. Equal names are not one person and
// unequal ones are not two: weighing that is the work of linkage. It keeps no
// state, reads no file and looks at no more than MaxLetters letters of any
// name, so that no input can make it slow.
//
// Rules and measured agreement are in docs/names.md.
package names

// Rules is the version of the orthographic rules. Keys that are stored are
// comparable only under one version of the rules and one hash of the table.
const Rules = 1

// MaxLetters is the number of letters of a name that count, spaces included;
// what follows is not looked at.
const MaxLetters = 256
