import Images
import Policies

extension DocumentNode {
  /// The value as JSON, for the one reader of workloads that the gate has too. Scalars become text: that reader looks
  /// at text only.
  ///
  /// - Throws: `DocumentError` when it is more than 100,000 values or 64 levels; aliases count each time they are used.
  func json() throws(DocumentError) -> JSONNode {
    var writer = JSONWriter()
    try writer.write(self, depth: 0)
    do {
      return try JSONDocument(parsing: writer.bytes, atMost: JSONWriter.limitBytes).root
    } catch {
      throw self.error(String(error.problem.dropLast()), remedy: error.remedy)
    }
  }
}

private struct JSONWriter {
  static let valueLimit = 100_000
  static let depthLimit = 64
  static let limitBytes = 8 << 20

  private(set) var bytes: [UInt8] = []
  private var values = 0

  mutating func write(_ node: DocumentNode, depth: Int) throws(DocumentError) {
    values += 1
    guard values <= Self.valueLimit, depth <= Self.depthLimit, bytes.count <= Self.limitBytes else {
      throw node.error("the document is too large or too deep", remedy: "Split it, and write out what aliases repeat.")
    }
    if node.isNull {
      bytes += "null".utf8
    } else if node.isMapping {
      bytes.append(UInt8(ascii: "{"))
      for (index, entry) in try node.entries().enumerated() {
        if index > 0 { bytes.append(UInt8(ascii: ",")) }
        write(entry.key)
        bytes.append(UInt8(ascii: ":"))
        try write(entry.value, depth: depth + 1)
      }
      bytes.append(UInt8(ascii: "}"))
    } else if let text = try? node.string() {
      write(text)
    } else {
      bytes.append(UInt8(ascii: "["))
      for (index, element) in try node.elements().enumerated() {
        if index > 0 { bytes.append(UInt8(ascii: ",")) }
        try write(element, depth: depth + 1)
      }
      bytes.append(UInt8(ascii: "]"))
    }
  }

  private mutating func write(_ text: String) {
    bytes.append(UInt8(ascii: "\""))
    for byte in text.utf8 {
      switch byte {
      case UInt8(ascii: "\""), UInt8(ascii: "\\"): bytes += [UInt8(ascii: "\\"), byte]
      case 0..<32: bytes += "\\u00\(lowerHex([byte]))".utf8
      default: bytes.append(byte)
      }
    }
    bytes.append(UInt8(ascii: "\""))
  }
}
