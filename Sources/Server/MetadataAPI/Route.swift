import Foundation
import Hummingbird
import Metadata

/// One method of the API over REST: which requests are it, which parameters it takes, what answers.
struct Route: Sendable {
  /// Part of a path between two slashes, or the rest of it.
  private enum Part: Sendable {
    case literal(Substring)
    /// One segment; the verb, `:setIamPolicy`, stands behind it and is empty where there is none.
    case segment(verb: Substring)
    /// All the rest, slashes and colons included.
    case rest(verb: Substring)
  }

  typealias Answer = @Sendable (RESTCall) async throws -> Response

  let method: HTTPRequest.Method
  /// As `projects/*/notes/*:setIamPolicy`, below `/v1`.
  let pattern: String
  /// In camelCase; all others are refused, so that no filter is ever left out.
  let parameters: Set<String>
  let answer: Answer
  private let parts: [Part]

  init(_ method: HTTPRequest.Method, _ pattern: String, _ answer: @escaping Answer) { self.init(method, pattern, [], answer) }

  init(_ method: HTTPRequest.Method, _ pattern: String, _ parameters: Set<String>, _ answer: @escaping Answer) {
    self.method = method
    self.pattern = pattern
    self.parameters = parameters
    self.answer = answer
    parts = pattern.split(separator: "/").map { part in
      if part.hasPrefix("**") { return .rest(verb: part.dropFirst(2)) }
      return part.hasPrefix("*") ? .segment(verb: part.dropFirst()) : .literal(part)
    }
  }

  /// The resource name in a path that is of this route: all up to the last wildcard.
  ///
  /// Each segment is decoded once and after the path was cut, so that an encoded slash never makes another path.
  ///
  /// - Parameter segments: of the path below `/v1`, as sent but without a location.
  /// - Returns: nil when it is the path of another route.
  /// - Throws: `MetadataError.malformedName` for a segment with an encoded slash.
  func name(in segments: [Substring]) throws(MetadataError) -> String? {
    guard segments.count >= parts.count, let found = captured(segments) else { return nil }
    var name = ""
    for (index, segment) in found.enumerated() {
      let decoded = segment.removingPercentEncoding ?? String(segment)
      guard isRest(index) || !decoded.contains("/") else { throw .malformedName(decoded, form: pattern) }
      name += (index == 0 ? "" : "/") + decoded
    }
    return name
  }

  private func isRest(_ index: Int) -> Bool {
    if case .rest = parts[index] { true } else { false }
  }

  /// The raw segments of the name.
  private func captured(_ segments: [Substring]) -> [Substring]? {
    var (found, end): ([Substring], Int) = ([], 0)
    for (index, part) in parts.enumerated() {
      switch part {
      case .literal(let text):
        guard segments[index] == text else { return nil }
        found.append(text)
      case .segment(let verb):
        guard let segment = segments[index].without(verb) else { return nil }
        found.append(segment)
        end = found.count
      case .rest(let verb):
        guard let rest = segments[index...].joined(separator: "/")[...].without(verb) else { return nil }
        return found + [rest]
      }
    }
    return segments.count == parts.count ? Array(found[..<end]) : nil
  }
}

extension Substring {
  /// The text before `verb`; nil when it does not end so or nothing stands before it.
  fileprivate func without(_ verb: Substring) -> Substring? {
    hasSuffix(verb) && count > verb.count ? dropLast(verb.count) : nil
  }
}

extension [Route] {
  /// The route of a request, and the resource that it names; nil when there is none.
  ///
  /// - Parameter path: raw, with `/v1/` before it.
  /// - Throws: `MetadataError.malformedName`.
  func route(of method: HTTPRequest.Method, _ path: String) throws(MetadataError) -> (route: Route, name: String)? {
    let all = path.split(separator: "/", omittingEmptySubsequences: false)
    guard all.count > 2, all[0].isEmpty, all[1] == "v1" else { return nil }
    var segments = [Substring](all[2...])
    if segments.count > 4, segments[0] == "projects", segments[2] == "locations", !segments[3].isEmpty {
      segments.removeSubrange(2...3)
    }
    for route in self where route.method == method {
      if let name = try route.name(in: segments) { return (route, name) }
    }
    return nil
  }
}
