package import Metadata

/// Somebody who may vouch for images: a name, a note under which attestations are kept, and keys.
///
/// Source: google.cloud.binaryauthorization.v1.Attestor, where any one key suffices and an attestor without keys never
/// verifies anything; the other fields are ours.
package struct Attestor: Sendable {
  /// Whose signature counts for an image of several platforms.
  package enum PlatformRule: String, CaseIterable, Sendable {
    /// What is deployed must be signed itself.
    case exactDigest = "EXACT_DIGEST"
    /// So does one index that holds it.
    case enclosingIndex = "ENCLOSING_INDEX"
    /// An index also counts when each image in it is signed.
    case everyLeaf = "EVERY_LEAF"
  }

  /// `projects/{project}/attestors/{id}`.
  package let name: String
  package let note: NoteName
  package let keys: [AttestorKey]
  /// When set, only an in-toto statement of exactly this predicate type counts. Source: in-toto Statement v1.
  package let predicateType: String?
  /// How many distinct keys must vouch; at least one.
  package let threshold: Int
  package let expiry: AttestorKey.Expiry
  /// For images that were signed under another name. The first that fits the deployed repository counts, beside its own name.
  package let remaps: [RepositoryRemap]
  package let platforms: PlatformRule
  /// Certificates and logs; nil where keys alone decide.
  package let sigstore: SigstoreDemand?
  let keysByID: [String: AttestorKey]

  /// Of keys with the same id the first counts; `Attestors` refuses them, and thresholds that cannot be reached.
  package init(
    name: String, note: NoteName, keys: [AttestorKey], predicateType: String? = nil, threshold: Int = 1,
    expiry: AttestorKey.Expiry = .goodWhenSigned, remaps: [RepositoryRemap] = [], platforms: PlatformRule = .exactDigest,
    sigstore: SigstoreDemand? = nil
  ) {
    self.name = name
    self.note = note
    self.keys = keys
    self.predicateType = predicateType
    self.threshold = threshold
    self.expiry = expiry
    self.remaps = remaps
    self.platforms = platforms
    self.sigstore = sigstore
    keysByID = Dictionary(
      keys.flatMap { key in key.names.map { ($0, key) } }, uniquingKeysWith: { first, _ in first })
  }

  /// From where it can be asked: `namespaces/prod` for one that only policies of that namespace know, empty for all others.
  package var realm: Substring {
    guard name.hasPrefix("namespaces/") else { return "" }
    return name[..<(name.dropFirst("namespaces/".count).firstIndex(of: "/") ?? name.endIndex)]
  }
}
