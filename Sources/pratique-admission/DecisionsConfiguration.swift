import Metadata
import Policies
import Server

/// Where decisions are put on record, and how many of them are kept.
struct DecisionsConfiguration {
  /// Which database the journal is in.
  enum Place {
    case file(String)
    case postgres(addressFile: String)
  }

  let place: Place
  let settings: DecisionSettings

  init(_ node: DocumentNode) throws(DocumentError) {
    try node.onlyKeys(GateConfiguration.keys(under: "decisions"))
    if let file = node["file"], node["postgresFile"] == nil {
      place = .file(try file.string())
    } else if let address = node["postgresFile"], node["file"] == nil {
      place = .postgres(addressFile: try address.string())
    } else {
      throw node.error("decisions are kept in a file or in PostgreSQL, one of the two", remedy: "Write file: or postgresFile:.")
    }
    var settings = DecisionSettings()
    settings.gate = try node["gate"]?.string() ?? ""
    if let value = try node["objectBytes"]?.int(in: 0...(3 << 20)) { settings.limitObjectBytes = value }
    if let value = try node["waiting"]?.int(in: 1...1_000_000) { settings.limitWaiting = value }
    if let value = try node["days"]?.int(in: 1...36_500) { settings.retention.ageSeconds = Int64(value) * 86_400 }
    if let value = try node["records"]?.int(in: 1_000...1_000_000_000) { settings.retention.entries = Int64(value) }
    self.settings = settings
  }
}

extension GateConfiguration {
  /// Reads who may break glass.
  ///
  /// - Returns: the file of the records; nil where there is none, because nobody may or the journal has them.
  static func breakGlass(
    _ document: DocumentNode, _ gate: inout GateSettings, hasJournal: Bool
  ) throws(DocumentError) -> String? {
    guard let node = document["breakGlass"] else { return nil }
    try node.onlyKeys(keys(under: "breakGlass"))
    let groups = try node["groups"]?.strings() ?? []
    let users = try node["users"]?.strings() ?? []
    guard !(groups.isEmpty && users.isEmpty) else {
      throw node.error("nobody may break glass", remedy: "List a group or a user, or leave breakGlass out.")
    }
    var glass = BreakGlass(
      annotation: try node.required("annotation").string(), groups: Set(groups), users: Set(users))
    if let minutes = try node["grantMinutes"]?.int(in: 1...525_600) { glass.grantSeconds = Int64(minutes) * 60 }
    glass.needsApproval = try node["needsApproval"]?.bool() ?? false
    glass.approvers = Set(try node["approvers"]?.strings() ?? [])
    guard hasJournal || !glass.needsApproval else {
      throw node.error("approvals are kept in the journal, and there is none", remedy: "Add decisions, or remove needsApproval.")
    }
    gate.breakGlass = glass
    let audit = try node["audit"]?.string()
    guard hasJournal || audit != nil else {
      throw node.error("it would not be on record", remedy: "Add audit with the name of a file, or decisions.")
    }
    return audit
  }
}
