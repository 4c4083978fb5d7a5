package import Attestations
import Images

/// One kind of document that rules can be written in.
///
/// A kind is one file: how it is told, and how it is read. It is made known in `policyDocuments`.
package protocol PolicyDocument: Sendable {
  /// As people call it, for messages.
  static var title: String { get }
  /// Whether `document` is of this kind; only looks, and never refuses.
  static func isMeant(by document: DocumentNode) -> Bool
  /// Adds what the document says to `draft`.
  ///
  /// - Throws: `DocumentError` that points at the fault: an unknown key, a rule that demands nothing or can never hold.
  static func read(_ document: DocumentNode, into draft: inout RulebookDraft) throws(DocumentError)
}

/// Every kind there is, in the order in which they are read: who may vouch before who asks for it, and everybody who vouches
/// everywhere before the authorities of a namespace.
package let policyDocuments: [any PolicyDocument.Type] = [
  KritisConfig.self, SystemPolicyDocument.self, ProjectPolicyDocument.self, PlatformPolicyDocument.self,
  AttestationAuthority.self, ImageSecurityPolicy.self, GenericAttestationPolicy.self, BuildPolicy.self,
  VulnzSigningPolicy.self, VulnerabilityPolicyDocument.self, PodSecurityConfigurationDocument.self, StandardDocument.self,
  PodSecurityPolicyDocument.self, PodRulesDocument.self, AdmissionPolicyDocument.self, AdmissionBindingDocument.self,
  HardeningDocument.self, ExceptionDocument.self,
]

/// A rulebook in the making.
package struct RulebookDraft {
  package var images: [any ImagePolicy] = []
  package var workloads: [any WorkloadPolicy] = []
  package var exceptions: [Exception] = []
  package var attestors: [Attestor]
  /// What `globalPolicyEvaluationMode: ENABLE` asks for.
  package var systemPolicy: SystemPolicy?
  /// Whether the attestors are all at hand; else any name will do.
  package let knowsAttestors: Bool
  package var kritis = KritisDraft()
  /// Of all policies.
  private var names: Set<String> = []

  package init(attestors: [Attestor], knowsAttestors: Bool = true) {
    self.attestors = attestors
    self.knowsAttestors = knowsAttestors
  }

  /// Full names of the attestors that may be asked from everywhere; nil when they are not at hand, and then any name will do.
  package var attestorNames: Set<String>? {
    knowsAttestors ? Set(attestors.filter { $0.realm.isEmpty }.map(\.name)) : nil
  }
}

/// A text with its name.
package struct PolicyText: Hashable, Sendable {
  package let text: String
  package let file: String

  package init(_ text: String, file: String) {
    self.text = text
    self.file = file
  }
}

extension Rulebook {
  /// Longest text of one file, in bytes.
  package static let limitBytes = 1 << 20

  /// Reads all documents of all files, of whatever kinds.
  ///
  /// - Parameters:
  ///   - policies: each may hold several documents, separated by `---`.
  ///   - attestors: nil when they are not at hand; then any attestor may be demanded, and none will vouch.
  /// - Throws: `DocumentError`: for a document of no known kind, for one with a fault, for an attestor that is demanded and
  ///   does not exist, for two policies of one name, and when there is no policy at all.
  package init(policies: [PolicyText], attestors: PolicyText?) throws(DocumentError) {
    self = try Self.reading(policies: policies, attestors: attestors, cluster: nil).rulebook
  }

  /// Reads all documents of all files, and objects of a cluster beside them; kinds are read in one order, wherever they stand.
  ///
  /// - Parameters:
  ///   - cluster: objects of a cluster; nil where none is asked. With a cluster there may be no policy at all, and then
  ///     nothing is let in.
  /// - Returns: with the faults of objects. Their namespaces let nothing in for as long as they have them, unless an earlier
  ///   version stands in: what one tenant writes changes nothing for another.
  /// - Throws: `DocumentError` for what is wrong with a file, as `init(policies:attestors:)`.
  package static func reading(
    policies: [PolicyText], attestors: PolicyText?, cluster: [PolicyObject]?
  ) throws(DocumentError) -> (rulebook: Rulebook, faults: [ObjectFault], settings: [KritisConfig.GateSetting]) {
    var draft = RulebookDraft(attestors: [], knowsAttestors: attestors != nil)
    if let attestors { draft.attestors = try Attestors(DocumentNode(parsing: attestors.text, file: attestors.file)).all }
    let reading = try draft.read(policies, cluster: (cluster ?? []).sorted { $0.id < $1.id })
    let file = policies.first?.file ?? "the policies"
    guard cluster != nil || !(draft.images.isEmpty && draft.workloads.isEmpty) else {
      throw DocumentError(
        file: file, line: nil, column: nil, path: "", reason: "there is no policy", remedy: RulebookDraft.titles)
    }
    let texts = (policies + (attestors.map { [$0] } ?? [])).map(\.text) + reading.texts
    let rulebook = Rulebook(
      images: draft.images, workloads: draft.workloads, exceptions: draft.exceptions,
      attestors: try draft.allAttestors(file: file),
      digest: Digest(sha256Of: Array(texts.map { "\($0.utf8.count) \($0)" }.joined().utf8)))
    return (rulebook, reading.faults, draft.kritis.settings)
  }
}

extension RulebookDraft {
  static let titles = "Write one of: \(policyDocuments.map { $0.title }.joined(separator: ", "))."

  /// Reads the documents of all files and the objects of a cluster, kind by kind.
  fileprivate mutating func read(
    _ policies: [PolicyText], cluster: [PolicyObject]
  ) throws(DocumentError) -> ObjectReading {
    let documents = try Self.documents(policies)
    let objects = Dictionary(grouping: cluster.map(ParsedObject.init), by: \.kind)
    var reading = ObjectReading()
    for (index, kind) in policyDocuments.enumerated() {
      for document in documents where document.kind == index { try read(document.node, as: kind) }
      read(objects[index] ?? [], &reading)
    }
    return reading
  }

  private static func documents(_ policies: [PolicyText]) throws(DocumentError) -> [(kind: Int, node: DocumentNode)] {
    var found: [(kind: Int, node: DocumentNode)] = []
    for text in policies {
      for document in try DocumentNode.documents(in: text.text, file: text.file, atMost: Rulebook.limitBytes) {
        for node in try document.listed() {
          guard let kind = kind(of: node) else { throw node.error("this is no policy that is known", remedy: titles) }
          found.append((kind, node))
        }
      }
    }
    return found
  }

  /// The place of its kind in `policyDocuments`; nil for a document of none.
  static func kind(of node: DocumentNode) -> Int? { policyDocuments.firstIndex { $0.isMeant(by: node) } }

  /// Reads one document of a kind.
  ///
  /// - Throws: `DocumentError`, also when it has the name of another.
  mutating func read(_ node: DocumentNode, as kind: any PolicyDocument.Type) throws(DocumentError) {
    let known = (images: images.count, workloads: workloads.count)
    try kind.read(node, into: &self)
    let added = images.dropFirst(known.images).map(\.name) + workloads.dropFirst(known.workloads).map(\.name)
    for name in added where !names.insert(name).inserted {
      throw node.error("another policy has the same name", remedy: "Give each policy a name of its own.")
    }
  }

  fileprivate func allAttestors(file: String) throws(DocumentError) -> Attestors {
    do throws(AttestationError) {
      return try Attestors(attestors)
    } catch {
      throw DocumentError(file: file, line: nil, column: nil, path: "", reason: error.problem, remedy: error.remedy)
    }
  }
}
