package synthroll

import (
	"bytes"
	"encoding/csv"
	"slices"
	"strconv"
	"strings"

	"sijil/internal/errs"
	"sijil/internal/strictjson"
)

// Inputs are a country's data.
type Inputs struct {
	FiguresFile, NamesFile string // names of the files, for errors
	Figures, Names         []byte
	Places                 []Place
}

// Place is a place people are born in, in both scripts.
type Place struct{ Latin, Arabic string }

// Model makes rolls. It does not change, and may be shared.
type Model struct {
	figures
	places                []Place
	given                 [2]nameList // men's, women's
	family                nameList
	prefixes              picker
	latin, arabic         []rewrite
	keysLatin, keysArabic map[rune][]rune
	keysDigit             map[rune][]rune
}

type figures struct {
	Format int      `json:"format"`
	Note   string   `json:"note,omitempty"`
	Header []string `json:"header"`
	Sexes  []string `json:"sexes"`
	Births struct {
		From            int `json:"from"`
		To              int `json:"to"`
		Older           int `json:"older"`
		Younger         int `json:"younger"`
		PresumedBefore  int `json:"presumed_before"`
		Presumed        int `json:"presumed"`
		DocumentsBefore int `json:"documents_before"`
	} `json:"births"`
	Documents struct {
		First   string `json:"first"`
		Second  string `json:"second"`
		Digits  int    `json:"digits"`
		Missing int    `json:"missing"`
	} `json:"documents"`
	Phones struct {
		Starts  []string `json:"starts"`
		Digits  int      `json:"digits"`
		Missing int      `json:"missing"`
	} `json:"phones"`
	People struct {
		Again    int `json:"again"`
		Third    int `json:"third"`
		Fourth   int `json:"fourth"`
		Twins    int `json:"twins"`
		Siblings int `json:"siblings"`
	} `json:"people"`
	Surnames struct {
		Known    int `json:"known"`
		Kinds    int `json:"kinds"`
		Skew     int `json:"skew"`
		Prefixes []struct {
			Latin  string `json:"latin"`
			Arabic string `json:"arabic"`
			Weight int    `json:"weight"`
		} `json:"prefixes"`
		Starts  [][2]string `json:"starts"`
		Middles [][2]string `json:"middles"`
		Ends    [][2]string `json:"ends"`
	} `json:"surnames"`
	Errors struct {
		LatinSpelling   int `json:"latin_spelling"`
		LatinSlip       int `json:"latin_slip"`
		ArabicSpelling  int `json:"arabic_spelling"`
		ArabicSlip      int `json:"arabic_slip"`
		Swapped         int `json:"swapped"`
		NameMissing     int `json:"name_missing"`
		Birth           int `json:"birth"`
		BirthMissing    int `json:"birth_missing"`
		Sex             int `json:"sex"`
		Place           int `json:"place"`
		PlaceMissing    int `json:"place_missing"`
		DocumentMissing int `json:"document_missing"`
		DocumentSlip    int `json:"document_slip"`
		PhoneNew        int `json:"phone_new"`
		PhoneMissing    int `json:"phone_missing"`
	} `json:"errors"`
	Spelling struct {
		Latin  [][2]string `json:"latin"`
		Arabic [][2]string `json:"arabic"`
	} `json:"spelling"`
	Keyboards struct {
		Latin  []string `json:"latin"`
		Arabic []string `json:"arabic"`
		Digits []string `json:"digits"`
	} `json:"keyboards"`
}

// rewrite is another way to write some letters.
type rewrite struct{ from, to []rune }

// columns of a roll, by what they mean.
const columnCount = 14

