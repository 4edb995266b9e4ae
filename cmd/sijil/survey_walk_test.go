package main

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"
)

// TestWalkThrough runs the commands of docs/formula-lab.md as they are written
// there and looks for every line of output that the page shows.
func TestWalkThrough(t *testing.T) {
	t.Parallel()
	page, err := os.ReadFile("../../docs/formula-lab.md")
	if err != nil {
		t.Fatal(err)
	}
	script, commands, shown := walkScript(string(page))
	if commands < 5 || shown < 20 {
		t.Fatalf("%d commands and %d lines were found on the page", commands, shown)
	}
	file := filepath.Join(t.TempDir(), "walk.txtar")
	if err := os.WriteFile(file, []byte(script), 0o600); err != nil {
		t.Fatal(err)
	}
	root, err := filepath.Abs("../..")
	if err != nil {
		t.Fatal(err)
	}
	testscript.Run(t, testscript.Params{Files: []string{file}, Setup: func(e *testscript.Env) error {
		return os.CopyFS(filepath.Join(e.WorkDir, "cmd/sijil/testdata/survey"), os.DirFS(filepath.Join(root, "cmd/sijil/testdata/survey")))
	}})
}

// walkScript turns the console blocks of a page into a script. Lines after $
// are commands, and NAME='…' among them sets a variable of the page; of other
// lines each is looked for in what the last command printed.
func walkScript(page string) (script string, commands, shown int) {
	var b strings.Builder
	variables := map[string]string{}
	for _, block := range regexp.MustCompile("(?s)```console\n(.*?)```").FindAllStringSubmatch(page, -1) {
		for line := range strings.Lines(block[1]) {
			line = strings.TrimRight(line, "\n")
			command, isCommand := strings.CutPrefix(line, "$ ")
			switch {
			case isCommand:
				if name, value, ok := strings.Cut(command, "='"); ok && regexp.MustCompile(`^[A-Z]+$`).MatchString(name) {
					variables[name] = strings.TrimSuffix(value, "'")
					continue
				}
				for name, value := range variables {
					command = strings.ReplaceAll(command, "$"+name, value)
				}
				if strings.HasPrefix(command, "cp ") {
					fmt.Fprintln(&b, command)
					continue
				}
				commands++
				fmt.Fprintln(&b, "exec "+command)
			case line == "…" || line == "":
			default:
				shown++
				pattern := regexp.MustCompile(" +").ReplaceAllString(regexp.QuoteMeta(line), " +")
				fmt.Fprintf(&b, "stdout '^%s'\n", strings.ReplaceAll(pattern, "'", "''"))
			}
		}
	}
	return b.String(), commands, shown
}
