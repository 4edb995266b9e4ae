package linkage

// Levels of agreement. 0 means that one of the two records says nothing, 1
// that the two say different things, in every ladder.
const (
	missing   = 0
	different = 1
)

// Names in one column.
const (
	nameConfusable = iota + 2
	nameInitial
	namePart
	nameNear
	nameClose
	nameSounds
	nameVariant
	nameSame
	nameCrossed
	nameSwapped
	nameLevels
)

// Names in several scripts: the best and the worst of what can be compared.
// A letter is e (equal), v (a spelling of the same), n (near), c (confusable),
// d (different), x (confusable or different); o stands for a script that one of
// the two lacks.
const (
	pairDD = iota + 1 // equals different
	pairDO
	pairCX
	pairCO
	pairNX
	pairNO
	pairNN
	pairVX
	pairVO
	pairVN
	pairVV
	pairEX
	pairEO
	pairEN
	pairEV
	pairEE
	pairCrossed
	pairSwapped
	pairLevels
)

// Dates.
const (
	dateNear = iota + 2
	dateYear
	dateTwoDigits
	datePresumedNear
	dateTwoParts
	dateDigit
	dateSwapped
	datePresumed
	datePartialOther
	datePartialNear
	datePartial
	dateSamePresumed
	dateSame
	dateLevels
)

// Numbers of documents.
const (
	documentTwoEdits = iota + 2
	documentEdit
	documentSame
	documentLevels
)

// Telephone numbers.
const (
	phoneEdit = iota + 2
	phoneSame
	phoneLevels
)

// E-mail addresses.
const (
	emailAlike = iota + 2
	emailLocal
	emailEdit
	emailSame
	emailLevels
)

// Places.
const (
	placeAlike = iota + 2
	placeSounds
	placeSame
	placeLevels
)

// Categories.
const (
	categorySame = iota + 2
	categoryLevels
)

// Numbers.
const (
	numberEdit = iota + 2
	numberSame
	numberLevels
)

// Free text.
const (
	textWord = iota + 2
	textAlike
	textClose
	textSame
	textLevels
)

// step is one level of a ladder: its stable name, the sentence, and how often
// it is expected before anything was learnt, of records of one person (m), of
// people of one family (kin; 0 where they agree as one person does) and of
// strangers (u). Levels of group 1 are those of records that say less: how
// often they do is no evidence, only how they then agree.
type step struct {
	code, text string
	m, kin, u  float64
	group      uint8
}

// ladder is the levels of a kind of field.
type ladder []step

var oneName = ladder{
	missing:        {code: "name.missing", text: "one of the two lacks the name"},
	different:      {"name.different", "different names", .03, .80, 0.97, 0},
	nameConfusable: {"name.confusable", "names that look alike and are different names", .01, .10, 0.003, 0},
	nameInitial:    {"name.initial", "one is the initial of the other", .01, .02, 0.001, 0},
	namePart:       {"name.part", "one has a part more, or the parts come in another order", .03, .05, 0.003, 0},
	nameNear:       {"name.near", "nearly the same letters", .05, .02, 0.006, 0},
	nameClose:      {"name.close", "the same but for a letter or two", .10, .01, 0.002, 0},
	nameSounds:     {"name.sounds", "spellings that sound alike", .05, .005, 0.001, 0},
	nameVariant:    {"name.variant", "spellings of one name", .05, .005, 0.0005, 0},
	nameSame:       {"name.same", "the same name", .65, .01, 0.01, 0},
	nameCrossed:    {"name.crossed", "the given name of one is the family name of the other", .005, .001, 0.0003, 0},
	nameSwapped:    {"name.swapped", "given and family name exchanged", .02, .0005, 1e-05, 0},
}

var manyNames = ladder{
	missing:     {code: "names.missing", text: "one of the two lacks the name"},
	pairDD:      {"names.different", "different names in every script", .01, .70, 0.96, 0},
	pairDO:      {"names.different_one", "different names in the one script that both have", .02, .10, 0.96, 1},
	pairCX:      {"names.confusable", "names that look alike and are different names", .01, .10, 0.008, 0},
	pairCO:      {"names.confusable_one", "names that look alike and are different names, in the one script that both have", .01, .10, 0.008, 1},
	pairNX:      {"names.near_other", "nearly the same letters in one script, different in the other", .02, .04, 0.006, 0},
	pairNO:      {"names.near_one", "nearly the same letters in the one script that both have", .10, .02, 0.012, 1},
	pairNN:      {"names.near", "nearly the same letters in every script", .03, .02, 0.004, 0},
	pairVX:      {"names.variant_other", "spellings of one name in one script, different in the other", .02, .005, 0.0003, 0},
	pairVO:      {"names.variant_one", "spellings of one name in the one script that both have", .27, .005, 0.003, 1},
	pairVN:      {"names.variant_near", "spellings of one name in one script, nearly the same in the other", .06, .005, 0.0005, 0},
	pairVV:      {"names.variant", "spellings of one name in every script", .10, .005, 0.0005, 0},
	pairEX:      {"names.same_other", "the same name in one script, different in the other", .03, .005, 0.0003, 0},
	pairEO:      {"names.same_one", "the same name in the one script that both have", .60, .005, 0.01, 1},
	pairEN:      {"names.same_near", "the same name in one script, nearly the same in the other", .15, .003, 0.0006, 0},
	pairEV:      {"names.same_variant", "the same name in one script, a spelling of it in the other", .20, .003, 0.002, 0},
	pairEE:      {"names.same", "the same name in every script", .25, .003, 0.01, 0},
	pairCrossed: {"names.crossed", "the given name of one is the family name of the other", .005, .001, 0.0003, 0},
	pairSwapped: {"names.swapped", "given and family name exchanged", .02, .0005, 1e-05, 0},
}

