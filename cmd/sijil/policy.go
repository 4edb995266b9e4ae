package main

import (
	"fmt"
	"io"
	"math"
	"strings"

	"sijil/internal/errs"
	"sijil/policy"
	"sijil/survey"
)

// policyCmd asks what a threshold does.
type policyCmd struct {
	Density policyDensityCmd `cmd:"" help:"Test whether the density of a score jumps at a threshold, as it does when answers are bent to pass it."`
}

// policyDensityCmd runs the density test on a column of scores.
type policyDensityCmd struct {
	File   string    `arg:"" help:"CSV file whose first row names the columns; - for standard input."`
	Score  string    `help:"Column of scores. Default: the only column of numbers." placeholder:"COL"`
	Cutoff float64   `help:"Threshold; a score equal to it counts as above." default:"0" placeholder:"X"`
	H      []float64 `help:"Bandwidth, or two: below and above the threshold. Default: chosen from the data." placeholder:"H"`
	Order  int       `help:"Order of the local polynomial, 1 to 4." default:"2" placeholder:"P"`
	Kernel string    `help:"Weights inside the bandwidth: ${enum}." enum:"triangular,uniform,epanechnikov" default:"triangular"`
	JSON   bool      `help:"Print one JSON object."`
}

// Run tests and prints.
func (cmd *policyDensityCmd) Run(c *console) error {
	options := policy.DensityOptions{Cutoff: cmd.Cutoff, Order: cmd.Order, Kernel: policy.Kernel(cmd.Kernel)}
	switch len(cmd.H) {
	case 0:
	case 1:
		options.LeftWidth, options.RightWidth = cmd.H[0], cmd.H[0]
	case 2:
		options.LeftWidth, options.RightWidth = cmd.H[0], cmd.H[1]
	default:
		return usageError("--h: one bandwidth, or one below and one above the threshold")
	}
	in, err := c.open(cmd.File)
	if err != nil {
		return err
	}
	defer in.Close()
	scores, lines, err := cmd.scores(in)
	if err != nil {
		return err
	}
	d, err := policy.TestDensity(scores, options)
	if err != nil {
		return errs.At(err, cmd.File, 0)
	}
	if cmd.JSON {
		return printJSON(c.out, d)
	}
	fmt.Fprintf(c.out, "%d scores, threshold %g: T %.4f, p %.4g\n", len(lines), d.Cutoff, d.T, d.P)
	fmt.Fprintf(c.out, "  %-6s %8s %9s %10s %12s %12s\n", "", "scores", "in window", "bandwidth", "density", "se")
	fmt.Fprintf(c.out, "  %-6s %8d %9d %10.5g %12.6g %12.6g\n", "below", d.NLeft, d.EffectiveLeft, d.HLeft, d.DensityLeft, d.SELeft)
	fmt.Fprintf(c.out, "  %-6s %8d %9d %10.5g %12.6g %12.6g\n", "above", d.NRight, d.EffectiveRight, d.HRight, d.DensityRight, d.SERight)
	fmt.Fprintln(c.out, densityVerdict(d))
	return nil
}

// densityVerdict says what a reader may conclude.
func densityVerdict(d policy.Density) string {
	switch {
	case d.P >= 0.05:
		return "No jump beyond chance at 5 %. Bending on both sides, or by few, would not be seen either."
	case d.T < 0:
		return "There are more scores just below the threshold than just above it, beyond chance: somebody, or a rule, moves them. Look at who entered them and when."
	}
	return "There are more scores just above the threshold than just below it, beyond chance: somebody, or a rule, moves them. Look at who entered them and when."
}

// scores reads the column; missing values are an error.
func (cmd *policyDensityCmd) scores(in io.Reader) ([]float64, []int32, error) {
	table, err := survey.ReadCSV(in, survey.ReadOptions{File: cmd.File})
	if err != nil {
		return nil, nil, err
	}
	column := table.Column(cmd.Score)
	if cmd.Score == "" {
		var numeric []string
		for _, c := range table.Columns {
			if c.Kind == survey.Numeric || c.TextAt > 0 {
				numeric = append(numeric, c.Name)
				column = c
			}
		}
		if len(numeric) != 1 {
			return nil, nil, usageError("--score: name the column of scores; columns of numbers: " + strings.Join(numeric, ", "))
		}
	}
	switch {
	case column == nil:
		return nil, nil, &errs.Error{Kind: errs.Invalid, File: cmd.File, Line: 1, Field: cmd.Score, What: "the file has no such column", Fix: "check its spelling"}
	case column.TextAt > 0:
		return nil, nil, &errs.Error{Kind: errs.Invalid, File: cmd.File, Line: column.TextAt, Field: column.Name, What: "text stands among numbers", Fix: "mend it, or leave the row out"}
	case column.Kind != survey.Numeric:
		return nil, nil, &errs.Error{Kind: errs.Invalid, File: cmd.File, Line: 1, Field: column.Name, What: "not a column of numbers", Fix: "name the column of scores with --score"}
	}
	for i, v := range column.Values {
		if math.IsNaN(v) {
			return nil, nil, &errs.Error{Kind: errs.Invalid, File: cmd.File, Line: int(table.Lines[i]), Field: column.Name, What: "the score is missing", Fix: "leave the row out"}
		}
	}
	return column.Values, table.Lines, nil
}
