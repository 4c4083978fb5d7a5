import Foundation

/// A file of Kubernetes YAML that deploys the image, as it stands in the project.
struct TemplateFile: Sendable {
  /// Relative to the directory of `pratique.yaml`.
  let path: String
  let text: String

  static let limitBytes = 1 << 20
  static let fileLimit = 500

  /// Reads every file that a pattern names, each once, in the order of the patterns and then of their names.
  ///
  /// - Parameter patterns: relative paths; `*` stands for any part of the last component that is not hidden.
  /// - Throws: `PipelineError.noTemplate` for a pattern without a file, `.unreadable`.
  static func read(_ patterns: [String], in directory: String) throws -> [TemplateFile] {
    var paths: [String] = []
    for pattern in patterns {
      let found = try matches(of: pattern, in: directory)
      guard !found.isEmpty else { throw PipelineError.noTemplate(pattern: pattern) }
      paths += found.filter { !paths.contains($0) }
    }
    guard paths.count <= fileLimit else {
      throw PipelineError.unreadable(file: "templates", because: "the patterns name more than \(fileLimit) files")
    }
    return try paths.map { path in
      TemplateFile(path: path, text: try TextFile.read("\(directory)/\(path)", atMost: limitBytes))
    }
  }

  private static func matches(of pattern: String, in directory: String) throws -> [String] {
    guard pattern.contains("*") else {
      return FileManager.default.fileExists(atPath: "\(directory)/\(pattern)") ? [pattern] : []
    }
    let parts = pattern.split(separator: "/")
    let folder = parts.dropLast().joined(separator: "/")
    let name = parts.last.map(String.init) ?? ""
    let names = (try? FileManager.default.contentsOfDirectory(atPath: "\(directory)/\(folder)")) ?? []
    let found = names.filter { !$0.hasPrefix(".") && matches($0, name) }.sorted()
    return found.map { folder.isEmpty ? $0 : "\(folder)/\($0)" }
  }

  /// Each `*` takes as little as it can; the last part has to stand at the end.
  static func matches(_ name: String, _ pattern: String) -> Bool {
    let parts = pattern.split(separator: "*", omittingEmptySubsequences: false)
    guard parts.count > 1, let first = parts.first, let last = parts.last else { return name == pattern }
    guard name.hasPrefix(first), name.hasSuffix(last), name.utf8.count >= first.utf8.count + last.utf8.count else {
      return false
    }
    var rest = name.dropFirst(first.count).dropLast(last.count)
    for part in parts.dropFirst().dropLast() where !part.isEmpty {
      guard let found = rest.range(of: part) else { return false }
      rest = rest[found.upperBound...]
    }
    return true
  }
}
