package household

import (
	"slices"
	"strconv"
	"strings"

	"sijil/formula"
	"sijil/internal/civil"
)

// Cause says why there is a new index.
type Cause string

// The causes.
const (
	CauseDeclaration Cause = "declaration" // a household declared
	CauseCorrection  Cause = "correction"  // the population register corrected a member's facts
	CauseMember      Cause = "member"      // an adult confirmed, or counts after the delay
	CauseCustody     Cause = "custody"     // a child came or went: who has custody was settled
	CauseFormula     Cause = "formula"     // another formula is in force
	CauseReview      Cause = "review"      // the periodic review
)

var causes = []Cause{CauseDeclaration, CauseCorrection, CauseMember, CauseCustody, CauseFormula, CauseReview}

// Figures are an index and what it must be shown with. They name nobody.
type Figures struct {
	AsOf                     civil.Date
	Stratum, Region, Profile string
	Index                    formula.Index
	Unrounded                formula.Points
	OutsideFrame             string
	Imputed                  []string // codes of terms for which the formula's stated value stands

	Presumed     int // members whose age rests on a presumed birthday
	Low, High    formula.Index
	RangeUnknown bool
	Awaiting     int           // members who await a number
	Otherwise    formula.Index // with those counted the other way; NoIndex where that gives none

	Formula, FormulaVersion, FormulaHash string
	EvaluationVersion                    int
	Questionnaire                        string // its hash
	Variables                            string // the values of the formula's variables, as a feature line of package score
	Parts                                string // the contributions, see formula.Explanation, as JSON
}

// exact returns the figures that follow from the variables alone, as bytes.
func (f *Figures) exact() string {
	return strings.Join([]string{
		f.AsOf.String(), f.Stratum, f.Region, f.Profile, f.Index.String(), f.Unrounded.String(), f.OutsideFrame, strings.Join(f.Imputed, ","),
		f.Formula, f.FormulaVersion, f.FormulaHash, strconv.Itoa(f.EvaluationVersion), f.Variables, f.Parts,
	}, "\n")
}

// whole returns all figures, as bytes: those that need the declaration too.
func (f *Figures) whole() string {
	return strings.Join([]string{
		f.exact(), strconv.Itoa(f.Presumed), f.Low.String(), f.High.String(), strconv.FormatBool(f.RangeUnknown),
		strconv.Itoa(f.Awaiting), f.Otherwise.String(), f.Questionnaire,
	}, "\n")
}

func appendValues(dst []byte, variables []formula.Variable, values []formula.Value) []byte {
	order := make([]int, len(variables))
	for i := range order {
		order[i] = i
	}
	slices.SortFunc(order, func(a, b int) int { return strings.Compare(variables[a].Name, variables[b].Name) })
	dst = append(dst, '{')
	for n, i := range order {
		if n > 0 {
			dst = append(dst, ',')
		}
		dst = strconv.AppendQuote(dst, variables[i].Name)
		dst = append(dst, ':')
		if v := values[i]; v.State != formula.Present {
			dst = append(append(append(dst, `{"state":"`...), v.State.String()...), `"}`...)
		} else {
			dst = strconv.AppendQuote(dst, v.String())
		}
	}
	return append(dst, '}')
}
