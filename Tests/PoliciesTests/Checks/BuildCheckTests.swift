import Images
import Metadata
import Policies
import Schemas
import SwiftProtobuf
import Testing

/// A build in one of the forms that BUILD occurrences have.
struct Build: Sendable {
  enum Form: CaseIterable, Sendable { case grafeas, slsa02, slsa1 }

  var builder = "https://builders.example.test/one"
  var source = "git+https://github.com/shop/web@refs/heads/main"
  var commit = "0123456789abcdef0123456789abcdef01234567"
  var digest = Digest(sha256Of: Array("image".utf8)).hex
  var materials: [(uri: String, digest: [String: String])] = []
  var facts: [String: String] = [:]
  var note = "build"
  /// In seconds since 1970 UTC.
  var ended: Int64?

  func occurrence(_ form: Form, id: String = "b") throws -> Occurrence {
    var found = Grafeas_V1_BuildOccurrence()
    let subject = Grafeas_V1_Subject.with {
      $0.name = "web"
      $0.digest = ["sha256": digest]
    }
    let parameters = Google_Protobuf_Struct(fields: facts.mapValues { Google_Protobuf_Value(stringValue: $0) })
    let end = ended.map { Google_Protobuf_Timestamp(seconds: $0) }
    switch form {
    case .grafeas:
      found.provenance = .with {
        $0.creator = builder
        if let end { $0.endTime = end }
        $0.builtArtifacts = [.with { $0.checksum = "sha256:\(digest)" }]
        $0.sourceProvenance.context.git.url = source
        $0.sourceProvenance.context.git.revisionID = commit
        $0.sourceProvenance.context.labels = facts
      }
    case .slsa02:
      found.intotoStatement = .with {
        $0.subject = [subject]
        $0.slsaProvenanceZeroTwo.builder.id = builder
        if let end { $0.slsaProvenanceZeroTwo.metadata.buildFinishedOn = end }
        $0.slsaProvenanceZeroTwo.invocation.configSource.uri = source
        $0.slsaProvenanceZeroTwo.invocation.configSource.digest = ["sha1": commit]
        $0.slsaProvenanceZeroTwo.invocation.environment = parameters
        $0.slsaProvenanceZeroTwo.materials = materials.map { material in
          .with {
            $0.uri = material.uri
            $0.digest = material.digest
          }
        }
      }
    case .slsa1:
      found.inTotoSlsaProvenanceV1 = .with {
        $0.subject = [subject]
        $0.predicate.runDetails.builder.id = builder
        if let end { $0.predicate.runDetails.metadata.finishedOn = end }
        $0.predicate.buildDefinition.internalParameters = parameters
        $0.predicate.buildDefinition.resolvedDependencies =
          [
            .with {
              $0.uri = source
              $0.digest = ["gitCommit": commit]
            }
          ]
          + materials.map { material in
            .with {
              $0.uri = material.uri
              $0.digest = material.digest
            }
          }
      }
    }
    return try PoliciesTests.occurrence(note, id: id, .build(found))
  }
}

@Suite("The check provenance")
struct ProvenanceTests {
  private static let settings = "{builders: [https://builders.example.test/one], sources: [github.com/shop/**]}"

  struct Case: Sendable, CustomTestStringConvertible {
    let name: String
    var build = Build()
    let expected: String
    var testDescription: String { name }
  }

  static let cases: [Case] = [
    Case(name: "sound", expected: "passed"),
    Case(name: "another builder", build: Build(builder: "https://builders.example.test/one-evil"), expected: "untrusted-builder"),
    Case(name: "no builder", build: Build(builder: ""), expected: "untrusted-builder"),
    Case(
      name: "a name that starts alike", build: Build(source: "git+https://github.com/shop-evil/web"),
      expected: "untrusted-source"),
    Case(
      name: "the host as a user", build: Build(source: "git+https://github.com@evil.test/shop/web"), expected: "untrusted-source"),
    Case(
      name: "a path that climbs", build: Build(source: "git+https://github.com/shop/../evil/web"), expected: "untrusted-source"),
    Case(name: "another image", build: Build(digest: Digest(sha256Of: []).hex), expected: "build-of-another-image"),
    Case(
      name: "everything wrong", build: Build(builder: "x", source: "git+https://evil.test/a", digest: Digest(sha256Of: []).hex),
      expected: "build-of-another-image untrusted-builder untrusted-source"),
  ]

