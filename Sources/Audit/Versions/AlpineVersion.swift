/// A version as apk orders it: `digit{.digit}[letter]{_suffix[number]}[-r#]`.
///
/// apk compares what it calls invalid too, up to the first part it cannot read, and so does this type: the order is total
/// on every text, and `isWellFormed` tells the two apart. Equality is that of the order (`1-r1` and `1-r01`), so the type
/// is not `Hashable`.
///
/// Source: apk-tools 2.14, `src/version.c`, quirks included: `1.0_rc1` comes after a bare `1.0`, though `1.0_rc1-r0` comes
/// before `1.0-r0`, and every package has a revision. apk 3 orders a few texts that are no package versions otherwise.
package struct AlpineVersion: Comparable, Sendable, CustomStringConvertible {
  /// As written.
  package let description: String
  private let bytes: [UInt8]

  package init(_ text: some StringProtocol) {
    description = String(text)
    bytes = Array(text.utf8)
  }

  /// Whether apk would install a package of this version.
  package var isWellFormed: Bool {
    var cursor = Cursor(bytes)
    while cursor.part != .end && cursor.part != .invalid { _ = cursor.next() }
    return cursor.part == .end && !bytes.isEmpty
  }

  package static func < (a: Self, b: Self) -> Bool { order(a, b) < 0 }
  package static func == (a: Self, b: Self) -> Bool { order(a, b) == 0 }

  private static func order(_ a: Self, _ b: Self) -> Int {
    var left = Cursor(a.bytes)
    var right = Cursor(b.bytes)
    var (x, y) = (0, 0)
    while left.part == right.part, left.part != .end, left.part != .invalid, x == y {
      x = left.next()
      y = right.next()
    }
    if x != y { return x < y ? -1 : 1 }
    if left.part == right.part { return 0 }
    // All parts so far are equal: the longer version is the later one, unless it goes on with a pre-release.
    let (leftPart, rightPart) = (left.part, right.part)
    if leftPart == .suffix, left.next() < 0 { return -1 }
    if rightPart == .suffix, right.next() < 0 { return 1 }
    return leftPart > rightPart ? -1 : 1
  }
}

/// Reads one version part by part.
private struct Cursor {
  /// What comes next. Parts must not go back in this order, but for the exceptions in `follows`. Where one version ends
  /// and the other goes on with what cannot be read, the readable one is the later.
  enum Part: Int, Comparable {
    case digitOrZero, digit, letter, suffix, suffixNumber, revision, end, invalid

    static func < (a: Self, b: Self) -> Bool { a.rawValue < b.rawValue }

    func follows(_ before: Part) -> Bool {
      self >= before || (self == .digitOrZero && before == .digit) || (self == .suffix && before == .suffixNumber)
        || (self == .digit && before == .letter)
    }
  }

  private(set) var part = Part.digit
  private var rest: ArraySlice<UInt8>

  init(_ bytes: [UInt8]) { rest = bytes[...] }

  /// Takes the part that `part` announces and answers its weight.
  mutating func next() -> Int {
    if rest.isEmpty {
      part = .end
      return 0
    }
    var announced: Part?
    let weight: Int
    switch part {
    case .digitOrZero where rest.first == UInt8(ascii: "0"):
      // A component with leading zeros is a fraction: 1.01 comes before 1.1.
      let zeros = rest.prefix { $0 == UInt8(ascii: "0") }.count
      rest = rest.dropFirst(zeros)
      announced = .digit
      weight = -zeros
    case .digitOrZero, .digit, .suffixNumber, .revision: weight = takeNumber()
    case .letter: weight = Int(rest.removeFirst())
    case .suffix:
      guard let known = takeSuffix() else {
        part = .invalid
        return -1
      }
      weight = known
    case .invalid, .end:
      part = .invalid
      return -1
    }
    if rest.isEmpty { part = .end } else if let announced { part = announced } else { announceNext() }
    return weight
  }

  private mutating func takeNumber() -> Int {
    let digits = rest.prefix(while: isDigit)
    rest = rest.dropFirst(digits.count)
    return digits.reduce(0) { $0 &* 10 &+ Int($1 - UInt8(ascii: "0")) }
  }

  /// Below zero for what comes before a release, nil for a suffix apk does not know.
  private mutating func takeSuffix() -> Int? {
    let before = ["alpha", "beta", "pre", "rc"]
    let after = ["cvs", "svn", "git", "hg", "p"]
    for (index, suffix) in (before + after).enumerated() where rest.starts(with: suffix.utf8) {
      rest = rest.dropFirst(suffix.utf8.count)
      return index - before.count
    }
    return nil
  }

  private mutating func announceNext() {
    guard let byte = rest.first else { return }
    let now: Part
    if part <= .digit, (97...122).contains(byte) {
      now = .letter
    } else if part == .letter, isDigit(byte) {
      now = .digit
    } else if part == .suffix, isDigit(byte) {
      now = .suffixNumber
    } else {
      rest = rest.dropFirst()
      switch byte {
      case UInt8(ascii: "."): now = .digitOrZero
      case UInt8(ascii: "_"): now = .suffix
      case UInt8(ascii: "-") where rest.first == UInt8(ascii: "r") && !rest.dropFirst().prefix(1).contains(where: isLetter):
        rest = rest.dropFirst()
        now = .revision
      default: now = .invalid
      }
    }
    part = now.follows(part) ? now : .invalid
  }
}
