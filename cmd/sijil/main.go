// Command sijil is the one service binary of Sijil.
//
// It knows the command line and how the rooms are wired together. It refuses
// to hold logic of its own: what it prints was computed elsewhere.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"syscall"

	"github.com/alecthomas/kong"
)

// Exit statuses of the command line.
const (
	exitOK     = 0
	exitFailed = 1
	exitUsage  = 2
)

// version and commit are set by the build.
var (
	version = "unversioned"
	commit  = "unknown"
)

// commandLine is the whole command line; its tags are its documentation.
type commandLine struct {
	Country string `help:"Folder of another country's data, instead of the one built in." placeholder:"DIR" type:"existingdir"`

	Demo      demoCmd      `cmd:"" help:"Make an installation with a synthetic sample, put through the real services, and serve it."`
	Index     indexCmd     `cmd:"" help:"Compute the index of households from declarations or feature lines."`
	Formula   formulaCmd   `cmd:"" help:"Check and compare index formulas."`
	Idcs      idcsCmd      `cmd:"" name:"idcs" help:"Check identifiers; count what a numbering scheme can hold."`
	Survey    surveyCmd    `cmd:"" help:"Fit, judge and compare index formulas on a household survey."`
	Link      linkCmd      `cmd:"" help:"Find which records are one person, in a roll or between two."`
	Policy    policyCmd    `cmd:"" help:"Ask what a threshold does."`
	Serve     serveCmd     `cmd:"" help:"Run the service: pages, health, measures, work in the background."`
	Config    configCmd    `cmd:"" help:"Check and print the configuration."`
	Migrate   migrateCmd   `cmd:"" help:"Bring the stores up to this program; make them when there are none."`
	Backup    backupCmd    `cmd:"" help:"Copy all stores, with the keys apart."`
	Restore   restoreCmd   `cmd:"" help:"Fill an empty installation from a backup, and check it across its stores."`
	Keys      keysCmd      `cmd:"" help:"Rotate keys, write anew what old ones made, and remove those."`
	Recheck   recheckCmd   `cmd:"" help:"Compare everybody anew after the model of likeness has changed."`
	Recompute recomputeCmd `cmd:"" help:"Compute stored scores and outcomes again, and say whether the bytes agree."`
	Admin     adminCmd     `cmd:"" help:"Make accounts of staff and clients."`
	Synth     synthCmd     `cmd:"" help:"Make a synthetic population."`
	Bench     benchCmd     `cmd:"" help:"Rerun the speed figures of docs/performance.md."`
	Version   versionCmd   `cmd:"" help:"Print the version, and the hashes of the formulas built in."`
}

// console is what a command talks to.
type console struct {
	ctx     context.Context
	in      io.Reader
	out     io.Writer
	err     io.Writer
	country string // folder of a country's data; "" for the one built in
}

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	status := run(ctx, os.Args[1:], os.Stdin, os.Stdout, os.Stderr)
	stop()
	os.Exit(status)
}

// run executes one command line and returns its exit status.
func run(ctx context.Context, args []string, in io.Reader, out, errw io.Writer) int {
	var line commandLine
	exited := -1
	parser, err := kong.New(&line,
		kong.Name("sijil"),
		kong.Description("Sijil runs a country's social targeting: registers, index, programmes."),
		kong.Writers(out, errw),
		kong.Exit(func(code int) { exited = code }),
		kong.UsageOnError(),
		kong.ConfigureHelp(kong.HelpOptions{Compact: true}),
	)
	if err != nil {
		fmt.Fprintln(errw, "sijil:", err)
		return exitFailed
	}
	if len(args) == 0 {
		args = []string{"--help"}
	}
	cmd, err := parser.Parse(args)
	if exited >= 0 {
		return exited
	}
	if err != nil {
		fmt.Fprintf(errw, "sijil: %v\nTry 'sijil --help'.\n", err)
		return exitUsage
	}
	c := &console{ctx: ctx, in: in, out: out, err: errw, country: line.Country}
	err = cmd.Run(c)
	var usage usageError
	switch {
	case err == nil:
		return exitOK
	case errors.As(err, &usage):
		fmt.Fprintf(errw, "sijil: %v\nTry 'sijil --help'.\n", err)
		return exitUsage
	case ctx.Err() != nil:
		fmt.Fprintln(errw, "sijil: stopped")
	case !errors.Is(err, errReported):
		fmt.Fprintln(errw, "sijil:", err)
	}
	return exitFailed
}

// errReported ends a command whose failures have already been printed.
var errReported = errors.New("failed")

// usageError is a command line that parses but makes no sense.
type usageError string

func (e usageError) Error() string { return string(e) }
