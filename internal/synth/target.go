package synth

import (
	"fmt"
	"slices"
	"strconv"

	"sijil/formula"
	"sijil/questionnaire"
)

// Target is a figure the population is aimed at: published, derived from what
// is published, or assumed.
type Target struct {
	Figure    string   `json:"figure"`             // one of the figures below
	Stratum   string   `json:"stratum,omitzero"`   // "" is the whole country
	Threshold string   `json:"threshold,omitzero"` // of FigureUnder: decimal index
	Item      string   `json:"item,omitzero"`      // of FigureAnswer
	Choices   []string `json:"choices,omitzero"`   // of FigureAnswer

	Aim    string `json:"aim"` // decimal; percent unless the figure says otherwise
	Low    string `json:"low"` // the least and the most that count as reached
	High   string `json:"high"`
	Source string `json:"source"`
	Status string `json:"status"`
}

// The figures. Persons are those who count in the size of their household.
const (
	FigureSize       = "mean_size"           // persons per household
	FigurePersons    = "persons_share"       // of persons, those who live in the stratum
	FigureOne        = "one_person"          // of households, those of one person
	FigureFemaleHead = "female_head"         // of households, those headed by a woman
	FigureYoung      = "aged_0_14"           // of persons
	FigureOld        = "aged_60_plus"        // of persons
	FigureIlliterate = "illiterate_10_plus"  // of persons aged 10 and over, those who do not read and write
	FigureAnswer     = "answer"              // of households in a dwelling, those that gave one of the choices
	FigureUnder      = "persons_at_or_below" // of persons, those whose household's index is not above the threshold
)

// target is a Target with its numbers read.
type target struct {
	Target

	stratum   int // -1: all
	low, high float64
	threshold formula.Threshold
	item      *questionnaire.Item
	answers   []int64
}

func (l *loader) targets(m *Model, list []Target) {
	for i, in := range list {
		t := target{Target: in, stratum: -1}
		if in.Stratum != "" {
			t.stratum = l.stratum(at("targets", i, "stratum"), in.Stratum)
		}
		l.provenance(at("targets", i, ""), m.sources, in.Source, in.Status)
		t.low, t.high = l.decimal(at("targets", i, "low"), in.Low), l.decimal(at("targets", i, "high"), in.High)
		if aim := l.decimal(at("targets", i, "aim"), in.Aim); aim < t.low || aim > t.high {
			l.bad.Addf(at("targets", i, "aim"), "aim between low and high", "the aim lies outside its bounds")
		}
		l.target(i, &t)
		m.targets = append(m.targets, t)
	}
}

func (l *loader) target(i int, t *target) {
	switch t.Figure {
	case FigureSize, FigureOne, FigureFemaleHead, FigureYoung, FigureOld, FigureIlliterate, FigurePersons:
	case FigureUnder:
		var err error
		if t.threshold, err = formula.ParseThreshold(t.Threshold); err != nil {
			l.add(at("targets", i, "threshold"), err)
		}
	case FigureAnswer:
		q, ok := l.q.Item(t.Item)
		if !ok || q.Level != questionnaire.OfHousehold || !slices.Contains([]questionnaire.Type{questionnaire.Choice, questionnaire.Boolean}, q.Type) {
			l.bad.Addf(at("targets", i, "item"), "name a choice or a truth of the questionnaire", "households are asked no such item")
			return
		}
		t.item = q
		for _, c := range t.Choices {
			t.answers = append(t.answers, l.answer(at("targets", i, "choices"), t.Item, c))
		}
	default:
		l.bad.Addf(at("targets", i, "figure"), "see target.go for the figures", "there is no figure %s", t.Figure)
	}
}

func (l *loader) decimal(field, s string) float64 {
	x, err := strconv.ParseFloat(s, 64)
	if err != nil {
		l.bad.Addf(field, "write a decimal number in quotes", "not a number")
	}
	return x
}

// String names the figure with its parameters.
func (t Target) String() string {
	s := t.Figure
	switch t.Figure {
	case FigureUnder:
		s += " " + t.Threshold
	case FigureAnswer:
		s += fmt.Sprintf(" %s=%v", t.Item, t.Choices)
	}
	if t.Stratum != "" {
		s += ", " + t.Stratum
	}
	return s
}
