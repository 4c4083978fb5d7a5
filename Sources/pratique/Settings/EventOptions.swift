import ArgumentParser
import Schemas

/// What happened, when the question is what it reaches.
struct EventOptions: ParsableArguments {
  @Option(help: "A vulnerability's id, CVE-2026-1234.") var cve: String?
  @Option(help: "A package's name.") var package: String?
  @Option(help: "With --package: the versions meant, '>=3.0.0 <3.0.11-1'.") var versions: String?
  @Option(help: "A key's id, as attestations name it.") var key: String?
  @Option(help: "A base image, with or without its digest.") var base: String?

  func validate() throws {
    guard [cve, package, key, base].count(where: { $0 != nil }) <= 1 else {
      throw ValidationError("Give one of --cve, --package, --key and --base.")
    }
    guard versions == nil || package != nil else { throw ValidationError("--versions needs --package.") }
  }

  /// Nil when nothing of it was given.
  func request(in project: String) -> Pratique_V1_ListAffectedImagesRequest? {
    var request = Pratique_V1_ListAffectedImagesRequest()
    request.parent = "projects/\(project)"
    request.versionRange = versions ?? ""
    request.pageSize = 1000
    if let cve { request.cause = .cve(cve) }
    if let package { request.cause = .package(package) }
    if let key { request.cause = .keyID(key) }
    if let base { request.cause = .baseImage(base) }
    return request.cause == nil ? nil : request
  }
}
