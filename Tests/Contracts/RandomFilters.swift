import Foundation

extension RandomFacts {
  /// The text of a filter of occurrences, which can be read; half of its conditions are on columns of stores.
  package mutating func occurrenceFilter() -> String {
    expression(2, "grafeas.v1.Occurrence", Self.resources.map { ("resourceUrl", $0) } + [("resource_uri", "https://gcr.io/p/")])
  }

  /// The text of a filter of notes, which can be read; half of its conditions are on columns of stores.
  package mutating func noteFilter() -> String { expression(2, "grafeas.v1.Note", []) }

  private typealias Sample = (field: String, value: String)

  private mutating func expression(_ depth: Int, _ root: String, _ samples: [Sample]) -> String {
    let count = Int(dice.next() % 3) + 1
    var out = term(depth, root, samples)
    for _ in 1..<count {
      out += dice.one(of: [" AND ", " OR ", " "]) + term(depth, root, samples)
    }
    return out
  }

  private mutating func term(_ depth: Int, _ root: String, _ samples: [Sample]) -> String {
    let sign = dice.one(of: ["", "", "", "NOT ", "-"])
    if depth > 0 && dice.once(in: 3) { return "\(sign)(\(expression(depth - 1, root, samples)))" }
    return sign + (dice.once(in: 2) ? columnTest(root, samples) : anyTest(root))
  }

  // MARK: What stores have columns for

  private mutating func columnTest(_ root: String, _ samples: [Sample]) -> String {
    let order = dice.one(of: ["=", "!=", "<", "<=", ">", ">="])
    switch dice.next() % 6 {
    case 0 where !samples.isEmpty:
      let sample = dice.one(of: samples)
      return sample.field + textTest(sample.value)
    case 1: return "noteId" + textTest(dice.one(of: Self.ids))
    case 2: return dice.one(of: ["noteProjectId", "note_project_id"]) + textTest(dice.one(of: Self.projects))
    case 3:
      let name = "projects/\(dice.one(of: Self.projects))/notes/\(dice.one(of: Self.ids))"
      return dice.one(of: ["noteName", "note_name"]) + textTest(name)
    case 4:
      return dice.one(of: ["createTime", "update_time"]) + order + quoted(dice.one(of: RandomSchema.times))
    default:
      let schema = RandomSchema.grafeas
      let field = dice.one(of: ["kind", "vulnerability.severity"])
      let values = schema.enums[field == "kind" ? "grafeas.v1.NoteKind" : "grafeas.v1.Severity"] ?? []
      return field + order + dice.one(of: values).name
    }
  }

  private mutating func textTest(_ value: String) -> String {
    let order = dice.one(of: ["=", "=", "=", "!=", "<", "<=", ">", ">=", ":"])
    let part = String(value.unicodeScalars.prefix(Int(dice.next() % 12)).map(Character.init))
    switch dice.next() % 6 {
    case 0: return order + quoted(part, closes: true)
    case 1: return order + quoted(part, opens: true)
    case 2: return order + quoted(part)
    case 3: return "\(order)(\(quoted(value)) OR \(quoted(part, closes: true)))"
    default: return order + quoted(value)
    }
  }

  // MARK: Any field

  private mutating func anyTest(_ root: String) -> String {
    if dice.once(in: 12) { return quoted(dice.one(of: ["openssl", "SHA256", "b", "nowhere"])) }
    var (path, message) = ([String](), root)
    for _ in 0..<8 {
      let fields = RandomSchema.grafeas.messages[message] ?? []
      guard !fields.isEmpty else { break }
      let field = dice.one(of: fields)
      path.append(dice.once(in: 2) ? field.name : camel(field.name))
      if field.isMap {
        let key = dice.one(of: RandomSchema.texts)
        if dice.once(in: 3) { return "\(path.joined(separator: ".")):\(quoted(key))" }
        path[path.count - 1] += dice.once(in: 2) ? "[\(quoted(key))]" : ".\(quoted(key))"
      } else if field.isRepeated && dice.once(in: 4) {
        path[path.count - 1] += "[\(dice.next() % 2)]"
      }
      let name = path.joined(separator: ".")
      guard field.type == "message", field.typeName != "google.protobuf.Timestamp" else { return test(name, field) }
      if dice.once(in: 10) { return dice.once(in: 2) ? "\(name):*" : "has(\(name))" }
      message = field.typeName
    }
    return "\(path.joined(separator: ".")):*"
  }

  private mutating func test(_ name: String, _ field: RandomSchema.Field) -> String {
    if dice.once(in: 10) { return "has(\(name))" }
    let order = dice.one(of: ["=", "!=", "<", "<=", ">", ">=", ":"])
    let equality = dice.one(of: ["=", "!=", ":"])
    switch field.type {
    case "string":
      let text = dice.one(of: RandomSchema.texts)
      guard dice.once(in: 4) else { return name + textTest(text) }
      return "\(dice.one(of: ["startsWith", "endsWith", "contains"]))(\(name), \(quoted(text)))"
    case "bytes": return name + equality + quoted(Data(dice.one(of: RandomSchema.bytes)).base64EncodedString())
    case "bool": return name + equality + dice.one(of: ["true", "false"])
    case "int32", "int64": return name + order + dice.one(of: ["0x2", "\(dice.one(of: RandomSchema.numbers))"])
    case "float", "double": return name + order + "\(dice.one(of: RandomSchema.reals))"
    case "enum": return name + order + dice.one(of: RandomSchema.grafeas.enums[field.typeName] ?? [("0", 0)]).name
    default:
      let time = dice.one(of: RandomSchema.times)
      return name + order + dice.one(of: [time, quoted(time), "timestamp(\(quoted(time)))"])
    }
  }

  private func camel(_ name: String) -> String {
    let words = name.split(separator: "_")
    return words[0] + words.dropFirst().map { $0.prefix(1).uppercased() + $0.dropFirst() }.joined()
  }

  private func quoted(_ text: String, opens: Bool = false, closes: Bool = false) -> String {
    let escaped = text.unicodeScalars.map { "\"\\*".unicodeScalars.contains($0) ? "\\\($0)" : "\($0)" }.joined()
    return "\"\(opens ? "*" : "")\(escaped)\(closes ? "*" : "")\""
  }
}
