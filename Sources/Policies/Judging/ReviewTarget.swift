/// What a review is about, as rules on resources name it.
package struct ReviewTarget: Hashable, Sendable {
  /// Empty for the core group.
  package let group: String
  package let version: String
  /// `pods`, or `pods/ephemeralcontainers` when a part of it is meant.
  package let resource: String
  /// `CREATE` or `UPDATE`.
  package let operation: String

  /// - Parameters:
  ///   - resource: of the request; empty where nobody asks, and then it is told from the kind.
  ///   - operation: of the request; nil where nobody asks, and then it is told from whether there is an old object.
  init(apiVersion: String, kind: String, resource: String, operation: String?, isNew: Bool) {
    let slash = apiVersion.firstIndex(of: "/")
    group = slash.map { String(apiVersion[..<$0]) } ?? ""
    version = slash.map { String(apiVersion[apiVersion.index(after: $0)...]) } ?? apiVersion
    self.resource = resource.isEmpty ? Self.plural(kind) : resource
    self.operation = operation ?? (isNew ? "CREATE" : "UPDATE")
  }

  /// As the built-in kinds and most others are called.
  private static func plural(_ kind: String) -> String {
    let word = kind.lowercased()
    if word.hasSuffix("y") { return word.dropLast() + "ies" }
    return word + (word.hasSuffix("s") || word.hasSuffix("x") || word.hasSuffix("h") ? "es" : "s")
  }
}
