package main

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"sijil/internal/config"
	"sijil/internal/errs"
)

// passwords asks for passwords: from a file, from a terminal without echo, or
// line by line from standard input. They are never arguments, which every
// account of the machine can read.
type passwords struct {
	c     *console
	lines *bufio.Reader
}

func (p *passwords) ask(file, what string, twice bool) (string, error) {
	if file != "" {
		text, err := config.ReadSecret(file)
		if err != nil {
			return "", err
		}
		return firstLine(file, text)
	}
	in, ok := p.c.in.(*os.File)
	if !ok || !isTerminal(in) {
		return p.line(what)
	}
	first, err := p.hidden(in, what+": ")
	if err != nil || !twice {
		return first, err
	}
	again, err := p.hidden(in, what+", again: ")
	if err == nil && again != first {
		err = errs.Bad("password", "the two are not the same", "type them again")
	}
	return first, err
}

// hidden reads a line from a terminal that does not show it.
func (p *passwords) hidden(in *os.File, prompt string) (string, error) {
	show, err := hideInput(in)
	if err != nil {
		return "", &errs.Error{Kind: errs.Unavailable, What: "this terminal cannot hide what is typed", Fix: "use --password-file", Err: err}
	}
	defer show()
	fmt.Fprint(p.c.err, prompt)
	defer fmt.Fprintln(p.c.err)
	return p.line(prompt)
}

func (p *passwords) line(what string) (string, error) {
	if p.lines == nil {
		p.lines = bufio.NewReader(io.LimitReader(p.c.in, 64<<10))
	}
	text, err := p.lines.ReadString('\n')
	if err != nil && (!errors.Is(err, io.EOF) || text == "") {
		return "", &errs.Error{Kind: errs.Invalid, File: "-", What: "the " + strings.TrimSuffix(what, ": ") + " is missing", Fix: "write it on a line of standard input, or use --password-file"}
	}
	return strings.TrimRight(text, "\r\n"), nil
}

func firstLine(file, text string) (string, error) {
	line, rest, _ := strings.Cut(text, "\n")
	if strings.TrimSpace(rest) != "" {
		return "", &errs.Error{Kind: errs.Invalid, File: file, What: "the file has more than one line", Fix: "write the password on its only line"}
	}
	return strings.TrimRight(line, "\r"), nil
}
