// Package household is the social register: which persons form a household,
// what it declared and when, and the index that was in force at any instant.
//
// It knows a person by sector token only, and stores even that sealed, beside
// a keyed blind index by which it is found again. It refuses to know names,
// identifiers, telephones and documents: a declarant's words about a member go
// to the population register, which answers yes or no. It refuses to know
// programmes, too: an index is a fact about a household, what follows from it
// is decided elsewhere.
package household
