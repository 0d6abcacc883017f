package cli_test

import (
	"encoding/json"
	"io"
	"net"
	"net/http"
	"path"

	"github.com/rogpeppe/go-internal/testscript"
)

// fakeEngine OS KERNEL: let DOCKER_HOST name an engine that answers, says that
// of itself, holds nothing and can do nothing, until the script ends.
func fakeEngine(ts *testscript.TestScript, _ bool, args []string) {
	socket := ts.MkAbs("engine.sock")
	l, err := net.Listen("unix", socket)
	ts.Check(err)
	server := &http.Server{Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Api-Version", "1.44")
		w.Header().Set("Content-Type", "application/json")
		switch path.Base(r.URL.Path) {
		case "_ping":
		case "info":
			_ = json.NewEncoder(w).Encode(map[string]string{
				"ServerVersion": "27.0", "OperatingSystem": args[0], "KernelVersion": args[1], "OSType": "linux",
			})
		case "json", "networks": // lists of containers, images and networks
			_, _ = io.WriteString(w, "[]")
		case "volumes":
			_, _ = io.WriteString(w, "{}")
		default:
			http.Error(w, `{"message":"not of this fake"}`, http.StatusNotImplemented)
		}
	})}
	served := make(chan struct{})
	go func() { _ = server.Serve(l); close(served) }()
	ts.Defer(func() { server.Close(); <-served })
	ts.Setenv("DOCKER_HOST", "unix://"+socket)
}
