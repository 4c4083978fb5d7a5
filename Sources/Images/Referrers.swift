/// A repository that can be asked what points at an image: signatures, attestations, inventories.
///
/// Source: OCI distribution-spec 1.1, "Listing Referrers".
package protocol ReferrerSource: ImageSource {
  /// The manifests whose `subject` is `digest`, in the order of the registry, which promises none.
  ///
  /// Nothing in the answer is believed: whoever reads one of them looks at its own subject and type. Entries that hide
  /// their type (older writers list the type of an empty configuration) are kept, whatever was asked for.
  ///
  /// - Parameters:
  ///   - type: nil for every type.
  ///   - limit: with more than these, the last `limit`: writers append.
  /// - Returns: empty when there are none, also when the repository does not know the image.
  /// - Throws: errors of the source; a list of more pages or bytes than are read is one of them.
  func referrers(of digest: Digest, type: MediaType?, atMost limit: Int) async throws -> [Descriptor]

  /// The manifest under `name`, checked as `manifest(_:)` does; nil when there is none, which is no error here: most images
  /// have no signatures.
  func manifestIfPresent(_ name: ManifestName) async throws -> PinnedManifest?
}

/// A repository that takes manifests which point at others.
package protocol ReferrerSink: ImageSink {
  /// Stores a manifest that has a `subject`, so that `ReferrerSource.referrers` finds it.
  func putReferrer(_ manifest: PinnedManifest) async throws
}

/// Where a registry without referrers keeps the list of what points at an image.
///
/// Source: OCI distribution-spec 1.1, "Referrers Tag Schema".
package func referrersTag(of digest: Digest) -> String { "\(digest.algorithm.rawValue)-\(digest.hex.prefix(64))" }

extension Descriptor {
  /// Whether it may be of the type asked for.
  package func mayBe(_ type: MediaType?) -> Bool {
    guard let type, let artifactType else { return true }
    return artifactType == type || artifactType == .ociEmpty
  }
}
