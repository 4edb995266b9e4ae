// Package i18n holds what the program says to people, in each of its
// languages, and how each language writes numbers, counts, shares and days.
//
// Messages are keys in the files ar/*.json, fr/*.json and en/*.json: a text
// with {name} for each value, or one text for each plural form. A key that
// does not exist is an error, never an empty line on a page. Plural forms and
// marks are those of Unicode's CLDR for the language as the country writes it;
// digits are 0 to 9, as in the Arabic of the Maghreb.
//
// The package refuses to know what the messages are about, and texts that
// belong to a country: those are the country's data.
package i18n
