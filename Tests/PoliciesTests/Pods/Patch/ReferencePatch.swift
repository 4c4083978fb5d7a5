import Foundation
import Testing

/// RFC 6902 once more, written from the document and on other ground than the house's own, for tests to hold it against.
enum ReferencePatch {
  struct Unfit: Error { let why: String }

  /// Applies a patch in JSON to an object in JSON.
  ///
  /// - Returns: the outcome, written so that equal objects are equal texts.
  static func apply(_ patch: [UInt8], to object: [UInt8]) throws -> String {
    var value = try JSONSerialization.jsonObject(with: Data(object))
    for operation in try #require(try JSONSerialization.jsonObject(with: Data(patch)) as? [[String: Any]]) {
      let kind = try #require(operation["op"] as? String)
      let path = try #require(operation["path"] as? String)
      guard path.hasPrefix("/") else { throw Unfit(why: path) }
      let steps = path.dropFirst().split(separator: "/", omittingEmptySubsequences: false).map {
        $0.replacingOccurrences(of: "~1", with: "/").replacingOccurrences(of: "~0", with: "~")
      }
      value = try change(value, steps[...], kind, operation["value"])
    }
    return try text(value)
  }

  /// The same object in the same writing.
  static func canonical(_ bytes: [UInt8]) throws -> String { try text(try JSONSerialization.jsonObject(with: Data(bytes))) }

  static func parsed(_ bytes: [UInt8]) throws -> [String: Any] {
    try #require(try JSONSerialization.jsonObject(with: Data(bytes)) as? [String: Any])
  }

  private static func text(_ value: Any) throws -> String {
    String(
      decoding: try JSONSerialization.data(withJSONObject: value, options: [.sortedKeys, .withoutEscapingSlashes]), as: UTF8.self)
  }

  private static func change(_ value: Any, _ steps: ArraySlice<String>, _ kind: String, _ new: Any?) throws -> Any {
    let step = try #require(steps.first)
    let isLast = steps.count == 1
    if var members = value as? [String: Any] {
      if isLast {
        if kind != "add", members[step] == nil { throw Unfit(why: "\(step) is not there") }
        members[step] = kind == "remove" ? nil : new
      } else {
        guard let inner = members[step] else { throw Unfit(why: "\(step) is not there") }
        members[step] = try change(inner, steps.dropFirst(), kind, new)
      }
      return members
    }
    guard var elements = value as? [Any], let index = Int(step), index >= 0 else { throw Unfit(why: "\(step) of a scalar") }
    if isLast, kind == "add" {
      guard index <= elements.count, let new else { throw Unfit(why: "\(index) is past the end") }
      elements.insert(new, at: index)
      return elements
    }
    guard index < elements.count else { throw Unfit(why: "\(index) is past the end") }
    if !isLast {
      elements[index] = try change(elements[index], steps.dropFirst(), kind, new)
    } else if kind == "remove" {
      elements.remove(at: index)
    } else {
      elements[index] = try #require(new)
    }
    return elements
  }
}
