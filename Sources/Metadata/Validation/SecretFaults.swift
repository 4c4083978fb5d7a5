import Schemas

/// The reference server never looks at this kind; these rules are ours: what was found, and where.
extension Faults {
  mutating func check(_ occurrence: Grafeas_V1_SecretOccurrence) {
    require(occurrence.kind != .unspecified, "secret.kind", "set what was found, or SECRET_KIND_UNKNOWN")
    require(!occurrence.locations.isEmpty, "secret.locations", "say where it was found")
    for (index, location) in occurrence.locations.enumerated() {
      require(
        !location.fileLocation.filePath.isEmpty, "secret.locations[\(index)].file_location.file_path",
        "set the path in the image")
    }
    for (index, status) in occurrence.statuses.enumerated() {
      require(status.status != .unspecified, "secret.statuses[\(index)].status", "set UNKNOWN, VALID or INVALID")
      checkTime(status.hasUpdateTime ? status.updateTime : nil, "secret.statuses[\(index)].update_time")
    }
  }
}
