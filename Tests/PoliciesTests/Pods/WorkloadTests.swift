import Images
import Policies
import Testing

@Suite("A workload")
struct WorkloadTests {
  private static func workload(_ yaml: String) throws -> Workload {
    try Workload(DocumentNode(parsing: yaml, file: "manifest.yaml").json().root)
  }

  private static let pod = """
    {serviceAccountName: deployer, containers: [{name: web, image: r.test/web}], initContainers: [{name: prep, image: r.test/prep}], \
    ephemeralContainers: [{name: dbg, image: r.test/dbg}], volumes: [{name: data, image: {reference: r.test/data}}, {name: tmp, emptyDir: {}}]}
    """

  @Test(
    "shows every image of every built-in kind, with its place",
    arguments: [
      ("apiVersion: v1\nkind: Pod\nspec: \(pod)", "spec"),
      ("apiVersion: v1\nkind: PodTemplate\ntemplate: {spec: \(pod)}", "template.spec"),
      ("apiVersion: v1\nkind: ReplicationController\nspec: {template: {spec: \(pod)}}", "spec.template.spec"),
      ("apiVersion: apps/v1\nkind: Deployment\nspec: {template: {spec: \(pod)}}", "spec.template.spec"),
      ("apiVersion: apps/v1\nkind: ReplicaSet\nspec: {template: {spec: \(pod)}}", "spec.template.spec"),
      ("apiVersion: apps/v1\nkind: StatefulSet\nspec: {template: {spec: \(pod)}}", "spec.template.spec"),
      ("apiVersion: apps/v1\nkind: DaemonSet\nspec: {template: {spec: \(pod)}}", "spec.template.spec"),
      ("apiVersion: extensions/v1beta1\nkind: Deployment\nspec: {template: {spec: \(pod)}}", "spec.template.spec"),
      ("apiVersion: batch/v1\nkind: Job\nspec: {template: {spec: \(pod)}}", "spec.template.spec"),
      (
        "apiVersion: batch/v1\nkind: CronJob\nspec: {jobTemplate: {spec: {template: {spec: \(pod)}}}}",
        "spec.jobTemplate.spec.template.spec"
      ),
      ("apiVersion: argoproj.io/v1alpha1\nkind: Rollout\nspec: {template: {spec: \(pod)}}", "spec.template.spec"),
      ("apiVersion: example.test/v1\nkind: Deep\nspec: {workers: [{a: {b: \(pod)}}]}", "spec.workers[0].a.b"),
      ("apiVersion: example.test/v1\nkind: Pod\nmy: \(pod)", "my"),
    ])
  func kinds(_ yaml: String, _ place: String) throws {
    let images = try Self.workload(yaml).images
    #expect(Set(images.map(\.image)) == ["r.test/web", "r.test/prep", "r.test/dbg", "r.test/data"])
    #expect(
      Set(images.map(\.imageField)) == [
        "\(place).containers[0].image", "\(place).initContainers[0].image", "\(place).ephemeralContainers[0].image",
        "\(place).volumes[0].image.reference",
      ])
    #expect(Set(images.map(\.name)) == ["web", "prep", "dbg", "data"])
    #expect(Set(images.map(\.serviceAccount)) == ["deployer"])
  }

  @Test(
    "has no images where nothing runs",
    arguments: [
      "apiVersion: v1\nkind: ConfigMap\ndata: {containers: 'a: b'}",
      "apiVersion: v1\nkind: Service\nspec: {ports: [{port: 80}]}",
      "apiVersion: autoscaling/v1\nkind: Scale\nspec: {replicas: 3}",
      "apiVersion: v1\nkind: Namespace\nspec: null",
      "apiVersion: example.test/v1\nkind: Names\nspec: {containers: [web, sidecar]}",
      "apiVersion: example.test/v1\nkind: Patch\nspec: {containers: [{name: web, resources: {}}]}",
      "apiVersion: apiextensions.k8s.io/v1\nkind: CustomResourceDefinition\nspec: {schema: {properties: {containers: {type: array}}}}",
    ])
  func others(_ yaml: String) throws { #expect(try Self.workload(yaml).images.isEmpty) }

  @Test("lists the objects of a list")
  func list() throws {
    let workload = try Self.workload(
      "apiVersion: v1\nkind: List\nitems: [{apiVersion: v1, kind: Pod, spec: {containers: [{name: a, image: r.test/a}]}}]")
    #expect(workload.images.map(\.field) == ["items[0].spec.containers[0]"])
  }

  @Test(
    "is refused when it may hide an image",
    arguments: [
      ("kind: Pod\nspec: {containers: [{name: a, image: r.test/a}]}", "malformed-object"),
      ("apiVersion: v1\nspec: {containers: [{name: a, image: r.test/a}]}", "malformed-object"),
      ("apiVersion: v1\nkind: Pod", "malformed-workload"),
      ("apiVersion: v1\nkind: Pod\nspec: {}", "malformed-workload"),
      ("apiVersion: v1\nkind: Pod\nspec: {Containers: [{name: a, image: r.test/a}]}", "malformed-workload"),
      ("apiVersion: v1\nkind: Pod\nspec: {containers: [{name: a}]}", "malformed-workload"),
      ("apiVersion: v1\nkind: Pod\nspec: {containers: [{name: a, image: 1.20}]}", "malformed-workload"),
      ("apiVersion: v1\nkind: Pod\nspec: {containers: {name: a, image: r.test/a}}", "malformed-workload"),
      ("apiVersion: v1\nkind: Pod\nspec: {containers: [r.test/a]}", "malformed-workload"),
      ("apiVersion: v1\nkind: Pod\nspec: {containers: [{name: a, image: r.test/a}], initContainers: x}", "malformed-workload"),
      (
        "apiVersion: v1\nkind: Pod\nspec: {containers: [{name: a, image: r.test/a}], volumes: [{name: v, image: {}}]}",
        "malformed-workload"
      ),
      (
        "apiVersion: v1\nkind: Pod\nmetadata: {annotations: {a: 1}}\nspec: {containers: [{name: a, image: r.test/a}]}",
        "malformed-workload"
      ),
      ("apiVersion: apps/v1\nkind: Deployment\nspec: {template: [1]}", "malformed-workload"),
      ("apiVersion: example.test/v1\nkind: Odd\nspec: {containers: {web: {image: r.test/a}}}", "malformed-workload"),
      ("apiVersion: example.test/v1\nkind: Odd\nspec: {containers: [{image: [r.test/a]}]}", "malformed-workload"),
      ("[1]", "malformed-object"),
    ])
  func refusals(_ yaml: String, _ code: String) {
    let error = #expect(throws: WorkloadError.self) { try Self.workload(yaml) }
    #expect(error?.code == code)
  }

  @Test("is searched in time linear in its size", .timeLimit(.minutes(2)))
  func large() throws {
    let text = #"{"apiVersion":"x.test/v1","kind":"Large","spec":["# + String(repeating: "[{}],", count: 400_000) + #"0]}"#
    let document = try JSONDocument(parsing: Array(text.utf8), atMost: 3 << 20)
    #expect(try Workload(document.root).images.isEmpty)
  }

  @Test("is refused with more images than anybody needs")
  func flood() throws {
    let containers = (0...Workload.limitImages).map { "{name: c\($0), image: r.test/a}" }.joined(separator: ",")
    #expect(throws: WorkloadError.tooManyImages(limit: Workload.limitImages)) {
      try Self.workload("apiVersion: v1\nkind: Pod\nspec: {containers: [\(containers)]}")
    }
  }

  @Test(
    "runs the same only when images, places and service accounts are the same",
    arguments: [
      ("{containers: [{name: a, image: r.test/a}], priority: 1}", true),
      ("{containers: [{name: a, image: r.test/b}]}", false),
      ("{containers: [{name: a, image: r.test/a}], initContainers: [{name: i, image: r.test/a}]}", false),
      ("{containers: [{name: a, image: r.test/a}], serviceAccountName: other}", false),
    ])
  func same(_ spec: String, _ isSame: Bool) throws {
    let old = try Self.workload("apiVersion: v1\nkind: Pod\nspec: {containers: [{name: a, image: r.test/a}]}")
    #expect(try Self.workload("apiVersion: v1\nkind: Pod\nspec: \(spec)").runsTheSame(as: old) == isSame)
  }
}
