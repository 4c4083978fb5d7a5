package import Images
import Schemas

/// A place whose images are trusted: a registry, a folder of it, or one repository.
///
/// It covers itself and everything below it, segment by segment: `my.regist.ry/shop` covers `my.regist.ry/shop/web`, and
/// never `my.regist.ry/shop-evil` or `my.regist.ry.example/shop`.
package struct TrustedRepository: Hashable, Sendable, CustomStringConvertible {
  private let host: String
  private let path: [String]

  /// Reads `host` or `host/path…`. Short names mean Docker Hub, as they do for images: `library` is `docker.io/library`.
  ///
  /// - Throws: `AuditError.malformedTrust` for empty segments, wildcards and whatever no repository can be named.
  package init(parsing text: String) throws(AuditError) {
    let written = text.split(separator: "/", omittingEmptySubsequences: false)
    guard let first = written.first else { throw .malformedTrust(text) }
    let isHost = first == "localhost" || first.contains(".") || first.contains(":")
    // What is below the place has at least one segment more; naming such a one has the grammar checked.
    guard let below = try? Repository(parsing: "\(isHost ? "" : "docker.io/")\(text)/any") else {
      throw .malformedTrust(text)
    }
    host = below.host.lowercased()
    path = isHost && written.count == 1 ? [] : below.path.split(separator: "/").dropLast().map(String.init)
  }

  /// Whether `repository` is this place or below it.
  package func covers(_ repository: Repository) -> Bool {
    repository.host.lowercased() == host && repository.path.split(separator: "/").map(String.init).starts(with: path)
  }

  package var description: String { ([host] + path).joined(separator: "/") }
}

extension Check {
  static let trustedRepository = Check(
    id: "trusted-repository", title: "The image comes from a repository that is not trusted",
    description: "The repository of the image, compared with the trusted ones segment by segment.",
    rationale: "Anybody may write to a repository that nobody has looked at.",
    remedy: "Push the image to a trusted repository, or add its repository to those that are trusted.", severity: .high
  ) { subject, settings in
    guard !settings.trustedRepositories.isEmpty,
      !settings.trustedRepositories.contains(where: { $0.covers(subject.image.repository) })
    else { return [] }
    let trusted = settings.trustedRepositories.map(\.description).joined(separator: ", ")
    return [
      Observation(
        severity: .high, reason: "\(subject.image.repository) is in none of the trusted repositories: \(trusted)",
        evidence: [])
    ]
  }
}
