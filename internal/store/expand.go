package store

import (
	"bufio"
	"bytes"
	"io/fs"
	"strings"

	"sijil/internal/errs"
)

// Released reads a list of the migrations of versions that were published: a
// line VERSION SET/NNN_name SHA256 for each, # begins a comment.
func Released(file string, data []byte) (map[string]string, error) {
	out := map[string]string{}
	lines := bufio.NewScanner(bytes.NewReader(data))
	for n := 1; lines.Scan(); n++ {
		w := strings.Fields(lines.Text())
		if len(w) == 0 || strings.HasPrefix(w[0], "#") {
			continue
		}
		if len(w) != 3 || out[w[1]] != "" {
			return nil, errs.At(errs.Bad("", "this is not VERSION SET/NNN_name SHA256, once for each", ""), file, n)
		}
		out[w[1]] = w[2]
	}
	return out, lines.Err()
}

// contractMark begins the line by which a migration may take something away:
// what the version that was published last no longer reads or writes.
const contractMark = "-- unread since "

// Expands refuses migrations that would hurt the published version while it
// serves beside this one: a published file that changed; and in a later one a
// DROP, a RENAME, a column without a default that must not be null, or a
// uniqueness on a table that the published version writes. What nothing reads
// any more may go in a migration that says so: "-- unread since VERSION".
func Expands(sets []Migrations, released map[string]string) error {
	sums, err := Checksums(sets)
	if err != nil {
		return err
	}
	var all errs.List
	for name, sum := range released {
		if sums[name] != sum {
			all.Add(&errs.Error{Kind: errs.Conflict, Code: "store.released", File: name, What: "the published migration has changed or is gone", Fix: "restore it, and write another"})
		}
	}
	for _, set := range append([]Migrations{Common()}, sets...) {
		names, err := fs.Glob(set.Files, "*.sql")
		if err != nil {
			return err
		}
		fresh := map[string]bool{} // tables made since
		for _, file := range names {
			name := set.Set + "/" + strings.TrimSuffix(file, ".sql")
			if released[name] != "" {
				continue
			}
			text, err := fs.ReadFile(set.Files, file)
			if err != nil {
				return err
			}
			if len(released) > 0 && !bytes.Contains(text, []byte(contractMark)) {
				all.Add(expands(name, string(text), fresh))
			}
		}
	}
	return all.Err()
}

// expands looks at one migration, statement by statement.
func expands(name, sql string, fresh map[string]bool) error {
	var all errs.List
	var stmt []sqlToken
	for _, t := range tokens(sql) {
		if t.text != ";" {
			stmt = append(stmt, t)
			continue
		}
		words := " " + strings.ToUpper(joined(stmt)) + " "
		table := ""
		if len(stmt) > 2 {
			table = stmt[2].text
		}
		has := func(w string) bool { return strings.Contains(words, " "+w+" ") }
		bad := func(what, fix string) {
			all.Add(&errs.Error{Kind: errs.Conflict, Code: "store.contracts", File: name, Line: stmt[0].line, What: what, Fix: fix})
		}
		switch {
		case has("CREATE TABLE"):
			fresh[table] = true
		case has("DROP") || has("RENAME"):
			bad("this takes away what the published version may read", `let one version go by that does not read it, then write "`+contractMark+`VERSION"`)
		case has("CREATE UNIQUE INDEX"):
			for i, t := range stmt {
				if t.is("ON") && i+1 < len(stmt) && !fresh[stmt[i+1].text] {
					bad("the published version may write what this uniqueness forbids", "make another table, or let one version go by that keeps to it")
				}
			}
		case has("ALTER TABLE") && has("ADD") && has("NOT NULL") && !has("DEFAULT") && !fresh[table]:
			bad("the published version does not fill this column", "give it a default, or let it be null")
		}
		stmt = nil
	}
	return all.Err()
}
