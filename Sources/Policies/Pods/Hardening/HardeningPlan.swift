import Images

/// What hardening makes of one pod: what it would change, what it refuses, and what it leaves alone and tells of.
package struct HardeningPlan: Sendable {
  /// One value that is missing.
  package struct Change: Hashable, Sendable {
    /// `runAsNonRoot`.
    package let bit: String
    /// `runAsNonRoot: true`.
    package let value: String
    /// `pod`, or the container.
    package let place: String
    package let mode: HardeningMode
  }

  package internal(set) var changes: [Change] = []
  package internal(set) var refusals: [Reason] = []
  package internal(set) var warnings: [String] = []
  package internal(set) var patch = JSONPatch()
  let object: JSONNode

  init(_ object: JSONNode) { self.object = object }

  /// Sets what is missing.
  mutating func set(
    _ pointer: JSONPointer, to value: JSONValue, _ bit: any HardeningBit, says text: String, at place: String
  ) {
    guard patch.set(pointer, to: value, in: object) else { return }
    changes.append(Change(bit: bit.name, value: text, place: place, mode: bit.mode))
  }

  /// What was written is the contrary of what the bit wants: refused where it is required, else left as it is.
  mutating func contrary(_ bit: any HardeningBit, _ written: String, at place: String, instead: String) {
    if bit.mode == .require {
      let reason = Reason(
        code: "hardening-refused", problem: "\(written) of \(place) is not allowed here.", remedy: instead)
      if !refusals.contains(reason) { refusals.append(reason) }
    } else {
      warn("\(written) of \(place) was left as it is.")
    }
  }

  /// What the bit wants would keep the pod from starting, or from being taken at all.
  mutating func wouldBreak(_ bit: any HardeningBit, _ problem: String, at place: String, remedy: String) {
    let reason = Reason(
      code: "hardening-would-break", problem: "\(bit.name) cannot be set for \(place): \(problem).", remedy: remedy)
    if !refusals.contains(reason) { refusals.append(reason) }
  }

  mutating func warn(_ sentence: String) {
    if !warnings.contains(sentence) { warnings.append(sentence) }
  }

  /// In one sentence what is set and where; nil when nothing is.
  package var summary: String? {
    var places: [(value: String, at: [String])] = []
    for change in changes {
      if let index = places.firstIndex(where: { $0.value == change.value }) {
        places[index].at.append(change.place)
      } else {
        places.append((change.value, [change.place]))
      }
    }
    guard !places.isEmpty else { return nil }
    return places.map { "\($0.value) (\($0.at.joined(separator: ", ")))" }.joined(separator: "; ")
  }
}

/// How much hardening insists on one bit.
package enum HardeningMode: String, CaseIterable, Sendable {
  /// Set when it is absent; what somebody wrote is left as it is.
  case set
  /// Set when it is absent; what somebody wrote to the contrary is refused.
  case require
  case off
}

/// One security setting of a pod that hardening can flip.
protocol HardeningBit: Sendable {
  /// As Kubernetes names the field.
  var name: String { get }
  /// Never `off`.
  var mode: HardeningMode { get }
  /// Looks at `pod` and adds to `plan` what is missing, contrary or would break.
  func look(at pod: HardeningPod, knowing evidence: Evidence, _ plan: inout HardeningPlan)
}
