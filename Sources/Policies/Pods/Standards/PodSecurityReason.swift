extension Reason {
  /// What speaks against a pod at a level, in the words in which Kubernetes puts it; nil when nothing does.
  ///
  /// - Parameter isMild: whether it is let in all the same.
  static func podSecurity(_ level: PodSecurityLevel, _ violations: [ViolatedControl], isMild: Bool) -> Reason? {
    guard !violations.isEmpty else { return nil }
    let what = violations.map(\.description).joined(separator: ", ")
    return Reason(
      code: "pod-security", problem: "\(isMild ? "would violate" : "violates") PodSecurity \"\(level)\": \(what).",
      remedy: "Change the pod as it says, or ask for an exception.", about: .controls(violations))
  }
}
