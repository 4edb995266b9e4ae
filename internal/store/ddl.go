package store

import (
	"fmt"
	"strings"

	"sijil/internal/errs"
)

// ddl is one migration file as both engines read it.
type ddl struct {
	only  Engine   // 0 when it is for both
	steps []string // in the order of the file, for the engine asked for

	placed map[string]Placement // by table
}

// dataTypes are the column types of migrations, and what SQLite calls them.
var dataTypes = map[string]struct{ sqlite, check string }{
	"uuid":        {"BLOB", "length(%s) = 16"},
	"bytea":       {"BLOB", ""},
	"bigint":      {"INTEGER", ""},
	"integer":     {"INTEGER", "%[1]s BETWEEN -2147483648 AND 2147483647"},
	"smallint":    {"INTEGER", "%[1]s BETWEEN -32768 AND 32767"},
	"boolean":     {"INTEGER", "%s IN (0, 1)"},
	"text":        {"TEXT", ""},
	"timestamptz": {"INTEGER", ""},
	"date":        {"TEXT", "length(%s) = 10"},
}

// typeCheck begins the names of the checks by which SQLite refuses what does
// not fit a column of PostgreSQL.
const typeCheck = "type_of_"

// parseDDL reads a migration. Whatever one of the engines would understand
// otherwise than the other is an error, with its line.
func parseDDL(file, sql string, engine Engine) (ddl, error) {
	var out ddl
	out.placed = map[string]Placement{}
	p := ddlParser{file: file, engine: engine, out: &out}
	var stmt []sqlToken
	for _, t := range tokens(sql) {
		var err error
		switch {
		case strings.HasPrefix(t.text, directiveMark):
			if len(stmt) > 0 {
				return out, p.bad(t, "a directive stands inside a statement", "end the statement before it with a semicolon")
			}
			err = p.directive(t)
		case t.text == ";":
			if err = p.statement(stmt); err == nil {
				stmt = nil
			}
		default:
			stmt = append(stmt, t)
		}
		if err != nil {
			return out, err
		}
	}
	if len(stmt) > 0 {
		return out, p.bad(stmt[0], "the statement has no end", "end it with a semicolon")
	}
	return out, p.placed(sqlToken{})
}

type ddlParser struct {
	file   string
	engine Engine
	out    *ddl
	table  string // made by the statement before, not placed yet
	line   int    // where
}

func (p *ddlParser) bad(t sqlToken, what, fix string) error {
	return &errs.Error{Kind: errs.Invalid, Code: "store.migration", File: p.file, Line: t.line, What: what, Fix: fix}
}

func (p *ddlParser) placed(t sqlToken) error {
	if p.table == "" {
		return nil
	}
	if t.line == 0 {
		t.line = p.line
	}
	return p.bad(t, "table "+p.table+" is not placed", "write its placement directly after it, such as: --+ place "+p.table+" by person_id")
}

// directive reads "--+ only postgres" and "--+ place TABLE by COLUMN [with
// TABLE] | everywhere | here | local".
func (p *ddlParser) directive(t sqlToken) error {
	w := strings.Fields(strings.TrimPrefix(t.text, directiveMark))
	if len(w) == 2 && w[0] == "only" {
		e, err := ParseEngine(w[1])
		p.out.only = e
		return err
	}
	if len(w) < 3 || w[0] != "place" {
		return p.bad(t, "the directive is not known", "write: --+ place TABLE by COLUMN, everywhere, here or local")
	}
	if w[1] != p.table {
		return p.bad(t, "the table before this placement is another one", "place each table directly after it is made")
	}
	p.table = ""
	place := Placement{Kind: w[2]}
	var call string
	switch {
	case w[2] == "by" && (len(w) == 4 || len(w) == 6 && w[4] == "with"):
		with := "NULL"
		if len(w) == 6 {
			with = "'" + w[5] + "'"
		}
		place.By = w[3]
		call = fmt.Sprintf("SELECT place_by('%s', '%s', %s)", w[1], w[3], with)
	case w[2] == "everywhere" && len(w) == 3:
		call = fmt.Sprintf("SELECT place_everywhere('%s')", w[1])
	case w[2] == "here" && len(w) == 3:
		call = fmt.Sprintf("SELECT place_here('%s')", w[1])
	case w[2] == "local" && len(w) == 3:
	default:
		return p.bad(t, "the placement is not known", "write: by COLUMN, everywhere, here or local")
	}
	p.out.placed[w[1]] = place
	if p.engine == Postgres && call != "" {
		p.out.steps = append(p.out.steps, call)
	}
	return nil
}

