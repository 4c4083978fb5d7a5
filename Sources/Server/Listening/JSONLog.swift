import FoundationEssentials
import Images
package import Logging

/// Writes each log message as one line of JSON: time, level, message, then the metadata.
package struct JSONLog: LogHandler {
  package var logLevel: Logger.Level
  package var metadata: Logger.Metadata = [:]
  private let write: @Sendable ([UInt8]) -> Void

  /// - Parameter write: is given whole lines, from many threads.
  package init(level: Logger.Level = .info, write: @escaping @Sendable ([UInt8]) -> Void) {
    logLevel = level
    self.write = write
  }

  package subscript(metadataKey key: String) -> Logger.Metadata.Value? {
    get { metadata[key] }
    set { metadata[key] = newValue }
  }

  /// Writes one event.
  package func log(event: LogEvent) {
    var line: [UInt8] = Array(#"{"time":"#.utf8)
    appendQuoted(Date().formatted(Date.ISO8601FormatStyle(includingFractionalSeconds: true)), to: &line)
    Self.put("level", .string(event.level.rawValue), &line)
    Self.put("message", .string(event.message.description), &line)
    let merged = event.metadata.map { metadata.merging($0) { $1 } } ?? metadata
    for (key, value) in merged.sorted(by: { $0.key < $1.key }) { Self.put(key, value, &line) }
    line.append(contentsOf: Array("}\n".utf8))
    write(line)
  }

  private static func put(_ key: String, _ value: Logger.MetadataValue, _ line: inout [UInt8]) {
    line.append(UInt8(ascii: ","))
    appendQuoted(key, to: &line)
    line.append(UInt8(ascii: ":"))
    put(value, &line)
  }

  private static func put(_ value: Logger.MetadataValue, _ line: inout [UInt8]) {
    switch value {
    case .string(let text): appendQuoted(text, to: &line)
    case .stringConvertible(let other): appendQuoted(other.description, to: &line)
    case .array(let values):
      line.append(UInt8(ascii: "["))
      for (index, value) in values.enumerated() {
        if index > 0 { line.append(UInt8(ascii: ",")) }
        put(value, &line)
      }
      line.append(UInt8(ascii: "]"))
    case .dictionary(let values):
      line.append(UInt8(ascii: "{"))
      for (index, pair) in values.sorted(by: { $0.key < $1.key }).enumerated() {
        if index > 0 { line.append(UInt8(ascii: ",")) }
        appendQuoted(pair.key, to: &line)
        line.append(UInt8(ascii: ":"))
        put(pair.value, &line)
      }
      line.append(UInt8(ascii: "}"))
    }
  }
}
