import ArgumentParser
import Images
import Metadata

struct BreakGlassList: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "list", abstract: "List what was let in and nobody has reviewed, and the requests that still count.",
    discussion: """
      Exit code 1 when something waits for review.

      Example: pratique break-glass list --file decisions.sqlite
      """)

  @Flag(help: "Also what was reviewed.") var all = false
  @OptionGroup var journal: JournalOptions
  @OptionGroup var output: OutputOptions

  private static let limit = 10_000

  func run() async throws {
    let now = Now.seconds
    let (uses, requests) = try await journal.withJournal { journal in
      (try await journal.glass(reviewed: all, atMost: Self.limit), try await Self.requests(in: journal, at: now))
    }
    let listed = uses.map { Use($0.sequence, $0.record, now: now) }
    switch output.output {
    case .json: try output.printJSON(Answer(uses: listed, requests: requests))
    case .table:
      var table = Table("number", "at", "user", "namespace", "object", "until", "reason")
      for use in listed {
        table.add(
          "\(use.number)", use.at, printable(use.user), use.namespace, printable(use.object), use.until, printable(use.reason))
      }
      print(listed.isEmpty ? "Nothing waits for review." : table.text)
      var asked = Table("request", "user", "namespace", "until", "approved by", "reason")
      for one in requests {
        asked.add(
          one.id, printable(one.user), printable(one.namespace), one.until, one.approvedBy.joined(separator: ","),
          printable(one.reason))
      }
      if !requests.isEmpty { print("\n\(asked.text)") }
    }
    if !all, !listed.isEmpty { throw ExitCode.no }
  }

  private static func requests(in journal: any DecisionJournalReader, at now: Int64) async throws -> [Asked] {
    var query = JournalQuery()
    query.kinds = [.request, .approval]
    var requests: [BreakGlassRequest] = []
    var approvals: [String: [String]] = [:]
    try await journal.each(query) { entry in
      switch entry.content {
      case .request(let request) where request.untilSeconds > now: requests.append(request)
      case .approval(let approval): approvals[approval.request, default: []].append(approval.user)
      default: break
      }
      return requests.count < limit
    }
    return requests.map { Asked($0, approvedBy: approvals[$0.id] ?? []) }
  }

  private struct Answer: Encodable {
    let uses: [Use]
    let requests: [Asked]
  }

  private struct Use: Encodable {
    let number: Int64
    let at, user, namespace, object, until, reason, uid, approval: String
    let images: [String]

    init(_ sequence: Int64, _ record: DecisionRecord, now: Int64) {
      let glass = record.glass ?? DecisionRecord.Glass()
      number = sequence
      at = utc(record.atSeconds)
      user = record.request.user
      namespace = record.request.namespace
      object = record.request.what
      until = glass.untilSeconds > now ? utc(glass.untilSeconds) : "over"
      reason = glass.reason
      uid = record.request.uid
      approval = glass.approval
      images = record.images.map { $0.pinned ?? $0.written }
    }
  }

  private struct Asked: Encodable {
    let id, user, namespace, until, reason, workload: String
    let images, approvedBy: [String]

    init(_ request: BreakGlassRequest, approvedBy: [String]) {
      id = request.id
      user = request.user
      namespace = request.namespace
      until = utc(request.untilSeconds)
      reason = request.reason
      workload = request.workload
      images = request.images
      self.approvedBy = approvedBy
    }
  }
}
