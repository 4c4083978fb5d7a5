import Images
import Metadata
import Schemas

/// Whether it is recorded what the image consists of, and completely: every package with a name and a version.
///
/// Source: Shopify/voucher pull request 12; grafeas.v1 PackageOccurrence and SBOMReferenceOccurrence.
struct SBOM: ImageCheck {
  static let name = "sbom"
  let needs: Set<CheckNeed> = [.occurrences]
  /// Whether the packages themselves must be recorded; a reference alone names a document that is not looked into.
  private let requiresPackages: Bool

  init(_ settings: DocumentNode, named name: String) throws(DocumentError) {
    try settings.onlyCheckKeys("requiresPackages")
    requiresPackages = try settings["requiresPackages"]?.bool() ?? false
  }

  func verdict(on subject: CheckSubject, at nowSeconds: Int64) -> CheckVerdict {
    subject.occurrences.judged { occurrences in
      var packages: [Grafeas_V1_PackageOccurrence] = []
      var references: [Grafeas_V1_SBOMReferenceOccurrence] = []
      for occurrence in occurrences {
        switch occurrence.details {
        case .package(let package): packages.append(package)
        case .sbomReference(let reference): references.append(reference)
        default: break
        }
      }
      let documents = references.filter { Self.names($0, subject.image) }.map { printable($0.payload.predicate.location) }
      guard !packages.isEmpty || (!requiresPackages && !documents.isEmpty) else {
        return .failed(
          Denial(
            Reason(
              code: references.isEmpty || requiresPackages ? "sbom-missing" : "sbom-of-another-image",
              problem: references.isEmpty || requiresPackages
                ? "No \(requiresPackages ? "packages" : "SBOM and no packages") of the image are recorded."
                : "No SBOM that is recorded names this image and its document.",
              remedy: "Record its packages with `pratique audit`, or its SBOM as an SBOM_REFERENCE occurrence.")))
      }
      let incomplete = packages.filter { !Self.isComplete($0) }
      let names = incomplete.prefix(3).map { $0.name.isEmpty ? "one without a name" : printable($0.name) }
      return CheckVerdict(
        incomplete.isEmpty
          ? []
          : [
            Reason(
              code: "sbom-incomplete",
              problem:
                "\(incomplete.count) of \(packages.count) packages have no name or no version: \(names.joined(separator: ", ")).",
              remedy: "Record every package with its name and version.")
          ],
        evidence: (packages.isEmpty ? [] : ["\(packages.count) packages are recorded, each with name and version."])
          + documents.map { "The SBOM is at \($0)." })
    }
  }

  private static func isComplete(_ package: Grafeas_V1_PackageOccurrence) -> Bool {
    let versions = package.location.map(\.version) + (package.hasVersion ? [package.version] : [])
    return !package.name.isEmpty && versions.contains { $0.kind == .normal && !($0.fullName.isEmpty && $0.name.isEmpty) }
      && package.location.allSatisfy { !$0.hasVersion || $0.version.kind == .normal }
  }

  /// Whether a reference is to a document about `image` that can be fetched and checked.
  private static func names(_ reference: Grafeas_V1_SBOMReferenceOccurrence, _ image: PinnedReference) -> Bool {
    let predicate = reference.payload.predicate
    return !predicate.location.isEmpty && predicate.digest.values.contains { !$0.isEmpty }
      && reference.payload.subject.contains { $0.digest[image.digest.algorithm.rawValue] == image.digest.hex }
  }
}