  @Test("believes one record that meets every demand, in every form", arguments: cases, Build.Form.allCases)
  func demands(_ the: Case, _ form: Build.Form) throws {
    let verdict = try sampleCheck("provenance", Self.settings).verdict(on: subject(the.build.occurrence(form)), at: sampleNow)
    #expect(outcome(verdict) == the.expected)
  }

  @Test("never puts the builder of one record together with the source of another")
  func mixing() throws {
    let trustedBuilder = try Build(source: "git+https://evil.test/a/b").occurrence(.slsa1)
    let trustedSource = try Build(builder: "evil").occurrence(.slsa1)
    let verdict = try sampleCheck("provenance", Self.settings).verdict(on: subject(trustedBuilder, trustedSource), at: sampleNow)
    #expect(!verdict.isPassed)
    let sound = try sampleCheck("provenance", Self.settings)
      .verdict(on: subject(trustedBuilder, Build().occurrence(.slsa02)), at: sampleNow)
    #expect(sound.isPassed)
  }

  @Test("takes the note of the record for a builder, and never another note")
  func notes() throws {
    let check = try sampleCheck("provenance", "{builders: [projects/shop/notes/pipeline-build], sources: [github.com/shop/web]}")
    let ours = try Build(builder: "", note: "pipeline-build").occurrence(.grafeas)
    let theirs = try Build(builder: "", note: "projects/evil/notes/pipeline-build").occurrence(.grafeas)
    #expect(outcome(try check.verdict(on: subject(ours), at: sampleNow)) == "passed")
    #expect(outcome(try check.verdict(on: subject(theirs), at: sampleNow)) == "untrusted-builder")
  }

  @Test("cannot decide without a record, and fails without a source")
  func nothing() throws {
    let check = try sampleCheck("provenance", Self.settings)
    #expect(outcome(try check.verdict(on: subject(), at: sampleNow)) == "undecided, no record: build-missing")
    let sourceless = try occurrence(
      "build",
      .build(
        .with {
          $0.provenance.creator = "https://builders.example.test/one"
          $0.provenance.builtArtifacts = [.with { $0.checksum = "sha256:\(Build().digest)" }]
        }))
    #expect(outcome(try check.verdict(on: subject(sourceless), at: sampleNow)) == "unknown-source")
  }

  @Test(
    "wants every source of a build to be trusted, whatever else was configured",
    arguments: [
      ("git+https://evil.test/lib/code", ["gitCommit": "abcdef0"], "untrusted-source"),
      ("https://evil.test/lib/code", ["sha1": "abcdef0"], "untrusted-source"),
      ("HTTPS://evil.test/lib/code", ["gitCommit": "abcdef0"], "untrusted-source"),
      ("http://evil.test/lib/code.git", [:], "untrusted-source"),
      ("HTTPS://evil.test/lib/code.git@v1?a=b#c", [:], "untrusted-source"),
      ("GIT+ssh://evil.test/lib/code", [:], "untrusted-source"),
      ("https://github.com/shop/lib.git", ["sha1": "abcdef0"], "passed"),
      ("https://evil.test/lib/code.tar.gz", ["sha256": Digest(sha256Of: []).hex], "passed"),
      ("https://evil.test/lib/code?from=a.git", ["sha256": Digest(sha256Of: []).hex], "passed"),
    ])
  func moreSources(_ uri: String, _ digest: [String: String], _ expected: String) throws {
    let build = Build(materials: [(uri, digest)])
    for form in [Build.Form.slsa02, .slsa1] {
      let verdict = try sampleCheck("provenance", Self.settings).verdict(on: subject(build.occurrence(form)), at: sampleNow)
      #expect(outcome(verdict) == expected)
    }
  }

  @Test("wants every context of a Grafeas build to be trusted")
  func contexts() throws {
    var build = try Build().occurrence(.grafeas)
    build.build.provenance.sourceProvenance.additionalContexts = [
      .with {
        $0.git.url = "https://evil.test/lib/code"
        $0.git.revisionID = "abcdef0"
      }
    ]
    let verdict = try sampleCheck("provenance", Self.settings).verdict(on: subject(build), at: sampleNow)
    #expect(outcome(verdict) == "untrusted-source")
  }
}

@Suite("The checks is_ORGANISATION")
struct OrganizationTests {
  private static let settings = "{organization: github.com/shop, builders: [https://builders.example.test/one]}"

