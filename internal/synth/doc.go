// Package synth makes a synthetic population of a country: households with
// their declarations, and the persons in them with names in two scripts. It is
// for demonstrations, tests and measurements.
//
// It knows how households are composed and how the answers of a declaration
// hang together. It refuses to know any country: regions, sizes, shares,
// names and what they are aimed at are data it is handed, each figure with its
// source. It makes no identifiers, and nothing it makes describes a person who
// lives: see docs/synthetic-population.md for what it must not be used for.
//
// The same seed gives the same bytes on any machine and with any number of
// goroutines. Each household has a random stream of its own, seeded from the
// seed and the household's number, and every decision is taken with integers:
// functions such as math.Exp may differ in the last bit between processors,
// and one bit is enough to turn a decision.
package synth
