import Images

extension PodSecurityLevel {
  /// What speaks against a pod at this level, in the order in which Kubernetes tells it; empty when nothing does.
  package func violations(in pod: PodPart) -> [ViolatedControl] {
    standard == .privileged ? [] : violations(in: PodFields(pod))
  }

  func violations(in pod: PodFields) -> [ViolatedControl] {
    let checks: [(id: String, check: PodSecurityControl.Check)] =
      switch standard {
      case .privileged: []
      case .baseline: ControlTable.baseline[version.effectiveMinor]
      case .restricted: ControlTable.restricted[version.effectiveMinor]
      }
    var found: [ViolatedControl] = []
    for (id, check) in checks {
      if let violation = check(pod) { found.append(ViolatedControl(id: id, violation: violation)) }
    }
    return found
  }
}

extension PodSecurityControl {
  /// What this control alone says of a pod at a version, whether or not another stands in for it.
  package func violation(in pod: PodPart, at version: PodSecurityVersion) -> ControlViolation? {
    check(atMinor: version.effectiveMinor)?(PodFields(pod))
  }
}

/// Which checks count at which version, worked out once.
private enum ControlTable {
  typealias Row = [(id: String, check: PodSecurityControl.Check)]

  /// By minor version.
  static let baseline: [Row] = (0...PodSecurityVersion.newestMinor).map { minor in
    row(at: minor) { $0.standard == .baseline }
  }

  /// By minor version. Where a restricted control stands in for one of the baseline, only it is asked.
  static let restricted: [Row] = (0...PodSecurityVersion.newestMinor).map { minor in
    let stricter = PodSecurityControl.all.filter { $0.standard == .restricted && $0.check(atMinor: minor) != nil }
    let replaced = stricter.reduce(into: Set<String>()) { $0.formUnion($1.overrides) }
    return row(at: minor) { !replaced.contains($0.id) }
  }

  private static func row(at minor: Int, of chosen: (PodSecurityControl) -> Bool) -> Row {
    PodSecurityControl.all.filter(chosen).compactMap { control in
      control.check(atMinor: minor).map { (control.id, $0) }
    }
  }
}
