package import Images

/// In which objects the digest that a tag was found to name is written over the tag.
package enum Pinning: String, CaseIterable, Sendable {
  /// Nothing is written, so a tag is refused where a digest is wanted.
  case off
  /// In pods alone. The templates of controllers are judged by what their tags name now and stay as they were written, so
  /// that a tool that compares them with their source finds no difference; their pods are pinned when they are made.
  case pods
  /// In templates too.
  case all

  /// Whether tags in an object of `kind` are looked up.
  ///
  /// - Parameter mayPatch: whether this is the webhook that patches. The one that judges wants to find the digest, except
  ///   where nobody writes it.
  package func looksUp(_ kind: String, mayPatch: Bool) -> Bool {
    switch self {
    case .off: false
    case .all: mayPatch
    case .pods: mayPatch || !Self.podKinds.contains(kind)
    }
  }

  /// Digests that a template has already and keeps: written by tag again, it would else be another one with every turn of
  /// the tag, and roll out by itself.
  ///
  /// - Returns: by image as it is written in `workload`; nothing for pods, and for images whose digests do not agree.
  package func kept(in workload: Workload, from old: Workload?) -> [String: Evidence.Lookup] {
    guard self == .all, !Self.podKinds.contains(workload.kind), let old else { return [:] }
    let before = Dictionary(old.images.map { ("\($0.kind.rawValue) \($0.name)", $0) }) { first, _ in first }
    // Nil stands for an image whose digest is not known: used twice under one name, it is looked up for both.
    var digests: [String: Set<Digest?>] = [:]
    for use in workload.images {
      guard let written = use.reference, written.digest == nil else { continue }
      let was = before["\(use.kind.rawValue) \(use.name)"]?.reference
      let isSame = was?.repository == written.repository && was?.tagOrLatest == written.tagOrLatest
      digests[use.image, default: []].insert(isSame ? was?.digest : nil)
    }
    return digests.compactMapValues { all in
      guard all.count == 1, case .some(.some(let digest)) = all.first else { return nil }
      return .digest(digest)
    }
  }

  /// Writes the digests that tags were found to name over the tags. What runs in a pod already stays as it is written: with
  /// another name its container would start anew, and a debug container must not be changed at all.
  package func patch(of object: JSONNode, in review: WorkloadReview, _ lookups: [String: Evidence.Lookup]) -> JSONPatch {
    var patch = JSONPatch()
    let workload = review.workload
    let isPod = Self.podKinds.contains(workload.kind)
    guard self == .all || (self == .pods && isPod) else { return patch }
    let joining = review.resource.hasSuffix("/ephemeralcontainers")
    let running = Set((isPod ? review.oldObject : nil).flatMap { try? Workload($0) }?.images.map { Self.place(of: $0) } ?? [])
    let fields = Dictionary(workload.images.map { ($0.imageField, 1) }, uniquingKeysWith: +)
    for use in workload.images where !running.contains(Self.place(of: use)) {
      // Of a pod that runs, only the containers that join it can be written.
      if joining, use.kind != .ephemeralContainer { continue }
      guard let written = use.reference, written.digest == nil, case .digest(let digest) = lookups[use.image] else { continue }
      // A kind that nobody knows may have keys that look like two: such an image keeps its tag, and is refused for it.
      let pointer = JSONPointer(field: use.imageField)
      guard fields[use.imageField] == 1, object[pointer]?.string == use.image else { continue }
      let pinned = ImageReference(repository: written.repository, tag: written.tag, digest: digest)
      patch.set(pointer, to: .text("\(pinned)"), in: object)
    }
    return patch
  }

  /// Kinds that are pods: up to Kubernetes 1.21 the containers that join one came as a kind of their own.
  ///
  /// Source: core/v1 of Kubernetes 1.16 to 1.21, EphemeralContainers.
  private static let podKinds: Set<String> = ["Pod", "EphemeralContainers"]

  private static func place(of use: Workload.ImageUse) -> [String] { [use.kind.rawValue, use.name, use.image] }
}
