// Package morocco is the reference configuration: Morocco as data.
//
// It knows the published formula, the questionnaire, the thresholds, the
// geography, the names and the marginals of the synthetic population, each
// with its source and how far it has been verified. It refuses to know any
// code: another country is another folder of the same files.
package morocco

import "embed"

// Data is the folder of the country's data, read by package country.
//
//go:embed *.json *.csv formulas geography
var Data embed.FS
