// Package trial tries the whole program as its makers fear it: killed in the
// middle of acts, and made to do thousands of random acts on both databases.
// All of it is tests.
//
// It knows what must hold of an installation whatever happened to it. It
// refuses to know how any of it is done.
package trial