// Load checks a country's data and makes a model of it.
func Load(in Inputs) (*Model, error) {
	m := &Model{places: in.Places}
	if err := strictjson.Unmarshal(in.FiguresFile, in.Figures, &m.figures); err != nil {
		return nil, err
	}
	var list errs.List
	need := func(ok bool, field, fix string) {
		if !ok {
			list.Addf(field, fix, "not usable")
		}
	}
	need(m.Format == 1, "format", "write 1")
	need(len(m.Header) == columnCount, "header", "name "+strconv.Itoa(columnCount)+" columns")
	need(len(m.Sexes) == 2, "sexes", "write the signs of men and women")
	b := m.Births
	need(b.From > 1800 && b.From < b.Older && b.Older < b.Younger && b.Younger <= b.To && b.To < 2200, "births", "write years that go up: from, older, younger, to")
	need(len(m.Documents.First) > 0 && len(m.Documents.Second) > 0 && m.Documents.Digits > 0 && m.Documents.Digits < 10, "documents", "give letters, and up to 9 digits")
	need(len(m.Phones.Starts) > 0 && m.Phones.Digits > 0 && m.Phones.Digits < 10, "phones", "give starts, and up to 9 digits")
	s := m.Surnames
	need(len(s.Prefixes) > 0 && len(s.Starts) > 0 && len(s.Middles) > 0 && len(s.Ends) > 0 && s.Kinds > 0 && s.Skew > 0, "surnames", "give syllables of every kind")
	for _, p := range in.Places {
		need(plain(p.Latin) && plain(p.Arabic), "places", "leave out commas, quotes and line ends")
	}
	for _, h := range m.Header {
		need(h != "" && plain(h), "header", "leave out commas, quotes and line ends")
	}
	need(len(in.Places) > 1, "places", "give at least two places")
	for _, p := range s.Prefixes {
		need(p.Weight > 0, "surnames.prefixes", "give weights above 0")
		m.prefixes = m.prefixes.add(p.Weight)
	}
	if err := errs.At(list.Err(), in.FiguresFile, 0); err != nil {
		return nil, err
	}
	m.latin, m.arabic = rewrites(m.Spelling.Latin), rewrites(m.Spelling.Arabic)
	m.keysLatin, m.keysArabic, m.keysDigit = neighbours(m.Keyboards.Latin), neighbours(m.Keyboards.Arabic), neighbours(m.Keyboards.Digits)
	return m, m.readNames(in)
}

// plain reports whether a value can stand in CSV without quotes.
func plain(v string) bool { return !strings.ContainsAny(v, ",\"\r\n") }

func rewrites(pairs [][2]string) []rewrite {
	var out []rewrite
	for _, p := range pairs {
		if p[0] != "" {
			out = append(out, rewrite{[]rune(p[0]), []rune(p[1])})
		}
	}
	return out
}

// neighbours are the keys beside each key, in its row and the next ones.
func neighbours(rows []string) map[rune][]rune {
	out := map[rune][]rune{}
	for y, row := range rows {
		keys := []rune(row)
		for x, k := range keys {
			for dy := -1; dy <= 1; dy++ {
				if y+dy < 0 || y+dy >= len(rows) {
					continue
				}
				other := []rune(rows[y+dy])
				for dx := -1; dx <= 1; dx++ {
					if (dx != 0 || dy != 0) && x+dx >= 0 && x+dx < len(other) {
						out[k] = append(out[k], other[x+dx])
					}
				}
			}
		}
	}
	return out
}

// nameList is names with how often they are borne by the old and the young.
type nameList struct {
	names        []spellings
	older, young picker
}

// spellings are those of one name, the usual one first.
type spellings struct{ latin, arabic []string }

// readNames reads the country's table of names.
func (m *Model) readNames(in Inputs) error {
	rows, err := csv.NewReader(bytes.NewReader(in.Names)).ReadAll()
	if err != nil || len(rows) < 2 || len(rows[0]) < 7 {
		return &errs.Error{Kind: errs.Invalid, File: in.NamesFile, What: "not a table of names", Fix: "give the columns of the country's table"}
	}
	for i, row := range rows[1:] {
		older, errOlder := strconv.Atoi(row[5])
		young, errYoung := strconv.Atoi(row[6])
		if errOlder != nil || errYoung != nil || older < 0 || young < 0 {
			return errs.At(errs.Bad("weight_older", "not a weight", "write 0 to 10000"), in.NamesFile, i+2)
		}
		if !plain(row[1] + row[2] + row[3] + row[4]) {
			return errs.At(errs.Bad("latin", "a name holds a comma, a quote or a line end", "remove it"), in.NamesFile, i+2)
		}
		list := &m.family
		switch row[0] {
		case "first_m":
			list = &m.given[0]
		case "first_f":
			list = &m.given[1]
		}
		list.names = append(list.names, spellings{latin: spelt(row[3], row[4]), arabic: spelt(row[1], row[2])})
		list.older, list.young = list.older.add(older), list.young.add(young)
	}
	for _, l := range []nameList{m.given[0], m.given[1], m.family} {
		if len(l.names) < 2 || slices.Max(l.older) == 0 || slices.Max(l.young) == 0 {
			return &errs.Error{Kind: errs.Invalid, File: in.NamesFile, What: "a kind of name is missing or has no weight", Fix: "give each of first_m, first_f and family some"}
		}
	}
	return nil
}

func spelt(usual, others string) []string {
	if others == "" {
		return []string{usual}
	}
	return append([]string{usual}, strings.Split(others, "|")...)
}
