import ArgumentParser
import Foundation
import Images
import Metadata

struct DecisionsCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "decisions", abstract: "Read what the gate decided, and prove that nothing of it was altered.",
    subcommands: [DecisionsList.self, DecisionsShow.self, DecisionsVerify.self])
}

struct DecisionsList: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "list", abstract: "List decisions, the newest first.",
    discussion: """
      Every condition narrows the list. What is beyond --limit is reached with --before and the last number that was shown.

      Example: pratique decisions list --file /var/lib/pratique/decisions.sqlite --namespace prod --verdict denied --since 7d
      """)

  @Option(help: "Of this namespace.") var namespace: String?
  @Option(help: "About images whose name or digest holds this text.") var image: String?
  @Option(help: "Asked by this user.") var user: String?
  @Option(help: "allowed, denied, broken-glass or refused.") var verdict: String?
  @Option(help: "With this reason, such as attestation-missing.") var code: String?
  @Option(help: "From this moment on: 7d, 36h, 2026-05-04T12:00:00Z.") var since: String?
  @Option(help: "Up to this moment.") var until: String?
  @Option(help: "Before the decision of this number.") var before: Int64?
  @Option(help: "How many, 1 to 1000.") var limit = 50
  @OptionGroup var journal: JournalOptions
  @OptionGroup var output: OutputOptions

  func validate() throws {
    guard (1...1000).contains(limit) else { throw ValidationError("--limit is from 1 to 1000.") }
  }

  func run() async throws {
    let query = try query(now: Now.seconds)
    var found: [Listed] = []
    try await journal.withJournal { journal in
      try await journal.each(query) { entry in
        if case .decision(let record) = entry.content, isMeant(record) { found.append(Listed(entry.sequence, record)) }
        return found.count < limit
      }
    }
    switch output.output {
    case .json:
      try output.printJSON(Answer(decisions: found, before: found.count == limit ? found.last?.number : nil))
    case .table:
      var table = Table("number", "at", "verdict", "webhook", "user", "namespace", "object", "codes", "uid")
      for one in found {
        table.add(
          "\(one.number)", one.at, one.verdict, one.webhook, printable(one.user), one.namespace, printable(one.object),
          one.codes.joined(separator: ","), printable(one.uid))
      }
      print(table.text)
    }
  }

  private func query(now: Int64) throws -> JournalQuery {
    var query = JournalQuery()
    query.kinds = [.decision]
    (query.namespace, query.user, query.verdict, query.before) = (namespace, user, verdict, before)
    query.sinceSeconds = try since.map { try secondsAgo($0, now: now) }
    query.untilSeconds = try until.map { try secondsAgo($0, now: now) }
    query.isNewestFirst = true
    return query
  }

  private func isMeant(_ record: DecisionRecord) -> Bool {
    if let code, !record.codes.contains(code) { return false }
    guard let image else { return true }
    return record.images.contains { $0.written.contains(image) || $0.pinned?.contains(image) == true }
  }

  private struct Answer: Encodable {
    let decisions: [Listed]
    /// What to give as --before for the next page; nil on the last.
    let before: Int64?
  }

  private struct Listed: Encodable {
    let number: Int64
    let at, verdict, webhook, user, namespace, object, uid, policy: String
    let codes, images: [String]
    let microseconds: Int64

    init(_ sequence: Int64, _ record: DecisionRecord) {
      number = sequence
      at = utc(record.atSeconds)
      verdict = record.verdict
      webhook = record.request.webhook
      user = record.request.user
      namespace = record.request.namespace
      object = record.request.what
      uid = record.request.uid
      policy = record.policy
      codes = record.codes
      images = record.images.map { $0.pinned ?? $0.written }
      microseconds = record.microseconds
    }
  }
}

extension DecisionRecord.Request {
  /// The object in a few words: `Deployment web`.
  var what: String { "\(kind.split(separator: " ").last.map(String.init) ?? resource) \(name)" }
}