func (p *ddlParser) statement(stmt []sqlToken) error {
	if len(stmt) == 0 {
		return nil
	}
	first := stmt[0]
	if err := p.placed(first); err != nil {
		return err
	}
	if p.out.only != 0 {
		p.out.steps = append(p.out.steps, joined(stmt))
		return nil
	}
	switch {
	case len(stmt) > 3 && first.is("CREATE") && stmt[1].is("TABLE"):
		return p.createTable(stmt)
	case len(stmt) > 5 && first.is("ALTER") && stmt[1].is("TABLE") && stmt[3].is("ADD"):
		return p.addColumn(stmt)
	case first.is("SET"): // settings are PostgreSQL's
		if p.engine == Postgres {
			p.out.steps = append(p.out.steps, joined(stmt))
		}
		return nil
	case first.is("CREATE") && (len(stmt) < 4 || !stmt[1].is("INDEX", "UNIQUE")), first.is("BEGIN", "COMMIT", "ROLLBACK", "PRAGMA", "VACUUM"):
		return p.bad(first, "a migration has no "+strings.ToUpper(joined(stmt[:min(2, len(stmt))])),
			"keep to tables and indexes: both engines and distributed tables know these")
	case first.is("ALTER") && (len(stmt) < 5 || !stmt[3].is("RENAME", "DROP")):
		return p.bad(first, "the engines do not change a table in the same way", "add, rename or drop a column, or make another table")
	}
	for _, t := range stmt {
		if t.is("CONCURRENTLY", "INCLUDE", "USING") {
			return p.bad(t, "SQLite has no "+t.text, "leave it out")
		}
	}
	p.out.steps = append(p.out.steps, joined(stmt))
	return nil
}

func (p *ddlParser) createTable(stmt []sqlToken) error {
	name := stmt[2]
	if !isName(name.text) || !stmt[3].is("(") || !stmt[len(stmt)-1].is(")") {
		return p.bad(name, "this is not a plain CREATE TABLE name ( … )", "use a name in lower case, and nothing after the closing bracket")
	}
	p.table, p.line = name.text, name.line
	var lines []string
	for _, it := range items(stmt[4 : len(stmt)-1]) {
		text, err := p.tableItem(name.text, it)
		if err != nil {
			return err
		}
		lines = append(lines, "  "+text)
	}
	out := "CREATE TABLE " + name.text + " (\n" + strings.Join(lines, ",\n") + "\n)"
	if p.engine == SQLite {
		out += " STRICT"
	}
	p.out.steps = append(p.out.steps, out)
	return nil
}

// items splits what stands between the brackets of a table at its commas.
func items(ts []sqlToken) [][]sqlToken {
	var out [][]sqlToken
	depth, start := 0, 0
	for i, t := range ts {
		switch t.text {
		case "(":
			depth++
		case ")":
			depth--
		case ",":
			if depth == 0 {
				out = append(out, ts[start:i])
				start = i + 1
			}
		}
	}
	return append(out, ts[start:])
}

// tableItem writes a column or a constraint of a table.
func (p *ddlParser) tableItem(table string, it []sqlToken) (string, error) {
	if len(it) < 2 {
		return "", p.bad(sqlToken{line: p.line}, "table "+table+" has an empty line between commas", "")
	}
	switch {
	case it[0].is("CONSTRAINT"):
		if len(it) < 4 || !it[2].is("CHECK") {
			return "", p.bad(it[0], "only a CHECK may be named", "leave the name out: keys are named after table and columns on both engines")
		}
		return joined(it), nil
	case it[0].is("PRIMARY", "UNIQUE", "FOREIGN"):
		return joined(it), nil
	case it[0].is("CHECK"):
		return "", p.bad(it[0], "this CHECK has no name", "write: CONSTRAINT name CHECK (…)")
	}
	return p.column(table, it)
}

func (p *ddlParser) addColumn(stmt []sqlToken) error {
	at := 4
	if stmt[at].is("COLUMN") {
		at++
	}
	if stmt[at].is("CONSTRAINT", "PRIMARY", "UNIQUE", "FOREIGN", "CHECK") || len(stmt) < at+2 {
		return p.bad(stmt[at], "SQLite adds columns to a table, not constraints", "make an index, or another table")
	}
	text, err := p.column(stmt[2].text, stmt[at:])
	if err != nil {
		return err
	}
	p.out.steps = append(p.out.steps, "ALTER TABLE "+stmt[2].text+" ADD COLUMN "+text)
	return nil
}

// column writes "name type …" for the engine. A CHECK of a column is named
// after it.
func (p *ddlParser) column(table string, it []sqlToken) (string, error) {
	name, typ := it[0], dataTypes[strings.ToLower(it[1].text)]
	if !isName(name.text) {
		return "", p.bad(name, "this is not the name of a column in lower case", "")
	}
	if typ.sqlite == "" {
		return "", p.bad(it[1], "columns have no type "+it[1].text, "use uuid, bytea, bigint, integer, smallint, boolean, text, timestamptz or date")
	}
	out := []sqlToken{name, it[1]}
	if p.engine == SQLite {
		out[1].text = typ.sqlite
	}
	depth := 0
	for i, t := range it[2:] {
		switch {
		case t.is("("):
			depth++
		case t.is(")"):
			depth--
		case depth == 0 && t.is("CHECK"):
			t.text = "CONSTRAINT " + table + "_" + name.text + "_check CHECK"
		case depth == 0 && t.is("CONSTRAINT", "GENERATED", "COLLATE"):
			return "", p.bad(t, "a column has no "+t.text+" here", "a CHECK of a column is named table_column_check on both engines")
		case depth == 0 && t.is("DEFAULT") && i+3 < len(it) && !it[i+3].is("true", "false") && it[i+3].word && (it[i+3].text[0] < '0' || it[i+3].text[0] > '9'):
			return "", p.bad(t, "the default is computed by the database", "hand times, ids and random values in as parameters")
		}
		out = append(out, t)
	}
	text := joined(out)
	if p.engine == SQLite && typ.check != "" {
		text += " CONSTRAINT " + typeCheck + name.text + " CHECK (" + fmt.Sprintf(typ.check, name.text) + ")"
	}
	return text, nil
}
