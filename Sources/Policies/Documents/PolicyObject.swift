import Images

/// A policy that is an object of a cluster.
package struct PolicyObject: Equatable, Sendable {
  /// Tells it from all others.
  package let id: String
  /// Nil for one of the whole cluster.
  package let namespace: String?
  /// As it is now.
  package let text: PolicyText
  /// Why `text` is not even looked at; nil where it is.
  package let fault: DocumentError?
  /// As it was when it last had no fault: that holds for as long as `text` has one. Nil where nothing is to stand in for it.
  package var lastGood: PolicyText?

  package init(
    id: String, namespace: String?, text: PolicyText, fault: DocumentError? = nil, lastGood: PolicyText? = nil
  ) {
    (self.id, self.namespace, self.text, self.fault, self.lastGood) = (id, namespace, text, fault, lastGood)
  }

  /// One that is not looked at.
  package init(
    unread id: String, in namespace: String?, because reason: String,
    do remedy: String = "Make it smaller, or delete policies that nobody needs."
  ) {
    let fault = DocumentError(
      file: printable(id), line: nil, column: nil, path: "", reason: reason,
      remedy: remedy)
    self.init(id: id, namespace: namespace, text: PolicyText(reason, file: fault.file), fault: fault)
  }
}

/// An object of a cluster that is not in force as it is.
package struct ObjectFault: Sendable {
  /// Of the object.
  package let id: String
  package let cause: DocumentError
  /// Whether an earlier version of it holds meanwhile. Else it keeps out everything that it could be about.
  package let isCovered: Bool
}

/// What came of the objects of a cluster.
struct ObjectReading {
  var faults: [ObjectFault] = []
  /// What the rules rest on, in the order in which it was read.
  var texts: [String] = []
}

/// An object whose kind is known, or why it is not.
struct ParsedObject {
  struct Version {
    let kind: Int
    let node: DocumentNode
  }

  let object: PolicyObject
  let now: Result<Version, DocumentError>
  let lastGood: Version?

  init(_ object: PolicyObject) {
    self.object = object
    now = Self.now(object)
    lastGood = object.lastGood.flatMap { $0 == object.text ? nil : try? Self.version($0).get() }
  }

  /// When it is its turn among `policyDocuments`; what is of no kind comes first, for nothing is read from it.
  var kind: Int { if case .success(let version) = now { version.kind } else { lastGood?.kind ?? 0 } }

  private static func now(_ object: PolicyObject) -> Result<Version, DocumentError> {
    if let fault = object.fault { .failure(fault) } else { version(object.text) }
  }

  private static func version(_ text: PolicyText) -> Result<Version, DocumentError> {
    do throws(DocumentError) {
      let node = try DocumentNode(parsing: text.text, file: text.file, atMost: Rulebook.limitBytes)
      guard let kind = RulebookDraft.kind(of: node) else {
        throw node.error("this is no policy that is known", remedy: RulebookDraft.titles)
      }
      return .success(Version(kind: kind, node: node))
    } catch {
      return .failure(error)
    }
  }
}

extension RulebookDraft {
  private static let together = 64

  /// Reads the objects of a kind. Each try copies the draft, so they are tried some at a time, and one by one only where one of
  /// them has a fault.
  mutating func read(_ objects: [ParsedObject], _ reading: inout ObjectReading) {
    for from in stride(from: 0, to: objects.count, by: Self.together) {
      let some = objects[from..<min(from + Self.together, objects.count)]
      if attempt(some) {
        reading.texts += some.map(\.object.text.text)
      } else {
        for object in some { read(object, &reading) }
      }
    }
  }

  /// - Returns: whether all of them were read as they are now; else none was.
  private mutating func attempt(_ objects: ArraySlice<ParsedObject>) -> Bool {
    var next = self
    do throws(DocumentError) {
      for object in objects {
        guard case .success(let version) = object.now else { return false }
        try next.read(version.node, as: policyDocuments[version.kind])
      }
      self = next
      return true
    } catch {
      return false
    }
  }

  /// Reads one object as it is now, or else as it last was good. One of which neither can be read keeps everything out of its
  /// namespace, or out of the cluster, until it is mended: nobody knows what it would have asked for.
  private mutating func read(_ parsed: ParsedObject, _ reading: inout ObjectReading) {
    let object = parsed.object
    let cause: DocumentError
    switch parsed.now {
    case .success(let version):
      guard let fault = attempt(version) else { return reading.texts.append(object.text.text) }
      cause = fault
    case .failure(let fault): cause = fault
    }
    if let lastGood = parsed.lastGood, let text = object.lastGood, attempt(lastGood) == nil {
      reading.texts.append(text.text)
      reading.faults.append(ObjectFault(id: object.id, cause: cause, isCovered: true))
    } else {
      reading.texts.append("closed: \(object.id) \(object.text.text)")
      reading.faults.append(ObjectFault(id: object.id, cause: cause, isCovered: false))
      images.append(UnreadablePolicy(object, cause))
    }
  }

  /// - Returns: why nothing was read.
  private mutating func attempt(_ version: ParsedObject.Version) -> DocumentError? {
    var next = self
    do throws(DocumentError) {
      try next.read(version.node, as: policyDocuments[version.kind])
      self = next
      return nil
    } catch {
      return error
    }
  }
}

/// Stands where a policy of a cluster cannot be read.
struct UnreadablePolicy: ImagePolicy {
  let name: String
  let scope: PolicyScope
  private let reason: Reason

  init(_ object: PolicyObject, _ fault: DocumentError) {
    name = object.id
    scope = object.namespace.map { .namespaces([$0]) } ?? .everywhere
    let place = object.namespace == nil ? "cluster" : "namespace"
    reason = Reason(
      code: "unreadable-policy", problem: "A policy of the \(place) cannot be read: \(fault.problem)", remedy: fault.remedy)
  }

  func rule(for use: Workload.ImageUse, in review: WorkloadReview) -> AppliedRule? {
    AppliedRule(name: "unreadable", enforcement: .block)
  }

  func demand(of image: ImageQuestion) -> ImageDemand { ImageDemand() }

  func judgement(
    of image: ImageQuestion, under rule: AppliedRule, evidence: Evidence, at nowSeconds: Int64
  ) -> Judgement {
    Judgement(policy: name, rule: rule.name, reasons: [reason], enforcement: rule.enforcement)
  }
}
