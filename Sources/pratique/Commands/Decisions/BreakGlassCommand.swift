import ArgumentParser
import Foundation
import Images
import Metadata

struct BreakGlassCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "break-glass", abstract: "Ask for, approve, list and review ways past the policies in an emergency.",
    subcommands: [BreakGlassAsk.self, BreakGlassApprove.self, BreakGlassList.self, BreakGlassReviewed.self])
}

/// Who acts, for the record.
struct ActorOptions: ParsableArguments {
  @Option(help: "Who you are, as the cluster knows you (default: your account on this machine).") var user: String?

  func name() throws -> String {
    let name = user ?? NSUserName()
    guard !name.isEmpty, name.utf8.count <= 256 else {
      throw DoorError.usage("It is not known who you are.", remedy: "Write --user NAME.")
    }
    return name
  }
}

struct BreakGlassAsk: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "request", abstract: "Ask that you may break the glass; somebody else approves it.",
    discussion: """
      Example: pratique break-glass request --file decisions.sqlite --user alice --namespace prod --workload web \\
        --image registry.example.test/shop/web@sha256:... --reason 'incident 42' --for 2h
      """)

  @Option(help: "The namespace, exactly.") var namespace: String
  @Option(help: "The name of the workload; any without it.") var workload = ""
  @Option(help: "An image that may be let in, with its digest; may be repeated. Any without it.") var image: [String] = []
  @Option(help: "Why, such as the number of the incident.") var reason: String
  @Option(name: .customLong("for"), help: "How long an approval counts: 90m, 2h, 1d.") var time = "2h"
  @OptionGroup var actor: ActorOptions
  @OptionGroup var journal: JournalOptions
  @OptionGroup var output: OutputOptions

  func run() async throws {
    guard !reason.isBlank else {
      throw DoorError.usage("--reason is blank.", remedy: "Write why the glass has to be broken.")
    }
    var request = BreakGlassRequest()
    request.atSeconds = Now.seconds
    request.id = "bg-" + lowerHex((0..<4).map { _ in UInt8.random(in: .min ... .max) })
    request.user = try actor.name()
    request.namespace = namespace
    request.workload = workload
    request.images = try image.map { try PinnedReference(parsing: $0).description }
    request.reason = reason
    request.untilSeconds = request.atSeconds + (try lasting(time))
    let asked = request
    _ = try await journal.withJournal { try await $0.append([.request(asked)]) }
    switch output.output {
    case .json: try output.printJSON(["id": asked.id, "until": utc(asked.untilSeconds)])
    case .table:
      print("\(asked.id): have somebody else run `pratique break-glass approve \(asked.id)` before \(utc(asked.untilSeconds)).")
    }
  }
}

struct BreakGlassApprove: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "approve", abstract: "Agree, as a second person, that the glass may be broken as a request has it.",
    discussion: """
      The gate lets in what the request names, for whom it names, until its time is over. Nobody approves their own.

      Example: pratique break-glass approve bg-3f9a1c02 --user bob --note 'seen the graphs' --file decisions.sqlite
      """)

  @Argument(help: "The id of the request.") var id: String
  @Option(help: "What you looked at.") var note = ""
  @OptionGroup var actor: ActorOptions
  @OptionGroup var journal: JournalOptions

  func run() async throws {
    var approval = BreakGlassApproval()
    (approval.atSeconds, approval.request, approval.user, approval.note) = (Now.seconds, id, try actor.name(), note)
    let given = approval
    let request = try await journal.withJournal { journal in
      let request = try await Self.request(id, in: journal)
      guard !given.isOwn(of: request) else {
        throw DoorError.usage("\(printable(given.user)) asked for it.", remedy: "Have somebody else approve it.")
      }
      guard request.untilSeconds > given.atSeconds else {
        throw DoorError.usage("Its time was over at \(utc(request.untilSeconds)).", remedy: "Have it requested again.")
      }
      try await journal.append([.approval(given)])
      return request
    }
    print("\(id): \(request.user) may break the glass in \(request.namespace) until \(utc(request.untilSeconds)).")
  }

  private static func request(_ id: String, in journal: any DecisionJournalReader) async throws -> BreakGlassRequest {
    var query = JournalQuery()
    (query.kinds, query.idPrefix) = ([.request], id)
    for entry in try await journal.entries(query) {
      if case .request(let request) = entry.content, request.id == id { return request }
    }
    throw DoorError.usage("There is no request \"\(printable(id))\".", remedy: "Run `pratique break-glass list`.")
  }
}

struct BreakGlassReviewed: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "review", abstract: "Say that you have looked at what was let in, which takes it off the list.",
    discussion: """
      It is reviewed by somebody else than who broke the glass.

      Example: pratique break-glass review 7c1f9f0a --user bob --note 'image attested since' --file decisions.sqlite
      """)

  @Argument(help: "The decision: its uid, how that begins, or its number.") var decision: String
  @Option(help: "What came of it.") var note: String
  @OptionGroup var actor: ActorOptions
  @OptionGroup var journal: JournalOptions

  func run() async throws {
    let user = try actor.name()
    let record = try await journal.withJournal { journal in
      let (entry, record) = try await journal.decision(named: decision)
      guard let glass = record.glass else {
        throw DoorError.usage("No glass was broken for it.", remedy: "Run `pratique break-glass list`.")
      }
      guard record.request.user != user else {
        throw DoorError.usage("\(printable(user)) broke the glass.", remedy: "Have somebody else review it.")
      }
      var review = BreakGlassReview()
      (review.atSeconds, review.decision, review.user, review.note) = (
        Now.seconds, glass.follows ?? entry.sequence, user, note
      )
      try await journal.append([.review(review)])
      return record
    }
    print("\(record.request.what) in \(record.request.namespace) is reviewed.")
  }
}
