package config

import (
	"errors"
	"os"
	"strings"

	"github.com/pelletier/go-toml/v2"
	"github.com/pelletier/go-toml/v2/unstable"

	"sijil/internal/errs"
)

// line is one setting of a file.
type line struct {
	key, value string
	line       int
}

// largest bounds what is read of a file: no configuration is near it.
const largest = 1 << 20

func readFile(path string) ([]line, error) {
	if path == "" {
		return nil, nil
	}
	info, err := os.Stat(path)
	if err != nil {
		return nil, &errs.Error{Kind: errs.NotFound, Code: "config.file", File: path, What: "the configuration cannot be read", Fix: "name a file that is there", Err: bare(err)}
	}
	if !info.Mode().IsRegular() || info.Size() > largest {
		return nil, &errs.Error{Kind: errs.Invalid, Code: "config.file", File: path, What: "this is not a file of settings", Fix: "name another"}
	}
	data, err := os.ReadFile(path)
	if err != nil {
		return nil, &errs.Error{Kind: errs.Unavailable, Code: "config.file", File: path, What: "the configuration cannot be read", Fix: "let the service's account read it", Err: bare(err)}
	}
	return parse(path, data)
}

// bare is what went wrong without the path, which the error has already.
func bare(err error) error {
	if p, ok := errors.AsType[*os.PathError](err); ok {
		return p.Err
	}
	return err
}

// parse reads TOML of tables and plain values, each with its line.
func parse(path string, data []byte) ([]line, error) {
	// The whole decoder first: it knows all rules of the language, such as that
	// no key stands twice.
	var all map[string]any
	if err := toml.Unmarshal(data, &all); err != nil {
		at := 0
		if e, ok := errors.AsType[*toml.DecodeError](err); ok {
			at, _ = e.Position()
		}
		return nil, &errs.Error{Kind: errs.Invalid, Code: "config.syntax", File: path, Line: at, What: "this is not TOML, or a key stands twice", Fix: `write NAME = VALUE, texts in quotes, or [TABLE]`}
	}
	var out []line
	var bad errs.List
	var p unstable.Parser
	p.Reset(data)
	table := ""
	for p.NextExpression() {
		e := p.Expression()
		name, at := dotted(&p, e)
		switch e.Kind { //nolint:exhaustive // the parser hands out no others here
		case unstable.Table:
			table = name + "."
		case unstable.KeyValue:
			v := e.Value()
			plain := v.Kind == unstable.String || v.Kind == unstable.Integer || v.Kind == unstable.Bool || v.Kind == unstable.Float
			if !plain {
				bad.Add(&errs.Error{Kind: errs.Invalid, Code: "config.value", File: path, Line: at, Field: table + name, What: "the value is not plain", Fix: "write a text in quotes, a number, true or false"})
				continue
			}
			out = append(out, line{key: table + name, value: string(v.Data), line: at})
		default:
			bad.Add(&errs.Error{Kind: errs.Invalid, Code: "config.syntax", File: path, Line: at, Field: name, What: "there are no lists of tables here", Fix: "write [" + name + "]"})
		}
	}
	bad.Add(p.Error())
	return out, bad.Err()
}

// dotted returns the key of an expression and its line.
func dotted(p *unstable.Parser, e *unstable.Node) (name string, at int) {
	var parts []string
	it := e.Key()
	for it.Next() {
		n := it.Node()
		parts = append(parts, string(n.Data))
		if at == 0 {
			at = p.Shape(n.Raw).Start.Line
		}
	}
	return strings.Join(parts, "."), at
}
