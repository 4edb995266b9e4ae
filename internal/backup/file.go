package backup

import (
	"encoding/json"
	"errors"
	"io"
	"os"
	"path/filepath"

	"sijil/internal/errs"
)

// writeFile makes a file of its owner's alone, anew, and flushes it to disk.
func writeFile(path string, fn func(io.Writer) error) (err error) {
	f, err := os.OpenFile(path, os.O_CREATE|os.O_WRONLY|os.O_TRUNC, 0o600)
	if err != nil {
		return fileError(path, err)
	}
	err = fn(f)
	if err == nil {
		if err = f.Sync(); err != nil {
			err = fileError(path, err)
		}
	}
	if closed := f.Close(); err == nil && closed != nil {
		err = fileError(path, closed)
	}
	return err
}

func writeManifest(dir string, m Manifest) error {
	data, err := json.MarshalIndent(m, "", "  ")
	if err != nil {
		return err
	}
	return writeFile(filepath.Join(dir, ManifestFile), func(w io.Writer) error {
		_, err := w.Write(append(data, '\n'))
		return err
	})
}

func copyFile(to, from string) error {
	f, err := os.Open(from)
	if err != nil {
		return fileError(from, err)
	}
	defer func() { _ = f.Close() }() // only read
	return writeFile(to, func(w io.Writer) error {
		_, err := io.Copy(w, f)
		return err
	})
}

func syncFolder(dir string) error {
	d, err := os.Open(dir)
	if err != nil {
		return err
	}
	err = d.Sync()
	if closed := d.Close(); err == nil {
		err = closed
	}
	return err
}

func fileError(path string, err error) error {
	if p, ok := errors.AsType[*os.PathError](err); ok {
		err = p.Err
	}
	return &errs.Error{Kind: errs.Unavailable, Code: "backup.file", File: path, What: "the backup cannot be read or written", Fix: "see that there is room, and that this account may", Err: err}
}

type counter struct {
	w io.Writer
	n int64
}

// Write counts.
func (c *counter) Write(p []byte) (int, error) {
	n, err := c.w.Write(p)
	c.n += int64(n)
	return n, err
}

// HalfCopy begins the name of the folder in which CopySecret works; one that
// was cut off leaves it behind.
const HalfCopy = ".sijil-copy-"

// CopySecret copies a file of secrets to where none is yet, for its owner
// alone: whole or not at all.
func CopySecret(to, from string) error {
	temp, err := os.MkdirTemp(filepath.Dir(to), HalfCopy+"*")
	if err != nil {
		return fileError(to, err)
	}
	defer func() { _ = os.RemoveAll(temp) }()
	half := filepath.Join(temp, "half")
	if err := copyFile(half, from); err != nil {
		return err
	}
	err = os.Link(half, to) // unlike a rename it takes nobody's place
	if err == nil {
		err = syncFolder(filepath.Dir(to))
	}
	if err != nil {
		return fileError(to, err)
	}
	return nil
}
