import Images
import Metadata
package import Policies

extension PipelineDefinition {
  /// Reads `pratique.yaml`.
  ///
  /// - Parameters:
  ///   - text: at most 256 KiB.
  ///   - file: its name, for messages.
  /// - Throws: `DocumentError` with the place: unknown and duplicate keys, two builders or none, malformed names, paths
  ///   that leave the directory.
  package init(parsing text: String, file: String) throws(DocumentError) {
    let root = try DocumentNode(parsing: text, file: file, atMost: 256 << 10)
    try root.onlyKeys(["image", "tag", "project", "builder", "attestors", "templates", "gates"])
    repository = try root.required("image").repository()
    tag = try root["tag"]?.tag(in: repository) ?? "latest"
    project = try root.required("project").read("a project's id") { try ProjectName(id: $0) }
    builder = try BuilderChoice(root.required("builder"))
    attestors = try AttestorChoice.list(root["attestors"], in: project)
    var paths: [String] = []
    for element in try root["templates"]?.elements() ?? [] { paths.append(try element.pathInside()) }
    templates = paths
    if let gates = root["gates"] { try gates.onlyKeys(["audit"]) }
    gate = try root["gates"]?["audit"].map { (node) throws(DocumentError) in try AuditGate(node) } ?? AuditGate()
  }
}

extension BuilderChoice {
  init(_ node: DocumentNode) throws(DocumentError) {
    try node.onlyKeys(["dockerfile", "custom"])
    switch (node["dockerfile"], node["custom"]) {
    case (let dockerfile?, nil): self = .dockerfile(try Dockerfile(dockerfile))
    case (nil, let custom?): self = .custom(try Custom(custom))
    default:
      throw node.error("one builder is wanted", remedy: "Write either dockerfile or custom below builder.")
    }
  }
}

extension BuilderChoice.Dockerfile {
  init(_ node: DocumentNode) throws(DocumentError) {
    try node.onlyKeys(["context", "file", "args", "target"])
    if let written = node["context"] { context = try written.pathInside() }
    if let written = node["file"] { file = try written.pathInside() }
    target = try node["target"]?.word()
    for (key, value) in try node["args"]?.entries() ?? [] { arguments[key] = try value.string() }
  }
}

extension BuilderChoice.Custom {
  init(_ node: DocumentNode) throws(DocumentError) {
    try node.onlyKeys(["command", "output"])
    let list = try node.required("command")
    command = try list.strings()
    guard command.first?.isEmpty == false else {
      throw list.error("no program is named", remedy: "Write the program and its arguments as a list.")
    }
    let form = try node.required("output")
    guard let known = ImageForm(rawValue: try form.string()) else {
      let forms = ImageForm.allCases.map(\.rawValue).joined(separator: ", ")
      throw form.error("this form of image is not known", remedy: "Use one of: \(forms).")
    }
    output = known
  }
}

extension AttestorChoice {
  static func list(_ node: DocumentNode?, in project: ProjectName) throws(DocumentError) -> [Self] {
    var found: [Self] = []
    for element in try node?.elements() ?? [] {
      try element.onlyKeys(["name", "note"])
      let name = try element.required("name")
      let standard = try name.read("an attestor's id") { try NoteName(project: project, id: $0) }
      let note = try element["note"]?.read("a note") { try NoteName(parsing: $0) }
      guard !found.contains(where: { $0.name == standard.id }) else {
        throw name.error("this attestor stands here twice", remedy: "Keep one of the two.")
      }
      found.append(Self(name: standard.id, note: note ?? standard))
    }
    return found
  }
}

extension DocumentNode {
  /// The text as a value that its own type reads; what that type throws becomes an error with this place.
  func read<Value>(_ what: String, _ parse: (String) throws -> Value) throws(DocumentError) -> Value {
    let text = try string()
    do {
      return try parse(text)
    } catch {
      let problem = error as? any Problem
      throw self.error(
        "\"\(printable(text))\" is not \(what)" + (problem.map { ": \($0.problem.trimmingDot)" } ?? ""),
        remedy: problem?.remedy ?? "Write \(what).")
    }
  }

  fileprivate func repository() throws(DocumentError) -> Repository {
    let reference = try read("a repository") { try ImageReference(parsing: $0) }
    guard reference.tag == nil, reference.digest == nil else {
      throw error("a tag or digest has no place here", remedy: "Write the repository alone, and the tag below tag.")
    }
    return reference.repository
  }

  fileprivate func tag(in repository: Repository) throws(DocumentError) -> String {
    try read("a tag") { try ImageReference(parsing: "\(repository):\($0)").tagOrLatest }
  }

  /// A path relative to the directory of the definition that stays below it.
  fileprivate func pathInside() throws(DocumentError) -> String {
    let path = try string()
    let parts = path.split(separator: "/", omittingEmptySubsequences: false)
    guard !path.isEmpty, !path.hasPrefix("/"), !path.hasPrefix("-"), !parts.contains(".."), !path.utf8.contains(0) else {
      throw error("this path leaves the directory of the pipeline", remedy: "Write a path below it, without .. or a leading /.")
    }
    return path
  }

  /// A name that cannot be taken for an option.
  fileprivate func word() throws(DocumentError) -> String {
    let text = try string()
    guard !text.isEmpty, !text.hasPrefix("-"), text.utf8.allSatisfy({ (33...126).contains($0) }) else {
      throw error("this is not a plain name", remedy: "Write visible characters without a leading -.")
    }
    return text
  }
}

extension String {
  fileprivate var trimmingDot: String { hasSuffix(".") ? String(dropLast()) : self }
}