var dates = ladder{
	missing:          {code: "date.missing", text: "one of the two lacks the date"},
	different:        {"date.different", "different dates", .02, .47, 0.9, 0},
	dateNear:         {"date.near", "different dates, at most two years apart", .01, .25, 0.06, 0},
	dateYear:         {"date.year", "only the year is the same", .01, .01, 0.012, 0},
	dateTwoDigits:    {"date.two_digits", "two digits differ", .01, .005, 0.013, 0},
	datePresumedNear: {"date.presumed_near", "one is 1 January, at most two years from the other", .005, .01, 0.003, 0},
	dateTwoParts:     {"date.two_parts", "two of year, month and day are the same", .02, .005, 0.009, 0},
	dateDigit:        {"date.digit", "one digit differs, or two neighbours are exchanged", .04, .005, 0.003, 0},
	dateSwapped:      {"date.swapped", "day and month exchanged", .02, .0005, 3e-05, 0},
	datePresumed:     {"date.presumed", "one is 1 January of the other's year", .02, .005, 0.001, 0},
	datePartialOther: {"date.partial_different", "different as far as one of them goes", .05, .50, 0.93, 1},
	datePartialNear:  {"date.partial_near", "different as far as one of them goes, at most two years apart", .05, .20, 0.05, 1},
	datePartial:      {"date.partial", "they agree as far as one of them goes", .90, .30, 0.02, 1},
	dateSamePresumed: {"date.same_presumed", "both are 1 January of one year, or the same year alone", .06, .02, 0.0002, 0},
	dateSame:         {"date.same", "the same date", .75, .20, 5e-05, 0},
}

var documents = ladder{
	missing:          {code: "document.missing", text: "one of the two lacks the number"},
	different:        {"document.different", "different numbers", .004, .985, 0.9998, 0},
	documentTwoEdits: {"document.two_edits", "two characters differ", .01, .005, 0.0001, 0},
	documentEdit:     {"document.edit", "one character differs, or two neighbours are exchanged", .05, .008, 1e-05, 0},
	documentSame:     {"document.same", "the same number", .936, .002, 1e-06, 0},
}

var phones = ladder{
	missing:   {code: "phone.missing", text: "one of the two lacks the number"},
	different: {"phone.different", "different numbers", .40, 0, 0.9999, 0},
	phoneEdit: {"phone.edit", "one digit differs, or two neighbours are exchanged", .02, 0, 1e-05, 0},
	phoneSame: {"phone.same", "the same number", .58, 0, 1e-05, 0},
}

var emails = ladder{
	missing:    {code: "email.missing", text: "one of the two lacks the address"},
	different:  {"email.different", "different addresses", .30, .80, 0.98, 0},
	emailAlike: {"email.alike", "addresses that look alike", .05, .10, 0.018, 0},
	emailLocal: {"email.local", "the same before the @", .05, .02, 0.0005, 0},
	emailEdit:  {"email.edit", "one or two characters differ", .10, .03, 0.0005, 0},
	emailSame:  {"email.same", "the same address", .50, .05, 0.0002, 0},
}

var places = ladder{
	missing:     {code: "place.missing", text: "one of the two lacks the place"},
	different:   {"place.different", "different places", .12, 0, 0.93, 0},
	placeAlike:  {"place.alike", "places written nearly alike", .06, 0, 0.015, 0},
	placeSounds: {"place.sounds", "places that sound alike", .06, 0, 0.001, 0},
	placeSame:   {"place.same", "the same place", .76, 0, 0.05, 0},
}

var categories = ladder{
	missing:      {code: "category.missing", text: "one of the two lacks the value"},
	different:    {"category.different", "different values", .02, .5, 0.5, 0},
	categorySame: {"category.same", "the same value", .98, .5, 0.5, 0},
}

var numbers = ladder{
	missing:    {code: "number.missing", text: "one of the two lacks the number"},
	different:  {"number.different", "different numbers", .15, 0, 0.9, 0},
	numberEdit: {"number.edit", "one digit differs, or two neighbours are exchanged", .10, 0, 0.05, 0},
	numberSame: {"number.same", "the same number", .75, 0, 0.02, 0},
}

var texts = ladder{
	missing:   {code: "text.missing", text: "one of the two lacks the text"},
	different: {"text.different", "different texts", .15, 0, 0.9, 0},
	textWord:  {"text.word", "texts that share a word", .05, 0, 0.08, 0},
	textAlike: {"text.alike", "texts written alike", .06, 0, 0.01, 0},
	textClose: {"text.close", "the same but for a letter or two", .14, 0, 0.002, 0},
	textSame:  {"text.same", "the same text", .60, 0, 0.004, 0},
}

// ladder returns the levels of a field.
func (f Field) ladder() ladder {
	switch f.Kind {
	case Given, Family, Full, Parent:
		if len(f.Columns) > 1 {
			return manyNames
		}
		return oneName
	case Date:
		return dates
	case Document:
		return documents
	case Phone:
		return phones
	case Email:
		return emails
	case Place:
		return places
	case Category:
		return categories
	case Number:
		return numbers
	}
	return texts
}

// own reports whether kin differ in the field as strangers do, or in a way of
// their own. In the other fields kin agree as records of one person do: that
// is what makes them hard to tell apart.
func (k Kind) own() bool {
	return k == Given || k == Full || k == Document || k == Date || k == Category || k == Email
}

// twoNames reports whether a level of a name says that the two are different
// names, in all that both records have.
func (f Field) twoNames(level uint8) bool {
	if len(f.Columns) > 1 {
		return level >= pairDD && level <= pairCO
	}
	return level == different || level == nameConfusable
}
