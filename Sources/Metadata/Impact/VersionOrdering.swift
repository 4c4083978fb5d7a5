/// Knows which of two versions of a package comes first. Distributions differ, and no order of texts is theirs.
package protocol VersionOrdering: Sendable {
  /// Whether `a` comes before `b`.
  ///
  /// - Parameter cpeURI: the distribution, `cpe:/o:debian:debian_linux:12`.
  /// - Returns: nil when it does not know how the distribution orders versions, or cannot read one of the two.
  func isEarlier(_ a: String, than b: String, in cpeURI: String) -> Bool?
}
