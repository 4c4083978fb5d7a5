import Images
import Policies
import Testing

@Suite("Pinning")
struct PinningTests {
  private typealias Samples = HardeningSamples
  private static let one = "sha256:" + String(repeating: "a", count: 64)
  private static let other = "sha256:" + String(repeating: "b", count: 64)

  private static func lookups(_ tags: String...) throws -> [String: Evidence.Lookup] {
    let digest = try Digest(parsing: one)
    return Dictionary(uniqueKeysWithValues: tags.map { ($0, .digest(digest)) })
  }

  private static func deployment(_ image: String) throws -> JSONNode {
    try Samples.object(
      "{apiVersion: apps/v1, kind: Deployment, metadata: {name: d}, spec: {template: {spec: {containers: [{name: a, image: '\(image)'}]}}}}"
    )
  }

  private static func patch(
    _ object: JSONNode, _ pinning: Pinning, old: JSONNode? = nil, resource: String = "pods"
  ) throws -> String? {
    let review = try Samples.review(object, old: old, resource: resource)
    let patch = pinning.patch(of: object, in: review, try lookups("r.test/a:1", "r.test/e:1"))
    return patch.bytes.map { String(decoding: $0, as: UTF8.self) }
  }

  @Test(
    "writes digests into pods, and into templates only where that is wanted",
    arguments: [(Pinning.off, false, false), (.pods, true, false), (.all, true, true)])
  func places(_ pinning: Pinning, _ pods: Bool, _ templates: Bool) throws {
    let pod = try Samples.pod("{containers: [{name: a, image: 'r.test/a:1'}, {name: b, image: r.test/a@\(Self.other)}]}")
    let written = #"[{"op":"replace","path":"/spec/containers/0/image","value":"r.test/a:1@\#(Self.one)"}]"#
    #expect(try Self.patch(pod, pinning) == (pods ? written : nil))
    let template = written.replacing("/spec/", with: "/spec/template/spec/")
    #expect(try Self.patch(Self.deployment("r.test/a:1"), pinning) == (templates ? template : nil))
    #expect(try Self.patch(Self.deployment("r.test/a@\(Self.other)"), pinning) == nil)
  }

  @Test("looks tags up where they are written, and in pods-only mode where nobody writes them")
  func lookups() {
    for (pinning, kind, mayPatch, expected) in [
      (Pinning.off, "Pod", true, false), (.off, "Deployment", true, false), (.all, "Pod", true, true),
      (.all, "Pod", false, false),
      (.all, "Deployment", true, true), (.all, "Deployment", false, false), (.pods, "Pod", true, true),
      (.pods, "Pod", false, false),
      (.pods, "Deployment", true, true), (.pods, "Deployment", false, true),
    ] { #expect(pinning.looksUp(kind, mayPatch: mayPatch) == expected, "\(pinning) \(kind) \(mayPatch)") }
  }

  @Test("keeps the digest that a template has for the same tag")
  func kept() throws {
    let old = try Workload(Self.deployment("r.test/a:1@\(Self.other)"))
    let other = try Digest(parsing: Self.other)
    #expect(try Pinning.all.kept(in: Workload(Self.deployment("r.test/a:1")), from: old) == ["r.test/a:1": .digest(other)])
    for image in ["r.test/a:2", "r.test/b:1", "r.test/a", "r.test/a@\(Self.one)"] {
      #expect(try Pinning.all.kept(in: Workload(Self.deployment(image)), from: old).isEmpty)
    }
    #expect(try Pinning.pods.kept(in: Workload(Self.deployment("r.test/a:1")), from: old).isEmpty)
    #expect(try Pinning.all.kept(in: Workload(Self.deployment("r.test/a:1")), from: nil).isEmpty)
    // One name used twice is looked up unless both had the same digest.
    let both =
      "{apiVersion: apps/v1, kind: Deployment, spec: {template: {spec: {containers: [{name: a, image: 'r.test/a:1'}, {name: n, image: 'r.test/a:1'}]}}}}"
    #expect(try Pinning.all.kept(in: Workload(Samples.object(both)), from: old).isEmpty)
  }

  @Test("leaves an image whose place cannot be told for certain, and what runs already")
  func places() throws {
    let odd =
      "{apiVersion: x.test/v1, kind: Odd, a.b: {containers: [{name: a, image: 'r.test/a:1'}]}, a: {b: {containers: [{name: a, image: 'r.test/e:1'}]}}}"
    #expect(try Self.patch(Samples.object(odd), .all) == nil)
    let dotted = "{apiVersion: x.test/v1, kind: Odd, a.b: {containers: [{name: a, image: 'r.test/a:1'}]}}"
    #expect(try Self.patch(Samples.object(dotted), .all) == nil)
    let plain = "{apiVersion: x.test/v1, kind: Odd, a: {b: {containers: [{name: a, image: 'r.test/a:1'}]}}}"
    #expect(try Self.patch(Samples.object(plain), .all)?.contains("/a/b/containers/0/image") == true)
    let old = try Samples.pod("{containers: [{name: a, image: 'r.test/a:1'}]}")
    let new = try Samples.pod(
      "{containers: [{name: a, image: 'r.test/a:1'}], ephemeralContainers: [{name: e, image: 'r.test/e:1'}]}")
    let patch = try Self.patch(new, .pods, old: old, resource: "pods/ephemeralcontainers")
    #expect(patch?.contains("/spec/ephemeralContainers/0/image") == true && patch?.contains("/spec/containers") == false)
  }

  @Test("never touches what runs in a pod under a tag from before: a label would start it anew", arguments: [Pinning.pods, .all])
  func running(_ pinning: Pinning) throws {
    let debug = "ephemeralContainers: [{name: e, image: 'r.test/e:1'}]"
    let old = try Samples.pod("{containers: [{name: a, image: 'r.test/a:1'}], \(debug)}")
    let labelled = try Samples.pod("{containers: [{name: a, image: 'r.test/a:1'}], \(debug)}", labels: "{x: y}")
    #expect(try Self.patch(labelled, pinning, old: old) == nil)
    let changed = try Samples.pod("{containers: [{name: a, image: 'r.test/e:1'}], \(debug)}")
    let written = #"[{"op":"replace","path":"/spec/containers/0/image","value":"r.test/e:1@\#(Self.one)"}]"#
    #expect(try Self.patch(changed, pinning, old: old) == written)
  }

  @Test("writes into the containers that join a pod, as API servers before 1.22 send them", arguments: [Pinning.pods, .all])
  func joining(_ pinning: Pinning) throws {
    func containers(_ images: String...) throws -> JSONNode {
      let list = images.enumerated().map { "{name: e\($0), image: '\($1)'}" }.joined(separator: ", ")
      return try Samples.object(
        "{apiVersion: v1, kind: EphemeralContainers, metadata: {name: p}, ephemeralContainers: [\(list)]}")
    }
    let patch = try Self.patch(
      containers("r.test/a:1", "r.test/e:1"), pinning, old: containers("r.test/a:1"), resource: "pods/ephemeralcontainers")
    #expect(patch == #"[{"op":"replace","path":"/ephemeralContainers/1/image","value":"r.test/e:1@\#(Self.one)"}]"#)
    #expect(pinning.looksUp("EphemeralContainers", mayPatch: true) && !pinning.looksUp("EphemeralContainers", mayPatch: false))
  }
}
