package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"time"

	"sijil/internal/errs"
	"sijil/internal/roll"
	"sijil/linkage"
	"sijil/names"
)

// linkCmd finds the records of one person.
type linkCmd struct {
	Dedupe linkDedupeCmd `cmd:"" help:"Find the records of one person in a roll."`
	Match  linkMatchCmd  `cmd:"" help:"Find the people of one roll in another."`

	Register linkRegisterCmd `cmd:"" help:"Train the model by which a register checks whoever enrols."`
}

// linkFlags are those of both commands.
type linkFlags struct {
	ID    string `help:"Column that numbers the rows; it is never compared." placeholder:"C"`
	Truth string `help:"Column that says who is who, to judge the result by; it is never compared." placeholder:"C"`
	Spec  string `help:"File that says what the columns hold, instead of the guess (docs/link-command.md)." placeholder:"FILE"`
	Draft string `help:"Write the guess as a file for --spec, and stop." placeholder:"FILE"`

	Model     string `help:"Weigh with this model instead of learning one." placeholder:"FILE"`
	SaveModel string `help:"Write the model." placeholder:"FILE"`

	Out          string `help:"Write every row, with cluster_id and match_weight added." placeholder:"FILE"`
	Report       string `help:"Write a report as one HTML page. Values of people are masked." placeholder:"FILE"`
	Lang         string `help:"Language of the report: ar, fr or en." enum:"ar,fr,en" default:"en"`
	ReportValues bool   `help:"Show the values of the sample pairs in the report: it then holds personal data."`
	JSON         bool   `help:"Print one JSON object."`
}

type linkDedupeCmd struct {
	File string `arg:"" help:"CSV file with a header." placeholder:"FILE.csv"`
	linkFlags
}

type linkMatchCmd struct {
	A string `arg:"" help:"CSV file with a header." placeholder:"A.csv"`
	B string `arg:"" help:"The other, whose columns may be called otherwise." placeholder:"B.csv"`
	linkFlags
}

// Run dedupes.
func (cmd *linkDedupeCmd) Run(c *console) error { return cmd.run(c, cmd.File) }

// Run matches.
func (cmd *linkMatchCmd) Run(c *console) error { return cmd.run(c, cmd.A, cmd.B) }

// linking is one execution of either command.
type linking struct {
	*linkFlags
	console *console
	table   *names.Table
	rolls   []*linkRoll
	spec    *roll.Spec
	truth   *roll.Truth
	start   time.Time
	seconds float64 // from the files to the clusters

	model  *linkage.Model
	result linkResult
}

// linkRoll is one of the files.
type linkRoll struct {
	file    *roll.File
	sample  *roll.Sample
	guess   *roll.Guess
	records *linkage.Records
	base    int // rows of the files before
}

func (f *linkFlags) run(c *console, paths ...string) error {
	if err := f.check(paths); err != nil {
		return err
	}
	l := &linking{linkFlags: f, console: c, start: time.Now()}
	if err := l.understand(paths); err != nil {
		return err
	}
	if f.Draft != "" {
		return l.draft()
	}
	if err := l.work(); err != nil {
		return err
	}
	return l.tell()
}

// work goes from the understood files to the people in them.
func (l *linking) work() error {
	if err := l.loadModel(); err != nil {
		return err
	}
	if !l.JSON {
		l.printGuess()
	}
	if err := l.read(); err != nil {
		return err
	}
	if err := l.console.await(l.link); err != nil {
		return err
	}
	l.seconds = time.Since(l.start).Seconds()
	return nil
}

// check refuses outputs that would fall on an input or on each other, and
// folders that cannot be written, before any long work.
func (f *linkFlags) check(paths []string) error {
	taken := map[string]string{}
	for _, in := range []struct{ flag, path string }{{"--spec", f.Spec}, {"--model", f.Model}} {
		if in.path != "" {
			taken[same(in.path)] = in.flag
		}
	}
	for _, p := range paths {
		taken[same(p)] = "the roll"
	}
	if len(paths) == 2 && same(paths[0]) == same(paths[1]) {
		return usageError("the two files are one: 'sijil link dedupe' looks for duplicates within a file")
	}
	for _, out := range []struct{ flag, path string }{{"--out", f.Out}, {"--report", f.Report}, {"--save-model", f.SaveModel}, {"--draft", f.Draft}} {
		if out.path == "" {
			continue
		}
		if what := taken[same(out.path)]; what != "" {
			return usageError(fmt.Sprintf("%s: the file is that of %s too; name another", out.flag, what))
		}
		taken[same(out.path)] = out.flag
		probe, err := newOutput(out.flag, out.path)
		if err != nil {
			return err
		}
		probe.discard()
	}
	if f.Truth != "" && f.Truth == f.ID {
		f.ID = "" // a column that serves as both
	}
	return nil
}

