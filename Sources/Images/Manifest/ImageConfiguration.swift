/// What an image says of itself: who runs in it, what, and which layers it is made of.
///
/// Source: OCI image-spec 1.1, config.md; Docker image-spec v1.2 reads the same.
package struct ImageConfiguration: Hashable, Sendable {
  package var os: String
  package var architecture: String
  /// `user`, `uid`, `user:group` as written; empty means root.
  package var user: String
  package var entrypoint: [String]
  package var command: [String]
  package var environment: [String]
  package var labels: [String: String]
  /// Digests of the uncompressed layers, lowest first.
  package var diffIDs: [Digest]
  /// RFC 3339 text as written; nil when absent.
  package var created: String?

  package init(
    os: String = "linux", architecture: String = "amd64", user: String = "", entrypoint: [String] = [],
    command: [String] = [], environment: [String] = [], labels: [String: String] = [:], diffIDs: [Digest] = [],
    created: String? = nil
  ) {
    self.os = os
    self.architecture = architecture
    self.user = user
    self.entrypoint = entrypoint
    self.command = command
    self.environment = environment
    self.labels = labels
    self.diffIDs = diffIDs
    self.created = created
  }
}

extension ImageConfiguration {
  /// 8 MiB; real ones are a few KiB.
  package static let limitBytes = 8 << 20

  /// Reads the document that a manifest's `config` points at.
  ///
  /// - Throws: `ImageError.malformedDocument` where a member is of another kind than the specification says,
  ///   `.malformedDigest` for a diff id, `.overLimit`.
  package init(parsing bytes: [UInt8]) throws(ImageError) {
    let root = try documentRoot(bytes, "The image configuration", atMost: Self.limitBytes)
    let run = root["config"]
    self.init(
      os: try Self.text(root["os"], "os"), architecture: try Self.text(root["architecture"], "architecture"),
      user: try Self.text(run?["User"], "config.User"),
      entrypoint: try Self.texts(run?["Entrypoint"], "config.Entrypoint"),
      command: try Self.texts(run?["Cmd"], "config.Cmd"), environment: try Self.texts(run?["Env"], "config.Env"),
      labels: try textMembers(run?["Labels"], "config.Labels"), created: root["created"]?.string)
    let ids = try Self.texts(root["rootfs"]?["diff_ids"], "rootfs.diff_ids")
    guard ids.count <= ImageManifest.layerLimit else {
      throw .overLimit(what: "The number of diff ids", limit: ImageManifest.layerLimit)
    }
    for id in ids { diffIDs.append(try Digest(parsing: id)) }
  }

  private static func text(_ node: JSONNode?, _ what: String) throws(ImageError) -> String {
    guard let node, !node.isNull else { return "" }
    guard let text = node.string else { throw .malformedDocument("The image configuration", because: "\(what) is no text") }
    return text
  }

  private static func texts(_ node: JSONNode?, _ what: String) throws(ImageError) -> [String] {
    guard let node, !node.isNull else { return [] }
    var found: [String] = []
    for element in node.elements {
      guard let text = element.string else {
        throw .malformedDocument("The image configuration", because: "\(what) holds something else than text")
      }
      found.append(text)
    }
    guard node.isArray else { throw .malformedDocument("The image configuration", because: "\(what) is no array") }
    return found
  }
}
