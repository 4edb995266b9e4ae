//go:build unix

package demo

import (
	"os"
	"syscall"
)

// hold lets no other process have the folder until the file is closed.
func hold(f *os.File) error { return syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB) }
