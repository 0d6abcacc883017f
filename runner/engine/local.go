package engine

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"strings"

	"golang.org/x/sys/unix"
)

// RemoteError says that an engine answers, but that its containers' host
// network is not this machine's: the services of a run listen on 127.0.0.1.
type RemoteError struct {
	Info Info
	Why  string
}

func (e *RemoteError) Error() string {
	return fmt.Sprintf("docker engine %s (%s) at %s is not one of this machine's own: %s", e.Info.Version, e.Info.OS, e.Info.Host, e.Why)
}

// Hint says which engine will do.
func (e *RemoteError) Hint() string {
	return "the services of a run listen on 127.0.0.1 of this machine: use an engine that root runs on it, without a virtual machine"
}

// CheckLocal returns a *RemoteError unless the engine runs on this machine's
// own kernel, in its network and on its file system.
func (e *Engine) CheckLocal() error {
	var name unix.Utsname
	if err := unix.Uname(&name); err != nil {
		return fmt.Errorf("release of the kernel: %w", err)
	}
	if why := e.info.remote(unix.ByteSliceToString(name.Release[:])); why != "" {
		return &RemoteError{Info: e.info, Why: why}
	}
	// In a container that was given the engine's socket all of the above holds.
	if _, err := os.Stat(e.info.Root); e.info.Root != "" && errors.Is(err, fs.ErrNotExist) {
		return &RemoteError{Info: e.info, Why: "its directory " + e.info.Root + " is not here, as in a container that has its socket"}
	}
	return nil
}

// DataDir returns the engine's own directory, which holds the layers of
// containers; "" when that is not to be seen on this machine.
func (e *Engine) DataDir() string {
	if e.CheckLocal() != nil {
		return ""
	}
	return e.info.Root
}

// remote says why the engine is not one of a machine whose kernel has that
// release; "" when it is. Docker Desktop can share the kernel of its machine,
// but not the network.
func (i Info) remote(kernel string) string {
	switch {
	case !strings.HasPrefix(i.Host, "unix://"):
		return "it is not reached by a local socket"
	case strings.Contains(i.OS, "Docker Desktop"):
		return "it runs in a virtual machine"
	case i.Kernel != kernel:
		return fmt.Sprintf("it runs on kernel %s, this machine on %s", i.Kernel, kernel)
	case i.Rootless:
		return "it is rootless, with a network of its own"
	}
	return ""
}
