import Images
import Schemas

extension Check {
  /// An image whose user cannot be told counts as root: runtimes have read such ids as 0 (CVE-2024-40635).
  static let runsAsRoot = Check(
    id: "runs-as-root", title: "The image runs as root",
    description: "The user of the image configuration, looked up in the image's own /etc/passwd.",
    rationale: "Whoever breaks out of a process that runs as root is root on the node, unless every other wall holds.",
    remedy: "Set USER to a numeric id from 1 to 2147483647 in the last stage of the Dockerfile.", severity: .high
  ) { subject, _ in
    let written = "config.User is \"\(printable(subject.configuration.user))\""
    let reason: String
    switch RunningUser(subject.configuration.user, in: subject.files) {
    case .user: return []
    case .root(let why): reason = "The image runs as root: \(why), \(written)"
    case .invalid(let why): reason = "Who the image runs as cannot be told: \(why), \(written)"
    }
    return [Observation(severity: .high, reason: reason, evidence: accounts(subject.files, ["/etc/passwd"]))]
  }

  /// Where a name was looked up.
  static func accounts(_ files: ImageFiles, _ paths: [String]) -> [Evidence] {
    paths.compactMap { path in
      files.entry(at: path).map { Evidence(path: $0.path, layer: $0.layer, detail: "where the name was looked up") }
    }
  }
}
