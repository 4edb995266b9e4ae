// Package policy says what a threshold does to the people around it: what it
// costs, whom it covers and misses, which cliffs it makes, who moves in and
// out over time, and whether scores are arranged to fall on its good side.
//
// It knows scores, thresholds, weights and amounts. It refuses to know whose
// they are: it never sees a name or an identifier, only numbers in rows, and
// its messages name rows and options, never a person. It knows no database,
// no clock and no particular country, and every figure is a pure function of
// its input, the same at any number of processors and in any order of rows.
//
// # The density test
//
// [TestDensity] asks whether the density of a score jumps at a threshold. Where
// nobody can place a score exactly, the density is continuous there; a jump says
// that some households, or those who fill in their forms, have sorted
// themselves to one side. The method is the local polynomial density estimator
// of Cattaneo, Jansson and Ma: a polynomial of order q fitted to the empirical
// distribution function on each side of the cutoff, whose slope at the cutoff
// is the density there.
//
// Discrete scores. The theory is for a continuous score. Where values repeat
// (a score with few decimals, a sum of points) the distribution function is
// taken at each distinct value, tied observations are counted at that value
// together, and windows are widened until each holds enough distinct values;
// [Density.DistinctLeft] and [Density.DistinctRight] say how many it found.
// With only a handful of distinct values on a side the test follows the grid
// more than the people: compare the counts of neighbouring values instead.
// A heap of round values at the cutoff looks like manipulation and need not be.
//
// What the test cannot show. It names nobody and proves no fraud: an honest
// rule, such as an office that re-visits every household just above the line,
// bends a density too. A manipulation that moves as many households up as down
// leaves no trace, nor does one spread over a window wider than the bandwidth.
// A jump in a whole country may come from one office, and a jump in one office
// drown in a country: run it by office and month, and then expect one test in
// twenty to reject at 5 % where nothing happened. A large p is not proof of
// honesty, least of all with few observations near the cutoff.
package policy
