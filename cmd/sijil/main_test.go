package main

import (
	"bytes"
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"
)

// TestMain lets scripts run the command as a program of its own.
func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){"sijil": main, "fetch": fetch})
}

// TestScripts runs what people type, from testdata/script. $GOLDEN is the
// folder of the questionnaire's golden declarations, $MOROCCO the reference
// country's folder, $PELAGIA that of an invented country.
func TestScripts(t *testing.T) {
	t.Parallel()
	absolute := func(p string) string {
		abs, err := filepath.Abs(p)
		if err != nil {
			t.Fatal(err)
		}
		return abs
	}
	golden, morocco, pelagia := absolute("../../questionnaire/testdata"), absolute("../../morocco"), absolute("testdata/pelagia")
	testscript.Run(t, testscript.Params{
		Dir: "testdata/script",
		Setup: func(e *testscript.Env) error {
			e.Setenv("GOLDEN", golden)
			e.Setenv("MOROCCO", morocco)
			e.Setenv("PELAGIA", pelagia)
			return nil
		},
	})
}

// TestStoppedHalfWay cancels long work and looks at what it leaves behind.
func TestStoppedHalfWay(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	var out, errw bytes.Buffer
	status := run(ctx, []string{"synth", "--households", "100000", "--out", dir}, strings.NewReader(""), &out, &errw)
	if status != exitFailed || !strings.Contains(errw.String(), "stopped") {
		t.Errorf("status %d, %q", status, errw.String())
	}
	left, err := os.ReadDir(dir)
	if err != nil || len(left) > 0 {
		t.Errorf("left behind: %v, %v", left, err)
	}
}

// TestFullDisk writes where nothing can be written.
func TestFullDisk(t *testing.T) {
	t.Parallel()
	var errw bytes.Buffer
	status := run(t.Context(), []string{"index", "../../questionnaire/testdata/golden.jsonl"}, strings.NewReader(""), failing{}, &errw)
	if status != exitFailed || !strings.Contains(errw.String(), "no space") {
		t.Errorf("status %d, %q", status, errw.String())
	}
}

type failing struct{}

func (failing) Write([]byte) (int, error) { return 0, errors.New("no space left on device") }
