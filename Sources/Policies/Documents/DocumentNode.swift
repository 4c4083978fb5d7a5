import Images
import Yams

/// A value in a YAML or JSON document written by people, read strictly: it knows its place, unknown and duplicate keys
/// are refused, and text is never reinterpreted (`on`, `0755` and `1:30` stay what was written when a string is asked).
package struct DocumentNode {
  private let node: Node
  package let file: String
  /// `spec.containers[0].image`; empty for the root.
  package let path: String

  private init(_ node: Node, file: String, path: String) {
    self.node = node
    self.file = file
    self.path = path
  }

  /// Reads every document of `text`; empty ones are left out.
  ///
  /// - Parameter limitBytes: a longer text is refused before it is looked at.
  /// - Throws: `DocumentError`.
  package static func documents(in text: String, file: String, atMost limitBytes: Int) throws(DocumentError) -> [Self] {
    guard text.utf8.count <= limitBytes else {
      throw DocumentError(
        file: file, line: nil, column: nil, path: "", reason: "the file is longer than \(limitBytes) bytes",
        remedy: "Split it.")
    }
    do {
      var composed = try compose_all(yaml: text)
      var all: [Self] = []
      while let node = composed.next() { all.append(DocumentNode(node, file: file, path: "")) }
      // The sequence ends at a fault as it does at the end of the text, and only says so when it is asked.
      if let fault = composed.error { throw fault }
      return all.filter { !$0.isNull }
    } catch {
      throw DocumentError(yaml: error, file: file)
    }
  }

  /// Reads the only document of `text`.
  ///
  /// - Throws: `DocumentError`, also when there is none or more than one.
  package init(parsing text: String, file: String, atMost limitBytes: Int = 1 << 20) throws(DocumentError) {
    let all = try Self.documents(in: text, file: file, atMost: limitBytes)
    guard all.count == 1 else {
      throw DocumentError(
        file: file, line: nil, column: nil, path: "", reason: "it holds \(all.count) documents where one is wanted",
        remedy: "Keep one document in the file.")
    }
    self = all[0]
  }

  package var isNull: Bool { node.null != nil && node.scalar?.style == .plain || node.tag == .init(.null) }
  package var isMapping: Bool { node.mapping != nil }
  package var isSequence: Bool { node.sequence != nil }
  var isScalar: Bool { node.scalar != nil }
  /// Whether this is a scalar without quotes, whose type is told by how it looks.
  var isPlainScalar: Bool { node.scalar.map { $0.style == .plain } ?? false }

  /// Where it begins, both counted from 1; nil for what was never in a file.
  var place: (line: Int, column: Int)? { node.mark.map { ($0.line, $0.column) } }

  /// An error that points at this value.
  package func error(_ reason: String, remedy: String) -> DocumentError {
    DocumentError(
      file: file, line: node.mark?.line, column: node.mark?.column, path: path, reason: reason, remedy: remedy)
  }

  /// Refuses any key that is not in `known`.
  ///
  /// - Throws: `DocumentError` for an unknown key, or when this is no mapping.
  package func onlyKeys(_ known: [String]) throws(DocumentError) {
    for (key, value) in try entries() where !known.contains(key) {
      throw value.error(
        "the key \"\(printable(key))\" is unknown here", remedy: "Use one of: \(known.sorted().joined(separator: ", ")).")
    }
  }

  /// The value of `key`, nil when it is absent or null.
  package subscript(key: String) -> DocumentNode? {
    guard let pair = node.mapping?.first(where: { $0.key.scalar?.string == key }) else { return nil }
    let value = DocumentNode(pair.value, file: file, path: path.isEmpty ? printable(key) : "\(path).\(printable(key))")
    return value.isNull ? nil : value
  }

  /// The value of `key`.
  ///
  /// - Throws: `DocumentError` when it is absent or null.
  package func required(_ key: String) throws(DocumentError) -> DocumentNode {
    guard let value = self[key] else { throw error("the key \"\(key)\" is missing", remedy: "Add \(key).") }
    return value
  }

  /// Keys and values in the order of the text.
  package func entries() throws(DocumentError) -> [(key: String, value: DocumentNode)] {
    guard let mapping = node.mapping else { throw error("a mapping is wanted here", remedy: "Write key: value lines.") }
    var found: [(key: String, value: DocumentNode)] = []
    for pair in mapping {
      guard let key = pair.key.scalar?.string else {
        throw error("a key is not plain text", remedy: "Write plain keys.")
      }
      found.append((key, DocumentNode(pair.value, file: file, path: path.isEmpty ? printable(key) : "\(path).\(printable(key))")))
    }
    return found
  }

  /// A key with its place and its value.
  struct PlacedEntry {
    let key: String
    /// Where the key begins; see `place`.
    let place: (line: Int, column: Int)?
    let value: DocumentNode
  }

  /// The same with the places of the keys.
  func placedEntries() throws(DocumentError) -> [PlacedEntry] {
    let keys = node.mapping?.map(\.key) ?? []
    return zip(keys, try entries()).map { key, entry in
      PlacedEntry(key: entry.key, place: key.mark.map { ($0.line, $0.column) }, value: entry.value)
    }
  }

  /// The elements of a list.
  package func elements() throws(DocumentError) -> [DocumentNode] {
    guard let sequence = node.sequence else {
      throw error("a list is wanted here", remedy: "Write lines that start with \"- \".")
    }
    return sequence.enumerated().map { DocumentNode($1, file: file, path: "\(path)[\($0)]") }
  }

  /// The text exactly as written.
  package func string() throws(DocumentError) -> String {
    guard let scalar = node.scalar, !isNull else { throw error("text is wanted here", remedy: "Write one value.") }
    return scalar.string
  }

  /// `true` or `false`, nothing else.
  package func bool() throws(DocumentError) -> Bool {
    switch try string() {
    case "true": return true
    case "false": return false
    default: throw error("neither true nor false", remedy: "Write true or false.")
    }
  }

  /// A decimal whole number inside `bounds`.
  package func int(in bounds: ClosedRange<Int> = Int.min...Int.max) throws(DocumentError) -> Int {
    guard let number = Int(try string()), bounds.contains(number) else {
      throw error(
        "not a whole number from \(bounds.lowerBound) to \(bounds.upperBound)", remedy: "Write a number in that range.")
    }
    return number
  }

  /// A list of texts.
  package func strings() throws(DocumentError) -> [String] {
    var found: [String] = []
    for element in try elements() { found.append(try element.string()) }
    return found
  }
}

extension DocumentError {
  fileprivate init(yaml error: any Error, file: String) {
    let remedy = "Mend the YAML; `kubectl create --dry-run=client -o yaml` shows well-formed examples."
    switch error as? YamlError {
    case .scanner(_, let problem, let mark, _), .parser(_, let problem, let mark, _), .composer(_, let problem, let mark, _):
      self.init(file: file, line: mark.line, column: mark.column, path: "", reason: problem, remedy: remedy)
    case .duplicatedKeysInMapping(let duplicates, let context):
      let mark = context.mark
      self.init(
        file: file, line: mark.line, column: mark.column, path: "",
        reason: "the key \"\(printable(duplicates.first ?? ""))\" stands twice in one mapping",
        remedy: "Remove one of the two; readers disagree on which one counts.")
    default:
      self.init(file: file, line: nil, column: nil, path: "", reason: "it is not YAML", remedy: remedy)
    }
  }
}
