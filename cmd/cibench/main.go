// Command cibench measures what build caches do for CI. See its README.
package main

import (
	"context"
	"os"
	"os/signal"
	"syscall"

	"github.com/cibench/cibench/cmd/cibench/internal/cli"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	// A second signal ends the program at once.
	context.AfterFunc(ctx, stop)
	code := cli.Run(ctx, cli.System(), os.Args[1:])
	stop()
	os.Exit(code)
}
