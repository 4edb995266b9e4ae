// Package programme says what follows from a household's index for each social
// programme, in its first form: how the index stands to the threshold that
// holds on the day the score came into force.
//
// Three things that are easily mixed up stay apart. An outcome at or below a
// threshold means that one condition is met. Whether a household is eligible
// is a programme's own rule, who is a beneficiary its decision, and who the
// payee is a third question; none of them follows from an outcome, and no type
// here is called after them.
//
// It refuses to know who lives in a household and what was answered: it is
// handed figures.
package programme
