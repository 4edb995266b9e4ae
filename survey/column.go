package survey

import (
	"math"
	"slices"
	"sort"
	"strconv"
	"strings"
	"unicode"
)

// Kind is the type of a column.
type Kind uint8

// The kinds of column. Auto lets the values decide.
const (
	Auto        Kind = iota
	Numeric          // every value present is a finite decimal number
	Boolean          // yes/no or true/false; read as 1 and 0
	Categorical      // codes; expanded into indicators
)

var kindNames = [...]string{"auto", "numeric", "boolean", "categorical"}

// String returns the name of the kind.
func (k Kind) String() string {
	if int(k) < len(kindNames) {
		return kindNames[k]
	}
	return "invalid"
}

// ParseKind reads the name of a kind; ok is false for any other text.
func ParseKind(s string) (k Kind, ok bool) {
	for i, n := range kindNames {
		if n == s {
			return Kind(i), true
		}
	}
	return Auto, false
}

// Column is one column of a survey file.
type Column struct {
	Name string
	Kind Kind

	// Values holds numbers (and 1 or 0 for booleans), NaN where missing. It is
	// nil for categorical columns.
	Values []float64

	// Codes holds an index into Levels, -1 where missing. Levels are sorted, as
	// numbers when all are whole numbers. Both are nil unless categorical.
	Codes  []int32
	Levels []string

	Missing      int // how many values are missing
	FirstMissing int // line of the first missing value, 0 when there is none

	// TextAt is the line of the first text in a column otherwise numeric; such
	// a column cannot be used until the value is mended or the column declared
	// categorical. 0 when there is none.
	TextAt int

	// Withheld says why the column may not serve as a variable: it looks like
	// a name or an identifier. Text so withheld is not kept at all.
	Withheld string
}

func (c *Column) missingAt(i int) bool {
	if c.Kind == Categorical {
		return c.Codes == nil || c.Codes[i] < 0
	}
	return math.IsNaN(c.Values[i])
}

var booleans = map[string]float64{
	"true": 1, "yes": 1, "oui": 1, "نعم": 1,
	"false": 0, "no": 0, "non": 0, "لا": 0,
}

// typeColumn decides the kind of a column from its cells. Text in at most half
// of the cells of a column is taken for a slip, not for a category.
func typeColumn(name string, cells []string, lines []int32, want Kind, o *ReadOptions) *Column {
	c := &Column{Name: name}
	values := make([]float64, len(cells))
	var numbers, present, firstText int
	for i, s := range cells {
		s = strings.TrimSpace(s)
		cells[i] = s
		if o.isMissing(s) {
			values[i] = math.NaN()
			c.Missing++
			if c.FirstMissing == 0 {
				c.FirstMissing = int(lines[i])
			}
			continue
		}
		present++
		if v, ok := parseNumber(s, o.decimalComma); ok && want != Categorical {
			values[i] = v
			numbers++
			continue
		}
		values[i] = math.NaN()
		if firstText == 0 {
			firstText = int(lines[i])
		}
	}
	switch {
	case want == Numeric || want == Auto && (numbers == present || 2*numbers > present):
		c.Kind, c.Values = Numeric, values
		if numbers < present {
			c.TextAt = firstText
		}
	case want != Categorical && c.readBooleans(cells, o):
	default:
		c.readCategories(cells, o)
	}
	c.withhold(len(cells))
	return c
}

func (c *Column) readBooleans(cells []string, o *ReadOptions) bool {
	values := make([]float64, len(cells))
	for i, s := range cells {
		if o.isMissing(s) {
			values[i] = math.NaN()
			continue
		}
		v, ok := booleans[strings.ToLower(s)]
		if !ok {
			return false
		}
		values[i] = v
	}
	c.Kind, c.Values = Boolean, values
	return true
}

func (c *Column) readCategories(cells []string, o *ReadOptions) {
	index := map[string]int32{}
	for _, s := range cells {
		if !o.isMissing(s) {
			index[s] = 0
		}
	}
	levels := make([]string, 0, len(index))
	for s := range index {
		levels = append(levels, s)
	}
	sortLevels(levels)
	for i, s := range levels {
		index[s] = int32(i)
	}
	c.Kind, c.Levels = Categorical, levels
	c.Codes = make([]int32, len(cells))
	for i, s := range cells {
		if o.isMissing(s) {
			c.Codes[i] = -1
			continue
		}
		c.Codes[i] = index[s]
	}
}

