import Schemas

/// The fields of every message below occurrences and notes, as filters look them up.
struct FilterSchema: Sendable {
  struct Field: Hashable, Sendable {
    enum Shape: String, Hashable, Sendable {
      case single
      case repeated
      /// From texts to values of the type.
      case map
    }

    /// As proto3 JSON writes it.
    let name: String
    let number: Int
    let shape: Shape
    let type: FilterType
  }

  struct EnumValue: Sendable {
    let name: String
    let number: Int64
  }

  struct Fields: Sendable {
    /// By the name in the schema and the name in JSON.
    fileprivate(set) var byName: [String: Field] = [:]
    /// As proto3 JSON writes them, in the order of the schema.
    fileprivate(set) var names: [String] = []
  }

  /// By full name of the message.
  private(set) var messages: [String: Fields] = [:]
  /// By full name of the enum, in the order of the schema.
  private(set) var enums: [String: [EnumValue]] = [:]

  /// Read once, when the first filter is.
  static let grafeas = FilterSchema(parsing: grafeasFields)

  /// - Parameter text: in the form of `grafeasFields`.
  init(parsing text: String) {
    var block = ""
    for line in text.split(separator: "\n") {
      let words = line.split(separator: " ").map(String.init)
      guard words.count >= 2, let number = Int(words[1]) else {
        if words.count == 2, words[0] == "#" { block = words[1] }
        continue
      }
      if words.count == 2 {
        enums[block, default: []].append(EnumValue(name: words[0], number: Int64(number)))
      } else {
        add(words, number, to: block)
      }
    }
  }

  private mutating func add(_ words: [String], _ number: Int, to block: String) {
    let shape = Field.Shape(rawValue: words[2]) ?? .single
    let type = words.dropFirst(shape == .single ? 2 : 3)
    guard let first = type.first, let found = FilterType(first, named: type.dropFirst().first) else { return }
    let field = Field(name: Self.jsonName(words[0]), number: number, shape: shape, type: found)
    messages[block, default: Fields()].byName[words[0]] = field
    messages[block, default: Fields()].byName[field.name] = field
    messages[block, default: Fields()].names.append(field.name)
  }

  /// Source: Protocol Buffers, JSON mapping: an underscore goes and the letter after it is upper case.
  private static func jsonName(_ name: String) -> String {
    var (out, isUpper) = ("", false)
    for character in name {
      if character == "_" {
        isUpper = true
      } else {
        out += isUpper ? character.uppercased() : String(character)
        isUpper = false
      }
    }
    return out
  }

  /// The field of that name; `_type`, as in-toto writes it, is `type`.
  func field(_ name: String, of message: String) -> Field? {
    let fields = messages[message]?.byName
    return fields?[name] ?? fields?[String(name.drop { $0 == "_" })]
  }

  /// The number of a value of an enum; kinds have two older names.
  func number(of value: String, in name: String) -> Int64? {
    if let found = enums[name]?.first(where: { $0.name == value }) { return found.number }
    return name == FilterType.noteKind ? NoteKind(filterName: value).map { Int64($0.rawValue) } : nil
  }
}

/// The type of a field, and so of the values it is compared with.
enum FilterType: Hashable, Sendable {
  case text
  case bytes
  case bool
  case integer
  case float
  case double
  case time
  case enumeration(String)
  case message(String)

  static let noteKind = "grafeas.v1.NoteKind"

  init?(_ type: String, named name: String?) {
    switch (type, name) {
    case ("string", _): self = .text
    case ("bytes", _): self = .bytes
    case ("bool", _): self = .bool
    case ("int32", _), ("int64", _): self = .integer
    case ("float", _): self = .float
    case ("double", _): self = .double
    case ("message", "google.protobuf.Timestamp"): self = .time
    case ("message", let name?): self = .message(name)
    case ("enum", let name?): self = .enumeration(name)
    default: return nil
    }
  }
}
