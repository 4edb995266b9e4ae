package questionnaire

import (
	"github.com/go-json-experiment/json/jsontext"

	"sijil/internal/lang"
)

// The shape of the file; docs/questionnaire.md explains each name.
type (
	fileQuestionnaire struct {
		ID          string           `json:"id"`
		Version     int              `json:"version"`
		Source      string           `json:"source"`
		Status      string           `json:"status"`
		Languages   []string         `json:"languages"`
		Strata      []string         `json:"strata"`
		Birthday    fileBirthday     `json:"presumed_birthday"`
		Composition fileComposition  `json:"composition"`
		Variants    []fileVariant    `json:"variants"`
		Sections    []fileSection    `json:"sections"`
		Derivations []fileDerivation `json:"derivations"`
	}
	fileBirthday struct {
		Month  int    `json:"month"`
		Day    int    `json:"day"`
		Source string `json:"source"`
		Status string `json:"status"`
	}
	fileComposition struct {
		Relation        string `json:"relation"`
		Head            string `json:"head"`
		Awaiting        string `json:"awaiting"`
		AwaitingCounted bool   `json:"awaiting_counted"`
		CountedIf       string `json:"counted_if"`
		MaxMembers      int    `json:"max_members"`
		Source          string `json:"source"`
		Status          string `json:"status"`
	}
	fileVariant struct {
		Code         string    `json:"code"`
		Label        lang.Text `json:"label"`
		Help         lang.Text `json:"help"`
		NotAsked     []string  `json:"not_asked"`
		FrameProfile string    `json:"frame_profile"`
	}
	fileSection struct {
		Code  string     `json:"code"`
		Title lang.Text  `json:"title"`
		Items []fileItem `json:"items"`
	}
	fileItem struct {
		Code            string               `json:"code"`
		Level           string               `json:"level"`
		Type            string               `json:"type"`
		Purpose         string               `json:"purpose"`
		Optional        bool                 `json:"optional"`
		Label           lang.Text            `json:"label"`
		Help            lang.Text            `json:"help"`
		Choices         []fileChoice         `json:"choices"`
		Limits          map[string]fileLimit `json:"limits"`
		AskedIf         string               `json:"asked_if"`
		IfNotApplicable jsontext.Value       `json:"if_not_applicable"`
	}
	fileChoice struct {
		Code  string    `json:"code"`
		Label lang.Text `json:"label"`
	}
	fileLimit struct {
		Min jsontext.Value `json:"min"`
		Max jsontext.Value `json:"max"`
	}
	fileDerivation struct {
		Variable    string `json:"variable"`
		Value       string `json:"value"`
		Denominator string `json:"denominator"`
		Note        string `json:"note"`
		Status      string `json:"status"`
	}
)
