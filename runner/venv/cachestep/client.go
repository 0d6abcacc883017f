package cachestep

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strconv"

	"github.com/cibench/cibench/runner/venv/workflow/cachekey"
)

// service is the path of the protocol's methods (toolkit,
// src/generated/results/api/v1/cache.twirp-client.ts).
const service = "/twirp/github.actions.results.api.v1.CacheService/"

// client speaks to the cache service.
type client struct {
	base, token string
	http        *http.Client
}

// transport keeps as many connections as an archive is moved by, and no proxy
// out of the environment comes between.
func transport() *http.Transport {
	return &http.Transport{MaxIdleConnsPerHost: concurrency, DisableCompression: true}
}

type (
	createResponse struct {
		OK      bool   `json:"ok"`
		URL     string `json:"signed_upload_url"`
		Message string `json:"message"`
	}
	finalizeResponse struct {
		OK      bool   `json:"ok"`
		ID      string `json:"entry_id"`
		Message string `json:"message"`
	}
	downloadResponse struct {
		OK  bool   `json:"ok"`
		URL string `json:"signed_download_url"`
		Key string `json:"matched_key"`
	}
)

func (c *client) lookUp(ctx context.Context, keys cachekey.Keys, version string) (downloadResponse, error) {
	restore := keys.Restore
	if restore == nil {
		restore = []string{}
	}
	var out downloadResponse
	err := c.call(ctx, "GetCacheEntryDownloadURL", map[string]any{
		"key": keys.Primary, "restore_keys": restore, "version": version,
	}, &out)
	return out, err
}

func (c *client) reserve(ctx context.Context, key, version string) (uploadURL string, err error) {
	var out createResponse
	if err := c.call(ctx, "CreateCacheEntry", map[string]any{"key": key, "version": version}, &out); err != nil {
		return "", err
	}
	if !out.OK {
		return "", errors.New(cmp.Or(out.Message, "Response was not ok"))
	}
	return out.URL, nil
}

func (c *client) finalize(ctx context.Context, key, version string, size int64) (id string, err error) {
	var out finalizeResponse
	err = c.call(ctx, "FinalizeCacheEntryUpload", map[string]any{
		"key": key, "version": version, "size_bytes": strconv.FormatInt(size, 10),
	}, &out)
	if err != nil {
		return "", err
	}
	if !out.OK {
		return "", errors.New(cmp.Or(out.Message, fmt.Sprintf("Unable to finalize cache with key %s, another job may be finalizing this cache.", key)))
	}
	return out.ID, nil
}

// maxAnswer is more than any answer has.
const maxAnswer = 1 << 20 // bytes

// call calls a method with a message in JSON. Errors are worded as the
// toolkit's (src/internal/shared/cacheTwirpClient.ts).
func (c *client) call(ctx context.Context, method string, in, out any) error {
	if err := c.try(ctx, method, in, out); err != nil {
		return saidf("Failed to %s: %v", method, err)
	}
	return nil
}

func (c *client) try(ctx context.Context, method string, in, out any) error {
	base, err := url.Parse(c.base)
	if err != nil {
		return err
	}
	body, err := json.Marshal(in)
	if err != nil {
		return err
	}
	at := base.ResolveReference(&url.URL{Path: service + method})
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, at.String(), bytes.NewReader(body))
	if err != nil {
		return err
	}
	req.Header.Set("Authorization", "Bearer "+c.token)
	req.Header.Set("Content-Type", "application/json")
	resp, err := c.http.Do(req)
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	text, err := io.ReadAll(io.LimitReader(resp.Body, maxAnswer))
	if err != nil {
		return err
	}
	if resp.StatusCode/100 == 2 {
		return json.Unmarshal(text, out)
	}
	var told struct {
		Msg string `json:"msg"`
	}
	// An answer that is no JSON says nothing more.
	_ = json.Unmarshal(text, &told)
	message := "Failed request: (" + strconv.Itoa(resp.StatusCode) + ") " + http.StatusText(resp.StatusCode)
	if told.Msg != "" {
		message += ": " + told.Msg
	}
	return saidf("Received non-retryable error: %s", message)
}
