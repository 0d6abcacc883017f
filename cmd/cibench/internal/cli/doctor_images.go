package cli

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"strings"

	"golang.org/x/sync/errgroup"

	"github.com/cibench/cibench/runner/provision"
	"github.com/cibench/cibench/scenarios/catalog"
	"github.com/cibench/cibench/scenarios/plan"
)

// probes is how many images are asked for at a time: a registry that does not
// answer is waited for.
const probes = 4

// checkImages tells where the images of the default study would come from.
func (d *doctor) checkImages(ctx context.Context) finding {
	refs, err := defaultImages()
	if err != nil {
		return wrong(statusFailed, err)
	}
	images := &provision.Images{Dir: filepath.Join(d.cfg.CacheDir, "images")}
	if d.engine != nil {
		images.Engine = d.engine
	}
	findings := make([]finding, len(refs))
	var g errgroup.Group
	g.SetLimit(probes)
	for i, ref := range refs {
		g.Go(func() error {
			findings[i] = foreseen(images.Foresee(ctx, ref))
			return nil
		})
	}
	_ = g.Wait() // the findings hold the errors
	return worstOf(findings)
}

// defaultImages returns the references of all images that a run of the default
// study needs.
func defaultImages() ([]string, error) {
	study, err := openStudy(catalog.Studies()[0])
	if err != nil {
		return nil, err
	}
	p, err := plan.New(study.Study, plan.Options{Blocks: 1})
	if err != nil {
		return nil, err
	}
	refs, err := imagesOf(study, p)
	refs = append(refs, provision.BuildKitRef)
	slices.Sort(refs)
	return slices.Compact(refs), err
}

// foreseen turns what would be done about an image into a finding.
func foreseen(o provision.Outlook, err error) finding {
	var un *provision.UnavailableError
	switch {
	case errors.As(err, &un):
		why := strings.ReplaceAll(errors.Join(un.Errs...).Error(), "\n", ", ")
		return finding{statusFailed, fmt.Sprintf("%s: cannot be had here (%s)", un.Ref, why), un.Hint()}
	case err != nil:
		return wrong(statusFailed, err)
	case o.Kept:
		return fine("%s: kept (%s)", o.Ref, o.Source)
	case o.Source == provision.FromEngine:
		return fine("%s: in the engine", o.Ref)
	case o.Source == provision.FromPull:
		return fine("%s: can be pulled", o.Ref)
	default:
		return finding{statusWarning, o.Ref + ": will be made on the spot", "making images takes some minutes, once"}
	}
}

// worstOf makes one finding of several, with the hint of the worst.
func worstOf(findings []finding) finding {
	order := []status{statusOK, statusWarning, statusFailed}
	worst := fine("")
	var details []string
	for _, f := range findings {
		details = append(details, f.detail)
		if slices.Index(order, f.status) > slices.Index(order, worst.status) {
			worst.status, worst.hint = f.status, f.hint
		}
	}
	worst.detail = strings.Join(details, "; ")
	return worst
}
