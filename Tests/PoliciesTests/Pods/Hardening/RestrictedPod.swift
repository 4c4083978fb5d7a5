import Foundation

/// What of the restricted standard hardening can bring about, looked at once more and from the standard's own text.
///
/// Source: Kubernetes documentation, Pod Security Standards: privilege escalation, running as non-root, seccomp, capabilities.
enum RestrictedPod {
  /// The controls that a pod's specification violates.
  static func violations(_ spec: [String: Any]) -> [String] {
    let shared = spec["securityContext"] as? [String: Any] ?? [:]
    var found: [String] = []
    for list in ["initContainers", "containers", "ephemeralContainers"] {
      for container in spec[list] as? [[String: Any]] ?? [] {
        let own = container["securityContext"] as? [String: Any] ?? [:]
        if own["allowPrivilegeEscalation"] as? Bool != false { found.append("allowPrivilegeEscalation") }
        if (own["runAsNonRoot"] ?? shared["runAsNonRoot"]) as? Bool != true { found.append("runAsNonRoot") }
        if (own["runAsUser"] ?? shared["runAsUser"]) as? Int == 0 { found.append("runAsUser") }
        let seccomp = (own["seccompProfile"] ?? shared["seccompProfile"]) as? [String: Any] ?? [:]
        if !["RuntimeDefault", "Localhost"].contains(seccomp["type"] as? String) { found.append("seccompProfile") }
        let capabilities = own["capabilities"] as? [String: Any] ?? [:]
        let added = capabilities["add"] as? [String] ?? []
        if !(capabilities["drop"] as? [String] ?? []).contains("ALL") || added.contains(where: { $0 != "NET_BIND_SERVICE" }) {
          found.append("capabilities")
        }
      }
    }
    return found
  }
}

/// Numbers that look like chance and are the same in every run.
///
/// Source: Steele, Lea and Flood, SplitMix64.
struct Dice: RandomNumberGenerator {
  private var state: UInt64

  init(_ seed: UInt64) { state = seed }

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }
}
