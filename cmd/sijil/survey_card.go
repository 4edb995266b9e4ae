package main

import (
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"sijil/formula"
	"sijil/internal/cardpage"
	"sijil/internal/civil"
	"sijil/internal/errs"
	"sijil/survey"
)

// surveyCardCmd makes a law of a fit: the formula, its model card and the
// pages of the card.
type surveyCardCmd struct {
	surveyData    `embed:""`
	surveyMethods `embed:""`
	surveyJudging `embed:""`

	Method string `help:"Method whose model is a table of points: wls, bic, lasso[:LAMBDA], quantile[:TAU]." default:"wls"`
	Check  bool   `help:"FILE is a card: compute its hash again, and that of the formula beside it."`

	Terms string `help:"Terms file: what the columns are called in the formula, in every language (docs/model-card.md)." placeholder:"FILE"`
	Draft string `help:"Write a terms file to be filled in, and stop." placeholder:"FILE"`

	ID      string `name:"id" help:"Name of the formula over its versions." placeholder:"ID"`
	Version string `name:"version" help:"Version of the formula." placeholder:"V"`
	From    string `help:"First day the formula is valid, YYYY-MM-DD." placeholder:"DATE"`
	To      string `help:"Last day the formula is valid. Default: open." placeholder:"DATE"`

	Survey     string `help:"Name of the survey." placeholder:"TEXT"`
	SurveyYear string `help:"Year of the survey, such as 2022 or 2022-23." placeholder:"YEAR"`
	PriceYear  string `help:"Year of the prices of the target." placeholder:"YEAR"`

	Digits   int `help:"Significant digits of coefficients; 0 for as many decimals as the other numbers." default:"4"`
	Decimals int `help:"Decimals of intercepts, region effects and points of tables." default:"4"`

	Out string `help:"Folder to write card.json, ID.json and the pages into." placeholder:"DIR"`
}

// Run makes the card, or checks one.
func (cmd *surveyCardCmd) Run(c *console) error {
	if cmd.Check {
		return cmd.check(c)
	}
	m, err := cmd.method()
	if err != nil {
		return err
	}
	o, err := cmd.flags()
	if err != nil {
		return err
	}
	j, err := newJudging(c, &cmd.surveyData, &cmd.surveyJudging, cmd.By, cmd.Collinear)
	if err != nil {
		return err
	}
	w, err := cmd.wording()
	if err != nil {
		return err
	}
	run := &cardRun{cmd: cmd, judging: j, method: m, export: *o, wording: w}
	if err := c.await(func() error { return run.fit() }); err != nil {
		return err
	}
	if cmd.Draft != "" {
		return run.draft(c)
	}
	if err := run.judge(c); err != nil {
		return err
	}
	if cmd.Out != "" {
		if err := run.write(); err != nil {
			return err
		}
	}
	if cmd.JSON {
		data, err := run.card.JSON()
		if err == nil {
			_, err = c.out.Write(data)
		}
		return err
	}
	run.print(c.out)
	return nil
}

// method reads the one method of the flags.
func (cmd *surveyCardCmd) method() (survey.LinearMethod, error) {
	var out survey.LinearMethod
	m, err := parseMethod(cmd.Method)
	if err != nil {
		return out, err
	}
	if err := cmd.surveyMethods.check(); err != nil {
		return out, err
	}
	out = survey.LinearMethod{Name: m.name, By: cmd.By, Seed: cmd.Seed}
	list := []float64{0}
	switch m.name {
	case "lasso":
		list = m.orFlag(cmd.Lambda, 0)
		out.Lambda = list[0]
	case "quantile":
		list = m.orFlag(cmd.Tau, .4)
		out.Tau = list[0]
	}
	if len(list) > 1 {
		return out, usageError("a card is about one model: give one value of --tau or --lambda")
	}
	if _, err := out.Method(); err != nil {
		return out, usageError("--method: the model of " + m.name + " is no table of points that could be published; use wls, bic, lasso or quantile")
	}
	return out, nil
}

