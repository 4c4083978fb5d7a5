import Images
import Metadata

/// Whether a trusted builder built the image, from trusted sources, by a configuration that is in them.
///
/// A rule is met by one record of a build; one rule that is met suffices. Who may write such records is the metadata
/// server's business: its notes say who may speak in a builder's name.
struct SLSACheck: PlatformCheck {
  static let field = "slsaCheck"
  let needs: Set<CheckNeed> = [.occurrences]
  private let rules: [Rule]

  fileprivate struct Rule: Sendable {
    let builder: Builder
    let projects: Set<ProjectName>
    let requiresConfiguration: Bool
    let sources: [SourcePattern]
  }

  fileprivate enum Builder: Sendable {
    case cloudBuild
    /// The builder's id as provenance has it, or the name of its BUILD note.
    case named(String)
  }

  var projects: Set<ProjectName> { rules.reduce(into: []) { $0.formUnion($1.projects) } }

  init(_ node: DocumentNode, at place: String, into draft: inout RulebookDraft) throws(DocumentError) {
    try node.onlyKeys(["rules"])
    let list = try node.required("rules")
    var rules: [Rule] = []
    for rule in try list.elements() { rules.append(try Rule(rule)) }
    guard !rules.isEmpty else {
      throw list.error("without a rule nothing can pass", remedy: "Write a rule with trustedBuilder, or remove the check.")
    }
    self.rules = rules
  }

  func verdict(on image: PlatformImage, at nowSeconds: Int64) -> CheckVerdict {
    var closest: CheckVerdict?
    for rule in rules {
      let verdict = image.subject(recordedIn: rule.projects).judgedBuild {
        rule.refusals(of: $0)
      } evidence: {
        $0.evidence
      }
      if verdict.isPassed { return verdict }
      if closest == nil { closest = verdict }
    }
    return closest ?? .failed(Denial(.ruleless))
  }
}

extension SLSACheck.Rule {
  fileprivate init(_ node: DocumentNode) throws(DocumentError) {
    try node.onlyKeys([
      "trustedBuilder", "attestationSource", "configBasedBuildRequired", "trustedSourceRepoPatterns", "customConstraints",
    ])
    if let constraints = node["customConstraints"] {
      throw constraints.error(
        "customConstraints are written in CEL, which is not evaluated here",
        remedy: "Remove it, and say the same by configBasedBuildRequired and trustedSourceRepoPatterns.")
    }
    builder = try SLSACheck.Builder(node.required("trustedBuilder"))
    if let source = node["attestationSource"] {
      try source.onlyKeys(["containerAnalysisAttestationProjects"])
      guard let named = try source.projects("containerAnalysisAttestationProjects") else {
        throw source.error("it names no project", remedy: "List containerAnalysisAttestationProjects, or remove it.")
      }
      projects = named
    } else {
      projects = []
    }
    requiresConfiguration = try node["configBasedBuildRequired"]?.bool() ?? false
    var sources: [SourcePattern] = []
    for (text, entry) in try node["trustedSourceRepoPatterns"]?.filledList() ?? [] {
      guard let pattern = SourcePattern(text), text.firstRange(of: "://") == nil else {
        throw entry.error(
          "\"\(printable(text))\" names no source repository",
          remedy: "Write host/owner/repository, host/owner/* for those of an owner, or host/owner/** for all below.")
      }
      sources.append(pattern)
    }
    self.sources = sources
  }

  func refusals(of claim: BuildClaim) -> [Reason] {
    builder.refusals(of: claim) + (sources.isEmpty ? [] : claim.lacksSource(of: sources))
      + (requiresConfiguration ? claim.lacksConfiguration(of: sources) : [])
  }
}

extension SLSACheck.Builder {
  fileprivate init(_ node: DocumentNode) throws(DocumentError) {
    let text = try node.filledString()
    guard text != "GOOGLE_CLOUD_BUILD" else {
      self = .cloudBuild
      return
    }
    guard text.contains("/") else {
      throw node.error(
        "\"\(printable(text))\" is no builder that is known",
        remedy: "Write GOOGLE_CLOUD_BUILD, the id of a builder as provenance has it, or the name of its BUILD note.")
    }
    self = .named(text)
  }

  func refusals(of claim: BuildClaim) -> [Reason] {
    switch self {
    case .named(let id): claim.lacksBuilder(of: [id])
    case .cloudBuild: claim.lacksBuilder(of: Self.cloudBuildIDs(claim.builders))
    }
  }

  /// The worker's id, with or without a version behind it. Source: Cloud Build, SLSA provenance 0.1 to 1.0.
  private static func cloudBuildIDs(_ builders: Set<String>) -> Set<String> {
    let id = "https://cloudbuild.googleapis.com/GoogleHostedWorker"
    return builders.filter { $0.hasPrefix("\(id)@v") }.union([id])
  }
}

extension Reason {
  fileprivate static let ruleless = Reason(
    code: "untrusted-builder", problem: "No rule says who may build it.", remedy: "Write a rule with trustedBuilder.")
}
