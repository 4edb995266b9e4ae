package main

import (
	"bufio"
	"errors"
	"fmt"
	"os"
	"strings"

	"sijil/idcs"
	"sijil/internal/errs"
)

// idcsCmd works on identifiers without any register.
type idcsCmd struct {
	Check    idcsCheckCmd    `cmd:"" help:"Check the form of identifiers: length, first digit, check digit."`
	Capacity idcsCapacityCmd `cmd:"" help:"Count exactly how many identifiers a rule allows, and how many are left."`
}

// idcsCheckCmd checks numbers and never prints one.
type idcsCheckCmd struct {
	Numbers []string `arg:"" optional:"" help:"Numbers to check. Without any, one a line is read from standard input, which keeps them out of the shell's history."`
	JSON    bool     `help:"Print one JSON object."`
}

// checkReport and checkResult are the JSON of idcs check. A number is named
// by its place in the input.
type checkReport struct {
	Checked int           `json:"checked"`
	Valid   int           `json:"valid"`
	Results []checkResult `json:"results"`
}

type checkResult struct {
	Line  int    `json:"line"`
	Valid bool   `json:"valid"`
	Code  string `json:"code,omitempty"`
	What  string `json:"what,omitempty"`
	Fix   string `json:"fix,omitempty"`
}

// Run checks the numbers; the command fails when one is wrong.
func (cmd *idcsCheckCmd) Run(c *console) error {
	land, err := c.openCountry()
	if err != nil {
		return err
	}
	scheme, err := idcs.NewScheme(land.Identifier())
	if err != nil {
		return err
	}
	report := checkReport{Results: []checkResult{}}
	check := func(line int, text string) {
		r := checkResult{Line: line, Valid: true}
		if err := scheme.Check(text); err != nil {
			r.Valid = false
			if e, ok := errors.AsType[*errs.Error](err); ok {
				r.Code, r.What, r.Fix = e.Code, e.What, e.Fix
			}
		} else {
			report.Valid++
		}
		report.Checked++
		if cmd.JSON {
			report.Results = append(report.Results, r)
			return
		}
		if r.Valid {
			fmt.Fprintf(c.out, "%d: valid\n", line)
			return
		}
		fmt.Fprintf(c.out, "%d: not valid: %s; %s\n", line, r.What, r.Fix)
	}
	if err := cmd.each(c, check); err != nil {
		return err
	}
	if cmd.JSON {
		if err := printJSON(c.out, report); err != nil {
			return err
		}
	}
	if report.Checked == 0 {
		return usageError("no number to check; give numbers, or one a line on standard input")
	}
	if report.Valid < report.Checked {
		fmt.Fprintf(c.err, "sijil: %d of %d not valid\n", report.Checked-report.Valid, report.Checked)
		return errReported
	}
	return nil
}

func (cmd *idcsCheckCmd) each(c *console, check func(int, string)) error {
	if len(cmd.Numbers) > 0 {
		for i, n := range cmd.Numbers {
			check(i+1, n)
		}
		return nil
	}
	if f, ok := c.in.(*os.File); ok && isTerminal(f) {
		fmt.Fprintln(c.err, "Type one number a line; end with Ctrl-D.")
	}
	lines := bufio.NewScanner(c.in)
	for line := 1; lines.Scan(); line++ {
		if text := strings.TrimSpace(lines.Text()); text != "" {
			check(line, text)
		}
	}
	if err := lines.Err(); err != nil {
		return &errs.Error{Kind: errs.Invalid, File: "-", What: "a line is too long to be a number", Fix: "write one number a line"}
	}
	return nil
}

// idcsCapacityCmd counts a rule's numbers.
type idcsCapacityCmd struct {
	Rule    string `enum:"country,mosip,none" default:"country" help:"Filters of the rule: the country's, MOSIP's, or none (${enum})."`
	Length  int    `help:"Digits, check digit included; 0 is the country's." placeholder:"N"`
	Issued  uint64 `help:"Numbers given out so far, to see what is left." placeholder:"N"`
	PerYear uint64 `help:"Numbers given out a year, to see how long the rest lasts." placeholder:"N"`
	JSON    bool   `help:"Print one JSON object."`
}

type capacityReport struct {
	Rule           string   `json:"rule"`
	Length         int      `json:"length"`
	Candidates     uint64   `json:"candidates"`
	Numbers        uint64   `json:"numbers"`
	Issued         uint64   `json:"issued"`
	Free           uint64   `json:"free"`
	Used           float64  `json:"used"`
	DrawsPerNumber *float64 `json:"draws_per_number"`
	YearsLeft      *float64 `json:"years_left,omitempty"`
}

// Run counts and prints.
func (cmd *idcsCapacityCmd) Run(c *console) error {
	land, err := c.openCountry()
	if err != nil {
		return err
	}
	rule := land.Identifier()
	switch cmd.Rule {
	case "mosip":
		rule.Filters = idcs.MOSIP()
	case "none":
		rule.Filters = nil
	}
	if cmd.Length != 0 {
		rule.Length = cmd.Length
	}
	scheme, err := idcs.NewScheme(rule)
	if err != nil {
		return err
	}
	if isTerminal(c.err) && scheme.Length() > 11 {
		fmt.Fprintln(c.err, "Counting digit by digit; each digit more takes about seven times as long. Ctrl-C stops.")
	}
	capacity, err := scheme.Capacity(c.ctx)
	if err != nil {
		return err
	}
	gauge, err := capacity.Gauge(cmd.Issued)
	if err != nil {
		return err
	}
	r := capacityReport{
		Rule: cmd.Rule, Length: scheme.Length(), Candidates: gauge.Candidates, Numbers: gauge.Numbers,
		Issued: gauge.Issued, Free: gauge.Free(), Used: gauge.Used(),
	}
	if draws, ok := gauge.DrawsPerNumber(); ok {
		r.DrawsPerNumber = &draws
	}
	if years, ok := gauge.YearsLeft(cmd.PerYear); ok {
		r.YearsLeft = &years
	}
	if cmd.JSON {
		return printJSON(c.out, r)
	}
	fmt.Fprintf(c.out, "%d digits, filters: %s\n%d numbers of the right form, %d may be drawn\n", r.Length, r.Rule, r.Candidates, r.Numbers)
	fmt.Fprintln(c.out, gauge)
	if r.YearsLeft != nil {
		fmt.Fprintf(c.out, "%d free: %.1f years at %d a year\n", r.Free, *r.YearsLeft, cmd.PerYear)
	}
	return nil
}
