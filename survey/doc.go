// Package survey is the formula lab: from a household survey with its sampling
// design it fits an index of living standards, says how sure each coefficient
// is, and judges out of fold whom the index would miss and whom it would take
// in by error.
//
// It knows designs (weights, strata, clusters, finite populations), weighted
// regressions (least squares, LASSO, quantile, logit), poverty and inequality
// measures, and the errors of targeting, each with its own denominator. Every
// figure is a pure function of its inputs: random draws come from a seed handed
// in, sums run in a fixed order, and the answer is the same at any GOMAXPROCS.
//
// It refuses to know names and identifiers: a column that looks like one is
// not taken as a variable, and messages name rows and columns, never values.
// It knows no database, no clock and no particular country.
package survey