  @Test(
    "take whole names of the organisation on its host",
    arguments: [
      ("git+https://github.com/shop/web", "passed"), ("git@github.com:shop/web.git", "passed"),
      ("ssh://git@github.com/shop/web.git", "passed"), ("git+https://GitHub.com/shop/web@main", "passed"),
      ("git+https://github.com/shop-evil/web", "untrusted-source"), ("git+https://github.com/shop", "untrusted-source"),
      ("git+https://gitlab.com/shop/web", "untrusted-source"), ("git+https://github.com/Shop/web", "untrusted-source"),
      ("git+https://evil.test/github.com/shop/web", "untrusted-source"),
    ])
  func sources(_ source: String, _ expected: String) throws {
    let verdict = try sampleCheck("is_shop", Self.settings)
      .verdict(on: subject(Build(source: source).occurrence(.slsa1)), at: sampleNow)
    #expect(outcome(verdict) == expected)
  }

  @Test("believe nobody but the builders that are named")
  func builders() throws {
    #expect(throws: DocumentError.self) { try sampleCheck("is_shop", "organization: github.com/shop") }
    let verdict = try sampleCheck("is_shop", Self.settings)
      .verdict(on: subject(Build(builder: "evil").occurrence(.slsa1)), at: sampleNow)
    #expect(outcome(verdict) == "untrusted-builder")
  }
}

@Suite("The check pinned")
struct PinnedTests {
  private static let hex = Digest(sha256Of: Array("base".utf8)).hex

  @Test(
    "wants a digest with every image of the materials",
    arguments: [
      ("pkg:docker/debian@12", ["sha256": hex], "passed"), ("pkg:docker/debian@12?digest=sha256:\(hex)", [:], "passed"),
      ("docker://debian@sha256:\(hex)", [:], "passed"), ("oci://registry.example.test/debian", ["sha256": hex], "passed"),
      ("pkg:docker/debian@12", [:], "base-not-pinned"), ("pkg:docker/debian@12", ["sha256": "12"], "base-not-pinned"),
      ("pkg:docker/debian@12", ["md5": hex], "base-not-pinned"),
      ("pkg:docker/debian@12?digest=sha256:\(hex)", ["sha256": Digest(sha256Of: []).hex], "base-not-pinned"),
      ("https://example.test/file.tar", ["sha256": hex], "base-unknown"),
    ])
  func materials(_ uri: String, _ digest: [String: String], _ expected: String) throws {
    for form in [Build.Form.slsa02, .slsa1] {
      let build = try Build(materials: [(uri, digest)]).occurrence(form)
      #expect(outcome(try sampleCheck("pinned").verdict(on: subject(build), at: sampleNow)) == expected)
    }
  }

  @Test("refuses provenance without materials, and cannot decide without provenance")
  func none() throws {
    let check = try sampleCheck("pinned")
    #expect(outcome(try check.verdict(on: subject(Build().occurrence(.grafeas)), at: sampleNow)) == "base-unknown")
    #expect(outcome(try check.verdict(on: subject(), at: sampleNow)) == "undecided, no record: build-missing")
  }
}

@Suite("The check approved")
struct ApprovedTests {
  private static let good = [
    "commit.onDefaultBranch": "true", "commit.signed": "true", "commit.merged": "true", "commit.approvals": "2",
    "commit.checks": "success",
  ]

  private func check(_ evidence: String, approvals: Int = 2) throws -> any ImageCheck {
    try sampleCheck(
      "approved", "{evidence: \(evidence), builders: [https://builders.example.test/one], approvals: \(approvals)}")
  }

  @Test(
    "believes exact words of a trusted builder alone",
    arguments: [
      ([:], "passed"), (["commit.onDefaultBranch": "false"], "not-on-default-branch"),
      (["commit.signed": "TRUE"], "unsigned-commit"),
      (["commit.merged": ""], "not-merged-by-review"), (["commit.approvals": "1"], "too-few-approvals"),
      (["commit.approvals": "-9"], "too-few-approvals"), (["commit.checks": "pending"], "checks-not-green"),
    ] as [([String: String], String)], Build.Form.allCases)
  func words(_ change: (facts: [String: String], expected: String), _ form: Build.Form) throws {
    let build = Build(facts: Self.good.merging(change.facts) { $1 })
    #expect(outcome(try check("provenance").verdict(on: subject(build.occurrence(form)), at: sampleNow)) == change.expected)
  }

  @Test("does not believe another builder, nor a build without one commit")
  func distrust() throws {
    let check = try check("provenance")
    let other = try Build(builder: "evil", facts: Self.good).occurrence(.slsa1)
    let vague = try Build(commit: "main", facts: Self.good).occurrence(.slsa1)
    #expect(outcome(try check.verdict(on: subject(other), at: sampleNow)) == "untrusted-builder")
    #expect(outcome(try check.verdict(on: subject(vague), at: sampleNow)) == "unknown-commit")
  }

