package arch_test

import (
	"slices"
	"testing"
)

// seal/sealtest can turn sealing off, for the control of the searches for
// plaintext. No package imports it but in its tests, and nothing outside seal
// reaches the switch.
func TestNoProgramTurnsSealingOff(t *testing.T) {
	t.Parallel()
	all := imports(t)
	if _, ok := all["seal/sealtest"]; !ok {
		t.Fatal("seal/sealtest is not there: this test looks for nothing")
	}
	for pkg, list := range all {
		if slices.Contains(list, "sijil/seal/sealtest") {
			t.Errorf("%s imports seal/sealtest outside its tests", pkg)
		}
	}
}
