package chart_test

import (
	"bytes"
	"flag"
	"os"
	"path/filepath"
	"testing"
)

var update = flag.Bool("update", false, "write the golden pictures anew; then look at them")

func TestGoldenPictures(t *testing.T) {
	t.Parallel()
	for name, picture := range cases() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got, err := picture.SVG()
			if err != nil {
				t.Fatal(err)
			}
			wellFormed(t, got)
			file := filepath.Join("testdata", name+".svg")
			if *update {
				if err := os.WriteFile(file, got, 0o644); err != nil {
					t.Fatal(err)
				}
			}
			want, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			if !bytes.Equal(got, want) {
				t.Errorf("%s differs; run with -update and look at the picture. Got\n%s", file, got)
			}
		})
	}
}
