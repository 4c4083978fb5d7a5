extension Gate {
  /// How the gate has found things out since it started.
  package var evidenceCounts: EvidenceCounts { inquiry.images.counts.now }

  /// What the metrics tell of evidence: name, help and value.
  var evidenceGauges: [(name: String, help: String, value: Int)] {
    let counts = evidenceCounts
    let standing = feed?.now
    let age = feed?.lagSeconds
    return [
      ("in_touch", "1 while the changes of the store are followed.", standing?.isInTouch == true ? 1 : 0),
      ("feed_position", "Position of the last change heard of.", Int(standing?.position ?? 0)),
      ("feed_lag_seconds", "Since all changes were known last; -1 when they never were.", age.map(Int.init) ?? -1),
      ("feed_changes", "Changes heard of.", standing?.changes ?? 0),
      ("facts", "Images and occurrences held in memory for policies that look at them.", cache.factCount),
      ("fetches", "Questions put to the store.", counts.fetches),
      ("fetch_failures", "Questions that the store did not answer.", counts.failures),
      ("coalesced", "Reviews that waited for a question that another had put.", inquiry.shared.joined),
      ("verifications", "Attestations whose signatures were checked.", counts.verifications),
      ("from_file", "Questions that the file answered.", counts.fromFile),
      ("persisted", "Answers written into the file.", counts.persisted),
      ("file_faults", "Answers that could not be written into the file.", counts.fileFaults),
      ("believed_past_age", "Answers believed past their age, because the store could not be asked.", counts.believedPastAge),
    ].map { ("pratique_admission_evidence_\($0.0)", $0.1, $0.2) }
  }
}

extension Inquiry {
  /// An inquiry, and what follows the changes of the store behind it; nil where nobody tells them.
  static func following(
    _ settings: GateSettings, _ surroundings: Gate.Surroundings, _ cache: EvidenceCache
  ) -> (Inquiry, EvidenceFeed?) {
    let records = surroundings.records
    let outage = OutageGuard()
    let shelf = records?.file.map { EvidenceShelf($0, isCurrent: records?.changes == nil) }
    let images = ImageInquiry(
      settings: settings, cache: cache, source: surroundings.attestations, records: records, shelf: shelf, outage: outage,
      counts: EvidenceTally())
    let inquiry = Inquiry(
      settings: settings, cache: cache, images: images, shared: SharedFetch(), inspector: surroundings.inspector,
      inspected: InspectedManifests())
    let feed = records?.changes.map {
      EvidenceFeed(
        $0, shelf: shelf, cache: cache, outage: outage, surroundings: surroundings, deadline: settings.deadline)
    }
    return (inquiry, feed)
  }
}
