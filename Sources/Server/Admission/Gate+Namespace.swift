import Images
import Policies

extension Gate {
  /// Pods that are looked at when their namespace begins to enforce more, by what is alike in them.
  private static let limitAlike = 3_000

  /// What runs in a namespace and breaks what it begins to enforce; empty where what runs is not known.
  func warnings(of change: EnforceChange?) -> [String] {
    guard let change, let running = surroundings.runningPods else { return [] }
    let (alike, total) = running.alike(in: change.namespace, atMost: Self.limitAlike)
    let pods = alike.compactMap { alike in
      (try? JSONDocument(parsing: alike.object, atMost: AdmissionRequest.limitBytes)).flatMap { PodPart(in: $0.root) }
        .map { EnforceChange.Alike(name: alike.name, count: alike.count, pod: $0) }
    }
    return change.warnings(about: pods, of: total)
  }
}
