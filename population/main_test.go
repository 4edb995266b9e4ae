package population_test

import (
	"flag"
	"os"
	"testing"
)

// TestMain runs property tests on stores a quarter as often as others, unless
// -rapid.checks says how often.
func TestMain(m *testing.M) {
	flag.Parse()
	if f := flag.Lookup("rapid.checks"); f != nil && f.Value.String() == f.DefValue {
		if err := f.Value.Set("25"); err != nil {
			panic(err)
		}
	}
	os.Exit(m.Run())
}
