package provision

import (
	"context"
	"fmt"

	"github.com/google/go-containerregistry/pkg/name"
)

// An Outlook is where Get would take an image from.
type Outlook struct {
	Ref    string // fully qualified
	Source Source // of a kept image: where it came from
	Kept   bool   // it is in the store
}

// Foresee tells what Get would do with ref, without getting anything. The error
// is Get's, as far as that can be known before: an *UnavailableError when no
// source has the image and this machine cannot make it either.
func (p *Images) Foresee(ctx context.Context, ref string) (Outlook, error) {
	tag, err := name.ParseReference(ref)
	if err != nil {
		return Outlook{}, fmt.Errorf("image reference: %w", err)
	}
	o := Outlook{Ref: qualified(tag)}
	img, kept, err := p.load(o.Ref)
	if err != nil {
		return o, err
	}
	if kept {
		o.Source, o.Kept = img.Source, true
		return o, nil
	}
	unavailable := &UnavailableError{Ref: o.Ref}
	for _, from := range []struct {
		source Source
		has    func() error
	}{
		{FromEngine, func() error { return p.inEngine(ctx, tag) }},
		{FromPull, func() error { return p.pullable(ctx, tag) }},
		{FromRecipe, func() error { _, err := p.recipe(tag); return err }},
	} {
		err := from.has()
		if ctx.Err() != nil {
			return o, context.Cause(ctx)
		}
		if err == nil {
			o.Source = from.source
			return o, nil
		}
		unavailable.Errs = append(unavailable.Errs, err)
	}
	return o, unavailable
}
