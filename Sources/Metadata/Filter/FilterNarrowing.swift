import Schemas

extension Narrowing {
  init(_ expression: FilterExpression, of subject: FilterSubject) {
    self = FilterNarrowing(subject: subject).narrowing(expression, isNegated: false)
  }

  /// Nothing is ruled out, and every row must be read.
  fileprivate static let open = Narrowing(.always, isExact: false)
}

/// Finds what columns can answer of a filter.
///
/// A negation is pushed down to the tests, since of a condition that only narrows the opposite says nothing.
struct FilterNarrowing {
  let subject: FilterSubject

  func narrowing(_ expression: FilterExpression, isNegated: Bool) -> Narrowing {
    switch expression {
    case .all(let parts): return isNegated ? any(parts, isNegated) : all(parts, isNegated)
    case .any(let parts): return isNegated ? all(parts, isNegated) : any(parts, isNegated)
    case .not(let part): return narrowing(part, isNegated: !isNegated)
    case .search: return .open
    case .test(let field, let test):
      let found = narrowing(field, test)
      guard isNegated else { return found }
      guard found.isExact else { return .open }
      return Narrowing(found.condition == .always ? .any([]) : .not(found.condition), isExact: true)
    }
  }

  private func all(_ parts: [FilterExpression], _ isNegated: Bool) -> Narrowing {
    let found = parts.map { narrowing($0, isNegated: isNegated) }
    let conditions = found.map(\.condition).filter { $0 != .always }
    let condition = conditions.isEmpty ? .always : conditions.count == 1 ? conditions[0] : Narrowing.Condition.all(conditions)
    return Narrowing(condition, isExact: found.allSatisfy(\.isExact))
  }

  private func any(_ parts: [FilterExpression], _ isNegated: Bool) -> Narrowing {
    let found = parts.map { narrowing($0, isNegated: isNegated) }
    if let whole = found.first(where: { $0.condition == .always && $0.isExact }) { return whole }
    guard found.allSatisfy({ $0.condition != .always }) else { return .open }
    return Narrowing(.any(found.map(\.condition)), isExact: found.allSatisfy(\.isExact))
  }

  // MARK: One test

  private func narrowing(_ field: FilterField, _ test: FilterTest) -> Narrowing {
    if field == .kind || field == .severity && subject == .occurrence {
      guard case .integer(let comparison, let number) = test else { return .open }
      return field == .kind ? exact(.kind, comparison, .number(number)) : severity(comparison, number)
    }
    if field.isSetByStore, case .time(let comparison, let time) = test {
      return exact(field.name == "createTime" ? .createTime : .updateTime, comparison, .number(time))
    }
    if field == .noteID(of: subject) { return text(.noteID, test) }
    switch subject {
    case .occurrence:
      if field == .resource { return text(.resource, test) }
      if field == .noteProject(of: subject) { return text(.noteProject, test) }
      return field.isWhole(3) ? noteName(test) : .open
    case .note:
      return field.isWhole(1) ? noteName(test) : .open
    }
  }

  private func exact(_ column: Column, _ comparison: Comparison, _ value: Narrowing.Value) -> Narrowing {
    Narrowing(.compare(column, comparison, value), isExact: true)
  }

  /// The column is 0 for what is no vulnerability, so where 0 would hold, the kind is asked too.
  private func severity(_ comparison: Comparison, _ number: Int64) -> Narrowing {
    let condition = Narrowing.Condition.compare(.severity, comparison, .number(number))
    guard comparison.holds(0, number) else { return Narrowing(condition, isExact: true) }
    let kind = Int64(NoteKind.vulnerability.rawValue)
    return Narrowing(.all([.compare(.kind, .equal, .number(kind)), condition]), isExact: true)
  }

  /// Databases may not know the character 0, so a text with one is left to the filter.
  private func text(_ column: Column, _ test: FilterTest) -> Narrowing {
    switch test {
    case .text(let comparison, let text) where !text.utf8.contains(0): return exact(column, comparison, .text(text))
    case .starts(let prefix) where !prefix.utf8.contains(0): return starts(column, prefix)
    default: return .open
    }
  }

  private func starts(_ column: Column, _ prefix: String) -> Narrowing {
    guard !prefix.isEmpty else { return .none }
    let from = Narrowing.Condition.compare(column, .greaterOrEqual, .text(prefix))
    guard let end = end(ofTextsStarting: prefix) else { return Narrowing(from, isExact: true) }
    return Narrowing(.all([from, .compare(column, .less, .text(end))]), isExact: true)
  }

  /// The first text after all that start so; nil when there is none. Bytes of UTF-8 are in the order of the characters.
  private func end(ofTextsStarting prefix: String) -> String? {
    var scalars = Array(prefix.unicodeScalars)
    while let last = scalars.popLast() {
      let next = last.value == 0xD7FF ? 0xE000 : last.value + 1
      guard let scalar = Unicode.Scalar(next) else { continue }
      var end = String.UnicodeScalarView()
      end.append(contentsOf: scalars + [scalar])
      return String(end)
    }
    return nil
  }

  /// The whole name of a note. A note's own project is no column of its filter: lists are of one project anyway.
  private func noteName(_ test: FilterTest) -> Narrowing {
    switch test {
    case .text(.equal, let text):
      guard let name = try? NoteName(parsing: text) else { return Narrowing(.any([]), isExact: true) }
      let id = Narrowing.Condition.compare(.noteID, .equal, .text(name.id))
      guard subject == .occurrence else { return Narrowing(id, isExact: false) }
      return Narrowing(.all([.compare(.noteProject, .equal, .text(name.project.id)), id]), isExact: true)
    case .starts(let prefix):
      let parts = prefix.split(separator: "/", omittingEmptySubsequences: false)
      guard subject == .occurrence, parts.count == 4, let project = try? ProjectName(parsing: "projects/\(parts[1])"),
        parts[0] == "projects", parts[2] == "notes", !parts[3].utf8.contains(0)
      else { return .open }
      let condition = Narrowing.Condition.compare(.noteProject, .equal, .text(project.id))
      let id = starts(.noteID, String(parts[3])).condition
      return Narrowing(id == .always ? condition : .all([condition, id]), isExact: true)
    default: return .open
    }
  }
}

extension FilterField {
  /// The one column below a message: the severity of a vulnerability occurrence.
  fileprivate static let severity: FilterField = {
    let schema = FilterSchema.grafeas
    guard let vulnerability = schema.field("vulnerability", of: "grafeas.v1.Occurrence"),
      let severity = schema.field("severity", of: "grafeas.v1.VulnerabilityOccurrence")
    else { return .kind }
    return FilterField(vulnerability).appending(severity)
  }()

  /// Whether this is all of the text field of that number directly below the subject.
  fileprivate func isWhole(_ number: Int) -> Bool { view == .itself && steps == [Step(number: number)] }
}
