import Images
package import Schemas

/// The versions from one to another: `>=4.9.0 <4.9.2`.
package struct VersionRange: Equatable, Sendable {
  private enum Bound: String, CaseIterable, Sendable {
    // Longer ones first, so that `<=` is not read as `<`.
    case atMost = "<="
    case atLeast = ">="
    case before = "<"
    case after = ">"
    case exactly = "="
  }

  private struct Condition: Equatable, Sendable {
    let bound: Bound
    let version: String
  }

  private let conditions: [Condition]

  /// Whether every version is in it.
  package var isEverything: Bool { conditions.isEmpty }

  /// Reads conditions that must all hold, separated by spaces or commas; empty means all versions.
  ///
  /// - Parameter text: at most 512 bytes.
  /// - Throws: `MetadataError.invalid`, naming the condition and how to write it.
  package init(parsing text: String) throws(MetadataError) {
    guard text.utf8.count <= 512 else {
      throw .invalid(what: "version_range", reasons: ["it is longer than 512 bytes: shorten it"])
    }
    var conditions: [Condition] = []
    var pending: Bound?
    for word in text.split(whereSeparator: { $0 == " " || $0 == "," || $0 == "\t" }) {
      let own = Bound.allCases.first { word.hasPrefix($0.rawValue) }
      let version = word.dropFirst(own?.rawValue.utf8.count ?? 0)
      // Either the word begins with a comparison, or the word before was one that still waits for its version.
      guard (own == nil) == (pending != nil), let bound = own ?? pending else { throw Self.refusal(word) }
      guard !version.isEmpty else {
        pending = bound
        continue
      }
      guard !"<>=".contains(version.first ?? "=") else { throw Self.refusal(word) }
      conditions.append(Condition(bound: bound, version: String(version)))
      pending = nil
    }
    if let pending { throw Self.refusal(Substring(pending.rawValue)) }
    self.conditions = conditions
  }

  private static func refusal(_ word: Substring) -> MetadataError {
    .invalid(
      what: "version_range",
      reasons: ["\"\(printable(word))\" is no condition: write <, <=, >, >= or = and a version, \">=4.9.0 <4.9.2\""])
  }

  /// Whether `version` is in the range.
  ///
  /// - Returns: nil when `ordering` does not know; whoever asks what an event reaches counts that as a yes, and says so.
  package func contains(_ version: String, _ cpeURI: String, _ ordering: any VersionOrdering) -> Bool? {
    var isKnown = true
    for condition in conditions {
      switch Self.holds(condition, version, cpeURI, ordering) {
      case false?: return false
      case nil: isKnown = false
      case true?: break
      }
    }
    return isKnown ? true : nil
  }

  private static func holds(
    _ condition: Condition, _ version: String, _ cpeURI: String, _ ordering: any VersionOrdering
  ) -> Bool? {
    func isEarlier(_ a: String, _ b: String) -> Bool? { ordering.isEarlier(a, than: b, in: cpeURI) }
    let (before, after) = (isEarlier(version, condition.version), isEarlier(condition.version, version))
    guard let before, let after else { return nil }
    return switch condition.bound {
    case .before: before
    case .atMost: !after
    case .after: after
    case .atLeast: !before
    case .exactly: !before && !after
    }
  }
}

extension Grafeas_V1_Version {
  /// The version as its packager writes it, `1:4.9.0-1ubuntu1`; empty for the two ends of all versions.
  package var text: String {
    guard fullName.isEmpty else { return fullName }
    return (epoch == 0 ? "" : "\(epoch):") + name + (revision.isEmpty ? "" : "-\(revision)")
  }
}
