package main

import (
	"errors"
	"fmt"

	"sijil/internal/errs"
)

// surveyFixes are remedies in the words of the command line, by the engine's
// code of the error.
var surveyFixes = map[string]string{
	"survey.collinear":       "leave one of them out with --exclude, or say --collinear drop or --collinear keep",
	"survey.constant":        "leave it out with --exclude, or say --collinear drop",
	"survey.fold":            "keep clusters whole, or give --folds a number",
	"survey.lonely":          "merge it with a like stratum, or say --lonely certainty, adjust or average",
	"survey.missing":         "fill them, leave the column out, or say --missing drop",
	"survey.line":            "give it in the unit of the target or, where that is a logarithm, in money",
	"survey.log":             "mend the value, or fit without --log",
	"survey.text_in_numbers": "mend the value, name it with --na when it means missing, or the column with --categorical when it holds codes",
	"survey.too_few_rows":    "name fewer variables with --vars",
}

// placed puts the file into an error of the engine, and the command line into
// its remedy. What the engine wrapped around the error, such as the number of a
// fold, stays in front of what is wrong.
func (o *opened) placed(err error) error {
	if err == nil {
		return nil
	}
	if list, ok := errors.AsType[errs.List](err); ok {
		var out errs.List
		for _, e := range list {
			out.Add(o.placed(e))
		}
		return out.Err()
	}
	one, ok := errors.AsType[*errs.Error](err)
	if !ok {
		return fmt.Errorf("%s: %w", o.File, err)
	}
	e := *one
	if e.File == "" {
		e.File = o.File
	}
	if fix := surveyFixes[e.Code]; fix != "" {
		e.Fix = fix
	}
	if around := before(err, one); around != "" {
		e.What = around + e.What
	}
	return &e
}

// before is the text that an error wraps in front of the one it holds.
func before(err, inner error) string {
	text, within := err.Error(), inner.Error()
	if len(text) > len(within) && text[len(text)-len(within):] == within {
		return text[:len(text)-len(within)]
	}
	return ""
}
