import Images

/// A field found in the schema: how to reach it in a message, and what is compared.
struct FilterField: Hashable, Sendable {
  /// One field on the way. Repeated fields are walked through in whole unless an element is chosen.
  struct Step: Hashable, Sendable {
    enum Choice: Hashable, Sendable {
      case none
      case index(Int)
      case key(String)
    }

    let number: Int
    var choice = Choice.none
  }

  /// What of the field is compared.
  enum View: Hashable, Sendable {
    case itself
    /// The URI without `https://`.
    case resource
    /// The two parts of a note's name; a name of another form has none.
    case noteID
    case noteProject
  }

  /// In canonical form.
  var name: String
  var steps: [Step]
  var type: FilterType
  /// Of what `steps` lead to; a chosen element is single.
  var shape: FilterSchema.Field.Shape
  var view = View.itself
  /// Whether an absent time counts as 1970: the store sets it, and its column has no null.
  var isSetByStore = false

  static let resource = FilterField("resourceUrl", 2, .text, view: .resource)
  static let kind = FilterField("kind", 4, .enumeration(FilterType.noteKind))

  static func noteName(of subject: FilterSubject) -> FilterField {
    FilterField("noteName", subject == .occurrence ? 3 : 1, .text)
  }

  static func noteID(of subject: FilterSubject) -> FilterField {
    FilterField("noteId", subject == .occurrence ? 3 : 1, .text, view: .noteID)
  }

  static func noteProject(of subject: FilterSubject) -> FilterField {
    FilterField("noteProjectId", subject == .occurrence ? 3 : 1, .text, view: .noteProject)
  }

  private init(_ name: String, _ number: Int, _ type: FilterType, view: View = .itself) {
    (self.name, steps, self.type, shape, self.view) = (name, [Step(number: number)], type, .single, view)
  }

  /// A field directly below the subject.
  init(_ field: FilterSchema.Field) {
    (name, steps, type, shape) = (field.name, [Step(number: field.number)], field.type, field.shape)
    isSetByStore = ["createTime", "updateTime"].contains(field.name)
  }

  /// The field by a name that clients of Grafeas send for it; nil for every other name.
  init?(alias: String, of subject: FilterSubject) {
    switch alias {
    case "resourceUrl", "resource_url", "resourceUri", "resource_uri":
      guard subject == .occurrence else { return nil }
      self = .resource
    case "noteName", "note_name": self = .noteName(of: subject)
    case "noteId", "note_id": self = .noteID(of: subject)
    case "noteProjectId", "note_project_id": self = .noteProject(of: subject)
    default: return nil
    }
  }

  /// The field below this one, when `type` is a message.
  func appending(_ field: FilterSchema.Field) -> FilterField {
    var longer = self
    longer.name += ".\(field.name)"
    longer.steps.append(Step(number: field.number))
    (longer.type, longer.shape, longer.isSetByStore) = (field.type, field.shape, false)
    return longer
  }

  /// The value at a key, when `shape` is a map.
  func choosing(key: String) -> FilterField {
    let isPlain =
      !key.isEmpty && key.utf8.allSatisfy { (48...57).contains($0) || (65...90).contains($0 & 0xDF) || $0 == 0x5F }
    return choosing(.key(key), as: isPlain ? ".\(key)" : ".\(quotedForFilter(key))")
  }

  /// The element at an index from 0, when `shape` is repeated.
  func choosing(index: Int) -> FilterField { choosing(.index(index), as: "[\(index)]") }

  private func choosing(_ choice: Step.Choice, as text: String) -> FilterField {
    var chosen = self
    chosen.steps[steps.count - 1].choice = choice
    chosen.name += text
    chosen.shape = .single
    return chosen
  }

  /// Whether the message leaves it out where it has the value that its type begins with: "", 0, false.
  var hasDefault: Bool {
    guard shape == .single, steps.last?.choice == Step.Choice.none else { return false }
    if case .message = type { return false }
    return true
  }
}

/// Finds written fields in the schema.
struct FilterFieldLookup {
  let subject: FilterSubject
  private var schema: FilterSchema { .grafeas }

  init(subject: FilterSubject) { self.subject = subject }

  /// - Throws: `MetadataError.malformedFilter` at the segment that is not there, with the nearest name.
  func field(_ path: FilterPath) throws(MetadataError) -> FilterField {
    let first = path.segments[0]
    let root = subject == .occurrence ? "grafeas.v1.Occurrence" : "grafeas.v1.Note"
    var found: FilterField
    if let alias = FilterField(alias: first.name, of: subject) {
      found = alias
    } else if let field = schema.field(first.name, of: root) {
      found = FilterField(field)
    } else {
      throw unknown(first, in: root, "the \(subject.rawValue)")
    }
    for segment in path.segments.dropFirst() { found = try field(segment, below: found) }
    return found
  }

  private func field(_ segment: FilterPath.Segment, below field: FilterField) throws(MetadataError) -> FilterField {
    if field.shape == .map { return field.choosing(key: segment.name) }
    if segment.isIndex {
      guard field.shape == .repeated else {
        throw fault(segment, "\(field.name) is no list; take the brackets out")
      }
      guard let index = Int(segment.name), index >= 0 else {
        throw fault(segment, "\"\(printable(segment.name))\" is no index of a list; write a whole number from 0")
      }
      return field.choosing(index: index)
    }
    let message: String
    switch field.type {
    case .message(let name): message = name
    case .time: message = "google.protobuf.Timestamp"
    default: throw fault(segment, "\(field.name) has no fields; compare it itself")
    }
    guard let below = schema.field(segment.name, of: message) else { throw unknown(segment, in: message, field.name) }
    return field.appending(below)
  }

  private func unknown(_ segment: FilterPath.Segment, in message: String, _ place: String) -> MetadataError {
    let names = schema.messages[message]?.names ?? []
    let aliases = place.hasPrefix("the ") ? ["resourceUrl", "noteId", "noteProjectId", "noteName"] : []
    let known = (names + aliases).filter { $0 != "resourceUrl" || subject == .occurrence }
    let problem = "\(place) has no field \"\(printable(segment.name))\""
    if let near = nearest(to: segment.name, in: known) { return fault(segment, "\(problem); perhaps \(near) is meant") }
    guard !known.isEmpty else { return fault(segment, "\(problem), nor any other") }
    return fault(segment, "\(problem); it has \(known.joined(separator: ", "))")
  }

  private func fault(_ segment: FilterPath.Segment, _ reason: String) -> MetadataError {
    .malformedFilter(offset: segment.offset, because: reason)
  }
}
