import Images

extension PodRule {
  /// kubeaudit LimitsNotSet, LimitsCPUNotSet, LimitsMemoryNotSet, LimitsCPUExceeded, LimitsMemoryExceeded; kubesec
  /// LimitsCPU, LimitsMemory, RequestsCPU, RequestsMemory. A container added to debug a pod can have none.
  static let resources: [PodRule] = [
    ("limitsCPU", "limits", "cpu"), ("limitsMemory", "limits", "memory"), ("requestsCPU", "requests", "cpu"),
    ("requestsMemory", "requests", "memory"),
  ].map { id, kind, resource in
    PodRule(id: id, takesValues: true, isValue: { ResourceQuantity($0) != nil }) { subject in
      let limits = subject.values.compactMap { ResourceQuantity($0) }
      let names = subject.pod.names { container in
        guard container.list != "ephemeralContainers" else { return false }
        guard let node = container.node.present("resources")?.present(kind)?.present(resource) else { return true }
        let text = node.string ?? String(decoding: node.rawBytes, as: UTF8.self)
        // None at all is what a container has without one.
        guard let quantity = ResourceQuantity(text), !quantity.isZero else { return true }
        return limits.contains { $0 < quantity }
      }
      guard !names.isEmpty else { return nil }
      let most = subject.values.isEmpty ? "" : " to at most \(subject.values.joined(separator: ", "))"
      return lacking(id, "\(ControlWording.containers(names)) must set resources.\(kind).\(resource)\(most)")
    }
  }

  /// What the claims of a StatefulSet ask of storage. Nothing else has claims of its own.
  static let claims: [PodRule] = [
    // kubesec VolumeClaimAccessModeReadWriteOnce.
    eachClaim("claimAccessMode", "must set accessModes to ReadWriteOnce alone, or ReadWriteOncePod") { spec in
      let modes = (spec.present("accessModes")?.elements ?? []).map { $0.string ?? "" }
      return modes == ["ReadWriteOnce"] || modes == ["ReadWriteOncePod"]
    },
    // kubesec VolumeClaimRequestsStorage.
    eachClaim("claimStorage", "must set resources.requests.storage") { spec in
      spec.present("resources")?.present("requests")?.present("storage") != nil
    },
  ]

  private static func eachClaim(_ id: String, _ must: String, unless isFit: @escaping @Sendable (JSONNode) -> Bool) -> PodRule {
    PodRule(id: id) { subject in
      guard subject.review.workload.kind == "StatefulSet" else { return nil }
      let claims = subject.review.object?["spec"]?.present("volumeClaimTemplates")?.elements ?? []
      let bad = claims.filter { !($0.present("spec").map(isFit) ?? false) }
      guard !bad.isEmpty else { return nil }
      let names = bad.map { $0["metadata"]?["name"]?.string ?? "" }
      return lacking(id, "\(ControlWording.plural("claim", of: names.count)) \(ControlWording.quoted(names)) \(must)")
    }
  }
}

/// An amount of CPU, memory or storage: `750m`, `1.5`, `2Gi`.
///
/// Source: Kubernetes, apimachinery resource.Quantity.
struct ResourceQuantity: Comparable {
  private static let factors: [String: Double] = [
    "n": 1e-9, "u": 1e-6, "m": 1e-3, "": 1, "k": 1e3, "M": 1e6, "G": 1e9, "T": 1e12, "P": 1e15, "E": 1e18,
    "Ki": 0x1p10, "Mi": 0x1p20, "Gi": 0x1p30, "Ti": 0x1p40, "Pi": 0x1p50, "Ei": 0x1p60,
  ]

  private let amount: Double

  /// Nil for what is no amount.
  init?(_ text: String) {
    let digits = text.prefix { $0.isASCII && ($0.isNumber || $0 == ".") }
    let rest = text.dropFirst(digits.count)
    guard digits.first?.isNumber ?? false, let number = Double(digits) else { return nil }
    if let factor = Self.factors[String(rest)] {
      amount = number * factor
    } else if let sign = rest.first, sign == "e" || sign == "E", let exponent = Int8(rest.dropFirst()),
      let power = Double("1e\(exponent)")
    {
      amount = number * power
    } else {
      return nil
    }
  }

  var isZero: Bool { amount == 0 }

  static func < (one: ResourceQuantity, other: ResourceQuantity) -> Bool { one.amount < other.amount }
}
