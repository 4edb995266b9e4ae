// Package cardpage turns a model card into a page that can be read on a
// screen and printed, in Arabic, French and English.
//
// It knows how each language writes numbers, counts and directions, and says
// in plain words what the figures of a card mean for a citizen. It refuses to
// compute: every figure is the card's. A page is one file without scripts, and
// fetches nothing; the same card gives the same bytes.
package cardpage