func sortLevels(levels []string) {
	sort.Strings(levels)
	numbers := make(map[string]float64, len(levels))
	for _, s := range levels {
		v, err := strconv.ParseFloat(s, 64)
		if err != nil {
			return
		}
		numbers[s] = v
	}
	sort.SliceStable(levels, func(i, j int) bool { return numbers[levels[i]] < numbers[levels[j]] })
}

// identifierWords are words of a header that announce a name, an address or an
// identifier. They count only together with values that are nearly all
// different, so that "owns a mobile phone" stays a variable.
var identifierWords = map[string]bool{
	"id": true, "ids": true, "uuid": true, "guid": true, "identifier": true, "identifiant": true,
	"name": true, "names": true, "firstname": true, "lastname": true, "surname": true, "forename": true, "fullname": true,
	"nom": true, "prenom": true, "prénom": true, "اسم": true, "الاسم": true,
	"phone": true, "telephone": true, "téléphone": true, "tel": true, "mobile": true, "gsm": true, "هاتف": true, "الهاتف": true,
	"email": true, "mail": true, "address": true, "adresse": true, "عنوان": true, "العنوان": true,
	"passport": true, "passeport": true, "latitude": true, "longitude": true, "gps": true,
}

// Below fewRows rows nothing can be told from repetition; up to fewLabels
// labels a column such as region_name names places, not people.
const (
	fewRows   = 20
	fewLabels = 30
)

func (c *Column) withhold(n int) {
	hinted := false
	for _, w := range strings.FieldsFunc(strings.ToLower(c.Name), func(r rune) bool { return !unicode.IsLetter(r) }) {
		hinted = hinted || identifierWords[w]
	}
	present := n - c.Missing
	switch c.Kind {
	case Categorical:
		distinct := len(c.Levels)
		if hinted && distinct > fewLabels && 10*distinct > present {
			c.Withheld = "its header and its many different values are those of a name or an identifier"
		} else if n >= fewRows && 2*distinct > present {
			c.Withheld = "nearly every row has a text of its own, as names and identifiers have"
		}
		if c.Withheld != "" {
			c.Codes, c.Levels = nil, nil
		}
	case Numeric:
		whole, rising, long := numberShape(c.Values)
		if !whole || n < fewRows || c.TextAt > 0 {
			return
		}
		switch {
		case rising:
			c.Withheld = "its whole numbers rise from row to row, as serial numbers do"
		case (long || hinted) && 10*distinctCount(c.Values) > 9*present:
			c.Withheld = "its whole numbers differ from row to row, as identifiers do"
		}
	}
}

// numberShape reports whether all values present are whole, whether they rise
// strictly from row to row, and whether all have eight digits or more.
func numberShape(values []float64) (whole, rising, long bool) {
	whole, rising, long = true, true, true
	last := math.Inf(-1)
	for _, v := range values {
		if math.IsNaN(v) {
			continue
		}
		if v != math.Trunc(v) {
			return false, false, false
		}
		rising = rising && v > last
		long = long && v >= 1e7
		last = v
	}
	return whole, rising, long
}

func distinctCount(values []float64) int {
	sorted := slices.Clone(values)
	slices.Sort(sorted)
	distinct := 0
	for i, v := range sorted {
		if !math.IsNaN(v) && (i == 0 || v != sorted[i-1]) {
			distinct++
		}
	}
	return distinct
}

// parseNumber reads a plain decimal number. Infinities, hexadecimal and
// underscored forms, which strconv would take, are text here.
func parseNumber(s string, decimalComma bool) (float64, bool) {
	comma := -1
	for i := range len(s) {
		switch ch := s[i]; {
		case ch >= '0' && ch <= '9', ch == '.', ch == '-', ch == '+', ch == 'e', ch == 'E':
		case ch == ',' && decimalComma && comma < 0:
			comma = i
		default:
			return 0, false
		}
	}
	if comma >= 0 {
		if strings.IndexByte(s, '.') >= 0 {
			return 0, false
		}
		s = s[:comma] + "." + s[comma+1:]
	}
	v, err := strconv.ParseFloat(s, 64)
	if err != nil {
		return 0, false
	}
	return v, true
}
