//go:build !race

package idcs_test

const raceEnabled = false
