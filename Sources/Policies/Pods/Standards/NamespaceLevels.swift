/// The levels that hold in a namespace: which are enforced, and which are only told.
///
/// Source: k8s.io/pod-security-admission/api.Policy.
package struct NamespaceLevels: Hashable, Sendable {
  package var enforce = PodSecurityLevel(.privileged)
  package var audit = PodSecurityLevel(.privileged)
  package var warn = PodSecurityLevel(.privileged)

  package init() {}

  static let labelPrefix = "pod-security.kubernetes.io/"

  /// What the labels of a namespace say; where they are silent, the defaults stay.
  ///
  /// A level that cannot be read counts as restricted where it is enforced, and as privileged where it is only told; a
  /// version that cannot be read counts as latest.
  ///
  /// - Returns: the levels, and what cannot be read, in the words of the API server.
  func labelled(by labels: [String: String]) -> (levels: NamespaceLevels, faults: [String]) {
    var levels = self
    var faults: [String] = []
    func read(_ mode: String, _ level: inout PodSecurityLevel, unread: PodSecurityStandard) {
      var (standard, version) = (level.standard, level.version)
      if let text = labels[Self.labelPrefix + mode] {
        standard = PodSecurityStandard(rawValue: text) ?? unread
        if PodSecurityStandard(rawValue: text) == nil {
          faults.append(Self.fault(mode, text, "must be one of privileged, baseline, restricted"))
        }
      }
      if let text = labels["\(Self.labelPrefix)\(mode)-version"] {
        version = PodSecurityVersion(text) ?? .latest
        if PodSecurityVersion(text) == nil {
          faults.append(Self.fault("\(mode)-version", text, "must be \"latest\" or \"v1.x\""))
        }
      }
      level = PodSecurityLevel(standard, version)
    }
    read("enforce", &levels.enforce, unread: .restricted)
    read("audit", &levels.audit, unread: .privileged)
    read("warn", &levels.warn, unread: .privileged)
    return (levels, faults)
  }

  private static func fault(_ label: String, _ value: String, _ why: String) -> String {
    "metadata.labels[\(labelPrefix)\(label)]: Invalid value: \(ControlWording.goQuoted(value)): \(why)"
  }

  /// `enforce=restricted:latest, warn=…` of what the labels themselves set to anything but privileged.
  func spoken(by labels: [String: String]) -> String {
    [("enforce", enforce), ("audit", audit), ("warn", warn)].filter { mode, level in
      level.standard != .privileged
        && (labels[Self.labelPrefix + mode] != nil || labels["\(Self.labelPrefix)\(mode)-version"] != nil)
    }.map { "\($0)=\($1)" }.joined(separator: ", ")
  }
}
