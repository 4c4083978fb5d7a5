import Schemas

extension Faults {
  mutating func check(_ note: Grafeas_V1_DiscoveryNote) {
    require(
      note.analysisKind != .unspecified, "discovery.analysis_kind",
      "set the kind that the analysis finds, for example VULNERABILITY")
  }

  /// A discovery says that a scan was made and how it ended; every field of it may be unknown.
  mutating func check(_ occurrence: Grafeas_V1_DiscoveryOccurrence) {
    if occurrence.analysisStatus == .finishedSuccess && occurrence.hasAnalysisStatusError {
      add("discovery.analysis_status_error", "contradicts FINISHED_SUCCESS: clear one of the two")
    }
    checkTime(occurrence.hasLastScanTime ? occurrence.lastScanTime : nil, "discovery.last_scan_time")
    checkTime(occurrence.hasArchiveTime ? occurrence.archiveTime : nil, "discovery.archive_time")
  }
}
