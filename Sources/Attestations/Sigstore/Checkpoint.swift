import Foundation

/// A signed note of a log: how large its tree is and which root it has.
///
/// Source: C2SP tlog-checkpoint and signed-note; sigstore/rekor for the name of ECDSA keys.
struct Checkpoint {
  struct Signature {
    let name: String
    /// The first bytes of the id of the key.
    let hint: [UInt8]
    let bytes: [UInt8]
  }

  private static let maximumSignatures = 32

  let origin: String
  let treeSize: Int64
  let rootHash: [UInt8]
  /// What the signatures are over: the text with its last line break.
  let signed: [UInt8]
  let signatures: [Signature]

  /// Nil for anything but one note in its one form.
  init?(_ note: String) {
    guard note.utf8.count <= SigstoreBundle.Limits.checkpointBytes, !note.contains("\r"), note.hasSuffix("\n"),
      let gap = note.range(of: "\n\n", options: .backwards)
    else { return nil }
    let text = note[..<gap.lowerBound] + "\n"
    let lines = note[..<gap.lowerBound].split(separator: "\n", omittingEmptySubsequences: false)
    guard lines.count >= 3, !lines.contains(""), let size = Int64(lines[1]), size >= 0, String(size) == lines[1],
      let root = strictBase64(String(lines[2])), root.count == 32
    else { return nil }
    var signatures: [Signature] = []
    for line in note[gap.upperBound...].dropLast().split(separator: "\n", omittingEmptySubsequences: false) {
      guard signatures.count < Self.maximumSignatures, let signature = Signature(line) else { return nil }
      signatures.append(signature)
    }
    origin = String(lines[0])
    treeSize = size
    rootHash = root
    signed = Array(text.utf8)
    self.signatures = signatures
  }

  /// Whether `log` signed it. Signatures by others, witnesses among them, are left aside.
  func isSigned(by log: TransparencyLog) -> Bool {
    let name = origin.split(separator: " - ", maxSplits: 1, omittingEmptySubsequences: false).first.map(String.init)
    return signatures.contains {
      $0.hint == log.checkpointHint && ($0.name == name || $0.name == origin) && log.key.verifies($0.bytes, over: signed)
    }
  }
}

extension Checkpoint.Signature {
  /// Reads `— name base64`.
  fileprivate init?(_ line: Substring) {
    let parts = line.split(separator: " ", omittingEmptySubsequences: false)
    guard parts.count == 3, parts[0] == "\u{2014}", !parts[1].isEmpty, let bytes = strictBase64(String(parts[2])), bytes.count > 4
    else { return nil }
    name = String(parts[1])
    hint = Array(bytes.prefix(4))
    self.bytes = Array(bytes.dropFirst(4))
  }
}
