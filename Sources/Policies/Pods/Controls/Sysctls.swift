import Images

extension PodSecurityControl {
  /// Only kernel settings that stay inside the pod may be made.
  ///
  /// Source: k8s.io/pod-security-admission, check_sysctls.go.
  static let sysctls = PodSecurityControl(
    id: "sysctls", standard: .baseline,
    checks: safeSysctls.enumerated().map { index, row in
      let safe = safeSysctls[...index].reduce(into: Set<String>()) { $0.formUnion($1.added) }
      return (row.sinceMinor, { unsafeSysctls(in: $0, except: safe) })
    })

  /// What became safe, and when; each row adds to those before it.
  private static let safeSysctls: [(sinceMinor: Int, added: Set<String>)] = [
    (
      0,
      [
        "kernel.shm_rmid_forced", "net.ipv4.ip_local_port_range", "net.ipv4.tcp_syncookies", "net.ipv4.ping_group_range",
        "net.ipv4.ip_unprivileged_port_start",
      ]
    ),
    (27, ["net.ipv4.ip_local_reserved_ports"]),
    (
      29,
      [
        "net.ipv4.tcp_keepalive_time", "net.ipv4.tcp_fin_timeout", "net.ipv4.tcp_keepalive_intvl",
        "net.ipv4.tcp_keepalive_probes",
      ]
    ),
    (32, ["net.ipv4.tcp_rmem", "net.ipv4.tcp_wmem"]),
    (37, ["net.ipv4.tcp_slow_start_after_idle", "net.ipv4.tcp_notsent_lowat"]),
  ]

  private static func unsafeSysctls(in pod: PodFields, except safe: Set<String>) -> ControlViolation? {
    let set = (pod.security.sysctls?.elements ?? []).map { $0["name"]?.string ?? "" }.filter { !safe.contains($0) }
    guard !set.isEmpty else { return nil }
    return ControlViolation(
      reason: "forbidden sysctls", detail: set.map { printable($0) }.joined(separator: ", "),
      values: ControlWording.sorted(set).map { ControlValue(.sysctls, $0) })
  }
}
