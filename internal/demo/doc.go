// Package demo makes an installation that shows Sijil at work: a synthetic
// sample of households is put through the registers' own services, as if
// offices had worked for half a year, and every page has something to show.
//
// It knows which folder is a demo's, who may sign in to it, and how far its
// sample has come: a demo that was cut off goes on where it was, and no act is
// done twice, because every act has an idempotency key made of the seed and
// the household's number. It refuses to know pages and listeners, and to write
// to any store but through the services. Nobody in it exists.
package demo
