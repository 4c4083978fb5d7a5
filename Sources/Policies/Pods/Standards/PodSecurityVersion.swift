/// The version of Kubernetes whose standards are meant: `latest`, or `v1.29`.
///
/// Source: k8s.io/pod-security-admission/api.Version.
package enum PodSecurityVersion: Hashable, Sendable, CustomStringConvertible {
  case latest
  /// Of major version 1; the only one there is.
  case minor(Int)

  /// The newest version in which a control changed; every later one is the same.
  package static let newestMinor = 37

  /// Reads `latest` or `v1.N` as Kubernetes does: no leading zero, no patch version.
  ///
  /// - Returns: nil for anything else.
  package init?(_ text: String) {
    if text == "latest" {
      self = .latest
      return
    }
    let prefix = "v1."
    guard text.hasPrefix(prefix) else { return nil }
    let digits = text.dropFirst(prefix.count)
    guard digits.utf8.allSatisfy({ (48...57).contains($0) }), digits == "0" || !digits.hasPrefix("0"),
      let number = Int(digits)
    else { return nil }
    self = .minor(number)
  }

  /// The minor version whose controls count.
  var effectiveMinor: Int {
    switch self {
    case .latest: Self.newestMinor
    case .minor(let number): min(number, Self.newestMinor)
    }
  }

  package var description: String {
    switch self {
    case .latest: "latest"
    case .minor(let number): "v1.\(number)"
    }
  }
}