  @Test(
    "knows one commit by however many names, and two for two",
    arguments: [
      ("https://github.com/shop/web.git", Build().commit, "passed"),
      ("git@github.com:shop/web.git", Build().commit, "passed"),
      ("https://github.com/shop/web.git", "abcdef0", "unknown-commit"),
      ("https://github.com/shop/lib", Build().commit, "unknown-commit"),
    ])
  func oneCommit(_ uri: String, _ commit: String, _ expected: String) throws {
    let build = Build(materials: [(uri, ["sha1": commit])], facts: Self.good)
    for form in [Build.Form.slsa02, .slsa1] {
      #expect(outcome(try check("provenance").verdict(on: subject(build.occurrence(form)), at: sampleNow)) == expected)
    }
  }

  @Test("asks the forge about the very commit, and cannot decide without its answer")
  func forge() throws {
    let check = try check("forge")
    let image = try sampleImage()
    let repository = try #require(SourceRepository("github.com/shop/web"))
    let commit = SourceCommit(repository: repository, hash: Build().commit)
    // Words of the builder do not replace the forge.
    let occurrences = Known.found([try Build(facts: Self.good).occurrence(.slsa1)])
    var facts = CommitFacts()
    (facts.isOnDefaultBranch, facts.isSigned, facts.isMerged, facts.hasGreenChecks) = (true, true, true, true)
    let few = facts
    facts.approvals = 2
    func verdict(_ known: Known<CommitFacts>?) -> String {
      outcome(
        check.verdict(
          on: CheckSubject(image, occurrences: occurrences, commits: known.map { [commit: $0] } ?? [:]), at: sampleNow))
    }
    #expect(verdict(.found(facts)) == "passed")
    #expect(verdict(.found(few)) == "too-few-approvals")
    #expect(verdict(.missing(noAnswer, .answer)) == "undecided, no answer: no-answer")
    #expect(verdict(.refused(Reason(code: "commit-not-found", problem: "", remedy: ""))) == "commit-not-found")
    #expect(verdict(nil) == "undecided, no record: not-read")
    #expect(CheckSubject(image, occurrences: occurrences).sourceCommits(atMost: 4) == [commit])
  }
}

@Suite("The check sbom")
struct SBOMTests {
  private func package(_ name: String, _ version: String, kind: Grafeas_V1_Version.VersionKind = .normal) throws -> Occurrence {
    try occurrence(
      "package",
      .package(
        .with {
          $0.name = name
          $0.location = [
            .with {
              $0.version.fullName = version
              $0.version.kind = kind
            }
          ]
        }))
  }

  private func reference(_ digest: String = Build().digest, location: String = "https://sboms.example.test/1") throws
    -> Occurrence
  {
    try occurrence(
      "sbom",
      .sbomReference(
        .with {
          $0.payload.subject = [.with { $0.digest = ["sha256": digest] }]
          $0.payload.predicate.location = location
          $0.payload.predicate.digest = ["sha256": Build().digest]
        }))
  }

  @Test("wants every package with name and version, or a document about this image")
  func complete() throws {
    let check = try sampleCheck("sbom")
    func verdict(_ occurrences: Occurrence...) throws -> String {
      outcome(check.verdict(on: CheckSubject(try sampleImage(), occurrences: .found(occurrences)), at: sampleNow))
    }
    #expect(try verdict() == "sbom-missing")
    #expect(try verdict(package("openssl", "3.0")) == "passed")
    #expect(try verdict(package("openssl", "3.0"), package("zlib", "")) == "sbom-incomplete")
    #expect(try verdict(package("", "3.0")) == "sbom-incomplete")
    #expect(try verdict(package("zlib", "1", kind: .maximum)) == "sbom-incomplete")
    #expect(try verdict(reference()) == "passed")
    #expect(try verdict(reference(Digest(sha256Of: []).hex)) == "sbom-of-another-image")
    #expect(try verdict(reference(location: "")) == "sbom-of-another-image")
    #expect(try verdict(reference(), package("zlib", "")) == "sbom-incomplete")
  }

  @Test("can want the packages themselves")
  func packages() throws {
    let check = try sampleCheck("sbom", "requiresPackages: true")
    #expect(outcome(try check.verdict(on: subject(reference()), at: sampleNow)) == "sbom-missing")
    #expect(outcome(try check.verdict(on: subject(package("zlib", "1")), at: sampleNow)) == "passed")
  }
}
