/// Who the process of an image runs as, worked out as a container runtime does before it asks the kernel.
///
/// A number is always a user id; a name is looked up in the image's own /etc/passwd, a group in its /etc/group. Without a
/// written group it is the group of the passwd entry, and without an entry group 0.
///
/// Source: runc libcontainer, `user.GetExecUser`; ids end at 2^31 - 1 there.
package enum RunningUser: Hashable, Sendable {
  /// User id 0, and why.
  case root(because: String)
  case user(id: Int, group: Int)
  /// No runtime should start it; some read it as root.
  case invalid(because: String)

  /// - Parameter user: `config.User` as written.
  package init(_ user: String, in files: ImageFiles) {
    let parts = user.split(separator: ":", omittingEmptySubsequences: false)
    let (name, group) = (String(parts.first ?? ""), parts.count > 1 ? String(parts[1]) : "")
    let accounts = Self.table(files.contents(of: "/etc/passwd"))
    let number = Self.number(name)
    if name.isEmpty {
      self = .root(because: "no user is set")
      return
    }
    let account = accounts.first { number != nil ? Self.id($0, 2) == number : $0[0] == name }
    guard let id = account.map({ Self.id($0, 2) }) ?? number else {
      self =
        name == "root"
        ? .root(because: "the user is root")
        : .invalid(because: "the user \"\(printable(name))\" is no id up to \(Int32.max) and not in /etc/passwd")
      return
    }
    guard (0...Int(Int32.max)).contains(id) else {
      self = .invalid(because: "the user id \(id) is not between 0 and \(Int32.max)")
      return
    }
    if id == 0 {
      self = .root(because: number == nil ? "the user \(printable(name)) has id 0 in /etc/passwd" : "the user id is 0")
      return
    }
    switch Self.group(group, files) {
    case .success(let written): self = .user(id: id, group: written ?? account.map { Self.id($0, 3) } ?? 0)
    case .failure(let fault): self = .invalid(because: fault.reason)
    }
  }

  /// Whether `user` holds a name, which only the image's own accounts can tell; else no file is needed to know the id.
  package static func needsAccounts(_ user: String) -> Bool {
    user.split(separator: ":").prefix(2).contains { number(String($0)) == nil }
  }

  private struct Fault: Error { let reason: String }

  /// The id of a written group; nil when none is written.
  private static func group(_ text: String, _ files: ImageFiles) -> Result<Int?, Fault> {
    guard !text.isEmpty else { return .success(nil) }
    if let number = number(text) {
      guard (0...Int(Int32.max)).contains(number) else {
        return .failure(Fault(reason: "the group id \(number) is not between 0 and \(Int32.max)"))
      }
      return .success(number)
    }
    guard let entry = table(files.contents(of: "/etc/group")).first(where: { $0[0] == text }) else {
      return .failure(Fault(reason: "the group \"\(printable(text))\" is not in /etc/group"))
    }
    return .success(id(entry, 2))
  }

  /// The lines of passwd or group, cut at their colons.
  private static func table(_ bytes: [UInt8]?) -> [[String]] {
    String(decoding: (bytes ?? []).prefix(1 << 20), as: UTF8.self).split(whereSeparator: \.isNewline).map { line in
      line.drop(while: \.isWhitespace).split(separator: ":", omittingEmptySubsequences: false).map(String.init)
    }
  }

  /// The runtime reads what is no number as 0, and so must we.
  private static func id(_ entry: [String], _ field: Int) -> Int {
    field < entry.count ? number(entry[field]) ?? 0 : 0
  }

  /// Digits with an optional sign, as Go's `strconv.Atoi` takes them.
  private static func number(_ text: String) -> Int? {
    guard text.utf8.allSatisfy({ (48...57).contains($0) || $0 == UInt8(ascii: "+") || $0 == UInt8(ascii: "-") }) else {
      return nil
    }
    return Int(text)
  }
}
