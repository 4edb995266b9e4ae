package population

import (
	"time"

	"sijil/internal/civil"
	"sijil/internal/lang"
)

// Told is what the holder of a receipt is told, in plain words.
type Told struct {
	State lang.Text
	Heard lang.Text // how to be heard
	Since time.Time
	// Until is the end of the time in which somebody has to decide, or, of a
	// refusal, in which it can be contested; zero when nothing runs.
	Until time.Time
	// Late says that the time to decide is over. That refuses nothing: whoever
	// answers for the office sees the case.
	Late    bool
	Refusal *Refusal // of a refused one: the reason, and who helps
	// Household says that the receipt lets a household be prepared.
	Household bool
}

// Told puts what became of an enrolment into the country's words.
func (s *Service) Told(st Status) Told {
	w := s.rules.Judgement.words(st.State)
	out := Told{State: w.Text, Heard: w.Heard, Since: st.Captured}
	if st.Reopened.After(out.Since) {
		out.Since = st.Reopened
	}
	switch st.State {
	case Captured, AwaitingAcceptance, Checking, InJudgement:
		out.Until = out.Since.Add(s.judgementClock())
		out.Late, out.Household = !s.now().Before(out.Until), true
	case Refused:
		out.Since = st.Decided
		last := civil.Of(st.Decided.In(s.zone)).AddDays(s.rules.KeepDays.Days + 1) // the first day on which it is over
		out.Until = time.Date(last.Year, last.Month, last.Day, 0, 0, 0, 0, s.zone)
		if r := s.rules.refusal(st.Reason); r != nil {
			out.Refusal = &Refusal{Code: r.Code, Reason: r.Text, Help: r.Help}
		}
	default:
		out.Since = st.Decided
	}
	return out
}
