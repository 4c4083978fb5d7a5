import Attestations
import Images
import Metadata
import Schemas

/// One sort of check of a platform policy: what its document says, what it has to know, its verdict.
///
/// A sort is one file, and is made known in `platformChecks`.
///
/// Source: binaryauthorization.v1 (REST), Check.
protocol PlatformCheck: Sendable {
  /// The field of a check that it is, `vulnerabilityCheck`.
  static var field: String { get }
  /// Without a digest there is nothing to look at.
  var needsDigest: Bool { get }
  var needs: Set<CheckNeed> { get }
  /// Full names of those whose attestations it asks for.
  var attestors: [String] { get }
  /// Where its facts are recorded, beside the project of the policy; empty where the document does not say.
  var projects: Set<ProjectName> { get }
  /// - Parameters:
  ///   - place: the check's own name, `projects/p/platforms/gke/policies/a/checkSets[0].checks[1]`.
  ///   - draft: given the attestors that the check brings.
  /// - Throws: `DocumentError`, also for a check that can never fail or never pass.
  init(_ node: DocumentNode, at place: String, into draft: inout RulebookDraft) throws(DocumentError)
  /// - Parameter nowSeconds: seconds since 1970 UTC.
  func verdict(on image: PlatformImage, at nowSeconds: Int64) -> CheckVerdict
  /// The verdict of somebody who asks no registry, by what is recorded of the image alone.
  func recordedVerdict(on image: PlatformImage, at nowSeconds: Int64) -> CheckVerdict
}

extension PlatformCheck {
  var needsDigest: Bool { true }
  var needs: Set<CheckNeed> { [] }
  var attestors: [String] { [] }
  var projects: Set<ProjectName> { [] }
  func recordedVerdict(on image: PlatformImage, at nowSeconds: Int64) -> CheckVerdict { verdict(on: image, at: nowSeconds) }
}

/// Every sort there is, in the order of the API's fields.
let platformChecks: [any PlatformCheck.Type] = [
  SimpleSigningAttestationCheck.self, SigstoreSignatureCheck.self, SLSACheck.self, TrustedDirectoryCheck.self,
  VulnerabilityCheck.self, ImageFreshnessCheck.self, AlwaysDeny.self,
]

/// An image before a check, and what was found out about it.
struct PlatformImage: Sendable {
  let written: ImageReference
  /// With the digest that was written or found; else without one, and then no check that needs a digest sees it.
  let pinned: PinnedReference
  let evidence: Evidence

  /// What is known of it beyond attestations.
  ///
  /// - Parameter projects: where it must be recorded; none means anywhere.
  func subject(recordedIn projects: Set<ProjectName>) -> CheckSubject {
    let subject = evidence.subjects[pinned] ?? CheckSubject(pinned)
    guard !projects.isEmpty else { return subject }
    let occurrences = subject.occurrences.map { all in
      all.filter { one in (try? OccurrenceName(parsing: one.name)).map { projects.contains($0.project) } ?? false }
    }
    return CheckSubject(
      pinned, variants: subject.variants, occurrences: occurrences, base: subject.base, commits: subject.commits,
      analyses: subject.analyses)
  }
}

extension DocumentNode {
  /// A list of projects, each `projects/{project}`; nil when the key is absent.
  func projects(_ key: String) throws(DocumentError) -> Set<ProjectName>? {
    guard let list = self[key] else { return nil }
    var found: Set<ProjectName> = []
    for (text, node) in try list.filledList() {
      do throws(MetadataError) {
        found.insert(try ProjectName(parsing: text))
      } catch {
        throw node.error(String(error.problem.dropLast()), remedy: "Write projects/PROJECT.")
      }
    }
    guard found.count <= 10 else { throw list.error("there are more than ten", remedy: "Name at most ten projects.") }
    return found
  }
}