// flags checks what stands for no column, before the survey is read.
func (cmd *surveyCardCmd) flags() (*survey.ExportOptions, error) {
	switch {
	case cmd.Calibrate:
		return nil, usageError("--calibrate: a calibrated score is no table of points; publish the plain one")
	case len(cmd.Line) > 0 || cmd.Plots != "":
		return nil, usageError("--line and --plots belong to 'sijil survey assess'")
	case cmd.Collinear == string(survey.CollinearKeep):
		return nil, usageError("--collinear: coefficients of collinear columns cannot be told apart, and are not published; say drop, or leave columns out with --exclude")
	case cmd.Draft != "":
		return &survey.ExportOptions{}, nil
	case cmd.Out == "" && !cmd.JSON:
		return nil, usageError("say where to: --out DIR writes the card, the formula and the pages, --json prints the card")
	case cmd.ID == "" || cmd.Version == "" || cmd.From == "" || cmd.SurveyYear == "" || cmd.PriceYear == "":
		return nil, usageError("a published formula has --id, --version, --from, --survey-year and --price-year")
	case cmd.ID == "card":
		return nil, usageError("--id: the card itself is written to card.json; name the formula otherwise")
	}
	o := &survey.ExportOptions{ID: cmd.ID, Version: cmd.Version, Rounding: survey.Rounding{Significant: cmd.Digits, Decimals: cmd.Decimals}}
	var err error
	if o.From, err = civil.Parse(cmd.From); err != nil {
		return nil, usageError("--from: write the day as YYYY-MM-DD")
	}
	if cmd.To != "" {
		to, err := civil.Parse(cmd.To)
		if err != nil {
			return nil, usageError("--to: write the day as YYYY-MM-DD")
		}
		o.To = &to
	}
	if o.Rounding == (survey.Rounding{}) {
		return nil, usageError("--decimals: with --digits 0 give at least one decimal")
	}
	return o, nil
}

// wording reads the terms file, nil for none.
func (cmd *surveyCardCmd) wording() (*survey.Wording, error) {
	if cmd.Terms == "" {
		return nil, nil //nolint:nilnil // no terms file is a file that says nothing
	}
	data, err := os.ReadFile(cmd.Terms)
	if err != nil {
		return nil, cannotRead(cmd.Terms, err)
	}
	w, err := survey.ParseWording(cmd.Terms, data)
	if err != nil {
		return nil, err
	}
	for _, l := range cardpage.Languages() {
		if w.Languages != nil && !slices.Contains(w.Languages, l) {
			return nil, &errs.Error{Kind: errs.Invalid, File: cmd.Terms, Field: "languages", What: "the language " + l + " is missing, and the card is printed in it", Fix: "add it, with every text"}
		}
	}
	return w, nil
}

// cardRun is one execution of the command.
type cardRun struct {
	*judging
	cmd     *surveyCardCmd
	method  survey.LinearMethod
	export  survey.ExportOptions
	wording *survey.Wording

	linear    *survey.Linear
	published *survey.Published
	card      *survey.Card
}

func (r *cardRun) fit() (err error) {
	r.linear, err = r.method.Fit(r.sample, survey.Options{Collinear: survey.Collinear(r.cmd.Collinear)})
	return r.placed(err)
}

// draft writes a terms file with empty texts.
func (r *cardRun) draft(c *console) error {
	f, err := newFile(filepath.Dir(r.cmd.Draft), filepath.Base(r.cmd.Draft))
	if err != nil {
		return err
	}
	defer f.discard()
	if err := printJSON(f, survey.Draft(r.sample, r.linear, r.wording)); err != nil {
		return err
	}
	if err := f.keep(); err != nil {
		return err
	}
	fmt.Fprintf(c.out, "%s: fill in the empty texts, then give it with --terms\n", r.cmd.Draft)
	return nil
}

// judge exports the formula and makes its card.
func (r *cardRun) judge(c *console) error {
	cmd := r.cmd
	r.export.Source = fmt.Sprintf("Fitted by %s on %s (SHA-256 %s), survey of %s at prices of %s, %d households; see its model card",
		r.method.Name, filepath.Base(cmd.File), r.hash, cmd.SurveyYear, cmd.PriceYear, r.sample.N())
	shown := map[string]*progress{}
	defer func() {
		for _, p := range shown {
			p.end()
		}
	}()
	return c.await(func() (err error) {
		if r.published, err = survey.Export(r.sample, r.table, r.linear, r.wording, r.export); err != nil {
			if cmd.Terms == "" {
				return errs.At(err, r.File, 0)
			}
			return errs.At(err, cmd.Terms, 0)
		}
		r.card, err = survey.MakeCard(r.sample, r.linear, r.published, survey.CardOptions{
			SHA256: r.hash, Survey: cmd.Survey, SurveyYear: cmd.SurveyYear, PriceYear: cmd.PriceYear,
			Weight: cmd.Weight, Stratum: cmd.Strata, PSU: cmd.PSU, FPC: cmd.FPC,
			Folds: r.folds, FoldsHow: r.dealing(), Collinear: survey.Collinear(cmd.Collinear), Assess: r.options,
			Progress: func(stage string, done, total int) {
				if shown[stage] == nil {
					shown[stage] = newProgress(c.err, stage, total)
				}
				shown[stage].at(done)
			},
		})
		return r.placed(err)
	})
}

// dealing says in the card's words how the folds were made.
func (r *cardRun) dealing() string {
	switch {
	case r.Folds == waves:
		return survey.FoldsWaves
	case r.foldColumn() != "":
		return survey.FoldsColumn
	}
	return survey.FoldsDealt
}

