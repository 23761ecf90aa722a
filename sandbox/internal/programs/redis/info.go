package redis

import (
	"fmt"
	"slices"
	"strings"
)

// info is INFO: what this server can truthfully say, in the fields and the
// order of Redis.
func info(c *session, args []string) {
	s := c.server
	sections := []string{"server", "clients", "memory", "persistence", "stats", "replication", "cpu", "modules", "errorstats", "cluster", "keyspace"}
	all := map[string]func() string{
		"server": s.infoServer, "clients": s.infoClients, "memory": s.infoMemory, "persistence": s.infoPersistence,
		"stats": s.infoStats, "replication": s.infoReplication, "cpu": s.infoCPU, "modules": func() string { return "" },
		"errorstats": func() string { return "" }, "cluster": func() string { return "cluster_enabled:0\n" }, "keyspace": s.infoKeyspace,
	}
	titles := map[string]string{"cpu": "CPU"}
	wanted := map[string]bool{}
	for _, word := range args {
		switch word = strings.ToLower(word); word {
		case "all", "everything", "default":
			args = nil
		default:
			wanted[word] = true
		}
	}
	var parts []string
	for _, name := range sections {
		if len(args) > 0 && !wanted[name] {
			continue
		}
		title := titles[name]
		if title == "" {
			title = strings.ToUpper(name[:1]) + name[1:]
		}
		parts = append(parts, "# "+title+"\n"+all[name]())
	}
	c.peer.WriteBulk(strings.ReplaceAll(strings.Join(parts, "\n"), "\n", "\r\n"))
}

// fields writes "name:value" lines.
func fields(pairs ...any) string {
	var out strings.Builder
	for i := 0; i+1 < len(pairs); i += 2 {
		fmt.Fprintf(&out, "%v:%v\n", pairs[i], pairs[i+1])
	}
	return out.String()
}

func (s *server) infoServer() string {
	up := int(s.log.now().Sub(s.started).Seconds())
	return fields("redis_version", s.version, "redis_git_sha1", "00000000", "redis_git_dirty", 0, "redis_mode", "standalone",
		"os", "Linux (sandbox)", "arch_bits", 64, "process_id", 1, "run_id", s.runID, "tcp_port", s.settings.get("port"),
		"server_time_usec", s.log.now().UnixMicro(), "uptime_in_seconds", up, "uptime_in_days", up/86400, "config_file", s.file)
}

func (s *server) infoClients() string {
	all := s.clients.list()
	return fields("connected_clients", len(all), "maxclients", 10000, "blocked_clients", s.blocked.Load())
}

func (s *server) infoMemory() string {
	used := emptyMemory + s.account.size(true)
	most, _ := memorySize(s.settings.get("maxmemory")) // it was checked when it was set
	return fields("used_memory", used, "used_memory_human", human(used), "maxmemory", most, "maxmemory_human", human(most),
		"maxmemory_policy", s.settings.get("maxmemory-policy"))
}

// infoPersistence: this server writes nothing to the disk.
func (s *server) infoPersistence() string {
	s.accessed.Lock()
	defer s.accessed.Unlock()
	return fields("loading", 0, "rdb_changes_since_last_save", s.changes, "rdb_bgsave_in_progress", 0,
		"rdb_last_save_time", s.started.Unix(), "rdb_last_bgsave_status", "ok", "rdb_saves", 0, "aof_enabled", 0)
}

func (s *server) infoStats() string {
	s.accessed.Lock()
	defer s.accessed.Unlock()
	s.clients.mu.Lock()
	defer s.clients.mu.Unlock()
	return fields("total_connections_received", s.clients.total, "total_commands_processed", s.processed, "evicted_keys", s.evicted,
		"keyspace_hits", s.hits, "keyspace_misses", s.misses)
}

func (s *server) infoReplication() string {
	return fields("role", "master", "connected_slaves", 0, "master_failover_state", "no-failover", "master_replid", s.runID,
		"master_replid2", strings.Repeat("0", 40), "master_repl_offset", 0, "second_repl_offset", -1, "repl_backlog_active", 0)
}

// infoCPU is empty: all programs of the sandbox share one process.
func (s *server) infoCPU() string {
	return fields("used_cpu_sys", "0.000000", "used_cpu_user", "0.000000")
}

func (s *server) infoKeyspace() string {
	var text strings.Builder
	for i := range defaultDatabases {
		keys, expires, sum := s.store.DB(i).Keys(), 0, int64(0)
		for _, key := range keys {
			if left := s.store.DB(i).TTL(key); left > 0 {
				expires++
				sum += left.Milliseconds()
			}
		}
		if len(keys) > 0 {
			fmt.Fprintf(&text, "db%d:keys=%d,expires=%d,avg_ttl=%d\n", i, len(keys), expires, sum/int64(max(expires, 1)))
		}
	}
	return text.String()
}

// human writes a size as Redis does: 1.50M.
func human(n int64) string {
	if n < 1024 {
		return fmt.Sprintf("%dB", n)
	}
	f, unit := float64(n), 0
	for f >= 1024 && unit < 4 {
		f, unit = f/1024, unit+1
	}
	return fmt.Sprintf("%.2f%c", f, "BKMGT"[unit])
}

// names are all commands, in order.
func (s *server) names() []string {
	var names []string
	for name := range s.commands {
		if !strings.Contains(name, "|") {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	return names
}
