import Images

/// Whether the image resides in one of the trusted directories of a registry.
struct TrustedDirectoryCheck: PlatformCheck {
  static let field = "trustedDirectoryCheck"
  let needsDigest = false
  private let directories: [DirectoryPattern]

  init(_ node: DocumentNode, at place: String, into draft: inout RulebookDraft) throws(DocumentError) {
    try node.onlyKeys(["trustedDirPatterns"])
    var directories: [DirectoryPattern] = []
    for (text, entry) in try node.required("trustedDirPatterns").filledList() {
      guard let pattern = DirectoryPattern(text) else {
        throw entry.error(
          "\"\(printable(text))\" is no directory of a registry",
          remedy: "Write registry.example.test/dir for one directory, /* at its end for those in it, /** for all below.")
      }
      directories.append(pattern)
    }
    self.directories = directories
  }

  func verdict(on image: PlatformImage, at nowSeconds: Int64) -> CheckVerdict {
    let repository = image.written.repository
    if let trusted = directories.first(where: { $0.holds(repository) }) {
      return .passed(evidence: ["\(repository) is in \(trusted)."])
    }
    return .failed(
      Denial(
        Reason(
          code: "untrusted-directory", problem: "\(repository) is in no trusted directory.",
          remedy: "Push it to one of: \(directories.map(\.description).joined(separator: ", ")).")))
  }
}

/// Directories of a registry: one, with `/*` at its end those directly in it, with `/**` all below it. The registry may
/// begin with `*`, which stands for the start of its first label and never for a dot.
///
/// Source: binaryauthorization.v1 (REST), TrustedDirectoryCheck.trustedDirPatterns.
struct DirectoryPattern: Hashable, Sendable, CustomStringConvertible {
  private enum Reach: String {
    case one = ""
    case within = "/*"
    case below = "/**"
  }

  let description: String
  private let host: String
  private let hasOpenHost: Bool
  private let path: [Substring]
  private let reach: Reach

  /// Nil for what is none: wildcards elsewhere, a registry without two labels, an open start of all that there is.
  init?(_ text: String) {
    description = text
    reach = text.hasSuffix("/**") ? .below : text.hasSuffix("/*") ? .within : .one
    var rest = text.dropLast(reach.rawValue.count)
    hasOpenHost = rest.hasPrefix("*")
    if hasOpenHost { rest = rest.dropFirst() }
    guard !rest.contains("*") else { return nil }
    let parts = rest.split(separator: "/", omittingEmptySubsequences: false)
    let written = parts[0]
    // What follows the star is the rest of a first label, or begins with its dot; both leave a domain of two labels.
    guard !hasOpenHost || (written.hasPrefix("-") || written.hasPrefix(".")) else { return nil }
    guard written.trimmingPrefix(".").split(separator: ".", omittingEmptySubsequences: false).count >= 2 else { return nil }
    let sample = (hasOpenHost ? "a" : "") + rest + "/a"
    guard let repository = try? Repository(parsing: sample) else { return nil }
    host = hasOpenHost ? String(written) : repository.host
    path = Array(repository.path.split(separator: "/").dropLast())
    guard path.count == parts.count - 1 else { return nil }
  }

  /// Whether the directory that `repository` lies in is one of these.
  func holds(_ repository: Repository) -> Bool {
    let directory = repository.path.split(separator: "/").dropLast()
    guard hasHost(repository.host), directory.starts(with: path) else { return false }
    return switch reach {
    case .one: directory.count == path.count
    case .within: directory.count == path.count + 1
    case .below: directory.count > path.count
    }
  }

  private func hasHost(_ text: String) -> Bool {
    guard hasOpenHost else { return text == host }
    guard text.hasSuffix(host) else { return false }
    let start = text.dropLast(host.count)
    return !start.isEmpty && !start.contains(".")
  }
}
