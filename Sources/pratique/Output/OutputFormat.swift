import ArgumentParser
import Foundation

/// How a result is printed.
enum OutputFormat: String, ExpressibleByArgument, CaseIterable {
  /// For people: aligned columns, wrapped words.
  case table
  /// For programs: one JSON document, stable keys, no colour.
  case json
}

/// The option that every command with a result takes.
struct OutputOptions: ParsableArguments {
  @Option(name: [.short, .long], help: "table for people, json for programs.")
  var output: OutputFormat = .table

  /// Prints `value` as one JSON document with sorted keys.
  func printJSON(_ value: some Encodable) throws { try Self.json(value) }

  /// The same, whatever was asked for.
  static func json(_ value: some Encodable) throws {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    print(String(decoding: try encoder.encode(value), as: UTF8.self))
  }
}
