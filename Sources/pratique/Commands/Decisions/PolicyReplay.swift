import ArgumentParser
import Attestations
import Images
import Metadata
import Policies
import Server

struct PolicyReplay: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "replay", abstract: "Judge recorded requests by another policy, and list what would change.",
    discussion: """
      Each request is judged as it was asked, as of the time it was asked, by what the store says now; where other attestations
      are on record than then, that is said. What followed from a cause then (`causes`) follows again. Where replicas keep a
      file each, name all of them: the two records of one request may be in two. Exit code 1 when something that ran would be
      denied.

      Example: pratique policy replay --policy new/ --attestors attestors.yaml --since 7d --file gate-0.sqlite --file gate-1.sqlite
      """)

  @Option(help: "A file of policies, YAML or JSON, or a folder of them.") var policy: String
  @Option(help: "The attestors the policy demands, YAML or JSON.") var attestors: String?
  @Option(help: "From this moment on: 7d, 36h, 2026-05-04T12:00:00Z.") var since = "7d"
  @Option(help: "Up to this moment.") var until: String?
  @Option(help: "A label or annotation that names the owner; may be repeated, the first that is there counts. Else the user is.")
  var owner: [String] = []
  @Option(help: "The project where vulnerabilities and builds are recorded.") var project = "pratique"
  @OptionGroup var journal: JournalsOptions
  @OptionGroup var output: OutputOptions

  func run() async throws {
    let rulebook = try Rulebook(policyFile: policy, attestorsFile: attestors)
    var query = JournalQuery()
    query.kinds = [.decision]
    query.sinceSeconds = try secondsAgo(since, now: Now.seconds)
    query.untilSeconds = try until.map { try secondsAgo($0, now: Now.seconds) }
    let (asked, project) = (query, try ProjectName(id: project))
    let report = try await journal.store.withStore { store in
      try await journal.withJournals { journals in
        try await self.report(
          journals, asked, rulebook, EvidenceReader(store, projects: rulebook.projects(with: project)))
      }
    }
    switch output.output {
    case .json: try output.printJSON(ReplayAnswer(report))
    case .table: print(ReplayAnswer(report).text)
    }
    if report.toDenied > 0 { throw ExitCode.no }
  }

  private func report(
    _ journals: JournalMerge, _ query: JournalQuery, _ rulebook: Rulebook, _ source: EvidenceReader
  ) async throws -> ReplayReport {
    let progress = Progress()
    var report = ReplayReport()
    var pairs = RequestPairs()
    var count = 0
    try await journals.each(query) { content in
      guard case .decision(let record) = content else { return }
      count += 1
      if count.isMultiple(of: 100) { progress.show("\(count) records, \(report.toDenied) would be denied") }
      for counting in pairs.take(record) { try await judge(counting, by: rulebook, source, &report) }
    }
    for counting in pairs.rest() { try await judge(counting, by: rulebook, source, &report) }
    report.skip(.askedTwice, pairs.repeated)
    progress.clear()
    return report
  }

  private func judge(
    _ record: DecisionRecord, by rulebook: Rulebook, _ source: EvidenceReader, _ report: inout ReplayReport
  ) async throws {
    guard record.isJudged else { return report.skip(.notJudged) }
    let review: WorkloadReview?
    do {
      review = try record.review()
    } catch {
      return report.skip(.unreadable)
    }
    guard let review else { return report.skip(.objectNotKept) }
    let evidence = try await source.evidence(
      for: review, under: rulebook, knowing: record.passingEvidence, at: record.atSeconds)
    let judged = rulebook.decision(on: review, evidence: evidence, at: record.atSeconds)
    report.add(
      record, record.causes.softened(judged).decision, evidence: evidence, owner: record.owner(by: owner, of: review))
  }
}

/// What came of a replay, for people and programs.
struct ReplayAnswer: Encodable {
  struct Change: Encodable {
    let namespace, owner: String
    let toDenied, toAllowed: Int
    let codes: [String: Int]
    let examples: [String]
  }

  let judged, toDenied, toAllowed, evidenceChanged: Int
  let skipped: [String: Int]
  let changes: [Change]
  let evidence: [String]

  init(_ report: ReplayReport) {
    judged = report.judged
    toDenied = report.toDenied
    toAllowed = report.toAllowed
    evidenceChanged = report.evidenceChanged
    evidence = report.evidence
    skipped = Dictionary(uniqueKeysWithValues: report.skipped.map { ($0.key.rawValue, $0.value) })
    changes = report.byOwner.map {
      Change(
        namespace: $0.namespace, owner: $0.owner, toDenied: $0.toDenied, toAllowed: $0.toAllowed, codes: $0.codes,
        examples: $0.examples)
    }
  }

  var text: String {
    var table = Table("namespace", "owner", "to denied", "to allowed", "reasons", "for example")
    for change in changes {
      let codes = change.codes.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value)" }.joined(separator: ", ")
      table.add(
        printable(change.namespace), printable(change.owner), "\(change.toDenied)", "\(change.toAllowed)", codes,
        change.examples.map { printable($0) }.joined(separator: " "))
    }
    var lines = changes.isEmpty ? [] : [table.text, ""]
    lines += evidence.map { "evidence: \(printable($0))" }
    let left = skipped.sorted { $0.key < $1.key }.map { ", \($0.value) \($0.key)" }.joined()
    lines.append(
      "\(judged) requests judged again: \(toDenied) would be denied, \(toAllowed) would be allowed; other evidence now for "
        + "\(evidenceChanged)\(left).")
    return lines.joined(separator: "\n")
  }
}
