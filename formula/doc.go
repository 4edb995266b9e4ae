// Package formula knows an index formula: a versioned definition in a data
// file, what it makes of a household's values, and why.
//
// A definition has strata, each with its own intercept, region effects and
// terms. Evaluation is exact: coefficients are decimals, values are integers
// or ratios of integers, and the same definition and values give the same
// index, to the last decimal, on any machine and in any order of the terms
// (see EvaluationVersion). Missing input is an error, or a value that the
// definition states for that case; it is never silently zero.
//
// The package refuses to know persons: it sees a vector of values, a stratum
// and a region, never a name or an identifier. It does not know which formula
// is in force, what a threshold decides, or how values come from answers. It
// uses no floating point.
package formula

// EvaluationVersion is the version of the arithmetic below. It stands beside a
// formula's hash in whatever must be recomputed later, and changes only if
// one of these rules does:
//
//   - a coefficient is an integer of 1e-12;
//   - the contribution of a term is coefficient × value (or its square),
//     rounded half to even to 12 decimals; a lookup table gives its points as
//     they are; a floor or a cap is applied to the value first;
//   - the unrounded index is the exact sum of intercept, region effect and
//     contributions;
//   - the index is that sum rounded half to even to 7 decimals, and it is the
//     rounded index that is compared with thresholds.
//
// An intermediate result that does not fit is an error, never wrapped.
const EvaluationVersion = 1
