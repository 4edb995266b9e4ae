package population

import (
	"fmt"
	"slices"

	"sijil/internal/lang"
)

// JudgementRule says how long people may take to judge whether two records are
// one person, which reasons they may give, and what a person is told.
type JudgementRule struct {
	Hours   int          `json:"hours"` // then the case is escalated
	Reasons []ReasonRule `json:"reasons"`
	// Documents are the reasons why two records whose documents contradict are
	// one person all the same.
	Documents []Code      `json:"documents"`
	States    []StateText `json:"states"`
	Origin
}

// ReasonRule is a reason of an opinion.
type ReasonRule struct {
	Code string    `json:"code"`
	For  []Opinion `json:"for"`
	Text lang.Text `json:"text"`
}

// StateText says in plain words what a state of an enrolment means for the
// person, and how to be heard.
type StateText struct {
	State EnrolmentState `json:"state"`
	Text  lang.Text      `json:"text"`
	Heard lang.Text      `json:"heard"`
}

// duplicateRefusal is the code of the refusal of somebody who is enrolled
// already. Every country's list has it.
const duplicateRefusal = "duplicate"

// allStates are the states that a receipt explains.
var allStates = []EnrolmentState{Captured, AwaitingAcceptance, Checking, InJudgement, Numbered, Refused}

func (p *rulesParser) judgement() {
	j := &p.r.Judgement
	p.origin("judgement", j.Origin)
	if j.Hours < 1 || j.Hours > 24*366 {
		p.bad("judgement.hours", "no time to judge", "state hours")
	}
	p.reasons(j)
	seen := map[string]bool{}
	for i, c := range j.Documents {
		at := fmt.Sprintf("judgement.documents[%d]", i)
		p.code(at+".code", c.Code, seen)
		p.text(at+".text", c.Text)
	}
	told := map[EnrolmentState]bool{}
	for i, s := range j.States {
		at := fmt.Sprintf("judgement.states[%d]", i)
		if !slices.Contains(allStates, s.State) || told[s.State] {
			p.bad(at+".state", "no such state, or one that stands twice", "use each state once")
		}
		told[s.State] = true
		p.text(at+".text", s.Text)
		p.text(at+".heard", s.Heard)
	}
	for _, s := range allStates {
		if !told[s] {
			p.bad("judgement.states", "a state without words for the person: "+string(s), "say what it means and how to be heard")
		}
	}
	if p.r.refusal(duplicateRefusal) == nil {
		p.bad("refusals", "no words for somebody who is enrolled already", "add the refusal "+duplicateRefusal)
	}
}

func (p *rulesParser) reasons(j *JudgementRule) {
	seen := map[string]bool{}
	opinions := []Opinion{OpinionSame, OpinionDifferent, OpinionCannotTell}
	for i, r := range j.Reasons {
		at := fmt.Sprintf("judgement.reasons[%d]", i)
		p.code(at+".code", r.Code, seen)
		p.text(at+".text", r.Text)
		for _, o := range r.For {
			if !slices.Contains(opinions, o) {
				p.bad(at+".for", "no such opinion", "use same, different, cannot_tell")
			}
		}
	}
	for _, o := range opinions {
		if !slices.ContainsFunc(j.Reasons, func(r ReasonRule) bool { return slices.Contains(r.For, o) }) {
			p.bad("judgement.reasons", "no reason for an opinion: "+string(o), "list at least one")
		}
	}
}

// reason reports whether a code is a reason for an opinion.
func (j *JudgementRule) reason(code string, o Opinion) bool {
	return slices.ContainsFunc(j.Reasons, func(r ReasonRule) bool { return r.Code == code && slices.Contains(r.For, o) })
}

// document reports whether a code says why contradicting documents are no
// obstacle.
func (j *JudgementRule) document(code string) bool {
	return slices.ContainsFunc(j.Documents, func(c Code) bool { return c.Code == code })
}

// words are what a person is told of a state.
func (j *JudgementRule) words(s EnrolmentState) StateText {
	if t := find(j.States, func(t StateText) bool { return t.State == s }); t != nil {
		return *t
	}
	return StateText{State: s}
}
