import Metadata
import Schemas
import SwiftProtobuf
import Synchronization

// What is asked about one image goes through one of these two: the first asks the store and writes down what it said, the
// second answers the same questions from what was written down.

/// Reads a metadata store, and holds on to its answers so that they can be kept.
final class KeepingReader: MetadataReader {
  private let base: any MetadataReader
  private let digest: String
  private let atSeconds: Int64
  private let answers = Mutex<[KeptAnswer]>([])
  private let saidSomething = Mutex(false)

  /// - Parameter digest: of the image that is asked about.
  init(_ base: any MetadataReader, about digest: String, atSeconds: Int64) {
    (self.base, self.digest, self.atSeconds) = (base, digest, atSeconds)
  }

  /// All that was answered so far; none where nothing is recorded of the image, for anybody can name images.
  var kept: [KeptAnswer] { saidSomething.withLock { $0 } ? answers.withLock { $0 } : [] }

  private func keep(_ bytes: [UInt8], to question: String, note: String) {
    let answer = KeptAnswer(digest: digest, question: question, note: note, atSeconds: atSeconds, bytes: bytes)
    answers.withLock { $0.append(answer) }
  }

  /// Asked and kept.
  func note(_ name: NoteName) async throws -> Note {
    let note = try await base.note(name)
    keep(try note.serializedBytes(), to: Question.note(name), note: name.description)
    return note
  }

  /// Asked and not kept: a single occurrence is no answer about an image.
  func occurrence(_ name: OccurrenceName) async throws -> Occurrence { try await base.occurrence(name) }

  /// Asked and not kept, likewise.
  func notes(in project: ProjectName, matching filter: NoteFilter, page: PageRequest) async throws -> Page<Note> {
    try await base.notes(in: project, matching: filter, page: page)
  }

  /// Asked and kept.
  func occurrences(
    in project: ProjectName, matching filter: OccurrenceFilter, page: PageRequest
  ) async throws -> Page<Occurrence> {
    let answer = try await base.occurrences(in: project, matching: filter, page: page)
    keep(try Question.bytes(answer), to: Question.occurrences(project.description, filter, page), note: "")
    if !answer.items.isEmpty { saidSomething.withLock { $0 = true } }
    return answer
  }

  /// Asked and kept.
  func occurrences(
    of note: NoteName, matching filter: OccurrenceFilter, page: PageRequest
  ) async throws -> Page<Occurrence> {
    let answer = try await base.occurrences(of: note, matching: filter, page: page)
    let question = Question.occurrences(note.description, filter, page)
    keep(try Question.bytes(answer), to: question, note: note.description)
    if !answer.items.isEmpty { saidSomething.withLock { $0 = true } }
    return answer
  }
}

/// Answers from what was kept, as far as it is believed; all else is unavailable.
final class KeptReader: MetadataReader {
  private let file: any AnswerFile
  private let digest: String
  private let isBelieved: @Sendable (Int64) -> Bool
  private let oldest = Mutex(Int64.max)

  /// - Parameter isBelieved: whether an answer of that moment still counts.
  init(_ file: any AnswerFile, about digest: String, isBelieved: @escaping @Sendable (Int64) -> Bool) {
    (self.file, self.digest, self.isBelieved) = (file, digest, isBelieved)
  }

  /// When the oldest answer that was given was fetched; nil when none was.
  var sinceSeconds: Int64? { oldest.withLock { $0 == .max ? nil : $0 } }

  private func kept<Answer: Message>(_ question: String) async throws -> Answer {
    guard let answer = try await file.answer(to: question, about: digest), answer.atSeconds > 0,
      isBelieved(answer.atSeconds)
    else {
      throw MetadataError.unavailable("it is not known here, or too old")
    }
    let message = try Answer(serializedBytes: answer.bytes)
    oldest.withLock { $0 = min($0, answer.atSeconds) }
    return message
  }

  /// As it was kept.
  func note(_ name: NoteName) async throws -> Note { try await kept(Question.note(name)) }

  /// Never kept.
  func occurrence(_ name: OccurrenceName) async throws -> Occurrence {
    throw MetadataError.unavailable("it is not known here")
  }

  /// Never kept.
  func notes(in project: ProjectName, matching filter: NoteFilter, page: PageRequest) async throws -> Page<Note> {
    throw MetadataError.unavailable("they are not known here")
  }

  /// As they were kept.
  func occurrences(
    in project: ProjectName, matching filter: OccurrenceFilter, page: PageRequest
  ) async throws -> Page<Occurrence> {
    Question.page(try await kept(Question.occurrences(project.description, filter, page)))
  }

  /// As they were kept.
  func occurrences(
    of note: NoteName, matching filter: OccurrenceFilter, page: PageRequest
  ) async throws -> Page<Occurrence> {
    Question.page(try await kept(Question.occurrences(note.description, filter, page)))
  }
}

/// How questions and answers are written down.
private enum Question {
  static func note(_ name: NoteName) -> String { "note \(name)" }

  static func occurrences(_ parent: String, _ filter: OccurrenceFilter, _ page: PageRequest) -> String {
    "occurrences \(parent) \(page.size) \(page.token ?? "-") \(filter.text)"
  }

  static func bytes(_ page: Page<Occurrence>) throws -> [UInt8] {
    try Grafeas_V1_ListOccurrencesResponse.with {
      $0.occurrences = page.items
      $0.nextPageToken = page.nextToken ?? ""
    }.serializedBytes()
  }

  static func page(_ answer: Grafeas_V1_ListOccurrencesResponse) -> Page<Occurrence> {
    Page(answer.occurrences, next: answer.nextPageToken)
  }
}
