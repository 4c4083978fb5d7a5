import Images

/// A change of a Pod. Most of a Pod cannot change; what can and matters are images and the containers added to debug it.
///
/// Source: k8s.io/pod-security-admission/admission, isSignificantPodUpdate.
struct PodUpdate {
  let old: PodPart
  let new: PodPart

  init(from old: PodPart, to new: PodPart) {
    self.old = old
    self.new = new
  }

  /// Whether it changes anything that the standards look at.
  var isSignificant: Bool {
    let key = PodSecurityControl.seccompPodAnnotation
    if annotation(old, key) != annotation(new, key) { return true }
    for list in ["containers", "initContainers"] {
      let (before, after) = (elements(old, list), elements(new, list))
      if before.count != after.count { return true }
      if zip(before, after).contains(where: { isSignificant($0, $1) }) { return true }
    }
    let before = elements(old, "ephemeralContainers")
    return elements(new, "ephemeralContainers").contains { container in
      guard let same = before.first(where: { $0["name"]?.string == container["name"]?.string }) else { return true }
      return isSignificant(same, container)
    }
  }

  private func elements(_ pod: PodPart, _ list: String) -> [JSONNode] { pod.spec.present(list)?.elements ?? [] }

  private func isSignificant(_ before: JSONNode, _ after: JSONNode) -> Bool {
    if before["image"]?.string != after["image"]?.string { return true }
    let key = PodSecurityControl.seccompContainerAnnotation + (after["name"]?.string ?? "")
    return annotation(old, key) != annotation(new, key)
  }

  private func annotation(_ pod: PodPart, _ key: String) -> String? {
    pod.metadata?.present("annotations")?[key]?.string
  }
}

extension WorkloadReview {
  /// Whether it is a change of a Pod in which nothing changes that bears on what the Pod may do. A Pod of before the rules
  /// can so still be labelled, and taken down.
  var isInsignificantUpdate: Bool {
    guard workload.kind == "Pod", let old = oldObject.flatMap({ PodPart(in: $0) }), let new = object.flatMap({ PodPart(in: $0) })
    else { return false }
    return !PodUpdate(from: old, to: new).isSignificant
  }
}
