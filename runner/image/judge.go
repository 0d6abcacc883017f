package image

import (
	"context"
	"errors"
	"fmt"

	"github.com/cibench/cibench/runner/lane"
)

// judge tells a build that failed from a harness that is broken: an engine or
// a daemon that went away, or a full disk, makes every build fail.
func (l *Lane) judge(ctx context.Context, s *session, err error) (*lane.Failure, error) {
	if ctx.Err() != nil {
		return nil, context.Cause(ctx)
	}
	if gone := l.Engine.Ping(ctx); gone != nil {
		return nil, errors.Join(gone, err)
	}
	if _, gone := s.builder.Client().ListWorkers(ctx); gone != nil {
		return nil, errors.Join(fmt.Errorf("the BuildKit daemon went away: %w", gone), err)
	}
	if full := l.disks().Full(); full != nil {
		return nil, errors.Join(full, err)
	}
	if broken := (*carryError)(nil); errors.As(err, &broken) {
		return nil, err
	}
	return l.failure(s, err), nil
}

// failure is that of the session's build for the given reason.
func (l *Lane) failure(s *session, err error) *lane.Failure {
	return &lane.Failure{Err: err, Problems: l.Index.ProblemsSince(s.mark), Log: s.status.Log(lane.LogLines)}
}

// disks are where a build and what is carried write to.
func (l *Lane) disks() lane.Disks { return lane.DisksOf(l.Engine, l.Snapshots.Dir, l.Dir) }

// untimed does the session's build as part of no trial, in the time that one
// has. That the build failed is a *lane.Failure.
func (l *Lane) untimed(ctx context.Context, s *session) error {
	return lane.Within(ctx, l.Study.Policy.Timeout, func(ctx context.Context) error {
		err := l.work(ctx, s)
		if err == nil {
			return nil
		}
		failed, err := l.judge(ctx, s, err)
		if err != nil {
			return err
		}
		return failed
	}, func(late error) *lane.Failure { return l.failure(s, late) })
}
