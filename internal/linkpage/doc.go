// Package linkpage turns what a linking found into a page that can be read on
// a screen and mailed around, in Arabic, French and English.
//
// It knows how the weights of a model are drawn and read, and which figures an
// office needs before it acts on a link. It refuses to compute links, and it
// shows no value of a person unless it is told to: values are masked by their
// shape. A page is one file without scripts, and fetches nothing; the same
// input gives the same bytes.
package linkpage