func same(path string) string {
	if found, err := filepath.EvalSymlinks(path); err == nil {
		path = found
	}
	if abs, err := filepath.Abs(path); err == nil {
		return abs
	}
	return path
}

// newOutput begins the file of a flag.
func newOutput(flag, path string) (*file, error) {
	if info, err := os.Stat(path); err == nil && info.IsDir() {
		return nil, &errs.Error{Kind: errs.Invalid, File: path, What: "this is a folder", Fix: "name a file with " + flag}
	}
	out, err := newFile(filepath.Dir(path), filepath.Base(path))
	if e, ok := errors.AsType[*errs.Error](err); ok {
		e.Fix = strings.ReplaceAll(e.Fix, "--out", flag)
	}
	return out, err
}

// writeOutput writes the file of a flag whole.
func writeOutput(flag, path string, data []byte) error {
	out, err := newOutput(flag, path)
	if err != nil {
		return err
	}
	defer out.discard()
	if _, err := out.Write(data); err != nil {
		return errs.At(err, path, 0)
	}
	return out.keep()
}

// link trains where no model was given, and links.
func (l *linking) link() (err error) {
	shown := map[string]*progress{}
	defer func() {
		for _, p := range shown {
			p.end()
		}
	}()
	opt := linkage.Options{Threads: runtime.GOMAXPROCS(0), Progress: func(step string, done, total int64) {
		if shown[step] == nil {
			shown[step] = newProgress(l.console.err, step, int(total))
		}
		shown[step].at(int(done))
	}}
	ctx, a := l.console.ctx, l.rolls[0].records
	if len(l.rolls) == 1 {
		if l.model == nil {
			if l.model, err = linkage.Train(ctx, a, opt); err != nil {
				return l.placed(err)
			}
		}
		r, err := linkage.Dedupe(ctx, a, l.model, opt)
		if err != nil {
			return l.placed(err)
		}
		l.result = dedupeResult(r, a.Len())
		return nil
	}
	b := l.rolls[1].records
	if l.model == nil {
		if l.model, err = linkage.TrainMatch(ctx, a, b, opt); err != nil {
			return l.placed(err)
		}
	}
	r, err := linkage.Match(ctx, a, b, l.model, opt)
	if err != nil {
		return l.placed(err)
	}
	l.result = matchResult(r, a.Len(), b.Len())
	return nil
}

// placed puts the file into an error of the engine.
func (l *linking) placed(err error) error {
	if _, ok := errors.AsType[*errs.Error](err); !ok {
		return err
	}
	return errs.At(err, l.rolls[0].file.Path, 0)
}

// loadModel reads the model of --model.
func (l *linking) loadModel() error {
	if l.Model == "" {
		return nil
	}
	data, err := readSmall(l.Model)
	if err != nil {
		return err
	}
	l.model, err = linkage.ParseModel(l.Model, data, l.table)
	if err != nil {
		return err
	}
	return l.useModel()
}

// maxSmall is the greatest size of a file that is read as a whole.
const maxSmall = 256 << 20

func readSmall(path string) ([]byte, error) {
	info, err := os.Stat(path)
	switch {
	case err == nil && info.Size() > maxSmall:
		return nil, &errs.Error{Kind: errs.Invalid, File: path, What: "the file is too large for what it should be", Fix: "check the name"}
	case err == nil && info.IsDir():
		return nil, &errs.Error{Kind: errs.Invalid, File: path, What: "this is a folder", Fix: "name a file"}
	case errors.Is(err, os.ErrNotExist):
		return nil, &errs.Error{Kind: errs.NotFound, File: path, What: "there is no such file", Fix: "check the name"}
	}
	data, err := os.ReadFile(path)
	if err != nil {
		return nil, &errs.Error{Kind: errs.Unavailable, File: path, What: "the file cannot be read", Err: err}
	}
	return data, nil
}
