import Images
import Policies
import Testing

/// Source of the cases: Kubernetes, TestValidateNamespace.
@Suite("A namespace that begins to enforce more")
struct EnforceChangeTests {
  private static let prefix = "pod-security.kubernetes.io/"

  private static func configuration(_ more: String) -> String {
    "apiVersion: pod-security.admission.config.k8s.io/v1\nkind: PodSecurityConfiguration\n\(more)"
  }

  /// - Parameter labels: `restricted`, `baseline v1.0`; nil for a namespace that is not there yet.
  private static func change(_ old: String?, _ new: String, _ more: String = "", part: String = "") throws -> EnforceChange? {
    func namespace(_ written: String) throws -> JSONNode {
      let words = written.split(separator: " ")
      let labels = zip(["enforce", "enforce-version"], words).map { "\(prefix)\($0): '\($1)'" }.joined(separator: ", ")
      let text = "{apiVersion: v1, kind: Namespace, metadata: {name: test, labels: {\(labels)}}}"
      return try DocumentNode(parsing: text, file: "namespace").json().root
    }
    let object = try namespace(new)
    let review = WorkloadReview(
      try Workload(object), in: Place(namespace: "test"), object: object, oldObject: try old.map(namespace),
      resource: "namespaces\(part)")
    return try Rulebook(policies: [PolicyText(configuration(more), file: "policy.yaml")], attestors: nil)
      .enforceChange(by: review)
  }

  @Test(
    "has what runs looked at where the level is stricter, or another version",
    arguments: [
      ("baseline v1.0", "restricted v1.0", "restricted:v1.0"), ("privileged", "baseline", "baseline:latest"),
      ("", "restricted", "restricted:latest"), ("restricted v1.0", "restricted v1.25", "restricted:v1.25"),
      ("restricted v1.25", "baseline v1.24", "baseline:v1.24"), ("baseline", "strict", "restricted:latest"),
    ])
  func stricter(_ old: String, _ new: String, _ level: String) throws {
    #expect(try Self.change(old, new)?.level.description == level)
  }

  @Test(
    "has nothing looked at where it is not",
    arguments: [
      ("restricted v1.0", "restricted v1.0"), ("restricted v1.0", "baseline v1.0"), ("restricted", "baseline"),
      ("restricted latest", "baseline latest"), ("restricted v1.0", "privileged"), ("restricted v1.0", ""),
      (nil, "restricted"),
    ])
  func milder(_ old: String?, _ new: String) throws {
    #expect(try Self.change(old, new) == nil)
  }

  @Test("follows the defaults, and leaves what is exempt alone")
  func configured() throws {
    #expect(try Self.change("baseline v1.0", "", "defaults: {enforce: restricted}")?.level.description == "restricted:latest")
    #expect(try Self.change("", "restricted", "exemptions: {namespaces: [test]}") == nil)
    #expect(try Self.change("", "restricted", part: "/status") == nil)
  }

  @Test("tells what breaks it by what it breaks, in Kubernetes' words")
  func words() throws {
    func pods(_ spec: String, _ name: String, _ count: Int) throws -> EnforceChange.Alike {
      EnforceChange.Alike(name: name, count: count, pod: try pod("{containers: [{name: a, image: b}], \(spec)}"))
    }
    let change = try #require(try Self.change("", "baseline", "exemptions: {runtimeClasses: [gvisor]}"))
    let alike = [
      try pods("hostPID: true", "b", 2), try pods("hostIPC: true", "a", 1), try pods("hostPID: true, volumes: []", "c", 1),
      try pods("hostPID: true, runtimeClassName: gvisor", "0", 7), try pods("restartPolicy: Never", "d", 3),
      try pods("hostNetwork: true, volumes: [{name: v, hostPath: {path: /}}]", "e", 2),
    ]
    #expect(
      change.warnings(about: alike, of: 16) == [
        #"existing pods in namespace "test" violate the new PodSecurity enforce level "baseline:latest""#,
        "a (and 3 other pods): host namespaces", "e (and 1 other pod): host namespaces, hostPath volumes",
      ])
    #expect(change.warnings(about: [alike[4]], of: 3).isEmpty)
    #expect(
      change.warnings(about: [alike[1]], of: 5).first
        == "new PodSecurity enforce level only checked against the first 1 of 5 existing pods")
  }
}
