/// A version as dpkg orders it: `[epoch:]upstream[-revision]`.
///
/// Equality is that of the order, so `1.0`, `0:1.0` and `1.0-0` are equal and the type is not `Hashable`.
///
/// Source: Debian Policy 5.6.12 and deb-version(7).
package struct DebianVersion: Comparable, Sendable, CustomStringConvertible {
  /// As written.
  package let description: String
  private let epoch: ArraySlice<UInt8>
  private let upstream: ArraySlice<UInt8>
  private let revision: ArraySlice<UInt8>

  /// Characters outside the policy's are let through where they are visible, as apt and dpkg do: real archives have `_`.
  ///
  /// - Throws: `AuditError.malformedVersion` for what dpkg refuses to read: an empty text or part, spaces, an epoch that
  ///   is no number up to 2^31 - 1.
  package init(parsing text: some StringProtocol) throws(AuditError) {
    description = String(text)
    func refusal(_ reason: String) -> AuditError {
      .malformedVersion(String(text), scheme: .dpkg, because: reason)
    }
    var rest = Array(text.utf8)[...]
    guard !rest.isEmpty else { throw refusal("it is empty") }
    guard rest.count <= 1024 else { throw refusal("it is longer than 1024 bytes") }
    if let colon = rest.firstIndex(of: UInt8(ascii: ":")) {
      epoch = rest[..<colon]
      rest = rest[(colon + 1)...]
      guard !epoch.isEmpty, epoch.allSatisfy(isDigit) else { throw refusal("the epoch is no number") }
      guard Int32(String(decoding: epoch, as: UTF8.self)) != nil else { throw refusal("the epoch is too large") }
    } else {
      epoch = []
    }
    if let hyphen = rest.lastIndex(of: UInt8(ascii: "-")) {
      upstream = rest[..<hyphen]
      revision = rest[(hyphen + 1)...]
      guard !revision.isEmpty else { throw refusal("the revision is empty") }
    } else {
      upstream = rest
      revision = []
    }
    guard !upstream.isEmpty else { throw refusal("the upstream version is empty") }
    guard rest.allSatisfy({ (33...126).contains($0) }) else {
      throw refusal("it has a character that is no visible ASCII")
    }
  }

  package static func < (a: Self, b: Self) -> Bool { order(a, b) < 0 }
  package static func == (a: Self, b: Self) -> Bool { order(a, b) == 0 }

  private static func order(_ a: Self, _ b: Self) -> Int {
    let epochs = order(a.epoch, b.epoch)
    if epochs != 0 { return epochs }
    let upstreams = order(a.upstream, b.upstream)
    return upstreams != 0 ? upstreams : order(a.revision, b.revision)
  }

  /// Compares letters and digits in turn, as dpkg's `verrevcmp` does; numbers may be of any length.
  private static func order(_ a: ArraySlice<UInt8>, _ b: ArraySlice<UInt8>) -> Int {
    var a = a
    var b = b
    while !a.isEmpty || !b.isEmpty {
      while a.first.map(isDigit) == false || b.first.map(isDigit) == false {
        let difference = weight(a.first) - weight(b.first)
        if difference != 0 { return difference }
        a = a.dropFirst()
        b = b.dropFirst()
      }
      let (left, right) = (takeNumber(&a), takeNumber(&b))
      if left.count != right.count { return left.count - right.count }
      for (x, y) in zip(left, right) where x != y { return Int(x) - Int(y) }
    }
    return 0
  }

  /// Takes the digits at the front, without leading zeros.
  private static func takeNumber(_ text: inout ArraySlice<UInt8>) -> ArraySlice<UInt8> {
    let digits = text.prefix(while: isDigit)
    text = text.dropFirst(digits.count)
    return digits.drop { $0 == UInt8(ascii: "0") }
  }

  /// `~` before the end before letters before all else.
  private static func weight(_ byte: UInt8?) -> Int {
    guard let byte, !isDigit(byte) else { return 0 }
    if byte == UInt8(ascii: "~") { return -1 }
    return isLetter(byte) ? Int(byte) : Int(byte) + 256
  }
}

func isDigit(_ byte: UInt8) -> Bool { (48...57).contains(byte) }

func isLetter(_ byte: UInt8) -> Bool { (65...90).contains(byte) || (97...122).contains(byte) }
