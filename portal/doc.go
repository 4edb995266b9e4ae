// Package portal is the web pages of Sijil: rendered on the server, in Arabic,
// French and English, working without JavaScript and from right to left.
//
// It knows how to show what the engines compute: the home page that explains
// the system, and the public simulator of the index. It refuses to know who a
// visitor is, and to compute anything itself: an index, a contribution and an
// outcome come from the engines. Answers given to the simulator are in the
// pages that go to and fro and nowhere else: they are never stored, never
// logged, and never part of an address.
//
// Every page is one file with one style sheet and fonts of our own. A strict
// content security policy allows nothing else: no script, no inline style, no
// request to anybody else.
package portal
