package main

import (
	"bytes"
	"encoding/json"
	"os"
	"strings"
	"testing"
)

// FuzzSurvey gives the lab any text as a survey and any text for methods, rules
// and groups: it prints one JSON object, or says what is wrong.
func FuzzSurvey(f *testing.F) {
	made, err := os.ReadFile(madeSurveyFile)
	if err != nil {
		f.Fatal(err)
	}
	lines := bytes.SplitAfterN(made, []byte("\n"), 42)
	small := string(bytes.Join(lines[:41], nil))
	f.Add(small, "consumption", "wls", "size>=7", "milieu")
	f.Add("y,a,b\n1,2,yes\n2,3,no\n4,4,no\n5,2,yes\n7,1,no\n", "y", "quantile:.4", "b=yes", "a:2:3")
	f.Add("y;a\n1,5;0\n2,5;1\n3;0\n4;1\n", "y", "lasso", "a=0", "a")
	f.Add("y,a\n0,1\n1,2\n1,1\n0,2\n1,1\n0,1\n", "y", "logit", "a<2", "a")
	f.Add("y,a\n1,\n,2\nx,3\n", "y", "poverty:.4:.1", "", "a:1")
	f.Fuzz(func(t *testing.T, text, target, method, rule, group string) {
		for _, args := range [][]string{
			{"describe", "-", "--target=" + target},
			{"fit", "-", "--target=" + target, "--method=" + method, "--collinear=drop"},
			{"assess", "-", "--target=" + target, "--method=" + method, "--rule=" + rule, "--groups=" + group, "--folds=2", "--replicates=2", "--collinear=drop"},
		} {
			var out, errw bytes.Buffer
			status := run(t.Context(), append(append([]string{"survey"}, args...), "--json"), strings.NewReader(text), &out, &errw)
			switch {
			case status == exitOK && (!json.Valid(out.Bytes()) || errw.Len() > 0):
				t.Errorf("%v: status 0 with %q on standard error, JSON valid: %v", args, errw.String(), json.Valid(out.Bytes()))
			case status != exitOK && (out.Len() > 0 || errw.Len() == 0):
				t.Errorf("%v: status %d with %d bytes of output and %q", args, status, out.Len(), errw.String())
			}
		}
	})
}
