//go:build race

package idcs_test

const raceEnabled = true
