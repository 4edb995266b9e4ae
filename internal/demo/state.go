package demo

import (
	"encoding/json"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"time"

	"sijil/internal/errs"
	"sijil/internal/strictjson"
)

// stateFile is what makes a folder a demo's.
const stateFile = "demo.json"

const stateFormat = 1

// State is what a demo remembers of itself. It holds the password of its
// accounts, and so only its owner may read the file.
type State struct {
	Format     int       `json:"format"`
	About      string    `json:"about"`
	Country    string    `json:"country"` // code
	Households int       `json:"households"`
	Seed       uint64    `json:"seed"`
	Sample     string    `json:"sample"`   // hash of the first of the sample: another one cannot go on
	Password   string    `json:"password"` // of every account
	Begun      time.Time `json:"begun"`
	Reached    int       `json:"reached"` // households that may have been begun
	Periods    int       `json:"periods"` // that are done
	Loaded     bool      `json:"loaded"`
	Examples   []Example `json:"examples"` // households worth a look
}

// Example is a household of the sample, and a code for what it shows.
type Example struct {
	Code  string `json:"code"`
	Shows string `json:"shows"`
}

const about = "An installation of sijil demo. All persons in it are synthetic. The folder may be deleted."

// Folder is the folder of a demo, held by this process.
type Folder struct {
	Path string

	lock *os.File
}

// OpenFolder takes a folder for a demo. It is made when it is not there; one
// that is neither empty nor a demo's is refused, and so is one that another
// process holds. state is nil for a new one.
func OpenFolder(path string) (f *Folder, state *State, err error) {
	if _, err := look(path); err != nil {
		return nil, nil, err
	}
	if err := os.MkdirAll(path, 0o700); err != nil {
		return nil, nil, &errs.Error{Kind: errs.Unavailable, Code: "demo.folder", File: path, What: "the folder cannot be made", Fix: "name another with --data", Err: err}
	}
	f = &Folder{Path: path}
	if f.lock, err = os.Open(path); err != nil {
		return nil, nil, &errs.Error{Kind: errs.Unavailable, Code: "demo.folder", File: path, What: "the folder cannot be read", Fix: "name another with --data", Err: err}
	}
	if err := hold(f.lock); err != nil {
		return nil, nil, errors.Join(&errs.Error{Kind: errs.Unavailable, Code: "demo.held", File: path, What: "another demo works in this folder",
			Fix: "end it, or name another folder with --data"}, f.lock.Close())
	}
	state, err = look(path) // again: nobody else changes it from here on
	if err != nil {
		return nil, nil, errors.Join(err, f.Close())
	}
	return f, state, nil
}

// look says what a folder is, and touches nothing.
func look(path string) (*State, error) {
	list, err := os.ReadDir(path)
	if errors.Is(err, os.ErrNotExist) {
		return nil, nil //nolint:nilnil // a new one
	}
	if err != nil {
		return nil, &errs.Error{Kind: errs.Unavailable, Code: "demo.folder", File: path, What: "the folder cannot be read", Fix: "name another with --data", Err: err}
	}
	file, other := filepath.Join(path, stateFile), false
	for _, e := range list {
		if e.Name() == stateFile {
			return read(file)
		}
		other = other || !strings.HasPrefix(e.Name(), stateFile) // half a state file is ours
	}
	if other {
		return nil, &errs.Error{Kind: errs.Conflict, Code: "demo.not_empty", File: path, What: "the folder is not empty, and what is in it is not a demo's",
			Fix: "name a new folder with --data"}
	}
	return nil, nil //nolint:nilnil // an empty one
}

func read(file string) (*State, error) {
	data, err := os.ReadFile(file)
	if err != nil {
		return nil, &errs.Error{Kind: errs.Unavailable, Code: "demo.state", File: file, What: "the file cannot be read", Fix: "name another folder with --data", Err: err}
	}
	var s State
	if err := json.Unmarshal(data, &s); err != nil || s.Format != stateFormat {
		return nil, another(file)
	}
	if err := strictjson.Unmarshal(file, data, &s); err != nil {
		return nil, another(file)
	}
	return &s, nil
}

// another refuses a folder that another program made.
func another(path string) error {
	return &errs.Error{Kind: errs.Conflict, Code: "demo.version", File: path, What: "this demo was made by another version of the program",
		Fix: "name a new folder with --data, or delete this one: nobody in it exists"}
}

// Keep writes the state, whole or not at all.
func (f *Folder) Keep(s State) error {
	s.Format, s.About = stateFormat, about
	text, err := json.MarshalIndent(s, "", "  ") //nolint:gosec // a password drawn for invented people, in a file of its owner's
	if err != nil {
		return err
	}
	name := filepath.Join(f.Path, stateFile)
	if err = writeWhole(name, append(text, '\n')); err != nil {
		return &errs.Error{Kind: errs.Unavailable, Code: "demo.state", File: name, What: "the file cannot be written", Fix: "check the disk, or name another folder with --data", Err: err}
	}
	return nil
}

func writeWhole(name string, text []byte) error {
	half := name + ".new"
	if err := os.Remove(half); err != nil && !errors.Is(err, os.ErrNotExist) {
		return err
	}
	out, err := os.OpenFile(half, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return err
	}
	_, err = out.Write(text)
	if err == nil {
		err = out.Sync()
	}
	if err = errors.Join(err, out.Close()); err != nil {
		return err
	}
	return os.Rename(half, name)
}

// Close lets go of the folder, and leaves none behind in which there is nothing.
func (f *Folder) Close() error {
	_ = os.Remove(f.Path) // one that is not empty stays
	return f.lock.Close()
}

// letters of passwords: none that looks like another.
const letters = "abcdefghijkmnpqrstuvwxyz23456789"

// NewPassword draws a password of 100 bits.
func NewPassword(random io.Reader) (string, error) {
	var b [20]byte
	if _, err := io.ReadFull(random, b[:]); err != nil {
		return "", err
	}
	var out strings.Builder
	for i, c := range b {
		if i > 0 && i%5 == 0 {
			out.WriteByte('-')
		}
		out.WriteByte(letters[c%byte(len(letters))])
	}
	return out.String(), nil
}
