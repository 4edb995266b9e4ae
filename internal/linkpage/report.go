package linkpage

import (
	"strings"
	"unicode"

	"sijil/internal/roll"
	"sijil/linkage"
)

// Report is what the page shows.
type Report struct {
	Files       []File
	Records     int
	People      int
	Links       int
	Seconds     float64 // from the files to the people
	PeakRSS     int64   // bytes
	ModelHash   string
	GivenModel  bool // the model was not learnt from these files
	Bands       linkage.Bands
	Prior       float64
	Weights     []linkage.FieldWeights
	Stats       linkage.Stats
	Judged      *Judged // by a truth; nil without one
	Samples     []Sample
	ShowValues  bool // show what the records of the samples say
	TruthColumn string
}

// File is one roll.
type File struct {
	Name    string // without its folder
	Rows    int
	Columns []roll.Column
}

// Judged is how the links compare with a truth.
type Judged struct {
	roll.Judgement

	Bins []JudgedBin // pairs linked or left to people, by whole bits
}

// JudgedBin counts the pairs of a bit whose truth is known.
type JudgedBin struct{ From, Pairs, Right int }

// Sample is a pair near the bands.
type Sample struct {
	A, B   Row
	Weight float64
	Band   linkage.Band
	Guard  linkage.Guard
	Lines  []linkage.Line
	Right  *bool // by the truth
}

// Row is a record of a sample pair.
type Row struct {
	File   string
	Number int                 // of the record in its file, from 1
	Values map[string][]string // by field
}

// shown are the most characters of a value that a mask shows the shape of.
const shown = 16

// mask keeps the shape of a value and none of its letters and digits.
func mask(v string) string {
	var out strings.Builder
	n := 0
	for _, r := range v {
		if n++; n > shown {
			out.WriteRune('…')
			break
		}
		switch {
		case unicode.IsDigit(r):
			out.WriteRune('#')
		case unicode.IsLetter(r) || unicode.IsMark(r):
			out.WriteRune('•')
		case strings.ContainsRune(" -/.'@", r):
			out.WriteRune(r)
		default:
			out.WriteRune('·')
		}
	}
	return out.String()
}
