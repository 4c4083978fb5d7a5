/// What a metadata store answered when it was asked about one image, as it is kept beside whoever asked.
package struct KeptAnswer: Equatable, Sendable {
  /// The digest of the image, as `sha256:…`: what changes of it make this answer void.
  package let digest: String
  /// What was asked, in full; an image has one answer to it.
  package let question: String
  /// The note that was asked about; empty where none was.
  package let note: String
  /// When it was asked, seconds since 1970 UTC.
  package let atSeconds: Int64
  /// The answer's message.
  package let bytes: [UInt8]

  package init(digest: String, question: String, note: String, atSeconds: Int64, bytes: [UInt8]) {
    self.digest = digest
    self.question = question
    self.note = note
    self.atSeconds = atSeconds
    self.bytes = bytes
  }
}

/// How far the changes of a store were followed, and when that was known to be all of them.
package struct FollowedPosition: Equatable, Sendable {
  package let position: Int64
  /// Seconds since 1970 UTC.
  package let atSeconds: Int64

  package init(position: Int64, atSeconds: Int64) {
    self.position = position
    self.atSeconds = atSeconds
  }
}

/// Keeps answers of another store across restarts, each until a change makes it void. It is a memory and no authority:
/// whoever reads it verifies again.
package protocol AnswerFile: Sendable {
  /// - Throws: `MetadataError.unavailable`.
  func answer(to question: String, about digest: String) async throws -> KeptAnswer?
  /// Keeps answers in place of earlier ones, unless `isVoid` says so at the moment of writing: no change is forgotten that
  /// came while they were fetched.
  ///
  /// - Throws: `MetadataError.storageFull`, `.unavailable`; then none of them is kept.
  func keep(_ answers: [KeptAnswer], unless isVoid: @escaping @Sendable () -> Bool) async throws
  /// Drops what changes make void, and moves the position past them, as one step.
  ///
  /// - Throws: `MetadataError.unavailable`.
  func forget(digests: Set<String>, notes: Set<String>, reaching position: FollowedPosition) async throws
  /// Drops everything, and begins to follow at `position`.
  ///
  /// - Throws: `MetadataError.unavailable`.
  func begin(at position: FollowedPosition) async throws
  /// How far changes were followed; nil when nobody has begun.
  ///
  /// - Throws: `MetadataError.unavailable`.
  func followed() async throws -> FollowedPosition?
  /// How many answers there are.
  ///
  /// - Throws: `MetadataError.unavailable`.
  func count() async throws -> Int
}
