package main

import (
	"errors"
	"fmt"
	"maps"
	"slices"

	"sijil/internal/system"
	"sijil/seal"
)

// keysCmd looks after the keys of an installation.
type keysCmd struct {
	Status  keysStatusCmd  `cmd:"" help:"Say which keys there are, and what still needs each."`
	Rotate  keysRotateCmd  `cmd:"" help:"Add a key to a domain and make it the current one."`
	Rewrap  keysRewrapCmd  `cmd:"" help:"Wrap every data key under the current zone key of its domain. It may be stopped and run again."`
	Rewrite keysRewriteCmd `cmd:"" help:"Write the blind indexes of a domain under its current blind key. It may be stopped and run again."`
	Retire  keysRetireCmd  `cmd:"" help:"Remove a key that nothing needs any more; one that is needed is refused."`
}

// keysStatusCmd says what needs which key.
type keysStatusCmd struct {
	storeFlags

	JSON bool `help:"Print one JSON object."`
}

// Run counts, and prints no key.
func (cmd *keysStatusCmd) Run(c *console) (err error) {
	s, err := cmd.open(c)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, s.Close()) }()
	uses, err := s.KeyUses(c.ctx)
	if err != nil {
		return err
	}
	if cmd.JSON {
		return printJSON(c.out, map[string]any{"keys": uses})
	}
	for _, u := range uses {
		mark := "old"
		if u.Current {
			mark = "current"
		}
		fmt.Fprintf(c.out, "%-10s  %-5s %5d  %-7s  %d rows", u.Domain, u.Kind, u.Number, mark, u.Total())
		if !u.Current {
			for _, t := range slices.Sorted(maps.Keys(u.Rows)) {
				fmt.Fprintf(c.out, "; %s %d", t, u.Rows[t])
			}
		}
		if u.Answers > 0 {
			fmt.Fprintf(c.out, "; opens %d kept answers", u.Answers)
		}
		fmt.Fprintln(c.out)
	}
	return nil
}

// keyArgs name a kind of keys of a domain.
type keyArgs struct {
	Kind   string `arg:"" help:"zone (wraps data keys) or blind (makes blind indexes)." enum:"zone,blind"`
	Domain string `arg:"" help:"population, social or agency." enum:"population,social,agency"`
}

// keysRotateCmd adds a key.
type keysRotateCmd struct {
	storeFlags
	keyArgs

	JSON bool `help:"Print one JSON object."`
}

// Run rotates.
func (cmd *keysRotateCmd) Run(c *console) (err error) {
	s, err := cmd.open(c)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, s.Close()) }()
	n, err := s.RotateKey(system.KeyKind(cmd.Kind), seal.Domain(cmd.Domain))
	if err != nil {
		return err
	}
	if cmd.JSON {
		return printJSON(c.out, map[string]any{"domain": cmd.Domain, "kind": cmd.Kind, "number": n})
	}
	fmt.Fprintf(c.out, "%s key %d of %s is the current one; back the key file up now, and start every process anew\n", cmd.Kind, n, cmd.Domain)
	return nil
}

// rewriting runs long work with its progress.
func rewriting(c *console, f *storeFlags, what string, asJSON bool, work func(s *system.System, progress func(system.Rewritten)) (system.Rewritten, error)) (err error) {
	s, err := f.open(c)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, s.Close()) }()
	p := newProgress(c.err, what, 0)
	done, err := work(s, func(r system.Rewritten) { p.at(r.Seen) })
	p.end()
	if err != nil {
		return err
	}
	if asJSON {
		return printJSON(c.out, done)
	}
	fmt.Fprintf(c.out, "%d %s looked at, %d rows written\n", done.Seen, what, done.Done)
	return nil
}

// keysRewrapCmd wraps data keys anew.
type keysRewrapCmd struct {
	storeFlags

	JSON bool `help:"Print one JSON object."`
}

// Run wraps.
func (cmd *keysRewrapCmd) Run(c *console) error {
	return rewriting(c, &cmd.storeFlags, "data keys", cmd.JSON, func(s *system.System, progress func(system.Rewritten)) (system.Rewritten, error) {
		return s.RewrapKeys(c.ctx, progress)
	})
}

// keysRewriteCmd writes blind indexes anew.
type keysRewriteCmd struct {
	storeFlags

	Domain string `arg:"" help:"population." enum:"population,social,agency"`
	JSON   bool   `help:"Print one JSON object."`
}

// Run writes.
func (cmd *keysRewriteCmd) Run(c *console) error {
	return rewriting(c, &cmd.storeFlags, "people", cmd.JSON, func(s *system.System, progress func(system.Rewritten)) (system.Rewritten, error) {
		return s.RewriteBlind(c.ctx, seal.Domain(cmd.Domain), progress)
	})
}

// keysRetireCmd removes a key.
type keysRetireCmd struct {
	storeFlags
	keyArgs

	Number        uint16 `arg:"" help:"Number of the key, as sijil keys status says it."`
	ForgetAnswers bool   `name:"forget-answers" help:"Remove a blind key though it alone opens kept answers to repeated requests: those requests then fail when they are repeated."`
	JSON          bool   `help:"Print one JSON object."`
}

// Run removes the key, or says what needs it.
func (cmd *keysRetireCmd) Run(c *console) (err error) {
	s, err := cmd.open(c)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, s.Close()) }()
	p := newProgress(c.err, "people", 0)
	err = s.RetireKey(c.ctx, system.KeyKind(cmd.Kind), seal.Domain(cmd.Domain), cmd.Number, cmd.ForgetAnswers, func(r system.Rewritten) { p.at(r.Seen) })
	p.end()
	if err != nil {
		return err
	}
	if cmd.JSON {
		return printJSON(c.out, map[string]any{"domain": cmd.Domain, "kind": cmd.Kind, "removed": cmd.Number})
	}
	fmt.Fprintf(c.out, "%s key %d of %s is removed; older backups of the stores need the key file of their time\n", cmd.Kind, cmd.Number, cmd.Domain)
	return nil
}
