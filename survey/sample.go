package survey

import (
	"slices"

	"gonum.org/v1/gonum/mat"
)

// Intercept is the name of the constant term, the first column of every sample.
const Intercept = "(Intercept)"

// Spec says which columns of a table play which part. Empty names mean the
// survey has no such column.
type Spec struct {
	Target string
	Log    bool // fit the natural logarithm of the target

	Weight, Stratum, PSU, FPC string
	Lonely                    Lonely

	Vars    []string // columns, or patterns such as "x_*"
	Exclude []string // columns or patterns taken out of Vars

	References map[string]string // level left out of a categorical column; by default the first

	DropMissing bool // drop rows with missing values; false refuses them

	Welfare string   // money per head, for poverty and inequality; default the target, or its exponential (see AssessOptions)
	Size    string   // persons in the household
	Fold    string   // fold of each row, for judgement out of fold
	Wave    string   // wave of each row
	Groups  []string // columns by which errors are reported

	Bands map[string][]float64 // cuts for groups by a number, such as the age of the head
}

// Missing counts the missing values of one column that the sample uses.
type Missing struct {
	Column    string `json:"column"`
	Count     int    `json:"count"`
	FirstLine int    `json:"first_line"`
}

// Grouping sorts the rows into labelled groups.
type Grouping struct {
	Name   string
	Levels []string
	Code   []int32 // index into Levels, one a row
}

// Term is one variable of the survey and the columns of X it became.
type Term struct {
	Name      string `json:"name"`
	Kind      string `json:"kind"`
	Reference string `json:"reference,omitempty"` // level left out of a categorical
	Columns   []int  `json:"-"`
}

// Sample is a survey ready to be fitted: a target, a design and a matrix of
// variables whose first column is the intercept.
type Sample struct {
	Names  []string // columns of X
	Terms  []Term   // variables, in the order asked for
	X      *mat.Dense
	Y      []float64
	Design *Design
	Lines  []int32 // line of each row in the file

	Welfare, Size []float64 // nil when the survey does not give them
	Fold, Wave    *Grouping
	Groups        []Grouping

	Missing  []Missing // what was missing in the columns used
	Dropped  int       // rows dropped for missing values
	Withheld []string  // columns that a pattern met and that look like names or identifiers
	File     string
	Target   string
	Log      bool
}

// N is the number of rows.
func (s *Sample) N() int { return len(s.Y) }

// Rows returns the sample of some rows, in the order given; its design is a
// domain of the whole design.
func (s *Sample) Rows(rows []int) *Sample {
	out := *s
	_, k := s.X.Dims()
	out.X = &mat.Dense{}
	if len(rows) > 0 {
		out.X = mat.NewDense(len(rows), k, nil)
	}
	for i, r := range rows {
		out.X.SetRow(i, s.X.RawRowView(r))
	}
	out.Y, out.Lines = pick(s.Y, rows), pick(s.Lines, rows)
	out.Design = s.Design.Subset(rows)
	if s.Welfare != nil {
		out.Welfare = pick(s.Welfare, rows)
	}
	if s.Size != nil {
		out.Size = pick(s.Size, rows)
	}
	out.Fold, out.Wave = s.Fold.rows(rows), s.Wave.rows(rows)
	out.Groups = nil
	for _, g := range s.Groups {
		out.Groups = append(out.Groups, *g.rows(rows))
	}
	return &out
}

func (g *Grouping) rows(rows []int) *Grouping {
	if g == nil {
		return nil
	}
	return &Grouping{Name: g.Name, Levels: g.Levels, Code: pick(g.Code, rows)}
}

// Where returns the rows for which keep is true, as a domain: one wave, say.
func (s *Sample) Where(keep func(row int) bool) *Sample {
	var rows []int
	for i := range s.N() {
		if keep(i) {
			rows = append(rows, i)
		}
	}
	return s.Rows(rows)
}

// Columns returns the sample with only the given columns of X.
func (s *Sample) Columns(keep []int) *Sample {
	out := *s
	n := s.N()
	out.X = mat.NewDense(n, len(keep), nil)
	for i := range n {
		row, from := out.X.RawRowView(i), s.X.RawRowView(i)
		for j, c := range keep {
			row[j] = from[c]
		}
	}
	out.Names = pick(s.Names, keep)
	out.Terms = nil
	for _, t := range s.Terms {
		var columns []int
		for _, c := range t.Columns {
			if at := slices.Index(keep, c); at >= 0 {
				columns = append(columns, at)
			}
		}
		if columns != nil {
			t.Columns = columns
			out.Terms = append(out.Terms, t)
		}
	}
	return &out
}
