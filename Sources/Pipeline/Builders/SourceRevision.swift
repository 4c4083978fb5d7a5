/// From which revision of its source an image was built.
package struct SourceRevision: Hashable, Sendable {
  /// Where the repository is published, without a user's name or password; empty when it has no origin.
  package let url: String
  /// The commit, 40 or 64 hex digits.
  package let commit: String
  /// Whether the directory holds anything that is not in the commit.
  package let isModified: Bool

  package init(url: String, commit: String, isModified: Bool) {
    self.url = url
    self.commit = commit
    self.isModified = isModified
  }

  /// Asks git about `directory`; nil when it is not under git, or there is no git.
  package static func read(from directory: String) async throws -> SourceRevision? {
    func git(_ arguments: String...) async throws -> [String] {
      try await Command(program: "git", arguments: arguments, directory: directory, deadline: .seconds(30)).run()
    }
    do {
      guard let commit = try await git("rev-parse", "--verify", "HEAD").last, isHex(commit) else { return nil }
      let changes = try await git("status", "--porcelain")
      let origin = (try? await git("config", "--get", "remote.origin.url").last) ?? ""
      return SourceRevision(url: withoutCredentials(origin), commit: commit, isModified: !changes.isEmpty)
    } catch is PipelineError {
      return nil
    }
  }

  static func withoutCredentials(_ url: String) -> String {
    guard let scheme = url.firstRange(of: "://") else { return url }
    let rest = url[scheme.upperBound...]
    let host = rest.prefix { $0 != "/" }
    guard let at = host.lastIndex(of: "@") else { return url }
    return String(url[..<scheme.upperBound]) + rest[rest.index(after: at)...]
  }

  private static func isHex(_ text: String) -> Bool {
    [40, 64].contains(text.utf8.count) && text.utf8.allSatisfy { (48...57).contains($0) || (97...102).contains($0) }
  }
}
