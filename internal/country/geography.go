package country

import (
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"path"
	"slices"
	"strings"

	"sijil/internal/civil"
	"sijil/internal/errs"
	"sijil/internal/lang"
	"sijil/questionnaire"
)

// Geography is a country's regions, provinces and localities, in the order of
// its files.
type Geography struct {
	Regions    []Region
	Provinces  []Province
	Localities []Locality
	byCode     map[string][]int // localities by code, oldest first
}

// Region is the largest area; formulas have effects by region.
type Region struct {
	Code string
	Name lang.Text
}

// Province is an area of a region.
type Province struct {
	Code, Region, Type string
	Name               lang.Text
}

// Locality is a place people live in, during the days its entry holds. Region
// and stratum of a household follow from it.
type Locality struct {
	Code, Province, Region, Stratum string
	Name                            lang.Text
	From, To                        civil.Date // To is zero while the entry holds
}

// LoadGeography reads the folder geography.
func (c *Country) LoadGeography() (*Geography, error) {
	g := &Geography{byCode: map[string][]int{}}
	var bad errs.List
	for _, r := range c.table(&bad, "regions.csv", "region") {
		g.Regions = append(g.Regions, Region{Code: r.get("region"), Name: r.text(c.Languages)})
	}
	for _, r := range c.table(&bad, "provinces.csv", "province", "region", "type") {
		p := Province{Code: r.get("province"), Region: r.get("region"), Type: r.get("type"), Name: r.text(c.Languages)}
		if !slices.ContainsFunc(g.Regions, func(o Region) bool { return o.Code == p.Region }) {
			r.bad("region", "there is no such region", "list it in regions.csv")
		}
		g.Provinces = append(g.Provinces, p)
	}
	for _, r := range c.table(&bad, "localities.csv", "locality", "province", "region", "milieu", "valid_from", "valid_to") {
		g.addLocality(c, r)
	}
	if err := bad.Err(); err != nil {
		return nil, err
	}
	return g, nil
}

func (g *Geography) addLocality(c *Country, r row) {
	l := Locality{Code: r.get("locality"), Province: r.get("province"), Region: r.get("region"), Stratum: r.get("milieu"), Name: r.text(c.Languages)}
	i := slices.IndexFunc(g.Provinces, func(p Province) bool { return p.Code == l.Province })
	if i < 0 {
		r.bad("province", "there is no such province", "list it in provinces.csv")
	} else if g.Provinces[i].Region != l.Region {
		r.bad("region", "not the region of the province", "take the region from provinces.csv")
	}
	if _, ok := c.Strata[l.Stratum]; !ok {
		r.bad("milieu", "there is no such stratum", "use one that country.json lists")
	}
	l.From, l.To = r.date("valid_from"), r.date("valid_to")
	if l.From.IsZero() {
		r.bad("valid_from", "the first day is missing", "write it as YYYY-MM-DD")
	}
	for _, j := range g.byCode[l.Code] {
		if before := g.Localities[j]; before.To.IsZero() || !before.To.Before(l.From) {
			r.bad("valid_from", "the locality's earlier entry still holds", "end it before this one begins")
		}
	}
	g.byCode[l.Code] = append(g.byCode[l.Code], len(g.Localities))
	g.Localities = append(g.Localities, l)
}

// Locality returns the entry of a locality on a day.
func (g *Geography) Locality(code string, day civil.Date) (Locality, error) {
	for _, i := range g.byCode[code] {
		l := g.Localities[i]
		if !day.Before(l.From) && (l.To.IsZero() || !day.After(l.To)) {
			return l, nil
		}
	}
	e := errs.Bad("locality", "the locality is not in the reference list", "use a code of geography/localities.csv")
	if len(g.byCode[code]) > 0 {
		e.What, e.Fix = "the locality has no entry on this day", "check the as-of date against geography/localities.csv"
	}
	e.Code = "country.unknown_locality"
	return Locality{}, e
}

// Place returns what a questionnaire needs to know of a locality on a day.
func (g *Geography) Place(code string, day civil.Date) (questionnaire.Place, error) {
	l, err := g.Locality(code, day)
	if err != nil {
		return questionnaire.Place{}, err
	}
	return questionnaire.Place{Region: l.Region, Stratum: l.Stratum}, nil
}

// row is one line of a table with a header.
type row struct {
	file    string
	line    int
	columns []string
	fields  []string
	errors  *errs.List
}

func (r row) get(column string) string {
	if i := slices.Index(r.columns, column); i >= 0 {
		return strings.TrimSpace(r.fields[i])
	}
	return ""
}

func (r row) bad(column, what, fix string) {
	r.errors.Add(errs.At(errs.Bad(column, what, fix), r.file, r.line))
}

func (r row) text(languages []string) lang.Text {
	t := lang.Text{}
	for _, l := range languages {
		if t[l] = r.get("name_" + l); t[l] == "" {
			r.bad("name_"+l, "the name is missing", "write it in every language of the country")
		}
	}
	return t
}

func (r row) date(column string) (d civil.Date) {
	if err := d.UnmarshalText([]byte(r.get(column))); err != nil {
		r.bad(column, "not a date", "write it as YYYY-MM-DD")
	}
	return d
}

// table reads a table of the geography. Codes in its first column are checked
// to be there; a locality's may stand more than once, dated.
func (c *Country) table(bad *errs.List, name string, wanted ...string) []row {
	name = path.Join(geographyDir, name)
	data, err := fs.ReadFile(c.files, name)
	if err != nil {
		bad.Add(readError(name, err))
		return nil
	}
	in := csv.NewReader(bytes.NewReader(bytes.TrimPrefix(data, []byte("\uFEFF"))))
	columns, err := in.Read()
	if err != nil {
		bad.Add(&errs.Error{Kind: errs.Invalid, File: name, Line: 1, What: "no header", Fix: "begin with the names of the columns"})
		return nil
	}
	for _, w := range wanted {
		if !slices.Contains(columns, w) {
			bad.Add(&errs.Error{Kind: errs.Invalid, File: name, Line: 1, Field: w, What: "the column is missing", Fix: fmt.Sprintf("the columns are %s and the names", strings.Join(wanted, ", "))})
			return nil
		}
	}
	var rows []row
	for {
		fields, err := in.Read()
		if errors.Is(err, io.EOF) {
			return rows
		}
		if err != nil {
			e := &errs.Error{Kind: errs.Invalid, File: name, What: "the line does not have the columns of the header", Fix: "check commas and quotes"}
			if p, ok := errors.AsType[*csv.ParseError](err); ok {
				e.Line = p.StartLine
			}
			bad.Add(e)
			return rows
		}
		line, _ := in.FieldPos(0)
		r := row{file: name, line: line, columns: columns, fields: fields, errors: bad}
		if r.get(wanted[0]) == "" {
			r.bad(wanted[0], "the code is missing", "give every line a code")
		}
		rows = append(rows, r)
	}
}
