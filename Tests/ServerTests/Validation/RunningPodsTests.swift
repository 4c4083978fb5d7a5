import Foundation
import Images
import Server
import Testing

/// Pods as the API server tells them.
enum RunningPod {
  /// As the controller of a DaemonSet writes it into each pod.
  private static func affinity(_ name: String) -> String {
    let field = #"{"key":"metadata.name","operator":"In","values":["node-\#(name)"]}"#
    let terms = #"{"nodeSelectorTerms":[{"matchFields":[\#(field)]}]}"#
    return #"{"nodeAffinity":{"requiredDuringSchedulingIgnoredDuringExecution":\#(terms)}}"#
  }

  static func json(
    _ name: String, in namespace: String = "shop", image: String = Review.web, owner: String? = "web-5d4f",
    hash: String = "x7k2p",
    labels: String = "", status: String = #"{"phase":"Running"}"#, more: String = ""
  ) throws -> JSONNode {
    let owners =
      owner.map {
        #","ownerReferences":[{"apiVersion":"apps/v1","kind":"ReplicaSet","name":"\#($0)","uid":"u-\#($0)","controller":true}]"#
      } ?? ""
    let text = """
      {"metadata":{"name":"\(name)","namespace":"\(namespace)","uid":"uid-\(name)","resourceVersion":"7",
        "labels":{"app":"web","pod-template-hash":"\(hash)"\(labels)}\(owners)},
       "spec":{"nodeName":"node-\(name)","serviceAccountName":"web","hostname":"\(name)","affinity":\(affinity(name)),
         "containers":[{"name":"c","image":"\(image)","volumeMounts":[{"name":"kube-api-access-\(hash)","mountPath":"/t"}]}],
         "volumes":[{"name":"kube-api-access-\(hash)","projected":{"sources":[]}}]\(more)},
       "status":\(status)}
      """
    return try JSONDocument(parsing: Array(text.utf8), atMost: 1 << 20).root
  }
}

@Suite("What runs")
struct RunningPodsTests {
  @Test("is held once a shape, whatever differs from one replica to the next")
  func shapes() throws {
    let pods = RunningPods()
    for index in 0..<100 {
      pods.put(try RunningPod.json("web-\(index)", hash: "h\(index)abc"), generation: 1)
    }
    #expect(pods.counts == (100, 1, false))
    pods.put(try RunningPod.json("other", image: Review.evil), generation: 1)
    pods.put(try RunningPod.json("elsewhere", in: "prod"), generation: 1)
    pods.put(try RunningPod.json("bold", more: #","hostNetwork":true"#), generation: 1)
    pods.put(try RunningPod.json("labelled", labels: #","team":"a""#), generation: 1)
    #expect(pods.counts == (104, 5, false))
  }

  @Test("is held with all that its template says, as an expression may look at it")
  func fields() throws {
    let pods = RunningPods()
    let fields = [
      "", #""tolerations":[{"operator":"Exists"}]"#, #""priorityClassName":"system-node-critical","priority":2000001000"#,
      #""schedulerName":"mine""#, #""topologySpreadConstraints":[{"maxSkew":1,"topologyKey":"zone"}]"#,
      #""preemptionPolicy":"Never""#, #""subdomain":"db""#, #""nodeSelector":{"disk":"ssd"}"#,
    ]
    for (index, field) in fields.enumerated() {
      pods.put(try RunningPod.json("web-\(index)", more: field.isEmpty ? "" : ",\(field)"), generation: 1)
    }
    #expect(pods.counts == (8, 8, false))
  }

  @Test("forgets pods that end, that are deleted and that another list does not show")
  func forgets() throws {
    let pods = RunningPods()
    for name in ["a", "b", "c", "d"] { pods.put(try RunningPod.json(name), generation: 1) }
    pods.put(try RunningPod.json("a", status: #"{"phase":"Succeeded"}"#), generation: 1)
    pods.remove(try RunningPod.json("b"))
    #expect(pods.counts == (2, 1, false))
    pods.put(try RunningPod.json("c"), generation: 2)
    pods.complete(generation: 2, isTruncated: false)
    #expect(pods.counts == (1, 1, false))
    pods.remove(try RunningPod.json("c"))
    #expect(pods.counts == (0, 0, false))
  }

  @Test("is bounded, and says when it is not all")
  func bounded() throws {
    let pods = RunningPods(limitPods: 10)
    for index in 0..<20 { pods.put(try RunningPod.json("p\(index)"), generation: 1) }
    #expect(pods.counts == (10, 1, true))
    pods.put(try RunningPod.json("p3", image: Review.evil), generation: 1)
    #expect(pods.counts == (10, 2, true))
    pods.complete(generation: 1, isTruncated: false)
    #expect(pods.counts == (10, 2, true), "the list itself showed more")
    #expect(!pods.isWanting)
    pods.remove(try RunningPod.json("p3"))
    #expect(pods.isWanting)
    for index in 0..<5 { pods.put(try RunningPod.json("p\(index)"), generation: 2) }
    pods.complete(generation: 2, isTruncated: false)
    #expect(pods.counts == (5, 1, false) && !pods.isWanting)
  }

  @Test("is told apart by its image, also where that is called like the volume of a token")
  func names() throws {
    let pods = RunningPods()
    for name in ["good", "evil"] {
      pods.put(try RunningPod.json(name, image: "kube-api-access-\(name)/web"), generation: 1)
    }
    #expect(pods.counts == (2, 2, false))
  }
}
