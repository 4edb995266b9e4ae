package household

import (
	"unicode"

	"sijil/internal/errs"
	"sijil/internal/uid"
)

// longestRun is how many digits may follow each other in what people type: one
// less than an identifier or a telephone number has.
const longestRun = 9

// numbered reports whether a text holds ten digits in a row, of any script.
// One character that people group digits with does not end the row.
func numbered(text string) bool {
	run, grouped := 0, false
	for _, r := range text {
		switch {
		case unicode.IsDigit(r):
			if run++; run > longestRun {
				return true
			}
			grouped = false
		case run > 0 && !grouped && (unicode.IsSpace(r) || unicode.IsPunct(r) || unicode.Is(unicode.Cf, r)):
			grouped = true
		default:
			run, grouped = 0, false
		}
	}
	return false
}

func refuseNumber(field, text string) error {
	if !numbered(text) {
		return nil
	}
	return &errs.Error{Kind: errs.Invalid, Code: "household.number_in_text", Field: field,
		What: "ten digits in a row could be the number of a person, a telephone or a document",
		Fix:  "leave the number out: members are named by their line"}
}

// refuseCase is refuseNumber for a case. A reference of our own may hold digits
// in a row by chance, and names nobody.
func refuseCase(text string) error {
	if _, err := uid.ParseRef(text); err == nil {
		return nil
	}
	return refuseNumber("case", text)
}
