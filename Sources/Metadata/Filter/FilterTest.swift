import Foundation
import SwiftProtobuf

/// What is asked of one value. Texts are compared by their bytes.
///
/// `!=` is no test: it is the negation of `=`, so that it holds too where the field is absent.
enum FilterTest: Hashable, Sendable {
  /// The field is there: set, and not the value its type begins with.
  case present
  case text(Comparison, String)
  case starts(String)
  case ends(String)
  case contains(String)
  /// Also of enums, by number.
  case integer(Comparison, Int64)
  case real(Comparison, Double)
  case bool(Bool)
  case bytes(Data)
  /// Nanoseconds since 1970 UTC.
  case time(Comparison, Int64)

  func holds(_ value: String) -> Bool {
    switch self {
    case .present: true
    case .text(.equal, let wanted): sameBytes(value, wanted)
    case .text(let comparison, let wanted): comparison.holds(value, wanted)
    case .starts(let prefix): value.utf8.starts(with: prefix.utf8)
    case .ends(let suffix): value.utf8.reversed().starts(with: suffix.utf8.reversed())
    case .contains(let part): isPart(part.utf8, of: value.utf8)
    default: false
    }
  }

  func holds(_ value: Int64) -> Bool {
    switch self {
    case .present: true
    case .integer(let comparison, let wanted): comparison.holds(value, wanted)
    default: false
    }
  }

  func holds(_ value: Double) -> Bool {
    switch self {
    case .present: true
    case .real(let comparison, let wanted): comparison.holds(value, wanted)
    default: false
    }
  }

  func holds(_ value: Bool) -> Bool { self == .present || self == .bool(value) }
  func holds(_ value: Data) -> Bool { self == .present || self == .bytes(value) }

  /// - Parameter time: nanoseconds since 1970 UTC.
  func holds(time: Int64) -> Bool {
    switch self {
    case .present: true
    case .time(let comparison, let wanted): comparison.holds(time, wanted)
    default: false
    }
  }

  /// Whether it holds for the value that a message leaves out: "", 0 or false.
  func holdsForDefault(of field: FilterField) -> Bool {
    switch self {
    case .present: false
    case .text, .starts, .ends, .contains: field.seen("").map(holds) ?? false
    case .integer: holds(Int64(0))
    case .real: holds(Double(0))
    case .bool: holds(false)
    case .bytes: holds(Data())
    case .time: field.isSetByStore && holds(time: 0)
    }
  }
}

extension FilterField {
  /// What is compared of a text; nil when it has no such part.
  func seen(_ text: String) -> String? {
    switch view {
    case .itself: text
    case .resource: withoutScheme(text)
    case .noteID: (try? NoteName(parsing: text))?.id
    case .noteProject: (try? NoteName(parsing: text))?.project.id
    }
  }
}

extension Comparison {
  func holds<Value: Comparable>(_ value: Value, _ wanted: Value) -> Bool {
    switch self {
    case .equal: value == wanted
    case .notEqual: value != wanted
    case .less: value < wanted
    case .lessOrEqual: value <= wanted
    case .greater: value > wanted
    case .greaterOrEqual: value >= wanted
    }
  }

  /// By bytes, as databases compare.
  func holds(_ value: String, _ wanted: String) -> Bool {
    switch self {
    case .equal: sameBytes(value, wanted)
    case .notEqual: !sameBytes(value, wanted)
    case .less: value.utf8.lexicographicallyPrecedes(wanted.utf8)
    case .lessOrEqual: !wanted.utf8.lexicographicallyPrecedes(value.utf8)
    case .greater: wanted.utf8.lexicographicallyPrecedes(value.utf8)
    case .greaterOrEqual: !value.utf8.lexicographicallyPrecedes(wanted.utf8)
    }
  }
}

/// Whether two texts are the same byte for byte; `==` on texts holds characters equal that are written otherwise.
func sameBytes(_ one: String, _ other: String) -> Bool {
  one.utf8.count == other.utf8.count && one.utf8.elementsEqual(other.utf8)
}

/// Whether `part` stands anywhere in `whole`.
func isPart(_ part: some Collection<UInt8>, of whole: some Collection<UInt8>) -> Bool {
  let (part, whole) = (Array(part), Array(whole))
  guard let first = part.first else { return true }
  guard whole.count >= part.count else { return false }
  for start in 0...(whole.count - part.count) where whole[start] == first {
    if whole[start..<start + part.count].elementsEqual(part) { return true }
  }
  return false
}
