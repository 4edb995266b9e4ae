package api

import (
	"errors"

	"github.com/danielgtaylor/huma/v2"
)

// answers are answers to a country's questionnaire, by item: read by package
// questionnaire, passed on here as they came.
type answers []byte

// Schema describes them: which items there are, is the country's data.
func (answers) Schema(huma.Registry) *huma.Schema {
	return &huma.Schema{
		Type: huma.TypeObject, AdditionalProperties: true, Description: "Answers by item, as the country's questionnaire asks them: a code, a number, true or false, or a state such as unknown.",
		Examples: []any{map[string]any{}},
	}
}

// MarshalJSON hands them on.
func (a answers) MarshalJSON() ([]byte, error) {
	if len(a) == 0 {
		return []byte("{}"), nil
	}
	return a, nil
}

// UnmarshalJSON keeps them as they came.
func (a *answers) UnmarshalJSON(data []byte) error {
	if len(data) == 0 || data[0] != '{' {
		return errors.New("answers are an object")
	}
	*a = append((*a)[:0], data...)
	return nil
}
