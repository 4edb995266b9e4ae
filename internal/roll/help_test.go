package roll_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"sijil/internal/roll"
)

// file writes a roll to be read.
func file(t testing.TB, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "roll.csv")
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// all reads a roll whole: its columns and its values.
func all(t testing.TB, path string) (columns []string, rows [][]string, err error) {
	t.Helper()
	f, err := roll.Open(path)
	if err != nil {
		return nil, nil, err
	}
	err = roll.Each(t.Context(), f, roll.Nothing, func(b *roll.Block, _ struct{}) error {
		if b.First != len(rows) {
			t.Errorf("a block begins at row %d, want %d", b.First, len(rows))
		}
		for r := range b.Rows() {
			row := make([]string, len(f.Columns))
			for c := range row {
				row[c] = string(b.Value(r, c))
			}
			rows = append(rows, row)
		}
		return nil
	})
	return f.Columns, rows, err
}

// joined prints rows in one line, for comparing.
func joined(rows [][]string) string {
	lines := make([]string, len(rows))
	for i, row := range rows {
		lines[i] = strings.Join(row, "|")
	}
	return strings.Join(lines, "/")
}
