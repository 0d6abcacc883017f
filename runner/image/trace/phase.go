package trace

// The phases of an image build. PipInstall is split by step too, into
// "pip-install.1", "pip-install.2" and so on in the order of the Dockerfile;
// the parts of pip's own work are told apart by its output. They do not add up
// to the step: the interpreter's start is before pip's first line, and what
// BuildKit and other commands of the step do is around it.
const (
	BaseImage   = "base-image"   // FROM: metadata, download, extraction
	PipInstall  = "pip-install"  // every RUN that calls pip
	CodeCopy    = "code-copy"    // files of the build context: transfer, COPY and ADD; requirements files too
	Export      = "export"       // the image: layers, manifest, push or tarball
	CacheImport = "cache-import" // a remote cache's manifest, and the layers fetched from it
	CacheExport = "cache-export" // layers and manifest sent to a remote cache
	Other       = "other"        // every step that none of the above claims
)
