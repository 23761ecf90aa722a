package ask

import (
	"bytes"
	"encoding/json"
	"mime"
	"net/http"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
)

// ownMedia tells the API server's own words from a backend's that look the same.
// The API server writes its errors in the first form that a request accepts, and
// hands on a backend's answer as it is; a backend answers in a form of its own.
const ownMedia = runtime.ContentTypeProtobuf

// Refusal is the API server's word that it could not pass a request on.
type Refusal struct {
	Code            int
	Reason, Message string
}

func refusalIn(response *http.Response, body []byte) *Refusal {
	if response.StatusCode < 400 {
		return nil
	}
	status := &metav1.Status{}
	media, _, err := mime.ParseMediaType(response.Header.Get("Content-Type"))
	switch {
	case err != nil:
		return nil
	case media == ownMedia:
		status = protobufStatus(body)
	case !asksForOwn(response.Request) && media == runtime.ContentTypeJSON && noHeadersOfItsOwn(response.Header):
		// The author said what to accept: no more can be known.
		if json.Unmarshal(body, status) != nil || status.Kind != "Status" || status.APIVersion != "v1" {
			return nil
		}
	default:
		return nil
	}
	if status == nil || int(status.Code) != response.StatusCode {
		return nil
	}
	return &Refusal{Code: response.StatusCode, Reason: string(status.Reason), Message: status.Message}
}

func asksForOwn(request *http.Request) bool {
	return request != nil && request.Header.Get("Accept") == accepts
}

// accepts is what a request accepts unless its author says otherwise.
const accepts = ownMedia + ", */*"

// protobufStatus reads a Status as Kubernetes puts it on the wire: four bytes, and
// an envelope.
func protobufStatus(body []byte) *metav1.Status {
	var envelope runtime.Unknown
	status := &metav1.Status{}
	inner, ok := bytes.CutPrefix(body, []byte{'k', '8', 's', 0})
	if !ok || envelope.Unmarshal(inner) != nil || envelope.Kind != "Status" || status.Unmarshal(envelope.Raw) != nil {
		return nil
	}
	return status
}

// noHeadersOfItsOwn reports that all headers are those that the API server gives to
// every answer.
func noHeadersOfItsOwn(header http.Header) bool {
	for name := range header {
		switch name {
		case "Audit-Id", "Cache-Control", "Content-Type", "Content-Length", "Date", "Warning", "Retry-After", "Vary",
			"X-Content-Type-Options", "X-Kubernetes-Pf-Flowschema-Uid", "X-Kubernetes-Pf-Prioritylevel-Uid", "Strict-Transport-Security":
		default:
			return false
		}
	}
	return len(header.Values("Audit-Id")) <= 1
}
