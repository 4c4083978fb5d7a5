import Contracts
import Foundation
import Images
import Policies
import Server
import Testing

/// Finds the images in an object without any of the gate's code.
private enum Proof {
  private static let lists = ["containers", "initContainers", "ephemeralContainers"]
  /// Where the API server finds the pod of the kinds it knows; what stands elsewhere in them it drops.
  private static let pods = [
    "v1/Pod": ["spec"], "v1/PodTemplate": ["template", "spec"], "apps/v1/Deployment": ["spec", "template", "spec"],
    "batch/v1/CronJob": ["spec", "jobTemplate", "spec", "template", "spec"],
  ]

  /// Every text that would name an image; nil when one cannot be told.
  static func images(in object: Any) -> [String]? {
    guard let members = object as? [String: Any] else { return nil }
    let kind = "\(members["apiVersion"] as? String ?? "")/\(members["kind"] as? String ?? "")"
    var found: [String] = []
    guard let path = pods[kind] else { return collect(object, &found) ? found : nil }
    var node = members
    for key in path {
      guard let next = node[key] as? [String: Any] else { return nil }
      node = next
    }
    return collect(pod: node, &found) ? found : nil
  }

  /// Of a kind that nobody knows, anything that looks like a pod may become one.
  private static func collect(_ value: Any, _ found: inout [String]) -> Bool {
    if let list = value as? [Any] { return list.allSatisfy { collect($0, &found) } }
    guard let members = value as? [String: Any] else { return true }
    let isPod = members.keys.contains { lists.contains($0) }
    return (!isPod || collect(pod: members, &found)) && members.values.allSatisfy { collect($0, &found) }
  }

  private static func collect(pod: [String: Any], _ found: inout [String]) -> Bool {
    for key in lists {
      for element in pod[key] as? [Any] ?? [] {
        guard let image = (element as? [String: Any])?["image"], !(image is NSNull) else { continue }
        guard let text = image as? String else { return false }
        found.append(text)
      }
    }
    for element in pod["volumes"] as? [Any] ?? [] {
      guard let source = (element as? [String: Any])?["image"], !(source is NSNull) else { continue }
      guard let text = (source as? [String: Any])?["reference"] as? String else { return false }
      found.append(text)
    }
    return true
  }
}

@Suite("A review that was tampered with", .serialized)
struct MutatedReviewTests {
  private static let admitted = [
    Review.of(Review.pod(Review.web, more: #","volumes":[{"name":"v","image":{"reference":"\#(Review.web)"}}]"#)),
    Review.of(
      #"{"apiVersion":"apps/v1","kind":"Deployment","metadata":{"name":"d"},"spec":{"template":{"spec":{"containers":[{"name":"c","image":"\#(Review.web)"}]}}}}"#,
      kind: ("apps", "v1", "Deployment")),
    Review.of(
      #"{"apiVersion":"batch/v1","kind":"CronJob","spec":{"jobTemplate":{"spec":{"template":{"spec":{"initContainers":[{"name":"i","image":"\#(Review.web)"}],"containers":[{"name":"c","image":"\#(Review.web)"}]}}}}}}"#,
      kind: ("batch", "v1", "CronJob")),
    Review.of(
      #"{"apiVersion":"x.test/v1","kind":"Rollout","spec":{"template":{"spec":{"containers":[{"name":"c","image":"\#(Review.web)"}]}}}}"#,
      kind: ("x.test", "v1", "Rollout")),
    Review.of(
      Review.pod(Review.web, more: #","ephemeralContainers":[{"name":"d","image":"\#(Review.web)"}]"#),
      old: Review.pod(Review.web), operation: "UPDATE", subResource: "ephemeralcontainers"),
  ]

  @Test("is let in only when every image in it is vouched for, as code that is not the gate's finds them", arguments: 1...6)
  func proof(_ seed: Int) async throws {
    let signed = try SignedImages()
    try await signed.sign(Review.web)
    let point = try Checkpoint(signed)
    let trees = try Self.admitted.map { try Tree(parsing: $0) }
    for review in Self.admitted { #expect(try await point.answer(review).isAllowed) }
    var smuggler = Smuggler(dice: Dice(seed: UInt64(seed)))
    var letIn = 0
    for _ in 0..<1_000 {
      let tree = smuggler.changed(smuggler.dice.one(of: trees))
      let text = tree.written(&smuggler.dice)
      guard let answer = try? await point.answer(text), answer.isAllowed else { continue }
      letIn += 1
      let review = try #require(try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
      let request = try #require(review["request"] as? [String: Any])
      guard ["CREATE", "UPDATE"].contains(request["operation"] as? String), let object = request["object"] else { continue }
      let images = Proof.images(in: object)
      let old = (request["oldObject"]).flatMap { Proof.images(in: $0) }
      let isUnchanged = request["operation"] as? String == "UPDATE" && images != nil && images == old
      let isProven = images?.allSatisfy { $0 == Review.web || $0.hasPrefix("r.test/infra/a@sha256:") } ?? false
      #expect(isProven || isUnchanged, "let in: \(text)")
    }
    // A check that never sees an "allow" proves nothing.
    #expect(letIn > 100)
  }
}
