import Foundation
import Images

/// The query of a call over REST.
struct RESTQuery: Sendable {
  /// By their name in camelCase.
  let values: [String: String]
  /// Whether the answer is to have enums as numbers.
  let wantsNumbers: Bool

  /// Names that begin with `$`, `alt` and `prettyPrint` are the system parameters of Google's clients; of them, only
  /// `$alt=json;enum-encoding=int` changes the answer.
  ///
  /// - Parameter known: the names that the method has, in camelCase; snake_case is understood too.
  /// - Throws: `APIError.malformedQuery`.
  ///
  /// Source: AIP-127, the system parameters of Google's APIs.
  init(parsing text: String, knowing known: Set<String>) throws(APIError) {
    var (found, wantsNumbers): ([String: String], Bool) = ([:], false)
    for pair in text.split(separator: "&") {
      let parts = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      let decoded = parts.map { $0.replacing("+", with: " ").removingPercentEncoding }
      guard let name = decoded[0], decoded.count == 2, let value = decoded[1] else {
        throw .malformedQuery("\"\(printable(pair))\" is not a percent-encoded name=value")
      }
      if name.hasPrefix("$") || ["alt", "prettyPrint"].contains(name) {
        if name == "$alt" { wantsNumbers = value.contains("enum-encoding=int") }
        continue
      }
      let field = Self.camelCase(name)
      guard known.contains(field) else { throw .malformedQuery("\"\(printable(name))\" is unknown") }
      guard found.updateValue(value, forKey: field) == nil else { throw .malformedQuery("\(field) stands twice") }
    }
    (values, self.wantsNumbers) = (found, wantsNumbers)
  }

  private static func camelCase(_ name: String) -> String {
    let words = name.split(separator: "_", omittingEmptySubsequences: false)
    return words[0] + words.dropFirst().map { $0.prefix(1).uppercased() + $0.dropFirst() }.joined()
  }
}
