package checks

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"errors"
	"net"
	"net/url"
	"strings"
	"syscall"

	apierrors "k8s.io/apimachinery/pkg/api/errors"

	"github.com/kubectl-learn/kubectl-learn/pkg/checks/internal/follow"
	"github.com/kubectl-learn/kubectl-learn/pkg/checks/internal/words"
	"github.com/kubectl-learn/kubectl-learn/pkg/lang"
)

// Unreachable says in one sentence what keeps the API server from answering: the
// network, its certificate, your credentials, or something else that answers in
// its place. ok is false when err is about none of them.
func Unreachable(err error) (why lang.Message, ok bool) {
	for _, of := range []func(error) lang.Message{whyCredentials, whyCertificate, whyNoAPI, whySilent, whyNetwork} {
		if why := of(err); !why.IsZero() {
			return why, true
		}
	}
	return lang.Message{}, false
}

func whyCredentials(err error) lang.Message {
	if apierrors.IsUnauthorized(err) {
		return lang.Messagef("the API server doesn't accept your credentials: they're wrong or have expired", "API 服务器不接受你的凭据：凭据有误或已过期")
	}
	return lang.Message{}
}

func whyCertificate(err error) lang.Message {
	var (
		authority *x509.UnknownAuthorityError
		unknown   x509.UnknownAuthorityError
		host      x509.HostnameError
		invalid   x509.CertificateInvalidError
		refused   *tls.CertificateVerificationError
		alert     tls.AlertError
	)
	switch {
	case errors.As(err, &authority), errors.As(err, &unknown):
		return lang.Messagef("the API server's certificate isn't signed by the authority in your kubeconfig", "API 服务器的证书不是由 kubeconfig 指定的证书颁发机构签发的")
	case errors.As(err, &host):
		return lang.Messagef("the API server's certificate isn't valid for the address %q", "API 服务器的证书不适用于地址 %q", host.Host)
	case errors.As(err, &invalid) && invalid.Reason == x509.Expired:
		return lang.Messagef("the API server's certificate has expired or isn't valid yet, or this machine's clock is wrong", "API 服务器的证书已过期或尚未生效，也可能是本机时间不对")
	case errors.As(err, &refused):
		return lang.Messagef("the API server's certificate can't be verified: %s", "无法验证 API 服务器的证书：%s", words.Shorten(words.OneLine(refused.Err.Error()), 200))
	case errors.As(err, &alert):
		return lang.Messagef("the API server ended the TLS handshake: %s; it may not accept your client certificate", "API 服务器中断了 TLS 握手：%s；它可能不接受你的客户端证书", alert.Error())
	}
	return lang.Message{}
}

// whyNoAPI is for a server that is no API server, such as a login page in between.
// client-go keeps no type for most of these, only words.
func whyNoAPI(err error) lang.Message {
	var header tls.RecordHeaderError
	var syntax *json.SyntaxError
	text := err.Error() + causes(err)
	switch {
	case strings.Contains(text, "invalid character '<'"), strings.Contains(text, "text/html"):
		return lang.Messagef("an HTML page answered instead of the API server: is the address right, or is there a proxy or a login page in between?",
			"回答的是一个 HTML 页面，而不是 API 服务器：地址对吗？中间有没有代理或登录页面？")
	case errors.As(err, &header), strings.Contains(text, "server gave HTTP response to HTTPS client"):
		return lang.Messagef("the server doesn't use TLS: is the address right?", "服务器不支持 TLS：地址对吗？")
	case strings.Contains(text, "Client sent an HTTP request to an HTTPS server"):
		return lang.Messagef("the server uses TLS: does the address start with https?", "服务器要求 TLS：地址是以 https 开头的吗？")
	case errors.As(err, &syntax):
		return lang.Messagef("something other than the API server answered: %s", "回答的不是 API 服务器：%s", syntax.Error())
	}
	return lang.Message{}
}

// causes are the words of a server that client-go keeps beside its own.
func causes(err error) string {
	var status apierrors.APIStatus
	if !errors.As(err, &status) || status.Status().Details == nil {
		return ""
	}
	var all strings.Builder
	for _, c := range status.Status().Details.Causes {
		all.WriteString("\n" + c.Message)
	}
	return all.String()
}

func whySilent(err error) lang.Message {
	var timeout net.Error
	if errors.Is(err, follow.ErrSlow) || errors.Is(err, context.DeadlineExceeded) || apierrors.IsTimeout(err) ||
		errors.As(err, &timeout) && timeout.Timeout() {
		return lang.Messagef("the API server didn't answer in time", "API 服务器没有及时响应")
	}
	return lang.Message{}
}

func whyNetwork(err error) lang.Message {
	var name *net.DNSError
	var op *net.OpError
	var request *url.Error
	switch {
	case errors.As(err, &name):
		return lang.Messagef("the API server can't be reached: there is no host %q", "无法连接 API 服务器：找不到主机 %q", name.Name)
	case errors.Is(err, syscall.ECONNREFUSED) && errors.As(err, &op) && op.Addr != nil:
		return lang.Messagef("the API server can't be reached: nothing listens on %s (connection refused)", "无法连接 API 服务器：%s 上没有服务在监听（连接被拒绝）", op.Addr)
	case errors.As(err, &request):
		return lang.Messagef("the API server can't be reached: %s", "无法连接 API 服务器：%s", words.Shorten(words.OneLine(request.Err.Error()), 200))
	}
	return lang.Message{}
}
