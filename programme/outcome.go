package programme

import (
	"strings"
	"time"

	"sijil/formula"
	"sijil/internal/civil"
	"sijil/internal/uid"
)

// Score is an index as a programme sees it.
type Score struct {
	Household, ID               uid.ID
	Locality                    string
	From                        time.Time // when it came into force
	Formula, FormulaHash        string
	EvaluationVersion           int
	Index, Low, High, Otherwise formula.Index // see household.Figures
	RangeUnknown                bool
	Awaiting                    int
	OutsideFrame                string
	Imputed                     []string
}

// Standing says how an index stands to a threshold.
type Standing string

// The standings.
const (
	AtOrBelow Standing = "at_or_below" // one condition is met; nobody is entitled by it
	Above     Standing = "above"
	Undecided Standing = "undecided" // somebody has to ask, or to decide
)

// Reason says why an outcome is what it is, or what it hinges on.
type Reason string

// The reasons.
const (
	Compared         Reason = "compared"          // the index was compared with the threshold
	OutsideFrame     Reason = "outside_frame"     // the formula was not made for such a household: a person decides
	PresumedBirthday Reason = "presumed_birthday" // a birthday that is only presumed decides: ask for the date
	AwaitingNumber   Reason = "awaiting_number"   // a member's missing number decides: finish the enrolment
	MissingAnswer    Reason = "missing_answer"    // an unknown answer, for which the formula's value stands, may decide: ask
)

// Outcome is what one score means for one programme. It is written once and
// never changed: a new score, or a new threshold, gives new outcomes.
type Outcome struct {
	Household, Score uid.ID
	Programme        string
	Standing         Standing
	Reason           Reason
	Hinges           Reason // on what alone an outcome in the household's favour rests; "" when on nothing
	Day              civil.Date
	Threshold        formula.Threshold
	ThresholdFrom    civil.Date // the first day the threshold held
	Index            formula.Index
	Distance         formula.Distance // how far the index lies above the threshold, exactly; negative below
	Formula          string
	FormulaHash      string
	Recomputes       string // what gives a new outcome: causes of a new score, by their codes
	Decided          time.Time
}

// bytes returns what a recomputation must give again.
func (o *Outcome) bytes() string {
	return strings.Join([]string{
		o.Household.String(), o.Score.String(), o.Programme, string(o.Standing), string(o.Reason), string(o.Hinges), o.Day.String(), o.Threshold.String(),
		o.ThresholdFrom.String(), o.Index.String(), o.Distance.String(), o.Formula, o.FormulaHash, o.Recomputes,
	}, "\n")
}

// DecideOne compares a score with a threshold.
//
// Whatever is not known for certain may speak for the household and not
// against it: where the index lies above only because a birthday is presumed
// to fall so, a member awaits a number, or an answer is missing, nothing is
// decided and somebody asks.
func DecideOne(s *Score, t formula.Threshold) (Standing, Reason, Reason) {
	if s.OutsideFrame != "" {
		return Undecided, OutsideFrame, ""
	}
	hinge := hinges(s, t)
	switch {
	case s.Index.AtOrBelow(t):
		return AtOrBelow, Compared, hinge
	case hinge != "":
		return Undecided, hinge, ""
	}
	return Above, Compared, ""
}

// hinges returns what alone decides between at or below and above, the most
// easily settled first.
func hinges(s *Score, t formula.Threshold) Reason {
	switch {
	case s.RangeUnknown || s.Low.AtOrBelow(t) != s.High.AtOrBelow(t):
		return PresumedBirthday
	case s.Awaiting > 0 && s.Otherwise.AtOrBelow(t) != s.Index.AtOrBelow(t):
		return AwaitingNumber
	case len(s.Imputed) > 0:
		return MissingAnswer
	}
	return ""
}
