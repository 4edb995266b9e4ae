package portal

import (
	"context"
	"time"

	"sijil/access"
	"sijil/agency"
	"sijil/formula"
	"sijil/household"
	"sijil/internal/uid"
	"sijil/population"
	"sijil/programme"
)

// Work is what the pages for people at work are made of. Everything but
// Samples and SignIns is needed.
type Work struct {
	Staff      Staff      // *agency.Service
	Households Households // *household.Service
	Outcomes   Outcomes   // *programme.Service
	Figures    Figures    // the registers' counts, asked for as the program itself

	// Of a demonstration only; pages without Config.Demo show neither.
	SignIns  []SignIn
	Password string // of every account in SignIns
	Samples  Samples
}

// Staff signs people in and says who asks.
type Staff interface {
	Login(ctx context.Context, l agency.Login) (agency.Session, error)
	Authenticate(ctx context.Context, cr agency.Credential) (access.Caller, error)
	Rotate(ctx context.Context, secret string) (agency.Session, error)
	Logout(ctx context.Context, secret string) error
	Me(ctx context.Context, c access.Caller) (agency.Staff, error)
	Purposes(ctx context.Context) ([]agency.Purpose, error)
}

// Households shows a household to whoever may see it.
type Households interface {
	View(ctx context.Context, c access.Caller, q household.ViewRequest) (*household.Shown, error)
}

// Outcomes are what a household's score means for each programme.
type Outcomes interface {
	Of(ctx context.Context, c access.Caller, household, score uid.ID) ([]programme.Outcome, error)
}

// Figures are counts that name nobody. A page that shows them has asked
// whether its reader may see them, and keeps them for a minute.
type Figures interface {
	Persons(ctx context.Context, months []time.Time) (*population.Tally, error)
	Households(ctx context.Context, q household.TallyRequest) (*household.Tally, error)
}

// Samples picks households of a demonstration for a visitor to look at.
type Samples interface {
	Examples(ctx context.Context, limits []formula.Index) ([]household.Example, error)
}

// SignIn is an account of a demonstration that a visitor can sign in as.
type SignIn struct {
	Login string
	Role  access.Role
}
