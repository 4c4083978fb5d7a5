package import Attestations
import Images
package import Metadata

/// Which checks are run, with which settings, who vouches for each, and who may ask: the document `checks.yaml`.
///
/// Source: Voucher's configuration: `checks`, `required.ENV`, `valid_repos`, `server`, `dryrun`.
package struct Checklist: Sendable {
  /// A check with its settings, and who vouches that it passed.
  package struct Entry: Sendable {
    package let name: String
    package let check: any ImageCheck
    /// Nil for a check that nobody vouches for.
    package let attestor: Attestor?
    /// Names the attestor's private key to whoever opens keys; nil where this machine only verifies.
    package let signer: String?

    package init(name: String, check: any ImageCheck, attestor: Attestor?, signer: String?) {
      self.name = name
      self.check = check
      self.attestor = attestor
      self.signer = signer
    }
  }

  /// Where occurrences are read, and attestations recorded.
  package let project: ProjectName
  /// Hosts that may be asked for images, as image names have them.
  package let registries: Set<String>
  /// In the order of `allChecks`, dynamic names by the alphabet.
  package let entries: [Entry]
  /// Names of checks, by environment.
  package let groups: [String: [String]]
  /// The check, group or `all` that a push asks for.
  package let onPush: String
  /// Whether checks are run and nothing is signed.
  package let isDryRun: Bool
  /// For all that is asked of others on behalf of one request.
  package let deadlineSeconds: Int
  package let users: [CheckCaller]
  package let tokens: [CheckCaller]

  /// What callers may not name a check or group: the paths of the server that stand beside them.
  private static let reserved: Set<String> = ["all", "services", "notifications", "v1", "healthz", "readyz"]

  /// The checks that `name` stands for: one check, a group, or `all`. Nil when it stands for nothing.
  package func entries(for name: String) -> [Entry]? {
    if name == "all" { return entries }
    if let entry = entries.first(where: { $0.name == name }) { return [entry] }
    return groups[name].map { names in entries.filter { names.contains($0.name) } }
  }

  /// Reads the document.
  ///
  /// - Parameter attestors: whom checks may name.
  /// - Throws: `DocumentError` that points at the fault.
  package init(_ document: DocumentNode, attestors: Attestors) throws(DocumentError) {
    try document.onlyKeys([
      "project", "registries", "checks", "groups", "onPush", "dryRun", "deadlineSeconds", "users", "tokens",
    ])
    project = try Self.project(document.required("project"))
    registries = try Self.registries(document.required("registries"))
    let entries = try Self.entries(document.required("checks"), attestors)
    self.entries = entries
    groups = try document["groups"].map { node throws(DocumentError) in try Self.groups(node, entries) } ?? [:]
    onPush = try document["onPush"]?.string() ?? "all"
    isDryRun = try document["dryRun"]?.bool() ?? false
    deadlineSeconds = try document["deadlineSeconds"]?.int(in: 1...60) ?? 30
    users = try document["users"].map(CheckCaller.users) ?? []
    tokens = try document["tokens"].map(CheckCaller.tokens) ?? []
    if let node = document["onPush"], self.entries(for: onPush) == nil {
      throw node.error("it names no check and no group", remedy: "Write all, or one of the checks or groups.")
    }
  }

  private static func project(_ node: DocumentNode) throws(DocumentError) -> ProjectName {
    let text = try node.string()
    guard let project = try? ProjectName(id: text) else {
      throw node.error("not the id of a project", remedy: "Write the id alone, such as shop.")
    }
    return project
  }

  private static func registries(_ node: DocumentNode) throws(DocumentError) -> Set<String> {
    var hosts: Set<String> = []
    for (host, node) in try node.filledList() {
      guard let any = try? Repository(parsing: "\(host)/any/image"), any.host == host else {
        throw node.error(
          "not the host of a registry", remedy: "Write it as images have it: registry.example.test:5000, docker.io.")
      }
      hosts.insert(host)
    }
    return hosts
  }

  private static func entries(_ node: DocumentNode, _ attestors: Attestors) throws(DocumentError) -> [Entry] {
    var found: [(order: Int, entry: Entry)] = []
    for (name, settings) in try node.entries() {
      guard isPathSafe(name), let order = allChecks.firstIndex(where: { $0.isNamed(name) }) else {
        let known = allChecks.map { $0.name.hasSuffix("_") ? "\($0.name)NAME" : $0.name }.joined(separator: ", ")
        throw settings.error("there is no check \"\(printable(name))\"", remedy: "Use one of: \(known).")
      }
      guard settings.isMapping else {
        throw settings.error("the settings of a check are wanted here", remedy: "Write {} where it has none.")
      }
      let attestor = try settings["attestor"].map { node throws(DocumentError) in
        try Self.attestor(node, attestors, among: found.map(\.entry))
      }
      if let signer = settings["signer"], attestor == nil {
        throw signer.error("a signer without attestor vouches for nobody", remedy: "Add the attestor whose key it is.")
      }
      let entry = Entry(
        name: name, check: try allChecks[order].init(settings, named: name), attestor: attestor,
        signer: try settings["signer"]?.filledString())
      found.append((order, entry))
    }
    guard !found.isEmpty else { throw node.error("no check is configured", remedy: "Write at least one check.") }
    return found.sorted { ($0.order, $0.entry.name) < ($1.order, $1.entry.name) }.map(\.entry)
  }

  /// Each check has an attestor of its own: who trusts one check must not have to trust another.
  private static func attestor(
    _ node: DocumentNode, _ attestors: Attestors, among others: [Entry]
  ) throws(DocumentError) -> Attestor {
    let name = try node.string()
    guard let attestor = attestors[name] else {
      throw node.error(
        "the attestor \(printable(name)) does not exist", remedy: "Add it to the attestors, or correct the name.")
    }
    guard attestor.predicateType == nil else {
      throw node.error(
        "\(name) takes in-toto statements, and a check signs the image itself", remedy: "Name an attestor without predicateType.")
    }
    if let other = others.first(where: { $0.attestor?.name == name || $0.attestor?.note == attestor.note }) {
      throw node.error(
        "\(name) or its note is that of the check \(other.name) too",
        remedy: "Give every check an attestor and a note of its own.")
    }
    return attestor
  }

  private static func groups(_ node: DocumentNode, _ entries: [Entry]) throws(DocumentError) -> [String: [String]] {
    var groups: [String: [String]] = [:]
    for (name, list) in try node.entries() {
      guard isPathSafe(name), !reserved.contains(name), !allChecks.contains(where: { $0.isNamed(name) }) else {
        throw list.error(
          "\"\(printable(name))\" cannot be the name of a group",
          remedy: "Write letters, digits, - and _; not the name of a check, nor \(reserved.sorted().joined(separator: ", ")).")
      }
      var names: [String] = []
      for (check, element) in try list.filledList() {
        guard entries.contains(where: { $0.name == check }) else {
          throw element.error("the check \(printable(check)) is not configured", remedy: "Add it to checks, or remove it here.")
        }
        names.append(check)
      }
      groups[name] = names
    }
    return groups
  }

  private static func isPathSafe(_ text: String) -> Bool {
    (1...64).contains(text.utf8.count)
      && text.utf8.allSatisfy {
        (48...57).contains($0) || (65...90).contains($0) || (97...122).contains($0) || "-_".utf8.contains($0)
      }
  }
}
