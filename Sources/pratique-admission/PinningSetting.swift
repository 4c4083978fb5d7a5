import Policies
import Server

extension GateConfiguration {
  /// `pinning` alone says that tags are looked up; beside `tags` both must say the same.
  static func pinning(_ document: DocumentNode, _ gate: inout GateSettings) throws(DocumentError) {
    guard let node = document["pinning"] else { return }
    guard let pinning = Pinning(rawValue: try node.string()) else {
      throw node.error("neither pods, all nor off", remedy: "Write one of the three.")
    }
    let tags: GateSettings.Tags = pinning == .off ? .refuse : .resolve
    guard document["tags"] == nil || gate.tags == tags else {
      throw node.error(
        "tags: \(gate.tags.rawValue) says something else",
        remedy: "Remove tags; with pinning, tags are looked up unless it is off.")
    }
    (gate.tags, gate.pinning) = (tags, pinning)
  }
}
