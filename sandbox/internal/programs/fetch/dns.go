package fetch

import (
	"context"
	"encoding/binary"
	"fmt"
	"io"
	"net"
	"time"

	"golang.org/x/net/dns/dnsmessage"

	"github.com/kubectl-learn/kubectl-learn/sandbox/internal/container"
)

// nslookupPatience is how long busybox waits for a server: three tries of five
// seconds each, but no more than this in all.
const nslookupPatience = 10 * time.Second

// ask sends the queries to a server one after another, over TCP: the sandbox's
// network has no UDP.
func ask(ctx context.Context, pod container.Net, server string, queries []query) ([]dnsmessage.Message, error) {
	ctx, cancel := context.WithTimeout(ctx, nslookupPatience)
	defer cancel()
	c, err := pod.Dial(ctx, "tcp", net.JoinHostPort(server, "53"))
	if err != nil {
		return nil, err
	}
	defer func() { _ = c.Close() }() // all was read, or given up
	stop := context.AfterFunc(ctx, func() { _ = c.Close() })
	defer stop()
	replies := make([]dnsmessage.Message, len(queries))
	for i, q := range queries {
		if replies[i], err = exchange(c, uint16(i+1), q); err != nil {
			return nil, err
		}
	}
	return replies, nil
}

// exchange sends a query prefixed with its length (RFC 1035, 4.2.2), and reads
// the answer.
func exchange(c net.Conn, id uint16, q query) (dnsmessage.Message, error) {
	name, err := dnsmessage.NewName(q.name + ".")
	if err != nil {
		return dnsmessage.Message{Header: dnsmessage.Header{RCode: dnsmessage.RCodeFormatError}}, nil //nolint:nilerr // a server's answer to such a name
	}
	question := dnsmessage.Message{
		Header:    dnsmessage.Header{ID: id, RecursionDesired: true},
		Questions: []dnsmessage.Question{{Name: name, Type: q.kind, Class: dnsmessage.ClassINET}},
	}
	packed, err := question.Pack()
	if err != nil {
		return question, fmt.Errorf("failed to ask for %q: %w", q.name, err)
	}
	if _, err := c.Write(append(binary.BigEndian.AppendUint16(nil, uint16(len(packed))), packed...)); err != nil {
		return question, err
	}
	var length [2]byte
	if _, err := io.ReadFull(c, length[:]); err != nil {
		return question, err
	}
	reply := make([]byte, binary.BigEndian.Uint16(length[:]))
	if _, err := io.ReadFull(c, reply); err != nil {
		return question, err
	}
	var answer dnsmessage.Message
	return answer, answer.Unpack(reply)
}
