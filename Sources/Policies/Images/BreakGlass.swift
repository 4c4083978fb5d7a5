import Images

/// Who asks the API server for something.
package struct Requester: Hashable, Sendable {
  package let username: String
  package let groups: [String]

  package init(username: String, groups: [String]) {
    self.username = username
    self.groups = groups
  }
}

/// The way past a denial in an emergency: an annotation with a reason, which counts only for members of some groups.
///
/// Source of the annotation: Kritis, `kritis.grafeas.io/breakglass`, where it counts for everybody and with any value.
package struct BreakGlass: Hashable, Sendable {
  /// What comes of looking for the annotation on a workload that is denied.
  package enum Claim: Hashable, Sendable {
    case none
    /// Let it in once this is on record.
    case granted(reason: String)
    case refused(Reason)
  }

  /// Key of the annotation whose value is the reason.
  package let annotation: String
  package let groups: Set<String>

  package init(annotation: String, groups: Set<String>) {
    self.annotation = annotation
    self.groups = groups
  }

  /// Whether `requester` may let `workload` in.
  package func claim(on workload: Workload, by requester: Requester) -> Claim {
    guard let reason = workload.annotations[annotation] else { return .none }
    guard !groups.isDisjoint(with: requester.groups) else {
      return .refused(
        Reason(
          code: "break-glass-refused",
          problem: "\(printable(requester.username)) may not break glass: only \(groups.sorted().joined(separator: ", ")) may.",
          remedy: "Remove the annotation \(annotation), or ask one of that group to deploy it."))
    }
    guard reason.unicodeScalars.contains(where: { !$0.properties.isWhitespace && $0.properties.generalCategory != .control })
    else {
      return .refused(
        Reason(
          code: "break-glass-refused", problem: "The break-glass annotation \(annotation) gives no reason.",
          remedy: "Write the reason, such as the number of the incident, as its value."))
    }
    return .granted(reason: reason)
  }
}
