//go:build !race

package formula_test

const raceDetector = false