// write writes the card, the formula and the pages; each appears whole.
func (r *cardRun) write() error {
	card, err := r.card.JSON()
	if err != nil {
		return err
	}
	definition, err := r.published.Definition.JSON()
	if err != nil {
		return err
	}
	contents := map[string][]byte{"card.json": card, r.cmd.ID + ".json": definition}
	for _, l := range cardpage.Languages() {
		if contents["card."+l+".html"], err = cardpage.Render(r.card, l); err != nil {
			return err
		}
	}
	var files []*file
	for name, data := range contents {
		f, err := newFile(r.cmd.Out, name)
		if err != nil {
			return err
		}
		defer f.discard()
		if _, err := f.Write(data); err != nil {
			return err
		}
		files = append(files, f)
	}
	for _, f := range files {
		if err := f.keep(); err != nil {
			return err
		}
	}
	return nil
}

// print says in a few lines what was published.
func (r *cardRun) print(w io.Writer) {
	fmt.Fprintf(w, "%s version %s, from %s: %s\n", r.card.Formula.ID, r.card.Formula.Version, r.card.Formula.From, filepath.Join(r.cmd.Out, r.cmd.ID+".json"))
	fmt.Fprintf(w, "  formula sha256 %s\n  card    sha256 %s\n", r.card.Formula.Hash, r.card.Hash)
	for _, s := range r.card.Strata {
		fmt.Fprintf(w, "  %s: %d numbers on %d households\n", s.Name, len(s.Coefficients), s.N)
	}
	for _, t := range r.card.Accuracy.Quota {
		fmt.Fprintf(w, "  the poorest %.4g %%: misses %.1f %% of the poor, %.1f %% of those selected are not poor (out of fold)\n", 100*t.Q, 100*t.EER, 100*t.IER)
	}
	e := r.card.Rounding
	fmt.Fprintf(w, "  rounding moves an index by %.2g at most, %.2g on average\n", e.LargestShift, e.MeanAbsShift)
	for _, q := range e.Quota {
		fmt.Fprintf(w, "  the poorest %.4g %%: rounding takes %d households over the cut; in sample the exclusion error goes from %.2f to %.2f %%\n",
			100*q.Q, q.CameIn+q.WentOut, 100*q.EERBefore, 100*q.EERAfter)
	}
	for _, u := range r.card.Failures {
		if u.Code == survey.FailureUnseen {
			fmt.Fprintf(w, "  %s: no household of the survey has %s %s; the formula refuses such a household\n", u.Stratum, u.Group, u.Level)
		}
	}
	fmt.Fprintf(w, "  pages: %s\n", filepath.Join(r.cmd.Out, "card.{"+strings.Join(cardpage.Languages(), ",")+"}.html"))
}

// cardCheck is the answer of --check.
type cardCheck struct {
	Card           string `json:"card"`
	Hash           string `json:"hash"`
	Formula        string `json:"formula"`
	Version        string `json:"version"`
	FormulaHash    string `json:"formula_hash"`
	FormulaChecked bool   `json:"formula_checked"`
}

// check computes a card's hash again, and that of the formula beside it.
func (cmd *surveyCardCmd) check(c *console) error {
	in, err := c.open(cmd.File)
	if err != nil {
		return err
	}
	defer in.Close()
	data, err := io.ReadAll(in)
	if err != nil {
		return cannotRead(cmd.File, err)
	}
	card, err := survey.ReadCard(cmd.File, data)
	if err != nil {
		return err
	}
	out := cardCheck{Card: cmd.File, Hash: card.Hash, Formula: card.Formula.ID, Version: card.Formula.Version, FormulaHash: card.Formula.Hash}
	beside := filepath.Join(filepath.Dir(cmd.File), filepath.Base(card.Formula.ID)+".json")
	if data, err := os.ReadFile(beside); err == nil && cmd.File != "-" {
		f, err := formula.Parse(beside, data)
		if err != nil {
			return err
		}
		if f.Hash() != card.Formula.Hash {
			return &errs.Error{Kind: errs.Invalid, File: beside, What: "the formula is not the one the card is about", Fix: "fetch both again from whoever published them"}
		}
		out.FormulaChecked = true
	}
	if cmd.JSON {
		return printJSON(c.out, out)
	}
	fmt.Fprintf(c.out, "%s: the hash holds\n  card    sha256 %s\n  formula %s version %s, sha256 %s\n", out.Card, out.Hash, out.Formula, out.Version, out.FormulaHash)
	if out.FormulaChecked {
		fmt.Fprintf(c.out, "  %s is that formula\n", beside)
	} else {
		fmt.Fprintf(c.out, "  the formula itself is not beside the card and was not compared\n")
	}
	return nil
}
