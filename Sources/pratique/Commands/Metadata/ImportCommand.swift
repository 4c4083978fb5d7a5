import ArgumentParser
import Foundation
import Images
import Metadata

struct ImportCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "import", abstract: "Take in notes and occurrences, also those in the shape of 2017.",
    discussion: """
      Reads what `pratique metadata export` writes, messages of grafeas.v1 as other servers print them, and those of
      v1alpha1: one object a line, or printed over many lines, or in one array. Names and times stay, what is there
      already is left alone, and an occurrence without its note gets a note that stands in for it. What an old record says
      that cannot be carried over is told on standard error.

      Example: pratique metadata import metadata.jsonl
      """)

  @Argument(help: "The file; - is standard input.") var file: String
  @OptionGroup var store: StoreOptions

  func run() async throws {
    try await store.withCompleteStore { store in
      var intake = Intake(store: store, now: Now.timestamp)
      try await read { try await intake.add($0) }
      try await intake.finish()
      let (notes, occurrences) = (intake.counts.notes, intake.counts.occurrences)
      print(
        "\(count(notes.new, "note")) and \(count(occurrences.new, "occurrence")) taken in, "
          + "\(notes.read + occurrences.read - notes.new - occurrences.new) were there already, "
          + "\(count(intake.counts.standIns, "note")) made for occurrences without one.")
    }
  }

  private func count(_ number: Int, _ what: String) -> String { "\(number) \(what)\(number == 1 ? "" : "s")" }

  /// Gives each object of the file to `take`, in order, as it is read.
  private func read(_ take: (ArchiveLine) async throws -> Void) async throws {
    guard let handle = file == "-" ? .standardInput : FileHandle(forReadingAtPath: file) else {
      throw DoorError.unreadable(path: file, because: "no such file, or it may not be read")
    }
    defer { try? handle.close() }
    let progress = Progress()
    var stream = JSONObjectStream(limitBytes: ArchiveLine.limitBytes)
    var read = 0
    while let chunk = try handle.read(upToCount: 1 << 18), !chunk.isEmpty {
      for piece in try stream.add(chunk) {
        let line = try ArchiveLine(parsing: piece.bytes, line: piece.line)
        for loss in line.losses { Terminal.complain("line \(piece.line): not carried over: \(loss)") }
        try await take(line)
        read += 1
        if read.isMultiple(of: 1000) { progress.show("\(read) read") }
      }
    }
    progress.clear()
    try stream.end()
  }
}

extension ArchiveLine {
  fileprivate var losses: [Loss] {
    switch self {
    case .legacyNote(let converted): converted.losses
    case .legacyOccurrence(let converted): converted.losses
    case .header, .note, .occurrence: []
    }
  }
}