struct DecisionsShow: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "show", abstract: "Show one decision as it is on record, with its place in the chain.",
    discussion: """
      The decision is named by the uid of its request, the beginning of it, or its number. `pratique explain` says why.

      Example: pratique decisions show 7c1f9f0a --file decisions.sqlite --output json
      """)

  @Argument(help: "The uid, or how it begins, or the number.") var id: String
  @OptionGroup var journal: JournalOptions
  @OptionGroup var output: OutputOptions

  func run() async throws {
    let (entry, record) = try await journal.withJournal { try await $0.decision(named: id) }
    switch output.output {
    case .json:
      let whole: JSONValue = [
        "number": .number(entry.sequence), "previous": .text("\(entry.previous)"), "hash": .text("\(entry.hash)"),
        "content": .raw(entry.bytes[...]),
      ]
      let object = try JSONSerialization.jsonObject(with: Data(whole.bytes))
      let pretty = try JSONSerialization.data(
        withJSONObject: object, options: [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes])
      print(String(decoding: pretty, as: UTF8.self))
    case .table: lines(entry, record).forEach { print($0) }
    }
  }

  private func lines(_ entry: JournalEntry, _ record: DecisionRecord) -> [String] {
    let request = record.request
    var facts = [
      ("number", "\(entry.sequence)"), ("at", utc(record.atSeconds)), ("verdict", record.verdict),
      ("codes", record.codes.joined(separator: ", ")), ("uid", request.uid), ("user", request.user),
      ("groups", request.groups.joined(separator: ", ")), ("operation", "\(request.operation) \(request.resource)"),
      ("object", request.what), ("namespace", request.namespace), ("cluster", record.cluster), ("gate", record.gate),
      ("webhook", request.webhook), ("policy", record.policy), ("microseconds", "\(record.microseconds)"),
    ]
    facts += record.images.map { ("image", $0.pinned ?? $0.written) }
    facts += record.warnings.map { ("warning", $0) }
    if !record.message.isEmpty { facts.append(("message", record.message)) }
    if let glass = record.glass { facts.append(("broken glass", glass.reason)) }
    facts += [("previous", "\(entry.previous)"), ("hash", "\(entry.hash)")]
    return facts.filter { !$0.1.isEmpty }.map { name, value in
      name + String(repeating: " ", count: max(1, 14 - name.count)) + printable(value)
    }
  }
}

struct DecisionsVerify: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "verify", abstract: "Walk the chain of decisions, and tell what was altered, taken out, put in or moved.",
    discussion: """
      What was removed because of its age is vouched for by a checkpoint. The head that is printed is worth keeping somewhere
      else: with --head, entries that were cut off at the end and a chain that was made anew are found too. Exit code 1 when
      something is wrong.

      Example: pratique decisions verify --file /var/lib/pratique/decisions.sqlite
      """)

  @Option(help: "NUMBER:HASH as an earlier run printed it.") var head: String?
  @OptionGroup var journal: JournalOptions
  @OptionGroup var output: OutputOptions

  func run() async throws {
    let kept = try head.map(Self.parse)
    let progress = Progress()
    var check = ChainCheck()
    var isKeptThere = kept == nil
    let noted = try await journal.withJournal { journal in
      let noted = try await journal.head()
      try await journal.each(JournalQuery()) { entry in
        // What came after the head was read is not part of it.
        guard entry.sequence <= noted.sequence else { return false }
        check.take(entry)
        if let kept, kept == JournalHead(sequence: entry.sequence, hash: entry.hash) { isKeptThere = true }
        if check.count.isMultiple(of: 10_000) { progress.show("\(check.count) entries") }
        return true
      }
      return noted
    }
    progress.clear()
    check.finish(noted)
    var sentences = check.faults.map(\.sentence)
    if let kept, !isKeptThere { sentences.append("Entry \(kept.sequence) with the hash that was kept is not in the chain.") }
    switch output.output {
    case .json:
      try output.printJSON(
        Answer(entries: check.count, head: "\(check.end.sequence):\(check.end.hash)", sound: sentences.isEmpty, faults: sentences)
      )
    case .table:
      sentences.forEach { print(Terminal.red($0)) }
      let word = sentences.isEmpty ? Terminal.green("sound") : Terminal.red("not sound")
      print("\(word): \(check.count) entries, head \(check.end.sequence):\(check.end.hash)")
    }
    if !sentences.isEmpty { throw ExitCode.no }
  }

  private static func parse(_ text: String) throws -> JournalHead {
    let parts = text.split(separator: ":", maxSplits: 1)
    guard parts.count == 2, let sequence = Int64(parts[0]), let hash = try? Digest(parsing: parts[1]) else {
      throw DoorError.usage("--head \(printable(text)) is no head.", remedy: "Write it as it was printed: 1234:sha256:….")
    }
    return JournalHead(sequence: sequence, hash: hash)
  }

  private struct Answer: Encodable {
    let entries: Int
    let head: String
    let sound: Bool
    let faults: [String]
  }
}
