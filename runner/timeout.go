package runner

import (
	"context"
	"errors"
	"fmt"
	"time"
)

// A TimeoutError says that a build outlasted its time.
type TimeoutError struct {
	Limit time.Duration
}

func (e *TimeoutError) Error() string { return fmt.Sprintf("timeout after %s", e.Limit) }

// WithTimeout returns a context for one build, timed or not, which ends after
// the limit. Its cause is then a *TimeoutError.
func WithTimeout(ctx context.Context, limit time.Duration) (context.Context, context.CancelFunc) {
	return context.WithTimeoutCause(ctx, limit, &TimeoutError{limit})
}

// TimedOut returns why a build under a context of WithTimeout was cut off; nil
// when that was not for its time.
func TimedOut(ctx context.Context) *TimeoutError {
	var late *TimeoutError
	errors.As(context.Cause(ctx), &late)
	return late
}
