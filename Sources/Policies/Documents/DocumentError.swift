import Images

/// Why a document written by people (policy, attestors, configuration, manifest) is refused, and where.
package struct DocumentError: Problem, Equatable {
  /// The file as it was named on the way in.
  package let file: String
  /// Counted from 1; nil when the fault has no place.
  package let line: Int?
  package let column: Int?
  /// Where in the document, `spec.containers[0].image`; empty for the whole.
  package let path: String
  package let reason: String
  package let remedy: String

  package var code: String { "malformed-document" }

  package var problem: String {
    let place = [file, line.map(String.init), column.map(String.init)].compactMap { $0 }.joined(separator: ":")
    return "\(place): \(path.isEmpty ? "" : "\(path): ")\(reason)."
  }
}
