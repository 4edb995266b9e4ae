package main

import (
	"encoding/hex"
	"strings"

	"sijil/household"
	"sijil/internal/uid"
	"sijil/programme"
)

// runPlace is where a run of sijil recompute is.
type runPlace struct {
	outcomes bool // behind the last score
	score    household.Cursor
	outcome  programme.Cursor
}

// String writes the place for --after.
func (p runPlace) String() string {
	ids := func(kind string, home, score uid.ID) string {
		return kind + "." + hex.EncodeToString(home[:]) + "." + hex.EncodeToString(score[:])
	}
	if p.outcomes {
		return ids("outcomes", p.outcome.Household, p.outcome.Score) + "." + p.outcome.Programme
	}
	return ids("scores", p.score.Household, p.score.Score)
}

// parsePlace reads what String wrote; "" is the beginning.
func parsePlace(s string) (runPlace, error) {
	bad := usageError("--after: this is no place that a run has printed")
	parts := strings.SplitN(s, ".", 4)
	switch {
	case s == "":
		return runPlace{}, nil
	case len(parts) == 3 && parts[0] == "scores":
		var p runPlace
		if !readID(parts[1], &p.score.Household) || !readID(parts[2], &p.score.Score) {
			return p, bad
		}
		return p, nil
	case len(parts) == 4 && parts[0] == "outcomes":
		p := runPlace{outcomes: true}
		p.outcome.Programme = parts[3]
		if !readID(parts[1], &p.outcome.Household) || !readID(parts[2], &p.outcome.Score) {
			return p, bad
		}
		return p, nil
	}
	return runPlace{}, bad
}

func readID(text string, id *uid.ID) bool {
	b, err := hex.DecodeString(text)
	if err != nil || len(b) != len(id) {
		return false
	}
	copy(id[:], b)
	return true
}
